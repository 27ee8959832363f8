"""The second step: whether a person has one, whether this session took it, and whether a code is theirs."""

import secrets
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.http import HttpRequest

Type = Authenticator.Type
# Recovery codes stand in for one of these and are no second step of their own.
STEPS = (Type.TOTP, Type.WEBAUTHN)
LAST_COUNTER = "last_counter"


def of(user: Any) -> list[Authenticator]:
    """The person's second steps, oldest first."""
    return list(Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).order_by("pk"))


def was_taken(request: HttpRequest) -> bool:
    """Whether this very session passed a second step, or came in by a passkey alone."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def last_proof(request: HttpRequest) -> float:
    """When the person last showed who they are, in seconds since 1970; 0 when this session never saw it."""
    records = get_authentication_records(request, request.user)
    return max((float(record.get("at", 0)) for record in records), default=0.0)


@transaction.atomic
def take_code(user: Any, code: str) -> Authenticator | None:
    """The app or the list of recovery codes that `code` comes from, marked as used; None for no match.

    A code of the app works once, and none that is older than the last one: kept with the app in
    the database, so that no second process and no emptied cache lets it through again.
    """
    rows = Authenticator.objects.select_for_update().filter(user_id=user.pk).exclude(type=Type.WEBAUTHN)
    for row in rows:
        if takes_app_code(row, code) if row.type == Type.TOTP else row.wrap().validate_code(code):
            row.user = user
            return row
    return None


def takes_app_code(row: Authenticator, code: str) -> bool:
    secret = decrypt(row.data["secret"])
    for counter in yield_hotp_counters_from_time():
        fits = secrets.compare_digest(format_hotp_value(hotp_value(secret, counter)).encode(), code.encode())
        if fits and counter > row.data.get(LAST_COUNTER, -1):
            row.data[LAST_COUNTER] = counter
            row.save(update_fields=["data"])
            return True
    return False
