"""What was typed, held in the page while somebody signs in again: nothing is stored, nothing is lost."""

from django.http import HttpRequest, HttpResponse

from portal import error_pages
from portal.sign_in import answers, doors, sessions
from portal.sign_in.addresses import NEEDS

TOKEN = "csrfmiddlewaretoken"


def hold(request: HttpRequest) -> HttpResponse:
    """The sent fields as they came, with a button that sends them again. Files cannot be held."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
    context = {
        "title": "Sign in again",
        "fields": fields,
        "action": request.get_full_path(),
        "files": bool(request.FILES),
    }
    return answers.page(request, "held", context, status=403)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW. Signing in again makes a new token: a form that was open before is held, not lost.

    Only for somebody who is signed in here, and only when the browser says that the form came
    from our own pages; anything else is refused as everywhere.
    """
    door = doors.current()
    match = request.resolver_match
    if match is None or hasattr(match.func, "when_refused") or match.view_name in NEEDS:
        return error_pages.form_refused(request, reason)
    behind = door is not None and request.path_info.startswith(door.prefix)
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if behind and ours and request.user.is_authenticated and request.session.get(sessions.DOOR):
        return hold(request)
    return error_pages.form_refused(request, reason)
