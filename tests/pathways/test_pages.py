"""A pathway's page shows its steps, shared ones too, with facts and contacts as they are now."""

from typing import Any

import pytest
from django.test import Client

from pathways import steps
from pathways.models import PathwayPage
from services_directory.models import Service
from tests import factories
from tests.pathways.building import pathway, republish, shared, step

pytestmark = pytest.mark.django_db


def words(page: PathwayPage) -> str:
    return Client().get(page.url).content.decode()


@pytest.fixture
def mash() -> Service:
    return factories.service("Front desk for children", code="mash", phones=["01709 000001"])


def test_a_step_shows_everything_that_was_written(mash: Service) -> None:
    rows = {name: f"Words about {name}." for name, _label, _help in steps.ROWS}
    page = pathway("One", step("Ring them", **rows, contact="mash"), ring="mash", by_when="Today")
    said = words(page)
    assert [row for row in rows.values() if row not in said] == []
    assert [label for _name, label, _help in steps.ROWS if f"<dt>{label}:</dt>" not in said] == []
    assert said.count(">01709 000001</a>") == 2 and "Front desk for children" in said
    assert "By when: Today" in said


def test_a_number_that_changes_in_the_directory_changes_here(mash: Service) -> None:
    page = pathway("One", step("Ring them", contact="mash"))
    assert "01709 000001" in words(page)
    phone = mash.phones.get()
    phone.number = "01709 000002"
    phone.save()
    mash.save()
    assert "01709 000002" in words(page) and "01709 000001" not in words(page)


@pytest.mark.parametrize("gone", ["hidden", "unchecked", "without a number"])
def test_where_the_directory_has_no_number_the_front_door_stands_in(
    settings: Any, mash: Service, gone: str
) -> None:
    settings.PORTAL_DEMO = False
    page = pathway("One", step("Ring them", contact="mash"))
    if gone == "hidden":
        mash.live = False
    elif gone == "unchecked":
        mash.assured_date = None
    else:
        mash.phones.all().delete()
    mash.save()
    said = words(page)
    assert "01709 000001" not in said
    assert said.count("National Domestic Abuse Helpline") > 1 and "refer online" in said
    assert ("Front desk for children" in said) is (gone == "without a number")


def test_a_step_of_another_page_is_shown_and_not_copied(mash: Service) -> None:
    source = pathway("Children", step("Ring them", "key-1", contact="mash", clock="The same day"))
    job = pathway("Dentist", step("Look"), shared("key-1", "If there is a child"), kind="job")
    assert "If there is a child" in words(job) and "Ring them" in words(job)
    republish(source, step("Ring them at once", "key-1", contact="mash", clock="Now"))
    assert "Ring them at once" in words(job) and "The same day" not in words(job)
    source.unpublish()
    assert "Ring them" not in words(job) and "Look" in words(job)


def test_what_nobody_has_confirmed_says_so() -> None:
    page = pathway("One", step("Refer", threshold="{dash_high} ticks"))
    assert "Local lead must confirm</strong>" in words(page)
    page = republish(page, confirmed_by="Lee Lead", confirmed_on="2026-11-01")
    assert "Local lead must confirm</strong>" not in words(page) and "Confirmed by Lee Lead" in words(page)
    assert "* Local lead must confirm" in words(page)  # the fact in it is not confirmed yet


def test_what_an_editor_writes_is_no_markup() -> None:
    page = pathway("A <b>", step("<script>alert(1)</script>", clock="{no_such_key} <i>"), now="<u>now</u>")
    said = words(page)
    assert "<script>alert" not in said and "<u>" not in said and "… &lt;i&gt;" in said


def test_an_address_that_is_not_there_leads_to_the_list_with_exit_and_number() -> None:
    page = pathway("One", step("Look"))
    for path in ("/professionals/gone/", "/professionals/1/2/3/", "/professionals/x"):
        answer = Client().get(path, follow=True)
        said = answer.content.decode()
        assert answer.status_code == 404, path
        assert page.url in said and "Leave this site" in said and "tel:" in said
