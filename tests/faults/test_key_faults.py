"""Keys are turned over, lost, spoilt or revoked: what was taken opens, and nothing is taken in vain."""

import pytest
from pyrage import x25519

from tests.faults import acts, form_acts, key_acts
from tests.faults.form_acts import HELPLINE
from tests.faults.proof import PEOPLE, check, finish, people
from tests.faults.world import World

UNUSABLE = [
    "missing",
    "one only",
    "the same twice",
    "wrong",
    "private in place of public",
    "revoked",
    "revoked, and back out of a backup",
    "switched off",
]


def test_letters_that_wait_while_keys_are_turned_over_open_with_the_old_key(world: World, keys) -> None:
    sent = people(111)
    early, late = dict(list(sent.items())[:3]), dict(list(sent.items())[3:])
    told = world.do(acts.post, early)
    new_keys = [world.do(key_acts.turn_over, slug)[0] for slug in ("provider", "high-risk")]
    told += world.do(acts.post, late)
    finish(world)
    report = check(world, [*new_keys, *keys], told, sent, fault="keys turned over while letters wait")
    assert len(report["cases"]) == PEOPLE
    assert set(world.do(acts.names_opened_by, new_keys)[0]) == set(late)
    opened = {key: set(world.do(acts.names_opened_by, [key])[0]) for key in keys}
    assert list(opened.values()).count(set(sent)) == 1, "the spare key opens all of them, old and new"
    assert set().union(*(names for names in opened.values() if names != set(sent))) == set(early)


def test_letters_that_wait_while_their_key_is_revoked_arrive_and_open(world: World, keys) -> None:
    """A key that may be known elsewhere is used no more; what it closed already still belongs to the team."""
    sent = people(113, 3)
    told = world.do(acts.post, sent)
    world.do(key_acts.revoke, "provider")
    assert world.do(acts.post, people(114, 1)) == [["not sent", "Canary 114-0"]]
    finish(world)
    check(world, keys, told, sent, fault="key revoked while letters wait")


@pytest.mark.parametrize("how", UNUSABLE)
def test_without_a_usable_key_nothing_is_taken_and_everything_waits(world: World, keys, how: str) -> None:
    """The whole form: told "not sent" with numbers, the answers stay, the same page sends later."""
    (recipients,) = world.do(key_acts.recipients)
    (tab,) = world.do(form_acts.fill, ["Canary 117"])
    world.do(key_acts.spoil, how)
    (seen,) = world.do(form_acts.press, [tab])
    assert seen[0] == "page" and seen[2] == 200
    assert "not sent" in seen[3] and HELPLINE in seen[3] and "Canary 117" in seen[3]
    assert world.do(acts.states) == [{}]
    world.do(key_acts.put_back, recipients)
    (now,) = world.do(form_acts.look, tab)
    told = world.do(form_acts.press, [{**tab, "hidden": now["hidden"]}])
    finish(world)
    check(world, keys, told, {"Canary 117": tab["journey"]}, fault=f"key {how}")


def test_a_key_that_is_turned_over_between_two_presses_of_send_changes_no_letter(world: World, keys) -> None:
    tabs = world.do(form_acts.fill, ["Canary 119"])
    told = world.do(form_acts.press, tabs)
    world.do(key_acts.turn_over, "provider")
    told += world.do(form_acts.press, tabs)
    assert told[0] == told[1]
    finish(world)
    check(world, keys, told, {"Canary 119": tabs[0]["journey"]}, fault="key turned over between two presses")


def test_no_strangers_key_opens_anything(world: World, keys) -> None:
    """So that the other tests prove something by opening."""
    world.do(acts.post, people(121, 1))
    finish(world)
    assert world.do(acts.names_opened_by, [str(x25519.Identity.generate())]) == [[]]
