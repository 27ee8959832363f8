// What keeps words while two people write, and while there is no connection.
//
// A lost connection while somebody edits: the words stay, a press on Save does nothing until it is
// back, and then the page saves itself. Without this the press ends on the browser's error page.
(() => {
  const { lost: LOST, back: BACK } = document.currentScript.dataset;
  const FORM = "form[data-controller~='w-unsaved']";
  const AGAIN = 3000; // milliseconds between two looks
  let lost = false;
  let note;

  function say(words) {
    if (!note) {
      note = document.body.appendChild(document.createElement("p"));
      note.className = "staff-connection";
      note.setAttribute("role", "alert");
    }
    note.hidden = !words;
    note.textContent = words;
  }

  function wait() {
    if (lost || !document.querySelector(FORM)) return;
    lost = true;
    say(LOST);
    setTimeout(look, AGAIN);
  }

  async function look() {
    if (!lost) return;
    try {
      await fetch("/health/", { method: "HEAD", cache: "no-store" });
    } catch {
      setTimeout(look, AGAIN);
      return;
    }
    lost = false;
    say(BACK);
    // What Wagtail's own form says when there is something new: a draft keeps itself again.
    document.querySelector(FORM)?.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true }));
  }

  function hold(event) {
    const button = event.type === "click" ? event.target.closest("button[type=submit], input[type=submit]") : null;
    const form = event.type === "click" ? button?.form : event.target;
    if (!form?.matches(FORM) || (!lost && navigator.onLine)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wait();
  }

  // "Save draft" in Wagtail's question whether to overwrite: home/page_forms.py need not ask once more.
  function overwrites(event) {
    const yes = event.target.closest("#w-save-confirmation-dialog [data-w-dialog-target=confirm]");
    const form = yes && document.querySelector(FORM);
    if (!form || form.elements.overwrites) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "overwrites", value: "yes" }));
  }

  document.addEventListener("click", overwrites, true);
  document.addEventListener("click", hold, true);
  document.addEventListener("submit", hold, true);
  document.addEventListener("w-autosave:error", (event) => event.detail?.type === "network_error" && wait());
  document.addEventListener("w-autosave:success", () => !lost && say(""));
  window.addEventListener("offline", wait);
  window.addEventListener("online", look);
})();
