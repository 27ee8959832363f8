"""A receiver that misbehaves in every way that we know, one named way for each request.

It stands on the reference receiver, so that a letter can really lie there although the answer is bad.
"""

import json
import random
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from selfreferral import signatures
from selfreferral.reference_receiver import Receiver, Wrong

STALL = 5.0  # seconds that a thread of this server waits at most
Headers = dict[str, str]


class Nasty:
    """`ways`: names of WAYS, one for each request; then `usual`. `heard`: path and reference of each."""

    def __init__(self, folder: Path, *, context: ssl.SSLContext | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.secret, (self.private, self.public_key) = signatures.new_secret(), signatures.new_pair()
        self.receiver = Receiver(folder, secret=self.secret, private=self.private, say=lambda words: None)
        self.folder, self.context = folder, context
        self.ways: list[str] = []
        self.usual = "good"
        self.heard: list[tuple[str, str]] = []
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/front-door"

    def letters(self) -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in self.folder.glob("*.age")}

    def down(self) -> None:
        self.over.set()
        self.socket.close()

    def listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, plain: socket.socket) -> None:
        plain.settimeout(STALL)
        try:
            connection = self.context.wrap_socket(plain, server_side=True) if self.context else plain
            with connection:
                path, headers, body = read(connection)
                self.heard.append((path, headers.get("webhook-id", "")))
                name = self.ways.pop(0) if self.ways else self.usual
                WAYS[name](self, connection, path, headers, body)
        except OSError:
            plain.close()

    def real(self, path: str, headers: Headers, body: bytes) -> tuple[Headers, bytes]:
        return self.receiver.answer(path, headers, body)

    def signed(
        self, headers: Headers, said: object, *, late: float = 0, key: str = "", id: str = ""
    ) -> bytes:
        """A whole answer with 200, signed as wanted."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        now = datetime.now(UTC) - timedelta(seconds=late)
        return whole(
            200,
            signatures.headers(key or self.private, id=id or headers["webhook-id"], body=body, now=now),
            body,
        )


def read(connection: socket.socket) -> tuple[str, Headers, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += more(connection)
    head, _blank, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += more(connection)
    return first.split()[1], headers, body


def more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError
    return data


def whole(status: int, headers: Headers, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


Way = Callable[[Nasty, socket.socket, str, Headers, bytes], None]
WAYS: dict[str, Way] = {}


def way(name: str) -> Callable[[Way], Way]:
    return lambda act: WAYS.setdefault(name, act)


def good_answer(nasty: Nasty, path: str, headers: Headers, body: bytes) -> bytes:
    try:
        return whole(200, *nasty.real(path, headers, body))
    except Wrong as wrong:
        return whole(wrong.status, {}, str(wrong).encode())


def plain(name: str, answer: bytes) -> None:
    WAYS[name] = lambda nasty, connection, path, headers, body: connection.sendall(answer)


for status in (500, 502, 503, 400, 401, 403, 404, 405, 408, 409, 413, 422, 425, 429, 100, 304):
    plain(str(status), whole(status, {}))
plain("429 and wait", whole(429, {"Retry-After": "1"}))
plain("503 and wait for a year", whole(503, {"Retry-After": "31536000"}))
plain("wait until no time at all", whole(429, {"Retry-After": "²"}))
plain("a sign-in page", whole(200, {"Content-Type": "text/html"}, b"<h1>Please sign in</h1>"))
plain("empty", whole(200, {}))
plain("no content", whole(204, {}))
plain("no HTTP", b"220 mail.example ESMTP\r\n")
plain("ten gigabytes are announced", b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\nabc")
plain("a broken chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n")


@way("good")
def good(nasty, connection, path, headers, body) -> None:
    connection.sendall(good_answer(nasty, path, headers, body))


@way("double")
def double(nasty, connection, path, headers, body) -> None:
    connection.sendall(2 * good_answer(nasty, path, headers, body))


@way("in chunks")
def in_chunks(nasty, connection, path, headers, body) -> None:
    signed, answer = nasty.real(path, headers, body)
    lines = [
        "HTTP/1.1 201 So",
        *(f"{n}: {v}" for n, v in signed.items()),
        "Transfer-Encoding: chunked",
        "",
        "",
    ]
    parts = [answer[:10], answer[10:], b""]
    connection.sendall("\r\n".join(lines).encode() + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts))


@way("a redirect")
def redirect(nasty, connection, path, headers, body) -> None:
    connection.sendall(whole(307, {"Location": f"{nasty.url}/elsewhere"}))


@way("a redirect to nothing")
def redirect_away(nasty, connection, path, headers, body) -> None:
    connection.sendall(whole(302, {"Location": "http://169.254.169.254/"}))


@way("silent")
def silent(nasty, connection, path, headers, body) -> None:
    connection.recv(1)


@way("slow bytes")
def slow_bytes(nasty, connection, path, headers, body) -> None:
    for byte in good_answer(nasty, path, headers, body):
        connection.sendall(bytes([byte]))
        if nasty.over.wait(0.05):
            return


@way("endless body")
def endless_body(nasty, connection, path, headers, body) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        connection.sendall(b"x" * 65536)


@way("endless header")
def endless_header(nasty, connection, path, headers, body) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000_000):
        connection.sendall(b"X-%d: y\r\n" % number)


@way("endless go on")
def endless_continue(nasty, connection, path, headers, body) -> None:
    for _ in range(1_000_000):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@way("reset at once")
def reset(nasty, connection, path, headers, body) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@way("stored, then reset")
def stored_then_reset(nasty, connection, path, headers, body) -> None:
    good_answer(nasty, path, headers, body)
    reset(nasty, connection, path, headers, body)


@way("stored, then silent")
def stored_then_silent(nasty, connection, path, headers, body) -> None:
    good_answer(nasty, path, headers, body)
    silent(nasty, connection, path, headers, body)


@way("stored, half an answer")
def stored_then_half(nasty, connection, path, headers, body) -> None:
    answer = good_answer(nasty, path, headers, body)
    connection.sendall(answer[: len(answer) - 20])


@way("stored, then 500")
def stored_then_error(nasty, connection, path, headers, body) -> None:
    good_answer(nasty, path, headers, body)
    connection.sendall(whole(500, {}))


def forged(name: str, forge: Callable[[Nasty, Headers, dict], bytes]) -> None:
    """An answer made of what a good one would say. The letter is not stored."""

    def act(nasty, connection, path, headers, body) -> None:
        data = json.loads(body)["data"]
        said = {
            "answers": headers["webhook-signature"],
            "reference": data.get("reference"),
            "digest": data.get("digest"),
            "received_at": datetime.now(UTC).isoformat(),
        }
        connection.sendall(forge(nasty, headers, said))

    WAYS[name] = act


forged("signed by another", lambda n, h, said: n.signed(h, said, key=signatures.new_pair()[0]))
forged("signed with the secret", lambda n, h, said: n.signed(h, said, key=n.secret))
forged("not signed", lambda n, h, said: whole(200, {}, json.dumps(said).encode()))
forged("signed ten minutes ago", lambda n, h, said: n.signed(h, said, late=600))
forged("signed in ten minutes", lambda n, h, said: n.signed(h, said, late=-600))
forged("for another attempt", lambda n, h, said: n.signed(h, {**said, "answers": "v1,AAAA"}))
forged("for no attempt", lambda n, h, said: n.signed(h, {k: said[k] for k in said if k != "answers"}))
forged("another id", lambda n, h, said: n.signed(h, said, id="CCC-CCC"))
forged("another reference", lambda n, h, said: n.signed(h, {**said, "reference": "CCC-CCC"}))
forged("another digest", lambda n, h, said: n.signed(h, {**said, "digest": "0" * 64}))
forged("received tomorrow", lambda n, h, said: n.signed(h, {**said, "received_at": "2999-01-01T00:00:00Z"}))
forged(
    "received without a zone", lambda n, h, said: n.signed(h, {**said, "received_at": "2026-01-01T00:00:00"})
)
forged(
    "received before the calendar",
    lambda n, h, said: n.signed(h, {**said, "received_at": "0001-01-01T00:00:00+01:00"}),
)
forged("received never", lambda n, h, said: n.signed(h, {**said, "received_at": None}))
forged("signed, and no JSON", lambda n, h, said: n.signed(h, b"received, thank you"))
forged("signed, and a list", lambda n, h, said: n.signed(h, b"[]"))
forged("signed, and too deep", lambda n, h, said: n.signed(h, b"[" * 30_000))
forged("signed, and too long", lambda n, h, said: n.signed(h, {**said, "more": "x" * 70_000}))

# What comes of each: everything else is tried again.
REFUSED = {"400", "401", "403", "404", "405", "409", "413", "422"}
RECEIVED = {"good", "double", "in chunks"}
# The answer never comes, or never ends: the time limit ends it.
STALLING = {"silent", "slow bytes", "stored, then silent"}
AGAIN = sorted(set(WAYS) - REFUSED - RECEIVED)


def storm(seed: int, length: int) -> list[str]:
    """Ways in which nothing is refused, most of them quick."""
    chance = random.Random(seed)
    quick = [name for name in AGAIN if name not in STALLING and "wait" not in name]
    return chance.choices([*quick, "good", "double"], k=length)
