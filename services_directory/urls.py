"""Public addresses of the directory. They are neutral: a history list gives nothing away."""

from django.urls import path

from services_directory import reporting, views

urlpatterns = [
    path("find/", views.find, name="find"),
    path("s/<int:pk>/", views.service, name="service"),
    path("s/<int:pk>/note/", reporting.report, name="report"),
    path("s/<int:pk>/note/sent/", reporting.report_sent, name="report_sent"),
]
