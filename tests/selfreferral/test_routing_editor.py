"""A manager changes who gets which request: kept when it holds, refused with words when it does not."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import ModelLogEntry

from home import roles
from selfreferral import routing
from selfreferral.models import Queue, Routing
from selfreferral.routing import RULES, STARTER, URGENT_WHEN
from selfreferral.routing_forms import Rows, by_code
from tests.selfreferral.somebody import answers, queues_with_keys, send
from tests.services_directory.editors import in_role, staff

pytestmark = pytest.mark.django_db
PAGE = "/cms/requests/"
RESET = "/cms/requests/as-delivered/"
LAST = len(RULES) - 1
NEW = len(RULES)  # the first empty row
NEW_URGENT = len(URGENT_WHEN)


@pytest.fixture(autouse=True)
def queues(db) -> None:
    queues_with_keys()


@pytest.fixture
def manager(client: Client) -> Any:
    user = in_role(roles.MANAGERS)
    client.force_login(user)
    return user


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def shown(client: Client) -> dict[str, Any]:
    """What the browser would post if Save was pressed at once, read out of the page."""
    page = client.get(PAGE)
    assert page.status_code == 200
    rows: Rows = page.context["rows"]
    posted: dict[str, Any] = {"seen": page.context["seen"]}
    for formset in (rows.rules, rows.urgent):
        for form in (formset.management_form, *formset.forms):
            for field in form:
                assert f'name="{field.html_name}"' in page.content.decode()
                if field.value() not in (None, "", []):
                    posted[field.html_name] = field.value()
    return posted


def new_rule(**fields: Any) -> dict[str, Any]:
    return {f"rules-{NEW}-{name}": value for name, value in fields.items()}


def new_urgent(**fields: Any) -> dict[str, Any]:
    return {f"urgent-{NEW_URGENT}-{name}": value for name, value in fields.items()}


COMES_TO_US = new_rule(number=55, queue="high-risk", fleeing=["into"], why="Flees to us")


def test_the_page_shows_the_rules_in_force_in_words_and_without_a_script_of_its_own(client, manager) -> None:
    page = text(client.get(PAGE))
    for words in ("Under 16", "Independent team", "Worried about their own behaviour", "A score of 14"):
        assert words in page
    assert "These rules need your eye" not in page
    main = page[page.index('name="seen"') :]
    assert "<script" not in main.partition("</form>")[0] and "style=" not in main.partition("</form>")[0]


def test_saving_what_is_shown_changes_nothing(client, manager) -> None:
    assert client.post(PAGE, shown(client))["Location"] == PAGE
    row = Routing.objects.get()
    assert [{**rule, "when": dict(rule["when"])} for rule in RULES] == row.rules
    assert [dict(rule) for rule in URGENT_WHEN] == row.urgent
    assert routing.in_force() == routing.RuleSet(row.rules, row.urgent)


def test_a_good_set_is_saved_recorded_and_used_by_the_next_referral(client, manager) -> None:
    fleeing = answers(where={"postcode": "S1 2AB", "area": ""}, elsewhere={"fleeing": "into"})
    assert send(fleeing).queue.slug == "provider"
    assert client.post(PAGE, {**shown(client), **COMES_TO_US}).status_code == 302
    assert send(fleeing).queue.slug == "high-risk"
    assert send(answers()).queue.slug == "provider"
    entry = ModelLogEntry.objects.get(action="selfreferral.routing.change")
    assert entry.user == manager and len(entry.data["after"]["rules"]) == len(RULES) + 1
    assert len(entry.data["before"]["rules"]) == len(RULES)
    page = text(client.get(PAGE))
    assert "Changed where requests go, Mo Example" in page and "Flees to us" in page


def test_rules_stand_in_the_order_of_their_numbers(client, manager) -> None:
    client.post(PAGE, {**shown(client), **COMES_TO_US})
    kept = [rule["queue"] for rule in Routing.objects.get().rules]
    assert kept == [
        "independent", "own-behaviour", "children", "young-people", "young-people", "high-risk", "high-risk",
        "provider",
    ]  # fmt: skip
    assert Routing.objects.get().rules[5]["why"] == "Flees to us"


def test_an_urgent_rule_more_hurries_the_next_referral(client, manager) -> None:
    more = new_urgent(level="urgent", answer="risk.pregnant=yes", why="Pregnant")
    assert client.post(PAGE, {**shown(client), **more}).status_code == 302
    assert Routing.objects.get().urgent[-1] == {
        "level": "urgent", "when": {"risk.pregnant": ["yes"]}, "at_least": {}, "why": "Pregnant",
    }  # fmt: skip
    assert send(answers(risk={"pregnant": "yes"})).urgency == "urgent"


def test_the_score_that_counts_is_a_number_that_a_manager_sets(client, manager) -> None:
    given = shown(client)
    (score,) = [name for name in given if name.endswith("-score")]
    (incidents,) = [name for name in given if name.endswith("-incidents")]
    assert (given[score], given[incidents]) == (14, 3)
    assert client.post(PAGE, {**given, score: "10", incidents: "2"}).status_code == 302
    for told, level in (({"tool": "dash", "score": "11"}, "urgent"), ({"incidents": "2"}, "soon")):
        assert routing.route(routing.facts({"prof_risk": told}, ["prof_risk"])).urgency == level


def test_a_managers_own_rules_are_told_what_the_sites_rules_raise_by_now(client, manager) -> None:
    assert "raise more than yours" not in text(client.get(PAGE))
    lacking = [rule for rule in URGENT_WHEN if "forced_marriage" not in str(rule["when"])]
    lacking = [{**rule, "level": "soon"} if "age_band" in rule["when"] else rule for rule in lacking]
    lacking = [
        {**rule, "at_least": {"prof_risk.score": 20}} if "score" in str(rule) else rule for rule in lacking
    ]
    Routing.objects.create(rules=list(RULES), urgent=lacking)
    page = client.get(PAGE)
    assert page.context["raised_less"] == [
        "Urgent: Under 16",
        "Urgent: Being made to marry",
        "Urgent: A score of 14 or more",
        "Soon: Asks for help with forced marriage or “honour”",
    ]
    assert "raise more than yours" in text(page) and "Urgent: Being made to marry" in text(page)


WITHOUT_LAST = {f"rules-{LAST}-DELETE": "on"}
REFUSED = {
    "a gap": (WITHOUT_LAST, "end in no queue. Add a last rule"),
    "own behaviour and others in one queue": ({f"rules-{LAST}-queue": "own-behaviour"}, "never share one"),
    "children at the provider": ({"rules-2-queue": "provider"}, "Only the queue children may"),
    "a conflict at the provider": ({"rules-0-queue": "provider"}, "abuser works where it is read"),
    "a rule that never fits": (new_rule(number=999, queue="provider", why="Again"), "never takes anybody"),
    "danger that is not urgent": ({"urgent-0-DELETE": "on"}, "always urgent: Safe right now: No"),
    "a queue that is not there": ({"rules-2-queue": "attic"}, "Some rows are not filled in"),
    "no reason": ({"rules-2-why": " "}, "Say why, in a few words."),
    "a new row without a queue": (new_rule(why="Half a rule"), "Choose a queue."),
    "an urgent row without an answer": (new_urgent(level="soon", why="What?"), "or write a number"),
    "an answer that is not offered": (
        new_urgent(level="soon", why="What?", answer="risk.shoe_size=9"), "Some rows are not filled in",
    ),
    "twice the same question": (
        new_urgent(level="soon", why="What?", answer="risk.kill=yes", also="risk.kill=no"),
        "the same question",
    ),
    "a number that is none": ({"rules-2-number": "first"}, "whole number"),
    "no rows": ({"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}, "somebody who answered nothing"),
    "a broken form": ({"rules-TOTAL_FORMS": "x"}, "Some rows are not filled in"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_set_is_refused_with_words_and_changes_nothing(client, manager, change, said: str) -> None:
    answer = client.post(PAGE, {**shown(client), **change})
    assert answer.status_code == 200 and said in text(answer)
    assert "Nothing was saved" in text(answer)
    assert (
        not Routing.objects.exists() and not ModelLogEntry.objects.filter(action__contains="routing").exists()
    )


BESIDE = {
    "a gap": ("rules", [LAST]),
    "no rows": ("rules", []),
    "own behaviour and others in one queue": ("rules", [1, LAST]),
    "children at the provider": ("rules", [2]),
    "a conflict at the provider": ("rules", [0]),
    "a rule that never fits": ("rules", [NEW]),
    "danger that is not urgent": ("urgent", [0]),
}


@pytest.mark.parametrize("wrong", BESIDE)
def test_what_is_wrong_is_said_in_the_row_that_causes_it_or_above_its_list(client, manager, wrong) -> None:
    (change, said), (prefix, places) = REFUSED[wrong], BESIDE[wrong]
    rows = getattr(client.post(PAGE, {**shown(client), **change}).context["rows"], prefix)
    found = [place for place, form in enumerate(rows) if said in str(form.non_field_errors())]
    assert found == places and (said in str(rows.non_form_errors())) == (not places)


def test_every_answer_is_offered_once_and_found_by_its_words(client, manager) -> None:
    """Hundreds of answers stood in two lists of every rule, and the page weighed a megabyte."""
    page = client.get(PAGE)
    assert len(page.content) < 200_000 and page.content.count(b"<datalist") == 1
    assert len(set(by_code().values())) == len(by_code()) > 200
    words = f"  {by_code()['risk.pregnant=yes'].upper()} "
    client.post(PAGE, {**shown(client), **new_urgent(level="urgent", answer=words, why="Pregnant")})
    assert Routing.objects.get().urgent[-1]["when"] == {"risk.pregnant": ["yes"]}


def test_nothing_that_was_typed_is_lost_when_it_is_refused(client, manager) -> None:
    typed = {
        "rules-3-why": "Sixteen & <seventeen>", "rules-3-number": "33",
        **WITHOUT_LAST,
        **new_rule(number="44", queue="high-risk", who=["someone"], area=["in", "out"], why="My new rule"),
        **new_urgent(level="soon", answer="risk.kill=yes", also="risk.weapons=no", score="7", why="My hurry"),
    }  # fmt: skip
    answer = client.post(PAGE, {**shown(client), **typed})
    rows: Rows = answer.context["rows"]
    kept = {field.html_name: field.value() for form in (*rows.rules, *rows.urgent) for field in form}
    for name, value in typed.items():
        shown_as = [value, by_code().get(str(value))]
        assert kept[name] in shown_as or (name.endswith("DELETE") and kept[name]), name
    page = answer.content.decode()
    assert "Sixteen &amp; &lt;seventeen&gt;" in page and 'value="My hurry"' in page
    boxes = re.findall(rf'<input type="checkbox"[^>]+name="rules-{NEW}-[^>]+>', page)
    checked = [
        re.search(r'name="rules-\d+-(\w+)".* value="(\w+)"', box) for box in boxes if " checked" in box
    ]
    assert [found.groups() for found in checked if found] == [
        ("who", "someone"),
        ("area", "in"),
        ("area", "out"),
    ]


def test_another_managers_change_is_not_overwritten_unseen(client, manager) -> None:
    mine = shown(client)
    client.post(PAGE, {**shown(client), **COMES_TO_US})
    answer = client.post(PAGE, {**mine, "rules-3-why": "Mine"})
    assert "Somebody else changed the rules" in text(answer) and 'value="Mine"' in answer.content.decode()
    assert [rule["why"] for rule in Routing.objects.get().rules].count("Flees to us") == 1
    again = client.post(PAGE, {**mine, "rules-3-why": "Mine", "seen": answer.context["seen"]})
    assert again.status_code == 302 and Routing.objects.get().rules[3]["why"] == "Mine"


def test_back_to_the_rules_of_the_program(client, manager) -> None:
    client.post(PAGE, {**shown(client), **COMES_TO_US})
    assert client.get(RESET).status_code == 405 and Routing.objects.exists()
    assert client.post(RESET)["Location"] == PAGE
    assert not Routing.objects.exists() and routing.in_force() == STARTER
    entry = ModelLogEntry.objects.get(action="selfreferral.routing.reset")
    assert entry.user == manager and "Flees to us" in str(entry.data["before"])
    assert "Went back to the rules" in text(client.get(PAGE))
    assert client.post(RESET).status_code == 302  # nothing to go back from


def test_what_a_damaged_row_left_is_mended_by_saving(client, manager) -> None:
    Routing.objects.create(rules=["nonsense"], urgent={"x": 1})
    assert client.post(PAGE, shown(client)).status_code == 302
    assert Routing.objects.count() == 1 and len(Routing.objects.get().rules) == len(RULES)


def test_kept_rules_that_became_wrong_are_named_on_the_page(client, manager) -> None:
    client.post(PAGE, shown(client))
    Queue.objects.filter(slug="children").update(active=False)
    page = text(client.get(PAGE))
    assert "These rules need your eye" in page and "not there or is off" in page


@pytest.mark.parametrize("address", [PAGE, RESET])
@pytest.mark.parametrize("permissions", [[], ["change_sentence"], ["change_service"]])
def test_nobody_without_the_permission_gets_the_page(client, address: str, permissions: list[str]) -> None:
    client.force_login(staff(*permissions))
    answers = [client.post(address)] if address == RESET else [client.get(address), client.post(address)]
    for answer in answers:
        assert answer.status_code == 302 and answer["Location"].startswith("/cms/")
        assert answer["Location"] != PAGE
    assert "Where requests go" not in client.get("/cms/").content.decode()
    assert not Routing.objects.exists()


def test_a_visitor_is_asked_to_sign_in(client) -> None:
    for address in (PAGE, RESET):
        assert "/cms/sign-in/" in client.post(address)["Location"]


def test_a_manager_finds_it_in_the_menu_and_a_superuser_may(client, manager) -> None:
    assert "Where requests go" in client.get("/cms/").content.decode()
    client.force_login(get_user_model().objects.create_superuser(username="root"))
    assert client.get(PAGE).status_code == 200
