"""Who may see what: the same answer for a case that is somebody else's and one that is not there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.triage.conftest import PASSPHRASE, come_in
from triage import access
from triage.decisions import DECISIONS
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


def plain(content: bytes) -> bytes:
    return TOKEN.sub(b"", content)


def addresses(reference: str) -> list[tuple[str, str]]:
    """Every address of a case, with its method: a new decision is walked, too."""
    page = f"/desk/{reference}/"
    return [("get", page), *(("post", f"{page}{decision.slug}/") for decision in DECISIONS)]


def test_somebody_elses_case_answers_like_none(send: Callable[..., Case], at_desk: Client) -> None:
    theirs = send(queue="high-risk").reference
    for (method, there), (_, nowhere) in zip(addresses(theirs), addresses("ZZZ-999"), strict=True):
        answers = [getattr(at_desk, method)(address) for address in (there, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404], there
        assert plain(answers[0].content) == plain(answers[1].content), there
        assert answers[0].headers.items() == answers[1].headers.items()
    assert Case.objects.get(reference=theirs).state == "received"
    assert not CaseEvent.objects.filter(what="opening").exists()


def test_both_cost_the_same_queries_at_every_address(send, at_desk: Client) -> None:
    """So that the time of an answer tells no more than its words."""
    theirs = send(queue="high-risk").reference
    asked: dict[str, list[int]] = {}
    for reference in ("ZZZ-997", theirs, "ZZZ-999"):  # the first warms what is kept between requests
        for method, address in [*addresses(reference), ("get", f"/desk/{reference}/print/")]:
            with CaptureQueriesContext(connection) as captured:
                assert getattr(at_desk, method)(address).status_code == 404
            asked.setdefault(address.removeprefix(f"/desk/{reference}"), []).append(len(captured))
    for address, (_warm, there, nowhere) in asked.items():
        assert there == nowhere, address


def test_the_attempt_is_on_the_record(send, at_desk: Client) -> None:
    theirs = send(queue="high-risk").reference
    at_desk.get(f"/desk/{theirs}/")
    at_desk.get("/desk/ZZZ-999/")
    refused = CaseEvent.objects.filter(what="refused").values_list("reference", "by")
    assert list(refused) == [(theirs, "wanda"), ("ZZZ-999", "wanda")]


def test_every_other_address_of_the_desk_says_the_same(at_desk: Client) -> None:
    expected = plain(at_desk.get("/desk/ZZZ-999/").content)
    for address in ("/desk/zzz-999/", "/desk/ZZZ-999/open/", "/desk/a/b/c/", "/desk/%00x/"):
        answer = at_desk.get(address)
        assert answer.status_code in (404, 400), address
        if answer.status_code == 404:
            assert plain(answer.content) == expected, address


def test_the_list_holds_the_persons_own_queues_only(send, at_desk: Client) -> None:
    mine, theirs = send().reference, send(queue="high-risk").reference
    page = at_desk.get("/desk/").content.decode()
    assert mine in page and theirs not in page and "high-risk" not in page


@pytest.mark.parametrize("kind", ["superuser", "nobody", "left", "asleep"])
def test_without_a_place_at_a_queue_nobody_comes_in(person, send, kind: str) -> None:
    case = send()
    user = person("eddie", **({"provider": "worker"} if kind in ("left", "asleep") else {}))
    client = Client()
    client.force_login(user)
    if kind == "superuser":
        get_user_model().objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    elif kind == "left":
        user.desk_memberships.all().delete()
    elif kind == "asleep":
        get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert access.roles_of(user) == {} and not access.visible_to(user).exists()
    for address in ("/desk/", f"/desk/{case.reference}/", "/desk/ZZZ-999/", "/desk/any/thing/"):
        assert client.get(address)["Location"].startswith("/desk/sign-in/")
    answer = Client().post("/desk/sign-in/", {"username": "eddie", "password": PASSPHRASE})
    assert answer["Location"] == "/desk/sign-in/?w=w"


def test_a_place_that_is_taken_away_ends_at_once(worker: Any, at_desk: Client, send) -> None:
    case = send()
    assert at_desk.get("/desk/").status_code == 200
    worker.desk_memberships.all().delete()
    assert at_desk.get(f"/desk/{case.reference}/")["Location"].startswith("/desk/sign-in/")


def test_an_auditor_sees_what_was_done_and_no_word(person, worker, send) -> None:
    case = send()
    come_in(worker).get(f"/desk/{case.reference}/")
    client = come_in(person("ada", provider="auditor"))
    page = client.get(f"/desk/{case.reference}/").content.decode()
    assert "Opened to read, wanda" in page and "does not open" in page
    assert "Marigold" not in page and "07700" not in page and "voicemail" not in page
    for decision in DECISIONS:
        answer = client.post(f"/desk/{case.reference}/{decision.slug}/", {"outcome": "supported"})
        assert answer.status_code == 409
    assert not CaseEvent.objects.filter(by="ada", what="opening").exists()


def test_the_demonstrations_people_stay_out_of_production(person, settings) -> None:
    ida = person("ida", provider="worker")
    assert access.roles_of(ida)
    settings.PORTAL_DEMO = False
    assert access.roles_of(ida) == {}
