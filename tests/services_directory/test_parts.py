"""A piece of a page is made once for everybody, and is another one as soon as anything in it is.

That no change leaves a stale piece on any page: tests/home/test_purging.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.template import Context, Engine
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from services_directory import carry, freshness
from services_directory import parts as stored
from services_directory.freshness import IN_DOUBT, kept, note, noting
from services_directory.models import Generation, Synonym
from services_directory.parts import parts
from services_directory.tags import service_tag
from services_directory.vocabulary import vocabulary
from tests.factories import service
from tests.services_directory import scanning

pytestmark = pytest.mark.django_db
WORDS = Synonym._meta.db_table


def asked(**more: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    for name, value in {"generation": Generation.current(), **more}.items():
        setattr(request, name, value)
    return request


@pytest.fixture(autouse=True)
def known() -> None:
    """As in a process that has made a page: it knows what has changed since."""
    vocabulary()


class Maker:
    """Makes "1", "2" and so on, and notes what it is told to."""

    def __init__(self, *tags: str) -> None:
        self.tags, self.made = tags, 0

    def __call__(self) -> str:
        self.made += 1
        note(*self.tags)
        return str(self.made)


def test_a_piece_is_made_once_and_each_page_that_takes_it_notes_what_it_shows() -> None:
    make = Maker("service:7", WORDS)
    for _ in range(2):
        with noting() as noted:
            assert kept("a", make, asked()) == "1"
        assert noted == {"service:7", WORDS}


def test_a_change_of_what_it_shows_ends_it_and_another_one_does_not() -> None:
    shown = service("One")
    of_words, of_service = Maker(WORDS), Maker(service_tag(shown.pk))

    def look() -> tuple[str, str]:
        with noting():
            return kept("a", of_words, asked()), kept("b", of_service, asked())

    assert [look(), look()] == [("1", "1")] * 2
    Synonym.objects.create(word="hit", means="physical abuse")
    assert [look(), look()] == [("2", "1")] * 2
    shown.description = "Other words."
    shown.save()
    assert [look(), look()] == [("2", "2")] * 2


def test_a_piece_within_a_piece_ends_both() -> None:
    inner, outer = Maker(WORDS), Maker()

    def look() -> str:
        request = asked()
        with noting():
            return kept("outer", lambda: outer() + kept("inner", inner, request), request)

    assert [look(), look()] == ["11"] * 2
    Synonym.objects.create(word="hit", means="physical abuse")
    assert look() == "22"


@pytest.mark.parametrize("more", [{"is_preview": True}, {"generation": None}])
def test_nothing_is_kept_of_a_preview_or_while_the_database_is_down(more: dict[str, Any]) -> None:
    make = Maker()
    for _ in range(2):
        with noting():
            kept("a", make, asked(**more))
    assert make.made == 2 and not parts.kept


@pytest.mark.parametrize("before", [True, False])
def test_nothing_is_kept_of_a_page_that_is_in_doubt(before: bool) -> None:
    make = Maker(*([] if before else [IN_DOUBT]))
    for _ in range(2):
        with noting() as noted:
            note(*([IN_DOUBT] if before else []))
            kept("a", make, asked())
        assert IN_DOUBT in noted
    assert make.made == 2 and not parts.kept


def test_nothing_is_kept_where_nobody_notes() -> None:
    make = Maker()
    assert [kept("a", make, asked()) for _ in range(2)] == ["1", "2"]
    assert not parts.kept


def test_when_what_changed_cannot_be_read_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker(WORDS)
    with noting():
        kept("a", make, asked())

    def down(*args: Any) -> None:
        raise OperationalError("down")

    request = asked()
    request.generation += 1  # type: ignore[attr-defined]
    monkeypatch.setattr(freshness._changes, "catch_up", down)
    with noting():
        assert kept("a", make, request) == "2"


def test_there_are_only_so_many_and_none_is_older_than_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST", 10)
    for number in range(25):
        parts.put(number, "", frozenset(), 1)
        assert len(parts.kept) <= 10
    assert parts.get(24) and not parts.get(0)
    later = stored.time.monotonic() + stored.LONGEST
    monkeypatch.setattr(stored.time, "monotonic", lambda: later)
    assert not parts.get(24)


TEMPLATES = {
    "one.html": "{{ words }}|{{ request }}|{{ user }}|{{ csrf_token }}|{{ other }}",
    "page.html": '{% load parts %}{% part "one.html" words=words %}',
}


@pytest.fixture
def render() -> Callable[..., str]:
    engine = Engine(
        libraries={"parts": "services_directory.templatetags.parts"},
        loaders=[("django.template.loaders.locmem.Loader", TEMPLATES)],
    )

    def rendered(**values: Any) -> str:
        with noting():
            return engine.get_template("page.html").render(Context({"request": asked(), **values}))

    return rendered


def test_its_template_sees_only_the_values_that_are_named(render: Callable[..., str]) -> None:
    assert render(words="a", user="somebody", csrf_token="secret", other="b") == "a||||"


def test_text_that_must_be_escaped_never_takes_the_piece_of_text_that_need_not(
    render: Callable[..., str],
) -> None:
    assert render(words=mark_safe("<b>")) == "<b>||||"
    assert render(words="<b>") == "&lt;b&gt;||||"


def test_each_language_has_its_own(render: Callable[..., str]) -> None:
    render(words="a")
    with translation.override("ar"):
        render(words="a")
    assert len(parts.kept) == 2


def test_a_template_without_a_name_is_refused() -> None:
    with pytest.raises(Exception, match="Write: part"):
        Engine(libraries={"parts": "services_directory.templatetags.parts"}).from_string(
            "{% load parts %}{% part name %}"
        )


def test_what_somebody_typed_stands_in_no_piece(client: Client) -> None:
    service("Listening line")
    sealed = carry.seal("zanzibar", purpose="find")
    assert "zanzibar" in client.get("/find/", {"s": sealed}).content.decode()
    assert parts.kept and not scanning.holds(str(parts.kept), "zanzibar")
