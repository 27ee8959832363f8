"""What django-allauth asks of us: where a person lands, what is sealed, whom a provider may bring in."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.encoding import force_bytes

from portal.limits import client_address
from portal.sign_in import doors, second_step, sessions
from portal.sign_in.answers import provider_failed, to_the_door


class Account(DefaultAccountAdapter):
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return doors.here().prefix

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return to_the_door("wrong")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say it themselves; a message would wait in the session for the CMS's next page."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{"id": "reauthenticate", "description": "", "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return False  # the gate has asked already: Need.FRESH in portal/sign_in/addresses.py

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondStep(DefaultMFAAdapter):
    """Secrets of apps and recovery codes are sealed: the database alone opens no account."""

    def encrypt(self, text: str) -> str:
        return cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return cipher(key).decrypt(encrypted_text.encode()).decode()
            except InvalidToken:
                continue
        raise ValueError("A second step was sealed with another SECRET_KEY: see the runbook, Signing in")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if authenticator.type not in second_step.STEPS or not settings.STAFF_MFA_REQUIRED:
            return True
        return len(second_step.of(authenticator.user)) > 1

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What stands in the name's field before anything is typed: where the passkey is being made."""
        return sessions.browser_of(context.request.META.get("HTTP_USER_AGENT", ""))

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": settings.WAGTAIL_SITE_NAME}

    def _get_user_identifier(self, user: Any) -> str:
        return user.get_username()


class Provider(DefaultSocialAccountAdapter):
    """OpenID Connect finds people who are there already; it adds nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[Any, str] | None:
        """The one person of this door with an address that the provider calls verified."""
        for address in sociallogin.email_addresses:
            if not address.verified:
                continue
            admitted = [user for user in filter_users_by_email(address.email) if doors.here().admits(user)]
            if len(admitted) == 1:
                return admitted[0], address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        door = doors.here()
        if sociallogin.is_existing and door.admits(sociallogin.user):
            return
        by = sociallogin.user.get_username() if sociallogin.is_existing else ""
        raise ImmediateHttpResponse(provider_failed(request, by=by))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(provider_failed(request))


def cipher(key: str | bytes) -> Fernet:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second step of staff")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(force_bytes(key))))
