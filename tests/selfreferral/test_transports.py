"""One contract for every way to deliver: whatever stands in REFERRAL_TRANSPORTS is tried here."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from selfreferral import receipts, signatures, starter
from selfreferral.models import Handover, Queue, Referral
from selfreferral.transports.base import Refused, Transport, Unsupported, named
from selfreferral.transports.elsewhere import kinds
from selfreferral.transports.memory import Memory
from selfreferral.transports.webhook import Webhook
from tests.selfreferral.broker import Desk, no_rest, shared_broker
from tests.selfreferral.receiver import Running, point, running
from tests.selfreferral.somebody import NOW

SEALED = b"age-encryption.org/v1 sealed bytes"
METADATA = {
    "urgency": "urgent",
    "age_band": "25-39",
    "area_code": "in",
    "form_version": 1,
    "created_at": NOW,
}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("receiver")) as found:
        yield found


def webhook(request: pytest.FixtureRequest) -> None:
    """An endpoint that leads to a real receiver, and the rows by which it is asked for its own letters."""
    receiver: Running = request.getfixturevalue("receiver")
    request.getfixturevalue("settings").WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver.clear()
    Webhook.resting.clear()
    starter.load(area="Rotherham")
    point("provider", url=receiver.url, secret=receiver.secret, public_key=receiver.public_key)
    for reference in ("K7M-4QX", "CCC-CCC", "ZZZ-ZZZ"):
        Referral.objects.create(
            reference=reference,
            journey=uuid.uuid4(),
            queue=Queue.objects.get(slug="provider"),
            sealed=SEALED,
            digest=hashlib.sha256(SEALED).hexdigest(),
            created_at=NOW,
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with shared_broker() as url:
        found = Desk(url, tmp_path_factory.mktemp("desk"))
        with found.open():
            yield found


def amqp(request: pytest.FixtureRequest) -> None:
    """An endpoint that leads to a receiver at a real broker."""
    desk: Desk = request.getfixturevalue("desk")
    request.getfixturevalue("settings").AMQP_PLAIN_HOSTS = ["127.0.0.1"]
    desk.clear()
    no_rest()
    starter.load(area="Rotherham")
    desk.point("provider")


@pytest.fixture(params=sorted(settings.REFERRAL_TRANSPORTS))
def transport(request: pytest.FixtureRequest, box: dict) -> Transport:
    if furnish := {"webhook": webhook, "amqp": amqp}.get(request.param):
        furnish(request)
    return named(request.param)


@pytest.fixture
def key(transport: Transport) -> str | None:
    """What verifies its receipts."""
    return transport.receipt_key("provider")


def deliver(transport: Transport, **changes) -> receipts.Receipt:
    sealed = changes.pop("sealed", SEALED)
    letter = {
        "sealed": sealed,
        "reference": "K7M-4QX",
        "queue_slug": "provider",
        "digest": hashlib.sha256(sealed).hexdigest(),
        "metadata": METADATA,
    }
    return transport.deliver(**{**letter, **changes})


def problem(receipt: object, **changes: str | None) -> str:
    digest = hashlib.sha256(SEALED).hexdigest()
    return receipts.problem(receipt, **{"reference": "K7M-4QX", "digest": digest, **changes})


def test_a_letter_gets_a_receipt_that_verifies(transport: Transport, key) -> None:
    before = timezone.now()
    receipt = deliver(transport)
    assert problem(receipt, key=key) == ""
    assert before <= receipt.received_at <= timezone.now()


def test_the_same_letter_again_gets_a_receipt_again(transport: Transport, key) -> None:
    assert [problem(deliver(transport), key=key) for _ in range(3)] == ["", "", ""]


def test_another_letter_under_the_same_reference_is_refused(transport: Transport, key) -> None:
    deliver(transport)
    with pytest.raises(Refused):
        deliver(transport, sealed=SEALED + b"!")
    assert problem(deliver(transport), key=key) == ""


@pytest.mark.parametrize("transport", sorted(kinds()), indirect=True)
def test_one_that_was_handed_on_and_comes_back_takes_the_firsts_place(transport: Transport, key) -> None:
    """Sealed anew it has another digest; the older one, should a copy come late, stays refused."""
    deliver(transport)
    Handover.objects.all().delete()  # as handing on does
    anew, now = SEALED + b"!", timezone.now()
    digest = hashlib.sha256(anew).hexdigest()
    for _ in range(2):
        receipt = deliver(transport, sealed=anew, metadata={**METADATA, "handed_on_at": now})
        assert problem(receipt, key=key, digest=digest) == ""
    with pytest.raises(Refused):
        deliver(transport)


def test_a_letter_that_does_not_match_its_digest_is_refused(transport: Transport) -> None:
    with pytest.raises(Refused):
        deliver(transport, digest=hashlib.sha256(b"other").hexdigest())


def test_letters_of_two_people_get_a_receipt_each(transport: Transport, key) -> None:
    other = deliver(transport, reference="CCC-CCC", sealed=b"other")
    assert problem(other, key=key) and problem(deliver(transport), key=key) == ""
    digest = hashlib.sha256(b"other").hexdigest()
    assert problem(other, reference="CCC-CCC", digest=digest, key=key) == ""


def test_a_receiver_says_what_it_holds_or_that_it_cannot_say(transport: Transport) -> None:
    deliver(transport)
    deliver(transport, reference="CCC-CCC", sealed=b"other")
    try:
        held = transport.holds(["K7M-4QX", "ZZZ-ZZZ"])
        everything = [reference for page in transport.everything() for reference in page]
    except Unsupported:
        return
    assert held == {"K7M-4QX": hashlib.sha256(SEALED).hexdigest()}
    assert sorted(everything) == ["CCC-CCC", "K7M-4QX"]


def test_a_receiver_that_says_nothing_about_it_cannot_say() -> None:
    class Plain(Memory):
        holds, everything = Transport.holds, Transport.everything

    for ask in (lambda: Plain().holds([]), lambda: Plain().everything()):
        with pytest.raises(Unsupported):
            ask()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Refused):
        named("inbocks")


FORGED = {
    "nothing": lambda receipt: None,
    "a page": lambda receipt: "<html>Please sign in</html>",
    "another reference": lambda receipt: replace(receipt, reference="CCC-CCC"),
    "another letter": lambda receipt: replace(receipt, digest="0" * 64),
    "another time": lambda receipt: replace(receipt, received_at=receipt.received_at + timedelta(seconds=1)),
    "no signature": lambda receipt: replace(receipt, signature=""),
    "a signature that is no ASCII": lambda receipt: replace(receipt, signature="é"),
    "another key": lambda receipt: receipts.sign(
        receipt.reference, receipt.digest, receipt.received_at, key="another"
    ),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_what_is_no_receipt_is_seen(forge, box: dict) -> None:
    receipt = deliver(named("memory"))
    assert problem(receipt) == ""
    assert problem(forge(receipt))


@pytest.fixture
def answered(request: pytest.FixtureRequest) -> receipts.Receipt:
    webhook(request)
    return deliver(named("webhook"))


def signed_by_another(receipt: receipts.Receipt) -> receipts.Receipt:
    private, _public = signatures.new_pair()
    return replace(receipt, signature=signatures.sign(receipt.signed, private))


FORGED_ELSEWHERE = {
    "another time": FORGED["another time"],
    "no signature": FORGED["no signature"],
    "no ASCII": FORGED["a signature that is no ASCII"],
    "signed with our own key": lambda receipt: receipts.sign(
        receipt.reference, receipt.digest, receipt.received_at
    ),
    "signed by another": signed_by_another,
    "something else was signed": lambda receipt: replace(receipt, signed=receipt.signed + b" "),
    "nothing was signed": lambda receipt: replace(receipt, signed=b""),
    "another version": lambda receipt: replace(receipt, signature=receipt.signature.replace("v1a,", "v1,")),
}


@pytest.mark.parametrize("forge", FORGED_ELSEWHERE.values(), ids=FORGED_ELSEWHERE)
def test_what_a_receiver_elsewhere_did_not_sign_is_seen(forge, answered: receipts.Receipt) -> None:
    key = named("webhook").receipt_key("provider")
    assert problem(answered, key=key) == "" and problem(answered)
    assert problem(forge(answered), key=key)


def test_again_gives_the_first_receipt_with_a_signature_of_now(answered: receipts.Receipt) -> None:
    again = deliver(named("webhook"))
    assert again.received_at == answered.received_at and again.signature != answered.signature
