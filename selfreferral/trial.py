"""A sealed test letter to a receiver elsewhere, and in plain words what came of it.

It goes the whole way a real one goes, marked `test: true`: the receiver signs for it and throws it away.
"""

import hashlib
import json
import secrets
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from selfreferral import envelope, sealing
from selfreferral.models import Endpoint
from selfreferral.outbox import LETTERS
from selfreferral.questions import FORM_VERSION
from selfreferral.transports import base, webhook

MENDS = {
    "401": "It does not accept our signature: is the secret the same on both sides, is its clock right?",
    "403": "It does not let us in: is the secret the same on both sides?",
    "404": "There is nothing at this address: is it written right?",
    "405": "The address takes no POST: is it written right?",
    "signature is wrong": "Is its public key (whpk_…) the right one? Or did somebody in between answer?",
    "not signed": "Does the address lead to the receiver, and not to a page?",
    "signature is old": "Compare the clocks of both machines.",
}


class Outcome(NamedTuple):
    worked: bool
    words: str


def send(endpoint: Endpoint, *, now: datetime) -> Outcome:
    """Never raises for what a receiver does."""
    queue = endpoint.queue
    reference = "TST-" + "".join(secrets.choice(LETTERS) for _ in range(3))
    webhook.Webhook.resting.pop(endpoint.pk, None)
    try:
        sealed = sealing.seal(letter(reference, queue.slug, now=now), queue.keys_in_use())
        receipt = webhook.deliver_to(
            endpoint,
            sealed=sealed,
            reference=reference,
            queue_slug=queue.slug,
            digest=hashlib.sha256(sealed).hexdigest(),
            metadata={
                "urgency": "routine",
                "age_band": "",
                "area_code": "",
                "form_version": FORM_VERSION,
                "created_at": now,
            },
            test=True,
        )
        webhook.ask(endpoint, "opened", {"references": [reference]})
    except sealing.NoUsableKey as error:
        return Outcome(False, f"No letter can be sealed for this queue. {error}")
    except base.Unsupported as error:
        return Outcome(
            False, f"It signed for the test, and cannot be asked what was opened (/opened). {error}"
        )
    except (base.Unreachable, base.Refused) as error:
        mend = next((words for part, words in MENDS.items() if part in str(error)), "")
        return Outcome(False, f"No receipt. {error} {mend}".strip())
    at = timezone.localtime(receipt.received_at)
    return Outcome(
        True, f"It signed for {reference} at {at:%H:%M:%S on %d %B}, and can be asked what was opened."
    )


def letter(reference: str, queue: str, *, now: datetime) -> bytes:
    return json.dumps(
        {
            "version": envelope.VERSION,
            "reference": reference,
            "queue": queue,
            "urgency": "routine",
            "why_urgent": [],
            "created": now.isoformat(),
            "form_version": FORM_VERSION,
            "kind": "A test of the connection: nobody has asked for help",
            "leads_only": False,
            "notes": ["This is a test. There is nothing to do."],
            "safe_contact": [],
            "answers": [],
        }
    ).encode()
