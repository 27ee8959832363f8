"""Placeholder until SEARCH writes it."""


def install(using: str = "default", **_signal) -> None:
    return
