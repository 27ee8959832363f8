"""The addresses of a process that opens the triage door and no other."""

from django.urls import include, path

from portal import error_pages, exit

urlpatterns = [
    path("leave/", exit.leave, name="leave"),
    path("wait/", error_pages.wait, name="wait"),
    path("desk/", include("portal.sign_in.urls")),
    path("desk/by-phone/", include("selfreferral.phone_urls")),
    path("desk/", include("triage.urls")),
]
handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.server_error"
