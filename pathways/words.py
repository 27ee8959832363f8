"""Texts of pathways as they are shown: facts filled in, and what nobody has confirmed marked."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pathways.facts import FACTS, PLACE, Facts, unknown

STAR = "*"
# A star to the eye, words to a screen reader; a line on the page explains it.
MARK = (
    f'<span aria-hidden="true">{STAR}</span><span class="govuk-visually-hidden"> (not confirmed here)</span>'
)


def show(text: str, facts: Facts) -> SafeString:
    """`text` as HTML. A fact that no lead has confirmed wears a star; an unknown key becomes "…"."""
    return mark_safe(_filled(escape(text), facts, MARK))


def plain(text: str, facts: Facts, *, mark: str = "") -> str:
    """`text` without HTML; `mark` follows each fact that no lead has confirmed."""
    return _filled(text, facts, mark)


def _filled(text: str, facts: Facts, mark: str) -> str:
    parts: list[str] = []
    at = 0
    for place in PLACE.finditer(text):
        words = facts.fill_known(place[0])
        parts += [text[at : place.start()], escape(words) if mark == MARK else words]
        parts += [mark] if place[1] in facts.to_confirm else []
        at = place.end()
    return "".join([*parts, text[at:]])


def has_unconfirmed(texts: Iterable[str], facts: Facts) -> bool:
    return any(facts.named(text) & facts.to_confirm for text in texts)


def unknown_key_words(text: str) -> str:
    """Why `text` cannot be saved, and how to mend it; nothing when all is well."""
    wrong = unknown(text)
    if not wrong:
        return ""
    named = ", ".join(f"{{{key}}}" for key in wrong)
    known = ", ".join(f"{{{key}}}" for key in FACTS)
    return f"{named} is not a fact that this site knows. Write it out, or use one of these: {known}."
