"""Finding a step by words: what is typed is in no address, and the best page stands first."""

from urllib.parse import unquote

import pytest
from django.test import Client

from pathways import facts
from pathways.listing import find, groups, same
from tests.pathways.building import pathway, shared, step

NOW = facts.AS_DECLARED

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(db: None) -> None:
    pathway("A child", step("Ring MASH", "ring", threshold="A pregnancy"), search_words="baby toddler")
    pathway("An adult", step("Ask"), step("Refer to MARAC", "marac", threshold="{dash_high} ticks"))
    pathway("Doctor", shared("marac"), shared("ring", "A child, or a pregnancy"), kind="job")


@pytest.mark.parametrize(
    ("typed", "first", "step_title"),
    [
        ("marac", "An adult", "Refer to MARAC"),
        ("14 ticks", "An adult", "Refer to MARAC"),  # facts are searched as they read
        ("the pregnant doctor", "Doctor", "Ring MASH"),
        ("TODDLERS!", "A child", "Ring MASH"),
    ],
)
def test_finds_the_page_and_the_step(pages: None, typed: str, first: str, step_title: str) -> None:
    found = find(typed, facts.current())
    assert found[0].flow.title == first
    assert step_title in [step.words["title"] for _number, step in found[0].steps]


@pytest.mark.parametrize("typed", ["", "the and of", "zzzzz", "\x00\ud800", "x" * 9999, "<script>"])
def test_words_that_fit_nothing_find_nothing_and_show_the_list(pages: None, typed: str) -> None:
    assert find(typed, facts.current()) == []
    client = Client()
    answer = client.post("/professionals/find/", {"q": typed.replace("\ud800", "�")}, follow=True)
    assert answer.status_code == 200 and "An adult" in answer.content.decode()


def test_what_is_typed_is_in_no_address_no_cookie_and_no_kept_page(pages: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/professionals/find/", {"q": "toddler marac"})
    assert answer.status_code == 303 and "toddler" not in unquote(answer["Location"])
    page = client.get(answer["Location"])
    assert page["X-Accel-Expires"] == "0" and not page.cookies and not answer.cookies
    assert 'value="toddler marac"' in page.content.decode()
    assert "not kept" in client.get("/professionals/find/?s=tampered").content.decode()


def test_a_copied_page_is_found_with_its_own_steps() -> None:
    pathway("Apple", step("Ring the apple team", "same"))
    pathway("Banana", step("Ring the banana team", "same"))
    found = [(one.flow.title, step.words["title"]) for one in find("team", NOW) for _, step in one.steps]
    assert found == [("Apple", "Ring the apple team"), ("Banana", "Ring the banana team")]


def test_unpublished_pages_are_in_no_list(pages: None) -> None:
    titles = [flow.title for _label, flows in groups() for flow in flows]
    assert titles == ["A child", "An adult", "Doctor"]
    from pathways.models import PathwayPage

    PathwayPage.objects.get(title="An adult").unpublish()
    assert "An adult" not in [flow.title for _label, flows in groups() for flow in flows]
    assert "An adult" not in Client().get("/professionals/").content.decode()


def test_endings_do_not_matter_and_numbers_must_be_the_same() -> None:
    assert same("pregnant", "pregnancy") and same("locks", "lock") and same("refer", "refers")
    assert not same("16", "160") and not same("mash", "mask") and not same("dash", "dashboard")
