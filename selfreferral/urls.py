"""Addresses of the form. One for all its steps, and none says where somebody is."""

from django.urls import path

from selfreferral import outcome_views, views
from selfreferral.wizard import Wizard

urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/start/", views.start, name="ask_start"),
    path("ask/now/", Wizard.as_view(), name="ask_now"),
    path("ask/wait/", views.wait, name="ask_wait"),
    path("ask/sent/", views.sent, name="ask_sent"),
    path("r/<str:token>/", outcome_views.outcome, name="outcome"),
]
