"""The teams of the starter, with keys: the desk's own key opens every queue's letters but one's."""

from pyrage import x25519

from selfreferral.models import Queue
from tests.triage.conftest import ESCROW

NAMES = {
    "provider": "Plain provider",
    "high-risk": "High-risk team",
    "young-people": "Young people’s advocate",
    "children": "Children’s advice",
    "own-behaviour": "Own behaviour programme",
    "independent": "Independent team",
}


def teams(desk_key: x25519.Identity) -> dict[str, x25519.Identity]:
    """Makes the queues; the private key of each. The independent team's opens nobody else's letters."""
    outside, spare = x25519.Identity.generate(), x25519.Identity.generate()
    for slug, name in NAMES.items():
        own = slug == "independent"
        pair = [outside, spare] if own else [desk_key, ESCROW]
        recipients = [str(key.to_public()) for key in pair]
        Queue.objects.create(slug=slug, name=name, own_escrow=own, recipients=recipients)
    return {slug: outside if slug == "independent" else desk_key for slug in NAMES}
