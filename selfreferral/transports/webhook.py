"""Letters to a provider's own system, by signed POST. The exchange, byte by byte: docs/receiving.md.

Every answer that counts is signed by the receiver, over the signature of the very request that it
answers: neither a page of somebody in between nor an answer of yesterday is one.
"""

import base64
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from selfreferral import receipts, signatures
from selfreferral.models import Endpoint, Referral
from selfreferral.models.endpoint import address_problem
from selfreferral.receipts import Receipt
from selfreferral.transports import wire
from selfreferral.transports.base import Metadata, Progress, Refused, Transport, Unreachable, Unsupported

REST = 20.0  # seconds in which a receiver that cost us time is left alone, so that others do not wait
LONGEST_REST = 60.0  # whatever it asks for
NAME = "webhook"  # in REFERRAL_TRANSPORTS
NOT_NOW = (408, 425, 429)  # every other 4xx is a fault of ours
NOT_THERE = (404, 405, 501)
logger = logging.getLogger("selfreferral.webhook")


class Resting(Unreachable):
    """Not even asked."""


class Webhook(Transport):
    """Where to stands in the queue's Endpoint. Every instance knows which receivers are resting."""

    resting: ClassVar[dict[int, float]] = {}

    def deliver(
        self, *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata
    ) -> Receipt:
        try:
            return deliver_to(
                endpoint_of(queue_slug),
                sealed=sealed,
                reference=reference,
                queue_slug=queue_slug,
                digest=digest,
                metadata=metadata,
            )
        except Resting:
            raise
        except (Unreachable, Refused) as error:
            # What the receiver did, in our own words; never which letter, nor a word of its answer.
            logger.warning(f"The receiver of {queue_slug} did not take a letter. {error}")
            raise

    def receipt_key(self, queue_slug: str) -> str:
        return endpoint_of(queue_slug).public_key

    def unready(self, queue_slug: str) -> str:
        found = Endpoint.objects.filter(queue__slug=queue_slug).exists()
        return "" if found else f"has no receiver. Run: manage.py endpoint set {queue_slug}"

    def holds(self, references: Sequence[str]) -> Mapping[str, str]:
        """Each receiver is asked for its own only. One that cannot say, or not now, is taken at the word
        of its receipts, so that it does not keep the others from being compared."""
        held: dict[str, str] = {}
        for endpoint, ours in by_endpoint(references):
            try:
                said = named_in(ask(endpoint, "held", {"references": list(ours)}), "held")
            except (Unreachable, Unsupported, Refused):
                logger.warning("A receiver could not say what it holds; its receipts count")
                said = ours
            held |= {reference: str(said[reference]) for reference in ours if reference in said}
        return held

    def everything(self) -> Iterator[list[str]]:
        for endpoint in Endpoint.objects.all():
            last = ""
            try:
                while page := strings(ask(endpoint, "all", {"after": last}).get("references")):
                    if max(page) <= last:
                        break  # it does not go on
                    yield page
                    last = max(page)
            except (Unreachable, Unsupported, Refused):
                logger.warning("A receiver could not say what it holds")

    def opened(self, references: Sequence[str]) -> Mapping[str, Progress]:
        found: dict[str, Progress] = {}
        for endpoint, ours in by_endpoint(references):
            try:
                said = ask(endpoint, "opened", {"references": list(ours)})
                opened = times(named_in(said, "opened"), ours)
                closed = times(named_in(said, "closed") if "closed" in said else {}, ours)
            except (Unreachable, Unsupported, Refused):
                logger.warning("A receiver could not say what was opened there")
                continue
            found |= {
                reference: Progress(opened.get(reference), closed.get(reference))
                for reference in {*opened, *closed}
            }
        return found


def deliver_to(
    endpoint: Endpoint,
    *,
    sealed: bytes,
    reference: str,
    queue_slug: str,
    digest: str,
    metadata: Metadata,
    test: bool = False,
) -> Receipt:
    if hashlib.sha256(sealed).hexdigest() != digest:
        raise Refused("The letter does not match its digest.")
    data = {
        "reference": reference,
        "queue": queue_slug,
        "digest": digest,
        **metadata,
        "created_at": metadata["created_at"].isoformat(),
        "test": test,
        "sealed": base64.b64encode(sealed).decode(),
    }
    headers, body, _said = exchange(endpoint, "", "referral.sent", reference, data)
    signed = signatures.content(reference, int(headers[signatures.TIMESTAMP]), body)
    try:
        receipt = receipts.from_elsewhere(signed, headers[signatures.SIGNATURE])
    except ValueError:
        raise Unreachable("The answer is signed, and no receipt.") from None
    problem = receipts.problem(receipt, reference=reference, digest=digest, key=endpoint.public_key)
    if problem:
        raise Unreachable(problem)
    if receipt.received_at > timezone.now() + signatures.TOLERANCE:
        raise Unreachable("The receipt is from the future.")
    return receipt


def ask(endpoint: Endpoint, path: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A question. Raises Unsupported where the receiver does not know this one."""
    return exchange(endpoint, f"/{path}", f"referrals.{path}", f"{path}_{secrets.token_hex(8)}", data)[2]


def exchange(
    endpoint: Endpoint, path: str, kind: str, id: str, data: Mapping[str, Any]
) -> tuple[Mapping[str, str], bytes, dict[str, Any]]:
    """Headers, body and what is said in an answer that is signed, fresh, and an answer to this."""
    if Webhook.resting.get(endpoint.pk, 0) > time.monotonic():
        raise Resting("It was not there a moment ago.")
    if problem := address_problem(endpoint.url):
        raise Refused(problem)
    now = timezone.now()
    body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}).encode()
    try:
        headers = signatures.headers(endpoint.signing_secret(), id=id, body=body, now=now)
        answer = wire.post(
            endpoint.url.rstrip("/") + path, {"Content-Type": "application/json", **headers}, body
        )
    except (wire.NotAllowed, ImproperlyConfigured) as error:
        raise Refused(str(error)) from error
    except wire.NoAnswer as error:
        if error.slow:
            rest(endpoint, REST)
        raise Unreachable(str(error)) from error
    if not 200 <= answer.status < 300:
        turned_away(endpoint, answer, question=bool(path))
    problem = signatures.problem(
        answer.headers, answer.body, key=endpoint.public_key, now=timezone.now(), id=id
    )
    if problem:
        raise Unreachable(f"It answered {answer.status}, and that is no receipt. {problem}")
    try:
        said = json.loads(answer.body)
        answers = said["answers"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreachable("The answer is signed, and cannot be read.") from None
    if answers != headers[signatures.SIGNATURE]:
        raise Unreachable("The answer is an answer to something else.")
    Webhook.resting.pop(endpoint.pk, None)
    return answer.headers, answer.body, said


def turned_away(endpoint: Endpoint, answer: wire.Answer, *, question: bool) -> NoReturn:
    words = f"It answered {answer.status}."
    wait = answer.headers.get("retry-after", "")
    if answer.status in (429, 503) and wait.isascii() and wait.isdigit():
        rest(endpoint, min(float(wait[:4]), LONGEST_REST))
    if question and answer.status in NOT_THERE:
        raise Unsupported(words)
    if 400 <= answer.status < 500 and answer.status not in NOT_NOW:
        raise Refused(words)
    raise Unreachable(words)


def rest(endpoint: Endpoint, seconds: float) -> None:
    Webhook.resting[endpoint.pk] = time.monotonic() + seconds


def endpoint_of(queue_slug: str) -> Endpoint:
    endpoint = Endpoint.objects.filter(queue__slug=queue_slug).first()
    if endpoint is None:
        raise Refused("The queue has no receiver.")
    return endpoint


def by_endpoint(references: Sequence[str]) -> Iterator[tuple[Endpoint, dict[str, str]]]:
    """Each receiver with the references, and digests, of its own letters: no other ever hears of them."""
    rows = Referral.objects.carried_by(NAME).filter(reference__in=references)
    for endpoint in Endpoint.objects.all():
        ours = dict(rows.filter(queue=endpoint.queue_id).values_list("reference", "digest"))
        if ours:
            yield endpoint, ours


def named_in(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An answer without it is none: silence must not read as "we hold nothing"."""
    if not isinstance(found := said.get(name), dict):
        raise Unreachable("The answer is signed, and says something else.")
    return found


def strings(said: object) -> list[str]:
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def times(said: Mapping[str, Any], ours: Mapping[str, str]) -> dict[str, datetime]:
    """What was asked for, with a time that reads as one; never one that lies ahead."""
    found: dict[str, datetime] = {}
    for reference, words in said.items():
        try:
            if reference in ours:
                found[reference] = min(receipts.moment(words), timezone.now())
        except ValueError:
            continue
    return found
