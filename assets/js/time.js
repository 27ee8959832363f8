// How long a page of the form lives. It says so inside the page when five minutes are left, takes
// no focus, and asks for more time by fetch: the caret, the scroll and the browser's history stay.
import { hasLeft } from "./quick_exit.js";
import { fieldsOf, show } from "./swap.js";

const WARN = 300000;
const WORDS = ["less than one minute", "one minute", "two minutes", "three minutes", "four minutes", "five minutes"];
let clock, idleEnd, wholeEnd, button, box, line, lastField;

function read(from) {
  const now = Date.now();
  idleEnd = now + from.dataset.idle * 1000;
  wholeEnd = now + from.dataset.whole * 1000;
}

function begin() {
  clearInterval(clock);
  box = null;
  const holder = document.querySelector("main [data-idle]");
  if (!holder) return;
  button = holder.querySelector("[value=stay]");
  button.hidden = true;
  read(holder);
  clock = setInterval(look, 5000);
  look();
}

// Beside what the person looks at: after the question that has the focus, else the first in view.
function placeOf(form) {
  const group = document.activeElement.closest("form[data-swap] .govuk-form-group");
  if (group) return group;
  const parts = [...form.children].filter((part) => part.offsetHeight);
  return parts.find((part) => part.getBoundingClientRect().bottom > innerHeight / 4) || parts[0];
}

function say(words, more) {
  if (!box) {
    box = document.createElement("div");
    line = document.createElement("p");
    box.className = "inset";
    box.setAttribute("role", "alert");
    box.append(line, button);
    placeOf(button.form).after(box);
  }
  button.hidden = !more;
  if (line.textContent !== words) line.textContent = words;
}

function look() {
  if (hasLeft() || !button.isConnected) return clearInterval(clock);
  const left = Math.min(idleEnd, wholeEnd) - Date.now();
  if (left > WARN) return;
  if (left <= 0) {
    clearInterval(clock);
    say("The time is over. We deleted what you wrote before. What stands on this page is still here: press a button to go on with it.");
    return;
  }
  const time = WORDS[Math.round(left / 60000)];
  if (idleEnd < wholeEnd) say(`You have about ${time} left. Then we delete what you wrote.`, true);
  else say(`This form closes in about ${time}. It cannot be kept open for longer. What you do not send before then is deleted.`);
}

async function stay() {
  const form = button.form;
  let reply, page;
  try {
    reply = await fetch(form.action, { method: "POST", body: fieldsOf(form, button) });
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    page = null;
  }
  if (hasLeft() || !button.isConnected || !box) return;
  const holder = page && reply.ok && page.querySelector("main [data-idle]");
  const journey = "[name=journey]";
  if (holder && page.querySelector(journey).value === form.querySelector(journey).value) {
    const mine = document.querySelector("main [data-idle]");
    const focused = document.activeElement === button;
    read(holder);
    button.hidden = true;
    mine.append(button);
    mine.querySelector("[role=status]").textContent = "You have more time now.";
    box.remove();
    box = null;
    if (focused && lastField && lastField.isConnected) lastField.focus({ preventScroll: true });
  } else if (holder) {
    show(page, document.adoptNode(page.querySelector("main")), reply.url);
  } else {
    say("That did not work. What you wrote is still on this page. Please press a button to go on.", true);
  }
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("main input, main textarea, main select")) lastField = event.target;
});
document.addEventListener("click", (event) => {
  if (!button || event.target !== button) return;
  event.preventDefault();
  stay();
});
document.addEventListener("shown", begin);
begin();
