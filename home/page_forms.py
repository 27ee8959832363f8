"""The editor's form of a page: nobody overwrites another unasked, and what may not be published is said
beside its field.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Revision

from home import publishing_guard
from services_directory.editing.actions import name_of

OVERTAKEN = gettext_lazy(
    "%(who)s saved this page while you wrote. What you wrote is still here and is not saved. Press again to "
    "put it in the place of theirs; theirs then stays in the history of the page."
)
OVERWRITES = "overwrites"  # static/staff/writing.js adds it when somebody has said yes to that
PUBLISHING = ("action-publish", "action-submit", "action-workflow-action", "action-restart-workflow")


class WordsForm(WagtailAdminPageForm):
    """Refuses to publish or to submit what may not be read; a draft is saved whatever it says.

    It asks before it puts one person's words in place of another's. Wagtail's script asks, too, once it has
    heard of the other's draft; this holds for whoever presses sooner. The answer is the same form with
    what was typed, about the draft that stands now.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if any(name in self.data for name in PUBLISHING):
            data = {name: prepared(value) for name, value in cleaned.items() if name in self.fields}
            for name, words in publishing_guard.problems(data).items():
                self.add_error(name, words)
        if by := self.overtaken_by():
            self.add_error(None, OVERTAKEN % {"who": by})
        return cleaned

    def overtaken_by(self) -> str:
        """Who saved since this form was opened; empty when nobody did, or this person has said yes to it."""
        latest = self.instance.get_latest_revision() if self.instance.pk else None
        if latest is None or OVERWRITES in self.data or self.was_written_on(latest):
            return ""
        return name_of(latest.user) if latest.user else _("Somebody")

    def was_written_on(self, latest: Revision) -> bool:
        """Whether this form was opened on `latest`, or has saved it itself. True when it does not say."""
        if own := self.data.get("overwrite_revision_id"):
            return own == str(latest.pk)
        loaded = self.data.get("loaded_revision_id")
        seen = (loaded, self.data.get("loaded_revision_created_at"))
        return not loaded or seen == (str(latest.pk), latest.created_at.isoformat())


def prepared(value: Any) -> Any:
    """What of a field's value will be kept: a stream as its blocks' own values."""
    return value.get_prep_value() if hasattr(value, "stream_block") else value
