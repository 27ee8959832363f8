"""The vectors in docs/receiving.md, made by the code. To write them anew:

DJANGO_SETTINGS_MODULE=portal.settings.test python -m tests.selfreferral.receiving_vectors
"""

import base64
import hashlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from tests.running_site import ROOT

DOCUMENT = ROOT / "docs" / "receiving.md"
BEGIN, END = "<!-- vectors -->\n", "<!-- end of vectors -->"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
REFERENCE = "K7M-4QX"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
PRIVATE = "whsk_" + base64.b64encode(bytes(range(32, 64))).decode()
IDENTITY = "AGE-SECRET-KEY-130X2UM2U0MZ28W5H7T5J42KTSVVWM3P76US239SXGZ4ATXDMCJEQRAYARW"
LETTER = {
    "version": 2,
    "reference": REFERENCE,
    "queue": "provider",
    "kind": "A test vector: nobody has asked for help",
}
SEALED = base64.b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBzM3RPZ0diZUZ2b0hkNkN1SUJSdWFFOS9zTG1tT2ROczJYTUZVaFh0"
    "MmtzCmRQd1ZaczJ5SmN3RTBwYmdxdGNUd1pHWk9ENnRYKzl4N2ZFbFpMeTVVbkUKLT4gfFJ9bEU3LWdyZWFzZQpDZWZveHVi"
    "TFYwb2RqZjNzaHRDakhRR0dIK0lCcjA1a1o1enJxd1lpbEZaSklNcHdzeFEKLS0tIEFxdnpNWTNQempQN3FnZUI3QStUMDkv"
    "NUFvTjJZQWlEVGxxK3BhTy9tY2sKSj80WbniesiQBUcysoaGBHKVwTfRqgAif49F7I5N9JRIUbri4H91TBSWYfkPq6ansTGp"
    "49ft6+AX/UyJaCd8VKSb3ZqT5T7/5HYoSa3Box470VCV+xSfTKbr1mZNiTEwzWa3po5Nu/DOmyXnjk2+PNwbvqHuJM7obcGm"
    "VPvCv64fUNCQUKOhmylT5zS/p0cFDh1h3N6fYQzFAOmxm4Tws1H0dve8tbKTCdRXeldTcqWfj/EyJqulG7dQBazIddCpOQax"
    "RUmgCVVqG/bO64iYJRZJzA3QtG4bp3POLM2Ttay8Vx2vQxU/B0qF0hPu8ujM/kamKeazV6E5sgHsrryJlW5LqpLdy+KmDWa0"
    "twSv1gMDFesapbKWImCwWK8WbgW2"
)


class Exchange(NamedTuple):
    title: str
    path: str
    request: tuple[dict[str, str], bytes]
    answer: tuple[dict[str, str], bytes]


def exchanges() -> list[Exchange]:
    """A letter, the same again, and a question, from our real sender to the reference receiver."""
    from selfreferral.models import Endpoint
    from selfreferral.reference_receiver import Receiver
    from selfreferral.signatures import public_of
    from selfreferral.transports import webhook, wire

    made: list[Exchange] = []
    endpoint = Endpoint(url="https://receiver.example/referrals", public_key=public_of(PRIVATE))
    endpoint.keep(SECRET)

    with tempfile.TemporaryDirectory() as folder:
        receiver = Receiver(
            Path(folder), secret=SECRET, private=PRIVATE, say=lambda words: None, clock=lambda: NOW
        )

        def post(url: str, headers: dict[str, str], body: bytes) -> wire.Answer:
            path, sent = url.removeprefix("https://receiver.example"), {**headers}
            answer = receiver.answer(path, sent, body)
            made.append(Exchange("", path, (sent, body), answer))
            return wire.Answer(200, *answer)

        with (
            mock.patch.object(wire, "post", post),
            mock.patch("django.utils.timezone.now", lambda: NOW),
            mock.patch("secrets.token_hex", lambda count: "0" * 2 * count),
        ):
            webhook.deliver_to(
                endpoint,
                sealed=SEALED,
                reference=REFERENCE,
                queue_slug="provider",
                digest=hashlib.sha256(SEALED).hexdigest(),
                metadata={
                    "urgency": "urgent",
                    "age_band": "25-39",
                    "area_code": "in",
                    "form_version": 2,
                    "created_at": NOW,
                },
            )
            webhook.ask(endpoint, "opened", {"references": [REFERENCE]})
    titles = ["A letter, and its receipt", "A question, while nobody has opened it"]
    return [one._replace(title=title) for one, title in zip(made, titles, strict=True)]


def section() -> str:
    """What stands between the two marks."""
    from selfreferral.signatures import public_of

    keys = {
        "secret of both sides": SECRET,
        "receiver's private key": PRIVATE,
        "receiver's public key": public_of(PRIVATE),
        "team's age key": IDENTITY,
    }
    said = ["### Keys", "", "| key | value |", "|---|---|"]
    said += [
        f"| {name} | `{key}` |" if "/" not in key else f"| {name} | {key} |" for name, key in keys.items()
    ]
    said += ["", f"The sealed letter opens to `{json.dumps(LETTER)}` and spaces.", ""]
    for one in exchanges():
        said += [f"### {one.title}", "", "```http", f"POST {one.path} HTTP/1.1", "Host: receiver.example"]
        said += [*lines(one.request), "```", "", "```http", "HTTP/1.1 200 OK", *lines(one.answer), "```", ""]
    return "\n".join(said)


def lines(message: tuple[dict[str, Any], bytes]) -> list[str]:
    headers, body = message
    return [*(f"{name}: {value}" for name, value in headers.items()), "", body.decode()]


def in_the_document() -> str:
    return DOCUMENT.read_text().partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    import django

    django.setup()
    before, _begin, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(before + BEGIN + section() + END + rest.partition(END)[2])
