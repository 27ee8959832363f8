"""A colleague lost their phone or key: whoever leads them takes the second steps away, and that is on record.

The passphrase stays the colleague's own, so the lead learns nothing with which they could come in
in another's name. Each time the lead shows passphrase and second step anew, or who comes in by the
council's account their second step: a desk left open is not enough. The colleague is told by mail.
"""

import json
from datetime import datetime
from typing import Any

from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms as django_forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.sign_in import doors, forms, mail, second_step, sessions
from portal.sign_in.answers import page, see_other
from portal.sign_in.coming_in import any_form
from portal.sign_in.doors import What

Type = second_step.Type
SUBJECT = "Your sign-in"
TOLD = """Your second step was taken off your sign-in, and you are signed out everywhere.

You add a new one when you next sign in. If you did not ask for this, tell your lead and whoever
runs the site at once.
"""


@transaction.atomic
def set_back(user: Any, door: doors.Door, *, by: str, detail: str, now: datetime) -> int:
    """No second step and no recovery code is left, and no session; how many sessions there were.

    The line on the record of each door that they come in by belongs to it: when one cannot be written,
    nothing happened.
    """
    Authenticator.objects.filter(user=user).delete()
    ended = sessions.end(sessions.of(user, now))
    for one in doors.DOORS:
        if one == door or one.admits(user):
            one.write(What.STEP_REMOVED, now=now, by=by, detail=detail[:160])
    if user.email and settings.EMAIL_HOST:
        transaction.on_commit(lambda: mail.post_later(mail.send, SUBJECT, TOLD, user.email))
    return ended


@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Whom this person leads, and what each signs in with."""
    led = doors.here().led_by(request.user)
    if not led:
        raise Http404
    rows = [(one, second_step.of(one)) for one in led]
    done = next((one for one in led if str(one.pk) == request.GET.get("done")), None)
    return page(request, "colleagues", {"title": "Colleagues", "rows": rows, "done": done})


@any_form
def set_back_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them. Whoever is nobody's to set back is not there, in the same words."""
    colleague = next((one for one in doors.here().led_by(request.user) if one.pk == pk), None)
    if colleague is None:
        raise Http404
    ways = proofs(request)
    sent = next((parts for parts in ways.values() if parts[0].is_bound), ())
    if sent and all(part.is_bound and part.is_valid() for part in sent):
        me, whom = request.user.get_username(), colleague.get_username()
        set_back(colleague, doors.here(), by=me, detail=f"set back: {whom}", now=timezone.now())
        return see_other(f"{reverse('colleagues')}?done={colleague.pk}")
    context = {
        "title": "Set a second step back",
        "colleague": colleague,
        "has_steps": bool(second_step.of(colleague)),
        "ways": ways,
        "wrong": [part for part in sent if part.errors],
    }
    if "credential" in ways:
        context["passkey_options"] = json.dumps(webauthn.begin_authentication(request.user))
    return page(request, "set_back", context, status=403 if sent else 200)


def proofs(request: HttpRequest) -> dict[str, tuple[django_forms.Form, ...]]:
    """Passphrase and second step, for each kind of step that this person has; the sent ones are bound.

    Who comes in by the council's account has no passphrase here, and shows the step alone. A second
    step is looked at only after the passphrase: a code works once, and is a try that counts.
    """
    types = {step.type for step in second_step.of(request.user)}
    kinds: dict[str, Any] = {"code": forms.CodeAgainForm} if types else {}
    if Type.WEBAUTHN in types:
        kinds["credential"] = forms.PasskeyAgainForm
    sent = next((name for name in kinds if name in request.POST), None)
    found: dict[str, tuple[django_forms.Form, ...]] = {}
    for name, kind in kinds.items():
        posted = request.POST if name == sent else None
        mine: list[django_forms.Form] = []
        if authenticated_user(request).has_usable_password():
            mine = [forms.PassphraseForm(posted, user=request.user, auto_id=f"{name}_%s")]
        known = posted if posted is not None and all(part.is_valid() for part in mine) else None
        found[name] = (*mine, kind(known, user=request.user))
    return found
