"""Sentences that a safeguarding lead can edit: declared and used, shown at once, confirmed by name."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from home import roles
from selfreferral import sentence_checks, sentences
from selfreferral.models import Sentence
from selfreferral.sentence_editing import SCREENS
from selfreferral.sentences import SENTENCES, Says, all_of_them, say
from selfreferral.templatetags.calls import calls
from services_directory import freshness
from services_directory.editing.confirming import plain
from services_directory.editing.typed_numbers import typed_number
from services_directory.models import Generation
from tests.services_directory.editors import in_role, staff

pytestmark = pytest.mark.django_db
MARK = "Local lead must confirm"
ON_ASK = "limits_private"  # stands on the page before the form
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def lead(client: Client) -> Any:
    user = staff("change_sentence", name="lee")
    client.force_login(user)
    return user


def ask() -> str:
    return Client().get("/ask/").content.decode()


def edit(client: Client, slug: str = ON_ASK, **given: str) -> Any:
    """What a lead's browser posts: the page's own fields, and what was typed over them."""
    url = reverse("sentence_edit", args=[slug])
    form = client.get(url).context["form"]
    fields = {name: form[name].value() or "" for name in ("seen", "words", "confirmed_by")}
    return client.post(url, {**fields, **given})


# --- declared and used -----------------------------------------------------------------------
def used_in_templates() -> set[str]:
    own = {"mark"}
    found = (path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    return {slug for text in found for slug in re.findall(r"\bsays\.(\w+)", text)} - own


def python_files() -> list[Path]:
    rooms = ("selfreferral", "triage", "home", "portal")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [path for path in paths if path.name not in ("sentence_list.py", "sentence_notes.py")]


def used_in_python() -> set[str]:
    """Slugs in calls of say(), and declared slugs that stand as a word of their own, as in a rule."""
    text = "\n".join(path.read_text() for path in python_files())
    said = set(re.findall(r"\b(?:say\(|says\[)\s*\"(\w+)\"", text))
    return said | (set(re.findall(r"[\"'](\w+)[\"']", text)) & set(SENTENCES))


def test_every_sentence_that_is_used_is_declared() -> None:
    used = used_in_templates() | used_in_python()
    assert {"limits_private", "changed_mind"} <= used
    assert used <= set(SENTENCES), used - set(SENTENCES)


def test_every_note_to_the_worker_that_python_names_is_declared() -> None:
    text = "\n".join(path.read_text() for path in python_files())
    assert set(re.findall(r"\"(note_\w+)\"", text)) <= set(SENTENCES)


def test_every_sentence_that_is_declared_is_used() -> None:
    assert set(SENTENCES) - used_in_templates() - used_in_python() == set()


@pytest.mark.parametrize("slug", SENTENCES)
def test_a_sentence_is_one_plain_paragraph_that_says_where_it_stands(slug: str) -> None:
    words, where = SENTENCES[slug]
    assert words == plain(words) and where
    assert not typed_number(words), "numbers come from the directory"
    assert "<" not in words and "{" not in words
    assert not re.search(r"\b(violence|violent|perpetrator|keep you safe|victims?)\b", words, re.IGNORECASE)


def test_where_each_stands_is_said_once() -> None:
    assert len({where for _words, where in SENTENCES.values()}) == len(SENTENCES)


def test_a_sentence_that_nobody_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("limits_privat")
    assert set(all_of_them()) == set(SENTENCES)


# --- what a page shows -----------------------------------------------------------------------
def test_changed_words_show_at_once_and_the_first_ones_come_back_when_emptied(
    client: Client, lead: Any
) -> None:
    came = SENTENCES[ON_ASK].words
    assert came in ask()
    assert edit(client, words="Nobody  else\r\nreads it.").status_code == 302
    assert "Nobody else reads it." in ask() and came not in ask()
    assert edit(client, words="").status_code == 302
    assert came in ask() and "Nobody else reads it." not in ask()


def test_words_written_by_any_other_way_show_at_once_too() -> None:
    assert say(ON_ASK) == SENTENCES[ON_ASK].words
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO selfreferral_sentence (slug, words, confirmed_by) VALUES (%s, 'By hand.', '')",
            [ON_ASK],
        )
    assert say(ON_ASK) == "By hand."
    Sentence.objects.all().delete()
    assert say(ON_ASK) == SENTENCES[ON_ASK].words


def test_words_are_shown_as_text_and_their_numbers_as_links() -> None:
    Sentence.objects.create(slug=ON_ASK, words="<script>alert(1)</script>")
    Sentence.objects.create(slug="danger_call", words="<b>Ring 999</b> & wait.")
    page = ask()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '&lt;b&gt;Ring <a href="tel:999">999</a>&lt;/b&gt; &amp; wait.' in page


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("Call 999.", ["999"]),
        ("Samaritans: 116 123, or NHS 111.", ["116123", "111"]),
        ("0800 1111, 020 7999 1116 and 999123", []),
        ("Press 55, or 999 BSL.", []),
    ],
)
def test_only_whole_numbers_that_are_the_same_everywhere_become_links(words: str, links: list[str]) -> None:
    assert re.findall(r'href="tel:(\d+)"', calls(words)) == links


def test_with_the_database_down_the_last_words_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    Sentence.objects.create(slug=ON_ASK, words="The last ones.")
    assert say(ON_ASK) == "The last ones."

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("down")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", fail)
    assert say(ON_ASK) == "The last ones."
    freshness.forget()
    assert say(ON_ASK) == SENTENCES[ON_ASK].words
    assert sentence_checks.sentences_to_confirm(None) == []


@pytest.mark.parametrize(
    ("text", "queries"),
    [("Nothing.", 0), ("{{ says.limits_private }}{{ says.limits_children }}{{ says.mark }}", 1)],
)
def test_a_page_that_says_nothing_costs_no_query_and_one_that_says_much_one(text: str, queries: int) -> None:
    say(ON_ASK)
    request = RequestFactory().get("/")
    context = sentences.says(request)
    with CaptureQueriesContext(connection) as captured:
        Template(text).render(Context(context))
    assert len(captured.captured_queries) == queries
    request.generation = Generation.current()  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as captured:
        Template(text).render(Context(sentences.says(request)))
    assert len(captured.captured_queries) == 0, "the page cache has asked for the generation already"


# --- confirming ------------------------------------------------------------------------------
def test_a_demonstration_marks_a_page_once_until_its_words_are_confirmed(settings: Any) -> None:
    settings.PORTAL_DEMO = True
    assert ask().count(MARK) == 1
    settings.PORTAL_DEMO = False
    assert MARK not in ask()


def test_the_mark_goes_when_what_the_page_says_is_confirmed_whatever_other_pages_say(settings: Any) -> None:
    settings.PORTAL_DEMO = True
    Sentence.objects.create(slug=ON_ASK, confirmed_by="Lee Example, lead", confirmed_on=timezone.localdate())
    says = Says()
    assert not says.mark
    assert says[ON_ASK] and not says.mark
    assert says["strangled"] and says.mark


def test_confirming_keeps_the_words_the_name_and_the_day(client: Client, lead: Any) -> None:
    assert edit(client, confirm="on", confirmed_by="Lee Example, safeguarding lead").status_code == 302
    row = Sentence.objects.get(slug=ON_ASK)
    assert row.confirmed_by == "Lee Example, safeguarding lead"
    assert row.confirmed_on == timezone.localdate()
    assert row.words == SENTENCES[ON_ASK].words, "other words in a new version are not confirmed by this"
    assert ON_ASK not in sentences.to_confirm()
    page = client.get(reverse("sentences")).content.decode()
    assert "Lee Example, safeguarding lead" in page
    assert page.count(f'">{MARK}<') == len(SENTENCES) - 1


def test_changing_the_words_takes_the_confirmation_away_unless_they_are_confirmed_anew(
    client: Client, lead: Any
) -> None:
    edit(client, confirm="on", confirmed_by="Lee Example, lead")
    edit(client)
    assert Sentence.objects.get(slug=ON_ASK).confirmed_on, "as it came, and saved without a change"
    edit(client, words="Other words.")
    row = Sentence.objects.get(slug=ON_ASK)
    assert (row.words, row.confirmed_by, row.confirmed_on) == ("Other words.", "", None)
    edit(client, words="Third words.", confirm="on", confirmed_by="Lee Example, lead")
    assert Sentence.objects.get(slug=ON_ASK).confirmed_on
    edit(client)
    assert Sentence.objects.get(slug=ON_ASK).confirmed_on, "saving without a change takes nothing away"
    edit(client, words="")
    assert Sentence.objects.get(slug=ON_ASK).confirmed_on is None


def test_nobody_confirms_without_a_name(client: Client, lead: Any) -> None:
    answer = edit(client, confirm="on", confirmed_by=" ")
    assert answer.status_code == 200 and "Write your name and role" in answer.content.decode()
    assert ON_ASK in sentences.to_confirm()


def test_nobody_confirms_words_that_changed_while_they_were_open(client: Client, lead: Any) -> None:
    came = SENTENCES[ON_ASK].words
    edit(client, words="Changed by somebody else.")
    late = {"seen": came, "words": "", "confirm": "on", "confirmed_by": "Lee Example, lead"}
    answer = client.post(reverse("sentence_edit", args=[ON_ASK]), late)
    assert answer.status_code == 200 and "Somebody changed this" in answer.content.decode()
    assert say(ON_ASK) == "Changed by somebody else." and ON_ASK in sentences.to_confirm()
    seen = answer.context["form"]["seen"].value()
    assert client.post(reverse("sentence_edit", args=[ON_ASK]), {**late, "seen": seen}).status_code == 302
    assert say(ON_ASK) == came and ON_ASK not in sentences.to_confirm()


def test_every_change_is_logged_with_who_and_what(client: Client, lead: Any) -> None:
    edit(client, words="Other words.", confirm="on", confirmed_by="Lee Example, lead")
    lines = ModelLogEntry.objects.exclude(action__startswith="sign_in").order_by("pk")
    assert [line.action for line in lines] == [SCREENS.change, SCREENS.confirm]
    assert {line.user for line in lines} == {lead}
    assert lines[0].data == {"before": SENTENCES[ON_ASK].words, "after": "Other words."}
    page = client.get(reverse("sentence_edit", args=[ON_ASK])).content.decode()
    assert "Confirmed the words, Edie Example" in page and SENTENCES[ON_ASK].words in page


@pytest.mark.parametrize(
    ("words", "why"),
    [("Ring the police.", "keep 999"), ("Call 999 or 01709 123456.", "Numbers come from the directory")],
)
def test_emergency_numbers_stay_and_other_numbers_come_from_the_directory(
    client: Client, lead: Any, words: str, why: str
) -> None:
    answer = edit(client, "danger_call", words=words)
    assert answer.status_code == 200 and why in answer.content.decode()
    assert say("danger_call") == SENTENCES["danger_call"].words


# --- who may ---------------------------------------------------------------------------------
def test_only_who_may_change_sentences_sees_and_changes_them(client: Client) -> None:
    client.force_login(staff("change_service", name="other"))
    for url in (reverse("sentences"), reverse("sentence_edit", args=[ON_ASK])):
        assert client.get(url).status_code == 302
        assert client.post(url, {"words": "Mine.", "seen": SENTENCES[ON_ASK].words}).status_code == 302
    assert reverse("sentences") not in client.get("/cms/").content.decode()
    assert not Sentence.objects.exists()


def test_the_starters_group_of_leads_may(client: Client) -> None:
    client.force_login(in_role(roles.LEADS))
    assert reverse("sentences") in client.get("/cms/").content.decode()
    assert edit(client, words="From the group.").status_code == 302
    assert say(ON_ASK) == "From the group."


def test_a_sentence_that_nobody_declared_has_no_page(client: Client, lead: Any) -> None:
    assert client.get(reverse("sentence_edit", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("name", ["sentences", "sentence_edit"])
def test_the_pages_hold_no_script_or_style_of_their_own(client: Client, lead: Any, name: str) -> None:
    arguments = [ON_ASK] if name == "sentence_edit" else []
    page = client.get(reverse(name, args=arguments)).content.decode()
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", page)
    assert not re.search(r"\s(on\w+|style)=\"", page)


# --- the start -------------------------------------------------------------------------------
def test_the_start_says_how_many_are_to_confirm_and_no_words(settings: Any) -> None:
    settings.PORTAL_DEMO = False
    Sentence.objects.create(slug=ON_ASK, confirmed_by="Lee", confirmed_on=timezone.localdate())
    Sentence.objects.create(slug="gone_since", confirmed_by="Lee", confirmed_on=timezone.localdate())
    [problem] = sentence_checks.sentences_to_confirm(None)
    assert problem.msg.startswith(f"{len(SENTENCES) - 1} ") and problem.id == "selfreferral.W001"
    for slug in SENTENCES:
        Sentence.objects.update_or_create(slug=slug, defaults={"confirmed_on": timezone.localdate()})
    assert sentence_checks.sentences_to_confirm(None) == []
    settings.PORTAL_DEMO = True
    Sentence.objects.all().delete()
    assert sentence_checks.sentences_to_confirm(None) == []


def test_a_change_counts_the_generation_up() -> None:
    before = Generation.current()
    row = Sentence.objects.create(slug=ON_ASK)
    row.words = "Other."
    row.save()
    row.delete()
    assert Generation.current() >= before + 3
