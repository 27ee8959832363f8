"""The rules that send a referral to its queue, as a manager has set them."""

from django.db import models


class Routing(models.Model):
    """One row: the ordered rules and what makes a referral urgent. Without it those in
    selfreferral/routing.py hold. `rules` and `urgent` have the shapes that are declared there.
    """

    rules = models.JSONField(default=list)
    urgent = models.JSONField(default=list)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "routing"
