// Forms with data-swap are sent by fetch, and <main> is swapped from the reply: no entry in the
// browser's history, and what was typed never reaches the files of its profile. When it was refused, or
// no answer came, the form stays as it is and the message stands above it. Without an answer nobody
// knows whether it was sent: the server may have taken it.
import { hasLeft } from "./quick_exit.js";

const STILL_HERE =
  "What you wrote is still here. Please try again, or call a number at the foot of this page.";
const NO_ANSWER = "There was no answer, so we do not know whether it was sent. " + STILL_HERE;
const PATIENCE = 30000;
let busy = false;

function focusOn(element) {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" }); // what stands above it, such as Back, stays in view
}

function sayAbove(form, main) {
  const old = document.querySelector("[data-not-sent]");
  if (old) old.remove();
  const message = document.createElement("div");
  message.className = "inset";
  message.dataset.notSent = "";
  message.setAttribute("role", "alert");
  if (main) message.append(...main.childNodes);
  const words = document.createElement("p");
  words.textContent = form.dataset.swap || (main ? STILL_HERE : NO_ANSWER);
  message.append(words);
  form.before(message);
  focusOn(message);
}

// The numbers above and below follow who the page is for.
const AROUND = [".danger", ".foot"];

export function show(page, main, address) {
  document.querySelector("main").replaceWith(main);
  for (const part of AROUND) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  document.title = page.title;
  history.replaceState(null, "", address);
  scrollTo(0, 0);
  focusOn(main.querySelector("[data-focus]") || main.querySelector("h1") || main);
  document.dispatchEvent(new Event("shown"));
}

export function fieldsOf(form, submitter) {
  const fields = new FormData(form);
  if (submitter && submitter.name) fields.append(submitter.name, submitter.value);
  return fields;
}

async function send(form, submitter) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let reply, page;
  try {
    const address = form.getAttribute("action") || location.href;
    reply = await fetch(address, { method: "POST", body: fieldsOf(form, submitter), signal: stop.signal });
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    page = null;
  }
  clearTimeout(timer);
  if (hasLeft() || !form.isConnected) return;
  const main = page && page.querySelector("main");
  if (main && (reply.ok || main.querySelector("form[data-swap]"))) show(page, document.adoptNode(main), reply.url);
  else sayAbove(form, main);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-swap][method=post]")) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  form.setAttribute("aria-busy", "true");
  try {
    await send(form, event.submitter);
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
});
