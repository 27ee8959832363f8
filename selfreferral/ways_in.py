"""The way through the form that a page elsewhere chose for somebody, and nothing more about anybody.

`WAYS_IN` is its one place: a name, and the answers for which it stands. A button posts the name to
the start page; it travels on sealed, as a search does, and becomes an answer in the draft when Start
is pressed. Who came by it passes the page that it answers, and can go back and change it.
"""

from django.urls import reverse

from selfreferral.flow import Raw
from selfreferral.questions import Answers
from services_directory import carry

WAYS_IN: dict[str, Answers] = {"professional": {"who": {"who": "professional"}}}
PURPOSE = "way in"


def known(name: str) -> str:
    """The name of a way, or nothing for whatever else was sent."""
    return name if name in WAYS_IN else ""


def address(name: str) -> str:
    """The start page, where `name` is chosen already. The address does not show it."""
    sealed = carry.seal(name, purpose=PURPOSE) if known(name) else ""
    return reverse("ask") + (f"?s={sealed}" if sealed else "")


def opened(sealed: str) -> str:
    """The name that `address` sealed; nothing for a seal that does not open any more."""
    return known(carry.unseal(sealed, purpose=PURPOSE) or "") if sealed else ""


def kept(name: str) -> dict[str, Raw]:
    """The answers of a way as a draft keeps what was posted."""
    return {
        step: {f"{step}-{field}": [value] for field, value in given.items()}
        for step, given in WAYS_IN.get(name, {}).items()
    }
