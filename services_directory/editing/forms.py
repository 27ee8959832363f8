"""The editors' forms: what the database would refuse is said beside the field first."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm

from services_directory import disclosure, public_words
from services_directory.editing import rules
from services_directory.editing.actions import ASSURED
from services_directory.models import Location, Service
from services_directory.place_readings import holds_postcode

# Words that only editors read may hold a postcode no more than public ones: drafts, logs and
# backups hold them, too.
PRIVATE_WORDS = ("assured_source", "check_before_launch")


class ServiceForm(WagtailAdminModelForm):
    """A service with its numbers, hours and places."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self._clean_phones()
        self._clean_schedules()
        if cleaned.get("location_confidential") is not False:
            self._clean_confidential()
        if public_words.is_publishing(self):
            public_words.say_beside_fields(self, passed_over=PRIVATE_WORDS)
        return cleaned

    def save(self, commit: bool = True) -> Service:
        service = self.instance
        if not service.code:
            service.code = free_code(service.name)
        if service.pk:
            # An old version or a page left open must not take back a check made since.
            held = Service.objects.filter(pk=service.pk).values(*ASSURED).first() or {}
            for name, value in held.items():
                setattr(service, name, value)
        return super().save(commit=commit)

    def _clean_phones(self) -> None:
        for row in self._rows("phones"):
            number, e164 = row.cleaned_data.get("number") or "", row.cleaned_data.get("e164") or ""
            problems = rules.phone_problems(number, e164) if number else {}
            for field, problem in problems.items():
                row.add_error(field, problem)
            if not problems and not e164:
                row.instance.e164 = row.cleaned_data["e164"] = rules.international(number)

    def _clean_schedules(self) -> None:
        for row in self._rows("schedules"):
            times = row.cleaned_data.get("opens_at"), row.cleaned_data.get("closes_at")
            if problem := rules.schedule_problem(*times):
                # The database's own words for it would stand above the row, not beside the field.
                row.errors.pop(NON_FIELD_ERRORS, None)
                row.add_error("closes_at" if times[1] is None else "opens_at", problem)

    def _clean_confidential(self) -> None:
        for row in self._rows("service_at_locations"):
            place = row.cleaned_data.get("location")
            if place is not None and is_open(place):
                row.add_error("location", rules.PUBLIC_PLACE)
        tells = disclosure.teller(disclosure.places_of(self.instance))
        for row in public_words.rows_of(self):  # the service's own fields are its `clean`'s
            for name, value in list(row.cleaned_data.items()):
                if isinstance(value, str) and (holds_postcode(value) or tells(value)):
                    row.add_error(name, disclosure.why_telling())

    def _rows(self, name: str) -> list[Any]:
        """The rows of one inline list that stay, and that hold something."""
        formset = self.formsets.get(name)
        return [row for row in public_words.rows_of(self) if row in formset.forms] if formset else []


class LocationForm(WagtailAdminModelForm):
    """A place. Its address stands here once, and only when it may be shown."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if holds_postcode(cleaned.get("name", "")):
            self.add_error(
                "name", "A postcode stands in the name. Names stay in lists and logs: take it out."
            )
        if self.instance.pk and self._opens(cleaned) and (name := self._confidential_service()):
            self.add_error(
                "disclosure",
                f"“{name}” uses this place and its place is confidential or not known. "
                "Take this place off that service first.",
            )
        return cleaned

    @staticmethod
    def _opens(cleaned: dict[str, Any]) -> bool:
        return (
            cleaned.get("disclosure") == Location.Disclosure.PUBLIC
            and cleaned.get("location_type") == Location.Kind.PHYSICAL
        )

    def _confidential_service(self) -> str:
        services = Service.objects.filter(service_at_locations__location=self.instance.pk)
        return str(services.exclude(location_confidential=False).first() or "")


def is_open(place: Location) -> bool:
    return place.disclosure == Location.Disclosure.PUBLIC and place.location_type == Location.Kind.PHYSICAL


def free_code(name: str) -> str:
    """A code for imports, made from the name, that no other service has."""
    stem = slugify(name)[:70] or "service"
    taken = set(Service.objects.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken:
        return stem
    return next(code for n in range(2, len(taken) + 3) if (code := f"{stem}-{n}") not in taken)
