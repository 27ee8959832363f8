"""What people answer on the ways through the form, by step. Without Django: bench/asking.py walks them."""

from typing import Any

# One whole way through the form, as posted.
WAY: dict[str, dict[str, Any]] = {
    "before": {},
    "who": {"who": "me"},
    "safe": {"now": "yes"},
    "where": {"postcode": "S60 1AE"},
    "about": {"name": "Sam", "age": "25-39"},
    "contact": {"ways": ["phone"], "phone_number": "07700 900123", "phone_voicemail": "no"},
    "agree": {"share": ["health"]},
    "check": {},
}
REACHED = {"ways": ["phone"], "phone_number": "07700 900123"}
SAFE_TO_ASK = {"knows": "yes", "safe": "yes"}
# Answers by step; a step that is not named is left as in WAY, or empty.
WAYS: dict[str, dict[str, dict[str, Any]]] = {
    "me": {},
    "not safe, elsewhere": {"safe": {"now": "no"}, "where": {"area": "out", "postcode": ""}},
    "under 18": {"who": {"who": "under_18"}, "young": {"age": "16-17"}},
    "17, said later": {"about": {"name": "Sam", "age": "16-17"}},
    "child": {"who": {"who": "under_18"}, "young": {"age": "under-16"}},
    "child, said later": {"about": {"age": "under-16"}},
    "somebody": {"who": {"who": "someone"}, "knows": SAFE_TO_ASK, "contact_them": REACHED},
    "somebody's child": {"who": {"who": "someone"}, "them": {"age": "under-16"}},
    "professional's child": {"who": {"who": "professional"}, "them": {"age": "under-16"}},
    "professional": {"who": {"who": "professional"}, "contact_them": REACHED},
    "own behaviour": {"who": {"who": "own-behaviour"}},
}


def told(way: str, step: str) -> dict[str, Any]:
    return {**WAY.get(step, {}), **WAYS[way].get(step, {})}
