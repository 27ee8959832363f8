"""A referral that came by phone: a worker at the desk writes down what somebody on the line says.

Mounted at the desk's door by portal/urls.py. This room knows nobody there: who may come in, and the
desk's record, are behind the dotted path PHONE_DESK (docs/decisions/phone-referrals.md). What was
typed is answered by 303 and waits, sealed under the browser's own cookie, for the page that shows it
again; a session that is over, or a token that is too old, loses nothing either.
"""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_safe

from selfreferral import counting, drafts, flow, outbox, safeguarding
from selfreferral.phone import Call
from selfreferral.questions import Answers
from services_directory.views import SeeOther

SALT = "a call that is written down"
LONGEST = timedelta(hours=12)  # a shift, and the page of its last call
FLAG = "phone"
View = Callable[..., HttpResponse]


class Desk(Protocol):
    """What stands behind PHONE_DESK."""

    def guard(self, view: View) -> View:
        """`view` for people who may write a call down; a refusal for everybody else."""

    def put_on_record(self, reference: str, *, user: Any, now: datetime) -> bool:
        """In the caller's transaction; False when it stands there already."""

    def entered(self, reference: str, *, user: Any) -> bool:
        """Whether this person wrote it down."""

    def is_theirs(self, reference: str, *, user: Any) -> bool:
        """Whether they will see it at the desk, too."""


class Page(NamedTuple):
    """Which page of whose this was: the same for each press of it, so that it is sent once. `secret` closes
    the mark of what was sent from it, and is kept by the page alone, so that nobody here can try answers."""

    username: str
    journey: uuid.UUID
    secret: str

    def mark(self, answers: Answers) -> str:
        return drafts.mark_of(answers, journey=self.journey, secret=self.secret.encode())


def desk() -> Desk:
    return import_string(settings.PHONE_DESK)()


@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    """The page, and what is sent from it. What comes from a session that is over is kept."""
    came_in = []

    def inside(request: HttpRequest) -> HttpResponse:
        came_in.append(True)
        return take(request) if request.method == "POST" else show(request)

    answer = desk().guard(inside)(request)
    if request.method == "POST" and not came_in:
        rescue(request, answer, "signed_out")
    return answer


def when_refused(request: HttpRequest) -> HttpResponse:
    """For a token that is too old, as after signing in again elsewhere (portal/error_pages.py)."""
    answer = SeeOther(reverse("by_phone"))
    rescue(request, answer, "again")
    return answer


def when_signed_out(request: HttpRequest, answer: HttpResponse) -> None:
    """Called by the gate of the desk, which lets nothing of somebody signed out come this far."""
    rescue(request, answer, "signed_out")


by_phone.when_refused = when_refused  # type: ignore[attr-defined]
by_phone.when_signed_out = when_signed_out  # type: ignore[attr-defined]
by_phone.takes_once = True  # type: ignore[attr-defined]


def take(request: HttpRequest) -> HttpResponse:
    now, call, page = timezone.now(), Call.of(request.POST), page_of(request)
    do = request.POST.get("do", "send")
    if do == "forget":
        return forget(request)
    if page is None or page.username != request.user.get_username():
        return keep(request, call, "again", now=now)
    if do != "send":
        return keep(request, call, "look", page, now=now)
    if not call.check():
        return keep(request, call, "errors", page, now=now)
    try:
        reference = send(request, call, page, now=now)
    except outbox.SentOtherwise as sent:
        return keep(request, call, "sent_before", now=now, reference=sent.reference)
    except outbox.NotSent:
        return keep(request, call, "not_sent", page, now=now)
    except DatabaseError:
        return keep(request, call, "not_known", page, now=now)
    return SeeOther(reverse("by_phone_sent", args=[reference]))


def send(request: HttpRequest, call: Call, page: Page, *, now: datetime) -> str:
    """Sealed, stored, on the desk's record, and what waited deleted, in one transaction. The reference.

    Raises NotSent or SentOtherwise, and then nothing of it happened; or DatabaseError, and then nobody
    knows, since the answer to a commit may be lost: the same page sent again is not a second request.
    """
    user = request.user
    name = user.get_full_name() or user.get_username()  # type: ignore[union-attr]
    answers, steps = flow.to_send(call.told, call.steps)
    with transaction.atomic():
        mark = page.mark(answers)
        posted = outbox.post(page.journey, answers, steps, now=now, flags=(FLAG,), entered_by=name, mark=mark)
        if new := desk().put_on_record(posted.reference, user=user, now=now):
            counting.tick(flow.to_count(call.told, call.steps), now=now)
        waiting = drafts.find(request, now=now).opened
        if waiting and waiting.place.get("journey") == str(page.journey):
            drafts.leave(request)
    if new:
        counting.add([counting.Happened("sent", call.caller, FLAG)], now=now)
    return posted.reference


def keep(
    request: HttpRequest, call: Call, notice: str, page: Page | None = None, *, now: datetime, **said: str
) -> HttpResponse:
    """Back to the page, with all that was typed. `said` goes with the notice."""
    answer = SeeOther(reverse("by_phone"))
    store(request, answer, call, notice, page or new_page(request.user.get_username()), now=now, **said)
    return answer


def store(
    request: HttpRequest,
    answer: HttpResponse,
    call: Call,
    notice: str,
    page: Page,
    *,
    now: datetime,
    **said: str,
) -> None:
    """What was typed into a draft of this browser, whose key `answer` sets as a cookie."""
    with transaction.atomic():
        opened = drafts.find(request, now=now).opened
        if opened is None or opened.place.get("by") != page.username:
            opened = drafts.begin(now=now)
        opened.typed = call.typed
        signed = {"by": page.username, "journey": str(page.journey), "secret": page.secret}
        opened.place = {**signed, "notice": notice, **said}
        opened.save()
    drafts.set_cookie(answer, opened)


def rescue(request: HttpRequest, answer: HttpResponse, notice: str) -> None:
    """Keeps what came from a page of ours whose sender is not known any more, for nobody but them."""
    if page := page_of(request):
        store(request, answer, Call.of(request.POST), notice, page, now=timezone.now())


def forget(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        drafts.leave(request)
    answer = SeeOther(reverse("by_phone"))
    drafts.drop_cookie(answer)
    return answer


def show(request: HttpRequest) -> HttpResponse:
    """An empty page, or what this person typed before in this browser. Writes nothing."""
    now, username = timezone.now(), request.user.get_username()
    opened = drafts.find(request, now=now).opened
    if opened and opened.place.get("by") == username:
        call, said = Call(opened.typed), opened.place
        page = Page(username, uuid.UUID(said["journey"]), said.get("secret") or secrets.token_urlsafe())
    else:
        call, said, page = Call.blank(request.GET.get("who", "")), {}, new_page(username)
    notice = said.get("notice", "")
    if notice == "errors":
        call.check()
    context = {
        "title": "Write down a call",
        "call": call,
        "notice": notice,
        "reference": said.get("reference", ""),
        "page": signing.dumps([page.username, str(page.journey), page.secret], salt=SALT),
        "errors": list(call.errors()),
        "child_teams": safeguarding.for_child(now=now),
        "adult_teams": safeguarding.for_adult(now=now),
        "who": call.caller,
    }
    return render(request, "selfreferral/phone/form.html", context)


def new_page(username: str) -> Page:
    return Page(username, uuid.uuid4(), secrets.token_urlsafe())


def page_of(request: HttpRequest) -> Page | None:
    """What the posted page says of itself; None when we did not write it, or too long ago."""
    try:
        signed = signing.loads(request.POST.get("page", ""), salt=SALT, max_age=LONGEST)
        return Page(str(signed[0]), uuid.UUID(signed[1]), str(signed[2]))
    except (signing.BadSignature, ValueError, TypeError, IndexError, AttributeError):
        return None


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The reference, for who wrote it down. Of where it went, nothing that they would not see anyway."""
    return desk().guard(confirm)(request, reference)


def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    if not desk().entered(reference, user=request.user):
        return SeeOther(reverse("desk"))
    context = {
        "title": "Sent",
        "reference": reference,
        "theirs": desk().is_theirs(reference, user=request.user),
    }
    return render(request, "selfreferral/phone/sent.html", context)
