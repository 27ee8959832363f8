"""Where a queue's letters go when its team has a system of its own."""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any, cast

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models

from selfreferral import signatures
from selfreferral.transports import base

if TYPE_CHECKING:
    from selfreferral.transports.elsewhere import Elsewhere


def check_public_key(key: str) -> None:
    try:
        signatures.raw(key, signatures.PUBLIC)
    except signatures.BadKey as error:
        raise ValidationError(str(error)) from None


class Endpoint(models.Model):
    """One queue's receiver, of one kind; which of them is in use says Queue.transport. `secret` signs what
    we send, `public_key` verifies what the receiver signs. `options` holds what its kind must know beside
    the address, `closed` what of that nobody may read. `secret` and `closed` stand here encrypted under
    ENDPOINT_KEY, are written by `keep` and `close`, and no page shows them again.
    """

    queue = models.ForeignKey("selfreferral.Queue", on_delete=models.CASCADE, related_name="endpoints")
    kind = models.CharField(
        max_length=40, default="webhook", editable=False, help_text="A name in REFERRAL_TRANSPORTS"
    )
    url = models.CharField("address", max_length=300)
    options = models.JSONField(default=dict, blank=True, editable=False)
    secret = models.TextField(editable=False)
    closed = models.TextField(blank=True, editable=False)
    public_key = models.CharField(
        "receiver's public key", max_length=80, validators=[check_public_key], help_text="whpk_…"
    )
    contact = models.CharField(
        max_length=200, blank=True, help_text="Whom to ring at the receiver's when nothing arrives"
    )
    hours = models.CharField(max_length=200, blank=True, help_text="When somebody answers there")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "kind"], name="one_endpoint_of_a_kind")]

    def __str__(self) -> str:
        return f"Receiver of {self.queue_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What went to another place than the one that is kept now goes again, unless it was signed for."""
        before = Endpoint.objects.filter(pk=self.pk).values_list("url", "options").first()
        super().save(*args, **kwargs)
        if before and before != (self.url, self.options):
            self.handovers.filter(signed=None).update(last_at=None, copies=0)

    @property
    def transport(self) -> "Elsewhere":
        """Raises Refused where settings know this kind no more."""
        return cast("Elsewhere", base.named(self.kind))

    def clean(self) -> None:
        """What its kind says against the address and the rest, by field."""
        if problems := self.transport.problems(self):
            raise ValidationError(dict(problems))

    def keep(self, secret: str) -> None:
        """Raises BadKey, and ImproperlyConfigured where ENDPOINT_KEY is not set. Does not save."""
        signatures.raw(secret, signatures.SECRET)
        self.secret = cipher().encrypt(secret.encode()).decode()

    def signing_secret(self) -> str:
        """Raises ImproperlyConfigured when it cannot be read with this ENDPOINT_KEY."""
        return opened(self.secret, "secret")

    def close(self, values: dict[str, str]) -> None:
        """Keep these beside those that are kept. Raises ImproperlyConfigured. Does not save."""
        if not values:
            return
        try:
            before = self.closed_values()
        except ImproperlyConfigured:
            before = {}  # closed with another key: what is given now is all that there is
        self.closed = cipher().encrypt(json.dumps({**before, **values}).encode()).decode()

    def closed_values(self) -> dict[str, str]:
        """Raises ImproperlyConfigured when they cannot be read with this ENDPOINT_KEY."""
        return json.loads(opened(self.closed, "password")) if self.closed else {}


def opened(words: str, what: str) -> str:
    try:
        return cipher().decrypt(words.encode()).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            f"The endpoint's {what} was kept under another ENDPOINT_KEY. Set the {what} again."
        ) from None


def cipher() -> Fernet:
    if not settings.ENDPOINT_KEY:
        raise ImproperlyConfigured("ENDPOINT_KEY is not set, here and for the worker. See .env.example.")
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENDPOINT_KEY.encode()).digest()))


class Handover(models.Model):
    """A letter that went to a receiver who signs for it later: what was sent, and what came back.

    `signatures` are those of the copies that were sent: a receipt names the one that it answers.
    `copies` counts those that the broker confirmed, the last at `last_at`. `signed` and `signature` are
    the receipt as it came, `refused` what the receiver has against the letter, in its own words.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="handovers")
    reference = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    copies = models.PositiveIntegerField(default=0)
    signatures = models.JSONField(default=list)
    signed = models.BinaryField(null=True, blank=True)
    signature = models.CharField(max_length=200, blank=True)
    refused = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "reference"], name="one_handover")]

    def __str__(self) -> str:
        return self.reference
