"""Taking a referral: once, sealed, in one transaction, or a plain "not sent" and no row at all."""

import hashlib
import re
import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from selfreferral import events, outbox
from selfreferral.envelope import from_bytes
from selfreferral.flow import to_send
from selfreferral.models import Event, Queue, Referral
from selfreferral.questions import FORM_VERSION
from services_directory import unsealing
from tests.selfreferral.somebody import ANSWERS, NOW, answers, send
from tests.throwaway import unguarded


def test_it_is_sealed_for_the_queue_and_opens_there(keys) -> None:
    referral = send()
    letter = from_bytes(unsealing.open(referral.sealed, [keys["provider"]]))
    assert (letter["reference"], letter["queue"]) == (referral.reference, "provider")
    assert "lemon tart" in str(letter["safe_contact"])
    assert unsealing.open(referral.sealed, [keys["escrow"]])
    with pytest.raises(unsealing.CannotOpen):
        unsealing.open(referral.sealed, [keys["high-risk"]])


def test_in_clear_stands_only_what_may(keys) -> None:
    referral = send(answers(safe={"now": "no"}))
    row = Referral.objects.values().get(pk=referral.pk)
    sealed = bytes(row.pop("sealed"))
    assert row.pop("mark"), "by a key that is not here (draft_cipher.Cipher.digest)"
    assert row.pop("digest") == hashlib.sha256(sealed).hexdigest()
    assert row.pop("reference") == referral.reference and row.pop("journey")
    assert row.pop("head") == Event.objects.get().hash
    known = {
        "urgency": "urgent",
        "age_band": "25-39",
        "area_code": "in",
        "form_version": FORM_VERSION,
        "state": "ready",
        "carrier": "",  # and then the name of a transport
    }
    numbers = {"id", "queue_id", "fence", "attempts", "surprises"}
    times = {"created_at", "received_at", "leased_until", "next_attempt_at", "handed_on_at"}
    assert {name: value for name, value in row.items() if name not in numbers | times} == known
    assert row["queue_id"] == Queue.objects.get(slug="high-risk").pk


def test_a_repeat_gives_the_same_reference_and_nothing_else(keys) -> None:
    journey = uuid.uuid4()
    first, again = send(journey=journey), send(journey=journey)
    assert first.reference == again.reference and first.digest == again.digest
    assert (Referral.objects.count(), Event.objects.count()) == (1, 1)


def test_other_answers_of_a_journey_that_was_sent_are_not_taken_for_the_same(keys) -> None:
    journey = uuid.uuid4()
    first = send(journey=journey)
    with pytest.raises(outbox.SentOtherwise) as caught:
        send(answers(safe={"now": "no"}), journey=journey)
    assert caught.value.reference == first.reference
    assert (Referral.objects.count(), Event.objects.count()) == (1, 1)


def test_what_to_expect_is_the_queues_own_promise(keys) -> None:
    Queue.objects.filter(slug="provider").update(reply_words="by tomorrow noon")
    with transaction.atomic():
        posted = outbox.post(uuid.uuid4(), *to_send(ANSWERS), now=NOW, mark="")
    assert posted.expects == "by tomorrow noon" and posted.queue.slug == "provider"
    assert re.fullmatch(r"[2-9B-Z]{3}-[2-9B-Z]{3}", posted.reference)


def test_a_reference_that_is_taken_is_drawn_again(keys, monkeypatch) -> None:
    drawn = iter(["BBB-BBB", "BBB-BBB", "CCC-CCC"])
    monkeypatch.setattr(outbox, "new_reference", lambda: next(drawn))
    assert [send().reference, send().reference] == ["BBB-BBB", "CCC-CCC"]


WRONG_QUEUES = {
    "no keys": {"recipients": []},
    "one key": {"recipients": ["age1quxdpkhv2mucej0x9hjz6d4jguhagjtkj93nnshlvpqadgvff3gszcfwtl"]},
    "a key that is none": {"recipients": ["age1wrong", "age1wrong2"]},
    "switched off": {"active": False},
}


@pytest.mark.parametrize("change", WRONG_QUEUES.values(), ids=WRONG_QUEUES)
def test_without_a_usable_key_nothing_is_taken(keys, change) -> None:
    Queue.objects.filter(slug="provider").update(**change)
    with pytest.raises(outbox.NotSent) as caught:
        send()
    assert not Referral.objects.exists() and not Event.objects.exists()
    assert not any(word in str(caught.value) for word in ("Marigold", "07700", "age1wrong"))
    assert send(answers(safe={"now": "no"})).queue.slug == "high-risk"  # other queues still take theirs


def test_a_database_that_fails_is_a_plain_not_sent(keys, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise DatabaseError("disk full: Marigold")

    monkeypatch.setattr(events, "begin", fail)
    with pytest.raises(outbox.NotSent) as caught:
        send()
    assert "Marigold" not in str(caught.value) and not Referral.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_the_drafts_transaction_it_refuses() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        outbox.post(uuid.uuid4(), *to_send(ANSWERS), now=NOW, mark="")


def test_what_ends_with_the_draft_ends_together(keys) -> None:
    """An error after post() and before the commit leaves neither row nor event."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.post(uuid.uuid4(), *to_send(ANSWERS), now=NOW, mark="")
        raise ZeroDivisionError
    assert not Referral.objects.exists() and not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite in memory has one connection; see tests/faults/"
)
def test_many_posts_at_once_of_one_journey_are_one_referral(keys) -> None:
    journey, references = uuid.uuid4(), []

    def one() -> None:
        try:
            references.append(send(journey=journey).reference)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(references) == 8 and len(set(references)) == 1
    assert Referral.objects.count() == 1


def test_a_changed_event_shows(keys) -> None:
    referral = send()
    events.append(referral.reference, "received", by="somebody", now=NOW)
    events.append(referral.reference, "opened", by="somebody", now=NOW)
    assert events.first_broken(referral.reference) is None
    unguarded("selfreferral_event", "guard_event")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE selfreferral_event SET by = 'nobody' WHERE number = 2")
    assert events.first_broken(referral.reference) == 2
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM selfreferral_event WHERE number = 2")
    assert events.first_broken(referral.reference) == 2


def test_the_database_refuses_to_change_an_event(keys) -> None:
    send()
    acts = ["UPDATE selfreferral_event SET by = 'nobody'"]
    if connection.vendor == "postgresql":
        acts.append("DELETE FROM selfreferral_event")
    for act in acts:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(act)


def test_events_are_only_ever_added(keys) -> None:
    send()
    for forbidden in (lambda: Event.objects.all().delete(), lambda: Event.objects.update(by="x")):
        with pytest.raises(TypeError):
            forbidden()
