"""Addresses of the form. One for all its steps, and none says where somebody is."""

from django.urls import path

from selfreferral import outcome_views, views
from selfreferral.wizard import Wizard

form = Wizard.as_view()
form.takes_once = (
    True  # a letter goes by its journey, so a second press is the same one (portal/error_pages.py)
)

urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/start/", views.start, name="ask_start"),
    path("ask/now/", form, name="ask_now"),
    path("ask/wait/", views.wait, name="ask_wait"),
    path("ask/sent/", views.sent, name="ask_sent"),
    path("r/<str:token>/", outcome_views.outcome, name="outcome"),
]
