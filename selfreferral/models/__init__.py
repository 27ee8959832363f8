"""What a referral leaves in the database: drafts that end, sealed letters that arrive."""

from selfreferral.draft_models import Draft, DraftPart
from selfreferral.models.alarm import Alarm
from selfreferral.models.endpoint import Endpoint, Handover
from selfreferral.models.figures import Comparison, DailyCount, EqualityTick, MonthlyCount
from selfreferral.models.key import RevokedKey
from selfreferral.models.outbox import Event, Heartbeat, Referral
from selfreferral.models.outcome import OutcomeLink
from selfreferral.models.queue import Queue
from selfreferral.models.routing import Routing
from selfreferral.models.sentence import Sentence

__all__ = [
    "Alarm",
    "Comparison",
    "DailyCount",
    "Draft",
    "DraftPart",
    "Endpoint",
    "EqualityTick",
    "Event",
    "Handover",
    "Heartbeat",
    "MonthlyCount",
    "OutcomeLink",
    "Queue",
    "Referral",
    "RevokedKey",
    "Routing",
    "Sentence",
]
