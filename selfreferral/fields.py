"""The kinds of question there are. Each takes whatever people write and refuses only what it must."""

import re
import unicodedata
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

CHOOSE = "Choose one of the answers."
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Turns the direction of what follows, and could make a number read as another one.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Words(forms.CharField):
    """Words of any language. Characters that nobody can see or type are taken out, not refused."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or ""))
        return super().to_python(TURNING.sub("", UNSEEN.sub("", text.replace("\r\n", "\n")))) or ""


class Questions(forms.Form):
    """A screen's questions. `answers` are those of the steps before, as plain values."""

    def __init__(self, *args: Any, answers: dict[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.answers = answers or {}
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # a browser cuts what is pasted, without a word

    def without_errors(self) -> None:
        """Shows what was typed as it is, before anybody has pressed Continue over it."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}


def explained(field: Any, hint: str, why: str) -> Any:
    field.hint, field.why = hint, why
    field.help_text = " ".join(filter(None, [hint, f"Why we ask: {why}" if why else ""]))
    return field


def one_of(label: str, choices: list[tuple[str, str]], *, hint: str = "", why: str = "") -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    return explained(field, hint, why)


def some_of(
    label: str, choices: list[tuple[str, str]], *, hint: str = "", why: str = ""
) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE, "invalid_list": CHOOSE},
    )
    return explained(field, hint, why)


def words(
    label: str, *, hint: str = "", why: str = "", most: int = 300, kind: str = "text"
) -> forms.CharField:
    """A line of text, or with `kind="lines"` a box. `most` letters, counted as people count them."""
    attrs = {"autocomplete": "off", "autocapitalize": "off" if kind == "email" else "sentences"}
    if kind == "lines":
        widget: forms.Widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
    else:
        # Never type=email or tel: browsers then offer what somebody typed elsewhere.
        widget = forms.TextInput(attrs={**attrs, "inputmode": kind} if kind != "text" else attrs)
    field = Words(
        label=label,
        required=False,
        max_length=most,
        widget=widget,
        error_messages={"max_length": f"This is too long. Use {most} letters or fewer."},
    )
    return explained(field, hint, why)
