"""Letters to a provider's own system, by signed POST. The exchange, byte by byte: docs/receiving.md.

Every answer that counts is signed by the receiver, over the signature of the very request that it
answers: neither a page of somebody in between nor an answer of yesterday is one.
"""

import json
import logging
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from selfreferral import receipts, signatures
from selfreferral.models import Endpoint
from selfreferral.receipts import Receipt
from selfreferral.transports import wire
from selfreferral.transports.base import Progress, Refused, Unreachable, Unsupported
from selfreferral.transports.elsewhere import Elsewhere, Field, Quiet, in_clear

REST = 20.0  # seconds in which a receiver that cost us time is left alone, so that others do not wait
LONGEST_REST = 60.0  # whatever it asks for
MOST_PAGES = 5_000  # of what one receiver holds: it could go on for ever
NOT_NOW = (408, 425, 429)  # every other 4xx is a fault of ours
NOT_THERE = (404, 405, 501)
logger = logging.getLogger("selfreferral.webhook")


class Resting(Quiet):
    """Not even asked."""


def address_problem(url: str) -> str:
    """Why letters cannot go to `url`; empty when they can. Plain http is for the demonstration only."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises when it is no number
    except ValueError:
        return "This is no address."
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.PORTAL_DEMO):
        return "Give a whole address that starts with https://"
    plain = url.isascii() and not any(c.isspace() or not c.isprintable() for c in url)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or not plain:
        return "Give a plain address, without a name, a question mark or a # in it."
    return ""


class Webhook(Elsewhere):
    """Where to stands in the queue's Endpoint. Every instance knows which receivers are resting."""

    name = "webhook"
    title = "A web address (webhook)"
    address = Field("url", "Address of the receiver", "https://…", address_problem)
    mends: ClassVar[Mapping[str, str]] = {
        "401": "It does not accept our signature: is the secret the same on both sides, is its clock right?",
        "403": "It does not let us in: is the secret the same on both sides?",
        "404": "There is nothing at this address: is it written right?",
        "405": "The address takes no POST: is it written right?",
        "not signed": "Does the address lead to the receiver, and not to a page?",
    }
    resting: ClassVar[dict[int, float]] = {}

    def deliver_to(self, endpoint: Endpoint, **letter: Any) -> Receipt:
        if letter.get("test"):
            self.resting.pop(endpoint.pk, None)
        return deliver_to(endpoint, **letter)

    def answers_more(self, endpoint: Endpoint, reference: str) -> str:
        ask(endpoint, "opened", {"references": [reference]})
        return "can be asked what was opened"

    def holds(self, references: Sequence[str]) -> Mapping[str, str]:
        """Each receiver is asked for its own only. One that cannot say, or not now, is taken at the word
        of its receipts, so that it does not keep the others from being compared."""
        held: dict[str, str] = {}
        for endpoint, ours in self.by_endpoint(references):
            try:
                said = named_in(ask(endpoint, "held", {"references": list(ours)}), "held")
            except (Unreachable, Unsupported, Refused):
                logger.warning("A receiver could not say what it holds; its receipts count")
                said = ours
            held |= {reference: str(said[reference]) for reference in ours if reference in said}
        return held

    def everything(self) -> Iterator[list[str]]:
        for endpoint in self.endpoints():
            last = ""
            try:
                for _ in range(MOST_PAGES):
                    page = strings(ask(endpoint, "all", {"after": last}).get("references"))
                    if not page or max(page) <= last:
                        break  # it does not go on
                    yield page
                    last = max(page)
            except (Unreachable, Unsupported, Refused):
                logger.warning("A receiver could not say what it holds")

    def opened(self, references: Sequence[str]) -> Mapping[str, Progress]:
        found: dict[str, Progress] = {}
        for endpoint, ours in self.by_endpoint(references):
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


def deliver_to(endpoint: Endpoint, *, reference: str, digest: str, **letter: Any) -> Receipt:
    data = in_clear(reference=reference, digest=digest, **letter)
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
