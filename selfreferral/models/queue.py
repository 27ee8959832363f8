"""Where a referral goes: a team of people with hours, a promise and keys."""

from django.core.exceptions import ValidationError
from django.db import models

from selfreferral import clocks
from selfreferral.models.key import RevokedKey
from services_directory.models.read_by_everybody import ReadByEverybody


class Queue(ReadByEverybody):
    """A team that answers referrals, with the public keys that referrals to it are sealed for.

    `recipients` holds age public keys ("age1…"): the team's own first, then the escrow key
    that two named people keep offline. Two different ones at least, or nothing is accepted.
    With `own_escrow` the council's escrow key is never among them: the queue for people whose
    abuser works where that key lies has a spare key of its own.
    """

    slug = models.SlugField(unique=True, help_text="What the routing rules call it: high-risk")
    name = models.CharField(max_length=120)
    hours = models.CharField(max_length=200, help_text="When it is answered: every day, 9am to 9pm")
    open_hours = models.JSONField(
        default=dict, blank=True, help_text='When clocks run: {"mon": ["09:00", "17:00"]}; {} is always'
    )
    reply_words = models.CharField(max_length=120, help_text="The promise as people read it: within 24 hours")
    area = models.CharField(max_length=80, blank=True, help_text="Whose area it answers for")
    recipients = models.JSONField(default=list)
    transport = models.CharField(max_length=40, default="inbox", help_text="A name in REFERRAL_TRANSPORTS")
    own_escrow = models.BooleanField(default=False, help_text="Its spare key lies outside the council")
    alarm_email = models.EmailField(blank=True, help_text="Is told that something waits, never what")
    second_email = models.EmailField(blank=True, help_text="Is told when the first did not react")
    alarm_webhook = models.URLField(blank=True, help_text="Gets the same words by POST")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug"]
        permissions = [("release_letter", "Can try letters again that wait or stand still")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if problem := clocks.problem(self.open_hours):
            raise ValidationError({"open_hours": problem})

    def keys_in_use(self) -> list[str]:
        """The public keys to seal for, in their order: `recipients` without those that were revoked.

        A backup, or a hand in the database, can bring a revoked key back; nothing is sealed for it.
        """
        revoked = set(RevokedKey.objects.filter(public__in=self.recipients).values_list("public", flat=True))
        return [public for public in self.recipients if public not in revoked]
