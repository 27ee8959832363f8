"""The starter directory: 63 services gathered from public pages, none of them checked yet.

`load()` adds what is missing and leaves alone whatever an editor may have changed. Every
record stays whole in `source_record`, for editors; the public sees only what is mapped here.
"""

import json
import re
from datetime import time
from pathlib import Path
from typing import Any

from django.db import transaction

from services_directory.models import (
    Language,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    Synonym,
    Taxonomy,
    TaxonomyTerm,
)

HERE = Path(__file__).parent
DAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
# How the record was found, in brackets or behind a semicolon: for editors, not for the public.
PROVENANCE = re.compile(r"\s*\([^)]*\)|;[^;]*\(memory only\)|;\s*may be longer now")
NOT_A_LANGUAGE = re.compile(r"not listed|many languages|multilingual", re.IGNORECASE)


def read(name: str) -> Any:
    return json.loads((HERE / name).read_text())


@transaction.atomic
def load() -> int:
    """Add taxonomies, synonyms and the services that are missing; say how many services."""
    vocabulary = read("taxonomies.json")
    for taxonomy in vocabulary["taxonomies"]:
        _load_taxonomy(taxonomy)
    Synonym.objects.bulk_create(
        [Synonym(word=word, means=means) for word, means in vocabulary["synonyms"].items()],
        ignore_conflicts=True,
    )
    additions = read("additions.json")
    have = set(Service.objects.values_list("code", flat=True))
    missing = [record for record in read("services.json") if record["id"] not in have]
    for record in missing:
        service_from(record, additions.get(record["id"], {})).save()
    return len(missing)


def _load_taxonomy(data: dict[str, Any]) -> None:
    taxonomy, _made = Taxonomy.objects.get_or_create(slug=data["slug"], defaults={"name": data["name"]})
    have = set(taxonomy.terms.values_list("slug", flat=True))
    TaxonomyTerm.objects.bulk_create(
        [TaxonomyTerm(taxonomy=taxonomy, **term) for term in data["terms"] if term["slug"] not in have]
    )


def service_from(record: dict[str, Any], additions: dict[str, Any]) -> Service:
    """An unsaved service, with its children, from one record of services.json."""
    organization, _made = Organization.objects.get_or_create(name=record["provider"])
    webchat = record["webchat"] or {}
    own_fields = {name: value for name, value in additions.items() if name != "phones"}
    service = Service(
        code=record["id"],
        organization=organization,
        name=record["name"],
        alternate_name=", ".join(record["also_known_as"]),
        description=record["description"],
        scope=record["scope"],
        men=Service.Men.SERVED if "men" in record["audiences"] else Service.Men.UNKNOWN,
        email=record["email"] or "",
        website=record["website"] or "",
        webchat_url=webchat.get("url") or "",
        webchat_hours=for_the_public(webchat.get("hours")),
        bsl=for_the_public(record["bsl"]),
        interpretation_services=for_the_public(record["interpreting"]),
        location_confidential=record["location_confidential"],
        check_before_launch=record["check_before_launch"] or "",
        source_record=record,
        **own_fields,
    )
    for relation, taxonomy, key in (
        ("audiences", "audience", "audiences"),
        ("help_types", "help", "help_types"),
        ("referrers", "referrer", "who_can_refer"),
    ):
        setattr(service, relation, _terms(taxonomy, record[key]))
    service.phones = _phones(record, additions.get("phones", []))
    service.schedules = [
        schedule
        for key, byday in DAYS.items()
        if (schedule := schedule_from(byday, (record["opening_hours"] or {}).get(key)))
    ]
    service.service_areas = [
        ServiceArea(name=part.strip()) for part in for_the_public(record["area_covered"]).split(";") if part
    ]
    service.languages = [Language(name=name) for name in languages_from(record["languages"])]
    return service


def for_the_public(words: str | None) -> str:
    """Words without the remarks on how they were found."""
    return PROVENANCE.sub("", words or "").strip()


def schedule_from(byday: str, hours: str | None) -> Schedule | None:
    """One day's row. Nothing known is no row, which is not the same as closed."""
    if hours is None:
        return None
    if hours == "closed":
        return Schedule(byday=byday)
    opens, closes = (_clock(part) for part in hours.split("-"))
    return Schedule(byday=byday, opens_at=opens, closes_at=closes)


def _clock(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":"))
    return time(hour % 24, minute)


def languages_from(words: str | None) -> list[str]:
    """The languages that the words name; none for "many languages"."""
    if not words or NOT_A_LANGUAGE.search(words):
        return []
    named = re.sub(r";\s*(\w+) line [\d ]+", r", \1", words)
    parts = re.split(r",| and ", named)
    return [part.strip() for part in parts if part.strip() and part.strip() != "others"]


def _terms(taxonomy: str, slugs: list[str]) -> list[TaxonomyTerm]:
    terms = {term.slug: term for term in TaxonomyTerm.objects.filter(taxonomy__slug=taxonomy)}
    return [terms[slug] for slug in slugs]


def _phones(record: dict[str, Any], more: list[dict[str, Any]]) -> list[Phone]:
    phones = [
        Phone(
            label=phone["label"],
            number=phone["display"],
            e164=phone["e164"] or "",
            free=phone["free"],
            shows_on_bill=phone["shows_on_itemised_bill"],
        )
        for phone in record["phones"]
    ]
    phones += [Phone(**phone) for phone in more]
    if text := record["text_number"]:
        e164 = text["number"] if text["number"].startswith("+") else ""
        phones.append(Phone(kind=Phone.Kind.TEXT, number=text["display"], e164=e164, note=text["note"] or ""))
    if record["textphone"]:
        phones.append(Phone(kind=Phone.Kind.TEXTPHONE, number=record["textphone"]))
    for order, phone in enumerate(phones):
        phone.order = order
    return phones
