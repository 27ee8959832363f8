"""One POST to a host that we do not trust: ten seconds from the look-up of its name to the last byte of
its answer, 64 KiB at most, its certificate checked, no redirect, and no way into our own network.

The address that was checked is the one that is connected to, so a name that changes its mind between
the two leads nowhere. Why not a library: docs/decisions/webhook.md.
"""

import contextlib
import functools
import http.client
import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

AT_MOST = 10.0  # seconds
LONGEST = 64 * 1024  # bytes, headers and all
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = tuple[socket.AddressFamily, tuple]


class NoAnswer(Exception):
    """In plain words. `slow`: it cost time, so asking again at once would cost as much."""

    def __init__(self, words: str, *, slow: bool = False) -> None:
        super().__init__(words)
        self.slow = slow


class NotAllowed(Exception):
    """The address is one that nothing may be sent to."""


class Answer(NamedTuple):
    """`headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Raises NoAnswer, NotAllowed. Any status is an answer."""
    until = time.monotonic() + AT_MOST
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}[parts.scheme]
    fixed = {
        "Host": parts.netloc,
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    lines = [f"POST {parts.path or '/'} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in {**fixed, **headers}.items()]
    try:
        with contextlib.closing(connect(host, port, until)) as plain:
            sock = wrap(plain, host, until) if parts.scheme == "https" else plain
            with contextlib.closing(sock):
                send(sock, "\r\n".join([*lines, "", ""]).encode("ascii") + body, until)
                return read(sock, until)
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(f"Its certificate is not right: {error.verify_message}") from None
    except TimeoutError:
        raise NoAnswer("It did not answer in time.", slow=True) from None
    except ssl.SSLError:
        raise NoAnswer("No secure connection (TLS) could be made.") from None
    except ConnectionRefusedError:
        raise NoAnswer("Nobody listens there.") from None
    except OSError as error:
        raise NoAnswer(f"The connection broke ({type(error).__name__}).") from None
    except http.client.HTTPException as error:
        raise NoAnswer(f"It answered no proper HTTP ({type(error).__name__}).") from None


def left(until: float) -> float:
    """Seconds that are left. Raises TimeoutError when none are."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def connect(host: str, port: int, until: float) -> socket.socket:
    """To the first address that answers, each of them checked before the first is tried."""
    found = resolve(host, port, until)
    for number, (family, address) in enumerate(found):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(left(until) / (len(found) - number))
            sock.connect(address)
        except OSError:
            sock.close()
            if number == len(found) - 1:
                raise
        else:
            return sock
    raise NoAnswer("Its name has no address.")


def resolve(host: str, port: int, until: float, *, inside: Collection[str] = ()) -> list[Address]:
    """The addresses of a name. Raises NotAllowed when one of them is not for the public internet, unless
    the name is one of WEBHOOK_PRIVATE_HOSTS or of `inside`.

    In a thread, because the system's look-up has no time limit of ours.
    """
    found: queue.SimpleQueue = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            found.put(None)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answers = found.get(timeout=left(until))
    except queue.Empty:
        raise TimeoutError from None
    if not answers:
        raise NoAnswer("Its name was not found.")
    if host not in (*settings.WEBHOOK_PRIVATE_HOSTS, *inside):
        for *_, address in answers:
            if not is_public(address[0]):
                raise NotAllowed("Its address is inside a private network; see WEBHOOK_PRIVATE_HOSTS.")
    return [(family, address) for family, *_, address in answers]


def is_public(words: str) -> bool:
    """Also looks at the IPv4 address that an IPv6 one may carry."""
    address = ipaddress.ip_address(words.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if address.teredo or address.is_site_local:
            return False
        address = carried or address
    return address.is_global and not address.is_multicast


def wrap(sock: socket.socket, host: str, until: float) -> ssl.SSLSocket:
    sock.settimeout(left(until))
    return trusted().wrap_socket(sock, server_hostname=host)


def trusted() -> ssl.SSLContext:
    """The system's own authorities, and the one that the operator trusts."""
    return trust(settings.WEBHOOK_CA_FILE)


@functools.cache
def trust(authority: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(authority)
    return context


def send(sock: socket.socket, data: bytes, until: float) -> None:
    view = memoryview(data)
    while view:
        sock.settimeout(left(until))
        view = view[sock.send(view) :]


def read(sock: socket.socket, until: float) -> Answer:
    response = http.client.HTTPResponse(_Opened(sock, until), method="POST")  # type: ignore[arg-type]
    with contextlib.closing(response):
        response.begin()
        body = response.read(LONGEST)
        found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, found, body)


class _Opened(io.RawIOBase):
    """What http.client reads from. A socket's own time limit begins anew with every byte; this does not."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self.sock, self.until, self.rest = sock, until, LONGEST

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[override]
        if self.rest <= 0:
            raise NoAnswer("It answered too much.")
        self.sock.settimeout(left(self.until))
        count = self.sock.recv_into(buffer, min(len(buffer), self.rest))
        self.rest -= count
        return count
