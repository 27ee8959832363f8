"""Pages are found beside the services: what is live, as it stands now, and nothing that somebody hid."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from home.models import ContentPage
from services_directory.models import WrittenPage
from tests import factories
from tests.home import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def rent() -> ContentPage:
    return words.page(
        title="Money and rent",
        slug="4",
        body=[
            (
                "paragraph",
                {"heading": "Help with rent", "text": "<p>Ask the council’s <b>housing</b> team.</p>"},
            )
        ],
    )


def search(text: str) -> str:
    answer = Client().post("/find/", {"q": text}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def pages_in(text: str) -> str:
    return text.split('id="written"')[1] if 'id="written"' in text else ""


@pytest.mark.parametrize("typed", ["get help with rent", "RENTS", "housing team", "money rent"])
def test_a_page_is_found_by_its_words_below_the_services(rent: ContentPage, typed: str) -> None:
    factories.service("Housing advice", description="Help with rent, housing and money; a team that helps.")
    found = search(typed)
    assert "Money and rent" in pages_in(found) and 'href="/4/"' in pages_in(found)
    assert found.index("Housing advice") < found.index('id="written"')


def test_a_law_by_the_name_people_use() -> None:
    words.page(title="Clare’s Law", slug="5", lead="You can ask the police about somebody’s past.")
    assert "You can ask the police" in pages_in(search("clare's law"))


def test_what_does_not_fit_or_is_not_live_is_not_found(rent: ContentPage) -> None:
    assert not pages_in(search("visa")) and not pages_in(search(""))
    assert 'href="/">Help' not in pages_in(search("help")), "the front page leads nowhere new"
    rent.title = "Bills"
    rent.save()
    assert "Bills" in pages_in(search("bills"))
    rent.unpublish()
    assert not pages_in(search("bills")) and not WrittenPage.objects.filter(page=rent).exists()
    rent.save_revision().publish()
    assert pages_in(search("bills"))
    rent.delete()
    assert not pages_in(search("bills"))


def test_a_page_that_moved_is_found_where_it_is(rent: ContentPage) -> None:
    rent.get_parent().add_child(instance=ContentPage(title="Below", slug="6"))
    target = ContentPage.objects.get(slug="6")
    ContentPage.objects.get(pk=rent.pk).move(target, "last-child")
    assert 'href="/6/4/"' in pages_in(search("rent"))


def test_the_copies_can_be_made_anew(rent: ContentPage) -> None:
    WrittenPage.objects.all().delete()
    call_command("refresh_pages", stdout=StringIO())
    assert pages_in(search("rent"))


def test_drafts_are_not_found(rent: ContentPage) -> None:
    rent.lead = "Quokkas"
    rent.save_revision()
    assert not pages_in(search("quokkas"))


def test_pages_cost_one_query_more(rent: ContentPage, django_assert_max_num_queries: Any) -> None:
    factories.service("Housing advice", description="Help with rent.")
    address = Client().post("/find/", {"q": "rent"})["Location"]
    Client().get(address)
    with django_assert_max_num_queries(4):
        Client().get(address)


@pytest.mark.parametrize("typed", ['"', "rent OR (", "zz", "' & !", "%", "a" * 500, "\u200b"])
def test_nothing_typed_is_an_operator(rent: ContentPage, typed: str) -> None:
    search(typed)
