"""A team's week as somebody types it, and its promise. What is refused here is what clocks.py refuses."""

import hashlib
import json
import re
from typing import Any

from django import forms

from selfreferral import clocks
from selfreferral.models import Queue
from services_directory import public_words

DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
    clocks.HOLIDAY: "Bank holidays",
}
TYPED = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
BOTH = "Write both times, or neither on a day when it is closed."
ORDER = "It closes before it opens. After midnight the next day begins; write 24:00 for the end of a day."
EITHER = "You ticked “Always open” and wrote times. Take the tick away, or the times."
NOTHING = "Write times for at least one day of the week, or tick “Always open”."
CHANGED_MEANWHILE = (
    "Somebody else changed this team while you had it open. What you wrote stands below and is not saved. "
    "Look at theirs in a new window. If you save again, yours takes its place."
)


def as_time(typed: str) -> str | None:
    """HH:MM out of 9, 9.30, 09:00, 5pm or 24:00; None when it is no time of day."""
    match = TYPED.fullmatch(typed.strip())
    if match is None:
        return None
    hour, minute, half = int(match[1]), match[2] or "00", (match[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    words = f"{hour:02}:{minute}"
    return words if clocks.is_time(words) else None


class HoursForm(forms.Form):
    """`seen` is what stood there when the page was opened. `cleaned_data["open_hours"]` has the shape of
    Queue.open_hours; {} is always open.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    always = forms.BooleanField(label="Always open, day and night", required=False)
    hours = forms.CharField(
        label="When it is answered, as people read it",
        max_length=200,
        help_text="For example: Every day, 9am to 9pm. Say the same as the times above.",
    )
    reply_words = forms.CharField(
        label="When people can expect an answer, as they read it",
        max_length=120,
        help_text="It ends the sentence “The team gets in touch …”. For example: within 24 hours",
    )

    def __init__(self, posted: Any, *, queue: Queue) -> None:
        kept = queue.open_hours if clocks.usable(queue.open_hours) else {}
        initial: dict[str, Any] = {"hours": queue.hours, "reply_words": queue.reply_words, "always": not kept}
        initial["seen"] = self.now = fingerprint(queue)
        for day, span in kept.items():
            initial[f"{day}_from"], initial[f"{day}_to"] = span
        super().__init__(posted, initial=initial)
        for day, name in DAYS.items():
            for end, words in (("from", "opens"), ("to", "closes")):
                label = f"{name}, {words} at"
                wide = forms.TextInput(attrs={"aria-label": label, "autocomplete": "off"})
                self.fields[f"{day}_{end}"] = forms.CharField(
                    label=label, required=False, max_length=10, widget=wide
                )

    def week(self) -> list[tuple[str, Any, Any]]:
        return [(name, self[f"{day}_from"], self[f"{day}_to"]) for day, name in DAYS.items()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        hours = {day: span for day in DAYS if (span := self.span(day)) is not None}
        if given.get("always"):
            if hours:
                self.add_error("always", EITHER)
        elif not self.wrong_days() and (not hours or clocks.problem(hours)):
            self.add_error("always", NOTHING)
        if given.get("seen", "") != self.now:
            self.add_error(None, CHANGED_MEANWHILE)
        given["open_hours"] = hours
        public_words.say_beside_fields(self, passed_over=("seen",))
        return given

    def wrong_days(self) -> bool:
        return any(self.has_error(f"{day}_{end}") for day in DAYS for end in ("from", "to"))

    def span(self, day: str) -> list[str] | None:
        """The day's two times; None when it is closed, or when an error now stands beside it."""
        typed = [self.cleaned_data.get(f"{day}_{end}", "") for end in ("from", "to")]
        if not any(typed):
            return None
        times = [as_time(one) for one in typed]
        for end, one, found in zip(("from", "to"), typed, times, strict=True):
            if one and found is None:
                self.add_error(f"{day}_{end}", f"“{one}” is no time. Write it like 09:00, 5pm or 24:00.")
        if not all(typed):
            self.add_error(f"{day}_from", BOTH)
        span = [found for found in times if found]
        if len(span) == 2 and clocks.problem({"mon": ["00:00", "24:00"], day: span}):
            self.add_error(f"{day}_from", ORDER)
        return span


def fingerprint(queue: Queue) -> str:
    kept = [queue.open_hours, queue.hours, queue.reply_words]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
