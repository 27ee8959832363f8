"""What comes back from a broker and is no receipt moves nothing and stands on the record."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pytest

from selfreferral import signatures
from selfreferral.management.commands.deliver_referrals import drain
from selfreferral.models import Event, Handover, Referral
from selfreferral.transports import amqp
from selfreferral.transports.amqp import Amqp
from tests.faults import broker_side
from tests.faults.broker_side import deliver
from tests.faults.sending import LETTER, SEALED
from tests.selfreferral.broker import Desk
from tests.selfreferral.somebody import send

brief, endpoint, transactional_keys = broker_side.brief, broker_side.endpoint, broker_side.transactional_keys


def said(desk: Desk, sent: dict[str, str], **changes: Any) -> dict[str, Any]:
    whole = {
        "type": "referral.received",
        "answers": sent["webhook-signature"],
        "reference": "K7M-4QX",
        "digest": LETTER["digest"],
        "received_at": datetime.now(UTC).isoformat(),
        **changes,
    }
    return {name: value for name, value in whole.items() if value != "left out"}


def signed(
    desk: Desk, what: Any, *, late: float = 0, key: str = "", id: str = "K7M-4QX"
) -> tuple[dict[str, str], bytes]:
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    now = datetime.now(UTC) - timedelta(seconds=late)
    return signatures.headers(key or desk.private, id=id, body=body, now=now), body


FORGED = {
    "signed by another": lambda d, s: signed(d, said(d, s), key=signatures.new_pair()[0]),
    "signed with the secret": lambda d, s: signed(d, said(d, s), key=d.secret),
    "not signed": lambda d, s: ({"webhook-id": "K7M-4QX"}, json.dumps(said(d, s)).encode()),
    "no headers": lambda d, s: ({}, json.dumps(said(d, s)).encode()),
    "changed on its way": lambda d, s: (signed(d, said(d, s))[0], json.dumps(said(d, s)).encode() + b" "),
    "signed before it was sent": lambda d, s: signed(d, said(d, s), late=600),
    "signed in ten minutes": lambda d, s: signed(d, said(d, s), late=-600),
    "an answer to another copy": lambda d, s: signed(d, said(d, s, answers="v1,AAAA")),
    "an answer to nothing": lambda d, s: signed(d, said(d, s, answers="left out")),
    "another id": lambda d, s: signed(d, said(d, s), id="CCC-CCC"),
    "another reference": lambda d, s: signed(d, said(d, s, reference="CCC-CCC")),
    "another digest": lambda d, s: signed(d, said(d, s, digest="0" * 64)),
    "received tomorrow": lambda d, s: signed(d, said(d, s, received_at="2999-01-01T00:00:00Z")),
    "received without a zone": lambda d, s: signed(d, said(d, s, received_at="2026-01-01T00:00:00")),
    "received never": lambda d, s: signed(d, said(d, s, received_at=None)),
    "of no kind": lambda d, s: signed(d, said(d, s, type="left out")),
    "of an unknown kind": lambda d, s: signed(d, said(d, s, type="referral.eaten")),
    "no JSON": lambda d, s: signed(d, b"received, thank you"),
    "a list": lambda d, s: signed(d, b"[]"),
    "too deep": lambda d, s: signed(d, b"[" * 30_000),
    "too long": lambda d, s: signed(d, said(d, s, more="x" * 70_000)),
    "empty": lambda d, s: signed(d, b""),
    "a page": lambda d, s: ({}, b"<h1>Please sign in</h1>"),
    "opened, by another": lambda d, s: signed(
        d, said(d, s, type="referral.opened", opened_at="2026-01-01T00:00:00Z"), key=signatures.new_pair()[0]
    ),
    "opened tomorrow": lambda d, s: signed(
        d, said(d, s, type="referral.opened", opened_at="2999-01-01T00:00:00Z")
    ),
}


def put(desk: Desk, headers: dict[str, str], body: bytes) -> None:
    with desk.channel() as channel:
        channel.basic_publish("", desk.replies_queue, body, pika.BasicProperties(headers=headers))


@pytest.mark.once
@pytest.mark.django_db
def test_what_is_no_receipt_moves_nothing_and_is_on_record(desk: Desk, endpoint, brief) -> None:
    send()
    Referral.objects.update(reference="K7M-4QX", digest=LETTER["digest"], sealed=SEALED)
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    with desk.channel() as channel:
        _method, properties, body = channel.basic_get(desk.letters_queue)
    sent = dict(properties.headers)
    before = Handover.objects.values().get()
    for name, forge in FORGED.items():
        put(desk, *forge(desk, sent))
        Amqp().listen()
        assert Handover.objects.values().get() == before, name
        assert Amqp().opened(["K7M-4QX"]) == {}, name
    assert desk.lying(desk.replies_queue) == 0  # none of them stands in the way of a right one
    right = signed(desk, said(desk, sent))
    put(desk, *right)
    put(desk, *right)
    assert deliver(endpoint).digest == LETTER["digest"]


@pytest.mark.django_db
def test_what_is_not_believed_stands_on_the_record_once(desk: Desk, endpoint, brief, caplog) -> None:
    letter = send()
    assert drain() == 0
    with desk.channel() as channel:
        _method, properties, _body = channel.basic_get(desk.letters_queue)
    for _ in range(3):
        wrong = said(desk, dict(properties.headers), reference=letter.reference, digest="0" * 64)
        put(desk, *signed(desk, wrong, id=letter.reference))
    Amqp().listen()
    lines = list(Event.objects.filter(reference=letter.reference).values_list("what", flat=True))
    assert lines == ["accepted", "a receipt was refused"]
    assert "about another letter" in caplog.text and letter.reference not in caplog.text


@pytest.mark.once
@pytest.mark.django_db
def test_a_receipt_of_an_earlier_life_is_none(desk: Desk, endpoint, brief) -> None:
    """The letter is sent anew, as after a restored backup; somebody repeats what was signed for it before."""
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    with desk.channel() as channel:
        _method, properties, _body = channel.basic_get(desk.letters_queue)
    overheard = signed(desk, said(desk, dict(properties.headers)))
    Handover.objects.all().delete()
    time.sleep(1.1)  # timestamps are whole seconds; the copy is another one
    with pytest.raises(amqp.Waiting):
        deliver(endpoint)
    put(desk, *overheard)
    Amqp().listen()
    assert Handover.objects.get().signed is None
