"""Small builders of directory rows, and the noise that stands among them.

A test that uses the `noise` fixture (tests/services_directory/conftest.py) runs among services
that must not be found, so that a query that forgets a filter fails.
"""

from datetime import date, time
from itertools import count
from typing import Any

from services_directory.entries import WORD
from services_directory.models import (
    Entry,
    Language,
    Organization,
    Phone,
    Schedule,
    SearchWord,
    Service,
    ServiceArea,
    Taxonomy,
    TaxonomyTerm,
)

_numbers = count(1)
DAYS = [code for code, _name in Schedule.DAYS]


def term(taxonomy: str, slug: str, **fields: Any) -> TaxonomyTerm:
    """A term, made once; numbered in the order in which a test first asks for it."""
    owner, _made = Taxonomy.objects.get_or_create(slug=taxonomy, defaults={"name": taxonomy})
    number = fields.pop("number", owner.terms.count() + 1)
    defaults = {"number": number, "name": slug.replace("_", " ").capitalize(), "offered": slug != "anyone"}
    found, _made = TaxonomyTerm.objects.get_or_create(
        taxonomy=owner, slug=slug, defaults={**defaults, **fields}
    )
    return found


def service(name: str = "", **fields: Any) -> Service:
    """A published service with its public copy.

    `audiences`, `help_types`, `referrers`: slugs. `phones`: numbers. `languages`, `areas`: names.
    `week`: {"MO": ("09:00", "17:00"), "TU": None} (None: closed that day).
    """
    number = next(_numbers)
    made = Service(
        code=fields.pop("code", f"service-{number}"),
        name=name or f"Plain place {number}",
        organization=Organization.objects.get_or_create(name=fields.pop("organization", "Charity"))[0],
        description=fields.pop("description", "A plain description."),
        scope=fields.pop("scope", "local"),
        assured_date=fields.pop("assured_date", date(2026, 10, 3)),
    )
    made.audiences = [term("audience", slug) for slug in fields.pop("audiences", ["anyone"])]
    made.help_types = [term("help", slug) for slug in fields.pop("help_types", ["helpline"])]
    made.referrers = [term("referrer", slug) for slug in fields.pop("referrers", ["self"])]
    voices = [Phone(number=digits) for digits in fields.pop("phones", ["01709 000000"])]
    made.phones = voices + [Phone(number=digits, kind="text") for digits in fields.pop("texts", [])]
    made.languages = [Language(name=language) for language in fields.pop("languages", [])]
    made.service_areas = [ServiceArea(name=area) for area in fields.pop("areas", [])]
    made.schedules = schedules(fields.pop("week", {}))
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    return made


def schedules(week: dict[str, tuple[str, str] | None]) -> list[Schedule]:
    return [
        Schedule(
            byday=day,
            opens_at=time.fromisoformat(hours[0]) if hours else None,
            closes_at=time.fromisoformat(hours[1]) if hours else None,
        )
        for day, hours in week.items()
    ]


ALWAYS = {day: ("00:00", "00:00") for day in DAYS}


def noise() -> None:
    """What no search should find: a hidden service, and one that is for somebody else."""
    hidden = service(
        "Hidden place",
        description="Housing, counselling and every other word.",
        audiences=["anyone", "men", "women"],
        help_types=["helpline", "housing"],
    )
    hidden.live = False
    hidden.save()
    service(
        "Other people's place",
        description="Something else.",
        audiences=["worried_about_own_behaviour"],
        help_types=["perpetrator_programme"],
        referrers=[],
        phones=[],
        scope="neighbouring",
    )


def many_entries(number: int, *, vocabulary: int = 2000) -> None:
    """`number` services and their public copies, made in bulk: the words of the n-th are known.

    Every entry holds `everywhere`; each tenth `tenth`; each `number / 5`th `rareword`, and a
    few words `w<n>` out of `vocabulary`. Each seventh is for men, each third gives housing.
    """
    owner = Organization.objects.get_or_create(name="Big charity")[0]
    Service.objects.bulk_create(
        [
            Service(code=f"bulk-{n}", organization=owner, name=f"Bulk {n}", description="x", scope="national")
            for n in range(number)
        ],
        batch_size=500,
    )
    keys = Service.objects.filter(code__startswith="bulk-").order_by("pk").values_list("pk", flat=True)
    entries = [_bulk_entry(n, key, number, vocabulary) for n, key in enumerate(keys)]
    Entry.objects.bulk_create(entries, batch_size=500)
    words = {word for entry in entries for word in WORD.findall(f"{entry.name} {entry.body}".lower())}
    SearchWord.objects.bulk_create(
        [SearchWord(word=word) for word in sorted(words)], batch_size=500, ignore_conflicts=True
    )


def _bulk_entry(n: int, key: int, number: int, vocabulary: int) -> Entry:
    words = ["everywhere", *(f"word{letters(n * step % vocabulary)}" for step in (1, 7, 13))]
    words += ["tenth"] if n % 10 == 0 else []
    words += ["rareword"] if n % max(1, number // 5) == 0 else []
    here = n % 50 == 0
    codes = ["zze1", "zza1" if here else "zza3", f"zzw{2 + n % 7}", f"zzh{1 + n % 3}"]
    codes += ["zzw0"] if n % 2 else []
    hours = {"week": {}, "bank_holidays": "unknown"}
    card = {**hours, "id": key, "name": f"Bulk {n}", "checked": "2026-10-03", "padding": "x" * 1500}
    return Entry(
        service_id=key,
        card=card,
        name=f"Bulk {letters(n % vocabulary)}",
        keywords="",
        body=" ".join(words),
        codes=" ".join(codes),
        scope_order=0 if here else 3,
    )


def letters(number: int) -> str:
    """A number in letters: words of letters only are remembered for spelling."""
    text = ""
    while True:
        number, digit = divmod(number, 26)
        text += chr(97 + digit)
        if not number:
            return text
