"""What formtools' own storage does wrong, measured, so that test_wizard_faults.py is known to test something.

Each fault here has its counterpart there: the same act, and the right end.
"""

import base64
import zlib

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.selfreferral import stock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.selfreferral.stock")]
CURRENT = "stock-current_step"


@pytest.fixture
def client() -> Client:
    stock.sent.clear()
    client = Client(raise_request_exception=False)
    client.get("/stock/")
    return client


def post(client: Client, step: str, **given: object):
    return client.post(
        "/stock/", {CURRENT: step, **{f"{step}-{name}": value for name, value in given.items()}}
    )


def test_two_tabs_mix_two_people(client):
    post(client, "about", name="Sam")
    post(client, "about", name="Robin")  # an old tab
    post(client, "agree", share=["police"])
    assert stock.sent[0]["about"]["name"] == "Robin", "nobody was told"


def test_a_double_click_sends_twice(client):
    post(client, "about", name="Sam")
    as_it_was = Session.objects.get().session_data  # both requests read it before either writes
    post(client, "agree")
    Session.objects.update(session_data=as_it_was)
    post(client, "agree")
    assert len(stock.sent) == 2


def test_any_get_wipes_the_answers(client):
    post(client, "about", name="Sam")
    assert "Sam" not in client.get("/stock/").content.decode()
    assert "Sam" not in str(Session.objects.get().get_decoded())


def test_an_expired_session_throws_typed_text_away(client):
    post(client, "about", name="Sam")
    Session.objects.all().delete()
    page = post(client, "agree", share=["police"]).content.decode()
    assert "police" in page and "checked" not in page, "the same question again, empty, and no word why"


def test_an_unknown_step_is_a_crash(client):
    post(client, "about", name="Sam")
    assert post(client, "nowhere").status_code == 500


def test_a_broken_management_form_is_refused(client):
    assert client.post("/stock/", {"about-name": "Sam"}).status_code == 400


def test_the_answers_can_be_read_without_any_key(client):
    post(client, "about", name="Zebra Quagga")
    packed = Session.objects.get().session_data.split(":")[0].lstrip(".")
    raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    assert b"Zebra Quagga" in (raw if b"Zebra" in raw else zlib.decompress(raw))
