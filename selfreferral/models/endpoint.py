"""Where a queue's letters go when its team has a system of its own."""

import base64
import hashlib
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models

from selfreferral import signatures


def address_problem(url: str) -> str:
    """Why letters cannot go to `url`; empty when they can. Plain http is for the demonstration only."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises when it is no number
    except ValueError:
        return "This is no address."
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.PORTAL_DEMO):
        return "Give a whole address that starts with https://"
    plain = url.isascii() and not any(c.isspace() or not c.isprintable() for c in url)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or not plain:
        return "Give a plain address, without a name, a question mark or a # in it."
    return ""


def check_address(url: str) -> None:
    if problem := address_problem(url):
        raise ValidationError(problem)


def check_public_key(key: str) -> None:
    try:
        signatures.raw(key, signatures.PUBLIC)
    except signatures.BadKey as error:
        raise ValidationError(str(error)) from None


class Endpoint(models.Model):
    """One queue's receiver. `secret` signs what we send; it stands here encrypted under ENDPOINT_KEY,
    is written by `keep`, and no page shows it again. `public_key` verifies what the receiver answers.
    """

    queue = models.OneToOneField("selfreferral.Queue", on_delete=models.CASCADE, related_name="endpoint")
    url = models.CharField("address", max_length=300, validators=[check_address])
    secret = models.TextField(editable=False)
    public_key = models.CharField(
        "receiver's public key", max_length=80, validators=[check_public_key], help_text="whpk_…"
    )
    contact = models.CharField(
        max_length=200, blank=True, help_text="Whom to ring at the receiver's when nothing arrives"
    )
    hours = models.CharField(max_length=200, blank=True, help_text="When somebody answers there")

    def __str__(self) -> str:
        return f"Receiver of {self.queue_id}"

    def keep(self, secret: str) -> None:
        """Raises BadKey, and ImproperlyConfigured where ENDPOINT_KEY is not set. Does not save."""
        signatures.raw(secret, signatures.SECRET)
        self.secret = cipher().encrypt(secret.encode()).decode()

    def signing_secret(self) -> str:
        """Raises ImproperlyConfigured when it cannot be read with this ENDPOINT_KEY."""
        try:
            return cipher().decrypt(self.secret.encode()).decode()
        except InvalidToken:
            raise ImproperlyConfigured(
                "The endpoint's secret was kept under another ENDPOINT_KEY. Set the secret again."
            ) from None


def cipher() -> Fernet:
    if not settings.ENDPOINT_KEY:
        raise ImproperlyConfigured("ENDPOINT_KEY is not set, here and for the worker. See .env.example.")
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.ENDPOINT_KEY.encode()).digest()))
