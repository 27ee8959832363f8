"""What the doors write to somebody by mail, in a thread of its own: nobody waits, and no fault shows."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, connections

logger = logging.getLogger("portal.sign_in")
post_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sign-in mail")


def post_later(work: Callable[..., None], *given: Any) -> None:
    post_office.submit(quietly, work, *given)


def quietly(work: Callable[..., None], *given: Any) -> None:
    """A fault is logged by its kind and never with the address."""
    try:
        work(*given)
    except (OSError, SMTPException, DatabaseError) as fault:
        logger.warning("A mail about a sign-in was not sent: %s", type(fault).__name__)
    finally:
        connections.close_all()


def send(subject: str, words: str, address: str) -> None:
    send_mail(subject, words, settings.DEFAULT_FROM_EMAIL, [address])
