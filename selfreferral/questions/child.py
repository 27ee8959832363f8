"""What a child writes, where the operator lets children ask, beside a name and a safe way to reach them."""

from django.utils.translation import gettext_noop as _

from selfreferral.fields import MOST_WORDS, Questions, words


class ChildHappeningForm(Questions):
    words = words(
        _("What is happening?"),
        hint=_("Write what you like, in your own words. You can leave it empty."),
        why=_("So that the person who helps you knows what to ask."),
        kind="lines",
        most=MOST_WORDS,
    )
