"""An outcome for a professional who asked for it: mailed as a link that opens once."""

from django.db import models


class OutcomeLink(models.Model):
    """One outcome on its way. In clear stand the reference, times and how far it is.

    `waiting` holds address and outcome until the mail server has taken the mail (selfreferral/
    outcome_cipher.py); `sealed` holds the outcome afterwards, for whoever has the token, of which only
    the hash is kept. Both are emptied as soon as they are not needed. `noted`: the state that the
    desk has put on its record.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for the mail"
        SENT = "sent", "Mailed"
        READ = "read", "Read"
        REFUSED = "refused", "The address was refused"
        EXPIRED = "expired", "Nobody read it in time"

    reference = models.CharField(max_length=8, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    noted = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    waiting = models.BinaryField(default=bytes)
    sealed = models.BinaryField(default=bytes)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reference}: {self.state}"
