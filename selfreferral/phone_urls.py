"""Addresses of calls that are written down, mounted below the desk's own."""

from django.urls import path, re_path

from selfreferral import phone_views

urlpatterns = [
    path("", phone_views.by_phone, name="by_phone"),
    re_path(r"^(?P<reference>[A-Z0-9-]{7,8})/$", phone_views.sent, name="by_phone_sent"),
]
