"""A person with a word of their own in every field, in forks with a database of their own."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.core import mail
from django.db import connection
from django.test import Client

from pathways.checker_questions import QUESTIONS
from selfreferral import flow
from selfreferral.fields import Words
from selfreferral.questions import STEPS
from tests.promises import leaks
from tests.selfreferral.visitor import Visitor

DIGITS = {"phone_number": "07700 900461", "text_number": "07700 900462"}


WHO = ("me", "someone", "professional", "own-behaviour")
CHOSEN: dict[str, dict[str, Any]] = {
    "safe": {"now": "no"},
    "about": {"age": "25-39"},
    "them": {"age": "25-39"},
    "knows": {"knows": "yes", "safe": "yes"},
    "contact": {"phone_voicemail": "no"},
    "harming": {"works": []},  # it would go to another queue
    "where": {"area": "out"},
    "where_them": {"area": "out"},
}


def words_of_their_own(mark: str, who: str = "me") -> dict[str, dict[str, Any]]:
    """Answers to every question that this person sees: a planted word in each text, a choice elsewhere."""
    given: dict[str, dict[str, Any]] = {}
    for step in STEPS:
        asked = step.form.base_fields.items()
        said = {
            name: value(f"{mark}{who[:2]}{step.slug.replace('_', '')}", name, field) for name, field in asked
        }
        given[step.slug] = {**said, **CHOSEN.get(step.slug, {})}
    given["who"] = {"who": who}
    return {step.slug: given[step.slug] for step in flow.visible(given)}


def value(mark: str, name: str, field: forms.Field) -> Any:
    word = f"{mark}{name.replace('_', '')}"
    if isinstance(field, Words):
        return f"{word} {DIGITS[name]}" if name in DIGITS else f"{word}@x.org" if "email" in name else word
    codes = [code for code, _label in getattr(field, "choices", [])]
    return codes if isinstance(field, forms.MultipleChoiceField) else codes[-1]


def planted(mark: str) -> dict[str, str]:
    """Name to word, for every word that was typed, and words that only a letter holds."""
    words = {
        f"{who}.{step}.{name}": said
        for who in WHO
        for step, given in words_of_their_own(mark, who).items()
        for name, said in given.items()
        if isinstance(said, str) and said.startswith(mark)
    }
    return {**words, "an answer's words": "No, never leave a message"}


def tell_everything(visitor: Visitor, given: dict[str, dict[str, Any]]) -> None:
    """Every page of this person's way, with those that nobody has to answer."""
    visitor.go("check", **given)
    if "more" in given:
        visitor.post(do="more")
        for step in STEPS:
            if step.optional and step.asks and step.slug in given:
                visitor.tell(step.slug, given[step.slug])
                assert visitor.step == "more"
        visitor.go("check", **given)


def visit(mark: str, folder: str) -> Iterator[Any]:
    """Forms are sent, one is left half-way, one stands open with an invalid answer; then all is scanned."""
    tempfile.tempdir = folder
    logging.getLogger("django.db.backends").setLevel(logging.DEBUG)
    with leaks.logs_of(Path(folder) / "log.txt"):
        for who in WHO:
            sender = Visitor()
            tell_everything(sender, words_of_their_own(mark, who))
            assert sender.post().url == "/ask/sent/"
        given = words_of_their_own(mark)
        left = Visitor()
        tell_everything(left, given)
        left.client.post("/leave/")
        waiting = Visitor()
        waiting.go("contact", **given)
        waiting.post({"ways": ["phone"], "phone_number": given["contact"]["phone_cover"]})
        assert waiting.step == "contact" and given["contact"]["phone_cover"] in waiting.page()
        check_a_route(mark)
    yield from scan(mark)


def check_a_route(mark: str) -> None:
    """A professional's answers in the checker, every one, with a word that nobody offered among them."""
    answers = {one.name: [*one.choices, f"{mark}checker{one.name}"] for one in QUESTIONS}
    client = Client()
    by_script = client.post("/professionals/check/", answers, headers={"Sec-Fetch-Dest": "empty"})
    without = client.get(client.post("/professionals/check/", answers)["Location"])
    again = client.get(client.post("/professionals/check/", {**answers, "change": ""})["Location"])
    assert b"marac-judgement" in by_script.content and b"marac-judgement" in without.content
    assert b"Change answers" in again.content and not client.cookies


def chosen(mark: str) -> dict[str, str]:
    """Name to word, for whatever was sent to the checker: nothing at all keeps it."""
    codes = {f"checker {code}": code for one in QUESTIONS for code in one.choices}
    return codes | {f"checker {one.name}": f"{mark}checker{one.name}" for one in QUESTIONS}


def scan(mark: str) -> Iterator[Any]:
    """What is found in this process and in the database, in any wrapping."""
    words = planted(mark) | chosen(mark)
    outbox = getattr(mail, "outbox", [])
    hits = leaks.in_tables(words) | leaks.in_caches(words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        (sessions,) = cursor.fetchone()
    yield {"hits": sorted(hits), "sessions": sessions, "mails": len(outbox)}


def plant(word: str) -> Iterator[Any]:
    """Put the word where it must never be, in every wrapping, and say what the scanner finds."""
    kind = "BLOB" if connection.vendor == "sqlite" else "bytea"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE planted (wrapping text, kept {kind})")
        for wrapping, wrap in leaks.WRAPPINGS.items():
            cursor.execute("INSERT INTO planted VALUES (%s, %s)", [wrapping, wrap(word)])
        missed = []
        for wrapping in leaks.WRAPPINGS:
            cursor.execute("SELECT kept FROM planted WHERE wrapping = %s", [wrapping])
            if not leaks.found(cursor.fetchone()[0], {"word": word}):
                missed.append(wrapping)
    yield {"missed": missed, "hits": sorted(leaks.in_tables({"word": word}))}
