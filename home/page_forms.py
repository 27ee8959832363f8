"""The editor's form of a page: nobody overwrites another unasked, and what may not be published is said
beside its field.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm as WagtailsCopyForm

from home.neutral import free_number
from services_directory import public_words
from services_directory.editing.actions import name_of

OVERTAKEN = gettext_lazy(
    "%(who)s saved this page while you wrote. What you wrote is still here and is not saved. Press again to "
    "put it in the place of theirs; theirs then stays in the history of the page."
)
OVERWRITES = "overwrites"  # static/staff/writing.js adds it when somebody has said yes to that


class WordsForm(WagtailAdminPageForm):
    """Refuses to publish or to submit what may not be read; a draft is saved whatever it says.

    It asks before it puts one person's words in place of another's. Wagtail's script asks, too, once it has
    heard of the other's draft; this holds for whoever presses sooner. The answer is the same form with
    what was typed, about the draft that stands now.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if public_words.is_publishing(self):
            public_words.say_beside_fields(self)
        if by := self.overtaken_by():
            self.add_error(None, OVERTAKEN % {"who": by})
        return cleaned

    def overtaken_by(self) -> str:
        """Who else saved since this form was opened; empty when nobody did, or this person has said yes.

        A draft of one's own asks nothing: it may be the one that was saving itself during the press.
        Neither does a form that says what stands there, as an approval does.
        """
        known = self.data.get("overwrite_revision_id") or self.data.get("loaded_revision_id") or ""
        if OVERWRITES in self.data or not self.instance.pk or not known.isdecimal() or not self.has_changed():
            return ""
        others = self.instance.revisions.exclude(user=self.for_user)
        latest = others.filter(pk__gte=int(known)).order_by("pk").last()
        seen = (known, self.data.get("loaded_revision_created_at"))
        if latest is None or seen == (str(latest.pk), latest.created_at.isoformat()):
            return ""
        return name_of(latest.user) if latest.user else _("Somebody")


class CopyForm(WagtailsCopyForm):
    """A copy gets an address of its own, which nobody types: a number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_slug"] = forms.CharField(
            initial=free_number(None),
            disabled=True,
            widget=forms.HiddenInput,
            label=_("Address"),
            help_text=_("A number, which the site chooses when you press."),
        )
