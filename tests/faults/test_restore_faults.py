"""One side comes back out of an old backup: nothing arrives twice, and what cannot be mended is named."""

from collections import Counter

import pytest

from selfreferral.reconciliation import MISSING, UNKNOWN
from tests.faults import acts, form_acts, restore_acts
from tests.faults.proof import PEOPLE, finish, people, record
from tests.faults.world import World

OUTBOX, DESK = "selfreferral", "triage"


def check_desk(world: World, keys: list[str], told: list, *, fault: str) -> dict:
    """Everybody who was told lies at the desk once, as typed; whatever the outbox knows."""
    (report,) = world.do(acts.report, keys)
    shown = {reference: name for _, reference, name in told}
    arrived = {case["reference"]: case["name"] for case in report["cases"]}
    lost = {reference for reference, name in shown.items() if arrived.get(reference) != name}
    names = Counter(case["name"] for case in report["cases"])
    twice = sum(number - 1 for number in names.values())
    record(fault, lost=len(lost), duplicated=twice)
    assert not lost and twice == 0 and len(report["cases"]) == len(shown)
    assert report["broken"] == [] and report["outstanding"] == 0
    return report


@pytest.mark.parametrize("delivered", [0, 2], ids=["nothing had left", "some had left"])
def test_an_old_outbox_sends_nothing_twice_and_names_what_it_lost(world: World, keys, delivered: int) -> None:
    """The desk is newer: what it has and the outbox lost stays there, and is put on record."""
    sent = people(131)
    early, late = dict(list(sent.items())[:3]), dict(list(sent.items())[3:])
    told = world.do(acts.post, early)
    world.do(restore_acts.deliver_some, delivered)
    (old,) = world.do(restore_acts.backup, OUTBOX)
    told += world.do(acts.post, late)
    finish(world)
    world.do(restore_acts.restore, OUTBOX, old)
    finish(world, fault="old outbox")
    found, named = world.do(restore_acts.compare)
    assert found == {UNKNOWN: 3}
    assert named == sorted(reference for _, reference, name in told if name in late)
    report = check_desk(world, keys, told, fault="outbox out of an old backup")
    assert len(report["outbox"]) == 3
    assert world.do(restore_acts.compare)[0] == {}, "each is named once"


def test_an_old_desk_gets_again_what_it_lost_and_nothing_twice(world: World, keys) -> None:
    """The outbox is newer: it asks for everything that was signed for, and sends what is not there."""
    sent = people(137)
    told = world.do(acts.post, sent)
    world.do(restore_acts.deliver_some, 2)
    (old,) = world.do(restore_acts.backup, DESK)
    finish(world)
    world.do(restore_acts.restore, DESK, old)
    found, named = world.do(restore_acts.compare)
    assert found == {MISSING: 4}
    assert named == sorted(reference for _, reference, _ in told[2:])
    finish(world, fault="old desk")
    report = check_desk(world, keys, told, fault="desk out of an old backup")
    assert len(report["outbox"]) == PEOPLE
    assert world.do(restore_acts.compare)[0] == {}


def test_what_was_closed_does_not_come_back_but_is_named(world: World, keys) -> None:
    told = world.do(acts.post, people(139, 2))
    (old,) = world.do(restore_acts.backup, DESK)
    finish(world)
    closed = told[0][1]
    world.do(restore_acts.close, closed)
    world.do(restore_acts.restore, DESK, old)
    found, named = world.do(restore_acts.compare)
    assert found == {MISSING: 2} and closed in named
    world.do(acts.deliver)
    (report,) = world.do(acts.report, keys)
    record("desk out of an old backup, case closed", lost=0, duplicated=0)
    assert [case["reference"] for case in report["cases"]] == [told[1][1]]


def test_a_page_that_is_still_open_sends_nothing_twice_after_a_restore(world: World, keys) -> None:
    """The copy knows the journey: whoever presses Send again gets the same reference."""
    tabs = world.do(form_acts.fill, ["Canary 149"])
    told = world.do(form_acts.press, tabs)
    (old,) = world.do(restore_acts.backup, OUTBOX)
    finish(world)
    world.do(restore_acts.restore, OUTBOX, old)
    told += world.do(form_acts.press, tabs)
    finish(world)
    assert told[0] == told[1]
    check_desk(world, keys, told[:1], fault="outbox out of an old backup, page still open")
