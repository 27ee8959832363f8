"""The ways in which an alarm (or the link to an outcome) leaves the house: mail, and a POST of {"text": …}.
Fixed words only.

Nothing here raises, and nothing takes longer than a few seconds: the worker carries letters.
"""

import contextlib
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

AT_MOST = 5.0  # seconds for one of them, from the first byte to the last
ROUND = 15.0  # seconds for all of them; what is left comes first at the next round
logger = logging.getLogger("selfreferral.channels")


class Channels:
    """For one round. A mail server that lets nobody in is left alone until the next one; one that has
    something against a single mail is not."""

    def __init__(self) -> None:
        self.until = time.monotonic() + ROUND
        self.no_mail = not settings.EMAIL_HOST
        self.problem: Exception | None = None  # of the last mail

    @property
    def time_is_up(self) -> bool:
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        return self.until - time.monotonic()

    def mail(self, address: str, *, subject: str, words: str) -> bool:
        """Whether the mail server took it. Each mail has a connection of its own: one that was broken off
        says nothing for the next."""
        if self.no_mail or not address or self.time_is_up:
            return False
        connection = get_connection()
        message = EmailMessage(subject, words, to=[address], connection=connection)
        came_in = threading.Event()

        def post() -> None:
            connection.open()  # greeting, encryption and signing in, too
            came_in.set()
            try:
                message.send()
            finally:
                connection.close()

        problem = in_time(
            post, lambda: hang_up(getattr(connection, "connection", None)), seconds=self.seconds_left
        )
        self.problem = problem
        if problem is None:
            return True
        self.no_mail = not came_in.is_set()
        logger.error("A mail could not be sent; it is tried again", exc_info=problem)
        return False

    def webhook(self, address: str, *, words: str) -> bool:
        """Whether somebody there answered 2xx. Redirects are not followed."""
        if not address or self.time_is_up:
            return False
        parts = urlsplit(address)
        if parts.scheme != "https" and not settings.PORTAL_DEMO:
            logger.error("An alarm's webhook is not https, so nothing is sent there")
            return False
        connection = _connection(parts.scheme, parts.netloc.rpartition("@")[2])

        def post() -> None:
            target = parts.path or "/"
            body = json.dumps({"text": words}).encode()
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
            status = connection.getresponse().status
            if not 200 <= status < 300:
                raise http.client.HTTPException(f"answered {status}")

        problem = in_time(post, lambda: hang_up(connection), seconds=self.seconds_left)
        connection.close()
        if problem is not None:
            logger.error("An alarm could not be posted; it is tried again", exc_info=problem)
        return problem is None


def _connection(scheme: str, host: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, timeout=AT_MOST, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, timeout=AT_MOST)


def in_time(act: Callable[[], Any], give_up: Callable[[], None], *, seconds: float) -> Exception | None:
    """What went wrong, or None. It has `seconds`, and AT_MOST at the most. Time-outs of sockets begin anew
    with every byte; this one does not."""
    problems: list[Exception] = []

    def run() -> None:
        try:
            act()
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(max(0.0, min(AT_MOST, seconds)))
    if thread.is_alive():
        give_up()
        return TimeoutError()
    return problems[0] if problems else None


def hang_up(connection: Any) -> None:
    """Wakes whoever waits on it, so that no thread is left behind."""
    with contextlib.suppress(AttributeError, OSError):  # it never came so far, or is over
        connection.sock.shutdown(socket.SHUT_RDWR)
