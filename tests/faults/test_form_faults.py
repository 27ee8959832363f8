"""The form's process is killed, wherever: a reference that was shown is kept, a second press sends once."""

import random

import pytest

from selfreferral.questions import STEPS
from tests.faults import acts, form_acts
from tests.faults.proof import PEOPLE, ROUNDS, check, finish, people
from tests.faults.world import FORM_CUTS, SEND_CUTS, STEP_CUTS, World
from tests.selfreferral.visitor import WAY


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", FORM_CUTS)
def test_the_form_is_killed_and_the_person_presses_send_again(
    world: World, keys, cut: str, seed: int
) -> None:
    sent = people(seed)
    process = world.start(acts.post, sent, cut=cut, nth=random.Random(seed).randint(1, PEOPLE))
    told = process.said()
    assert process.killed and len(told) < PEOPLE
    (before,) = world.do(acts.states)
    assert {reference for _, reference, _ in told} <= set(before)
    assert len(before) - len(told) == (cut == "after the commit")  # taken, though nobody could say so
    told += world.do(acts.post, sent)
    finish(world)
    check(world, keys, told, sent, fault=f"form killed {cut}")


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", SEND_CUTS)
def test_send_is_killed_and_the_same_page_sends_once(world: World, keys, cut: str, seed: int) -> None:
    """The whole view this time: draft, letter and answer belong together or did not happen."""
    tabs = world.do(form_acts.fill, [f"Canary {seed}-{n}" for n in range(2)])
    process = world.start(form_acts.press, tabs, cut=cut, nth=random.Random(f"{cut}{seed}").randint(1, 2))
    told = process.said()
    assert process.killed and all(line[0] == "told" for line in told)
    committed = cut in ("after the commit", "committed, not answered")
    (before,) = world.do(acts.states)
    assert len(before) == len(told) + committed
    told += world.do(form_acts.press, tabs[len(told) :])
    assert len(told) == 2 and all(line[0] == "told" for line in told), "the same page sends"
    finish(world)
    check(world, keys, told, {tab["name"]: tab["journey"] for tab in tabs}, fault=f"send killed {cut}")


ON_THE_WAY = [step.slug for step in STEPS if step.slug in WAY and step.slug != "check"]


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("cut", STEP_CUTS)
def test_a_step_is_killed_and_the_same_page_goes_on(world: World, keys, cut: str, seed: int) -> None:
    """Whatever was answered before stays, the step itself is whole or absent, the page works again."""
    chance = random.Random(f"{cut} {seed}")
    slug = chance.choice(ON_THE_WAY)
    name = f"Canary {seed}"
    (tab,) = world.do(form_acts.fill, [name], slug)
    given = {**WAY[slug], **({"name": name} if slug == "about" else {})}
    process = world.start(form_acts.press, [tab], given, cut=cut)
    process.said()
    assert process.killed
    (now,) = world.do(form_acts.look, tab)
    assert now["status"] == 200 and now["hidden"]["journey"] == tab["journey"]
    assert (now["hidden"]["a-current_step"] == slug) == (cut != "committed, not answered")
    (again,) = world.do(form_acts.press, [tab], given)
    assert again[2] == 200 and "another window" not in again[3]
    told = world.do(form_acts.go_on, tab)
    finish(world)
    check(world, keys, told, {name: tab["journey"]}, fault=f"step {slug} killed: {cut}")
