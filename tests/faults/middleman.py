"""Somebody between us and a broker, who misbehaves when told to: one named way for each connection.

He reads AMQP frame by frame, so that he can cut, swallow or change exactly the one that a way is about.
"""

import random
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

US, BROKER = "us", "broker"  # who has sent a frame
CUT = b"cut"  # ends the connection, instead of a frame
# class and method of what he looks for
CLOSE_OK, PUBLISH, ACK, GET_OK, DECLARE = (10, 51), (60, 40), (60, 80), (60, 71), (50, 10)
NACK = struct.pack(">HH", 60, 120)
Way = Callable[[str, tuple[int, int], bytes], bytes]
WAYS: dict[str, Way] = {"good": lambda side, method, frame: frame}


def on(name: str, side: str, method: tuple[int, int], answer: Callable[[bytes], bytes]) -> None:
    """A way that lets everything pass but this one frame of theirs."""
    WAYS[name] = lambda by, seen, frame: answer(frame) if (by, seen) == (side, method) else frame


on("cut before the letter", US, PUBLISH, lambda frame: CUT)
on("cut before the confirm", BROKER, ACK, lambda frame: CUT)
on("confirm swallowed", BROKER, ACK, lambda frame: b"")
on("nack", BROKER, ACK, lambda frame: frame[:7] + NACK + frame[11:])
on("cut before the receipt", BROKER, GET_OK, lambda frame: CUT)
on("cut before our thanks", US, ACK, lambda frame: CUT)
on("half a frame", BROKER, ACK, lambda frame: frame[:9])
on("another protocol", BROKER, (10, 10), lambda frame: b"HTTP/1.1 400 Bad Request\r\n\r\n")
on("nonsense", BROKER, ACK, lambda frame: b"\x09\x00\x00" + b"\xff" * 40)
on("look swallowed", US, DECLARE, lambda frame: b"")
WAYS["silent"] = lambda side, method, frame: b""
WAYS["nobody"] = lambda side, method, frame: CUT
WAYS["slow bytes"] = WAYS["good"]

STALLING = {
    "silent",
    "slow bytes",
    "confirm swallowed",
    "look swallowed",
    "half a frame",
    "another protocol",
    "nonsense",
}
# In the others no receipt is there yet that could be cut off.
AGAIN = sorted(set(WAYS) - {"good", "cut before the receipt", "cut before our thanks"})


class Middleman:
    """`ways`: names of WAYS, one for each connection; then `usual`. `heard` counts connections."""

    def __init__(self, port: int, *, context: ssl.SSLContext | None = None) -> None:
        self.ways: list[str] = []
        self.usual, self.heard, self.letters = "good", 0, 0
        self.broker, self.context = port, context
        self.over = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def down(self) -> None:
        self.over.set()
        self.socket.close()

    def listen(self) -> None:
        while not self.over.is_set():
            try:
                plain, _address = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain: socket.socket) -> None:
        self.heard += 1
        way = self.ways.pop(0) if self.ways else self.usual
        try:
            ours = self.context.wrap_socket(plain, server_side=True) if self.context else plain
            theirs = socket.create_connection(("127.0.0.1", self.broker))
        except OSError:
            plain.close()
            return
        back = threading.Thread(target=self.carry, args=(BROKER, theirs, ours, way), daemon=True)
        back.start()
        self.carry(US, ours, theirs, way)
        back.join(10)
        for one in (ours, theirs):
            one.close()

    def carry(self, side: str, source: socket.socket, target: socket.socket, way: str) -> None:
        try:
            for method, frame in frames(source, opening=side == US):
                self.letters += (side, method) == (US, PUBLISH)
                passed = WAYS[way](side, method, frame)
                if passed == CUT:
                    break
                if way == "slow bytes" and side == BROKER:
                    for byte in passed:
                        target.sendall(bytes([byte]))
                        if self.over.wait(0.05):
                            return
                else:
                    target.sendall(passed)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def frames(source: socket.socket, *, opening: bool) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Each frame with its class and method; (0, 0) for one that is no method."""
    if opening:
        yield (0, 0), exactly(source, 8)
    while True:
        head = exactly(source, 7)
        kind, _channel, size = struct.unpack(">BHI", head)
        rest = exactly(source, size + 1)
        method = struct.unpack(">HH", rest[:4]) if kind == 1 else (0, 0)
        yield (method[0], method[1]), head + rest


def exactly(source: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def storm(seed: int, length: int) -> list[str]:
    """Ways for so many connections, most of them quick."""
    chance = random.Random(seed)
    quick = [name for name in WAYS if name not in STALLING]
    return chance.choices([*quick, *quick, "good", "good", "confirm swallowed"], k=length)
