"""What a pathway is made of: steps of its own, and steps that stand on another page.

Every text may hold facts by their keys in braces; a key that nobody declared is refused
beside its field. A contact is a service of the directory by its code: its number is looked
up when the page is shown, and is never written here.
"""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from pathways.words import unknown_key_words
from services_directory.editing.typed_numbers import without_number
from services_directory.models import Service

SHORT, LONG = 90, 400


class WordsBlock(blocks.TextBlock):
    """Plain words, with facts by key."""

    def __init__(self, *, required: bool = False, max_length: int = LONG, **kwargs: Any) -> None:
        super().__init__(required=required, max_length=max_length, rows=2, **kwargs)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if problem := unknown_key_words(cleaned or ""):
            raise ValidationError(problem)
        return without_number(cleaned or "", "Pick the service under “Whom to ring”.")


def services_by_code() -> list[tuple[str, str]]:
    return list(Service.objects.filter(live=True).order_by("name").values_list("code", "name"))


def steps_to_share() -> list[tuple[str, str]]:
    """Every step that stands on a page of its own, by the key of its block."""
    from pathways.steps import published

    return [
        (step.key, f"{flow.title}: {step.words['title']}")
        for flow in published().flows
        for step in flow.own_steps
    ]


class KeptChoiceBlock(blocks.ChoiceBlock):
    """A choice that was checked when it was saved: reading it asks the database for nothing."""

    def to_python(self, value: Any) -> Any:
        return value


# What a step says, in the order in which it is read: (name, label, help for editors).
ROWS = [
    ("threshold", "When", "The threshold: when this step is right. Facts by key: {dash_visible_high_risk}."),
    ("clock", "By when", "How soon. Facts by key."),
    ("who", "Who does it", "The role, not a person’s name."),
    ("purpose", "Why", "What this step is for."),
    ("consent", "Consent", "Whether consent is needed, and what if there is none."),
    ("record", "Write down", "What goes on record."),
    ("next", "What happens next", "What the other side does with it."),
    ("feedback", "What you hear back", "Empty: what the page promises for every step."),
    ("escalation", "If you disagree", "Empty: what the page says for every step."),
]


class StepBlock(blocks.StructBlock):
    """One step. `title` says what to do."""

    title = WordsBlock(required=True, max_length=SHORT, help_text="What to do, in a few words: Ring …")
    threshold, clock, who, purpose, consent, record, next, feedback, escalation = (
        WordsBlock(label=label, help_text=help_text) for _name, label, help_text in ROWS
    )
    contact = KeptChoiceBlock(
        choices=services_by_code,
        required=False,
        label="Whom to ring",
        help_text="From the directory. Its number shows as it is there, and never has to be changed here.",
    )

    class Meta:
        icon = "list-ol"
        label = "Step"


class SharedStepBlock(blocks.StructBlock):
    """A step that stands on another page. Changed there, it is changed here."""

    step = KeptChoiceBlock(choices=steps_to_share, help_text="Change its words on its own page.")
    when = WordsBlock(label="Only when", max_length=SHORT, help_text="Such as: If there are children.")

    class Meta:
        icon = "link"
        label = "Step from another page"


STEP_BLOCKS = [("step", StepBlock()), ("shared", SharedStepBlock())]
