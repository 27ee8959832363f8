"""The public copy follows every way of changing a service."""

import pytest

from services_directory.models import Entry, Generation, Organization, Service, TaxonomyTerm


@pytest.fixture
def galop(db):
    from services_directory import starter

    starter.load()
    return Service.objects.get(code="galop")


def public(service) -> dict | None:
    entry = Entry.objects.filter(service=service).first()
    return entry and entry.card


def test_a_hidden_service_has_no_public_copy_even_when_hidden_by_raw_update(galop):
    Service.objects.filter(pk=galop.pk).update(live=False)
    assert public(galop) is None


def test_saving_renews_the_copy(galop):
    galop.name = "Another name"
    galop.save()
    assert public(galop)["name"] == "Another name"


def test_renaming_the_organization_or_a_term_renews_the_copy(galop):
    organization = Organization.objects.get(name="Galop")
    organization.name = "Galop UK"
    organization.save()
    term = TaxonomyTerm.objects.get(slug="lgbt")
    term.name = "LGBTQ+ people"
    term.save()
    assert public(galop)["organization"] == "Galop UK"
    assert public(galop)["audiences"] == ["LGBTQ+ people"]


def test_a_draft_is_not_public(galop):
    galop.name = "Only a draft"
    galop.save_revision()
    assert public(galop)["name"] != "Only a draft"
    galop.latest_revision.publish()
    assert public(galop)["name"] == "Only a draft"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: Service.objects.filter(pk=s.pk).update(name="Renamed by update"),
        lambda s: s.phones.all().update(number="0800 000 000"),
        lambda s: Entry.objects.filter(pk=s.pk).delete(),
        lambda s: s.save(),
    ],
)
def test_every_public_change_counts_the_generation_up(galop, change):
    before = Generation.current()
    change(galop)
    assert Generation.current() > before


def test_the_words_for_spelling_hold_no_digits(galop):
    from services_directory.models import SearchWord

    assert SearchWord.objects.exists()
    assert not SearchWord.objects.filter(word__regex=r"\d").exists()
