"""Asking for help, in the Wagtail admin."""

from selfreferral import sentence_editing  # noqa: F401  its hooks register themselves
