"""The inbox: how a sealed letter comes to lie at this desk. It stores and signs; it opens nothing."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from selfreferral import receipts
from selfreferral.receipts import Receipt
from selfreferral.transports.base import Metadata, Refused, Transport
from triage import events
from triage.models import Case, CaseEvent

BY = "delivery"


class Inbox(Transport):
    """Stores the case and its first row on the record together, or neither.

    The same letter again gets the same receipt again; another letter under a reference that is
    taken, or bytes that do not fit their digest, raise Refused and change nothing.
    """

    def deliver(
        self, *, sealed: bytes, reference: str, queue_slug: str, digest: str, metadata: Metadata
    ) -> Receipt:
        if hashlib.sha256(sealed).hexdigest() != digest:
            raise Refused("The letter does not match its digest.")
        now = timezone.now()
        with transaction.atomic():
            case, is_new = Case.objects.get_or_create(
                reference=reference,
                defaults={
                    "queue": queue_slug,
                    "urgency": metadata["urgency"],
                    "age_band": metadata["age_band"],
                    "area_code": metadata["area_code"],
                    "sealed": sealed,
                    "digest": digest,
                    "sent_at": metadata["created_at"],
                    "received_at": now,
                    "due_at": answer_by(metadata),
                },
            )
            if is_new:
                events.write(CaseEvent.What.RECEIVED, now=now, reference=reference, by=BY)
        if (case.digest, case.queue) != (digest, queue_slug):
            raise Refused("Another letter came under this reference.")
        return receipts.sign(reference, digest, case.received_at)


def answer_by(metadata: Metadata) -> datetime:
    """Counted from when the person sent it. An urgency that we do not know is taken for urgent."""
    within = settings.ANSWER_WITHIN
    return metadata["created_at"] + within.get(metadata["urgency"], within[Case.Urgency.URGENT])
