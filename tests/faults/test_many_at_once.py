"""Many at the same moment, in processes of their own: one journey is one letter, one letter arrives once."""

import pytest

from tests.faults import acts, form_acts
from tests.faults.proof import check, finish, people
from tests.faults.world import World


def test_ten_workers_by_mistake_deliver_each_letter_once(world: World, keys) -> None:
    sent = people(11, 40)
    told = world.do(acts.post, sent)
    workers = [world.start(acts.deliver) for _ in range(10)]
    delivered = [worker.said()[0] for worker in workers]
    assert sum(delivered) == 40
    report = check(world, keys, told, sent, fault="ten workers")
    assert {one["attempts"] for one in report["outbox"]} == {1}


def test_many_posts_of_one_journey_at_once_are_one_referral(world: World, keys) -> None:
    sent = people(13, 1)
    posts = [world.start(acts.post, sent) for _ in range(8)]
    told = [line for post in posts for line in post.said()]
    assert len(told) == 8 and len({reference for _, reference, _ in told}) == 1
    finish(world)
    check(world, keys, told, sent, fault="eight posts of one journey")


def test_fifty_posts_of_one_final_page_are_one_referral_and_one_reference(world: World, keys) -> None:
    """Ten at every moment: a finger that will not stop, a browser that tries again, a proxy, too."""
    tabs = world.do(form_acts.fill, ["Canary 31"])
    posts = [world.start(form_acts.press, tabs, {}, "next", 5) for _ in range(10)]
    told = [line for post in posts for line in post.said()]
    assert len(told) == 50 and all(line[0] == "told" for line in told)
    assert len({line[1] for line in told}) == 1
    finish(world)
    report = check(world, keys, told, {tabs[0]["name"]: tabs[0]["journey"]}, fault="fifty posts of one page")
    assert len(report["outbox"]) == 1


def test_a_double_click_on_continue_in_two_processes_is_one_step(world: World, keys) -> None:
    tabs = world.do(form_acts.fill, ["Canary 37"], "about")
    clicks = [world.start(form_acts.press, tabs, {"name": "Canary 37", "age": "25-39"}) for _ in range(4)]
    seen = [line for click in clicks for line in click.said()]
    assert all(status == 200 and "another window" not in page for _, _, status, page in seen)
    told = world.do(form_acts.go_on, tabs[0])
    finish(world)
    check(world, keys, told, {"Canary 37": tabs[0]["journey"]}, fault="double click on continue")


def test_two_tabs_at_the_same_moment_one_is_kept_the_other_told(world: World, keys) -> None:
    """Whoever is second is told, keeps what was typed, and it goes into no letter by itself."""
    (tab,) = world.do(form_acts.fill, ["Canary 41"], "about")
    names = [f"Canary 41 tab {n}" for n in range(4)]
    tabs = [world.start(form_acts.press, [tab], {"name": name, "age": "25-39"}) for name in names]
    seen = [line for one in tabs for line in one.said()]
    assert all(status == 200 for _, _, status, _ in seen)
    (now,) = world.do(form_acts.look, tab)
    assert "another window" in now["page"] and any(f'value="{name}"' in now["page"] for name in names)
    world.do(form_acts.press, [{**tab, "hidden": now["hidden"]}], {}, "keep")
    (kept,) = world.do(form_acts.look, tab)
    (name,) = [name for name in names if f'value="{name}"' in kept["page"]]
    told = world.do(form_acts.go_on, {**tab, "name": name})
    finish(world)
    check(world, keys, told, {name: tab["journey"]}, fault="two tabs at once")


@pytest.mark.parametrize("presses", [1, 3])
def test_leaving_while_sending_ends_in_one_of_the_two(world: World, keys, presses: int) -> None:
    """Sent and told, or left and nothing there: never half of each."""
    (tab,) = world.do(form_acts.fill, ["Canary 43"])
    sends = [world.start(form_acts.press, [tab]) for _ in range(presses)]
    exit = world.start(form_acts.leave, tab)
    seen = [line for one in sends for line in one.said()]
    exit.said()
    (rows,) = world.do(form_acts.traces)
    assert rows == {"parts": 0, "states": ["left"]}, "whoever leaves leaves nothing, sent or not"
    finish(world)
    told = [line for line in seen if line[0] == "told"]
    report = check(world, keys, told, {"Canary 43": tab["journey"]}, fault="leaving while sending")
    assert len(report["outbox"]) <= 1


def test_two_people_in_one_browser_at_the_same_moment_never_mix(world: World, keys) -> None:
    """The second presses start again while the first one's window still sends."""
    (first,) = world.do(form_acts.fill, ["Canary 47 first"])
    send = world.start(form_acts.press, [first])
    start = world.start(form_acts.start_again, first, "Canary 47 second")
    seen, (second,) = send.said(), start.said()
    told = world.do(form_acts.press, [second]) + [line for line in seen if line[0] == "told"]
    finish(world)
    sent = {tab["name"]: tab["journey"] for tab in (first, second)}
    report = check(world, keys, told, sent, fault="two people in one browser at once")
    assert "Canary 47 second" in [case["name"] for case in report["cases"]]
