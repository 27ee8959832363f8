"""The edit page of a service and a place, grouped as an editor thinks of them."""

from collections.abc import Iterator
from typing import Any

from django import forms
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
)

from services_directory.editing.forms import LocationForm, ServiceForm

NOTE_NAMES = {
    "location_note": "Place",
    "confidence": "How sure",
    "contact_confidence": "How sure of the contact details",
}
CONFIDENTIAL_HELP = (
    "<p><strong>Confidential or unknown:</strong> no address is kept for this service anywhere. When you "
    "publish “Yes” or “Unknown”, its public places are taken off, a place that nobody else uses "
    "loses its address, and older versions and the log forget it. This cannot be undone.</p>"
)


class NotesPanel(Panel):
    """What must be confirmed, and where each fact came from. For editors; never public."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "services_directory/editing/notes_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            record = self.instance.source_record or {}
            context["to_confirm"] = self.instance.check_before_launch
            context["notes"] = list(notes(record))
            context["sources"] = record.get("sources") or []
            return context


def notes(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(what, words) for each note in an imported record that an editor should know."""
    hours = record.get("opening_hours")
    if isinstance(hours, dict) and hours.get("note"):
        yield "Hours", hours["note"]
    for name, label in (("languages", "Languages"), ("interpreting", "Interpreting")):
        if record.get(name):
            yield label, str(record[name])
    for name, label in NOTE_NAMES.items():
        if record.get(name):
            yield label, in_words(record[name])
    for name, value in (record.get("field_confidence") or {}).items():
        yield f"How sure: {in_words(name).lower()}", in_words(value)


def in_words(code: object) -> str:
    """two_sources: Two sources"""
    text = str(code).replace("_", " ")
    return text[:1].upper() + text[1:]


def ticks(name: str) -> FieldPanel:
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple)


PHONE_PANELS = [
    FieldRowPanel([FieldPanel("number"), FieldPanel("kind"), FieldPanel("label")]),
    FieldRowPanel([FieldPanel("free"), FieldPanel("shows_on_bill"), FieldPanel("e164")]),
    FieldPanel("note"),
]
SCHEDULE_PANELS = [
    FieldRowPanel([FieldPanel("byday"), FieldPanel("opens_at"), FieldPanel("closes_at")]),
]
CONTACT_PANELS = [
    FieldRowPanel([FieldPanel("title"), FieldPanel("department")]),
    FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
    FieldPanel("for_professionals"),
]

SERVICE_PANELS = [
    NotesPanel(heading="For editors: confirm before publishing"),
    MultiFieldPanel(
        [
            FieldPanel("name"),
            FieldPanel("alternate_name"),
            FieldPanel("organization", heading="Organisation"),
            FieldPanel("scope"),
            FieldPanel("description"),
            FieldPanel("what_happens"),
        ],
        "What it is",
    ),
    MultiFieldPanel(
        [
            ticks("audiences"),
            FieldRowPanel([FieldPanel("minimum_age"), FieldPanel("maximum_age"), FieldPanel("men")]),
            FieldPanel("by_and_for"),
            ticks("help_types"),
            ticks("referrers"),
        ],
        "Who it is for, and what help it gives",
    ),
    InlinePanel("phones", PHONE_PANELS, heading="Numbers to ring or text", label="number"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("email"), FieldPanel("website")]),
            FieldRowPanel([FieldPanel("webchat_url"), FieldPanel("webchat_hours")]),
            FieldPanel("bsl"),
            FieldPanel("interpretation_services"),
        ],
        "Other ways to get in touch",
    ),
    InlinePanel("languages", [FieldPanel("name")], heading="Languages that workers speak", label="language"),
    MultiFieldPanel(
        [
            HelpPanel(
                "<p>A day with no row is “not known”. A row without times is “closed”. Add two rows for a "
                "day with a break.</p>"
            ),
            InlinePanel("schedules", SCHEDULE_PANELS, label="day"),
            FieldPanel("bank_holidays"),
        ],
        "Opening hours",
    ),
    MultiFieldPanel(
        [
            InlinePanel("service_areas", [FieldPanel("name")], heading="Areas", label="area"),
            HelpPanel(CONFIDENTIAL_HELP),
            FieldPanel("location_confidential"),
            InlinePanel("service_at_locations", [FieldPanel("location")], heading="Places", label="place"),
        ],
        "Where",
    ),
    InlinePanel(
        "contacts", CONTACT_PANELS, heading="Contacts for editors and professionals", label="contact"
    ),
    MultiFieldPanel([FieldPanel("check_before_launch")], "Notes for editors", classname="collapsed"),
]
LOCATION_PANELS = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("location_type"), FieldPanel("disclosure")]),
    MultiFieldPanel(
        [
            HelpPanel("<p>Only for a public place. The database refuses an address for any other.</p>"),
            FieldPanel("address_1"),
            FieldPanel("address_2"),
            FieldRowPanel([FieldPanel("city"), FieldPanel("postal_code")]),
            FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            FieldPanel("map_url"),
        ],
        "Address",
    ),
]


SERVICE_EDIT = ObjectList(SERVICE_PANELS, base_form_class=ServiceForm)
LOCATION_EDIT = ObjectList(LOCATION_PANELS, base_form_class=LocationForm)
