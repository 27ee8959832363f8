"""A page elsewhere chooses the way through the form: nothing else travels, and it can be changed."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from selfreferral import ways_in
from selfreferral.questions import BY_SLUG
from services_directory import carry
from tests.selfreferral.visitor import HIDDEN, NOW, Visitor

pytestmark = pytest.mark.django_db


def arrive(**sent: Any) -> Visitor:
    """Somebody who pressed a button that leads to the form, and then Start."""
    visitor = Visitor(start=False)
    led = visitor.client.post("/ask/", sent)
    assert led.status_code == 303 and not visitor.client.cookies
    page = visitor.client.get(led["Location"]).content.decode()
    hidden = {name: value for name, value in HIDDEN.findall(page) if name != "csrfmiddlewaretoken"}
    assert visitor.client.post("/ask/start/", hidden).status_code == 303
    return visitor


@pytest.mark.parametrize("way", ways_in.WAYS_IN)
def test_each_way_answers_its_pages_by_answers_that_the_form_takes(keys: Any, way: str) -> None:
    for step, raw in ways_in.kept(way).items():
        data = {name: values[0] for name, values in raw.items()}
        assert BY_SLUG[step].form(data, prefix=step, answers={}).is_valid()
    visitor = arrive(way=way)
    assert visitor.step == "before"
    visitor.post()
    assert visitor.step == "prof_before", "nobody is asked again who they are"


def test_who_came_by_a_way_can_go_back_and_choose_another(keys: Any) -> None:
    visitor = arrive(way="professional")
    visitor.post()
    visitor.post(do="back")
    assert visitor.step == "who" and "checked" in visitor.page().partition('value="professional"')[2][:60]
    visitor.post({"who": "me"})
    assert visitor.step == "safe"


@pytest.mark.parametrize("way", ["", "me", "under_18", "professional\x00", "é" * 50], ids=ascii)
def test_whatever_else_is_sent_chooses_nothing(keys: Any, way: str) -> None:
    assert Client().post("/ask/", {"way": way})["Location"] == "/ask/"
    visitor = Visitor(start=False)
    visitor.client.post("/ask/start/", {"way": way})
    visitor.post()
    assert visitor.step == "who"


def test_the_address_shows_no_way_and_a_strange_seal_none(keys: Any) -> None:
    address = Client().post("/ask/", {"way": "professional", "age": "under_16"})["Location"]
    assert urlsplit(address).query.startswith("s=") and "prof" not in address
    for seal in ("x", "%FF", carry.seal("professional", purpose="find")):
        page = Client().get(f"/ask/?s={seal}").content.decode()
        assert 'name="way"' not in page and "Start" in page


def test_a_form_that_is_open_already_is_not_thrown_away(keys: Any) -> None:
    visitor = Visitor()
    visitor.go("about")
    visitor.client.post("/ask/start/", {"way": "professional"})
    assert "Start again" in visitor.client.get(NOW).content.decode()
