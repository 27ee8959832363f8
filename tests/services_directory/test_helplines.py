"""The numbers in footers and on error pages: what an editor hides is gone, and a number always stands."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home import brand
from home.templatetags.brand_lines import helpline
from services_directory import helplines
from services_directory.editing import actions
from services_directory.models import Service
from tests import factories

pytestmark = pytest.mark.django_db
CODES = dict(helplines.HELPLINES)
MEN, NATIONAL = CODES["men"], CODES[""]


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.PORTAL_DEMO = True


def entry(code: str, number: str, **fields: object) -> Service:
    return factories.service(code, code=code, phones=[number] if number else [], scope="national", **fields)


def hide(*services: Service) -> None:
    for service in services:
        actions.hide(service, user=None, now=timezone.now())


def lines() -> dict[str, str]:
    """Number by audience."""
    return {line.audience: line.display for line in helplines.published_lines()}


def all_entries() -> dict[str, Service]:
    return {audience: entry(code, f"0800 00000{n}") for n, (audience, code) in enumerate(CODES.items())}


def test_the_starter_stands_in_for_what_was_never_in_the_directory() -> None:
    entry(MEN, "0800 111 2222")
    assert lines()["men"] == "0800 111 2222"
    starter = {line.audience: line.display for line in helplines.starter_lines()}
    assert {**starter, "men": "0800 111 2222"} == lines()


@pytest.mark.parametrize("how", ["hidden", "number taken out"])
def test_what_an_editor_takes_away_does_not_come_back_from_the_starter(how: str) -> None:
    service = entry(MEN, "0800 111 2222" if how == "hidden" else "")
    if how == "hidden":
        hide(service)
    assert "men" not in lines()
    site = brand.current()
    assert helpline(site, "men") == site.national
    page = Client().get("/nowhere/").content.decode()
    assert "0808 801 0327" not in page and site.national.display in page


@pytest.mark.parametrize("demo", [True, False])
def test_outside_the_demonstration_only_a_checked_entry_gives_the_number(settings, demo: bool) -> None:
    settings.PORTAL_DEMO = demo
    entry(NATIONAL, "0800 333 4444", assured_date=None)
    assert lines()[""] == ("0800 333 4444" if demo else "0808 2000 247")


def test_in_place_of_a_hidden_national_line_stands_the_next_that_is_shown() -> None:
    kept = all_entries()
    others = {code: entry(code, f"0800 11111{n}") for n, code in enumerate(helplines.STAND_INS)}
    hide(kept.pop(""))
    for code in helplines.STAND_INS:
        national = helplines.published_lines()[0]
        assert (national.name, national.audience) == (code, "")
        hide(others[code])
    assert helplines.published_lines()[0].audience == "men"
    assert list(lines()) == list(kept), "no number stands twice"


def test_with_every_entry_hidden_999_is_left_on_every_page() -> None:
    kept = all_entries()
    own = kept.pop(helplines.OWN_BEHAVIOUR)
    hide(*kept.values())
    assert [line.display for line in helplines.published_lines()] == ["999", own.phones.first().number]
    hide(own)
    assert helplines.published_lines() == [helplines.EMERGENCY]
    for address in ("/nowhere/", "/wait/?w=2", "/ask/", "/tell/", "/tell/young/", "/professionals/check/"):
        page = Client().get(address).content.decode()
        assert 'href="tel:999"' in page and "tel:0" not in page, address


def test_when_all_are_there_they_cost_one_query() -> None:
    all_entries()
    with CaptureQueriesContext(connection) as asked:
        helplines.published_lines()
    assert len(asked) == 1
