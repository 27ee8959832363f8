"""Two hundred cases in any order, for looking at a full list: `python -m tests.triage.many_cases`.

Prints the reference of the one that must stand first. With `new`: one more case, more urgent than all.
"""

import random
import sys
from datetime import timedelta
from typing import Any

import django


def two_hundred(now: Any) -> str:
    """Of every kind and state, none with a letter that opens."""
    from triage.models import Case

    rows = [case(number, now=now) for number in range(200)]
    waiting = [row for row in rows if row.urgency == "urgent" and row.state == "received"]
    most = min(waiting, key=lambda row: row.due_at)
    random.Random(7).shuffle(rows)
    Case.objects.bulk_create(rows)
    return most.reference


def case(number: int, *, now: Any, **changes: Any) -> Any:
    from triage.models import Case

    opened, urgent = number % 4 != 0, number % 3 == 2
    sent = now - timedelta(minutes=7 * number)
    facts = {
        "reference": f"M{number:03}-XYZ",
        "queue": "provider",
        "urgency": ("routine", "soon", "urgent")[number % 3],
        "age_band": "25-39",
        "sealed": b"x",
        "digest": "x",
        "sent_at": sent,
        "received_at": sent,
        "due_at": sent + timedelta(hours=2 if urgent else 8),
        "state": "opened" if opened else "received",
        "opened_at": now if opened else None,
    }
    return Case(**{**facts, **changes})


def main() -> None:
    django.setup()
    from django.utils import timezone

    now = timezone.now()
    if "new" in sys.argv:
        new = case(200, now=now, due_at=now - timedelta(days=9))
        new.save()
        print(new.reference)
    else:
        print(two_hundred(now))


if __name__ == "__main__":
    main()
