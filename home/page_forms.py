"""The editor's form of a page: what may not be published is said beside its field."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm

from home import publishing_guard

PUBLISHING = ("action-publish", "action-submit", "action-workflow-action", "action-restart-workflow")


class WordsForm(WagtailAdminPageForm):
    """Refuses to publish or to submit; a draft is saved whatever it says."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if any(name in self.data for name in PUBLISHING):
            data = {name: prepared(value) for name, value in cleaned.items() if name in self.fields}
            for name, words in publishing_guard.problems(data).items():
                self.add_error(name, words)
        return cleaned


def prepared(value: Any) -> Any:
    """What of a field's value will be kept: a stream as its blocks' own values."""
    return value.get_prep_value() if hasattr(value, "stream_block") else value
