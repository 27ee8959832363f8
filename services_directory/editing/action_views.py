"""The addresses behind the buttons: POST only, and back to where the editor was."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST
from wagtail.admin.utils import get_valid_next_url_from_request

from services_directory.cards import plain_date
from services_directory.editing import actions
from services_directory.models import Report, Service

View = Callable[[HttpRequest, int], HttpResponse]


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Every detail was checked today. `source` and `next_check_due` may be given."""
    service = _service(request, pk)
    now = timezone.now()
    try:
        next_due = parse_date(request.POST.get("next_check_due", ""))
    except ValueError:
        next_due = None
    if next_due is not None and next_due <= timezone.localdate(now):
        messages.error(request, "The next check must be after today. Nothing was changed.")
        return _back(request, service)
    row = actions.verify(
        service, user=request.user, now=now, source=request.POST.get("source", "").strip(), next_due=next_due
    )
    assert row.next_check_due is not None
    waiting = " The draft is still a draft." if row.has_unpublished_changes and row.live else ""
    messages.success(
        request, f"“{row}” is checked. The next check is due on {plain_date(row.next_check_due)}.{waiting}"
    )
    return _back(request, service)


@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    service = _service(request, pk)
    actions.hide(service, user=request.user, now=timezone.now())
    messages.success(request, f"“{service}” is hidden. Nobody outside can see it now.")
    return _back(request, service)


@require_POST
def show(request: HttpRequest, pk: int) -> HttpResponse:
    service = _service(request, pk)
    row = actions.show(service, user=request.user)
    if row.live:
        messages.success(request, f"“{row}” is shown again, in the words it had before.")
    else:
        messages.error(request, f"“{row}” was never published. Open it and press Publish.")
    return _back(request, service)


@require_POST
def close_report(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("services_directory.change_report"):
        raise PermissionDenied
    report = get_object_or_404(Report, pk=pk)
    actions.close_report(report, user=request.user, now=timezone.now())
    messages.success(request, "That report is dealt with.")
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


def may_publish(user) -> bool:
    """Checking, hiding and showing change what the public reads: publishing, in Wagtail's terms."""
    return user.has_perm("services_directory.publish_service")


def _service(request: HttpRequest, pk: int) -> Service:
    if not may_publish(request.user):
        raise PermissionDenied
    return get_object_or_404(Service, pk=pk)


def _back(request: HttpRequest, service: Service) -> HttpResponse:
    edit = reverse(service.snippet_viewset.get_url_name("edit"), args=[service.pk])
    return redirect(get_valid_next_url_from_request(request) or edit)


urlpatterns = [
    path("directory/<int:pk>/verify/", verify, name="service_verify"),
    path("directory/<int:pk>/hide/", hide, name="service_hide"),
    path("directory/<int:pk>/show/", show, name="service_show"),
    path("directory/report/<int:pk>/done/", close_report, name="report_done"),
]
