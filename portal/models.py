"""Staff accounts. Visitors have none."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in: an editor here, a triage worker behind another door."""
