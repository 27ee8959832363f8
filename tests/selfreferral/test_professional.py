"""A professional refers once: what this is not, what they may leave out, and where it goes."""

import pytest

from selfreferral import flow
from selfreferral.contact import ContactForm, TheirContactForm
from selfreferral.models import Referral
from selfreferral.sentences import say
from tests.factories import service
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
WHO = {"who": {"who": "professional"}}
GP = {
    **WHO,
    "prof": {"name": "Dr Fern", "agency": "Elm Surgery", "role": "GP", "email": "fern@example.org"},
    "them": {"name": "Robin", "relation": "a patient"},
    "contact_them": {"ways": ["phone"], "phone_number": "07700 900888", "phone_never": "evenings"},
    "prof_risk": {"tool": "dash", "score": "16"},
    "prof_consent": {"consent": "no", "reason": "A life is in danger", "told": "no"},
    "prof_child": {"seen": "yes", "voice": "Mummy hides", "unborn": "no"},
    "prof_outcome": {"outcome": "yes"},
}


def sent_by(**changes) -> Referral:
    Visitor().go(**{**GP, **changes})
    return Referral.objects.get()


def test_the_steps_of_a_professional():
    assert [step.slug for step in flow.way(WHO)] == [
        "before", "who", "prof_before", "safe_them", "where_them", "prof", "them", "contact_them",
        "prof_risk", "prof_consent", "prof_child", "prof_outcome", "check",
    ]  # fmt: skip


def test_nothing_but_one_safe_way_to_the_person_is_compulsory():
    visitor = Visitor()
    visitor.go(until="contact_them", **WHO)
    visitor.post()
    assert visitor.step == "contact_them" and "Tick at least one way" in visitor.page()
    visitor.go(contact_them={"ways": ["ring_us"]})
    assert Referral.objects.get().queue.slug == "provider"


@pytest.mark.parametrize(
    ("prof", "reach", "taken"),
    [
        ({"email": "a@example.org"}, "", True),
        ({"phone": "01709 000000"}, "", True),
        ({}, "me@example.org", True),
        ({}, "", False),
    ],
)
def test_through_me_needs_some_way_to_the_professional(prof, reach, taken):
    form = TheirContactForm(
        {"ways": ["me"], "me_reach": reach}, answers={"who": {"who": "professional"}, "prof": prof}
    )
    assert form.is_valid() == taken
    assert taken or form.errors == {
        "me_reach": ["Write how to reach you, or take the tick from “Through me”."]
    }


def test_it_says_first_what_it_is_not_with_the_numbers_of_the_directory():
    child = service(
        "MASH", phones=["01709 000111"], help_types=["safeguarding"], audiences=["young_people_11_17"]
    )
    service("Adult team", phones=["01709 000222"], help_types=["safeguarding"], audiences=["older_people"])
    far = service(
        "Far",
        phones=["01709 000333"],
        help_types=["safeguarding"],
        audiences=["older_people"],
        scope="neighbouring",
    )
    visitor = Visitor()
    visitor.go(until="prof_before", **WHO)
    page = visitor.page()
    assert say("prof_not_marac") in page and say("prof_child_at_risk") in page
    assert page.index("01709 000111") < page.index(say("prof_adult_at_risk")) < page.index("01709 000222")
    assert "01709 000333" not in page and child.name in page and far.name not in page
    visitor.go(**GP)
    after = visitor.client.get("/ask/sent/").content.decode()
    assert say("prof_not_marac") in after and "01709 000111" in after and "outcome" in after


def test_without_an_entry_for_the_team_there_is_still_somebody_to_ring():
    visitor = Visitor()
    visitor.go(until="prof_before", **WHO)
    assert "We have no number for this team" in visitor.page() and "0808 2000 247" in visitor.page()


def test_a_gp_with_a_dash_of_16_goes_to_the_high_risk_team_as_urgent(keys):
    sent = sent_by()
    assert (sent.queue.slug, sent.urgency) == ("high-risk", "urgent")
    letter = letter_of(sent, keys)
    assert any("14" in why for why in letter["why_urgent"])
    assert any("A life is in danger" in note for note in letter["notes"])
    assert letter["safe_contact"][0]["title"] == "To reach the person whom this is about"


@pytest.mark.parametrize(
    ("risk", "queue"),
    [
        ({"tool": "dash", "score": "13"}, "provider"),
        ({"tool": "dara", "score": "16"}, "provider"),
        ({"tool": "dash", "score": "13", "judgement": "yes"}, "high-risk"),
        ({"tool": "police_dash", "grade": "high"}, "high-risk"),
        ({"tool": "dash", "score": "16 of 24"}, "high-risk"),
        ({}, "provider"),
    ],
)
def test_score_grade_and_judgement_decide_and_judgement_only_raises(risk, queue):
    assert sent_by(prof_risk=risk).queue.slug == queue


def test_what_a_professional_wrote_does_not_go_along_once_it_is_for_oneself(keys):
    visitor = Visitor()
    visitor.go(until="check", **GP)
    visitor.post(do="change:who")
    visitor.go(who={"who": "me"})
    letter = str(letter_of(Referral.objects.get(), keys))
    assert (
        "Dr Fern" not in letter and "900888" not in letter and Referral.objects.get().queue.slug == "provider"
    )


def test_the_persons_contact_has_every_question_of_ones_own():
    """One declaration: what keeps somebody safe is asked of both."""
    assert set(ContactForm.base_fields) <= set(TheirContactForm.base_fields)
    assert TheirContactForm.clean is ContactForm.clean
    words = " ".join(str(field.label) + field.help_text for field in TheirContactForm.base_fields.values())
    assert "safe for you" not in words
