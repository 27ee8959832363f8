"""Two thousand people who mean it, as people write: nobody is refused, and every letter opens."""

import random
import uuid

import pytest
from django.db import transaction
from django.http import QueryDict

from selfreferral import flow, outbox
from selfreferral.models import Referral
from selfreferral.questions import BY_SLUG
from tests.selfreferral.opened import letter_of
from tests.selfreferral.people import journey
from tests.selfreferral.somebody import NOW
from tests.selfreferral.visitor import Visitor

pytestmark = pytest.mark.django_db
IN_ALL, AT_A_TIME, OVER_HTTP = 2000, 200, 12


def cleaned(answers: dict[str, dict]) -> dict[str, dict]:
    """What the forms make of it; an AssertionError names the question that refused somebody."""
    taken: dict[str, dict] = {}
    for slug, given in answers.items():
        data = QueryDict(mutable=True)
        for name, said in given.items():
            data.setlist(f"{slug}-{name}", said if isinstance(said, list) else [said])
        form = BY_SLUG[slug].form(data, prefix=slug, answers=taken)
        assert form.is_valid(), (slug, form.errors.as_json(), given)
        taken[slug] = form.cleaned_data
    return taken


@pytest.mark.parametrize("first", range(0, IN_ALL, AT_A_TIME))
def test_no_realistic_submission_is_refused(keys, first) -> None:
    queues = set()
    for seed in range(first, first + AT_A_TIME):
        answers = cleaned(journey(seed))
        with transaction.atomic():
            posted = outbox.post(uuid.uuid4(), *flow.to_send(answers), now=NOW, mark="")
        queues.add(posted.queue.slug)
    assert Referral.objects.count() == AT_A_TIME and len(queues) >= 4
    for referral in random.Random(first).sample(list(Referral.objects.select_related("queue")), 10):
        assert letter_of(referral, keys)["reference"] == referral.reference


@pytest.mark.parametrize("seed", range(IN_ALL, IN_ALL + OVER_HTTP))
def test_nor_is_one_that_comes_through_the_whole_site(keys, seed) -> None:
    visitor = Visitor()
    response = visitor.go(**journey(seed))
    assert response is not None and response.url == "/ask/sent/", visitor.page()
    reference = Referral.objects.get().reference
    assert reference in visitor.client.get("/ask/sent/").content.decode()
