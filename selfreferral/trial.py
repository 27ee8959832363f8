"""A sealed test letter to a receiver elsewhere, and in plain words what came of it.

It goes the whole way a real one goes, marked `test: true`: the receiver signs for it and throws it away.
"""

import hashlib
import json
import secrets
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from selfreferral import envelope
from selfreferral.models import Endpoint
from selfreferral.outbox import LETTERS
from selfreferral.questions import FORM_VERSION
from selfreferral.transports import base
from services_directory import sealing

# For every kind of receiver; each has its own beside them.
MENDS = {
    "signature is wrong": "Is its public key (whpk_…) the right one? Or did somebody in between answer?",
    "signature is old": "Compare the clocks of both machines.",
}


class Outcome(NamedTuple):
    worked: bool
    words: str


def send(endpoint: Endpoint, *, now: datetime) -> Outcome:
    """Never raises for what a receiver does."""
    queue = endpoint.queue
    reference = "TST-" + "".join(secrets.choice(LETTERS) for _ in range(3))
    mends: dict[str, str] = {}
    try:
        transport = endpoint.transport
        mends = {**MENDS, **transport.mends}
        sealed = sealing.seal(letter(reference, queue.slug, now=now), queue.keys_in_use())
        receipt = transport.deliver_to(
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
        more = transport.answers_more(endpoint, reference)
    except sealing.NoUsableKey as error:
        return Outcome(False, f"No letter can be sealed for this queue. {error}")
    except base.Unsupported as error:
        return Outcome(
            False, f"It signed for the test, and cannot be asked what was opened (/opened). {error}"
        )
    except (base.Unreachable, base.Refused) as error:
        mend = next((words for part, words in mends.items() if part in str(error)), "")
        return Outcome(False, f"No receipt. {error} {mend}".strip())
    at = timezone.localtime(receipt.received_at)
    return Outcome(True, f"It signed for {reference} at {at:%H:%M:%S on %d %B}, and {more}.")


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
