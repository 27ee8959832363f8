"""Nothing that a worker typed in a call is lost, kept for a stranger or dropped without a word."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from selfreferral import outbox, phone
from selfreferral.models import Draft, Referral
from tests.triage import calling
from tests.triage.calling import ADDRESS, ME, PAGE, RING, everything, letter, post, sent, show
from tests.triage.conftest import come_in

pytestmark = pytest.mark.django_db
queues = calling.queues


def test_not_sent_keeps_everything_and_the_next_press_sends_it_once(at_desk: Client, monkeypatch) -> None:
    page = show(at_desk)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "_take", lambda *args: (_ for _ in ()).throw(outbox.NotSent("no")))
        post(at_desk, page, **ME)
    again = show(at_desk)
    assert "It was not sent" in again and "Marigold" in again
    signed = [PAGE.search(one)[1].split(":")[0] for one in (page, again)]  # type: ignore[index]
    assert signed[0] == signed[1], "the same call, so that it is sent once"
    assert sent(post(at_desk, again, **ME))
    assert "Marigold" not in show(at_desk)


def test_a_session_that_is_over_keeps_what_was_typed_for_the_same_person(worker, person, at_desk) -> None:
    page = show(at_desk)
    session = at_desk.session
    session["came_at"] = (timezone.now() - timedelta(hours=11)).isoformat()
    session.save()
    assert post(at_desk, page, **ME)["Location"].startswith("/desk/sign-in/")
    assert not Referral.objects.exists()
    cookie = at_desk.cookies["__Host-n"]
    other = come_in(person("sami", provider="worker"))
    other.cookies["__Host-n"] = cookie.value
    assert "Marigold" not in show(other)
    same = come_in(worker)
    same.cookies["__Host-n"] = cookie.value
    page = show(same)
    assert "Marigold" in page and "signed out meanwhile" in page
    assert sent(post(same, page, **ME))


def test_a_token_that_is_too_old_keeps_what_was_typed(worker) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(worker)
    session = client.session
    session["came_at"] = session["seen_at"] = timezone.now().isoformat()
    session.save()
    post(client, show(client), **ME)
    page = show(client)
    assert "Marigold" in page and "Nothing was sent" in page and not Referral.objects.exists()


def test_a_stranger_s_post_is_kept_nowhere() -> None:
    answer = Client().post(ADDRESS, {"page": "forged", "do": "send", **ME})
    assert answer["Location"].startswith("/desk/sign-in/")
    assert not Draft.objects.exists() and not Referral.objects.exists()


def test_what_waits_is_sealed(at_desk: Client) -> None:
    post(at_desk, do="look", **ME)
    draft = Draft.objects.get()
    held = b"".join([bytes(draft.place), *(bytes(part.sealed) for part in draft.parts.all())])
    assert draft.parts.count() and b"Marigold" not in held and b"wanda" not in held


def test_another_kind_of_caller_keeps_what_was_typed_in_sight(at_desk: Client) -> None:
    post(at_desk, do="look", **{**ME, "who-who": "professional"})
    page = show(at_desk)
    assert "not sent" in page and "Your agency" in page and 'value="07700 900461"' in page
    post(at_desk, page, do="look", **ME)
    page = show(at_desk)
    assert "Not asked of this caller" not in page and 'value="07700 900461"' in page


def test_what_would_not_be_sent_is_said_before_it_is_sent(at_desk: Client) -> None:
    """Their number, typed although a word of ours may be a danger to them."""
    typed = {
        **RING,
        "who-who": "someone",
        "contact_them-ways": ["phone"],
        "contact_them-phone_number": "07700 900999",
    }
    assert post(at_desk, **typed)["Location"] == ADDRESS
    page = show(at_desk)
    assert "would not be sent" in page and "07700 900999" in page
    safe = {"knows-knows": "yes", "knows-safe": "yes"}
    assert "07700 900999" in everything(letter(sent(post(at_desk, **typed, **safe))))


def test_nobody_under_16_is_taken_unless_the_operator_lets_them(at_desk: Client, settings) -> None:
    typed = {**ME, "about-age": "under-16"}
    assert post(at_desk, **typed)["Location"] == ADDRESS and not Referral.objects.exists()
    page = show(at_desk)
    assert phone.CHILD in page and "Marigold" in page
    settings.CHILDREN_MAY_ASK = True
    assert sent(post(at_desk, **typed)).queue.slug == "children"


def test_what_is_deleted_is_gone(at_desk: Client) -> None:
    post(at_desk, do="look", **ME)
    post(at_desk, do="forget", **ME)
    assert "Marigold" not in show(at_desk) and not Referral.objects.exists()
    assert not Draft.objects.get().parts.exists()
