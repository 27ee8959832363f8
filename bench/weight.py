"""What a first visit weighs on the wire, headers and all (W1, W2)."""

import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

ASKS = re.compile(rb'<(?:link[^>]+rel="?stylesheet"?[^>]*href|script[^>]+src|img[^>]+src)="?([^" >]+)')
# Asked for after the words, and never needed: a picture in one or more formats, or an image alone.
LATER = re.compile(
    rb'<picture>(?:(?!</picture>).)*loading="lazy".*?</picture>|<img[^>]+loading="lazy"[^>]*>', re.DOTALL
)
SIZES = re.compile(rb'([^" ,]+) (\d+)w')
ALONE = re.compile(rb'src="?([^" >]+)')
FIRST_VISIT, NEXT_PAGE, FORM_STEP, REQUESTS = 16_000, 5_000, 4_000, 3


@dataclass
class Weight:
    """Bytes and requests of one page. `page` is the HTML's answer alone; `later` are pictures that come
    when somebody scrolls to them, in the smallest size that a phone may choose.
    """

    page: int
    parts: dict[str, int]
    later: dict[str, int]

    @property
    def first_visit(self) -> int:
        return self.page + sum(self.parts.values())

    @property
    def requests(self) -> int:
        return 1 + len(self.parts)


def fetch(base: str, path: str, encoding: str = "gzip, br", cookie: str = "") -> bytes:
    """The raw answer, status line and headers included, as the wire carries it."""
    host = urlsplit(base)
    headers = {"Host": host.netloc, "Accept-Encoding": encoding, "Connection": "close"}
    if cookie:
        headers["Cookie"] = cookie
    request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items()) + "\r\n"
    with socket.create_connection((host.hostname, host.port), timeout=20) as connection:
        connection.sendall(request.encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def weigh(base: str, path: str) -> Weight:
    """One page, and everything that a browser must ask for to show it."""
    html = fetch(base, path, encoding="identity")
    needed = LATER.sub(b"", html)
    parts = [found.decode() for found in ASKS.findall(needed) if not found.startswith(b"data:")]
    return Weight(
        page=len(fetch(base, path)),
        parts={part: len(fetch(base, part)) for part in parts},
        later={part: len(fetch(base, part)) for part in map(smallest, LATER.findall(html))},
    )


def smallest(picture: bytes) -> str:
    """The address of its smallest rendition, in the first format that is offered."""
    sizes = SIZES.findall(picture.split(b">", 2)[1]) or SIZES.findall(picture)
    found = min(sizes, key=lambda size: int(size[1]))[0] if sizes else ALONE.search(picture)[1]  # type: ignore[index]
    return found.decode()


def report(base: str, paths: list[str]) -> None:
    print(f"Bytes (goals: first visit ≤ {FIRST_VISIT}, next page ≤ {NEXT_PAGE}, {REQUESTS} requests)")
    for path in paths:
        weight = weigh(base, path)
        print(f"  {path:<28} first {weight.first_visit:6}  next {weight.page:6}  requests {weight.requests}")
        for part, size in weight.later.items():
            print(f"    later, not needed: {part.rsplit('/', 1)[-1]}  {size}")
