"""The kinds of question there are. Each takes whatever people write and refuses only what it must."""

import copy
import re
import types
import unicodedata
from functools import cache
from string import ascii_letters
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import EMPTY_VALUES, MaxLengthValidator
from django.forms.utils import ErrorDict
from django.utils.functional import Promise, lazy
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

CHOOSE = _("Choose one of the answers.")
TOO_LONG = _("This is too long. Use %(most)s letters or fewer.")
UNSAID = ("unsaid", _("I would rather not say"))
MOST_WORDS = 4000
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Belong to the letter before them: the joiner inside an emoji, and the colours of a skin.
JOINER = "\u200d"
JOINING = JOINER + "".join(map(chr, range(0x1F3FB, 0x1F400)))
# The answers to "Who is this for?" that are about another person than the one who types.
OTHERS = ("someone", "professional")
ONE_LETTER = "one letter"  # a way to make ids, beside those of Django's auto_id
BOX = "\0"  # can stand in no page
EMPTY_MARKUP: dict[tuple, SafeString] = {}  # of every question in each of its wordings, and no more
# Turns the direction of what follows, and could make a number read as another one.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Filled(str):
    """Words of the house with something filled in by name: Filled(_("Up to %(most)s letters."), most="300").

    Letters and records keep them as they are, like the words of every other question. A template calls
    what it can, and so gets them in the language of whoever reads.
    """

    def __new__(cls, text: str, **values: str) -> "Filled":
        whole = super().__new__(cls, text % values)
        whole.text, whole.values = text, values
        return whole

    text: str
    values: dict[str, str]

    def __call__(self) -> str:
        return gettext(self.text) % self.values

    def __mod__(self, values: Any) -> "Filled":
        """Django would fill an error's own numbers in."""
        return self

    def __str__(self) -> "Filled":
        return self

    def __deepcopy__(self, memo: Any) -> "Filled":
        return self


class AtMost(MaxLengthValidator):
    """Counts what people take for one letter: marks above it and the parts of one emoji are not more."""

    MARKS_OF_ONE = 4  # on average; more than that is no writing, and would fill a letter

    def clean(self, text: Any) -> int:
        joined = sum(1 for mark in text if mark in JOINING or unicodedata.category(mark)[0] == "M")
        after_joiner = text.count(JOINER)
        return max(len(text) - joined - after_joiner, -(-len(text) // self.MARKS_OF_ONE))


class Declared(forms.Field):
    """Nothing changes a declared question, so all forms share it: Django would copy each, with all its
    answers, for every page. Only words that name a fact do change (`changing`)."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self


class OneOf(Declared, forms.ChoiceField):
    """One answer out of several."""


class SomeOf(Declared, forms.MultipleChoiceField):
    """Any of several answers."""


class Words(Declared, forms.CharField):
    """Words of any language. Characters that nobody can see or type are taken out, not refused."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # without the length: a browser cuts what is pasted, without a word
        self.max_length = max_length
        self.validators.append(AtMost(max_length))

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or ""))
        return super().to_python(TURNING.sub("", UNSEEN.sub("", text.replace("\r\n", "\n")))) or ""


class Asked(forms.BoundField):
    """A question on a page. Writing the questions is most of a page's cost, and one that is empty looks
    the same for everybody, so that markup is kept. Of what somebody typed, nothing is.
    """

    @property
    def auto_id(self) -> str:
        """Where a form stands alone on its page, one letter: names in ids are a thirtieth of a long page."""
        if self.form.auto_id != ONE_LETTER:
            return super().auto_id
        place = list(self.form.fields).index(self.name)
        return ascii_letters[place % len(ascii_letters)] * (place // len(ascii_letters) + 1)

    def render(self, template_name: Any = None, context: Any = None, renderer: Any = None) -> SafeString:
        empty = self.value() in EMPTY_VALUES
        if self.name in self.form.errors or not (empty or isinstance(self.field, Words)):
            return super().render(template_name, context, renderer)
        field: Any = self.field
        key = (field, empty, self.auto_id, self.html_name, get_language(), *map(str, field.changing))
        if key not in EMPTY_MARKUP:
            EMPTY_MARKUP[key] = super().render() if empty else self.around()
        return EMPTY_MARKUP[key] if empty else mark_safe(EMPTY_MARKUP[key].replace(BOX, self.as_widget(), 1))

    def around(self) -> SafeString:
        """All but the box that somebody typed in."""
        other = copy.copy(self)
        vars(other)["as_widget"] = lambda: BOX
        return super(Asked, other).render()


class Questions(forms.Form):
    """A screen's questions. `answers` are those of the steps before, as plain values."""

    bound_field_class = Asked

    def __init__(self, *args: Any, answers: dict[str, Any] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        kwargs.setdefault("auto_id", "%s")  # the name of a field is its id, too
        super().__init__(*args, **kwargs)
        self.answers = answers or {}
        if self.answers.get("who", {}).get("who") in OTHERS:
            self.fields = dict(self.about_another().base_fields)

    @classmethod
    @cache
    def about_another(cls) -> type["Questions"]:
        """The same questions in the words for somebody who asks about another person."""
        worded: Any = types.new_class(cls.__name__, (cls,))
        worded.base_fields = {name: for_another(copy.copy(field)) for name, field in cls.base_fields.items()}
        return worded

    def without_errors(self) -> None:
        """Shows what was typed as it is, before anybody has pressed Continue over it."""
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}


def explained(field: Any, hint: str, why: str, them: str = "") -> Any:
    """`them` is the question as it is put to somebody who asks about another person."""
    field.hint, field.why, field.them = hint, why, them
    field.help_text = explanation(hint, why)
    said = (field.label, them, *dict(getattr(field, "choices", ())).values())
    field.changing = [one for one in said if isinstance(one, Promise)]
    return field


def _explanation(hint: str, why: str) -> str:
    return _explained(hint, why, get_language())


@cache
def _explained(hint: str, why: str, _language: str) -> str:
    because = gettext("Why we ask: %(why)s") % {"why": gettext(why)} if why else ""
    here = hint() if isinstance(hint, Filled) else gettext(hint) if hint else ""
    return " ".join(filter(None, [here, because]))


explanation = lazy(_explanation, str)  # in the language of whoever reads it


def for_another(field: Any) -> Any:
    field.label = getattr(field, "them", "") or field.label
    return field


def _with_facts(text: str) -> str:
    return import_string(settings.FACTS_IN_WORDS)(gettext(text))


# Words that name a fact, such as {dash_questions}, as it stands when they are shown. Facts are kept upstairs,
# where a lead changes them; settings.FACTS_IN_WORDS leads there.
with_facts = lazy(_with_facts, str)


def one_of(
    label: str, choices: list[tuple[str, str]], *, hint: str = "", why: str = "", them: str = ""
) -> forms.ChoiceField:
    field = OneOf(
        label=label,
        choices=choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    return explained(field, hint, why, them)


def yes_or_no(label: str, *, hint: str = "", why: str = "", them: str = "") -> forms.ChoiceField:
    """Four short answers, which the page sets beside each other."""
    answers = [
        ("yes", _("Yes")),
        ("no", _("No")),
        ("unsure", _("Not sure")),
        (UNSAID[0], _("Rather not say")),
    ]
    field: Any = one_of(label, answers, hint=hint, why=why, them=them)
    field.beside = True
    return field


def some_of(
    label: str, choices: list[tuple[str, str]], *, hint: str = "", why: str = "", them: str = ""
) -> forms.MultipleChoiceField:
    field = SomeOf(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": CHOOSE, "invalid_list": CHOOSE},
    )
    return explained(field, hint, why, them)


def words(
    label: str, *, hint: str = "", why: str = "", most: int = 300, kind: str = "text", them: str = ""
) -> forms.CharField:
    """A line of text, or with `kind="lines"` a box. `most` letters, counted as people count them."""
    attrs = {"autocomplete": "off"} | ({"autocapitalize": "off"} if kind == "email" else {})
    if kind == "lines":
        rows = 8 if most >= MOST_WORDS else 3
        widget: forms.Widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    else:
        # Never type=email or tel: browsers then offer what somebody typed elsewhere.
        widget = forms.TextInput(attrs={**attrs, "inputmode": kind} if kind != "text" else attrs)
    field = Words(
        label=label,
        required=False,
        max_length=most,
        widget=widget,
        error_messages={"max_length": Filled(TOO_LONG, most=f"{most:,}")},
    )
    return explained(field, hint, why, them)
