"""A draft as a visitor leaves it, for tests."""

from tests.selfreferral.visitor import Visitor

CANARY = "Zebra Quagga Okapi"


def typed() -> Visitor:
    """Somebody with answers kept and text that was not valid yet."""
    visitor = Visitor()
    visitor.go(until="about")
    visitor.post({"name": CANARY})
    visitor.post({"ways": ["phone"], "phone_cover": CANARY})
    return visitor
