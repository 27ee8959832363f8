// Leaving with JavaScript. Press hides, release acts, sliding off restores; Shift three times
// does the same from anywhere. Nothing here waits for an answer: not ours, not the decoy's.
const root = document.documentElement;
const leaveForm = document.querySelector("form[data-leave]");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("x") : null;
const FIRST_RETRY = 12000;
let gone = false;

export const hasLeft = () => gone;

const hide = () => root.classList.add("leaving");
const show = () => gone || root.classList.remove("leaving");

function resetForms() {
  // A field named "reset" would hide the form's own method.
  for (const form of document.forms) HTMLFormElement.prototype.reset.call(form);
}

function neutral() {
  hide();
  document.title = "New page";
  for (const link of document.querySelectorAll("link[rel~=icon]")) link.href = "data:,";
}

// One new, empty body in place of the old: cheaper than taking thousands of nodes out.
function empty() {
  resetForms();
  root.replaceChild(document.createElement("body"), document.body);
}

// Taking a long page apart is slow, and nobody sees it done: the next paint, which hides, goes first.
function emptyAfterPaint() {
  requestAnimationFrame(() => setTimeout(empty));
  setTimeout(empty, 100);
}

function goTo(decoy, wait) {
  location.replace(decoy);
  // A decoy that does not answer is asked again; until then the page stays blank.
  setTimeout(() => goTo(decoy, wait * 2), wait);
}

function leave(tellOthers) {
  if (gone) return;
  gone = true;
  const decoy = leaveForm.dataset.leave;
  const exit = leaveForm.getAttribute("action");
  neutral();
  emptyAfterPaint();
  try {
    if (tellOthers && channel) channel.postMessage(1);
    fetch(exit, { method: "POST", keepalive: true }).catch(() => {});
    // A reload, or a browser that restores its tabs, then finds the exit and not the page.
    history.replaceState(null, "", exit);
  } catch {
    // Leaving goes on.
  }
  goTo(decoy, FIRST_RETRY);
}

function watchButton() {
  const button = leaveForm.querySelector("button");
  const holds = (event) => {
    const box = button.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  };
  let pressed = false;
  button.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pressed = true;
    hide();
  });
  // Wherever the release comes, above the button or not.
  addEventListener("pointerup", (event) => {
    if (!pressed) return;
    pressed = false;
    if (holds(event)) leave(true);
    else show();
  });
  addEventListener("pointercancel", () => {
    pressed = false;
    show();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") hide();
    else show();
  });
  button.addEventListener("blur", show);
  // Enter, Space, switch devices and speech all end here.
  leaveForm.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(true);
  });
}

// Presses of Shift count, left, right or both at once; any other key, click or a pause of two
// seconds starts anew, so that typing capitals never does.
function watchShift() {
  let presses = 0;
  let last = 0;
  const forget = () => (presses = 0);
  addEventListener(
    "keydown",
    (event) => {
      if (event.repeat) return;
      if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) return forget();
      presses = event.timeStamp - last > 2000 ? 1 : presses + 1;
      last = event.timeStamp;
      if (presses === 3) leave(true);
    },
    true,
  );
  for (const type of ["pointerdown", "input", "compositionstart", "blur"]) addEventListener(type, forget, true);
}

// What Back may bring out of the browser's memory: a content page as it was, without what was
// typed; a page of the help form, or one that was left, never.
function watchBack() {
  addEventListener("pagehide", () => {
    if (document.querySelector("main[data-form]")) neutral();
    if (root.classList.contains("leaving")) empty();
    else resetForms();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (gone) location.replace(leaveForm.dataset.leave);
    else if (root.classList.contains("leaving")) leave(false);
    else resetForms();
  });
}

if (leaveForm) {
  watchButton();
  watchShift();
  watchBack();
  if (channel) channel.onmessage = () => leave(false);
}
