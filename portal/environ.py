"""The only reader of the process environment.

Every setting that an operator can change is declared once, in `Environ`, with its
type, its default and the mend to print when it is wrong. A wrong value stops the start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from honcho.environ import parse as parse_env_file

DOORS = ("public", "cms", "triage")


class Environ:
    """Typed access to one mapping of strings.

    >>> Environ({"PORTAL_DEMO": "1"}).flag("PORTAL_DEMO")
    True
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    @classmethod
    def load(cls, base_dir: Path) -> "Environ":
        """Process environment over `.env` (honcho's format) beside manage.py."""
        env_file = base_dir / ".env"
        written = parse_env_file(env_file.read_text()) if env_file.exists() else {}
        return cls({**written, **os.environ})

    def text(self, name: str, default: str | None = None, *, mend: str = "") -> str:
        value = self.values.get(name, "").strip() or default
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set. {mend}".strip())
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in {"0", "1", "true", "false", "yes", "no"}:
            raise ImproperlyConfigured(f"{name} is {value!r}. Write 1 for on or 0 for off.")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit():
            raise ImproperlyConfigured(f"{name} is {value!r}. Write a whole number.")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def doors(self, name: str, default: str) -> list[str]:
        doors = self.words(name, default)
        if unknown := sorted(set(doors) - set(DOORS)):
            raise ImproperlyConfigured(
                f"{name} names {', '.join(unknown)}. Choose from: {', '.join(DOORS)}."
            )
        return doors

    def exit_address(self, name: str, default: str, *, own_hosts: list[str], allow_http: bool) -> str:
        """The address that a person leaves to: another site, over https."""
        address = self.text(name, default)
        if problem := exit_address_problem(address, own_hosts=own_hosts, allow_http=allow_http):
            raise ImproperlyConfigured(f"{name} is {address!r}. {problem}")
        return address


def exit_address_problem(address: str, *, own_hosts: list[str], allow_http: bool = False) -> str:
    """Why `address` cannot be left to, in plain words; empty when it can."""
    parts = urlsplit(address)
    schemes = {"https", "http"} if allow_http else {"https"}
    host = (parts.hostname or "").lower()
    if parts.scheme not in schemes or not host:
        return "Give a whole address that starts with https://, such as https://www.bbc.co.uk/weather"
    if parts.username or parts.query or parts.fragment or any(c in address for c in "\"'<>;, \t\r\n\\"):
        return "Give a plain address, without a name, a question mark, a # or a quotation mark in it."
    for own in (name.lower().lstrip(".") for name in own_hosts if name != "*"):
        if host == own or host.endswith("." + own):
            return "It is on our own site. Leaving must lead to somebody else's."
    return ""
