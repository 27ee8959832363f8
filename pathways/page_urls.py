"""Addresses around the pathways' pages. They are neutral, and hold numbers in place of names."""

from django.urls import path

import services_directory.keys  # noqa: F401 (<key:pk>)
from pathways import feeds, page_views

urlpatterns = [
    path("professionals/find/", page_views.look, name="pathway_find"),
    path("professionals/training/", page_views.training, name="pathway_training"),
    path("professionals/changes/", page_views.changes, name="pathway_changes"),
    path("professionals/changes/feed/", feeds.all_changes, name="pathway_feed"),
    path("professionals/changes/<key:page_pk>/", page_views.page_changes, name="pathway_page_changes"),
    path("professionals/changes/<key:page_pk>/feed/", feeds.page_changes, name="pathway_page_feed"),
    path("professionals/changes/<key:page_pk>/<key:number>/", page_views.compare, name="pathway_compare"),
    path("professionals/<path:path>", page_views.page_or_list, name="pathway_page"),  # last: all the others
]
