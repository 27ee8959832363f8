"""The addresses of the sign-in, below the door's own prefix and before the room's."""

from django.urls import path

from portal.sign_in import addresses

urlpatterns = [path(one.route, one.view, name=one.name) for one in addresses.of_this_door()]
