"""Telling something without saying who you are: closed, kept nowhere else, answered by nobody."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pyrage import x25519
from wagtail.models import Page

from home import roles
from home.feedback import purging, reading, screen, sealing, views
from home.feedback.forms import FORMS, MOST_LETTERS, PAGE, TAGS, TELL, YOUNG
from home.feedback.models import Done, Key, Remark, UseCount
from home.models import ContentPage
from services_directory.sealing import BUCKETS
from tests.promises import leaks
from tests.services_directory.editors import in_role

pytestmark = pytest.mark.django_db
WORDS = "The worker rang when I asked her not to, zaphod."


@pytest.fixture(autouse=True)
def private_key(tmp_path, settings) -> x25519.Identity:
    caches["limits"].clear()
    settings.FEEDBACK_KEY_FILE = str(tmp_path / "feedback.txt")
    call_command("feedback_key", "make", "--to", settings.FEEDBACK_KEY_FILE, stdout=StringIO())
    return x25519.Identity.from_str((tmp_path / "feedback.txt").read_text().strip())


@pytest.fixture
def page() -> ContentPage:
    return Page.objects.get(depth=1).add_child(instance=ContentPage(title="Words", slug="words"))


def address(kind: str, page: Page) -> str:
    return {TELL.slug: "/tell/", YOUNG.slug: "/tell/young/", PAGE.slug: f"/tell/page/{page.pk}/"}[kind]


def post(path: str, data: dict[str, Any], **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(
        path, data, headers={"Origin": "http://testserver", **headers}
    )


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_told_lands_closed_and_only_the_partnership_opens_it(kind: str, page) -> None:
    answer = post(address(kind, page), {"words": WORDS, "useful": "no", "about": "own"})
    assert (answer.status_code, answer["Location"]) == (303, f"/tell/{kind}/sent/")
    assert not answer.cookies
    remark = Remark.objects.get()
    assert WORDS.encode() not in remark.sealed and len(remark.sealed) > BUCKETS[0]
    assert reading.opened(remark)["words"] == WORDS
    assert {field.name for field in Remark._meta.get_fields()} == {
        "id", "day", "kind", "page", "sealed", "flagged", "tags", "read_on",
    }  # fmt: skip
    assert Client().get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("kind", FORMS)
def test_each_form_says_that_nobody_answers_and_whom_to_ring_instead(kind: str, page) -> None:
    for path in (address(kind, page), f"/tell/{kind}/sent/"):
        answer = Client().get(path)
        words = answer.content.decode()
        assert "Nobody " in words and "tel:" in words and "/leave/" in words and "999" in words
        assert "<title>Tell us" in words and not answer.cookies
        assert answer["Cache-Control"] == "no-store" and not caches["pages"]._cache
    form = re.search(
        r'<form method="post" action="/tell/[^>]*>', Client().get(address(kind, page)).content.decode()
    )
    assert form and 'autocomplete="off"' in form[0] and "data-swap" in form[0]


def test_the_length_of_what_was_closed_does_not_tell_how_much_was_said(private_key) -> None:
    closed = [sealing.seal({"words": "x" * size}) for size in (1, 100, 900, 2000)]
    assert {len(sealing_opens(one, private_key)) for one in closed} == {BUCKETS[0]}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "", "Referer": "https://elsewhere.example/testserver"},
        {"Origin": "", "Referer": ""},
        {"Origin": "http://testserver.elsewhere.example"},
    ],
)
def test_a_page_of_another_site_cannot_tell_anything(headers: dict[str, str]) -> None:
    answer = post("/tell/", {"words": WORDS}, **headers)
    assert answer.status_code == 303 and answer["Location"].startswith("/wait/")
    assert not Remark.objects.exists()


def test_an_older_browser_says_where_it_comes_from_in_another_way() -> None:
    post("/tell/", {"words": WORDS}, Origin="", Referer="http://testserver/tell/")
    assert Remark.objects.count() == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * (MOST_LETTERS + 1), "é" * (MOST_LETTERS + 1)])
def test_what_is_not_taken_comes_back_beside_a_plain_word(words: str) -> None:
    answer = post("/tell/", {"words": words})
    assert answer.status_code == 303 and "zaphod" not in answer["Location"]
    back = Client().get(answer["Location"]).content.decode()
    assert "govuk-error-message" in back and words.strip() in back
    assert not Remark.objects.exists()


@pytest.mark.parametrize("words", ["\0a", "\u202egnorw", "😀" * 900, "{{ 7*7 }}", "=1+1", "a\r\nb"])
def test_odd_words_are_taken_as_they_are(words: str) -> None:
    assert post("/tell/", {"words": words})["Location"] == "/tell/tell/sent/"
    said = reading.opened(Remark.objects.get())["words"]
    assert said == words.replace("\0", "").replace("\r\n", "\n")


def test_too_many_at_once_wait_and_lose_nothing() -> None:
    answers = [post("/tell/", {"words": WORDS}) for _ in range(11)]
    last = Client().get(answers[-1]["Location"])
    assert last.status_code == 429 and WORDS in last.content.decode()
    assert Remark.objects.count() == 10


def test_without_a_key_nothing_is_taken_and_nobody_is_told_that_it_was() -> None:
    Key.objects.all().delete()
    assert "cannot write to us here" in Client().get("/tell/").content.decode()
    answer = post("/tell/", {"words": WORDS})
    back = Client().get(answer["Location"])
    assert back.status_code == 503
    assert not Remark.objects.exists()


def test_one_key_that_is_none_closes_the_form_instead_of_half_of_it() -> None:
    Key.objects.create(public="age1nothing", added_on=date.today())
    assert not sealing.can_take()


def test_whoever_fills_what_nobody_sees_is_flagged_and_not_refused() -> None:
    post("/tell/", {"words": WORDS, views.HONEYPOT: "x"})
    assert Remark.objects.get().flagged


def test_yes_and_no_are_counted_and_nobody_stands_beside_them(page) -> None:
    for useful in ["yes"] * 7 + ["no"] * 3:
        caches["limits"].clear()
        post(f"/tell/page/{page.pk}/", {"useful": useful})
    assert not Remark.objects.exists()
    assert dict(UseCount.objects.values_list("useful", "number")) == {True: 7, False: 3}


def test_what_pages_were_worth_is_said_of_months_that_are_over_and_never_again_anything_else(page) -> None:
    """Nobody adds answers of their own until a number changes, and so learns how small it was."""
    before, this = date(2026, 2, 1), date(2026, 3, 1)
    for month, useful, number in ((before, True, 13), (before, False, 4), (this, True, 9), (this, False, 4)):
        UseCount.objects.create(page=page, month=month, useful=useful, number=number)
    closed = [(before, "Words", "10 or more", "fewer than 5")]
    for day, rows in ((28, []), (1, closed), (31, closed)):
        UseCount.objects.filter(month=this).update(number=F("number") + 1)
        now = datetime(2026, 2 if day == 28 else 3, day, 12, tzinfo=UTC)
        assert screen.use_counts(now=now) == rows
    assert screen.use_counts(now=datetime(2026, 4, 1, tzinfo=UTC))[0] == (
        this,
        "Words",
        "10 or more",
        "5 or more",
    )


@pytest.mark.parametrize("pk", [1, 999999, 2**40])
def test_a_page_that_is_not_there_is_not_asked_about(pk: int) -> None:
    assert Client().get(f"/tell/page/{pk}/").status_code == 404


# --- the partnership's screen -----------------------------------------------------------
@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(in_role(roles.PARTNERSHIP))
    return client


def test_the_partnership_reads_tags_and_finds_again(reader: Client) -> None:
    post("/tell/young/", {"words": WORDS})
    post("/tell/", {"words": "Another", "about": "near"})
    page = reader.get("/cms/told/").content.decode()
    assert WORDS in page and "I care about somebody who has" in page
    young = Remark.objects.get(kind="young")
    assert reader.post(f"/cms/told/{young.pk}/", {"tags": ["child", "wrong"]}).status_code == 302
    young.refresh_from_db()
    assert (young.tags, young.read_on) == (["child", "wrong"], timezone.localdate())
    for tag, seen in (("child", True), ("new", False), ("survivor", False), ("", True)):
        assert (WORDS in reader.get(f"/cms/told/?tag={tag}").content.decode()) is seen


@pytest.mark.parametrize("tags", [["made-up"], ["child", "made-up"]])
def test_a_tag_that_is_not_in_the_list_changes_nothing(reader: Client, tags: list[str]) -> None:
    post("/tell/", {"words": WORDS})
    remark = Remark.objects.get()
    reader.post(f"/cms/told/{remark.pk}/", {"tags": tags})
    remark.refresh_from_db()
    assert (remark.tags, remark.read_on) == ([], None)


def test_others_read_nothing(client: Client, django_user_model) -> None:
    post("/tell/", {"words": WORDS})
    client.force_login(django_user_model.objects.create_user(username="nobody", is_staff=True))
    for path in ("/cms/told/", f"/cms/told/{Remark.objects.get().pk}/"):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in (302, 303, 403, 405) and WORDS not in answer.content.decode()


@pytest.mark.parametrize("file", ["none", "empty", "open to all", "another key"])
def test_a_key_that_does_not_fit_is_said_in_plain_words(
    reader: Client, settings, tmp_path, file: str
) -> None:
    post("/tell/", {"words": WORDS})
    if file == "empty":
        (tmp_path / "other.txt").touch(0o600)
    elif file == "another key":
        (tmp_path / "other.txt").touch(0o600)
        (tmp_path / "other.txt").write_text(str(x25519.Identity.generate()))
    elif file == "open to all":
        (tmp_path / "feedback.txt").chmod(0o644)
    settings.FEEDBACK_KEY_FILE = str(tmp_path / ("feedback.txt" if file == "open to all" else "other.txt"))
    page = reader.get("/cms/told/")
    assert page.status_code == 200 and "(closed)" in page.content.decode()
    assert "error-message" in page.content.decode()


def test_every_tag_can_be_chosen_and_every_form_has_a_name(reader: Client) -> None:
    post("/tell/", {"words": WORDS})
    page = reader.get("/cms/told/").content.decode()
    assert all(f'value="{code}"' in page and name in page for code, name in TAGS.items())
    assert len({kind.name for kind in FORMS.values()}) == len(FORMS)


def test_what_was_done_is_shown_when_the_partnership_chooses() -> None:
    Done.objects.create(said="Letters came home", did="No letters any more", day=date.today())
    assert "No letters" not in Client().get("/tell/done/").content.decode()
    Done.objects.update(public=True)
    assert "No letters" in Client().get("/tell/done/").content.decode(), "publishing makes the page new"


def test_it_is_forgotten_when_its_time_is_over_and_not_before(settings) -> None:
    now = timezone.now()
    limit = now.date() - settings.RETENTION["feedback"]
    for day in (limit, limit - timedelta(days=1)):
        Remark.objects.create(day=day, kind="tell", sealed=b"x")
    assert purging.purge(now=now, dry_run=True) == 1
    assert Remark.objects.count() == 2
    assert purging.purge(now=now) == 1
    assert Remark.objects.get().day == limit


def test_a_key_file_is_never_written_over(settings) -> None:
    with pytest.raises(CommandError):
        call_command("feedback_key", "make", "--to", settings.FEEDBACK_KEY_FILE)
    assert Key.objects.count() == 1


def test_two_keys_read_the_same_and_a_forgotten_one_reads_nothing_new(private_key) -> None:
    other = x25519.Identity.generate()
    Key.objects.create(public=str(other.to_public()), added_on=date.today())
    both = sealing.seal({"words": WORDS})
    call_command("feedback_key", "forget", str(private_key.to_public()), stdout=StringIO())
    after = sealing.seal({"words": WORDS})
    assert json.loads(sealing_opens(both, private_key)) == json.loads(sealing_opens(both, other))
    with pytest.raises(Exception, match="[Nn]o matching|decrypt"):
        sealing_opens(after, private_key)


def sealing_opens(sealed: bytes, key: x25519.Identity) -> bytes:
    from pyrage import decrypt

    return decrypt(sealed, [key])


def test_nothing_that_was_told_is_kept_in_clear_anywhere(tmp_path) -> None:
    canary = {"words": "Quillfeather", "name": "Zaphodine"}
    told = f"{canary['words']} never rang {canary['name']} back. "
    with leaks.logs_of(tmp_path / "log.txt"):
        for text in (told * 100, told):  # the first is too long and travels back to the form
            answer = post("/tell/", {"words": text})
            assert Client().get(answer["Location"]).status_code == 200
            assert not leaks.found(answer["Location"], canary)
    assert Remark.objects.count() == 1
    assert leaks.in_tables(canary) == set()
    assert leaks.in_caches(canary) == set()
    assert leaks.found((tmp_path / "log.txt").read_text(), canary) == set()
    Done.objects.create(said=told, did="x", day=date.today())
    assert leaks.in_tables(canary), "the scan finds what stands there in clear"
