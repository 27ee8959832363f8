"""A desk without a usable key says so at the start; other doors need none."""

from pathlib import Path

import pytest

from triage import checks


@pytest.mark.parametrize("fault", ["none", "empty", "others may read it"])
def test_a_desk_that_could_open_nothing_does_not_start(settings, desk_key, fault: str) -> None:
    settings.PORTAL_DOORS = ["triage"]
    assert checks.desk_key(None) == []
    file = Path(settings.TRIAGE_KEY_FILE)
    if fault == "none":
        settings.TRIAGE_KEY_FILE = "none"
    elif fault == "empty":
        file.write_text("")
    else:
        file.chmod(0o644)
    [problem] = checks.desk_key(None)
    assert problem.id == "triage.E001" and "TRIAGE_KEY_FILE" in problem.msg


def test_other_doors_need_no_key(settings) -> None:
    settings.PORTAL_DOORS, settings.TRIAGE_KEY_FILE = ["public", "cms"], "none"
    assert checks.desk_key(None) == []
