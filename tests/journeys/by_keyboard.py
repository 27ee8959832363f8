"""A person without a mouse: Tab, Space, Enter and the arrows; and whatever has focus shows it."""

from playwright.sync_api import Page

MOST_TABS = 150
HERE = r"""([css, words]) => {
  const one = document.activeElement;
  const said = [one.innerText, one.value, ...[...(one.labels || [])].map(label => label.innerText)].join(" ");
  return one.matches(css) && said.replace(/\s+/g, " ").includes(words);
}"""
SHOWN = """() => {
  const styles = [document.activeElement, ...(document.activeElement.labels || [])]
    .flatMap(one => [getComputedStyle(one), getComputedStyle(one, "::before")]);
  return styles.some(style => style.outlineStyle !== "none" || style.boxShadow !== "none");
}"""


def reach(page: Page, words: str = "", css: str = "*") -> None:
    """Tab until what has focus is `css` and says `words`."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, [css, words]):
            assert page.evaluate(SHOWN), f"nobody sees that {words or css} has focus"
            return
    raise AssertionError(f"not reached by Tab: {words or css}")


def press(page: Page, words: str, css: str = "a, button, summary") -> None:
    reach(page, words, css)
    page.keyboard.press("Enter")


def choose(page: Page, name: str, words: str) -> None:
    """One of the round answers of the question `name`: Tab to the group, the arrows within it."""
    reach(page, css=f"input[name$={name}]")
    for _ in range(20):
        if page.evaluate(HERE, ["input", words]):
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"not reached by the arrows: {words}")
