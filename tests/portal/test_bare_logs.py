"""Logs say that something happened, never what was said."""

import io
import logging

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal.bare_logs import Bare

SECRET = "Quillfeather"
ADDRESS = "203.0.113.77"


def crash(request: HttpRequest, kind: str) -> HttpResponse:
    text = request.POST.get("text", "") + request.GET.get("q", "")
    if kind == "odd":
        raise SuspiciousOperation(f"odd {text}")
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError(f"bad {text}") from error
    return HttpResponse()


urlpatterns = [path("crash/<kind>/", crash, name="crash")]
handler400 = "portal.error_pages.bad_request"
handler404 = "portal.error_pages.not_found"
handler500 = "portal.error_pages.server_error"


@pytest.fixture
def written(settings, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Everything that the console would get, from every logger, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"], style="{"))
    handler.addFilter(Bare())
    for name in ("", "django", "portal"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [handler])
        monkeypatch.setattr(logger, "level", logging.DEBUG)
    return stream


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["odd", "error"])
def test_a_crash_names_class_file_and_line_only(settings, written: io.StringIO, kind: str) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    client.post(f"/crash/{kind}/?q={SECRET}", {"text": SECRET}, HTTP_X_FORWARDED_FOR=ADDRESS)
    client.get(f"/{SECRET}/?q={SECRET}", HTTP_USER_AGENT=SECRET)
    client.get("/", HTTP_HOST=f"{SECRET}.example")
    lines = written.getvalue()
    assert SECRET.lower() not in lines.lower() and ADDRESS not in lines
    if kind == "error":
        assert "RuntimeError" in lines and "portal/test_bare_logs.py:" in lines and "from ValueError" in lines
        assert "(route crash)" in lines


def test_values_go_and_counts_stay(written: io.StringIO) -> None:
    logging.getLogger("portal.demo").info("%s loaded %d services for %r", SECRET, 63, {"a": SECRET})
    logging.getLogger("portal.demo").info("named %(name)s", {"name": SECRET})
    logging.getLogger("django.request").warning("%s: %s", "Not Found", f"/{SECRET}/")
    logging.getLogger("some.library").error(f"cannot parse {SECRET}")
    logging.getLogger("some.library").error("cannot parse", extra={"request": object()}, stack_info=True)
    lines = written.getvalue()
    assert SECRET not in lines
    assert "- loaded 63 services for -" in lines
    assert "Not Found: -" in lines
    assert "message withheld, portal/test_bare_logs.py:" in lines


def test_the_real_console_wears_the_filter(settings) -> None:
    for handler in settings.LOGGING["handlers"].values():
        assert handler["filters"] == ["bare"]
