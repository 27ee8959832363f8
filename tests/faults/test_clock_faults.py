"""A server's clock jumps by hours, either way: nothing waits for it, nothing is lost, nothing goes twice.

The process's clock is wrong in these, the database's is right: leases and waiting go by the latter.
"""

import signal
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.faults import acts, form_acts
from tests.faults.proof import AT_ONCE, SOON, check, finish, people
from tests.faults.world import World
from tests.selfreferral.visitor import EMPTY

JUMPS = [timedelta(hours=6), timedelta(hours=-6)]
HOURS = pytest.mark.parametrize("jump", JUMPS, ids=["forward", "back"])
right = timezone.now


def wrong_by(jump: timedelta) -> dict[str, Any]:
    def now() -> datetime:
        return right() + jump

    return {"django.utils.timezone.now": now}


def unreachable(*args: Any, **kwargs: Any) -> None:
    raise ConnectionError


@HOURS
def test_a_letter_sent_under_a_wrong_clock_leaves_at_once(world: World, keys, jump: timedelta) -> None:
    tabs = world.do(form_acts.fill, ["Canary 71"], patches=wrong_by(jump))
    told = world.do(form_acts.press, tabs, patches=wrong_by(jump))
    assert world.do(acts.deliver) == [1], "it does not wait for the form's clock"
    check(world, keys, told, {"Canary 71": tabs[0]["journey"]}, fault=f"clock of the form {jump}")


@HOURS
def test_a_worker_with_a_wrong_clock_takes_no_letter_from_another(
    world: World, keys, jump: timedelta
) -> None:
    sent = people(73)
    told = world.do(acts.post, sent)
    slow = world.start(acts.deliver, cut="leased", nth=2, how=signal.SIGSTOP)
    slow.until_stopped()
    assert world.do(acts.deliver, patches=wrong_by(jump)) == [len(sent) - 2]
    slow.go_on()
    assert slow.said() == [2]
    report = check(world, keys, told, sent, fault=f"clock of a second worker {jump}")
    assert {one["attempts"] for one in report["outbox"]} == {1}


@HOURS
def test_the_lease_of_a_worker_with_a_wrong_clock_ends_in_time(world: World, keys, jump: timedelta) -> None:
    sent = people(79)
    told = world.do(acts.post, sent)
    process = world.start(acts.deliver, cut="leased", nth=2, patches={**SOON, **wrong_by(jump)})
    process.said()
    assert process.killed
    time.sleep(0.35)
    assert world.do(acts.deliver) == [len(sent) - 1]
    check(world, keys, told, sent, fault=f"clock of a killed worker {jump}")


@HOURS
def test_waiting_after_a_failure_goes_by_the_databases_clock(world: World, keys, jump: timedelta) -> None:
    sent = people(83, 3)
    told = world.do(acts.post, sent)
    down = {"triage.transport.Inbox.deliver": unreachable}
    assert world.do(acts.deliver_for, 0.3, patches={**AT_ONCE, **SOON, **down, **wrong_by(jump)})
    finish(world, fault=f"clock of a failing worker {jump}")
    check(world, keys, told, sent, fault=f"clock of a failing worker {jump}")


def test_a_clock_that_goes_back_in_the_middle_of_the_form_loses_nothing(world: World, keys) -> None:
    tabs = world.do(form_acts.fill, ["Canary 89"], "about")
    told = world.do(form_acts.go_on, tabs[0], patches=wrong_by(timedelta(hours=-6)))
    finish(world)
    check(world, keys, told, {"Canary 89": tabs[0]["journey"]}, fault="clock back in the form")


def test_a_clock_that_jumps_forward_ends_the_draft_and_keeps_what_was_just_typed(world: World, keys) -> None:
    """As an expiry does; the form then goes on under the clock that the server has now."""
    (tab,) = world.do(form_acts.fill, ["Canary 97"], "about")
    forward = wrong_by(timedelta(hours=6))
    seen, tab = world.do(
        form_acts.press_and_stay, tab, {"name": "Canary 97", "age": "25-39"}, patches=forward
    )
    assert seen[2] == 200 and "away for a while" in seen[3]
    told = world.do(form_acts.go_on, tab, patches=forward)
    finish(world)
    check(world, keys, told, {"Canary 97": tab["journey"]}, fault="clock forward in the form")


def test_send_after_a_jump_says_plainly_that_nothing_was_sent(world: World, keys) -> None:
    (tab,) = world.do(form_acts.fill, ["Canary 101"])
    forward = wrong_by(timedelta(hours=6))
    seen, _ = world.do(form_acts.press_and_stay, tab, {}, patches=forward)
    assert seen[0] == "page" and seen[2] == 200 and "away for a while" in seen[3]
    assert world.do(acts.states) == [{}]


def test_an_old_page_sends_nothing_twice_when_a_jump_has_deleted_the_mark(world: World, keys) -> None:
    """The mark of a sent form lives for two hours; a jump makes it old, and a purge takes it."""
    tabs = world.do(form_acts.fill, ["Canary 103"])
    told = world.do(form_acts.press, tabs)
    forward = wrong_by(timedelta(hours=6))
    world.do(form_acts.fill, ["somebody else"], "about", patches=forward)
    (seen,) = world.do(form_acts.press, tabs, patches=forward)
    assert seen[0] == "page" and seen[2] == 200
    finish(world)
    report = check(world, keys, told, {"Canary 103": tabs[0]["journey"]}, fault="clock forward after sending")
    assert len(report["outbox"]) == 1


def test_a_workers_clock_that_jumps_forward_deletes_drafts_but_no_letter(world: World, keys) -> None:
    """Drafts go, as if it were that late; what was typed last is kept, and nothing that was accepted goes."""
    sent = people(107, 3)
    told = world.do(acts.post, sent)
    (tab,) = world.do(form_acts.fill, ["Canary 107"], "about")
    forward = wrong_by(timedelta(hours=6))
    world.do(acts.deliver_for, 0.5, patches=forward)
    seen, tab = world.do(form_acts.press_and_stay, tab, {"name": "Canary 107", "age": "25-39"})
    assert seen[2] == 200 and EMPTY not in seen[3]
    told += world.do(form_acts.go_on, tab)
    finish(world)
    sent["Canary 107"] = tab["journey"]
    check(world, keys, told, sent, fault="clock of the worker forward, drafts purged")
