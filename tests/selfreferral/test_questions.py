"""The questions: each takes what people write, and one way of contact is all that is compulsory."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from selfreferral.contact import CHANNELS, NEEDED, ContactForm
from selfreferral.fields import EMPTY_MARKUP, ONE_LETTER, Asked, Declared, Questions, Words, words
from selfreferral.questions import BY_SLUG, STEPS
from selfreferral.questions.me import AboutForm, WhereForm
from selfreferral.questions.professional import RiskForm

ASKING = [step for step in STEPS if step.asks]
SENSITIVE = {
    "who": "who",
    "young": "age",
    "safe": "now",
    "where": "postcode",
    "about": "age",
    "agree": "share",
}
PHONES = [
    "07700 900123", "07700900123", "+44 7700 900123", "+44 (0)7700-900 123", "0044 7700 900123",
    "01709 000000 ext 4", "07700.900.123", "mine: 07700 900123, ask for Sam", "٠٧٧٠٠٩٠٠١٢٣", "101 101",
]  # fmt: skip
EMAILS = ["sam@example.org", "Sam.O'Neil+x@example.co.uk", " sam@example.org ", "zoë@exämple.org"]
NAMES = [
    "Zoë",
    "Nguyễn Thị",
    "O’Brien-Smith",
    "محمد",
    "李",
    "Łukasz",
    "X Æ",
    "José María de la",
    "a",
    "'; DROP",
]
POSTCODES = ["S60", "s60 1ae", "S601AE", " S60  1AE ", "Rotherham", "I don't know", "SW1A 1AA", "no"]


def contact(**given) -> ContactForm:
    data = QueryDict(mutable=True)
    for name, value in given.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return ContactForm(data)


@pytest.mark.parametrize("step", ASKING, ids=lambda step: step.slug)
def test_every_step_but_how_to_be_reached_may_stay_empty(step):
    assert step.form(QueryDict()).is_valid() == (not step.safe_contact)


@pytest.mark.django_db  # some words hold a fact that a lead can change
@pytest.mark.parametrize("step", ASKING, ids=lambda step: step.slug)
def test_every_question_has_words_and_no_browser_memory(step):
    for name, field in step.form.base_fields.items():
        assert field.label and hasattr(field, "hint") and hasattr(field, "why"), name
        if "choices" not in dir(field):
            assert field.widget.attrs["autocomplete"] == "off" and field.max_length


@pytest.mark.parametrize(("step", "name"), SENSITIVE.items())
def test_sensitive_questions_say_why(step, name):
    form = next(one.form for one in ASKING if one.slug == step)
    assert form.base_fields[name].why


@pytest.mark.parametrize("phone", PHONES)
def test_every_way_to_write_a_number_is_taken(phone):
    assert contact(ways=["phone"], phone_number=phone).is_valid()
    assert contact(ways=["text"], text_number=phone).is_valid()


@pytest.mark.parametrize("email", EMAILS)
def test_every_way_to_write_an_email_is_taken(email):
    assert contact(ways=["email"], email_address=email).is_valid()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("postcode", POSTCODES)
def test_names_and_places_are_never_refused(name, postcode):
    assert AboutForm({"name": name}).is_valid()
    assert WhereForm({"postcode": postcode}).is_valid()


def test_i_will_call_you_is_a_way():
    assert contact(ways=["ring_us"]).is_valid()


@pytest.mark.parametrize("way", NEEDED)
@pytest.mark.parametrize("written", ["", "   "])
def test_a_way_without_its_number_is_said_beside_the_field(way, written):
    field, message = NEEDED[way]
    form = contact(ways=[way], **{field: written})
    assert form.errors == {field: [message]}


@pytest.mark.parametrize("wrong", ["12", "call me", "@", "a@", "@b", "a b@c d"])
def test_what_reaches_nobody_is_asked_again(wrong):
    assert not contact(ways=["email"], email_address=wrong).is_valid()
    assert not contact(ways=["phone"], phone_number=wrong).is_valid()


def test_a_problem_in_a_way_that_is_not_ticked_stops_nobody():
    assert contact(ways=["ring_us"], phone_number="x" * 5000, phone_safe="nonsense").is_valid()


def test_each_channel_owns_its_questions_and_every_question_is_shown():
    form = contact()
    shown = {field.name for _tick, fields in form.channels() for field in fields}
    shown |= {field.name for field in form.others()} | {"ways"}
    assert shown == set(form.fields)
    assert all(form.fields_of(way) for way, _label in CHANNELS if way != "ring_us")


@given(text=st.text(max_size=100))
def test_any_text_up_to_the_limit_is_taken(text):
    form = AboutForm({"name": text})
    assert form.is_valid()
    assert "\0" not in form.cleaned_data["name"] and "\u202e" not in form.cleaned_data["name"]


def test_too_long_is_said_with_the_limit_and_is_not_cut():
    form = AboutForm({"name": "é" * 121})
    assert form.errors["name"] == ["This is too long. Use 120 letters or fewer."]
    assert "maxlength" not in str(form)


@pytest.mark.django_db
@pytest.mark.parametrize("step", ASKING, ids=lambda step: step.slug)
@pytest.mark.parametrize("who", ["me", "someone"])
def test_markup_that_is_kept_is_that_of_an_empty_page(step, who):
    """Somebody's page comes first; the next person's is as if nobody had been there before."""
    asked = {"answers": {"who": {"who": who}}, "prefix": step.slug}
    EMPTY_MARKUP.clear()
    typed = step.form({f"{step.slug}-{name}": "Wrenfeather" for name in step.form.base_fields}, **asked)
    theirs = "".join(field.as_field_group() for field in typed)
    assert theirs == "".join(super(Asked, field).render() for field in typed)
    assert theirs.count("Wrenfeather") == sum(isinstance(one, Words) for one in typed.fields.values())
    first, again = ([field.as_field_group() for field in step.form(**asked)] for _ in range(2))
    assert first == again == [super(Asked, field).render() for field in step.form(**asked)]
    assert "Wrenfeather" not in "".join(EMPTY_MARKUP.values())


@pytest.mark.django_db
@pytest.mark.parametrize("step", ASKING, ids=lambda step: step.slug)
def test_forms_share_their_questions_and_the_words_for_another_are_in_no_other_form(step):
    """What is shared must be declared as such: a field of another kind would be copied for every page."""
    assert all(isinstance(field, Declared) for field in step.form.base_fields.values())
    before = [str(field.label) for field in step.form().fields.values()]
    step.form(answers={"who": {"who": "someone"}})
    assert [str(field.label) for field in step.form().fields.values()] == before


@pytest.mark.django_db
def test_kept_markup_follows_a_fact_that_was_changed(settings):
    shown = [RiskForm(prefix="prof_risk")["incidents"].as_field_group()]
    settings.FACTS_IN_WORDS = "tests.selfreferral.test_questions.louder"
    shown.append(RiskForm(prefix="prof_risk")["incidents"].as_field_group())
    assert shown[1] != shown[0] and "INCIDENTS IN THE LAST" in shown[1]


def louder(text: str) -> str:
    return text.upper()


def test_ids_are_one_letter_where_a_form_stands_alone_and_no_two_are_the_same():
    form = BY_SLUG["contact_them"].form(auto_id=ONE_LETTER, prefix="contact_them")
    ids = [field.auto_id for field in form]
    assert len(set(ids)) == len(ids) and all(len(one) == 1 for one in ids)
    many = Questions(auto_id=ONE_LETTER)
    many.fields = {f"q{number}": words("?") for number in range(120)}
    assert len({field.auto_id for field in many}) == 120
