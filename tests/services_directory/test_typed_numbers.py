"""A number that was typed is found whatever stands between its digits; dates and short numbers pass."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from home.alert_editing import AlertForm
from pathways.blocks import WordsBlock
from services_directory.editing.typed_numbers import typed_number, without_number

NUMBERS = [
    "(01709) 382121", "0808.2000.247", "0808–2000–247", "01709/382121", "Ring 01709 382121", "0800 1111",
    "+44 1709 382121", "+44 (0)1709 382121", "0044 1709 382121", "441709382121", "01709, 382121",
    "08 08 20 00 24 7", "08.08.2000.247", "01709_382_121", "01709\u200b382121", "０１７０９ ３８２１２１",
]  # fmt: skip
OTHERS = [
    "999, 101, 111, 18000 and 116 123", "14:30 on 23 November 2026", "01/02/2026", "05 06 2026", "05/06/26",
    "01.02.2026–03.04.2026", "2026-02-01 08:00", "09:00–17:00", "09.00-17.00, 10.00-16.00", "1 of 2,500,000",
    "24 hours a day, 365 days a year", "16 to 17", "0.5 to 10", "",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_typed_number_is_found_and_refused_with_the_mend(text: str) -> None:
    assert typed_number(text)
    with pytest.raises(ValidationError, match="Numbers come from the directory.*Choose it below"):
        without_number(text, "Choose it below.")
    with pytest.raises(ValidationError, match="Pick the service"):
        WordsBlock().clean(text)
    form = SimpleNamespace(cleaned_data={"words": text})
    with pytest.raises(ValidationError, match="Choose it below"):
        AlertForm.clean_words(form)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", OTHERS)
def test_dates_hours_and_short_numbers_pass(text: str) -> None:
    assert without_number(text) == text
