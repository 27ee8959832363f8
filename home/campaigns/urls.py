from django.urls import path

import services_directory.keys  # noqa: F401 (<key:pk>)
from home.campaigns import packs, short_addresses

urlpatterns = [
    path("go/<path:word>", short_addresses.go, name="go"),
    path("pack/<key:pk>/", packs.pack, name="pack"),
]
