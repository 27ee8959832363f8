"""Signing in at the council's own provider, by OpenID Connect, which stands in for the passphrase alone."""

from collections.abc import Callable

from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from requests import RequestException

from portal.sign_in import answers, doors, limits

AGAIN = "_redir"  # django-allauth's own word for it: it would show a page of its own otherwise


def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider. Of what stands in the address only the place to come back to is taken."""
    then = doors.here().place(request.GET.get("next", ""))
    request.GET = QueryDict(urlencode({"process": "login", "next": then}))
    return asked(oidc.login, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider. Our cookies never come along from another site, so the page asks again itself."""
    if minutes := limits.wait(request, "provider", ""):
        return answers.waiting(minutes)
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and AGAIN not in request.GET:
        again = f"{request.path}?{request.GET.urlencode()}&{AGAIN}=1"
        return answers.page(request, "go_on", {"title": "Sign in", "again": again})
    query = request.GET.copy()
    query[AGAIN] = "1"
    request.GET = query  # type: ignore[assignment]
    return asked(oidc.callback, request, provider_id)


def asked(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the library answers; a provider that is down or talks nonsense leads back to the door."""
    try:
        return view(request, provider_id)
    except (RequestException, ValueError, KeyError, TypeError):
        return answers.provider_failed(request)
