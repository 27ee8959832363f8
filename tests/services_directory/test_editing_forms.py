"""The editors' forms: what is refused is said in plain words, beside its field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from services_directory.editing import actions, rules
from services_directory.models import Location, Service
from tests import factories
from tests.services_directory.editors import address

pytestmark = pytest.mark.django_db


# --- forms --------------------------------------------------------------------------------------


def form_data(service: Service, **changes: Any) -> dict[str, Any]:
    """The edit form as the browser would send it back untouched, with `changes`."""
    data: dict[str, Any] = {
        "name": service.name,
        "organization": service.organization_id,
        "scope": service.scope,
        "description": service.description,
        "audiences": [term.pk for term in service.audiences.all()],
        "help_types": [term.pk for term in service.help_types.all()],
        "men": service.men,
        "bank_holidays": service.bank_holidays,
        "location_confidential": {True: "true", False: "false", None: "unknown"}[
            service.location_confidential
        ],
    }
    for name in ("phones", "languages", "schedules", "service_areas", "service_at_locations", "contacts"):
        data |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
        data |= {f"{name}-MIN_NUM_FORMS": 0, f"{name}-MAX_NUM_FORMS": 1000}
    return {**data, **changes}


def row(relation: str, **fields: Any) -> dict[str, Any]:
    """One new row of an inline list."""
    return {f"{relation}-TOTAL_FORMS": 1, **{f"{relation}-0-{name}": value for name, value in fields.items()}}


def send(client: Client, service: Service, **changes: Any) -> Any:
    url = reverse(service.snippet_viewset.get_url_name("edit"), args=[service.pk])
    return client.post(url, form_data(service, **changes))


def errors(answer: Any) -> str:
    assert answer.status_code == 200, "the form was taken"
    return answer.content.decode()


def test_a_form_without_a_mistake_is_published(client: Client, editor: Any) -> None:
    service = factories.service("Before", location_confidential=False)
    phone = row("phones", number="0808 2000 247", kind="voice", shows_on_bill="unknown", free="unknown")
    answer = send(client, service, name="After", **phone, **{"action-publish": "1"})
    assert answer.status_code == 302
    service.refresh_from_db()
    assert service.name == "After"
    assert service.phones.get(number="0808 2000 247").e164 == "+448082000247", (
        "filled in from the number shown"
    )


@pytest.mark.parametrize("confidential", ["true", "unknown"])
def test_a_public_place_on_a_confidential_service_is_said_beside_the_field(
    client: Client, editor: Any, confidential: str
) -> None:
    service = factories.service()
    place = Location.objects.create(name="Office", disclosure="public", address_1="1 High Street")
    linked = row("service_at_locations", location=place.pk)
    answer = send(client, service, location_confidential=confidential, **linked)
    assert "This place has a public address" in errors(answer)
    assert not service.service_at_locations.exists()
    assert send(client, service, location_confidential="false", **linked).status_code == 302


def test_opening_a_place_of_a_confidential_service_is_said_beside_the_field(
    client: Client, editor: Any
) -> None:
    service = factories.service("Quiet house", location_confidential=True)
    place = Location.objects.create(name="House")
    service.service_at_locations.create(location=place)
    service.save()
    url = reverse(Location.snippet_viewset.get_url_name("edit"), args=[place.pk])
    data = {"name": "House", "location_type": "physical", "disclosure": "public"}
    assert "“Quiet house” uses this place" in errors(client.post(url, data)).replace("&#x27;", "'")


@pytest.mark.parametrize("field", ["bsl", "interpretation_services", "check_before_launch", "description"])
def test_a_postcode_in_any_words_of_a_confidential_service_is_refused(
    client: Client, editor: Any, field: str
) -> None:
    service = factories.service(location_confidential=True)
    assert "A postcode stands here" in errors(send(client, service, **{field: "At S60 2AE"}))


def test_a_postcode_in_a_row_of_a_confidential_service_is_refused(client: Client, editor: Any) -> None:
    service = factories.service(location_confidential=True)
    area = row("service_areas", name="Around S60 2AE")
    assert "A postcode stands here" in errors(send(client, service, **area))


@pytest.mark.parametrize(
    ("number", "e164", "field"),
    [
        ("0808 2000 247", "+448082000247", ""),
        ("0808 2000 247", "", ""),
        ("999", "", ""),
        ("116 123", "", ""),
        ("0808 2000 247", "+448082000248", "e164"),
        ("999", "+44999", "e164"),
        ("0808 2000 24", "", "number"),
        ("ring us", "", "number"),
    ],
)
def test_numbers(number: str, e164: str, field: str) -> None:
    assert list(rules.phone_problems(number, e164)) == ([field] if field else [])


def test_a_wrong_number_is_said_beside_the_field(client: Client, editor: Any) -> None:
    phone = row("phones", number="0808 2000 24", kind="voice", shows_on_bill="unknown", free="unknown")
    assert "cannot be rung from the UK" in errors(send(client, factories.service(), **phone))


def test_the_starter_directory_passes_its_own_rules(client: Client) -> None:
    from services_directory import starter
    from services_directory.models import Phone

    starter.load()
    problems = {
        phone.number: found
        for phone in Phone.objects.all()
        if (found := rules.phone_problems(phone.number, phone.e164))
    }
    assert not problems


@pytest.mark.parametrize("times", [{"opens_at": "09:00"}, {"closes_at": "17:00"}])
def test_half_an_opening_hour_is_refused_beside_the_other_half(
    client: Client, editor: Any, times: dict[str, str]
) -> None:
    day = row("schedules", byday="MO", **times)
    answer = send(client, factories.service(), **day)
    missing = ({"opens_at", "closes_at"} - set(times)).pop()
    assert answer.context["form"].formsets["schedules"].errors == [{missing: [rules.BOTH_TIMES]}]


def test_an_old_page_does_not_take_a_check_back(client: Client, editor: Any) -> None:
    service = factories.service(assured_date=None)
    service.save_revision(user=editor)
    stale = service.latest_revision
    actions.verify(service, user=editor, now=timezone.now())
    stale.content["assured_date"] = None  # as a version from before the check holds it
    stale.save()
    assert send(client, service, **{"action-publish": "1"}).status_code == 302
    service.refresh_from_db()
    assert service.assured_date == timezone.localdate()


def test_a_new_service_gets_a_code_of_its_own(client: Client, editor: Any) -> None:
    twin = factories.service("Twin", code="twin")
    url = reverse(Service.snippet_viewset.get_url_name("add"))
    for expected in ("twin-2", "twin-3"):
        assert client.post(url, form_data(twin)).status_code == 302
        assert Service.objects.filter(code=expected).exists()


def test_what_to_confirm_is_shown_to_editors_and_never_to_the_public(client: Client, editor: Any) -> None:
    service = factories.service(
        check_before_launch="Ring the charity first",
        source_record={
            "opening_hours": {"note": "Perhaps longer in summer"},
            "languages": "Says many",
            "confidence": "two_sources",
            "sources": [{"address": "https://example.org/minutes", "kind": "council minutes"}],
        },
    )
    page = client.get(
        reverse(service.snippet_viewset.get_url_name("edit"), args=[service.pk])
    ).content.decode()
    words = [
        "Ring the charity first",
        "Perhaps longer in summer",
        "Says many",
        "Two sources",
        "council minutes",
    ]
    assert [word for word in words if word not in page] == []
    public = Client().get(f"/s/{service.pk}/").content.decode()
    assert [word for word in words if word in public] == []


# --- deleting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["organization", "location", "term"])
def test_what_a_service_uses_is_not_deleted_and_the_reason_is_plain(
    client: Client, editor: Any, thing: str
) -> None:
    service = factories.service("Desk", location_confidential=False)
    place = Location.objects.create(name="Office", disclosure="public")
    service.service_at_locations.create(location=place)
    service.save()
    target = {
        "organization": service.organization,
        "location": place,
        "term": service.audiences.all()[0],
    }[thing]
    url = reverse(target.snippet_viewset.get_url_name("delete"), args=[target.pk])
    page = client.post(url, follow=True).content.decode()
    assert "is used by “Desk”" in page
    assert type(target).objects.filter(pk=target.pk).exists()


def test_a_shown_service_is_hidden_before_it_is_deleted(client: Client, editor: Any) -> None:
    service = factories.service("Desk")
    url = reverse(service.snippet_viewset.get_url_name("delete"), args=[service.pk])
    assert "Hide it" in client.post(url, follow=True).content.decode()
    client.post(address("service_hide", service.pk))
    client.post(url)
    assert not Service.objects.filter(pk=service.pk).exists()
