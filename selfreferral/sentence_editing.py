"""Where a safeguarding lead reads, changes and confirms the sentences, in the Wagtail admin."""

import re
from typing import Any

from django import forms

from selfreferral.models import Sentence
from selfreferral.sentences import SENTENCES
from services_directory.editing.confirming import ConfirmingForm, Screens, Standing, plain
from services_directory.editing.typed_numbers import without_number

# The numbers that may stand in words; a sentence that came with one keeps it.
NATIONAL = re.compile(r"(?<!\d)(?:999|55|18000|116 123|111)(?!\d)")


class SentenceForm(ConfirmingForm):
    own = "words"
    words = forms.CharField(
        label="The words",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One paragraph, in plain English. Empty: the words that came with the site.",
    )

    def clean_words(self) -> str:
        words = plain(self.cleaned_data["words"])
        missing = set(NATIONAL.findall(self.now.came)) - set(NATIONAL.findall(words)) if words else set()
        if missing:
            raise forms.ValidationError(f"Please keep {' and '.join(sorted(missing))} in the words.")
        return without_number(words)


class SentenceScreens(Screens):
    def standing(self, key: str, row: Any) -> Standing:
        came, where = SENTENCES[key]
        row = row or Sentence(slug=key)
        return Standing(key, where, came, row.words or came, row.confirmed_by, row.confirmed_on)


SCREENS = SentenceScreens(
    model=Sentence,
    key="slug",
    declared=SENTENCES,
    form=SentenceForm,
    title="Safeguarding sentences",
    said="the words",
    names=("sentences", "sentence_edit"),
    address="sentences",
    template="selfreferral/editing/sentences.html",
    menu=("Sentences", "openquote", 350),
)
