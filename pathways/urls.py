"""Public addresses for professionals. They are neutral, like every other."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
