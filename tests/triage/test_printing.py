"""On paper: the rules yes, numbers and addresses only when somebody asked for them."""

import re

import pytest
from django.test import Client

from tests.triage.conftest import come_in
from triage import events, paper, reading
from triage.contact_details import without

pytestmark = pytest.mark.django_db
ANSWERS = [
    {
        "step": "x",
        "title": "About you",
        "items": [
            {"question": "What should we call you?", "answer": "Marigold"},
            {
                "question": "Anything else?",
                "answer": "Ring my sister on 0114 496 0000, she lives at S60 1AE.",
            },
        ],
    }
]


def whats(reference: str) -> list[str]:
    return [event.what for event in events.of_case(reference)]


def test_paper_has_the_rules_and_no_number(send, at_desk: Client) -> None:
    case = send(answers=ANSWERS)
    page = at_desk.get(f"/desk/{case.reference}/print/").content.decode()
    for words in ("No, never leave one", "Marigold", "Ring my sister on left out", "left out of this copy"):
        assert words in page, words
    for secret in ("07700", "900461", "0114", "S60"):
        assert secret not in page, secret
    assert whats(case.reference) == ["received", "opening"]


def test_numbers_are_asked_for_by_a_button_and_that_is_on_the_record(send, at_desk: Client) -> None:
    case = send(answers=ANSWERS)
    address = f"/desk/{case.reference}/print/"
    assert "07700" not in at_desk.get(f"{address}?with=contact").content.decode()
    page = at_desk.post(address).content.decode()
    assert "07700 900461" in page and "0114 496 0000" in page and "left out" not in page
    assert whats(case.reference) == ["received", "opening", "opening", "printed"]


def test_without_its_line_on_the_record_no_number_is_shown(send, at_desk: Client, monkeypatch) -> None:
    case, write = send(), events.write
    at_desk.raise_request_exception = False

    def fail(what: str, **rest: object) -> object:
        if what == "printed":
            raise RuntimeError("no record")
        return write(what, **rest)

    monkeypatch.setattr(events, "write", fail)
    answer = at_desk.post(f"/desk/{case.reference}/print/")
    assert answer["Location"].startswith("/wait/") and "07700" not in answer.content.decode()


def test_the_button_is_of_this_site(send, worker) -> None:
    case = send()
    client = Client(enforce_csrf_checks=True)
    client.cookies = come_in(worker).cookies
    assert client.post(f"/desk/{case.reference}/print/")["Location"].startswith("/wait/")
    assert whats(case.reference) == ["received"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_one_may_not_read_one_may_not_print(send, person, at_desk: Client, method: str) -> None:
    held = send(version=2, leads_only=True)
    answer = getattr(at_desk, method)(f"/desk/{held.reference}/print/")
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/{held.reference}/")
    auditor = come_in(person("ada", provider="auditor"))
    assert getattr(auditor, method)(f"/desk/{held.reference}/print/").status_code == 303
    stranger = come_in(person("stan", children="lead"))
    assert getattr(stranger, method)(f"/desk/{held.reference}/print/").status_code == 404
    assert "printed" not in whats(held.reference)
    held.refresh_from_db()
    assert held.state == "received"


def test_a_guess_and_a_look_at_the_head_open_nothing(send, at_desk: Client) -> None:
    case = send()
    address = f"/desk/{case.reference}/print/"
    assert at_desk.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 425
    assert at_desk.head(address).content == b"" and whats(case.reference) == ["received"]


def test_the_case_leads_to_its_paper_and_the_paper_back(send, at_desk: Client) -> None:
    case = send()
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert f'href="/desk/{case.reference}/print/"' in page
    paper = at_desk.get(f"/desk/{case.reference}/print/").content.decode()
    assert f'href="/desk/{case.reference}/"' in paper and "/print/" not in paper


def test_every_question_for_a_number_is_known() -> None:
    """A new one that is not in FIELDS would be printed if its answer looks like no number."""
    kinds = {"tel", "email"}
    for step in paper.STEPS:
        for name, field in step.form.base_fields.items():
            if getattr(field.widget, "input_type", "") in kinds:
                assert name in paper.FIELDS, (step.slug, name)
    assert paper.line(reading.Line("The number to call", "the one you have")).answer == "left out"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Weekdays, 10am to 2pm, 09.00-12.00 14.00-16.30", "Weekdays, 10am to 2pm, 09.00-12.00 14.00-16.30"),
        ("never on 24/12/2026", "never on 24/12/2026"),
        ("call +44 7700 900461 or 07700900462.", "call left out or left out."),
        ("a slip: 07700 90046", "a slip: left out"),
        ("to Mari.Gold@example.org, s60 1ae", "to left out, left out"),
        ("S60-1AE, or s 6 0 1 a e", "left out, or left out"),
        ("She is 34, he is 36, 3 children", "She is 34, he is 36, 3 children"),
    ],
)
def test_what_is_left_out_of_free_words(written: str, printed: str) -> None:
    assert without(written) == printed


def test_the_page_of_a_case_prints_no_number_either(send, at_desk: Client) -> None:
    """What stands on the screen alone is in a span of its own, and beside it what goes on paper."""
    note = "Referred without consent: ring 0114 496 0000"
    case = send(version=2, leads_only=False, answers=ANSWERS, notes=[note], safe_contact=[RULE])
    page = at_desk.get(f"/desk/{case.reference}/").content.decode()
    assert "0114 496 0000" in page and "07700 900461" in page
    printed = re.sub(r'<span class="desk-screen">.*?</span>', "", page, flags=re.DOTALL)
    for number in ("0114", "07700", "S60 1AE"):
        assert number not in printed, number
    assert printed.count("left out") == 4 and "No, never leave one" in printed and "Marigold" in printed


RULE = {
    "title": "To reach the person",
    "items": [
        {"question": "May we leave a voicemail?", "answer": "No, never leave one"},
        {"question": "The number to call", "answer": "07700 900461"},
    ],
}
