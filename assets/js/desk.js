// The desk's list looks again by itself. Each look says that nobody asked for it, so that it keeps
// nobody signed in; the list is swapped only when it differs, and never under a hand or an open menu.
const EVERY = 30000;
const PATIENCE = 20000;
const STILL = 2000; // since a pointer last moved over the list: rows must not move under a click
let timer, waiting, busy, moved = 0;

const live = () => document.querySelector("[data-live]");

function say(words) {
  const line = document.querySelector("[data-looked]");
  if (line && line.textContent !== words) line.textContent = words;
}

const clock = () => new Date().toTimeString().slice(0, 5);

// Where the eye is: the first row in view, by its link, and how far down it stands.
function anchor(list) {
  if (!scrollY) return null;
  const row = [...list.querySelectorAll("tbody tr")].find((one) => one.getBoundingClientRect().bottom > 0);
  const link = row && row.querySelector("a");
  return link && { href: link.getAttribute("href"), top: row.getBoundingClientRect().top };
}

const linkTo = (list, href) => [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === href);

function swap(fresh) {
  const list = live();
  if (!list) return;
  const selected = !getSelection().isCollapsed && list.contains(getSelection().anchorNode);
  if (Date.now() - moved < STILL || selected || list.querySelector("details[open]")) {
    waiting = setTimeout(swap, 1000, fresh);
    return;
  }
  const place = anchor(list);
  const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
  list.replaceChildren(...document.adoptNode(fresh).childNodes);
  const there = place && linkTo(list, place.href);
  if (there) scrollBy(0, there.closest("tr").getBoundingClientRect().top - place.top);
  if (focused) {
    const link = linkTo(list, focused) || list;
    if (link === list) list.tabIndex = -1;
    link.focus({ preventScroll: true });
  }
}

function signedOut() {
  const list = live();
  clearTimeout(waiting);
  stop();
  const words = document.createElement("p");
  const link = document.createElement("a");
  link.href = list.dataset.live;
  link.textContent = "Sign in again";
  words.append("You are signed out, and this list no longer looks by itself. ", link, ".");
  words.setAttribute("role", "alert");
  delete list.dataset.live;
  list.replaceChildren(words);
  for (const gone of document.querySelectorAll("[data-count], [data-looked], .desk-me")) gone.remove();
  document.title = document.title.replace(/^\(\d+\) /, "");
}

function take(page) {
  const [list, fresh] = [live(), page.querySelector("[data-live]")];
  const [count, newCount] = [document.querySelector("[data-count]"), page.querySelector("[data-count]")];
  document.title = page.title;
  if (count.textContent !== newCount.textContent) count.textContent = newCount.textContent;
  clearTimeout(waiting);
  if (list.innerHTML.trim() !== fresh.innerHTML.trim()) swap(fresh);
  say(`As it was at ${clock()}. Looks again by itself every half minute.`);
}

async function look() {
  if (busy || !live()) return;
  busy = true;
  const stopIt = new AbortController();
  const tooLong = setTimeout(() => stopIt.abort(), PATIENCE);
  let page, out;
  try {
    const headers = { "Desk-Looks-Again": "1" };
    const reply = await fetch(location.href, { headers, redirect: "manual", cache: "no-store", signal: stopIt.signal });
    out = reply.type === "opaqueredirect";
    if (reply.ok) page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    page = null;
  }
  clearTimeout(tooLong);
  busy = false;
  if (!live() || document.documentElement.classList.contains("leaving")) return;
  if (out) signedOut();
  else if (page && page.querySelector("[data-live]")) take(page);
  else say(`Could not look at ${clock()}. What stands here may be old: reload this page.`);
}

function stop() {
  clearInterval(timer);
  timer = null;
}

function start() {
  if (timer || document.hidden || !live()) return;
  timer = setInterval(look, EVERY);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return stop();
  start();
  look();
});
for (const kind of ["pointermove", "pointerdown"]) {
  document.addEventListener(kind, (event) => {
    const list = live();
    if (list && list.contains(event.target)) moved = Date.now();
  });
}
// What is to be mended is read first, as after a swap.
const toMend = document.querySelector("main [data-focus]");
if (toMend) toMend.focus();
if (live()) say("Looks again by itself every half minute.");
start();
