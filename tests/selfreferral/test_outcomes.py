"""The link that brings a professional the outcome: mailed once a server took it, read once, gone."""

import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from selfreferral import envelope, outcome_cipher, outcomes
from selfreferral.channels import Channels
from selfreferral.models import OutcomeLink
from selfreferral.questions import BY_SLUG
from tests.sinks import Mail
from triage import outcomes as desk
from triage.models import CaseEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ADDRESS = "gp@example.org"
LINK = re.compile(r"(http\S+/r/([A-Za-z0-9_-]+)/)")


def order(outcome: str = "contact", now: datetime | None = None) -> OutcomeLink:
    now = now or timezone.now()
    return outcomes.order("T23-BCD", outcome, address=ADDRESS, own_reference="P-77", now=now)


def mailed(mail: Mail) -> str:
    """The token in the last mail."""
    body = mail.taken[-1][1].replace("=\r\n", "")
    found = LINK.search(body)
    assert found, body
    return found[2]


def sent(mail: Mail, outcome: str = "contact") -> str:
    order(outcome)
    outcomes.go_round(now=timezone.now())
    return mailed(mail)


def row_bytes() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {OutcomeLink._meta.db_table}")
        return b" ".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )


# --- the mail ------------------------------------------------------------------------------
def test_the_mail_says_nothing_but_its_fixed_words_and_the_link(mail: Mail) -> None:
    token = sent(mail)
    recipient, message = mail.taken[0]
    assert recipient == ADDRESS and f"Subject: {outcomes.SUBJECT}" in message
    body = message.split("\n\n", 1)[1] if "\n\n" in message else message.split("\r\n\r\n", 1)[1]
    plain = re.sub(r"\d+ \w+ \d{4}", "DAY", body.replace("=\r\n", "").replace("\r\n", "\n").strip())
    link = configured.WAGTAILADMIN_BASE_URL + outcomes.PATH.format(token=token)
    assert plain == outcomes.WORDS.format(link=link, day="DAY")
    for word in ("T23-BCD", "P-77", "contact", "abuse", "person"):
        assert word not in message.replace(token, ""), word


def test_the_address_in_the_mail_is_the_page_s() -> None:
    assert outcomes.PATH.format(token="abc") == reverse("outcome", args=["abc"])


def test_once_it_is_mailed_the_database_knows_the_hash_alone(mail: Mail) -> None:
    token = sent(mail)
    link = OutcomeLink.objects.get()
    assert link.state == "sent" and link.sent_at and not bytes(link.waiting)
    held = row_bytes()
    for secret in (token, ADDRESS, "P-77", "contact"):
        assert secret.encode() not in held, secret
    with pytest.raises(outcome_cipher.CannotOpen):
        outcome_cipher.unseal(link.sealed, reference=link.reference)
    with pytest.raises(outcome_cipher.CannotOpen):
        outcome_cipher.unseal(link.sealed, reference="T23-BCF", token=token)


def test_what_waits_for_the_mail_holds_no_token_and_no_word_in_clear() -> None:
    link = order()
    assert link.token_hash is None and ADDRESS.encode() not in row_bytes()


@pytest.mark.parametrize("how", ["down", "silent"])
def test_a_mail_that_fails_is_tried_again_and_never_marked_as_sent(mail: Mail, monkeypatch, how: str) -> None:
    monkeypatch.setattr("selfreferral.channels.AT_MOST", 0.3)
    order(now=NOW)
    if how == "down":
        mail.down()
    else:
        mail.silent = True
    outcomes.go_round(now=NOW)
    outcomes.go_round(now=NOW + timedelta(minutes=1))
    link = OutcomeLink.objects.get()
    assert (link.state, link.attempts, link.sent_at) == ("waiting", 1, None) and bytes(link.waiting)
    if how == "down":
        mail.up()
        outcomes.go_round(now=NOW + outcomes.AGAIN)
        assert OutcomeLink.objects.get().state == "sent" and mailed(mail)


def test_an_address_that_is_refused_is_forgotten(mail: Mail) -> None:
    mail.refuses = ADDRESS
    order()
    outcomes.go_round(now=timezone.now())
    link = OutcomeLink.objects.get()
    assert (link.state, bytes(link.waiting), bytes(link.sealed), link.token_hash) == (
        "refused",
        b"",
        b"",
        None,
    )


def test_an_address_that_is_put_off_is_tried_again(mail: Mail) -> None:
    """Greylisting: who does not know the sender yet says "later"."""
    mail.refuses, mail.says = ADDRESS, "450 4.2.0 Greylisted, try again in 300 seconds"
    order(now=NOW)
    outcomes.go_round(now=NOW)
    assert OutcomeLink.objects.get().state == "waiting"
    mail.refuses = None
    outcomes.go_round(now=NOW + outcomes.AGAIN)
    assert OutcomeLink.objects.get().state == "sent" and mailed(mail)


def test_one_that_fails_keeps_no_other_from_going_out_and_ends_in_time(mail: Mail) -> None:
    mail.chokes_on = ADDRESS
    first = order(now=NOW)
    other = outcomes.order("T24-BCD", "contact", address="b@example.org", own_reference="", now=NOW)
    for days in range(14):
        outcomes.go_round(now=NOW + timedelta(days=days))
    other.refresh_from_db()
    first.refresh_from_db()
    assert [who for who, _words in mail.taken] == ["b@example.org"] and other.state == "sent"
    assert (first.state, first.attempts) == ("waiting", 14)
    outcomes.go_round(now=NOW + configured.RETENTION["outcome_link"])
    first.refresh_from_db()
    assert (first.state, first.sent_at, bytes(first.waiting)) == ("expired", None, b"")
    assert "it was never mailed" in desk.in_words(first, NOW)
    desk.catch_up(now=NOW + timedelta(days=15))
    what = CaseEvent.objects.filter(reference=first.reference).values_list("what", flat=True)
    assert list(what) == ["out_unsent"]


def test_a_secret_key_that_was_changed_opens_what_waits_while_it_is_kept(mail: Mail, settings) -> None:
    order()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    outcomes.go_round(now=timezone.now())
    assert OutcomeLink.objects.get().state == "sent"


def test_without_a_mail_server_it_waits(settings) -> None:
    settings.EMAIL_HOST = ""
    order()
    outcomes.go_round(now=timezone.now())
    assert OutcomeLink.objects.get().state == "waiting"


def test_two_workers_mail_it_once(mail: Mail) -> None:
    link = order(now=NOW)
    channels = Channels()
    assert outcomes.mine(link, now=NOW) and not outcomes.mine(link, now=NOW)
    assert outcomes.send(link, channels=channels, now=NOW) and len(mail.taken) == 1


def test_another_secret_key_says_that_it_must_be_told_again(mail: Mail, settings) -> None:
    order()
    settings.SECRET_KEY = "another key than before"
    outcomes.go_round(now=timezone.now())
    assert OutcomeLink.objects.get().state == "refused" and not mail.taken


# --- the page ------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome", outcomes.OUTCOMES)
def test_it_opens_by_post_once_and_says_one_sentence_and_their_own_number(mail: Mail, outcome: str) -> None:
    address = f"/r/{sent(mail, outcome)}/"
    client = Client(enforce_csrf_checks=True)
    for _scanner in range(3):
        page = client.get(address)
        client.head(address)
        assert page.status_code == 200 and outcomes.OUTCOMES[outcome] not in page.content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    shown = client.post(address, {"csrfmiddlewaretoken": token[1]})  # type: ignore[index]
    words = shown.content.decode()
    assert shown.status_code == 200 and outcomes.OUTCOMES[outcome] in words and "P-77" in words
    for secret in ("T23-BCD", ADDRESS):
        assert secret not in words
    assert shown["Cache-Control"] == "no-store" and "leave__button" in words
    again = client.post(address, {"csrfmiddlewaretoken": token[1]})  # type: ignore[index]
    assert (again.status_code, again["Location"]) == (303, address)
    assert OutcomeLink.objects.get().state == "read" and b"P-77" not in row_bytes()


def test_used_expired_and_unknown_links_answer_the_same(mail: Mail) -> None:
    used = sent(mail)
    Client().post(f"/r/{used}/")
    old = sent(mail)
    OutcomeLink.objects.filter(token_hash=outcome_cipher.hash_of(old)).update(expires_at=timezone.now())
    pages = []
    for token in (used, old, "A" * 43, "A", "x" * 300, "%00", "é"):
        answer = Client().get(f"/r/{token}/")
        if token != "%00":
            assert answer.status_code == 404
            pages.append(re.sub(r'value="\w{64}"', "", answer.content.decode()))
    assert len(set(pages)) == 1
    assert "0808 2000 247" in pages[0] or "tel:" in pages[0]
    assert "leave__button" in pages[0] and "<title>Message - " in pages[0]


def test_each_try_has_a_link_of_its_own_and_the_last_one_opens(mail: Mail, monkeypatch) -> None:
    """The mail server took it, and we were killed before we wrote that down."""
    link = order(now=NOW)
    with monkeypatch.context() as killed:
        killed.setattr(Channels, "mail", lambda self, *args, **kwargs: Mailed.keep(kwargs["words"]))
        outcomes.send(link, channels=Channels(), now=NOW)
    first = LINK.search(Mailed.words)[2]  # type: ignore[index]
    outcomes.go_round(now=timezone.now())
    assert outcomes.read_once(first, now=timezone.now()) is None
    told = outcomes.read_once(mailed(mail), now=timezone.now())
    assert told == ("We have been in contact.", "P-77")


class Mailed:
    words = ""

    @classmethod
    def keep(cls, words: str) -> bool:
        cls.words = words
        return False


@pytest.mark.skipif(connection.vendor == "sqlite", reason="In memory, SQLite locks a whole table.")
@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_reads_it(mail: Mail) -> None:
    token = sent(mail)
    read: list[Any] = []

    def press() -> None:
        try:
            read.append(outcomes.read_once(token, now=timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 4 and sum(one is not None for one in read) == 1


# --- forgetting ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "noted", "age", "left"),
    [
        ("waiting", "waiting", 13, ("waiting", True)),
        ("waiting", "waiting", 15, ("expired", False)),
        ("sent", "sent", 13, ("sent", True)),
        ("sent", "sent", 15, ("expired", False)),
        ("read", "read", 27, ("read", False)),
        ("read", "read", 29, None),
        ("read", "sent", 29, ("read", False)),
        ("refused", "refused", 29, None),
    ],
)
def test_what_is_kept_for_how_long(state: str, noted: str, age: int, left: Any) -> None:
    link = order(now=NOW)
    words = b"" if state in ("read", "refused") else b"sealed"
    OutcomeLink.objects.update(state=state, noted=noted, waiting=words, sealed=words)
    outcomes.expire(now=NOW + timedelta(days=age))
    found = OutcomeLink.objects.filter(pk=link.pk).first()
    assert (found and (found.state, bool(bytes(found.sealed)))) == left


# --- the letter ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("prof", "asked", "found"),
    [
        ({"email": ADDRESS}, {"outcome": "yes"}, {"email": ADDRESS, "own_reference": ""}),
        (
            {"email": ADDRESS},
            {"outcome": "yes", "own_reference": "P"},
            {"email": ADDRESS, "own_reference": "P"},
        ),
        ({"email": ADDRESS}, {"outcome": "no"}, {}),
        ({"email": ADDRESS}, {}, {}),
        ({"email": ""}, {"outcome": "yes"}, {}),
    ],
)
def test_a_letter_names_an_address_only_where_the_outcome_was_asked_for(prof, asked, found) -> None:
    assert envelope.outcome_to({"prof": prof, "prof_outcome": asked}) == found
    assert set(prof) <= set(BY_SLUG["prof"].form.base_fields)
    assert set(asked) <= set(BY_SLUG["prof_outcome"].form.base_fields)
