"""The list with many cases, and looking again by itself."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.triage.conftest import SENT
from tests.triage.many_cases import two_hundred
from tests.triage.test_signing_in import UNLOCK, clock
from triage.models import Case, CaseEvent

pytestmark = pytest.mark.django_db
BY_ITSELF = {"Desk-Looks-Again": "1"}


def test_with_two_hundred_cases_the_most_urgent_unopened_one_is_the_first_row(at_desk: Client) -> None:
    most = two_hundred(SENT)
    page = at_desk.get("/desk/").content.decode()
    rows = re.findall(r"<tr( class=\"desk-new\")?>\s*<td[^>]*><strong[^>]*>(\w+)</strong>", page)
    assert re.findall(r'href="/desk/([A-Z0-9-]+)/"', page)[0] == most
    assert rows[0] == (' class="desk-new"', "Urgent")
    weight = [(new == "", ["Urgent", "Soon", "Routine"].index(urgency)) for new, urgency in rows]
    assert len(rows) == 50 and weight == sorted(weight)


def test_how_many_nobody_opened_stands_in_the_title_and_nothing_else(send, at_desk: Client) -> None:
    assert "<title>Requests - " in at_desk.get("/desk/").content.decode()
    for _ in range(3):
        send()
    assert "<title>(3) Requests - " in at_desk.get("/desk/").content.decode()


def test_a_page_that_looks_by_itself_keeps_nobody_signed_in(at_desk: Client, monkeypatch) -> None:
    for minutes in (5, 10, 15, 19):
        clock(monkeypatch, minutes=minutes)
        assert at_desk.get("/desk/", headers=BY_ITSELF).status_code == 200
        monkeypatch.undo()
    clock(monkeypatch, minutes=21)
    assert at_desk.get("/desk/", headers=BY_ITSELF)["Location"] == UNLOCK
    monkeypatch.undo()
    assert at_desk.get("/desk/")["Location"] == UNLOCK  # it ended on the server, and not in that window alone


def test_somebody_who_works_stays_although_the_list_looks_by_itself(at_desk: Client, monkeypatch) -> None:
    for minutes in (15, 30):
        for headers in ({}, BY_ITSELF):
            clock(monkeypatch, minutes=minutes)
            assert at_desk.get("/desk/", headers=headers).status_code == 200
            monkeypatch.undo()


def test_looking_again_opens_nothing_and_writes_nothing(send, at_desk: Client) -> None:
    send(sent=timezone.now())
    before = CaseEvent.objects.count()
    for _ in range(3):
        at_desk.get("/desk/", headers=BY_ITSELF)
    assert CaseEvent.objects.count() == before and Case.objects.get().state == "received"


def test_without_a_script_the_list_says_how_to_look_again(at_desk: Client) -> None:
    page = at_desk.get("/desk/").content.decode()
    assert "To look again, reload this page." in page and 'aria-live="polite"' in page
    closed = at_desk.get("/desk/?closed=1").content.decode()
    assert "reload" not in closed and "data-live" not in closed
