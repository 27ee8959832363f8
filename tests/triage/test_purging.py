"""A case whose words were deleted says so, and opens for nobody."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.triage.conftest import later
from triage import decisions, events, purging, reading
from triage.models import Case

pytestmark = pytest.mark.django_db


def test_a_purged_case_says_so_in_plain_words(send, worker, at_desk) -> None:
    case = send()
    reading.read(case, user=worker, now=later())
    for slug, answers in (("claim", {}), ("close", {"outcome": "supported"})):
        decisions.decide(decisions.BY_SLUG[slug], case, user=worker, answers=answers, now=later(hours=1))
    kept = settings.RETENTION["closed_case"]
    assert purging.purge(now=later(hours=1) + kept - timedelta(seconds=1)) == 0
    assert "Marigold" in at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert purging.purge(now=later(hours=1) + kept) == 1
    answer = at_desk.get(f"/desk/{case.reference}/")
    page = answer.content.decode()
    assert answer.status_code == 200 and "has been deleted" in page and "Marigold" not in page
    assert "could not be opened" not in page and "Words deleted, purge" in page
    assert "unreadable" not in [event.what for event in events.of_case(case.reference)]


def test_an_open_case_whose_letter_is_gone_is_no_purged_one(send, worker, at_desk) -> None:
    case = send()
    Case.objects.update(sealed=b"")
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "could not be opened" in page and "has been deleted" not in page
