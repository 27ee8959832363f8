"""The vectors in docs/receiving.md, made by the code. To write them anew:

DJANGO_SETTINGS_MODULE=portal.settings.test python -m tests.selfreferral.receiving_vectors
"""

import base64
import hashlib
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from tests.running_site import ROOT

DOCUMENT = ROOT / "docs" / "receiving.md"
BEGIN, END = "<!-- vectors -->\n", "<!-- end of vectors -->"
BROKER_BEGIN, BROKER_END = "<!-- broker vectors -->\n", "<!-- end of broker vectors -->"
METADATA = {"urgency": "urgent", "age_band": "25-39", "area_code": "in", "form_version": 2}
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
REFERENCE = "K7M-4QX"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
PRIVATE = "whsk_" + base64.b64encode(bytes(range(32, 64))).decode()
IDENTITY = "AGE-SECRET-KEY-130X2UM2U0MZ28W5H7T5J42KTSVVWM3P76US239SXGZ4ATXDMCJEQRAYARW"
LETTER = {
    "version": 2,
    "reference": REFERENCE,
    "queue": "provider",
    "kind": "A test vector: nobody has asked for help",
}
SEALED = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBzM3RPZ0diZUZ2b0hkNkN1SUJSdWFFOS9zTG1tT2ROczJYTUZVaFh0"
    "MmtzCmRQd1ZaczJ5SmN3RTBwYmdxdGNUd1pHWk9ENnRYKzl4N2ZFbFpMeTVVbkUKLT4gfFJ9bEU3LWdyZWFzZQpDZWZveHVi"
    "TFYwb2RqZjNzaHRDakhRR0dIK0lCcjA1a1o1enJxd1lpbEZaSklNcHdzeFEKLS0tIEFxdnpNWTNQempQN3FnZUI3QStUMDkv"
    "NUFvTjJZQWlEVGxxK3BhTy9tY2sKSj80WbniesiQBUcysoaGBHKVwTfRqgAif49F7I5N9JRIUbri4H91TBSWYfkPq6ansTGp"
    "49ft6+AX/UyJaCd8VKSb3ZqT5T7/5HYoSa3Box470VCV+xSfTKbr1mZNiTEwzWa3po5Nu/DOmyXnjk2+PNwbvqHuJM7obcGm"
    "VPvCv64fUNCQUKOhmylT5zS/p0cFDh1h3N6fYQzFAOmxm4Tws1H0dve8tbKTCdRXeldTcqWfj/EyJqulG7dQBazIddCpOQax"
    "RUmgCVVqG/bO64iYJRZJzA3QtG4bp3POLM2Ttay8Vx2vQxU/B0qF0hPu8ujM/kamKeazV6E5sgHsrryJlW5LqpLdy+KmDWa0"
    "twSv1gMDFesapbKWImCwWK8WbgW2"
)


class Exchange(NamedTuple):
    title: str
    path: str
    request: tuple[dict[str, str], bytes]
    answer: tuple[dict[str, str], bytes]


def exchanges() -> list[Exchange]:
    """A letter, the same again, and a question, from our real sender to the reference receiver."""
    from selfreferral.models import Endpoint
    from selfreferral.reference_receiver import Receiver
    from selfreferral.signatures import public_of
    from selfreferral.transports import webhook, wire

    made: list[Exchange] = []
    endpoint = Endpoint(url="https://receiver.example/referrals", public_key=public_of(PRIVATE))
    endpoint.keep(SECRET)

    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(
            Path(folder), secret=SECRET, private=PRIVATE, say=lambda words: None, clock=lambda: NOW
        )

        def post(url: str, headers: dict[str, str], body: bytes) -> wire.Answer:
            path, sent = url.removeprefix("https://receiver.example"), {**headers}
            answer = receiver.answer(path, sent, body)
            made.append(Exchange("", path, (sent, body), answer))
            return wire.Answer(200, *answer)

        with (
            mock.patch.object(wire, "post", post),
            mock.patch("django.utils.timezone.now", lambda: NOW),
            mock.patch("secrets.token_hex", lambda count: "0" * 2 * count),
        ):
            webhook.deliver_to(
                endpoint,
                sealed=SEALED,
                reference=REFERENCE,
                queue_slug="provider",
                digest=hashlib.sha256(SEALED).hexdigest(),
                metadata={**METADATA, "created_at": NOW},
            )
            webhook.ask(endpoint, "opened", {"references": [REFERENCE]})
    titles = ["A letter, and its receipt", "A question, while nobody has opened it"]
    return [one._replace(title=title) for one, title in zip(made, titles, strict=True)]


class Recorder:
    """In place of the broker: what the reference receiver published."""

    def __init__(self) -> None:
        self.said: list[tuple[dict[str, str], bytes]] = []

    def basic_publish(self, exchange: str, queue: str, body: bytes, properties: Any, mandatory: bool) -> None:
        self.said.append((properties.headers, body))


def messages() -> list[tuple[str, dict[str, str], bytes]]:
    """A letter from our real sender, and what the reference receiver says to it: title, headers, body."""
    from pika import BasicProperties

    from selfreferral.models import Endpoint
    from selfreferral.reference_broker import AtBroker
    from selfreferral.reference_receiver import Receiver
    from selfreferral.signatures import public_of
    from selfreferral.transports import amqp, elsewhere

    endpoint = Endpoint(public_key=public_of(PRIVATE))
    endpoint.keep(SECRET)
    data = elsewhere.in_clear(
        sealed=SEALED,
        reference=REFERENCE,
        queue_slug="provider",
        digest=hashlib.sha256(SEALED).hexdigest(),
        metadata={**METADATA, "created_at": NOW},
    )
    headers, body = amqp.message(endpoint, data, now=NOW)
    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(
            Path(folder), secret=SECRET, private=PRIVATE, say=lambda words: None, clock=lambda: NOW
        )
        at = AtBroker(receiver, address="amqp://localhost/", letters="letters", replies="receipts")
        broker = Recorder()
        assert at.take(broker, BasicProperties(headers=headers), body)
        mark = receiver.file(REFERENCE, "opened")
        mark.touch()
        os.utime(mark, (NOW.timestamp(), NOW.timestamp()))
        for said in at.news():
            at.tell(broker, *said)
    receipt, opened = broker.said
    return [
        ("A letter at the broker", headers, body),
        ("Its receipt", *receipt),
        ("Somebody has opened it", *opened),
    ]


def broker_section() -> str:
    said = []
    for title, *message in messages():
        said += [f"### {title}", "", "```", *lines((message[0], message[1])), "```", ""]
    return "\n".join(said)


def section() -> str:
    """What stands between the two marks."""
    from selfreferral.signatures import public_of

    keys = {
        "secret of both sides": SECRET,
        "receiver's private key": PRIVATE,
        "receiver's public key": public_of(PRIVATE),
        "team's age key": IDENTITY,
    }
    said = ["### Keys", "", "| key | value |", "|---|---|"]
    said += [
        f"| {name} | `{key}` |" if "/" not in key else f"| {name} | {key} |" for name, key in keys.items()
    ]
    said += ["", f"The sealed letter opens to `{json.dumps(LETTER)}` and spaces.", ""]
    for one in exchanges():
        said += [f"### {one.title}", "", "```http", f"POST {one.path} HTTP/1.1", "Host: receiver.example"]
        said += [*lines(one.request), "```", "", "```http", "HTTP/1.1 200 OK", *lines(one.answer), "```", ""]
    return "\n".join(said)


def lines(message: tuple[dict[str, Any], bytes]) -> list[str]:
    headers, body = message
    return [*(f"{name}: {value}" for name, value in headers.items()), "", body.decode()]


def in_the_document(begin: str = BEGIN, end: str = END) -> str:
    return DOCUMENT.read_text().partition(begin)[2].partition(end)[0]


def write_anew(begin: str, end: str, words: str) -> None:
    before, _begin, rest = DOCUMENT.read_text().partition(begin)
    DOCUMENT.write_text(before + begin + words + end + rest.partition(end)[2])


if __name__ == "__main__":
    import django

    django.setup()
    write_anew(BEGIN, END, section())
    write_anew(BROKER_BEGIN, BROKER_END, broker_section())
