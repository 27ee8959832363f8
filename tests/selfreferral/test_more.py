"""The long way: pages that nobody has to answer, in any order, and what becomes of them."""

import json
import re
from html import unescape
from importlib import resources
from random import Random

import pytest

from selfreferral import flow
from selfreferral.fields import MOST_WORDS, Words, words
from selfreferral.models import DraftPart, Referral
from selfreferral.questions import BY_SLUG, STEPS
from selfreferral.questions.more import HappeningForm, HelpForm
from selfreferral.sentences import SENTENCES
from services_directory import starter
from tests.selfreferral.opened import letter_of
from tests.selfreferral.visitor import WAY, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]
PAGES = ["happening", "risk", "harming", "children", "help", "touch", "access", "equality"]
OPTIONAL = [step for step in STEPS if step.optional and step.asks]
REACHED = {"ways": ["ring_us"]}
WHO = {
    "me": {},
    "under_18": {"young": {"age": "16-17"}},
    "someone": {},
    "professional": {"contact_them": REACHED},
}


def at_more(**given) -> Visitor:
    visitor = Visitor()
    visitor.go(until="contact", **given)
    visitor.post({**WAY["contact"], **given.get("contact", {})}, do="more")
    assert visitor.step == "more"
    return visitor


def rows(visitor: Visitor) -> dict[str, str]:
    """State by slug, as the page says it."""
    found = re.findall(
        r'class="step__row" name="do" value="change:(\w+)">.*?class="quiet">(.*?)<', visitor.page()
    )
    return dict(found)


def says(visitor: Visitor, slug: str) -> bool:
    plain = unescape(re.sub(r"<[^>]+>", "", visitor.page()))
    return SENTENCES[slug].words in plain


def sent(visitor: Visitor, keys) -> dict:
    visitor.go()
    return letter_of(Referral.objects.get(), keys)


# --- the page that leads to them ------------------------------------------------------------
def test_the_contact_page_offers_both_lengths_and_the_check_page_the_longer_one():
    visitor = Visitor()
    visitor.go(until="contact")
    page = visitor.page()
    assert page.index('value="next">Continue</button> <button') < page.index("Tell us more first")
    visitor.post(WAY["contact"])
    assert visitor.step == "agree" and "Tell us more" not in visitor.page()
    visitor.go(until="check")
    assert ">Tell us more</button>" in visitor.page()
    visitor.post(do="more")
    assert visitor.step == "more"
    visitor.post()
    assert visitor.step == "check", "what was answered is not asked again"


@pytest.mark.parametrize("who", WHO)
def test_everybody_who_asks_for_help_may_tell_more_and_nobody_must(who):
    visitor = Visitor()
    visitor.go(until="check", who={"who": who}, **WHO[who])
    visitor.post(do="more")
    pages = PAGES if who in ("me", "under_18") else PAGES[:-1]
    assert rows(visitor) == dict.fromkeys(pages, "Not started")
    visitor.go()
    assert Referral.objects.exists()


def test_who_worries_about_their_own_behaviour_has_pages_of_their_own():
    visitor = Visitor()
    visitor.go(until="contact", who={"who": "own-behaviour"})
    assert "Tell us more first" not in visitor.page()
    visitor.post(REACHED, do="more")
    assert visitor.step != "more"


def test_any_order_and_each_page_leads_back_and_says_that_it_was_told():
    visitor = at_more()
    pages = Random(7).sample(PAGES, len(PAGES))
    for number, slug in enumerate(pages):
        field, value = a_choice(slug)
        visitor.tell(slug, {field: value})
        assert visitor.step == "more"
        assert [said for said in rows(visitor).values()].count("You told us something") == number + 1
    visitor.post()
    assert visitor.step == "agree"


def a_choice(slug: str):
    """A question of the page with a choice that it offers."""
    name, field = next((n, f) for n, f in BY_SLUG[slug].form.base_fields.items() if not isinstance(f, Words))
    return name, field.choices[0][0]


def test_back_from_a_page_is_the_list_and_back_from_the_list_the_way():
    visitor = at_more()
    visitor.tell("happening", {"words": "half a thought"}, do="back")
    assert visitor.step == "more" and rows(visitor)["happening"] == "You told us something"
    visitor.post(do="back")
    assert visitor.step == "contact"


def test_a_page_that_is_changed_on_the_check_page_leads_back_there():
    visitor = at_more()
    visitor.tell("help", {"kinds": ["legal"]})
    visitor.go(until="check")
    visitor.post(do="change:help")
    visitor.post({"kinds": ["money"]})
    assert visitor.step == "check" and "Money and debt" in visitor.page()


# --- what leaves ------------------------------------------------------------------------------
def test_only_the_pages_that_were_told_are_sent(keys):
    visitor = at_more()
    visitor.tell("risk", {"worse": "yes"})
    visitor.tell("children")
    letter = sent(visitor, keys)
    steps = [page["step"] for page in letter["answers"]]
    assert "risk" in steps and not {*PAGES, "more"} - {"risk"} & set(steps)


def test_nothing_is_sent_of_pages_that_this_person_does_not_see_any_more(keys):
    visitor = at_more()
    visitor.tell("happening", {"words": "Wrenfeather"})
    visitor.post(do="back")
    visitor.post(WAY["contact"])
    visitor.go(until="check")
    visitor.post(do="change:who")
    visitor.post({"who": "own-behaviour"})
    assert "Wrenfeather" not in str(sent(visitor, keys))


@pytest.mark.parametrize("slug", PAGES)
def test_a_question_added_to_any_page_arrives_everywhere(monkeypatch, keys, slug):
    """On its page, on the check page, in the letter; and what is counted in none of the last two."""
    monkeypatch.setitem(BY_SLUG[slug].form.base_fields, "bird", words("Is there a bird?"))
    visitor = at_more()
    visitor.post(do=f"change:{slug}")
    assert "Is there a bird?" in visitor.page()
    visitor.post({"bird": "a wren"})
    visitor.go(until="check")
    counted = BY_SLUG[slug].counted
    assert ("a wren" in visitor.page()) is not counted
    assert ("a wren" in str(sent(visitor, keys))) is not counted


def test_what_is_counted_is_in_no_letter_no_check_page_and_no_draft_that_is_over(keys):
    visitor = at_more()
    visitor.post(do="change:equality")
    assert says(visitor, "equality_counted")
    visitor.post({"religion": "sikh", "ethnicity": "asian"})
    visitor.go(until="check")
    page = visitor.page()
    assert "Sikh" not in page and "Asian" not in page and "change:equality" not in page
    letter = str(sent(visitor, keys))
    assert "Sikh" not in letter and "equality" not in letter.lower()
    assert not DraftPart.objects.exists()


def test_every_optional_page_offers_not_to_say_and_says_why_where_it_is_sensitive():
    for step in OPTIONAL:
        for name, field in step.form.base_fields.items():
            codes = [code for code, _words in getattr(field, "choices", [])]
            assert not codes or "unsaid" in codes or step.slug in ("help", "access") or name == "works", name
    for slug, name in {
        "happening": "kinds",
        "risk": "strangled",
        "harming": "works",
        "touch": "kinds",
    }.items():
        assert BY_SLUG[slug].form.base_fields[name].why
    # It would send the letter past the usual team.
    assert "unsaid" not in dict(BY_SLUG["harming"].form.base_fields["works"].choices)


# --- typed text ------------------------------------------------------------------------------
def test_text_that_is_too_long_says_the_limit_is_kept_and_stops_the_sending():
    visitor = at_more()
    long = "é" * (MOST_WORDS + 1)
    visitor.tell("happening", {"words": long})
    assert visitor.step == "happening"
    assert "Use 4,000 letters or fewer." in visitor.page() and long in visitor.page()
    visitor.post({"words": long}, do="back")
    assert visitor.step == "more" and rows(visitor)["happening"] == "Please look at it again"
    visitor.go(until="happening")
    assert visitor.step == "happening" and long in visitor.page() and not Referral.objects.exists()
    visitor.post({"words": "short"})
    visitor.go()
    assert Referral.objects.exists()


@pytest.mark.parametrize("letter", ["a", "é", "e\u0301", "नि", "👩🏽‍🦱", "ḥ\u0323"])
def test_four_thousand_letters_are_counted_as_people_count_them(letter):
    assert HappeningForm({"words": letter * MOST_WORDS}).is_valid()
    assert not HappeningForm({"words": letter * (MOST_WORDS + 1)}).is_valid()


def test_marks_heaped_on_one_letter_do_not_fill_a_draft():
    assert not HappeningForm({"words": "a" + "\u0351" * 4 * MOST_WORDS}).is_valid()


# --- what belongs to an answer -----------------------------------------------------------------
BESIDE = {
    "strangled": {"risk": {"strangled": "yes"}},
    "ending_life": {"risk": {"suicide": "yes"}},
    "taken": {"risk": {"taken": "yes"}},
    "honour_public": {"happening": {"kinds": ["fgm"]}},
    "child_to_parent": {"happening": {"kinds": ["from_child"]}},
}
HONOUR_TOLD = {"happening": {"kinds": ["honour"]}, "help": {"kinds": ["forced_marriage_hba"]}}


@pytest.mark.parametrize("who", ["me", "professional"])
@pytest.mark.parametrize("slug", BESIDE)
def test_a_sentence_that_belongs_to_an_answer_is_on_the_next_page_and_on_the_check_page(slug, who):
    visitor = Visitor()
    visitor.go(until="check", who={"who": who}, contact_them=REACHED)
    visitor.post(do="more")
    for step, given in BESIDE[slug].items():
        visitor.tell(step, given)
    wording = slug if who == "me" else f"{slug}_them"
    other = f"{slug}_them" if who == "me" else slug
    assert visitor.step == "more" and says(visitor, wording) and not says(visitor, other)
    visitor.go(until="check")
    assert says(visitor, wording)


@pytest.mark.parametrize("said", ["no", "unsure", "unsaid", ""])
def test_no_other_answer_brings_it(said):
    visitor = at_more()
    visitor.tell("risk", dict.fromkeys(("strangled", "suicide", "taken"), said))
    assert not any(says(visitor, slug) for slug in BESIDE)


def test_the_numbers_to_call_can_be_pressed():
    visitor = at_more()
    visitor.tell("risk", {"suicide": "yes"})
    assert 'href="tel:116123"' in visitor.page() and 'href="tel:111"' in visitor.page()


@pytest.mark.parametrize("step", HONOUR_TOLD)
def test_through_someone_else_warns_when_family_may_be_the_danger(step):
    """Wherever it can still be changed: on the list, on the check page, at the tick itself."""
    visitor = at_more(contact={"ways": ["someone"], "someone_number": "0114 496 0000"})
    assert not says(visitor, "honour_through")
    visitor.tell(step, HONOUR_TOLD[step])
    assert says(visitor, "honour_through") and says(visitor, "honour_public")
    visitor.go(until="check")
    assert says(visitor, "honour_through")
    visitor.post(do="change:contact")
    assert visitor.step == "contact" and says(visitor, "honour_through")
    visitor.post(REACHED)
    assert visitor.step == "check" and not says(visitor, "honour_through")


def test_who_reads_it_changes_when_the_person_harming_works_there():
    visitor = at_more()
    visitor.tell("harming", {"works": ["police"]})
    visitor.go(until="agree")
    assert "A worker outside the usual team" in visitor.page()
    visitor.go(until="check")
    assert "a worker outside the usual team will read" in visitor.page()
    visitor.go()
    assert Referral.objects.get().queue.slug == "independent"


# --- in whose words -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("me", "Have you been strangled or choked?"),
        ("someone", "Have they been strangled or choked?"),
        ("professional", "Have they been strangled or choked?"),
    ],
)
def test_a_question_is_in_the_same_words_on_its_page_the_check_page_and_in_the_letter(keys, who, asked):
    visitor = Visitor()
    visitor.go(until="check", who={"who": who}, contact_them=REACHED)
    visitor.post(do="more")
    visitor.post(do="change:risk")
    assert asked in visitor.page()
    visitor.post({"strangled": "no"})
    visitor.go(until="check")
    assert asked in visitor.page()
    assert asked in str(sent(visitor, keys))


def test_headings_are_in_the_same_words_too():
    about = {"who": {"who": "someone"}, "harming": {"name": "x"}}
    assert [step.title for step in flow.to_send(about)[1]][-2] == "The person who is harming them"
    assert BY_SLUG["harming"].title == "The person who is harming you"


@pytest.mark.parametrize("step", [step for step in OPTIONAL if not step.counted], ids=lambda step: step.slug)
def test_who_asks_for_another_is_never_asked_about_themselves(step):
    for name, field in step.form.about_another().base_fields.items():
        assert not re.search(r"\b(are|have|do) you\b", field.label, re.IGNORECASE), name


def test_the_kinds_of_help_are_those_of_the_directory():
    taxonomies = json.loads((resources.files(starter) / "taxonomies.json").read_text())["taxonomies"]
    known = {term["slug"] for one in taxonomies if one["slug"] == "help" for term in one["terms"]}
    codes = {code for code, _words in HelpForm.base_fields["kinds"].choices}
    assert codes - known == {"unsure"}
