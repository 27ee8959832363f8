"""A call at the desk, for tests: the page, what is typed there and what comes of it."""

import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from selfreferral.models import Referral
from tests.triage.teams import teams
from triage import reading
from triage.models import Case

ADDRESS = "/desk/by-phone/"
PAGE = re.compile(r'name="page" value="([^"]+)"')
RING = {"contact-ways": ["ring_us"]}
ME = {
    "who-who": "me",
    "about-name": "Marigold",
    "about-age": "25-39",
    "contact-ways": ["phone"],
    "contact-phone_number": "07700 900461",
    "contact-phone_voicemail": "no",
}


@pytest.fixture(autouse=True)
def queues(db, desk_key) -> None:
    teams(desk_key)


def show(client: Client) -> str:
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def post(client: Client, page: str = "", do: str = "send", **typed: Any) -> Any:
    """What the browser posts from `page`, or from the page as it stands now."""
    signed = PAGE.search(page or show(client))
    assert signed
    answer = client.post(ADDRESS, {"page": signed[1], "do": do, **typed})
    assert answer.status_code == 303 and not answer.content, "typed text is never in an answer to a POST"
    return answer


def sent(answer: Any) -> Referral:
    found = re.fullmatch(rf"{ADDRESS}([A-Z0-9-]+)/", answer["Location"])
    assert found, f"not sent: {answer['Location']}"
    return Referral.objects.get(reference=found[1])


def letter(referral: Referral) -> reading.Letter:
    call_command("deliver_referrals", "--once", stdout=StringIO())
    return reading.unseal(Case.objects.get(reference=referral.reference))


def everything(given: reading.Letter) -> str:
    lines = [line for part in (*given.safe_contact, *given.parts) for line in part.lines]
    return "\n".join([*given.notes, *(f"{line.question}: {line.answer}" for line in lines)])
