"""What was purged is gone from the database's files, too: no free page and no log of writes holds it."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from selfreferral import events, purging, wiping
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Heartbeat, Queue, Referral
from tests.faults.world import World, sqlite_copy
from tests.selfreferral.somebody import NOW, queues_with_keys, send
from triage import events as desk_record
from triage import telling
from triage.models import Case

KEPT: timedelta = settings.RETENTION["closed_case"]


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> World:
    """A file of its own: the tests' database is in memory, and nothing may be open in it meanwhile."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    return sqlite_copy(tmp_path / "world.sqlite3")


def close(letter: Referral) -> None:
    moment = NOW - KEPT * 2
    Case.objects.filter(reference=letter.reference).update(
        state="closed", opened_at=moment, closed_at=moment, outcome="supported"
    )
    telling.catch_up(now=moment)


PLANTED = {"age_band": "AGE-7Q3Z", "area_code": "AREA-CANARY-7Q3Z"}
HANDS = "hands-of-canary-7q3z"


def acts_on_clear_words():
    """What stands in clear about forty letters: planted, forgotten step by step, and looked for."""
    queues_with_keys()
    Queue.objects.update(transport="inbox")
    letters = [send() for _ in range(40)]
    drain()
    for model in (Referral, Case):
        model.objects.update(**PLANTED)
    for letter in letters[::2]:
        desk_record.write("opening", now=NOW, reference=letter.reference, by=HANDS)
        events.append(letter.reference, "opened", by=HANDS, now=NOW)
        close(letter)
    journeys = list(Referral.objects.filter(state="closed").values_list("journey", flat=True))
    file = Path(connection.settings_dict["NAME"])

    def found() -> list[int]:
        """How many of: age bands, areas, hands; and keys of journeys, as SQLite writes them."""
        kept = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
        words = [*PLANTED.values(), HANDS]
        return [kept.count(one.encode()) for one in words] + [
            sum(kept.count(j.hex.encode()) for j in journeys)
        ]

    yield found()
    yield purging.everywhere(now=NOW)
    yield [Referral.objects.exclude(age_band="").count(), Case.objects.exclude(age_band="").count()]
    Referral.objects.update(age_band="", area_code="")  # of those that are not closed
    Case.objects.update(age_band="", area_code="", state="closed", closed_at=NOW - KEPT * 2, opened_at=NOW)
    Case.objects.update(outcome="supported", sealed=b"")
    Referral.objects.update(state="purged", sealed=b"")
    yield purging.everywhere(now=NOW + KEPT * 40)
    yield found()


def test_words_in_clear_are_gone_from_the_files_too(world: World) -> None:
    before, first, others, last, after = world.do(acts_on_clear_words)
    assert min(before) >= 20, "they were never in the file, so this proves nothing"
    assert first["letters at the desk"] == first["letters in the outbox"] == 20 and others == [20, 20]
    assert last["lines of the desk’s record"] == 80 and last["sent letters down to their number"] > 0
    assert after == [0, 0, 0, 0]


def acts_on_a_letter():
    """In a process and a database file of its own: sent, delivered, closed, purged; looked at between."""
    queues_with_keys()
    Queue.objects.update(transport="inbox")
    letters = [send() for _ in range(3)]
    drain()
    sealed = bytes(letters[0].sealed)
    file = Path(connection.settings_dict["NAME"])

    def on_disk() -> list[int]:
        """How often the whole letter, or 64 bytes out of its middle, stands in the files."""
        kept = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
        middle = sealed[len(sealed) // 2 :][:64]
        return [kept.count(sealed[:64]), kept.count(middle)]

    yield on_disk()
    close(letters[0])
    yield sum(purging.everywhere(now=NOW).values())
    yield on_disk()
    yield [bytes(row.sealed) != b"" for row in Referral.objects.order_by("pk")]


def test_nothing_of_it_is_left_in_the_files(world: World) -> None:
    before, gone, after, others = world.do(acts_on_a_letter)
    assert min(before) >= 2, "the letter was never in the file, so this proves nothing"
    assert (gone, after, others) == (2, [0, 0], [False, True, True])


def test_somebody_who_reads_meanwhile_is_not_an_error(world: World) -> None:
    def act():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        reader = sqlite3.connect(connection.settings_dict["NAME"])
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM selfreferral_referral").fetchone()
        Heartbeat.objects.create(worker="x", at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=50")
        yield wiping.wipe()
        reader.close()
        yield wiping.wipe()

    assert world.do(act) == [False, True]
