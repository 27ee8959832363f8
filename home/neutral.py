"""Words that must not stand in an address, a title bar or a file name.

A history list, a shared phone's tabs and a router's log show addresses and titles. Stems, in
English and in the languages that the site is for; compared inside words, without accents.
"""

import unicodedata

TELLING_STEMS = (
    "abus", "assault", "battered", "domestic", "dv-", "harass", "hurt", "perpetrat", "rape", "refuge",
    "safe", "stalk", "survivor", "victim", "violen", "escape", "danger", "helpline", "sexual",
    "maltrat", "przemoc", "ofiar", "schronisk", "nasil", "nasili", "obet", "abuz", "violent",
    "zulm", "tashaddud", "hinsa", "malja",
)  # fmt: skip


def telling_word(text: str) -> str:
    """The first telling stem that stands in `text`, or nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return next((stem for stem in TELLING_STEMS if stem in plain), "")
