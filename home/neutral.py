"""Words that must not stand in an address, a title bar or a file name, and addresses that say nothing.

A history list, a shared phone's tabs and a router's log show addresses and titles. No list of words
is ever whole, so nothing hangs on this one that the site can name itself: a new page's address is a
number, a file's name is drawn by lot (home/uploads.py). The list is for what people must choose: the
word on a poster, the name of the site.
"""

import re
import secrets
import unicodedata

from wagtail.models import Page

# In English and in the languages that the site is for, without accents. Found inside words:
STEMS = (
    "abus", "assault", "battered", "beating", "bruis", "coerc", "controlling", "danger", "divorc",
    "domestic", "escape", "fleeing", "forced", "forcemarr", "frighten", "gaslight", "harass", "helpline",
    "honour", "hurt", "injunct", "kidnap", "leavehim", "leaveher", "leaving", "marac", "mensaid", "molest",
    "murder", "mutilat", "perpetrat", "rape", "refuge", "runaway", "safe", "scared", "sexual", "shelter",
    "slavery", "stalk", "strang", "surviv", "threat", "traffick", "trauma", "victim", "violat", "violen",
    "bicie", "gwalt", "maltret", "maltrat", "napasc", "ofiar", "przemoc", "schronisk", "uciec", "uciek",
    "zneca", "abuz", "agres", "bataie", "batut", "hartui", "sigur", "violul", "nasil", "obet", "tyran",
    "zneuzi", "hinsa", "malja", "tashaddud", "zulm", "ziadti", "ightisab",
)  # fmt: skip
# Too short to be looked for inside others: "viol" is in "violet".
WORDS = {
    "afraid", "beat", "beaten", "bita", "bity", "dv", "dva", "dvpn", "dvpo", "fear", "fgm", "flee", "gbv",
    "hbv", "honor", "idva", "ipv", "isva", "izzat", "kill", "mappa", "sarc", "stab", "unf", "vawg", "viol",
}  # fmt: skip
PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae"})


def telling_word(text: str) -> str:
    """The first telling word that stands in `text`, however it is joined and accented; or nothing."""
    decomposed = unicodedata.normalize("NFKD", text).lower().translate(PLAIN)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    joined = re.sub(r"[\W_]", "", plain)
    if found := next((stem for stem in STEMS if stem in joined), ""):
        return found
    return next((word for word in re.split(r"[\W_]+", plain) if word in WORDS), "")


def free_number(parent: Page | None) -> str:
    """An address that says nothing, for a new page below `parent`."""
    while True:
        number = str(10_000 + secrets.randbelow(90_000))
        if parent is None or not parent.get_children().filter(slug=number).exists():
            return number
