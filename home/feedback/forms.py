"""The forms in which people tell something, each declared once. Nothing in them asks who somebody is."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_noop as _

MOST_LETTERS = 2000
TOO_LONG = _("This is too long for one go. Use 2,000 letters or fewer, and send the rest after it.")


class WordsForm(forms.Form):
    """`words` and nothing else. What a browser pasted is never cut without a word: no maxlength."""

    words = forms.CharField(
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"required": _("Write what you want to tell us."), "max_length": TOO_LONG},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs.pop("maxlength", None)


class TellForm(WordsForm):
    about = forms.ChoiceField(
        label=_("What brings you here?"),
        required=False,
        help_text=_("You can leave this out."),
        choices=[
            ("own", _("I have lived with abuse")),
            ("near", _("I care about somebody who has")),
            ("work", _("I work with people who have")),
            ("other", _("Something else")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["about", "words"]


class PageForm(WordsForm):
    useful = forms.ChoiceField(
        label=_("Was this page any use?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no."), "invalid_choice": _("Choose yes or no.")},
    )
    field_order = ["useful", "words"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False


@dataclass(frozen=True)
class Kind:
    """One form: `lead` says what it is for, `audience` whose helpline stands by."""

    slug: str
    name: str  # for the partnership
    heading: str
    lead: str
    label: str
    hint: str
    form: type[WordsForm]
    audience: str = ""


TELL = Kind(
    "tell",
    "Tell us",
    _("Tell us what helped and what did not"),
    _("What was good, what was hard, what should be different? The people who plan the help here read it."),
    _("What do you want to tell us?"),
    _("Please leave out names, numbers and places, yours and other people’s. Up to 2,000 letters."),
    TellForm,
)
YOUNG = Kind(
    "young",
    "Children and young people",
    _("Tell us what you think"),
    _("You know best what it is like. Grown-ups who plan help for families read what you write here."),
    _("What should grown-ups know?"),
    _("You can write as much or as little as you like. Please leave out names."),
    WordsForm,
    audience="young_people_11_17",
)
PAGE = Kind(
    "page",
    "About a page",
    _("Was this page any use?"),
    _("Your answer helps us to mend it."),
    _("What would make it better?"),
    _("You can leave this empty. Please leave out names, numbers and places."),
    PageForm,
)
FORMS = {kind.slug: kind for kind in (TELL, YOUNG, PAGE)}
TAGS = {
    "survivor": "Voice of the survivor",
    "child": "Voice of the child",
    "good": "Went well",
    "wrong": "Went wrong",
    "wish": "A wish",
    "mend": "To mend on the site",
    "danger": "Somebody may be in danger",
}
