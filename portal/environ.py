"""The only reader of the process environment.

Every setting that an operator can change is declared once, in `Environ`, with its
type, its default and the mend to print when it is wrong. A wrong value stops the start.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from honcho.environ import parse as parse_env_file

DOORS = ("public", "cms", "triage")
MAIL_SCHEMES = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


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

    def span(self, name: str, **default: int) -> timedelta:
        """A length of time, written as a whole number of what `default` is in: days=365. Never nothing."""
        unit, usual = next(iter(default.items()))
        number = self.number(name, usual)
        if not 1 <= number <= 36500:
            raise ImproperlyConfigured(f"{name} is {number}. Write a whole number of {unit}, 1 or more.")
        return timedelta(**{unit: number})

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def doors(self, name: str, default: str) -> list[str]:
        doors = self.words(name, default)
        if unknown := sorted(set(doors) - set(DOORS)):
            raise ImproperlyConfigured(f"{name} names {', '.join(unknown)}. Choose from: {', '.join(DOORS)}.")
        return doors

    def exit_address(self, name: str, default: str, *, own_hosts: list[str], allow_http: bool) -> str:
        """The address that a person leaves to: another site, over https."""
        address = self.text(name, default)
        if problem := exit_address_problem(address, own_hosts=own_hosts, allow_http=allow_http):
            raise ImproperlyConfigured(f"{name} is {address!r}. {problem}")
        return address

    def mail(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_… settings, out of smtp+tls://user:password@host:587. Empty host: no mail.

        The address holds a password, so it is never shown.
        """
        address = self.text(name, "smtp:")
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme not in MAIL_SCHEMES or parts.path.strip("/") or bool(host) == (address == "smtp:"):
            raise ImproperlyConfigured(
                f"{name} is no address of a mail server. Write smtp+tls://user:password@host:587, "
                "or smtps:// for TLS from the start; leave it out for no mail."
            )
        return {
            "host": host,
            "port": port or MAIL_SCHEMES[parts.scheme],
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "tls": parts.scheme == "smtp+tls",
            "ssl": parts.scheme == "smtps",
        }

    def oidc(self, name: str) -> dict[str, Any] | None:
        """An OpenID Connect provider, out of {name}_ISSUER, _CLIENT_ID and _CLIENT_SECRET; None when unset.

        The secret is never shown.
        """
        parts = {part: self.text(f"{name}_{part}", "") for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
        missing = [f"{name}_{part}" for part, value in parts.items() if not value]
        if len(missing) == len(parts):
            return None
        if missing:
            raise ImproperlyConfigured(
                f"{' and '.join(missing)} is not set. Set all of {name}_…, or none to sign in without it."
            )
        issuer = urlsplit(parts["ISSUER"])
        if issuer.scheme != "https" or not issuer.hostname or issuer.query or issuer.fragment:
            raise ImproperlyConfigured(
                f"{name}_ISSUER is no plain address that starts with https://. Write what your provider "
                "calls the issuer, such as https://login.example.gov.uk/council"
            )
        return {
            "provider_id": "council",
            "name": self.text(f"{name}_NAME", "your council account"),
            "client_id": parts["CLIENT_ID"],
            "secret": parts["CLIENT_SECRET"],
            # Who they are comes from the signed token alone, and a verified address finds the person.
            "settings": {
                "server_url": parts["ISSUER"],
                "fetch_userinfo": False,
                "email_authentication": True,
            },
        }

    def own_address(self, name: str) -> str:
        """The address under which people reach this site: https, a host, nothing behind it."""
        mend = "Write the public site's own address: https://help.example.gov.uk"
        address = self.text(name, mend=mend).rstrip("/")
        parts = urlsplit(address)
        if parts.scheme != "https" or not parts.hostname or address != f"https://{parts.netloc}":
            raise ImproperlyConfigured(f"{name} is {address!r}. {mend}")
        if "@" in parts.netloc or parts.hostname == "localhost":
            raise ImproperlyConfigured(f"{name} is {address!r}. {mend}")
        return address

    def webhook(self, name: str, *, allow_http: bool) -> str:
        """An address that takes a POST, over https; empty when none is set."""
        address = self.text(name, "")
        schemes = {"https", "http"} if allow_http else {"https"}
        if address and (urlsplit(address).scheme not in schemes or not urlsplit(address).hostname):
            raise ImproperlyConfigured(f"{name} is no whole address that starts with https://")
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
