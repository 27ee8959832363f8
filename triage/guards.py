"""What the database itself refuses: a change to the desk's record, by whatever way it comes."""

from typing import Any

from selfreferral.guards import add_only

TABLE, TRIGGER = "triage_caseevent", "guard_record"


def install(using: str = "default", **_signal: Any) -> None:
    """Put the guard in place, replacing what stands there."""
    add_only(TABLE, trigger=TRIGGER, using=using)
