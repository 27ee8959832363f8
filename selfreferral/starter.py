"""The starter's queues, one for every queue that the routing rules name, without keys."""

from selfreferral import clocks, routing
from selfreferral.models import Queue

DAYTIME = {day: ["09:00", "21:00"] for day in (*clocks.DAYS, clocks.HOLIDAY)}
OFFICE = {day: ["09:00", "17:00"] for day in clocks.DAYS[:5]}  # closed on bank holidays
OPEN = {"Every day, 9am to 9pm": DAYTIME, "Monday to Friday, 9am to 5pm": OFFICE}
NEXT_DAY = "by the end of the next working day"  # which is what ANSWER_WITHIN counts for it
# Every hour and promise here is the local lead's to confirm.
QUEUES = {
    "provider": ("{area} provider", "Every day, 9am to 9pm", "within 24 hours"),
    "high-risk": ("High-risk team", "Every day, 9am to 9pm", "within 24 hours, and sooner if we can"),
    "young-people": ("Young people’s advocate", "Monday to Friday, 9am to 5pm", NEXT_DAY),
    "own-behaviour": ("Own behaviour programme", "Monday to Friday, 9am to 5pm", "within 3 working days"),
    "children": ("Children’s advice", "Monday to Friday, 9am to 5pm", NEXT_DAY),
    "independent": ("Independent team (outside {area})", "Monday to Friday, 9am to 5pm", NEXT_DAY),
}
# Their spare key lies outside the council, and never opens anybody else's letters.
OUTSIDE = frozenset({"independent"})


def load(*, area: str, suffix: str = "") -> int:
    """Add the queues that are missing; how many were added. What was changed since is left alone."""
    added = 0
    for slug in routing.QUEUES:
        name, hours, reply_words = QUEUES[slug]
        defaults = {
            "name": name.format(area=area) + suffix,
            "hours": hours,
            "open_hours": OPEN[hours],
            "reply_words": reply_words,
            "area": area,
            "own_escrow": slug in OUTSIDE,
        }
        added += Queue.objects.get_or_create(slug=slug, defaults=defaults)[1]
    return added
