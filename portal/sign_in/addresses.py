"""Every address of a staff door that is not the room's own, and who may ask for it.

One list: the gate looks here, the URLs are made of it, and a test walks it. What is not in it
needs everything (`Need.ALL`), so that an address which somebody adds later is shut by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.conf import settings

from portal.sign_in import coming_in, forgotten, own_sign_in, provider, setting_back


class Need(IntEnum):
    """What somebody must have shown. Each needs what stands before it, but for FIRST_STEP.

    NOTHING: nobody is asked. SESSION: signed in at this door, locked or not. FIRST_STEP: not
    locked, and who they are was shown a moment ago; where one adds a second step. FRESH: the
    same, with the second step. ALL: signed in, second step, not locked.
    """

    NOTHING = 0
    SESSION = 1
    FIRST_STEP = 2
    ALL = 3
    FRESH = 4


@dataclass(frozen=True)
class Address:
    route: str
    name: str
    view: Callable[..., Any]
    need: Need


ADDRESSES = (
    Address("sign-in/", "account_login", coming_in.sign_in, Need.NOTHING),
    Address("sign-in/code/", "mfa_authenticate", coming_in.Code.as_view(), Need.NOTHING),
    Address("sign-in/passkey/", "mfa_login_webauthn", coming_in.passkey, Need.NOTHING),
    Address("sign-out/", "account_logout", coming_in.sign_out, Need.SESSION),
    Address("unlock/", "account_reauthenticate", coming_in.unlock, Need.SESSION),
    Address("forgotten/", "account_reset_password", forgotten.ask, Need.NOTHING),
    Address("forgotten/sent/", "account_reset_password_done", forgotten.sent, Need.NOTHING),
    Address("forgotten/new/", "account_reset_password_new", forgotten.choose, Need.NOTHING),
    Address("forgotten/<str:key>/", "account_reset_password_from_key", forgotten.from_mail, Need.NOTHING),
    Address("my-sign-in/", "mfa_index", own_sign_in.overview, Need.FIRST_STEP),
    Address("my-sign-in/app/", "mfa_activate_totp", own_sign_in.AddApp.as_view(), Need.FIRST_STEP),
    Address("my-sign-in/passkey/", "mfa_add_webauthn", own_sign_in.add_passkey, Need.FIRST_STEP),
    Address("my-sign-in/<int:pk>/remove/", "mfa_remove_step", own_sign_in.remove_step, Need.FRESH),
    Address("my-sign-in/codes/", "mfa_view_recovery_codes", own_sign_in.codes, Need.FRESH),
    Address("my-sign-in/codes/new/", "mfa_generate_recovery_codes", own_sign_in.new_codes, Need.FRESH),
    Address("my-sign-in/passphrase/", "account_change_password", own_sign_in.passphrase, Need.FRESH),
    Address("my-sign-in/colleagues/", "colleagues", setting_back.colleagues, Need.ALL),
    # It asks for both steps itself, each time.
    Address("my-sign-in/colleagues/<int:pk>/", "colleague_set_back", setting_back.set_back_one, Need.ALL),
    Address("my-sign-in/elsewhere/", "sign_out_elsewhere", own_sign_in.end_elsewhere, Need.ALL),
)
# Where Wagtail has pages of its own for the same: ours stand before them.
INSTEAD_OF_WAGTAILS = (
    Address("login/", "old_sign_in", coming_in.to_ours, Need.NOTHING),
    Address("logout/", "old_sign_out", coming_in.sign_out, Need.SESSION),
    Address("password_reset/", "old_forgotten", coming_in.to_forgotten, Need.NOTHING),
    Address("password_reset/<path:rest>", "old_forgotten_rest", coming_in.to_forgotten, Need.NOTHING),
)
PROVIDER = (
    Address("sign-in/with/<str:provider_id>/", "openid_connect_login", provider.go, Need.NOTHING),
    Address("sign-in/with/<str:provider_id>/back/", "openid_connect_callback", provider.back, Need.NOTHING),
    Address("sign-in/with/", "socialaccount_login_cancelled", coming_in.to_ours, Need.NOTHING),
)
NEEDS = {address.name: address.need for address in (*ADDRESSES, *INSTEAD_OF_WAGTAILS, *PROVIDER)}


def of_this_door() -> list[Address]:
    wagtails = INSTEAD_OF_WAGTAILS if settings.STAFF_DOOR == "cms" else ()
    return [*ADDRESSES, *wagtails, *(PROVIDER if settings.STAFF_OIDC else ())]
