"""Requests that came by phone: who may write one down, and on whose record it stands."""

# The form stands below the desk's floor, so it is told by name.
PHONE_DESK = "triage.phone.Desk"
