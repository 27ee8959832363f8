"""The desk's record. Rows are added by triage/events.py and never changed."""

from typing import Any, NoReturn

from django.db import models

REFUSAL = "The record is added to, never changed."


class AddOnly(models.QuerySet["CaseEvent"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def delete(self) -> NoReturn:
        raise TypeError(REFUSAL)


class CaseEvent(models.Model):
    """Something that somebody did, or tried, at the desk.

    One chain for the whole desk: each row carries the hash of the one before, so that a changed,
    removed or moved row shows (`events.first_fault`). People and cases are named, not linked:
    the record outlives both.
    """

    class What(models.TextChoices):
        RECEIVED = "received", "Received"
        OPENING = "opening", "Opened to read"
        PHONE = "by_phone", "Written down from a call"
        REPEATS = "repeats", "Looked for repeats"
        PRINTED = "printed", "Printed with contact details"
        UNREADABLE = "unreadable", "Could not be opened"
        CLAIM = "claim", "Taken on"
        RELEASE = "release", "Given back"
        TRIED = "tried", "Tried to reach them"
        REACHED = "reached", "In contact"
        REFER = "refer", "Referred"
        HAND_ON = "hand-on", "Handed on"
        OUTCOME = "outcome", "Outcome for the professional"
        OUTCOME_SENT = "out_sent", "Outcome: the mail went out"
        OUTCOME_READ = "out_read", "Outcome: read"
        OUTCOME_REFUSED = "out_refused", "Outcome: not sent, the address was refused"
        OUTCOME_UNSENT = "out_unsent", "Outcome: the mail never went out"
        OUTCOME_EXPIRED = "out_expired", "Outcome: nobody read it in time"
        WITHDRAWN = "withdrawn", "Withdrawn at their request"
        CLOSE = "close", "Closed"
        REOPEN = "reopen", "Opened again"
        PURGED = "purged", "Words deleted"
        FORGOTTEN = "forgotten", "Older lines deleted"
        REFUSED = "refused", "Asked for without the right"
        SIGNED_IN = "signed_in", "Signed in"
        SIGN_IN_FAILED = "failed", "Sign-in failed"
        SIGNED_OUT = "signed_out", "Signed out"
        STEP_ADDED = "step_added", "Second step added"
        STEP_REMOVED = "step_removed", "Second step removed"
        PASSPHRASE = "passphrase", "Passphrase changed"

    number = models.PositiveBigIntegerField(primary_key=True, help_text="1 is the first; none is missing")
    what = models.CharField(max_length=12, choices=What.choices)
    reference = models.CharField(max_length=20, blank=True, db_index=True)
    by = models.CharField(max_length=150, blank=True, help_text="The person's sign-in name")
    at = models.DateTimeField()
    detail = models.CharField(max_length=160, blank=True, help_text="Codes, such as the outcome, and times")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    objects = AddOnly.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(REFUSAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)


class RecordHead(models.Model):
    """The last row of the record: one row, locked while the next is written."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.number} events"
