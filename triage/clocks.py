"""By when a case must be answered, in its queue's hours. The rule: selfreferral/clocks.py."""

from datetime import datetime

from selfreferral import clocks
from selfreferral.models import Queue


def due(sent_at: datetime, urgency: str, queue: str) -> datetime:
    """`queue` is its slug. A queue that this database does not know is taken to be always open."""
    hours = Queue.objects.filter(slug=queue).values_list("open_hours", flat=True).first()
    return clocks.due(sent_at, urgency, hours or {})
