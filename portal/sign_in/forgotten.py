"""A new passphrase by mail. It opens nothing alone: the second step is asked for as before.

Whether an address is known shows neither in words nor in time: the request only takes the
address, and a thread of its own looks it up and writes.
"""

from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from portal.sign_in import answers, doors, forms, limits, mail
from portal.sign_in.answers import page, see_other
from portal.sign_in.coming_in import any_form
from portal.sign_in.doors import What

KEPT = "new_passphrase"  # in the session: the mail's link, so that it leaves the address at once
SUBJECT = "Your sign-in"
WORDS = """Somebody asked for a new passphrase for the sign-in name {name}.

If it was you, open this within an hour:
{link}

You will still need your second step. If it was not you, do nothing, and tell your lead.
"""


@any_form
def ask(request: HttpRequest) -> HttpResponse:
    form = forms.ForgottenForm(request.POST or None, use_required_attribute=False)
    if request.method == "POST" and form.is_valid():
        if minutes := limits.wait(request, "mail", "", count=True):
            return answers.waiting(minutes)
        address = form.cleaned_data["email"]
        if not limits.wait(request, "mailbox", address, count=True):
            base = request.build_absolute_uri("/").rstrip("/")
            mail.post_later(post, address, doors.here(), base)
        return see_other(reverse("account_reset_password_done"))
    context = {"title": "A new passphrase", "form": form, "by_mail": bool(settings.EMAIL_HOST)}
    return page(request, "forgotten", context, status=422 if form.errors else 200)


def sent(request: HttpRequest) -> HttpResponse:
    return page(request, "forgotten_sent", {"title": "A new passphrase"})


def post(address: str, door: doors.Door, base: str) -> None:
    for user in filter_users_by_email(address, is_active=True):
        if door.admits(user) and user.has_usable_password():
            link = base + reverse("account_reset_password_from_key", args=[key_of(user)])
            mail.send(SUBJECT, WORDS.format(name=user.get_username(), link=link), user.email)


def key_of(user: Any) -> str:
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}.{default_token_generator.make_token(user)}"


def user_of(key: str) -> Any:
    """The person whom the mail's link was made for; None when it is too old, used or made up."""
    number, _, token = key.partition(".")
    try:
        pk = int(urlsafe_base64_decode(number))
    except (ValueError, OverflowError):
        return None
    user = get_user_model().objects.filter(pk=pk).first() if 0 < pk < 2**31 else None
    good = user is not None and default_token_generator.check_token(user, token)
    return user if good and doors.here().admits(user) else None


def from_mail(request: HttpRequest, key: str) -> HttpResponse:
    """The mail's link: a page with one press, so that a mail program that looks ahead uses nothing up.

    Our cookies do not come along from a mail program's page; they do from this one.
    """
    return page(request, "forgotten_go_on", {"title": "A new passphrase", "key": key[:200]})


@any_form
def choose(request: HttpRequest) -> HttpResponse:
    if "key" in request.POST:
        request.session[KEPT] = request.POST["key"][:200]
        return see_other(reverse("account_reset_password_new"))
    user = user_of(str(request.session.get(KEPT, "")))
    if user is None:
        return page(request, "forgotten_over", {"title": "A new passphrase"}, status=410)
    form = forms.NewPassphraseForm(request.POST or None, user=user)
    if form.is_valid():
        form.save()
        del request.session[KEPT]
        doors.here().write(What.PASSPHRASE, now=timezone.now(), by=user.get_username(), detail="by mail")
        return answers.to_the_door("changed")
    context = {"title": "A new passphrase", "form": form}
    return page(request, "passphrase", context, status=422 if form.errors else 200)
