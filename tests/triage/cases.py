"""Sends invented requests the way the form does, and delivers them: `python -m tests.triage.cases`.

Prints the references as JSON, by name.
"""

import json
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import django

Answers = dict[str, dict[str, Any]]


def adult(**about: str) -> Answers:
    return {
        "who": {"who": "me"},
        "safe": {"now": "yes"},
        "where": {"postcode": "S60 1AE", "area": "in"},
        "about": {"name": "Marigold", "age": "25-39", **about},
        "contact": {
            "ways": ["phone"],
            "phone_number": "07700 900461",
            "phone_safe": "some",
            "phone_when": "Weekdays, 10am to 2pm, while he is at work",
            "phone_never": "Evenings and weekends",
            "phone_voicemail": "no",
            "phone_say_who": "no",
            "phone_cover": "Say you are the dentist, about an appointment. If he asks more, hang up.",
            "phone_withhold": "yes",
            "code_word": "Bluebell",
            "safe_people": "My sister Rose, on the same number",
            "not_know": "My husband and his mother",
            "no_answer": "wait",
        },
        "agree": {"share": ["services"]},
    }


def in_danger() -> Answers:
    return {**adult(name="Sam", pronouns="he"), "safe": {"now": "no"}}


def sixteen() -> Answers:
    return {
        **adult(name="Robin", age=""),
        "who": {"who": "under_18"},
        "young": {"age": "16-17"},
        "safe": {"now": "not-sure"},
        "contact": {"ways": ["ring_us"]},
    }


def honour() -> Answers:
    """For leads only, with several notes and an interpreter."""
    return {
        **adult(name="Amber"),
        "happening": {"kinds": ["controlling", "honour"]},
        "access": {"interpreter": "yes", "language": "Urdu"},
    }


def professional() -> Answers:
    return {
        "who": {"who": "professional"},
        "them": {"name": "Hazel", "age": "40-59"},
        "prof": {"name": "Fern", "agency": "Elm Surgery", "email": "fern@example.org"},
        "contact_them": {"ways": ["me"], "no_answer": "wait"},
        "prof_consent": {"consent": "yes", "told": "yes"},
        "prof_outcome": {"outcome": "yes", "own_reference": "ELM-12"},
    }


CASES = {
    "plain": (adult, 30),
    "week": (adult, 8 * 24),
    "danger": (in_danger, 0),
    "sixteen": (sixteen, 1),
    "other": (adult, 2),
    "honour": (honour, 1),
    "professional": (professional, 1),
}


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from selfreferral import flow, outbox

    references = {}
    for name, (answers, hours_ago) in CASES.items():
        given = answers()
        with transaction.atomic():
            sent = timezone.now() - timedelta(hours=hours_ago)
            references[name] = outbox.post(
                uuid.uuid4(), given, flow.visible(given), now=sent, mark=""
            ).reference
    call_command("deliver_referrals", "--once", stdout=StringIO())
    print(json.dumps(references))


if __name__ == "__main__":
    main()
