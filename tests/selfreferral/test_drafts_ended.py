"""A draft whose time is over, or that other code wrote: what is typed is kept, nothing old is opened."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from selfreferral import draft_cipher, drafts
from selfreferral.models import Draft, DraftPart
from tests.selfreferral.drafting import CANARY, typed
from tests.selfreferral.visitor import EMPTY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
TYPED_AT = {
    "who": {"who": "someone"},
    "safe": {"now": "not-sure"},
    "where": {"postcode": CANARY},
    "about": {"name": CANARY},
    "contact": {"ways": ["phone"], "phone_cover": CANARY},
    "agree": {"share": ["health"]},
}


@pytest.mark.parametrize("step", TYPED_AT)
@pytest.mark.parametrize(
    "past", [{"seen_at": 31}, {"seen_at": 1, "started_at": 121}], ids=["idle", "longest"]
)
def test_an_end_at_any_step_keeps_what_was_typed_there(step, past):
    visitor = Visitor()
    visitor.go(until=step)
    hidden, cookie = visitor.hidden(), visitor.cookie
    given = TYPED_AT[step]
    changed = {name: timezone.now() - timedelta(minutes=minutes) for name, minutes in past.items()}
    Draft.objects.update(**changed)
    assert EMPTY in visitor.page(), "nobody else reads it"
    visitor.post(given, hidden=hidden)
    assert visitor.cookie != cookie and visitor.step == step
    shown = visitor.page()
    if CANARY in str(given):
        assert CANARY in shown
    else:
        code = str(*given.values()).strip("[']")
        assert re.search(rf'value="{code}"[^>]*checked', shown)
    assert "govuk-error" not in shown


def test_an_end_at_a_step_that_depends_on_lost_answers_keeps_the_answer_for_it():
    visitor = Visitor()
    visitor.go(until="young", who={"who": "under_18"})
    hidden = visitor.hidden()
    Draft.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    visitor.post({"age": "16-17"}, hidden=hidden)
    assert visitor.step == "who"
    visitor.post({"who": "under_18"})
    assert visitor.step == "young" and re.search(r'value="16-17"[^>]*checked', visitor.page())


def test_an_end_on_the_last_page_sends_nothing_and_asks_again():
    visitor = Visitor()
    visitor.go(until="check")
    hidden = visitor.hidden()
    Draft.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    visitor.post(hidden=hidden)
    assert "away for a while" in visitor.page() and visitor.step == "who"
    assert Draft.objects.filter(state=Draft.State.FINISHED).count() == 0


def test_new_code_with_another_schema_takes_over_what_is_typed_and_opens_nothing_old(monkeypatch):
    visitor = typed()
    hidden = visitor.hidden()
    monkeypatch.setattr(draft_cipher, "SCHEMA", draft_cipher.SCHEMA + 1)
    assert EMPTY in visitor.page()
    visitor.post({"ways": ["phone"], "phone_cover": CANARY}, hidden=hidden)
    assert CANARY in visitor.page() and "away for a while" in visitor.page()


def test_a_step_that_new_code_does_not_know_any_more_is_no_error():
    visitor = typed()
    opened = open_draft(visitor)
    opened.kept["gone_since"] = {"gone_since-x": ["y"]}
    opened.place["step"] = "gone_since"
    opened.save()
    assert visitor.step == "contact"


def open_draft(visitor: Visitor) -> drafts.Opened:
    secret = draft_cipher.from_cookie(visitor.cookie)
    assert secret
    return drafts.Opened(Draft.objects.get(), secret, DraftPart.objects.values_list("step", "sealed"))
