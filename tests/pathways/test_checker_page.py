"""The checker's pages: any answer gets a route, nothing of it is kept, contacts and clocks are live."""

import json
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pathways import starter as starter_pathways
from pathways.checker_questions import CODES, QUESTIONS
from pathways.checker_routes import ROUTES
from pathways.models import Fact
from services_directory import carry
from tests import factories
from tests.pathways.building import pathway

pytestmark = pytest.mark.django_db
URL = "/professionals/check/"
DOUBT = "<strong>In doubt, ring.</strong>"
EVERYTHING = {question.name: list(question.choices) for question in QUESTIONS}
HIGH = {"age": "aged_18_over", "judgement": "judged_high", "children": "child_unborn"}


def press(answers: dict[str, Any], *, script: bool = True, **more: Any) -> Any:
    """What comes of sending the form: at once for a script, over a redirect without."""
    client = Client()
    if script:
        return client.post(URL, answers, headers={"Sec-Fetch-Dest": "empty"}, **more)
    redirect = client.post(URL, answers, headers={"Sec-Fetch-Dest": "document"}, **more)
    assert redirect.status_code == 303 and redirect["Location"].startswith(URL)
    return client.get(redirect["Location"])


def warm() -> None:
    """The first page of all makes the site's settings, which counts the generation up."""
    press({})
    press({})


def rings(text: str) -> bool:
    """Whether "in doubt, ring" stands there with a number to press."""
    return bool(re.search(re.escape(DOUBT) + r'[^<]*<a href="tel:\+?\d+">', text))


# --- where it leads --------------------------------------------------------------------------
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_routes_stand_in_order_with_reasons_and_rules(script: bool) -> None:
    answer = press(HIGH, script=script)
    assert [one["key"] for one in answer.context["routes"]] == ["child", "marac", "idva", "provider"]
    page = answer.content.decode()
    assert "Your 4 routes, in this order" in page and rings(page)
    assert "Rule “marac-judgement”, version 1" in page and "An unborn child can be harmed" in page


def test_the_way_to_the_form_carries_only_that_a_professional_comes() -> None:
    page = press(HIGH).content.decode()
    refer = page[page.index('<form id="refer"') :].partition("</form>")[0]
    assert f'method="post" action="{reverse("ask")}"' in refer and "<input" not in refer
    assert re.findall(r'<button[^>]* form="refer"([^>]*)>', page) == [' name="way" value="professional"']


def test_answers_come_back_in_the_form_to_be_changed() -> None:
    for script in (True, False):
        page = press({**HIGH, "change": ""}, script=script).content.decode()
        assert re.findall(r'value="(\w+)" checked', page) == ["aged_18_over", "child_unborn", "judged_high"]


def test_a_clock_and_a_threshold_are_as_the_lead_last_set_them() -> None:
    assert "within 24 hours" in press(HIGH).content.decode()
    Fact.objects.create(key="strategy_meeting", value="36")
    assert "within 36 hours" in press(HIGH).content.decode()
    Fact.objects.create(key="marac_age", value="18")
    young = press({**HIGH, "age": "aged_16_17"})
    assert "marac" not in [one["key"] for one in young.context["routes"]]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_number_that_changes_while_the_form_is_open_is_asked_again(script: bool) -> None:
    """ "Fewer than 14" may be ten or more: it is never judged, nor shown, under another number."""
    seen = {"edition": edition(), "age": "aged_18_over", "result": "ticks_below"}
    sealed = Client().post(URL, seen)["Location"]
    Fact.objects.create(key="dash_high", value="10")
    page = press(seen, script=script).content.decode()
    assert "has changed since you opened" in page and rings(page)
    assert re.search(r"Fewer than (<[^>]+>)*10", page)
    assert re.findall(r'value="(\w+)" checked', page) == ["aged_18_over"], "numbers are asked again"
    old = Client().get(sealed).content.decode()
    assert "not kept" in old and "Your route" not in old
    assert edition() != seen["edition"]
    assert press({**seen, "edition": edition()}, script=script).context["routes"]


def edition() -> str:
    """What the form that is open now says of itself."""
    found = re.search(r'name="edition" value="(\w+)"', Client().get(URL).content.decode())
    assert found
    return found[1]


def test_numbers_are_those_of_the_directory_now() -> None:
    team = factories.service(
        "MASH", help_types=["safeguarding"], audiences=["young_people_11_17"], phones=["01709 111111"]
    )
    factories.service("Far", help_types=["idva"], scope="neighbouring", phones=["01226 000000"])
    factories.service("All the country", help_types=["idva"], scope="national", phones=["0800 000000"])
    assert "01709 111111" in press(HIGH).content.decode()
    team.phones = [type(team.phones.first())(number="01709 222222")]
    team.save()
    page = press(HIGH).content.decode()
    assert "01709 222222" in page and "01709 111111" not in page
    assert "01226 000000" not in page and "0800 000000" not in page, "another area’s team is not ours"
    assert "We have no number for them here" in page and rings(page)


def test_what_nobody_has_checked_is_not_shown_outside_a_demonstration(settings: Any) -> None:
    factories.service("Our IDVA", help_types=["idva"], assured_date=None, phones=["01709 333333"])
    settings.PORTAL_DEMO = True
    assert "01709 333333" in press(HIGH).content.decode()
    settings.PORTAL_DEMO = False
    assert "01709 333333" not in press(HIGH).content.decode()


def test_each_route_leads_to_a_page_that_the_site_comes_with() -> None:
    there = json.loads((Path(settings.BASE_DIR) / "pathways/starter/pathways.json").read_text())
    assert {route.page for route in ROUTES} - {""} <= {page["slug"] for page in there}


def test_a_route_leads_to_its_page_whatever_editors_call_it() -> None:
    pathway("Another")
    page = pathway("A child under 18", slug="1", code="1")
    draft = page.get_latest_revision()
    del draft.content["code"]  # as one from before there was a code
    draft.save()
    page = draft.as_object()
    page.slug = "children"
    page.save_revision().publish()
    copy = page.copy(update_attrs={"slug": "copied", "title": "Copied"})
    assert copy.code == "" and starter_pathways.pathway_from({"slug": "1", "steps": []}).code == "1"
    linked = re.findall(r'href="([^"]*)">Every step of it', press(HIGH).content.decode())
    assert linked == [f"/professionals/{page.slug}/"], "routes whose page is not there have no link"
    assert Client().get(linked[0]).status_code == 200


# --- whatever is sent ------------------------------------------------------------------------
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize(
    "answers",
    [
        {},
        EVERYTHING,
        {name: ["nothing that is offered", "\x00", "é" * 500] for name in EVERYTHING},
        {"age": ["aged_18_over", "under_16"], "danger": ["danger_no", "danger_yes", "danger_no"]},
        {"nobody asked": "danger_yes", "": "", "csrfmiddlewaretoken": "x"},
    ],
    ids=["empty", "everything", "unknown", "doubled", "other fields"],
)
def test_any_answers_get_a_route_and_in_doubt_ring(answers: dict[str, Any], script: bool) -> None:
    answer = press(answers, script=script)
    assert answer.status_code == 200 and answer.context["routes"] and rings(answer.content.decode())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"age=%ff%fe&danger=danger_yes", "application/x-www-form-urlencoded"),
        (b"\xff\x00\xfe", "application/octet-stream"),
        (b'{"danger": "danger_yes"}', "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"danger=danger_yes", "multipart/form-data"),
        (b"", ""),
    ],
)
def test_broken_bodies_get_a_route_or_a_page_with_numbers(body: bytes, kind: str) -> None:
    for headers in ({"Sec-Fetch-Dest": "empty"}, {}):
        answer = Client(raise_request_exception=False).post(URL, body, content_type=kind, headers=headers)
        assert answer.status_code < 500
        if answer.status_code == 303:
            answer = Client().get(answer["Location"])
        assert "tel:" in answer.content.decode()


@pytest.mark.parametrize("seal", ["x", "x" * 5000, "%FF%FE", "gAAAAA", "%00"])
def test_a_seal_that_does_not_open_asks_kindly_again(seal: str) -> None:
    answer = Client().get(f"{URL}?s={seal}")
    assert answer.status_code in (200, 400) and "tel:" in answer.content.decode()
    if answer.status_code == 200:
        assert "not kept" in answer.content.decode() and rings(answer.content.decode())


def test_a_seal_made_for_something_else_or_other_questions_does_not_open() -> None:
    for purpose in ("find", "checker 00000000"):
        sealed = carry.seal("0" + "f" * 15, purpose=purpose)
        assert "not kept" in Client().get(URL, {"s": sealed}).content.decode()


class AnySealOrBody(TestCase):
    @hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.dictionaries(st.sampled_from([*EVERYTHING, "s", "x"]), st.lists(st.text(max_size=20), max_size=3))
    )
    def test_junk_is_never_our_error(self, posted: dict[str, list[str]]) -> None:
        answer = press(posted)
        assert answer.status_code == 200 and rings(answer.content.decode())


# --- nothing is kept -------------------------------------------------------------------------
def test_no_token_and_no_cookie() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(URL).status_code == 200
    assert strict.post(URL, HIGH, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    assert strict.post(URL, HIGH).status_code == 303
    assert not strict.cookies


def test_the_address_after_a_form_without_scripts_says_nothing() -> None:
    sent = [{}, HIGH, EVERYTHING, *({CODES[code]: code} for code in CODES)]
    addresses = [Client().post(URL, answers)["Location"] for answers in sent]
    assert len({len(address) for address in addresses}) == 1, "nor does its length"
    assert not [code for code in CODES for address in addresses if code in address]


def test_with_scripts_the_answers_are_in_no_address() -> None:
    answer = press(HIGH)
    assert answer.status_code == 200 and "Location" not in answer


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_nothing_is_written_and_no_result_is_kept(script: bool) -> None:
    warm()
    with CaptureQueriesContext(connection) as asked, mock.patch("portal.page_cache.Kept.store") as store:
        answer = press({**HIGH, "job": "job_health", "honour": "honour_based"}, script=script)
    assert not store.called
    assert answer["Cache-Control"] == "no-store" and answer["X-Accel-Expires"] == "0"
    written = [q["sql"] for q in asked.captured_queries if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert written == []


def test_what_is_asked_of_the_database_does_not_hang_on_the_answers() -> None:
    """Somebody who reads its log learns that the checker was used, and nothing more."""
    warm()
    asked = []
    for answers in (HIGH, {}, EVERYTHING):
        with CaptureQueriesContext(connection) as captured:
            press(answers)
        asked.append([query["sql"] for query in captured.captured_queries])
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) <= 8


def test_the_empty_form_is_kept_and_the_filled_one_is_not() -> None:
    with mock.patch("portal.page_cache.Kept.store") as store:
        Client().get(URL)
        assert store.call_count == 1
        press({**HIGH, "change": ""}, script=False)
        Client().get(f"{URL}?s=old")
        assert store.call_count == 1


def test_headers_are_those_of_every_public_page() -> None:
    plain = Client().get("/find/").headers
    for answer in (Client().get(URL), press(HIGH), press(HIGH, script=False), Client().post(URL, HIGH)):
        for name in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "Request-OTR"):
            assert answer[name] == plain[name]
