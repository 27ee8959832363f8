"""A mail server and a web server of the tests' own, which keep every byte they were sent."""

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.throwaway import free_port


class Sink:
    """Up and down on the same port. `heard` is every byte; `taken` what was accepted, in order."""

    def __init__(self) -> None:
        self.port = free_port()
        self.heard, self.taken = b"", []
        self.refuses: str | int | None = None
        self.stays_silent = threading.Event()
        self.server: Any = None

    def up(self) -> None:
        self.server = self.listen()
        self.server.daemon_threads, self.server.sink = True, self
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def down(self) -> None:
        self.stays_silent.set()
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def listen(self) -> Any:
        raise NotImplementedError


class Mail(Sink):
    """`taken`: (recipient, message). `refuses`: an address that it will not take anything for, and what it
    `says` then. `chokes_on`: one whose mail it refuses after the last byte; `dawdles_over`: one for which it
    never answers."""

    silent = False
    says = "550 no"
    chokes_on = dawdles_over = ""

    def listen(self) -> socketserver.ThreadingTCPServer:
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        return socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Dialogue)


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: Mail = self.server.sink  # type: ignore[attr-defined]
        if sink.silent:
            sink.stays_silent.wait(20)
            return
        self.say("220 sink")
        recipient = ""
        while line := self.rfile.readline():
            sink.heard += line
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                if recipient == sink.dawdles_over:
                    sink.stays_silent.wait(20)
                self.say(sink.says if recipient == sink.refuses else "250 ok")
            elif verb == b"DATA":
                self.say("354 go on")
                message = b"".join(iter(self.rfile.readline, b".\r\n"))
                sink.heard += message
                if recipient == sink.chokes_on:
                    self.say("552 mailbox full")
                    continue
                sink.taken.append((recipient, message.decode()))
                self.say("250 kept")
            else:
                self.say("221 bye" if verb == b"QUIT" else "250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Web(Sink):
    """`taken`: the text of each POST. `refuses`: the status to answer with instead of 204."""

    silent = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def listen(self) -> ThreadingHTTPServer:
        return ThreadingHTTPServer(("127.0.0.1", self.port), Hook)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sink: Web = self.server.sink  # type: ignore[attr-defined]
        if sink.silent:
            sink.stays_silent.wait(20)
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sink.heard += self.requestline.encode() + bytes(self.headers) + body
        if not sink.refuses:
            sink.taken.append(json.loads(body)["text"])
        self.send_response(int(sink.refuses or 204))
        self.send_header("Location", f"{sink.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass
