"""The way to a receiver elsewhere: right certificates only, and never into our own network."""

import socket
import time

import pytest

from selfreferral.transports import wire
from selfreferral.transports.base import Refused, Unreachable
from selfreferral.transports.webhook import Webhook
from tests.faults.authority import Authority
from tests.faults.nasty import Nasty
from tests.faults.sending import QUICK, deliver, endpoint

CERTIFICATES = {
    "self-signed": ({"host": "localhost", "self_signed": True}, Unreachable),
    "for another host": ({"host": "other.example"}, Unreachable),
    "ended": ({"host": "localhost", "ended": True}, Unreachable),
    "right": ({"host": "localhost"}, None),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize(("options", "expected"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_only_a_right_certificate_gets_a_letter(
    tmp_path, settings, monkeypatch, authority, options, expected
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS, settings.WEBHOOK_CA_FILE = ["localhost"], str(authority.file)
    Webhook.resting.clear()
    nasty = Nasty(tmp_path / "letters", context=authority.context(**options))
    to = endpoint(nasty, f"https://localhost:{nasty.port}/")
    try:
        if expected is None:
            deliver(to)
        else:
            with pytest.raises(expected, match="certificate"):
                deliver(to)
        assert bool(nasty.heard) == bool(nasty.letters()) == (expected is None)
        settings.WEBHOOK_CA_FILE = ""
        with pytest.raises(Unreachable, match="certificate"):
            deliver(to)
    finally:
        nasty.down()


def test_plain_http_is_for_the_demonstration_only(nasty: Nasty, settings) -> None:
    """However the address came into the database."""
    settings.PORTAL_DEMO = False
    with pytest.raises(Refused, match="https"):
        deliver(endpoint(nasty))
    assert nasty.heard == []


def test_a_receiver_without_tls_gets_nothing_over_https(nasty: Nasty) -> None:
    with pytest.raises(Unreachable):
        deliver(endpoint(nasty, nasty.url.replace("http:", "https:")))
    assert nasty.letters() == {} and nasty.heard == []


PRIVATE = [
    "127.0.0.1",
    "10.0.0.8",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a00:8::1",
    "2001:0:1:2::3",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_leads_nowhere(nasty: Nasty, monkeypatch, address: str) -> None:
    """Whatever else the name says; and nobody is connected to, not even the public one."""
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(Refused, match="private"):
        deliver(endpoint(nasty, "https://receiver.example/"))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_public(address: str) -> None:
    assert wire.is_public(address)


def test_a_name_that_changes_its_mind_is_asked_once(nasty: Nasty, monkeypatch) -> None:
    asked, connected = [], []

    def look_up(host, port, **options):
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(self, address):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(Unreachable):
        deliver(endpoint(nasty, f"http://receiver.example:{nasty.port}/"))
    assert (asked, connected) == (["receiver.example"], [("93.184.215.14", nasty.port)])


def test_a_look_up_that_hangs_ends_in_time(nasty: Nasty, monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(3))
    started = time.monotonic()
    with pytest.raises(Unreachable):
        deliver(endpoint(nasty, "https://receiver.example/"))
    assert time.monotonic() - started < QUICK + 2
