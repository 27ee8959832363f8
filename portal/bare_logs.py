"""Logs say that something happened, never what was said."""

import logging
import re
import traceback
from http import HTTPStatus
from pathlib import Path

from django.conf import settings

PLACEHOLDER = re.compile(r"%(\(\w+\))?[-+ #0]*[\d.*]*[a-zA-Z]")
REASONS = frozenset(status.phrase for status in HTTPStatus)
OURS = "portal", "home", "services_directory", "selfreferral", "triage", "pathways"


class Bare(logging.Filter):
    """Rewrites every record: values out, exceptions down to class, file and line.

    A message template is written by a programmer and may stay; what was filled into it may
    hold an address, a query or a name and goes, whole numbers excepted. A message of somebody
    else's library without arguments may have been filled in beforehand, so only the place
    that logged it is kept.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = self.template(record)
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match:
            message = f"{message} (route {match.view_name or match.route})"
        if record.exc_info and record.exc_info[1] is not None:
            message = f"{message} [{bare_exception(record.exc_info[1])}]"
        record.msg, record.args = message, ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    @staticmethod
    def template(record: logging.LogRecord) -> str:
        args = record.args
        if not args and not record.name.startswith(OURS):
            return f"(message withheld, {place(record.pathname, record.lineno)})"
        values = iter(args if isinstance(args, tuple) else ())

        def fill(match: re.Match) -> str:
            value = next(values, None)
            return str(value) if type(value) is int or (isinstance(value, str) and value in REASONS) else "-"

        return PLACEHOLDER.sub(fill, str(record.msg)) if args else str(record.msg)


def bare_exception(error: BaseException) -> str:
    """Class, file and line of an error and of what caused it, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if is_ours(frame.filename)]
    # The last line of our own code and the line that raised: together they find the fault.
    chosen = dict.fromkeys(place(frame.filename, frame.lineno or 0) for frame in [*ours[-1:], *frames[-1:]])
    words = f"{type(error).__name__} at {', '.join(chosen) or 'unknown place'}"
    cause = error.__cause__ or error.__context__
    return f"{words}; from {type(cause).__name__}" if cause else words


def is_ours(filename: str) -> bool:
    return filename.startswith(str(settings.BASE_DIR)) and "site-packages" not in filename


def place(filename: str, line: int) -> str:
    path = Path(filename)
    return f"{path.parent.name}/{path.name}:{line}"
