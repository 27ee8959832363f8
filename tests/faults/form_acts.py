"""People at the form, in forks: what each sees after a press counts as said to them."""

import html
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.test import Client

from selfreferral.models import Draft, DraftPart
from selfreferral.outbox import LETTERS
from tests.faults import acts
from tests.selfreferral.visitor import HIDDEN, NOW, Visitor

REFERENCE = re.compile(rf"\b[{LETTERS}]{{3}}-[{LETTERS}]{{3}}\b")
HELPLINE = "0808 2000 247"
Tab = dict[str, Any]


def fill(names: list[str], until: str = "check") -> Iterator[Tab]:
    """Each walks up to a step and has its page open: {name, cookie, hidden, journey}."""
    for name in names:
        visitor = Visitor()
        visitor.go(until, about={"name": name})
        yield tab_of(visitor, name)


def tab_of(visitor: Visitor, name: str) -> Tab:
    hidden = visitor.hidden()
    return {"name": name, "cookie": visitor.cookie, "hidden": hidden, "journey": hidden["journey"]}


def browser_of(tab: Tab) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies[settings.DRAFT_COOKIE_NAME] = tab["cookie"]
    return client


def press(
    tabs: list[Tab], given: dict[str, Any] | None = None, do: str = "next", times: int = 1
) -> Iterator[Any]:
    """Presses the button of each page that stands open, and says what the person sees then.

    ["told", reference, name], or ["page", name, status, words] when it is any other page.
    """
    for tab in tabs:
        for _ in range(times):
            client = browser_of(tab)
            close_old_connections()  # as the server does before each request
            step = tab["hidden"]["a-current_step"]
            answers = {f"{step}-{name}": value for name, value in (given or {}).items()}
            response = client.post(NOW, {**tab["hidden"], **answers, "do": do})
            assert response.status_code == 303 and not response.content
            close_old_connections()
            page = client.get(response.url)
            yield seen(page.content.decode(), page.status_code, tab["name"])


def seen(page: str, status: int, name: str) -> list[Any]:
    found = REFERENCE.search(page)
    if found and "It is sent" in page:
        return acts.tell(found.group(), name)
    return ["page", name, status, html.unescape(page)]


def look(tab: Tab) -> Iterator[Any]:
    """What stands at the form's address for this browser: {hidden, page}."""
    close_old_connections()
    page = browser_of(tab).get(NOW)
    text = page.content.decode()
    yield {"status": page.status_code, "hidden": dict(HIDDEN.findall(text)), "page": html.unescape(text)}


def leave(tab: Tab) -> Iterator[Any]:
    yield browser_of(tab).post("/leave/").status_code


def go_on(tab: Tab) -> Iterator[Any]:
    """Answers whatever is asked from where this browser stands, up to the end."""
    visitor = Visitor(start=False)
    visitor.client = browser_of(tab)
    response = visitor.go(about={"name": tab["name"]})
    assert response is not None
    page = visitor.client.get(response.url)
    yield seen(page.content.decode(), page.status_code, tab["name"])


def start_again(tab: Tab, name: str) -> Iterator[Tab]:
    """Somebody else at the same browser, from the first page up to the last."""
    visitor = Visitor(start=False)
    visitor.client = browser_of(tab)
    for _ in range(2):  # a form that was sent or left meanwhile gives up its cookie first
        visitor.client.post("/ask/start/", {"again": "1"})
    visitor.go("check", about={"name": name})
    yield tab_of(visitor, name)


def traces() -> Iterator[Any]:
    """What the drafts' tables still hold."""
    states = sorted(Draft.objects.values_list("state", flat=True))
    yield {"parts": DraftPart.objects.count(), "states": states}


def press_and_stay(tab: Tab, given: dict[str, Any]) -> Iterator[Any]:
    """As `press`, in a browser that keeps the cookie it is given; says the page and the tab it is now."""
    client = browser_of(tab)
    step = tab["hidden"]["a-current_step"]
    answers = {f"{step}-{name}": value for name, value in given.items()}
    response = client.post(NOW, {**tab["hidden"], **answers, "do": "next"})
    assert response.status_code == 303 and not response.content
    page = client.get(response.url)
    text = page.content.decode()
    yield seen(text, page.status_code, tab["name"])
    hidden = dict(HIDDEN.findall(text))
    cookie = client.cookies[settings.DRAFT_COOKIE_NAME].value
    yield {**tab, "cookie": cookie, "hidden": hidden, "journey": hidden.get("journey", "")}
