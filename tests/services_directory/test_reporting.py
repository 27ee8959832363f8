"""Saying that a page is wrong: no name, nothing lost, nothing left in the browser."""

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from services_directory import carry, reporting
from services_directory.models import Report, Service
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = "The number rang and rang, zaphod."


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    caches["limits"].clear()


@pytest.fixture
def service() -> Service:
    return factories.service("Desk", location_confidential=False)


def note(service: Service) -> str:
    return f"/s/{service.pk}/note/"


def send(client: Client, service: Service, **data: Any) -> Any:
    return client.post(note(service), {"kind": "number", "text": WORDS, **data})


def test_a_report_lands_with_editors_and_holds_nobody(client: Client, service: Service) -> None:
    answer = send(client, service, REMOTE_ADDR="198.51.100.7")
    assert (answer.status_code, answer["Location"]) == (303, f"/s/{service.pk}/note/sent/")
    report = Report.objects.get()
    assert (report.service, report.kind, report.text) == (service, "number", WORDS)
    assert (report.flagged, report.dealt_with_at) == (False, None)
    columns = {field.name for field in Report._meta.get_fields()}
    assert columns == {
        "id", "service", "kind", "text", "received_at", "flagged", "dealt_with_at", "dealt_with_by",
    }  # fmt: skip
    assert client.get(answer["Location"]).status_code == 200


def test_the_pages_have_neutral_titles_and_are_kept_nowhere(client: Client, service: Service) -> None:
    for path in (note(service), f"{note(service)}sent/"):
        answer = client.get(path)
        assert "<title>Tell us about this page" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
    assert not caches["pages"]._cache


def test_the_form_asks_the_browser_to_remember_nothing(client: Client, service: Service) -> None:
    page = client.get(note(service)).content.decode()
    form = re.search(r'<form method="post"[^>]*>', page)
    assert form and 'autocomplete="off"' in form[0]
    assert "Please do not write about yourself" in page
    assert "csrfmiddlewaretoken" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": ""}, "Choose what is wrong."),
        ({"kind": "nonsense"}, "Choose what is wrong."),
        ({"text": "zaphod " * 200}, "Use 1,000 letters or fewer."),
    ],
)
def test_what_was_not_taken_comes_back_whole_and_sealed(
    client: Client, service: Service, data: dict[str, str], words: str
) -> None:
    answer = send(client, service, **data)
    assert answer.status_code == 303 and "zaphod" not in answer["Location"]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert words in page.content.decode()
    assert {"text": WORDS, **data}["text"].strip() in page.content.decode()
    assert not Report.objects.exists()


def test_over_the_limit_nothing_is_lost_and_a_number_is_there(client: Client, service: Service) -> None:
    allowed = int(reporting.RATE.split("/")[0])
    for _ in range(allowed):
        assert send(client, service)["Location"].endswith("/sent/")
    answer = send(client, service, text="One more, zaphod.")
    assert answer.status_code == 303 and "zaphod" not in answer["Location"]
    page = client.get(answer["Location"])
    assert page.status_code == 429
    assert "One more, zaphod." in page.content.decode()
    assert "in about 10 minutes" in page.content.decode()
    assert "0808 2000 247" in page.content.decode()
    assert Report.objects.count() == allowed
    assert send(Client(REMOTE_ADDR="203.0.113.9"), service)["Location"].endswith("/sent/")


def test_a_form_with_a_mistake_is_not_counted(client: Client, service: Service) -> None:
    for _ in range(30):
        send(client, service, kind="")
    assert send(client, service)["Location"].endswith("/sent/")


def test_the_trap_only_sets_a_flag(client: Client, service: Service) -> None:
    assert send(client, service, **{reporting.HONEYPOT: "http://spam.example"})["Location"].endswith("/sent/")
    assert Report.objects.get().flagged
    hidden = re.search(r"<div hidden>.*?</div>", client.get(note(service)).content.decode(), re.DOTALL)
    assert hidden and f'name="{reporting.HONEYPOT}"' in hidden[0]


@pytest.mark.parametrize("confidential", [True, None])
def test_a_postcode_of_a_confidential_service_is_not_kept(client: Client, confidential: bool | None) -> None:
    hidden = factories.service(location_confidential=confidential)
    send(client, hidden, text="The house is at ZQ9 7QX now")
    assert Report.objects.get().text == f"The house is at {reporting.TAKEN_OUT} now"


def test_a_postcode_of_an_open_service_helps_the_editor(client: Client, service: Service) -> None:
    send(client, service, text="You moved to ZQ9 7QX")
    assert "ZQ9 7QX" in Report.objects.get().text


def test_line_breaks_count_as_people_count_them(client: Client, service: Service) -> None:
    assert send(client, service, text="a\r\n" * 499 + "ab")["Location"].endswith("/sent/")


@pytest.mark.parametrize("token", ["x", "é", "A" * 500, carry.seal("{}", purpose="find")])
def test_a_made_up_seal_gives_an_empty_form(client: Client, service: Service, token: str) -> None:
    answer = client.get(note(service), {"t": token, "w": "1"})
    assert answer.status_code == 200 and "govuk-error-summary" not in answer.content.decode()


def test_nothing_is_said_about_a_hidden_service(client: Client, service: Service) -> None:
    Service.objects.filter(pk=service.pk).update(live=False)
    assert client.get(note(service)).status_code == 404
    assert send(client, service).status_code == 303
    assert not Report.objects.exists()


def test_a_report_from_elsewhere_is_refused_by_303(service: Service) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = send(strict, service)
    assert answer.status_code == 303 and not Report.objects.exists()


@pytest.mark.parametrize("text", ["\0" * 5, "\ud800".encode("utf-8", "replace").decode(), "‮txt", "é" * 1000])
def test_odd_letters_are_no_error(client: Client, service: Service, text: str) -> None:
    assert send(client, service, text=text).status_code == 303
