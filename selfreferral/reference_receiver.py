"""What a provider's own system has to do, in one small server: to try the exchange, and to copy from.

NEVER FOR PRODUCTION: it has no TLS, no accounts, no limits. The exchange: docs/receiving.md.
In FOLDER lie K7M-4QX.age (the sealed letter) and K7M-4QX.json (what was said about it). An empty file
K7M-4QX.opened says that a person has opened it, K7M-4QX.closed that the case is closed.
"""

import base64
import binascii
import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pyrage import x25519

from selfreferral import signatures
from selfreferral.receipts import REFERENCE
from services_directory import unsealing

LONGEST = 1024 * 1024  # bytes of a request
AT_ONCE = 500
Say = Callable[[str], object]


class Wrong(Exception):
    """The request is turned away with this status."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Receiver:
    """Keys and folder. `secret` verifies what comes (whsec_…), `private` signs what is answered (whsk_…)."""

    def __init__(
        self,
        folder: Path,
        *,
        secret: str,
        private: str,
        identities: Sequence[x25519.Identity] = (),
        say: Say = print,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        signatures.raw(secret, signatures.SECRET)
        signatures.raw(private, signatures.PRIVATE)
        self.folder, self.secret, self.private = folder, secret, private
        self.identities, self.say, self.clock = identities, say, clock
        self.one_at_a_time = threading.Lock()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        """Signed headers and body; `headers` by their names in small letters. Raises Wrong."""
        said = self.act(path, headers, body)
        return self.sign(headers[signatures.ID], {"answers": headers[signatures.SIGNATURE], **said})

    def act(
        self,
        path: str,
        headers: dict[str, str],
        body: bytes,
        *,
        oldest: timedelta | None = signatures.TOLERANCE,
    ) -> dict[str, Any]:
        """What there is to say to a request that was signed. Raises Wrong."""
        if problem := signatures.problem(headers, body, key=self.secret, now=self.clock(), oldest=oldest):
            raise Wrong(401, problem)
        id = headers[signatures.ID]
        questions = {"opened": self.opened, "held": self.held, "all": self.all}
        act = questions.get(path.rpartition("/")[2])
        try:
            data = json.loads(body)["data"]
            with self.one_at_a_time:
                return act(data) if act else self.take(id, data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Wrong(400, "It cannot be read.") from None

    def sign(self, id: str, said: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """Headers and body. `said` names the request's signature: the answer is of no use for any other."""
        answer = json.dumps(said).encode()
        return signatures.headers(self.private, id=id, body=answer, now=self.clock()), answer

    def take(self, id: str, data: dict[str, Any]) -> dict[str, Any]:
        """Stored on the disk before it is signed for; the same again gets the first receipt again."""
        reference, digest = data["reference"], data["digest"]
        try:
            sealed = base64.b64decode(data["sealed"], validate=True)
        except binascii.Error:
            raise Wrong(400, "The letter is no base64.") from None
        if reference != id or not REFERENCE.fullmatch(reference):
            raise Wrong(400, "The reference is no reference, or not that of webhook-id.")
        if hashlib.sha256(sealed).hexdigest() != digest:
            raise Wrong(422, "The letter does not match its digest.")
        now = self.clock().isoformat()
        receipt = {"reference": reference, "digest": digest, "received_at": now}
        if data["test"]:
            self.say(f"{reference} was a test: signed for and thrown away")
            return receipt
        note = self.file(reference, "json")
        if note.exists():
            kept = json.loads(note.read_text())
            if (kept["digest"], kept["queue"]) == (digest, data["queue"]):
                if self.digest_of(reference) != digest:  # damaged here since
                    write(self.file(reference, "age"), sealed)
                return {name: kept[name] for name in receipt}
            if handed_on(data) <= handed_on(kept):
                raise Wrong(409, "Another letter came under this reference.")
            for mark in self.folder.glob(f"{reference}.*"):  # it is back, and nobody has opened it yet
                if mark.suffix not in (".age", ".json"):
                    mark.unlink()
        write(self.file(reference, "age"), sealed)
        known = {name: value for name, value in data.items() if name != "sealed"}
        write(note, json.dumps({**known, **receipt}).encode())
        self.say(f"{reference} stored")
        self.open(reference, sealed)
        return receipt

    def open(self, reference: str, sealed: bytes) -> None:
        """To see that the key fits; not a word of the letter leaves this function."""
        if self.identities:
            try:
                unsealing.open(sealed, self.identities)
            except unsealing.CannotOpen:
                self.say(f"{reference} COULD NOT BE OPENED with this key")
            else:
                write(self.file(reference, "opened"), b"")
                self.say(f"{reference} opened")

    def opened(self, data: dict[str, Any]) -> dict[str, Any]:
        asked = [one for one in data["references"] if REFERENCE.fullmatch(one)]
        return {name: self.marked(asked, name) for name in ("opened", "closed")}

    def marked(self, references: Sequence[str], kind: str) -> dict[str, str]:
        marks = {one: self.file(one, kind) for one in references}
        return {
            one: datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat()
            for one, file in marks.items()
            if file.exists()
        }

    def held(self, data: dict[str, Any]) -> dict[str, Any]:
        asked = [one for one in data["references"] if REFERENCE.fullmatch(one)]
        return {"held": {one: self.digest_of(one) for one in asked if self.file(one, "age").exists()}}

    def all(self, data: dict[str, Any]) -> dict[str, Any]:
        after = data["after"]
        found = sorted(file.stem for file in self.folder.glob("*.json") if file.stem > after)
        return {"references": found[:AT_ONCE]}

    def digest_of(self, reference: str) -> str:
        file = self.file(reference, "age")
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""

    def file(self, reference: str, kind: str) -> Path:
        return self.folder / f"{reference}.{kind}"


def handed_on(data: dict[str, Any]) -> datetime:
    """When the letter was last sealed anew for another team; long ago for one that never was."""
    return datetime.fromisoformat(data.get("handed_on_at") or "0001-01-01T00:00:00+00:00")


def write(file: Path, content: bytes) -> None:
    """Whole, and on the disk, or not at all."""
    half = file.with_suffix(file.suffix + ".half")
    with half.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    half.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Handler(BaseHTTPRequestHandler):
    timeout = 10
    server: Any

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        try:
            if not length.isdigit() or int(length) > LONGEST:
                raise Wrong(413, "It is too long, or does not say how long it is.")
            headers = {name.lower(): value for name, value in self.headers.items()}
            signed, body = self.server.receiver.answer(self.path, headers, self.rfile.read(int(length)))
        except Wrong as wrong:
            self.server.receiver.say(f"turned away with {wrong.status}: {wrong}")
            self.reply(wrong.status, {"Content-Type": "text/plain"}, str(wrong).encode())
        else:
            self.reply(200, {"Content-Type": "application/json", **signed}, body)

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Nothing: what matters is said by the receiver."""


def server(receiver: Receiver, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """Listens already; `serve_forever()` answers."""
    listening = ThreadingHTTPServer((host, port), Handler)
    listening.daemon_threads = True
    listening.receiver = receiver  # type: ignore[attr-defined]
    return listening
