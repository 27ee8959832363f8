"""Addresses, by door. Public ones are neutral: they stay in somebody's history."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from home import serving
from portal import components_page, error_pages, exit, health, media_files
from portal.sign_in import coming_in

handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.forbidden"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("leave/", exit.leave, name="leave"),
    path("wait/", error_pages.wait, name="wait"),  # where every door sends a form that it refused
    path("health/", health.health, name="health"),
    path("health/referrals/", health.referrals, name="health_referrals"),
]
if "cms" in settings.PORTAL_DOORS:
    urlpatterns += [
        path("cms/", include("portal.sign_in.urls")),  # before Wagtail's own pages for the same
        path("cms/", include(wagtailadmin_urls)),
    ]
if "public" in settings.PORTAL_DOORS:
    urlpatterns += [
        path("", include("selfreferral.urls")),
        path("", include("services_directory.urls")),
        path("", include("home.campaigns.urls")),
        path("", include("home.feedback.urls")),
        path("", include("pathways.urls")),
    ]
if "triage" in settings.PORTAL_DOORS:
    urlpatterns += [
        path("desk/", include("portal.sign_in.urls")),
        path("desk/by-phone/", include("selfreferral.phone_urls")),
        path("desk/", include("triage.urls")),
    ]
if settings.PORTAL_COMPONENTS_PAGE:
    urlpatterns.append(path("components/", components_page.components, name="components"))
if set(settings.PORTAL_DOORS) & {"public", "cms"}:
    urlpatterns.append(path("media/<path:path>", media_files.media))
    urlpatterns.append(path("_util/login/", coming_in.gone))  # Wagtail's, which no door watches
    urlpatterns.append(re_path(wagtail_urls.serve_pattern, serving.serve, name="wagtail_serve"))
    urlpatterns.append(path("", include(wagtail_urls)))
else:
    urlpatterns.append(path("", RedirectView.as_view(url="/desk/")))
