"""Signing in at the council's own provider, by OpenID Connect, which stands in for the passphrase alone."""

from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from requests import RequestException

from portal.sign_in import answers, doors

AGAIN = "again"


def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider. Of what stands in the address only the place to come back to is taken."""
    then = doors.here().place(request.GET.get("next", ""))
    request.GET = QueryDict(urlencode({"process": "login", "next": then}))
    try:
        return oidc.login(request, provider_id)
    except (RequestException, ValueError, KeyError):
        doors.here().write(doors.What.FAILED, now=timezone.now(), detail="provider")
        return answers.to_the_door("provider")


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider. Our cookies never come along from another site, so the page asks again itself."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and AGAIN not in request.GET:
        again = f"{request.path}?{request.GET.urlencode()}&{AGAIN}=1"
        return answers.page(request, "go_on", {"title": "Sign in", "again": again})
    return oidc.callback(request, provider_id)
