"""How a person signs in, theirs to change: second steps, codes, passphrase, and where they are signed in."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as code_flows
from allauth.mfa.totp.internal import flows as app_flows
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal import flows as passkey_flows
from django.conf import settings
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.sign_in import answers, doors, forms, second_step, sessions
from portal.sign_in.answers import page, see_other
from portal.sign_in.coming_in import any_form
from portal.sign_in.doors import What

Type = second_step.Type
DONE = ("added", "removed", "passphrase", "ended")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything on one page; for somebody without a second step who needs one, only how to add it."""
    steps, now = second_step.of(request.user), timezone.now()
    codes = Authenticator.objects.filter(user=request.user, type=Type.RECOVERY_CODES).first()
    must = settings.STAFF_MFA_REQUIRED and not steps
    context = {
        "title": "How you sign in",
        "must": must,
        "app": next((step for step in steps if step.type == Type.TOTP), None),
        "passkeys": [step for step in steps if step.type == Type.WEBAUTHN],
        "may_remove": not settings.STAFF_MFA_REQUIRED or len(steps) > 1,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "stays": [] if must else sessions.of(request.user, now, request.session.session_key or ""),
        "has_passphrase": authenticated_user(request).has_usable_password(),
        "leads": bool(doors.here().led_by(request.user)) and not must,
        "done": request.GET.get("done") if request.GET.get("done") in DONE else "",
    }
    return page(request, "overview", context)


def back(done: str) -> HttpResponse:
    return see_other(f"{reverse('mfa_index')}?done={done}")


def added(request: HttpRequest, step: Authenticator, codes: Authenticator | None) -> HttpResponse:
    """This session has now passed a second step. New recovery codes are shown, once."""
    record_authentication(request, request.user, method="mfa", id=step.pk, type=step.type)
    doors.here().write(What.STEP_ADDED, now=timezone.now(), by=request.user.get_username(), detail=step.type)
    return see_other(reverse("mfa_view_recovery_codes")) if codes else back("added")


def removed(request: HttpRequest, kind: str) -> HttpResponse:
    doors.here().write(What.STEP_REMOVED, now=timezone.now(), by=request.user.get_username(), detail=kind)
    return back("removed")


class AddApp(ActivateTOTPView):
    """An authenticator app: its picture, its key in letters, and one code to prove that it works."""

    form_class = forms.AddAppForm
    template_name = "sign_in/add_app.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if any(step.type == Type.TOTP for step in second_step.of(request.user)):
            return see_other(reverse("mfa_index"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: forms.AddAppForm) -> HttpResponse:
        return added(self.request, *app_flows.activate_totp(self.request, form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {**context, "title": "Add an app", "door": doors.here(), "secret": groups}

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        status = 422 if context["form"].errors else 200
        return answers.in_our_look(super().render_to_response(context, status=status, **options).render())


@any_form
def add_passkey(request: HttpRequest) -> HttpResponse:
    form = forms.AddPasskeyForm(request.POST or None, user=request.user, use_required_attribute=False)
    if form.is_valid():
        made = passkey_flows.add_authenticator(
            request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
        )
        return added(request, *made)
    options = webauthn.begin_registration(request.user, passwordless=False)
    # Where the device can, it keeps the passkey findable, so that it opens the door by itself.
    chosen = options["publicKey"]["authenticatorSelection"]
    options["publicKey"] = {
        **options["publicKey"],
        "authenticatorSelection": {**chosen, "residentKey": "preferred", "requireResidentKey": False},
    }
    context = {"title": "Add a passkey", "form": form, "passkey_options": json.dumps(options)}
    return page(request, "add_passkey", context, status=422 if form.errors else 200)


@any_form
@transaction.atomic
def remove_step(request: HttpRequest, pk: int) -> HttpResponse:
    """An app or a passkey. The last one stays while a second step is needed."""
    step = get_object_or_404(Authenticator, pk=pk, user=request.user, type__in=second_step.STEPS)
    # Of two that go at once the second sees that it is the last.
    get_user_model().objects.select_for_update().get(pk=authenticated_user(request).pk)
    steps = second_step.of(request.user)
    is_last = settings.STAFF_MFA_REQUIRED and len(steps) == 1
    if request.method == "POST" and not is_last:
        flow = app_flows.deactivate_totp if step.type == Type.TOTP else passkey_flows.remove_authenticator
        flow(request, step)
        return removed(request, step.type)
    context = {"title": "Remove", "step": step, "is_last": is_last, "is_app": step.type == Type.TOTP}
    return page(request, "remove_step", context, status=409 if request.method == "POST" else 200)


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes: in letters once, and after that only how many are left."""
    shown, may_see = code_flows.view_recovery_codes(request)
    if shown is None:
        return see_other(reverse("mfa_index"))
    unused = shown.get_unused_codes()
    context = {"title": "Recovery codes", "codes": unused if may_see else [], "left": len(unused)}
    return page(request, "codes", context)


@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    if not second_step.of(request.user):
        return see_other(reverse("mfa_index"))
    code_flows.generate_recovery_codes(request)
    doors.here().write(
        What.STEP_ADDED, now=timezone.now(), by=request.user.get_username(), detail=Type.RECOVERY_CODES
    )
    return see_other(reverse("mfa_view_recovery_codes"))


@any_form
def passphrase(request: HttpRequest) -> HttpResponse:
    """A new one. Whoever else was signed in as this person is signed out by it."""
    form = forms.ChangePassphraseForm(request.POST or None, user=request.user)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        doors.here().write(What.PASSPHRASE, now=timezone.now(), by=request.user.get_username())
        return back("passphrase")
    context = {"title": "Change your passphrase", "form": form}
    return page(request, "passphrase", context, status=422 if form.errors else 200)


@require_POST
def end_elsewhere(request: HttpRequest) -> HttpResponse:
    """Sign out one other place, by its name on the page, or all others."""
    now, one = timezone.now(), request.POST.get("one", "")
    others = [
        stay for stay in sessions.of(request.user, now, request.session.session_key or "") if not stay.is_this
    ]
    chosen = [stay for stay in others if stay.name == one] if one else others
    if sessions.end(chosen):
        doors.here().write(What.SIGNED_OUT, now=now, by=request.user.get_username(), detail="elsewhere")
    return back("ended")
