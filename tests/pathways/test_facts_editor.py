"""The screen where a lead changes and confirms facts, and that a change is everywhere at once."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from home import roles
from pathways import facts, versions
from pathways.facts import FACTS
from pathways.facts_editing import SCREENS
from pathways.models import Fact, PathwayPage
from selfreferral.questions.professional import RiskForm
from services_directory.models import Generation
from tests.pathways.building import pathway, step
from tests.services_directory.editors import in_role, staff

pytestmark = pytest.mark.django_db
MARK = "Local lead must confirm"
LEE = "Lee Example, lead"


@pytest.fixture
def lead(client: Client) -> Any:
    user = staff("change_fact", name="lee")
    client.force_login(user)
    return user


def edit(client: Client, key: str = "dash_high", **given: str) -> Any:
    """What a lead's browser posts: the page's own fields, and what was typed over them."""
    url = reverse("fact_edit", args=[key])
    form = client.get(url).context["form"]
    fields = {name: form[name].value() or "" for name in ("seen", "value", "confirmed_by")}
    return client.post(url, {**fields, **given})


def checker_page() -> str:
    return Client().get(reverse("checker")).content.decode()


def test_the_list_shows_every_fact_with_its_key_and_who_answers_for_it(client: Client, lead: Any) -> None:
    edit(client, confirm="on", confirmed_by=LEE)
    page = client.get(reverse("facts")).content.decode()
    for key in FACTS:
        assert f"<code>{{{key}}}</code>" in page
    assert LEE in page and page.count(f'">{MARK}<') == len(FACTS) - 1


HIGH = {"tool": "tool_dash", "result": "ticks_high", "age": "aged_18_over"}


def everywhere(pages: list[PathwayPage]) -> dict[str, str]:
    """The main part of each thing that shows a threshold, by name, as somebody reads it now."""
    script = {"Sec-Fetch-Dest": "empty"}
    found = {page.title: Client().get(page.url) for page in pages}
    found["search"] = Client().post("/professionals/find/", {"q": "plain"}, headers=script, follow=True)
    found["checker"] = Client().get(reverse("checker"))
    found["result"] = Client().post(reverse("checker"), HIGH, headers=script)
    found["feed"] = Client().get("/professionals/changes/feed/")
    found["changes"] = Client().get("/professionals/changes/")
    said = {name: answer.content.decode() for name, answer in found.items()}
    said["form"] = str(RiskForm(prefix="prof_risk", answers={}))
    return {name: re.sub(r"<[^>]+>", "", text.partition("<main")[2] or text) for name, text in said.items()}


def test_what_a_lead_saves_is_at_once_on_pages_in_the_checker_the_form_and_the_feeds(
    client: Client, lead: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Paper shows what the page says: tests/journeys/test_professionals.py."""
    ticks = "{dash_high} ticks or more of {dash_questions}"
    pages = [pathway("One", step("Refer", threshold=ticks)), pathway("Two", step("Plain"), now=ticks)]
    versions.catch_up(timezone.now())
    connection.run_on_commit.clear()  # what publishing left there; a test's transaction never ends
    before = everywhere(pages)
    for key, value in (("dash_questions", "27"), ("dash_high", "13")):
        with django_capture_on_commit_callbacks(execute=True):
            assert edit(client, key, value=value, confirm="on", confirmed_by=LEE).status_code == 302
    after = everywhere(pages)
    for name, number in [
        ("One", 14),
        ("Two", 14),
        ("search", 14),
        ("checker", 14),
        ("result", 14),
        ("form", 24),
    ]:
        assert re.search(rf"\b{number}\b", before[name]), name
        assert not re.search(rf"\b{number}\b", after[name]), name
        assert re.search(r"\b13\b" if number == 14 else r"\b27\b", after[name]), name
    for name in ("feed", "changes"):
        assert "One" in after[name] and after[name] != before[name], name
    assert "Local lead must confirm" in before["Two"] and "*" not in after["Two"]


def test_a_changed_threshold_is_on_a_kept_page_at_once(client: Client, lead: Any) -> None:
    """The page before comes from the page cache: the generation counts up in the same transaction."""
    assert "Fewer than 14" in checker_page() and "Fewer than 14" in checker_page()
    before = Generation.current()
    assert edit(client, value=" 012 ").status_code == 302
    assert Generation.current() > before
    assert "Fewer than 12" in checker_page() and "Fewer than 14" not in checker_page()
    assert edit(client, value="").status_code == 302
    assert "Fewer than 14" in checker_page()


def test_confirming_keeps_value_name_and_day_and_a_change_takes_it_away(client: Client, lead: Any) -> None:
    edit(client, confirm="on", confirmed_by=LEE)
    row = Fact.objects.get(key="dash_high")
    assert (row.value, row.confirmed_by, row.confirmed_on) == ("14", LEE, timezone.localdate())
    assert "dash_high" not in facts.current().to_confirm
    edit(client)
    assert "dash_high" not in facts.current().to_confirm, "saved without a change"
    edit(client, value="12")
    assert "dash_high" in facts.current().to_confirm


def test_nobody_confirms_without_a_name(client: Client, lead: Any) -> None:
    answer = edit(client, confirm="on", confirmed_by=" ")
    assert answer.status_code == 200 and "Write your name and role" in answer.content.decode()
    assert "dash_high" in facts.current().to_confirm


def test_nobody_overwrites_what_changed_while_it_was_open(client: Client, lead: Any) -> None:
    edit(client, value="12")
    late = {"seen": "14", "value": "10", "confirm": "on", "confirmed_by": LEE}
    answer = client.post(reverse("fact_edit", args=["dash_high"]), late)
    assert answer.status_code == 200 and "Somebody changed this" in answer.content.decode()
    assert facts.current().number("dash_high") == 12 and "dash_high" in facts.current().to_confirm
    assert 'value="10"' in answer.content.decode(), "what was typed is not lost"
    seen = answer.context["form"]["seen"].value()
    assert client.post(reverse("fact_edit", args=["dash_high"]), {**late, "seen": seen}).status_code == 302
    assert facts.current().number("dash_high") == 10


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("dash_high", "fourteen", "whole number in digits"),
        ("dash_high", "-1", "whole number in digits"),
        ("dash_high", "14.5", "whole number in digits"),
        ("dash_high", "１４", "whole number in digits"),
        ("dash_high", "9" * 200, "whole number in digits"),
        ("dash_high", "0", "from 1 to 60"),
        ("dash_high", "25", "could never be reached"),
        ("dash_questions", "13", "could never be reached"),
        ("strategy_meeting", "241", "from 1 to 240"),
        ("marac_age", "15", "from 16 to 18"),
        ("encompass_by", "by {dash_high}", "leave out { and }"),
        ("encompass_by", "ring 01709 123456", "Numbers come from the directory"),
        ("encompass_by", "x" * 201, "at most 200"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(
    client: Client, lead: Any, key: str, value: str, why: str
) -> None:
    answer = edit(client, key, value=value, confirm="on", confirmed_by=LEE)
    assert answer.status_code == 200
    assert why in " ".join(answer.context["form"].errors["value"])
    assert value in answer.content.decode(), "what was typed is not lost"
    assert facts.current().values[key] == FACTS[key].came


def test_every_change_is_logged_with_who_and_what(client: Client, lead: Any) -> None:
    edit(client, value="12", confirm="on", confirmed_by=LEE)
    lines = ModelLogEntry.objects.exclude(action__startswith="sign_in").order_by("pk")
    assert [line.action for line in lines] == [SCREENS.change, SCREENS.confirm]
    assert {line.user for line in lines} == {lead}
    assert lines[0].data == {"before": "14", "after": "12"}
    page = client.get(reverse("fact_edit", args=["dash_high"])).content.decode()
    assert "Confirmed a threshold or clock, Edie Example" in page


def test_only_who_may_change_facts_sees_and_changes_them(client: Client) -> None:
    client.force_login(staff("change_sentence", name="other"))
    for url in (reverse("facts"), reverse("fact_edit", args=["dash_high"])):
        assert client.get(url).status_code == 302
        assert client.post(url, {"value": "1", "seen": "14"}).status_code == 302
    assert reverse("facts") not in client.get("/cms/").content.decode()
    assert not Fact.objects.exists()


def test_the_starters_group_of_leads_may(client: Client) -> None:
    client.force_login(in_role(roles.LEADS))
    assert reverse("facts") in client.get("/cms/").content.decode()
    assert edit(client, value="12").status_code == 302


def test_a_fact_that_nobody_declared_has_no_page(client: Client, lead: Any) -> None:
    assert client.get(reverse("fact_edit", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("name", ["facts", "fact_edit"])
def test_the_pages_hold_no_script_or_style_of_their_own(client: Client, lead: Any, name: str) -> None:
    page = client.get(reverse(name, args=["dash_high"] if name == "fact_edit" else [])).content.decode()
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", page)
    assert not re.search(r"\s(on\w+|style)=\"", page)
