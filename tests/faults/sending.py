"""One letter to a nasty receiver, without a database; time limits that end soon."""

import hashlib

from django.utils import timezone

from selfreferral.models import Endpoint
from selfreferral.receipts import Receipt
from selfreferral.transports import webhook
from tests.faults.nasty import Nasty

SEALED = b"age-encryption.org/v1 sealed bytes"
QUICK = 1.0  # seconds, in place of ten


def endpoint(nasty: Nasty, url: str = "") -> Endpoint:
    found = Endpoint(pk=1, url=url or nasty.url, public_key=nasty.public_key)
    found.keep(nasty.secret)
    return found


LETTER = {
    "sealed": SEALED,
    "reference": "K7M-4QX",
    "queue_slug": "provider",
    "digest": hashlib.sha256(SEALED).hexdigest(),
    "metadata": {
        "urgency": "urgent",
        "age_band": "",
        "area_code": "in",
        "form_version": 2,
        "created_at": timezone.now(),
    },
}


def deliver(to: Endpoint) -> Receipt:
    return webhook.deliver_to(to, **LETTER)
