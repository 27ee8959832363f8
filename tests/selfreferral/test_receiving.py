"""docs/receiving.md: its vectors are what the code makes, its Python is run, and age opens its letter."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.selfreferral.receiving_vectors import (
    BROKER_BEGIN,
    BROKER_END,
    DOCUMENT,
    IDENTITY,
    LETTER,
    NOW,
    PRIVATE,
    REFERENCE,
    SEALED,
    SECRET,
    broker_section,
    in_the_document,
    section,
)


@pytest.fixture(scope="module")
def vectors() -> list[tuple[dict[str, str], bytes]]:
    """Headers and body of each message, as they stand in the document."""
    found = []
    for block in re.findall(r"```http\n(.*?)\n```", in_the_document(), re.DOTALL):
        head, _blank, body = block.partition("\n\n")
        lines = head.split("\n")[1:]
        found.append((dict(line.split(": ", 1) for line in lines), body.encode()))
    assert len(found) == 4
    return found


@pytest.fixture(scope="module")
def theirs() -> dict:
    """The functions of the document's own Python."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict = {}
    exec(code, names)
    return names


def test_the_vectors_are_what_the_code_makes() -> None:
    assert in_the_document() == section()


def test_the_vectors_of_the_broker_are_what_the_code_makes() -> None:
    assert in_the_document(BROKER_BEGIN, BROKER_END) == broker_section()


def test_the_documents_own_code_does_for_a_broker(theirs) -> None:
    words = in_the_document(BROKER_BEGIN, BROKER_END)
    blocks = [block.partition("\n\n") for block in re.findall(r"```\n(.*?)\n```", words, re.DOTALL)]
    (sent, body), *answers = [
        (dict(line.split(": ", 1) for line in head.split("\n")), body.encode()) for head, _, body in blocks
    ]
    later, ever = NOW.timestamp() + 7200, float("inf")
    assert theirs["check"](sent, body, SECRET, later, oldest=ever)
    assert not theirs["check"](sent, body, SECRET, later)
    assert not theirs["check"](sent, body, SECRET, NOW.timestamp() - 301, oldest=ever)
    assert len(answers) == 2
    for headers, answer in answers:
        said = {name: value for name, value in json.loads(answer).items() if name != "answers"}
        assert theirs["answer"](sent, said, PRIVATE, NOW.timestamp()) == (headers, answer)


def test_the_documents_own_code_accepts_what_we_send_and_nothing_else(vectors, theirs) -> None:
    now = NOW.timestamp()
    for headers, body in vectors[::2]:
        assert theirs["check"](headers, body, SECRET, now)
        assert not theirs["check"](headers, body + b" ", SECRET, now)
        assert not theirs["check"](headers, body, SECRET, now + 301)
        assert not theirs["check"]({**headers, "webhook-id": "CCC-CCC"}, body, SECRET, now)


def test_the_documents_own_code_makes_the_receipt(vectors, theirs) -> None:
    for (headers, _body), (signed, answer) in zip(vectors[::2], vectors[1::2], strict=True):
        said = {name: value for name, value in json.loads(answer).items() if name != "answers"}
        assert theirs["answer"](headers, said, PRIVATE, NOW.timestamp()) == (signed, answer)


def test_the_letter_in_it_is_the_sealed_one(vectors) -> None:
    headers, body = vectors[0]
    data = json.loads(body)["data"]
    assert base64.b64decode(data["sealed"]) == SEALED and headers["webhook-id"] == REFERENCE
    assert data["digest"] == hashlib.sha256(SEALED).hexdigest() == json.loads(vectors[1][1])["digest"]


def test_the_standard_tool_opens_it(tmp_path: Path) -> None:
    program = shutil.which("age")
    if program is None:
        pytest.skip("age is not installed")
    (tmp_path / "team-key.txt").write_text(IDENTITY + "\n")
    (tmp_path / "K7M-4QX.age").write_bytes(SEALED)
    (command,) = re.findall(r"^age (--decrypt .*)$", DOCUMENT.read_text(), re.MULTILINE)
    opened = subprocess.run([program, *command.split()], cwd=tmp_path, check=True, capture_output=True).stdout
    assert json.loads(opened) == LETTER and opened.endswith(b"  ")
