"""Asking for help, in the Wagtail admin."""

from selfreferral import routing_editing, sentence_editing  # noqa: F401  their hooks register themselves
