"""Public addresses for professionals. They are neutral, like every other."""

from django.urls import include, path

from pathways import checker_views

urlpatterns = [
    path("professionals/check/", checker_views.check, name="checker"),
    path("", include("pathways.page_urls")),  # last: it answers every other address for professionals
]
