"""Answers in progress outlive expiry at any step, new code and broken rows: kept, or said plainly.

Every step of the form is tried, however many there are: a new one is tested by being declared.
"""

import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from selfreferral import drafts, flow
from selfreferral.models import Draft, DraftPart, Referral
from selfreferral.questions import BY_SLUG, STEPS, Step
from tests.faults.form_acts import HELPLINE
from tests.selfreferral.opened import letter_of
from tests.selfreferral.somebody import queues_with_keys
from tests.selfreferral.visitor import HIDDEN, NOW, WAY, Visitor

pytestmark = pytest.mark.django_db
STEP = pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
TYPED = "Typed for a long time"
GUESSES = 4000


@cache
def leading_to(step: Step) -> tuple[dict[str, dict[str, Any]], bool]:
    """Answers with which the form asks this step, found by seeded guessing, and whether the
    operator must let children ask for that."""
    chance = random.Random(step.slug)
    for _ in range(GUESSES):
        given = {one.slug: guess(one, chance) for one in STEPS}
        for children in (settings.CHILDREN_MAY_ASK, not settings.CHILDREN_MAY_ASK):
            with override_settings(CHILDREN_MAY_ASK=children):
                if step in flow.visible(given):
                    return given, children
    raise AssertionError(f"nothing leads to {step.slug}: can anybody see it?")


def guess(step: Step, chance: random.Random) -> dict[str, Any]:
    given = {}
    for name, field in step.form.base_fields.items():
        codes = [code for code, _label in getattr(field, "choices", [])]
        if codes:
            chosen = chance.choice(codes)
            given[name] = [chosen] if field.widget.allow_multiple_selected else chosen
    return given


def raw(step: Step, given: dict[str, Any]) -> flow.Raw:
    """As it is kept in a draft."""
    return {
        f"{step.slug}-{name}": said if isinstance(said, list) else [said]
        for name, said in given.items()
        if said
    }


@pytest.fixture
def draft_at(settings) -> Callable[..., tuple[Client, drafts.Opened]]:
    """A browser whose draft stands at a step, with everything before it answered."""

    def begin(step: Step, **changes: Any) -> tuple[Client, drafts.Opened]:
        given, settings.CHILDREN_MAY_ASK = leading_to(step)
        opened = drafts.begin(now=timezone.now())
        for earlier in STEPS[: STEPS.index(step)]:
            opened.kept[earlier.slug] = raw(earlier, given[earlier.slug])
        opened.place["step"] = step.slug
        for name, change in changes.items():
            getattr(opened, name).update(change)
        opened.save()
        client = Client()
        client.cookies[settings.DRAFT_COOKIE_NAME] = drafts.cipher.to_cookie(opened.secret)
        return client, opened

    return begin


def texts(step: Step) -> list[str]:
    """The questions of a step that are answered by typing."""
    return [name for name, field in step.form.base_fields.items() if not hasattr(field, "choices")]


def post(client: Client, step: str, hidden: dict[str, str], **typed: str) -> HttpResponse:
    answers = {f"{step}-{name}": words for name, words in typed.items()}
    response = client.post(NOW, {**hidden, "a-current_step": step, **answers, "do": "next"})
    assert response.status_code == 303
    return response


def page(client: Client) -> tuple[str, dict[str, str]]:
    """What stands there: an ordinary page with a number to ring."""
    response = client.get(NOW)
    text = response.content.decode()
    assert response.status_code == 200
    return text, dict(HIDDEN.findall(text))


def held(client: Client) -> drafts.Opened:
    """The draft that this browser's cookie opens now."""
    secret = drafts.cipher.from_cookie(client.cookies[settings.DRAFT_COOKIE_NAME].value)
    draft = Draft.objects.get(cookie_hash=drafts.cipher.hash_of(secret))
    return drafts.Opened(draft, secret, draft.parts.values_list("step", "sealed"))


def typed_in(opened: drafts.Opened, step: Step) -> set[str]:
    both = {**opened.kept.get(step.slug, {}), **opened.typed.get(step.slug, {})}
    return {name.removeprefix(f"{step.slug}-") for name, said in both.items() if TYPED in said}


# --- expiry -----------------------------------------------------------------------------------
@STEP
@pytest.mark.parametrize("past", ["draft_idle", "draft_absolute"])
def test_expiry_at_any_step_keeps_what_was_just_typed(draft_at, step: Step, past: str):
    client, opened = draft_at(step)
    _, hidden = page(client)
    assert hidden["a-current_step"] == step.slug
    then = timezone.now() - settings.RETENTION[past]
    Draft.objects.update(seen_at=then, **({"started_at": then} if past == "draft_absolute" else {}))
    page(client)
    post(client, step.slug, hidden, **dict.fromkeys(texts(step), TYPED))
    text, hidden = page(client)
    assert "away for a while" in text and HELPLINE in text
    assert typed_in(held(client), step) == set(texts(step))
    assert held(client).draft.journey != opened.draft.journey and not Referral.objects.exists()


# --- new code, old draft ------------------------------------------------------------------------
@STEP
def test_a_draft_sealed_by_an_older_version_ends_as_an_expiry_does(draft_at, step: Step, monkeypatch):
    client, _ = draft_at(step)
    _, hidden = page(client)
    monkeypatch.setattr(drafts.cipher, "SCHEMA", drafts.cipher.SCHEMA + 1)
    page(client)
    post(client, step.slug, hidden, **dict.fromkeys(texts(step), TYPED))
    assert "away for a while" in page(client)[0]
    assert typed_in(held(client), step) == set(texts(step))


def test_the_rows_of_a_draft_that_nothing_opens_any_more_go_in_time(draft_at, monkeypatch):
    draft_at(BY_SLUG["about"])
    monkeypatch.setattr(drafts.cipher, "SCHEMA", drafts.cipher.SCHEMA + 1)
    drafts.purge(now=timezone.now() + settings.RETENTION["draft_idle"])
    assert not Draft.objects.exists() and not DraftPart.objects.exists()


@STEP
def test_a_step_that_is_no_longer_asked_stops_nobody(draft_at, step: Step):
    """The draft stands at it, holds answers to it, and its page is still open in the browser."""
    gone = {"gone": {"gone-words": [TYPED]}}
    client, _ = draft_at(step, kept=gone, typed=gone, place={"step": "gone"})
    _, hidden = page(client)
    assert hidden["a-current_step"] in BY_SLUG
    post(client, "gone", hidden, words=TYPED)
    _, hidden = page(client)
    assert hidden["a-current_step"] in BY_SLUG
    post(client, hidden["a-current_step"], hidden)
    page(client)


@STEP
def test_options_and_questions_that_are_gone_stop_nobody(draft_at, step: Step):
    """Every choice that was made in the older form means nothing now: asked again, or left out."""
    client, _ = draft_at(step, kept=old_words(), typed={})
    _, hidden = page(client)
    for _ in range(3):
        post(client, hidden["a-current_step"], hidden)
        text, hidden = page(client)
    assert "gone-question" not in text and not Referral.objects.exists()


def old_words() -> dict[str, flow.Raw]:
    """Answers to every step with an option that is gone, and to a question that is gone."""
    return {
        step.slug: {
            f"{step.slug}-gone-question": ["gone-question"],
            **{
                f"{step.slug}-{name}": ["gone-option"]
                for name in step.form.base_fields
                if name not in texts(step)
            },
            **{f"{step.slug}-{name}": [TYPED] for name in texts(step)},
        }
        for step in STEPS
        if step.asks
    }


@pytest.mark.parametrize("step", [step for step in STEPS if step.asks], ids=lambda step: step.slug)
def test_an_option_that_is_gone_is_never_sent(step: Step):
    """Send leads back to the question, or leaves it out; no letter holds what nobody can choose."""
    keys = queues_with_keys()
    visitor = Visitor()
    visitor.go("check")
    opened = held(visitor.client)
    old = {name: said for name, said in old_words()[step.slug].items() if said != [TYPED]}
    opened.kept[step.slug] = {**opened.kept.get(step.slug, {}), **old}
    opened.save()
    visitor.post()
    text = visitor.client.get(NOW).content.decode()
    assert "gone-question" not in text
    sent = [str(letter_of(referral, keys)) for referral in Referral.objects.all()]
    assert not any("gone-" in letter for letter in sent)
    asked_again = "gone-option" in str(old) and step in flow.visible(WAY)
    assert bool(sent) != asked_again


# --- broken rows --------------------------------------------------------------------------------
BROKEN = {
    "a part's bytes": lambda: DraftPart.objects.update(sealed=b"spoilt"),
    "an empty part": lambda: DraftPart.objects.update(sealed=b""),
    "the place": lambda: Draft.objects.update(place=b"spoilt"),
    "parts that changed places": lambda: exchange(),
}


def exchange() -> None:
    first, last = DraftPart.objects.order_by("pk").first(), DraftPart.objects.order_by("pk").last()
    DraftPart.objects.filter(pk=first.pk).update(sealed=last.sealed)


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("slug", ["about", "check"])
def test_a_broken_row_ends_as_an_expiry_does(draft_at, slug: str, how: str):
    step = BY_SLUG[slug]
    client, _ = draft_at(step)
    _, hidden = page(client)
    BROKEN[how]()
    page(client)
    post(client, slug, hidden, **dict.fromkeys(texts(step), TYPED))
    assert "away for a while" in page(client)[0]
    assert typed_in(held(client), step) == set(texts(step)) and not Referral.objects.exists()


def test_a_new_pepper_ends_drafts_as_an_expiry_does(draft_at, settings):
    step = BY_SLUG["about"]
    client, _ = draft_at(step)
    _, hidden = page(client)
    settings.DRAFT_PEPPER = "another pepper"
    page(client)
    post(client, step.slug, hidden, name=TYPED)
    assert typed_in(held(client), step) == {"name"}
