"""The inbox: how a sealed letter comes to lie at this desk. It stores and signs; it opens nothing."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from selfreferral import receipts
from selfreferral.receipts import Receipt
from selfreferral.transports.base import Metadata, Refused, Transport
from triage import arriving, clocks, events
from triage.models import Case, CaseEvent

BY = "delivery"
AT_ONCE = 500


class Inbox(Transport):
    """Stores the case and its first row on the record together, or neither.

    The same letter again gets the same receipt again, and takes the place of bytes that have been
    damaged here since; another letter under a reference that is taken, or bytes that do not fit
    their digest, raise Refused and change nothing. What was purged does not come back. What was handed on
    to a team elsewhere, which is reached at this desk by now, is taken in as what is handed on here.
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
                    "due_at": clocks.due(metadata["created_at"], metadata["urgency"], queue_slug),
                },
            )
            if not is_new:
                case = Case.objects.select_for_update().get(pk=case.pk)
            back = arriving.may_come_back(case, queue_slug)
            if back:
                case.urgency, case.received_at = metadata["urgency"], now
                arriving.arrive(case, queue_slug, sealed, digest, now=now)
                case.save()
            if is_new or back or self.mended(case, sealed, digest):
                events.write(CaseEvent.What.RECEIVED, now=now, reference=reference, by=BY)
        if (case.digest, case.queue) != (digest, queue_slug):
            raise Refused("Another letter came under this reference.")
        return receipts.sign(reference, digest, case.received_at)

    @staticmethod
    def mended(case: Case, sealed: bytes, digest: str) -> bool:
        """Whether the letter that came has taken the place of damaged bytes of the same letter."""
        if case.digest != digest or case.state == Case.State.CLOSED or held(case) == digest:
            return False
        return bool(Case.objects.filter(pk=case.pk).update(sealed=sealed))

    def holds(self, references: Sequence[str]) -> Mapping[str, str]:
        return {case.reference: held(case) for case in Case.objects.filter(reference__in=references)}

    def everything(self) -> Iterator[list[str]]:
        last, cases = 0, Case.objects.order_by("pk").values_list("pk", "reference")
        while page := list(cases.filter(pk__gt=last)[:AT_ONCE]):
            last = page[-1][0]
            yield [reference for _pk, reference in page]


def held(case: Case) -> str:
    """The digest of the bytes that lie here; of what was purged, of those that came."""
    sealed = bytes(case.sealed)
    purged = not sealed and case.state == Case.State.CLOSED
    return case.digest if purged else hashlib.sha256(sealed).hexdigest()
