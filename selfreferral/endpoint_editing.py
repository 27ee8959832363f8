"""Where a manager says to which system elsewhere a queue's letters go, and tries it, in the Wagtail admin.

A queue may have one receiver of each kind (REFERRAL_TRANSPORTS); one of them is in use, or the desk here.
Letters go there only after a sealed test came back signed. The secret is shown once, in the answer that
makes it, and never again. Every change stands in Wagtail's log, without the secret. Nothing needs a script.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from selfreferral import signatures, trial
from selfreferral.endpoint_forms import FIELDS, EndpointForm
from selfreferral.models import Endpoint, Queue
from selfreferral.transports.elsewhere import Elsewhere, kinds

MAY_CHANGE = "selfreferral.change_endpoint"
CHANGE, SECRET, USE, STOP = (f"selfreferral.endpoint.{what}" for what in ("change", "secret", "use", "stop"))
TITLE = "Receivers elsewhere"
DESK = "inbox"
LINES = 20


@permission_required(MAY_CHANGE)
def listing(request: HttpRequest) -> HttpResponse:
    """Every queue with where its letters go, and what else is set up or could be."""
    queues = Queue.objects.prefetch_related("endpoints").order_by("slug")
    rows = []
    for queue in queues:
        found = ways(queue)
        used = next((way for way in found if way["used"]), None)
        rows.append({"queue": queue, "ways": found, "used": used})
    context = {"page_title": TITLE, "rows": rows}
    return render(request, "selfreferral/editing/endpoints.html", context)


def ways(queue: Queue) -> list[dict[str, Any]]:
    """Each kind of receiver, with this queue's own if it has one."""
    there = {endpoint.kind: endpoint for endpoint in queue.endpoints.all()}
    return [
        {"kind": kind, "endpoint": there.get(name), "used": queue.transport == name}
        for name, kind in kinds().items()
    ]


@permission_required(MAY_CHANGE)
def edit(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    queue, transport = get_object_or_404(Queue, slug=slug), known(kind)
    kept = Endpoint.objects.filter(queue=queue, kind=kind).first()
    endpoint = kept or Endpoint(queue=queue, kind=kind)
    before = as_data(endpoint)
    closed = endpoint.secret, endpoint.closed
    form = EndpointForm(
        request.POST or None, instance=endpoint, initial={"seen": seen(before)}, kind=transport
    )
    if request.method != "POST" or not form.is_valid():
        return page(request, queue, form)
    form.save()
    changed = {"before": before, "after": as_data(endpoint)}
    log(endpoint, CHANGE, user=request.user, title=title(queue), data=changed)
    if (endpoint.secret, endpoint.closed) != closed:
        log(endpoint, SECRET, user=request.user, title=title(queue))
    messages.success(request, "Saved.")
    if queue.transport == kind:
        say(request, trial.send(endpoint, now=timezone.now()))
    if form.made:
        # In this answer and nowhere else: a message would wait in a cookie or in the session.
        again = EndpointForm(instance=endpoint, initial={"seen": seen(as_data(endpoint))}, kind=transport)
        return page(request, queue, again, form.made)
    return redirect("endpoint_edit", slug, kind)


@require_POST
@permission_required(MAY_CHANGE)
def test(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    say(request, trial.send(found(slug, kind), now=timezone.now()))
    return redirect("endpoint_edit", slug, kind)


@require_POST
@permission_required(MAY_CHANGE)
def use(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Only when a test works at this moment: from here on people depend on it."""
    endpoint = found(slug, kind)
    outcome = trial.send(endpoint, now=timezone.now())
    say(request, outcome)
    if outcome.worked:
        switch(request, endpoint, kind, USE)
        messages.success(request, "New letters go there from now on.")
    return redirect("endpoint_edit", slug, kind)


@require_POST
@permission_required(MAY_CHANGE)
def stop(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Back to the desk here; what waits goes there, too. What was handed over stays where it is."""
    endpoint = found(slug, kind)
    if DESK in settings.REFERRAL_TRANSPORTS and endpoint.queue.transport == kind:
        switch(request, endpoint, DESK, STOP)
        messages.success(request, "New letters, and those that wait, lie at the desk here from now on.")
    return redirect("endpoint_edit", slug, kind)


def switch(request: HttpRequest, endpoint: Endpoint, transport: str, action: str) -> None:
    Queue.objects.filter(pk=endpoint.queue_id).update(transport=transport)
    log(endpoint, action, user=request.user, title=title(endpoint.queue))


def known(kind: str) -> Elsewhere:
    if kind not in kinds():
        raise Http404
    return kinds()[kind]


def found(slug: str, kind: str) -> Endpoint:
    known(kind)
    return get_object_or_404(Endpoint.objects.select_related("queue"), queue__slug=slug, kind=kind)


def say(request: HttpRequest, outcome: trial.Outcome) -> None:
    (messages.success if outcome.worked else messages.error)(request, outcome.words)


def as_data(endpoint: Endpoint) -> dict[str, str]:
    return {**{name: getattr(endpoint, name) for name in FIELDS}, **endpoint.options}


def seen(data: dict[str, str]) -> str:
    return signatures.encoded(repr(sorted(data.items())).encode()) if data["url"] else ""


def title(queue: Queue) -> str:
    return f"{TITLE}: {queue.name}"


def page(request: HttpRequest, queue: Queue, form: EndpointForm, made: str = "") -> HttpResponse:
    endpoint = Endpoint.objects.filter(queue=queue, kind=form.kind.name).first()
    history = ModelLogEntry.objects.filter(action__in=[CHANGE, SECRET, USE, STOP])
    context = {
        "page_title": title(queue),
        "queue": queue,
        "endpoint": endpoint,
        "kind": form.kind,
        "others": [way for way in ways(queue) if way["kind"].name != form.kind.name],
        "form": form,
        "made": made,
        "used": queue.transport == form.kind.name,
        "lines": history.filter(object_id=str(endpoint.pk) if endpoint else "")
        .select_related("user")
        .order_by("-timestamp", "-pk")[:LINES],
    }
    response = render(request, "selfreferral/editing/endpoint.html", context)
    response["Cache-Control"] = "no-store"
    return response


class EndpointMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_CHANGE)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("receivers/", listing, name="endpoints"),
        path("receivers/<slug:slug>/<slug:kind>/", edit, name="endpoint_edit"),
        path("receivers/<slug:slug>/<slug:kind>/test/", test, name="endpoint_test"),
        path("receivers/<slug:slug>/<slug:kind>/use/", use, name="endpoint_use"),
        path("receivers/<slug:slug>/<slug:kind>/stop/", stop, name="endpoint_stop"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return EndpointMenuItem(TITLE, reverse("endpoints"), icon_name="link", order=365)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="selfreferral", codename="change_endpoint")


@hooks.register("register_log_actions")
def log_actions(registry: Any) -> None:
    registry.register_action(CHANGE, "Change", "Changed a receiver elsewhere")
    registry.register_action(SECRET, "Secret", "Gave a receiver elsewhere another secret")
    registry.register_action(USE, "Use", "Sent a queue’s letters to a receiver elsewhere")
    registry.register_action(STOP, "Stop", "Sent a queue’s letters to the desk here")
