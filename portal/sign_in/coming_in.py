"""Coming in and going: passphrase, second step, passkey, unlocking, signing out."""

import json
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, logout
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.sign_in import answers, doors, forms, limits, second_step, sessions
from portal.sign_in.answers import page, see_other, to_the_door
from portal.sign_in.doors import What

any_form = require_http_methods(["GET", "HEAD", "POST"])


@any_form
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return let_in(request, now=timezone.now())
    why = next((name for name, code in answers.WHY.items() if code == request.GET.get("w")), "")
    door = doors.here()
    then = door.place(request.GET.get("next", ""))
    if not why and door.admits(request.user):
        return see_other(then)
    context = {
        "title": "Sign in",
        "form": forms.SignInForm(use_required_attribute=False),
        "why": why,
        "minutes": answers.WAIT_MINUTES.get(why),
        "then": then,
        "provider": settings.STAFF_OIDC,
    }
    response = page(request, "sign_in", context, status=answers.STATUS.get(why, 200))
    if why in answers.WAIT_MINUTES:
        response["Retry-After"] = str(60 * answers.WAIT_MINUTES[why])
    return response


def let_in(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """Compare the passphrase. What follows, a second step or the session, is django-allauth's."""
    door, form = doors.here(), forms.SignInForm(request.POST)
    then = door.place(request.POST.get("next", ""))
    name = request.POST.get("username", "").strip()[:150]
    if minutes := limits.wait(request, "passphrase", name):
        return answers.waiting(minutes, then=then)
    user = authenticate(request, **form.cleaned_data) if form.is_valid() else None
    if user is None or not door.admits(user):
        limits.wait(request, "passphrase", name, count=True)
        door.write(What.FAILED, now=now, by=known_name(form.cleaned_data.get("username", ""), door))
        return to_the_door("wrong", then=then)
    return perform_password_login(request, {}, Login(user=user, redirect_url=then))


def known_name(typed: str, door: doors.Door) -> str:
    """What was typed is written down only when it is somebody's name here: it may be a passphrase."""
    person = get_user_model().objects.filter(username=typed).first()
    return typed if person is not None and door.admits(person) else ""


class Code(AuthenticateView):
    """The second step, once the passphrase was right. The session begins only after it."""

    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyForm
    template_name = "sign_in/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        types = {step.type for step in second_step.of(self.stage.login.user)}
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "title": "Sign in",
            "door": doors.here(),
            "has_app": second_step.Type.TOTP in types,
            "has_passkey": second_step.Type.WEBAUTHN in types,
            "passkey_options": json.dumps(context["js_data"]["request_options"]),
        }

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        wrong = any(form is not None and form.errors for form in (self.auth_form, self.webauthn_form))
        response = super().render_to_response(context, status=403 if wrong else 200, **options)
        return answers.in_our_look(response.render())


@any_form
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone: the browser asks for the challenge by GET, and posts the answer."""
    if request.method != "POST":
        if request.headers.get("Accept") != "application/json":
            return to_the_door()
        return JsonResponse({"request_options": webauthn.begin_authentication(user=None)})
    then, now = doors.here().place(request.POST.get("next", "")), timezone.now()
    if minutes := limits.wait(request, "passphrase", ""):
        return answers.waiting(minutes, then=then)
    form = forms.PasskeyAloneForm(request.POST)
    if not form.is_valid():
        limits.wait(request, "passphrase", "", count=True)
        return to_the_door("passkey", then=then)
    authenticator = form.cleaned_data["credential"]
    if not doors.here().admits(authenticator.user):
        doors.here().write(What.FAILED, now=now, detail="passkey")
        return to_the_door("passkey", then=then)
    return perform_passwordless_login(
        request, authenticator, Login(user=authenticator.user, redirect_url=then)
    )


@any_form
def unlock(request: HttpRequest) -> HttpResponse:
    """Show again who you are, by any one way that is yours; then the page you were at."""
    then = doors.here().place(request.POST.get("next", request.GET.get("next", "")))
    ways = unlock_forms(request)
    if not ways:
        logout(request)
        return to_the_door("idle", then=then)
    sent = next((form for form in ways.values() if form.is_bound), None)
    if sent is not None and sent.is_valid():
        if isinstance(sent, forms.PassphraseForm):
            record_authentication(request, request.user, method="password", reauthenticated=True)
        else:
            sent.save()  # type: ignore[attr-defined]
        sessions.unlock(request, timezone.now())
        return see_other(then)
    context: dict[str, Any] = {"title": "Sign in again", "ways": ways, "then": then, "sent": sent}
    if "credential" in ways:
        context["passkey_options"] = json.dumps(webauthn.begin_authentication(request.user))
    return page(request, "unlock", context, status=403 if sent else 200)


def unlock_forms(request: HttpRequest) -> dict[str, Form]:
    """The forms of the ways that this person has, by the name of their one field; the sent one is bound."""
    types = {step.type for step in second_step.of(request.user)}
    kinds: dict[str, Any] = {}
    if authenticated_user(request).has_usable_password():
        kinds["password"] = forms.PassphraseForm
    if types:
        kinds["code"] = forms.CodeAgainForm
    if second_step.Type.WEBAUTHN in types:
        kinds["credential"] = forms.PasskeyAgainForm
    sent = next((name for name in kinds if name in request.POST), None)
    return {
        name: kind(request.POST if name == sent else None, user=request.user) for name, kind in kinds.items()
    }


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        doors.here().write(What.SIGNED_OUT, now=timezone.now(), by=request.user.get_username())
    logout(request)
    return to_the_door("out")


def to_ours(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Where the CMS had a sign-in page of its own."""
    return to_the_door(then=doors.here().place(request.GET.get("next", "")))


def to_forgotten(request: HttpRequest, rest: str = "") -> HttpResponse:
    return see_other(reverse("account_reset_password"))


def gone(request: HttpRequest) -> HttpResponse:
    """Wagtail's sign-in for private pages, which no door watches."""
    raise Http404
