"""What a referral leaves in the database: drafts that end, sealed letters that arrive."""

from selfreferral.draft_models import Draft, DraftPart
from selfreferral.models.outbox import DailyCount, Event, Heartbeat, Referral
from selfreferral.models.queue import Queue

__all__ = ["DailyCount", "Draft", "DraftPart", "Event", "Heartbeat", "Queue", "Referral"]
