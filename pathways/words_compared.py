"""Two texts beside each other, with what went and what came marked."""

from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def compared(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both as HTML: words that went stand in <del>, words that came in <ins>."""
    old, new = before.split(), after.split()
    left: list[str] = []
    right: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = escape(" ".join(old[a:b])), escape(" ".join(new[c:d]))
        left.append(gone if what == "equal" else _marked("del", gone))
        right.append(come if what == "equal" else _marked("ins", come))
    return mark_safe(" ".join(filter(None, left))), mark_safe(" ".join(filter(None, right)))


def _marked(tag: str, words: str) -> str:
    return f"<{tag}>{words}</{tag}>" if words else ""
