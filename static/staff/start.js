// Starts date fields, choosers and inline lists from attributes, so that no page needs an inline
// script (portal/staff_csp.py says why). Only the names below can be called.
(() => {
  const FUNCTIONS = ["initDateChooser", "initTimeChooser", "initDateTimeChooser", "createTaskChooser"];
  const CLASSES = /^(InlinePanel|MultipleChooserPanel|[A-Z][A-Za-z]*Chooser|Chooser)$/;
  const { Controller } = window.StimulusModule;

  class Starter extends Controller {
    connect() {
      // Moving a row connects it again; it was started where it stood before.
      if (this.element.dataset.started) return;
      this.element.dataset.started = "yes";
      const name = this.nameValue;
      if (FUNCTIONS.includes(name)) window[name](...this.argumentsValue);
      else if (CLASSES.test(name)) new window[name](...this.argumentsValue);
    }
  }
  Starter.values = { name: String, arguments: Array };
  window.wagtail.app.register("staff-start", Starter);

  // Rich text writes its own <style> into the page (placeholders, numbers of lists), which the policy
  // forbids. It gets a hidden element instead, whose text becomes a sheet made by script.
  const create = document.createElement.bind(document);
  document.createElement = (name, options) =>
    String(name).toLowerCase() === "style" ? rules() : create(name, options);

  function rules() {
    const element = create("span");
    const sheet = new CSSStyleSheet();
    element.hidden = true;
    document.adoptedStyleSheets.push(sheet);
    new MutationObserver(() => sheet.replaceSync(element.textContent)).observe(element, {
      characterData: true,
      childList: true,
      subtree: true,
    });
    return element;
  }
})();
