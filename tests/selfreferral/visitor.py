"""A browser without scripts, as far as the form needs one."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.selfreferral.told import WAY

NOW = "/ask/now/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
EMPTY = "This page is empty"


class Visitor:
    """`hidden` is what the page that stands open would post; tests keep one to play a second tab."""

    def __init__(self, *, start: bool = True) -> None:
        self.client = Client()
        if start:
            assert self.client.post("/ask/start/").status_code == 303

    @property
    def cookie(self) -> str:
        return self.client.cookies[settings.DRAFT_COOKIE_NAME].value

    def page(self) -> str:
        response = self.client.get(NOW)
        assert response.status_code == 200
        return response.content.decode()

    def hidden(self) -> dict[str, str]:
        return dict(HIDDEN.findall(self.page()))

    @property
    def step(self) -> str:
        return self.hidden().get("a-current_step", "")

    def post(
        self, given: dict[str, Any] | None = None, *, do: str = "next", hidden: Any = None
    ) -> HttpResponse:
        """Answers of the step that `hidden` was rendered for; without it, of the current one."""
        hidden = self.hidden() if hidden is None else hidden
        step = hidden["a-current_step"]
        answers = {f"{step[:40]}-{name}": value for name, value in (given or {}).items()}
        response = self.client.post(NOW, {**hidden, **answers, "do": do})
        assert response.status_code == 303, "every POST is answered by 303"
        assert not response.content
        return response

    def go(self, until: str = "", **changes: dict[str, Any]) -> HttpResponse | None:
        """Answers step after step, up to `until` or the end."""
        response = None
        for _ in range(20):
            step = self.step
            if step == until:
                return response
            response = self.post({**WAY.get(step, {}), **changes.get(step, {})})
            if response.url != NOW:
                return response
        raise AssertionError(f"no way from {step} to {until or 'the end'}")

    def tell(self, step: str, given: dict[str, Any] | None = None, *, do: str = "next") -> HttpResponse:
        """One page of "Tell us more", from the page that lists them."""
        self.post(do=f"change:{step}")
        assert self.step == step
        return self.post(given, do=do)
