"""The starter's queues: one for every queue that the routing rules name, without keys."""

from selfreferral import routing
from selfreferral.models import Queue

# Every hour and promise here is the local lead's to confirm.
QUEUES = {
    "provider": ("{area} provider", "Every day, 9am to 9pm", "within 24 hours"),
    "high-risk": ("High-risk team", "Every day, 9am to 9pm", "within 24 hours, and sooner if we can"),
    "young-people": ("Young people’s advocate", "Monday to Friday, 9am to 5pm", "within 24 hours"),
    "own-behaviour": ("Own behaviour programme", "Monday to Friday, 9am to 5pm", "within 3 working days"),
    "children": ("Children’s advice", "Monday to Friday, 9am to 5pm", "within 24 hours"),
}


def load(*, area: str, suffix: str = "") -> int:
    """Add the queues that are missing; how many were added. What was changed since is left alone."""
    added = 0
    for slug in routing.QUEUES:
        name, hours, reply_words = QUEUES[slug]
        defaults = {
            "name": name.format(area=area) + suffix,
            "hours": hours,
            "reply_words": reply_words,
            "area": area,
        }
        added += Queue.objects.get_or_create(slug=slug, defaults=defaults)[1]
    return added
