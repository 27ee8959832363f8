"""Figures: right to the number, beside nobody, and never in anybody's way."""

import re
import threading
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from selfreferral import counting
from selfreferral.models import DailyCount, DraftPart, EqualityTick, MonthlyCount, Referral
from selfreferral.questions import BY_SLUG
from tests.selfreferral.visitor import NOW, WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MARCH = date(2026, 3, 1)
EQUALITY = {"sex": "female", "religion": "sikh", "disability": "no"}


def counts(what: str = "step") -> dict[tuple[str, str], int]:
    rows = DailyCount.objects.filter(what=what)
    return {(row.variant, row.step): row.number for row in rows}


# --- by day ---------------------------------------------------------------------------
def test_each_step_is_counted_when_it_is_reached_first_and_once_per_journey():
    visitor = Visitor()
    visitor.go(until="about")
    expected = {("", "before"): 1, ("", "who"): 1, ("me", "safe"): 1, ("me", "where"): 1, ("me", "about"): 1}
    assert counts() == expected
    for _ in range(3):
        visitor.post(do="back")
        visitor.post(WAY["where"])
        visitor.page()
    assert counts() == expected
    Visitor().go(until="who")
    assert counts() == {**expected, ("", "before"): 2, ("", "who"): 2}


def test_sending_is_counted_once_however_often_it_is_pressed():
    visitor = Visitor()
    visitor.go(until="check")
    page = visitor.hidden()
    for _ in range(3):
        visitor.post(hidden=page)
    assert counts("sent") == {("me", ""): 1}


def test_whoever_lives_elsewhere_is_counted_once(settings):
    visitor = Visitor()
    visitor.go(until="contact", where={"postcode": "LS1 4AP"})
    visitor.post(do="back")
    visitor.post(WAY["about"])
    visitor.go()
    assert counts("elsewhere") == {("me", ""): 1} and counts("sent") == {("me", ""): 1}
    Visitor().go()
    assert counts("elsewhere") == {("me", ""): 1}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), date(2026, 1, 31)),
    ],
)
def test_days_and_months_are_those_of_the_clock_on_the_wall(moment, day):
    assert counting.day_of(moment) == day and counting.month_of(moment) == day.replace(day=1)


def test_what_a_journey_was_counted_for_is_sealed_in_its_own_draft():
    visitor = Visitor()
    visitor.go(until="about")
    columns = {field.name for field in DailyCount._meta.get_fields()}
    assert columns == {"id", "day", "what", "variant", "step", "number"}
    assert all(b"where" not in bytes(part.sealed) for part in DraftPart.objects.all())


def break_counting(monkeypatch) -> None:
    def fail(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    monkeypatch.setattr(counting, "one_more", fail)
    monkeypatch.setattr(EqualityTick.objects, "bulk_create", fail)


def test_a_count_that_fails_stops_nobody(monkeypatch):
    """On PostgreSQL a failed statement would take the whole transaction with it."""
    visitor = Visitor()
    break_counting(monkeypatch)
    visitor.go()
    assert Referral.objects.count() == 1 and not DailyCount.objects.filter(what="sent").exists()
    assert Referral.objects.get().reference in visitor.client.get("/ask/sent/").content.decode()


def test_nobody_is_told_sent_when_the_transaction_was_lost_on_the_way(monkeypatch):
    visitor = Visitor()
    visitor.go(until="check")
    monkeypatch.setattr(counting, "add", lambda *args, **kwargs: transaction.set_rollback(True))
    visitor.client.raise_request_exception = False
    response = visitor.client.post(NOW, {**visitor.hidden(), "do": "next"})
    assert response.status_code == 303 and response.url.startswith("/wait/")
    assert not Referral.objects.exists() and visitor.step == "check"


# --- by month -------------------------------------------------------------------------
def ticks(people: int, *, now: datetime = NOON, **given: str) -> None:
    for _ in range(people):
        counting.tick({"equality": given or EQUALITY}, now=now)


def numbers() -> dict[tuple[str, str], int]:
    return {(row.question, row.option): row.number for row in MonthlyCount.objects.all()}


def test_answers_about_equality_become_ticks_at_sending_and_nothing_else(keys):
    visitor = Visitor()
    visitor.go(until="check")
    visitor.post(do="more")
    visitor.post(do="change:equality")
    visitor.post(EQUALITY)
    assert visitor.step == "more" and not EqualityTick.objects.exists()
    visitor.go()
    found = {(row.question, row.option) for row in EqualityTick.objects.all()}
    assert found == set(EQUALITY.items()) and Referral.objects.count() == 1
    assert {row.month for row in EqualityTick.objects.all()} == {counting.month_of(timezone.now())}
    assert {field.name for field in EqualityTick._meta.get_fields()} == {"id", "month", "question", "option"}


def test_a_letter_that_was_not_sent_leaves_no_tick(monkeypatch):
    visitor = Visitor()
    visitor.go(until="check")
    visitor.post(do="more")
    visitor.post(do="change:equality")
    visitor.post(EQUALITY)
    visitor.go(until="check")

    def refuse(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr("selfreferral.drafts.Opened.finish", refuse)
    visitor.post()
    assert not Referral.objects.exists() and not EqualityTick.objects.exists()


def test_only_declared_options_are_kept_never_words():
    counting.tick({"equality": {**EQUALITY, "sex": "my own words", "nothing": "x"}}, now=NOON)
    assert not EqualityTick.objects.filter(question="sex").exists()
    assert EqualityTick.objects.count() == 2


def test_several_ticks_count_each(monkeypatch):
    from selfreferral.fields import some_of
    from selfreferral.questions.more import EqualityForm

    field = some_of("Which?", [("a", "A"), ("b", "B"), ("c", "C")])
    monkeypatch.setitem(EqualityForm.base_fields, "several", field)
    ticks(6, several=["a", "c"])
    counting.add_up(now=NOON)
    assert numbers() == {("several", "a"): 6, ("several", "c"): 6}


def test_four_answers_wait_and_the_fifth_takes_them_along():
    ticks(4)
    counting.add_up(now=NOON)
    assert numbers() == {} and EqualityTick.objects.count() == 12
    ticks(1, sex="male")
    counting.add_up(now=NOON)
    assert numbers() == {("sex", "female"): 4, ("sex", "male"): 1}, "the other questions have four"
    assert EqualityTick.objects.count() == 8


def test_at_the_end_of_the_month_all_are_added_up():
    ticks(2)
    counting.add_up(now=datetime(2026, 3, 31, 22, 59, tzinfo=UTC))
    assert numbers() == {}
    counting.add_up(now=datetime(2026, 3, 31, 23, 1, tzinfo=UTC))  # April in London
    assert numbers() == {pair: 2 for pair in EQUALITY.items()}
    assert {row.month for row in MonthlyCount.objects.all()} == {MARCH} and not EqualityTick.objects.exists()


def test_adding_up_twice_adds_nothing():
    ticks(5)
    for _ in range(3):
        counting.add_up(now=NOON)
    assert numbers() == {pair: 5 for pair in EQUALITY.items()}


def test_a_round_that_breaks_off_loses_and_doubles_nothing(monkeypatch):
    ticks(5)
    real = counting.one_more

    def fail(*args, **kwargs):
        real(*args, **kwargs)
        raise DatabaseError

    with monkeypatch.context() as patch, pytest.raises(DatabaseError):
        patch.setattr(counting, "one_more", fail)
        counting.add_up(now=NOON)
    counting.add_up(now=NOON)
    assert numbers() == {pair: 5 for pair in EQUALITY.items()}


# --- nothing joins two answers of a person ------------------------------------------------
def in_the_order_of_the_table() -> list[tuple[str, str, str]]:
    """Key, question and option as they lie in the file: what somebody with the database sees."""
    order = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, question, option FROM selfreferral_equalitytick ORDER BY {order}")
        return [(str(key).replace("-", ""), question, option) for key, question, option in cursor.fetchall()]


OTHERS = {"sex": "male", "religion": "none", "disability": "yes"}


def joined(rows: list[tuple[str, str, str]]) -> int:
    """How often three neighbours are all one person's, by place."""
    persons = [set(EQUALITY.items()), set(OTHERS.items())]
    found = [
        {(question, option) for _, question, option in rows[at : at + 3]} for at in range(0, len(rows), 3)
    ]
    return sum(three in persons for three in found)


def mixed_rows() -> list[tuple[str, str, str]]:
    ticks(2)
    ticks(2, **OTHERS)
    assert joined(in_the_order_of_the_table()) == 4, "before the round they lie side by side"
    counting.add_up(now=NOON)
    return in_the_order_of_the_table()


def test_after_a_round_neither_place_nor_key_says_which_answers_came_together(monkeypatch):
    before = {key for key, _, _ in in_the_order_of_the_table()}
    rows = mixed_rows()
    assert joined(rows) < 4 and len(rows) == 12
    assert before.isdisjoint({key for key, _, _ in rows}), "their keys are new"
    assert not any(re.match(r"^.{12}4", key) for key, _, _ in rows)
    assert Counter((question, option) for _, question, option in rows) == Counter(
        [*EQUALITY.items(), *OTHERS.items()] * 2
    )


def test_without_the_mixing_they_would_lie_side_by_side(monkeypatch):
    """Or the test above proves nothing."""
    monkeypatch.setattr(counting, "mix", lambda: None)
    assert joined(mixed_rows()) == 4


def test_ticks_that_lie_mixed_already_are_left_alone(django_assert_num_queries):
    ticks(2)
    counting.add_up(now=NOON)
    before = in_the_order_of_the_table()
    with django_assert_num_queries(2):
        counting.add_up(now=NOON)
    assert in_the_order_of_the_table() == before


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_on_postgresql_the_writing_transaction_does_not_say_it_either():
    with connection.cursor() as cursor:
        mixed_rows()
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM selfreferral_equalitytick")
        assert cursor.fetchone() == (1,)


# --- ten workers at once --------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_count_each_tick_once(django_db_blocker):
    people = 40
    ticks(people)
    faults: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(3):
                counting.add_up(now=NOON)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(10)]
    for worker in workers:
        worker.start()
    if connection.vendor == "postgresql":
        ticks(5)  # somebody sends meanwhile
    for worker in workers:
        worker.join()
    if connection.vendor == "postgresql":
        assert not faults
    else:
        ticks(5)  # the tests' database in memory refuses a second writer at once, and a count stops nobody
    for _ in range(2):
        counting.add_up(now=NOON)
    waiting = Counter(EqualityTick.objects.values_list("question", flat=True))
    assert {pair: number + waiting[pair[0]] for pair, number in numbers().items()} == {
        pair: people + 5 for pair in EQUALITY.items()
    }


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_to_the_number():
    happened = [counting.Happened("step", "me", "safe"), counting.Happened("sent", "me")]

    def one() -> None:
        try:
            with transaction.atomic():
                counting.add(happened, now=NOON)
        finally:
            connection.close()

    people = [threading.Thread(target=one) for _ in range(20)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    numbers_now = {row.what: row.number for row in DailyCount.objects.all()}
    if connection.vendor == "postgresql":
        assert numbers_now == {"step": 20, "sent": 20}
    assert set(numbers_now) == {"step", "sent"}


def test_every_counted_question_fits_its_column():
    for step in BY_SLUG.values():
        if step.counted:
            for name, field in step.form.base_fields.items():
                assert len(name) <= 40 and all(len(code) <= 40 for code, _ in field.choices)
