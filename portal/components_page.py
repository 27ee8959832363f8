"""Every component in every state, on one page, from invented data. No database.

Mounted only where PORTAL_COMPONENTS_PAGE is set. The browser tests walk it.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from services_directory.selection import Control

CHOICES = [
    ("a", "Yes, that is fine"),
    ("b", "No, never"),
    ("c", "I am not sure, and this answer is a long one"),
]


class EveryField(forms.Form):
    """One field of each kind that the site uses."""

    name = forms.CharField(label="A name to use", help_text="It need not be your own.")
    words = forms.CharField(label="What is wrong?", widget=forms.Textarea(attrs={"rows": 4}))
    place = forms.ChoiceField(label="Which part?", choices=CHOICES)
    voicemail = forms.ChoiceField(
        label="May we leave a message?",
        choices=CHOICES,
        widget=forms.RadioSelect,
        help_text="We ask so that nobody else hears a message meant for you.",
    )
    kinds = forms.MultipleChoiceField(
        label="What would help?", choices=CHOICES, widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="I have read this")


def components(request: HttpRequest) -> HttpResponse:
    """The component page."""
    return render(request, "portal/components.html", _context())


def _context() -> dict[str, Any]:
    return {
        "title": "Components",
        "description": "Every part of this site in every state.",
        "crumbs": [("Home", "/"), ("Find a service", "/find/")],
        "groups": [(f"Invented group {n}", "/") for n in ("one", "two", "three", "four")],
        "filters": _filters(),
        "chosen_words": "Group one, Group two",
        "clear_url": "/find/",
        "chips": [("Group one", "/find/"), ("Group two", "/find/")],
        "cards": _cards(),
        "rows": [("Area", "Inventedshire"), ("Age", "Ages 11 to 17"), ("Left out", "")],
        "line": _line("Invented helpline", "0000 000 0000", note="Every day, invented hours"),
        "middle_page": _pages(number=2, count=3),
        "last_page": _pages(number=3, count=3),
        "blank_form": EveryField(auto_id="blank_%s", prefix="blank"),
        "form": EveryField({"name": "", "place": "z"}, auto_id="wrong_%s", prefix="wrong"),
    }


def _line(label: str, display: str, note: str = "", cost: str = "", bill: str = "") -> dict[str, str]:
    return {"label": label, "display": display, "href": "tel:0000", "note": note, "cost": cost, "bill": bill}


def _filters() -> list[Control]:
    groups = (("1", "Group one", True, "w1"), ("2", "Group two", True, "w2"), ("3", "Other", False, "w3"))
    ways = (("1", "Phone", False, "t1"), ("2", "Chat or text", False, "t2"))
    return [
        Control("Who it is for", "w", "checkbox", groups, ""),
        Control("How to get in touch", "t", "checkbox", ways, ""),
    ]


def _cards() -> list[dict[str, Any]]:
    """Open, closed and unknown; with a number, by text only, and with no contact at all."""
    free = _line("Helpline", "0000 111 2222", cost="Free to call", bill="Does not show on the phone bill")
    common = {"url": "/", "lead": "An invented service that listens. It does not exist.", "has_contact": True}
    return [
        common
        | {
            "name": "Invented listening line",
            "opening": {"state": "open", "words": "Open now"},
            "phones": [free],
            "scope": "national",
            "area": "All of the UK",
            "checked_words": "Details checked on 3 October 2026",
        },
        common
        | {
            "name": "Invented text line with a very long name, as some services have, to see how it wraps",
            "opening": {"state": "closed", "words": "Opens Monday at 10am"},
            "texts": [_line("Text", "00000")],
            "webchat": {"url": "/", "hours": ""},
            "scope": "national",
            "area": "England",
            "checked_words": "Details not checked yet",
        },
        common
        | {
            "name": "Invented drop-in",
            "opening": {"state": "unknown", "words": "Opening hours not known"},
            "scope": "local",
            "area": "Inventedshire",
            "has_contact": False,
            "checked_words": "Details not checked yet",
        },
    ]


def _pages(number: int, count: int) -> dict[str, Any]:
    return {
        "number": number,
        "count": count,
        "previous_url": "/find/" if number > 1 else "",
        "next_url": "/find/" if number < count else "",
        "pages": [(n, "/find/", n == number) for n in range(1, count + 1)],
    }
