"""Where a manager says to which system elsewhere a queue's letters go, and tries it, in the Wagtail admin.

Letters go there only after a sealed test came back signed. The secret is shown once, in the answer that
makes it, and never again. Every change stands in Wagtail's log, without the secret. Nothing needs a script.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
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
from selfreferral.models import Endpoint, Queue
from selfreferral.transports import webhook

MAY_CHANGE = "selfreferral.change_endpoint"
CHANGE, SECRET, USE, STOP = (f"selfreferral.endpoint.{what}" for what in ("change", "secret", "use", "stop"))
TITLE = "Receivers elsewhere"
DESK = "inbox"
FIELDS = ("url", "public_key", "contact", "hours")
LINES = 20
CHANGED_MEANWHILE = "Somebody else changed this receiver while you had it open. Look again before you save."


class EndpointForm(forms.ModelForm):
    """`seen` is what stood there when the page was opened. An empty secret leaves the one that is kept."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    secret = forms.CharField(
        label="Secret of both sides, if the receiver gave you one",
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="whsec_… Empty: the one that is kept stays; if there is none yet, one is made.",
    )

    class Meta:
        model = Endpoint
        fields = FIELDS
        labels = {
            "url": "Address of the receiver",
            "public_key": "The receiver’s public key",
            "contact": "Whom to ring there when nothing arrives",
            "hours": "When somebody answers there",
        }
        help_texts = {"url": "https://…", "contact": "", "hours": ""}

    def clean_secret(self) -> str:
        secret = self.cleaned_data["secret"]
        try:
            if secret:
                signatures.raw(secret, signatures.SECRET)
        except signatures.BadKey as error:
            raise forms.ValidationError(str(error)) from None
        return secret

    def clean(self) -> dict[str, Any]:
        if self.data.get("seen", "") != self.initial.get("seen", ""):
            raise forms.ValidationError(CHANGED_MEANWHILE)
        return super().clean() or self.cleaned_data


@permission_required(MAY_CHANGE)
def listing(request: HttpRequest) -> HttpResponse:
    queues = Queue.objects.select_related("endpoint").order_by("slug")
    context = {"page_title": TITLE, "queues": queues, "webhook": webhook.NAME}
    return render(request, "selfreferral/editing/endpoints.html", context)


@permission_required(MAY_CHANGE)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(Queue, slug=slug)
    endpoint = Endpoint.objects.filter(queue=queue).first() or Endpoint(queue=queue)
    before = as_data(endpoint)
    form = EndpointForm(request.POST or None, instance=endpoint, initial={"seen": seen(before)})
    if request.method != "POST" or not form.is_valid():
        return page(request, queue, form)
    made = "" if form.cleaned_data["secret"] or endpoint.secret else signatures.new_secret()
    try:
        if secret := form.cleaned_data["secret"] or made:
            endpoint.keep(secret)
    except ImproperlyConfigured as error:
        form.add_error(None, str(error))
        return page(request, queue, form)
    form.save()
    log(
        endpoint,
        CHANGE,
        user=request.user,
        title=title(queue),
        data={"before": before, "after": as_data(endpoint)},
    )
    if secret:
        log(endpoint, SECRET, user=request.user, title=title(queue))
    messages.success(request, "Saved.")
    if queue.transport == webhook.NAME:
        say(request, trial.send(endpoint, now=timezone.now()))
    if made:
        # In this answer and nowhere else: a message would wait in a cookie or in the session.
        return page(
            request, queue, EndpointForm(instance=endpoint, initial={"seen": seen(as_data(endpoint))}), made
        )
    return redirect("endpoint_edit", slug)


@require_POST
@permission_required(MAY_CHANGE)
def test(request: HttpRequest, slug: str) -> HttpResponse:
    say(request, trial.send(found(slug), now=timezone.now()))
    return redirect("endpoint_edit", slug)


@require_POST
@permission_required(MAY_CHANGE)
def use(request: HttpRequest, slug: str) -> HttpResponse:
    """Only when a test works at this moment: from here on people depend on it."""
    endpoint = found(slug)
    outcome = trial.send(endpoint, now=timezone.now())
    say(request, outcome)
    if outcome.worked:
        switch(request, endpoint, webhook.NAME, USE)
        messages.success(request, "New letters go there from now on.")
    return redirect("endpoint_edit", slug)


@require_POST
@permission_required(MAY_CHANGE)
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """Back to the desk here; what waits goes there, too. What was handed over stays where it is."""
    if DESK in settings.REFERRAL_TRANSPORTS:
        switch(request, found(slug), DESK, STOP)
        messages.success(request, "New letters, and those that wait, lie at the desk here from now on.")
    return redirect("endpoint_edit", slug)


def switch(request: HttpRequest, endpoint: Endpoint, transport: str, action: str) -> None:
    Queue.objects.filter(pk=endpoint.queue_id).update(transport=transport)
    log(endpoint, action, user=request.user, title=title(endpoint.queue))


def found(slug: str) -> Endpoint:
    return get_object_or_404(Endpoint.objects.select_related("queue"), queue__slug=slug)


def say(request: HttpRequest, outcome: trial.Outcome) -> None:
    (messages.success if outcome.worked else messages.error)(request, outcome.words)


def as_data(endpoint: Endpoint) -> dict[str, str]:
    return {name: getattr(endpoint, name) for name in FIELDS}


def seen(data: dict[str, str]) -> str:
    return signatures.encoded(repr(sorted(data.items())).encode()) if data["url"] else ""


def title(queue: Queue) -> str:
    return f"{TITLE}: {queue.name}"


def page(request: HttpRequest, queue: Queue, form: EndpointForm, made: str = "") -> HttpResponse:
    endpoint = Endpoint.objects.filter(queue=queue).first()
    history = ModelLogEntry.objects.filter(action__in=[CHANGE, SECRET, USE, STOP])
    context = {
        "page_title": title(queue),
        "queue": queue,
        "endpoint": endpoint,
        "form": form,
        "made": made,
        "used": queue.transport == webhook.NAME,
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
        path("receivers/<slug:slug>/", edit, name="endpoint_edit"),
        path("receivers/<slug:slug>/test/", test, name="endpoint_test"),
        path("receivers/<slug:slug>/use/", use, name="endpoint_use"),
        path("receivers/<slug:slug>/stop/", stop, name="endpoint_stop"),
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
