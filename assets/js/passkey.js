// Passkeys. A form with data-passkey="get" or "create" asks the browser, puts the answer in its
// hidden field and is sent as any form. The challenge stands in data-options, or comes by a GET
// of the form's address. Without passkeys in the browser the form stays hidden.
const NOT_NOW = "That did not work, or was stopped. Please try again, or use another way.";

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function letters(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const credentials = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

function opened({ publicKey }) {
  const ready = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (ready.user) ready.user = { ...ready.user, id: bytes(ready.user.id) };
  if (ready.allowCredentials) ready.allowCredentials = credentials(ready.allowCredentials);
  if (ready.excludeCredentials) ready.excludeCredentials = credentials(ready.excludeCredentials);
  return { publicKey: ready };
}

function written(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = letters(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: letters(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    response: parts,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function challenge(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const reply = await fetch(form.action, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!reply.ok) throw new Error("no challenge");
  return (await reply.json()).request_options;
}

async function ask(form) {
  const says = form.querySelector("[data-passkey-says]");
  says.hidden = true;
  try {
    const options = opened(await challenge(form));
    const answer = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = JSON.stringify(written(answer));
  } catch {
    says.textContent = NOT_NOW;
    says.hidden = false;
    return;
  }
  form.submit();
}

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      await ask(form);
      busy = false;
    });
  }
}
