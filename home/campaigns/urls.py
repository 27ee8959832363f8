from django.urls import path

from home.campaigns import packs, short_addresses

urlpatterns = [
    path("go/<slug:word>", short_addresses.go, name="go"),
    path("pack/<int:pk>/", packs.pack, name="pack"),
]
