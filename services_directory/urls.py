"""Public addresses of the directory. They are neutral: a history list gives nothing away."""

from django.urls import path

from services_directory import keys, reporting, views  # noqa: F401 (<key:pk>)

urlpatterns = [
    path("find/", views.find, name="find"),
    path("s/<key:pk>/", views.service, name="service"),
    path("s/<key:pk>/note/", reporting.report, name="report"),
    path("s/<key:pk>/note/sent/", reporting.report_sent, name="report_sent"),
]
