"""The starter's pathways: all that the plan names, nothing invented, nothing copied that lives elsewhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from home import starter as starter_pages
from home.models import ContentPage
from home.neutral import telling_word
from pathways import facts, starter
from pathways.blocks import SHORT
from pathways.models import PathwayIndexPage, PathwayPage
from services_directory import starter as starter_directory
from tests.factories import term
from tests.pathways.building import top

RECORDS: list[dict[str, Any]] = json.loads((Path(starter.__file__).parent / "pathways.json").read_text())
OWN = {(r["slug"], s["key"]): s for r in RECORDS for s in r["steps"] if "key" in s}
SHARED = [(record["slug"], step) for record in RECORDS for step in record["steps"] if "shared" in step]
NAMED_BY_THE_PLAN = """
    under 18; adult, 16; care and support; 16 or 17; Forced marriage; Stalking; harder to break; Clare’s Law;
    Operation Encompass; Strategy meetings; Which meeting; good referral; agencies’ roles; GP; Dentist;
    Pharmacist; Optician; Solicitor; School and college; Housing; Employer
"""


NOT_WORDS = {"key", "shared", "contact", "slug", "ring", "kind", "search_words"}


def texts(record: dict[str, Any]) -> list[str]:
    """Everything that a reader reads."""
    return [
        value
        for part in (record, *record["steps"])
        for name, value in part.items()
        if isinstance(value, str) and name not in NOT_WORDS
    ]


def test_every_pathway_of_the_plan_is_there() -> None:
    titles = "\n".join(record["title"] for record in RECORDS)
    assert [part for part in re.split(r";\s+", NAMED_BY_THE_PLAN.strip()) if part not in titles] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["slug"])
def test_a_page_holds_no_number_that_lives_elsewhere(record: dict[str, Any]) -> None:
    """Thresholds and clocks are facts, telephone numbers the directory's. Left: 999, ages, sections."""
    said = " ".join(texts(record))
    assert not facts.unknown(said)
    assert set(re.findall(r"\d+", facts.PLACE.sub("", said))) <= {"999", "16", "17", "18", "42", "47"}
    assert not telling_word(record["slug"])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["slug"])
def test_every_step_says_when_by_when_and_who(record: dict[str, Any]) -> None:
    own = [step for step in record["steps"] if "key" in step]
    assert [s["key"] for s in own if not (s.get("threshold") and s.get("clock") and s.get("who"))] == []
    assert record["now"] and record["by_when"] and record["ring"] and record["escalation"]
    assert all(len(step["title"]) <= SHORT for step in own)


def test_contacts_are_in_the_directory_and_shared_steps_on_their_pages() -> None:
    codes = {record["id"] for record in starter_directory.read("services.json")}
    named = {step.get("contact") for step in OWN.values()} | {record["ring"] for record in RECORDS}
    assert named - {None} <= codes
    assert [step for _slug, step in SHARED if tuple(step["shared"].split("/")) not in OWN] == []
    assert len(SHARED) >= 20  # the pages of jobs reuse steps and do not copy them


@pytest.mark.django_db
def test_loading_adds_what_is_missing_once_and_leaves_editors_words_alone() -> None:
    top().delete()
    starter_directory.load()
    starter_pages.load()
    assert starter.load() == len(RECORDS) + 2  # the list, and the page of services
    page = PathwayPage.objects.get(slug="gp")
    assert not page.confirmed_on and page.steps[0].value["step"] == starter.step_key("12/alone")
    page.title = "An editor’s own title"
    page.save_revision().publish()
    assert starter.load() == 0
    assert PathwayPage.objects.get(slug="gp").title == "An editor’s own title"


@pytest.mark.django_db
def test_a_page_of_words_that_stood_there_before_keeps_its_words_under_the_list() -> None:
    term("referrer", "professional")
    term("audience", "professionals")
    home = top().get_parent().specific
    PathwayIndexPage.objects.get().delete()
    home.refresh_from_db()
    before = home.add_child(instance=ContentPage(title="Ours", slug="professionals", lead="Our own words"))
    starter.load()
    moved = ContentPage.objects.get(pk=before.pk)
    assert moved.live and moved.lead == "Our own words"
    assert moved.get_parent().specific == PathwayIndexPage.objects.get(slug="professionals")
    assert moved.url == "/professionals/services/"
