// Makes GOV.UK Frontend's compiled CSS fit this site: our colours, either reading direction, no unused rules.
import postcss from "postcss";

// Variants that no template of ours uses. A rule is kept while one of its selectors is still needed.
const UNUSED = [
  /--(warning|inverse|disabled|orange|pink|purple|turquoise|yellow|red|grey|green|magenta|light-blue|teal)\b/,
  /button--start|button__start-icon|\[disabled\]|:disabled|-moz-focus-inner|spin-button|type="?number/,
  /__conditional|__divider|checkboxes__hint.*--|radios--(inline|small)|summary-card|__actions|no-border|no-actions/,
  /__(prefix|suffix|wrapper)\b|--width-|extra-letter-spacing|--collapse-on-mobile|--xl\b|-section-break/,
  /pagination--block|pagination__(link-label|link-title|icon|item--ellips[ei]s)|frontend-supported/,
  /label-wrapper|legend--|fieldset__heading|label--[slm]\b|(radios|checkboxes)__hint|skip-link-focused|error-summary__body/,
  /(input|select|textarea)--error/,
];
// Each of our pages sets these once, on html or by a token.
const SET_ONCE = new Set([
  "-webkit-font-smoothing", "-moz-osx-font-smoothing", "font-family", "-webkit-appearance", "appearance",
  "word-wrap", "-webkit-text-decoration-skip-ink", "-webkit-text-decoration-skip", "text-decoration-skip",
  "-webkit-box-decoration-break", "box-decoration-break", "-webkit-clip-path",
]);
const TOKENS = {
  brand: "--brand", text: "--ink", "inverse-text": "--on-brand", "body-background": "--card",
  "secondary-text": "--soft", focus: "--focus", "focus-text": "--on-focus", error: "--alert",
  success: "--brand", border: "--line", "input-border": "--ink", hover: "--line", link: "--link",
  "link-visited": "--link", "link-hover": "--ink", "link-active": "--ink",
};
const SIDES = { left: "inline-start", right: "inline-end" };

function logical(declaration) {
  const { prop, value } = declaration;
  const side = prop.match(/^(?:(margin|padding|border)-)?(left|right)(-(?:width|color|style))?$/);
  if (side) {
    declaration.prop = `${side[1] ?? "inset"}-${SIDES[side[2]]}${side[3] ?? ""}`;
  } else if (prop === "text-align" && value in SIDES) {
    declaration.value = { left: "start", right: "end" }[value];
  }
}

function ours(value) {
  return value.replace(/var\(--govuk-([a-z-]+)-colour, #[0-9a-f]+\)/g, (whole, name) => {
    if (!(name in TOKENS)) throw new Error(`No token of ours for GOV.UK's colour "${name}"`);
    return `var(${TOKENS[name]})`;
  });
}

/** CSS text in, CSS text out. */
export function fit(css) {
  const root = postcss.parse(css);
  root.walkComments((comment) => comment.remove());
  root.walkRules((rule) => {
    if (!rule.selector.includes("govuk-")) return;
    rule.selectors = rule.selectors.filter((one) => !UNUSED.some((pattern) => pattern.test(one)));
    if (rule.selector === "") rule.remove();
    else rule.walkDecls((declaration) => {
      // The skip link stands away from every edge here: _parts.scss.
      if (SET_ONCE.has(declaration.prop) || declaration.value.includes("safe-area")) return declaration.remove();
      logical(declaration);
      declaration.value = ours(declaration.value);
    });
  });
  root.walkAtRules((at) => {
    // Old Internet Explorer and old Edge: they get the plain, readable page.
    if (/screen\\0|-ms-high-contrast: none|not \(text-wrap/.test(at.params)) at.remove();
    else if (/not \(-ms-ime-align/.test(at.params)) at.replaceWith(at.nodes);
    else at.params = at.params.replace(", (-ms-high-contrast: active)", "");
  });
  for (let emptied = true; emptied; ) {
    emptied = false;
    root.walk((node) => {
      if ((node.type === "rule" || node.type === "atrule") && node.nodes?.length === 0) {
        node.remove();
        emptied = true;
      }
    });
  }
  return root.toString();
}
