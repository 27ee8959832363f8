"""Paths of their own, neutral ones: a history list gives nothing away."""

from django.urls import path

import services_directory.keys  # noqa: F401 (<key:pk>)
from home.feedback import views
from home.feedback.forms import FORMS, PAGE, TELL

urlpatterns = [
    path("tell/", views.tell, name="tell"),
    *(
        path(f"tell/{slug}/", views.tell, {"kind": slug}, name=f"tell_{slug}")
        for slug in FORMS
        if slug not in (TELL.slug, PAGE.slug)
    ),
    path("tell/page/<key:pk>/", views.tell, {"kind": PAGE.slug}, name="tell_page"),
    *(path(f"tell/{slug}/sent/", views.told, {"kind": slug}, name=f"told_{slug}") for slug in FORMS),
    path("tell/done/", views.done, name="tell_done"),
]
