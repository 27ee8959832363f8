"""Asking for help, in the Wagtail admin."""

from selfreferral import (  # noqa: F401  their hooks register themselves
    endpoint_editing,
    hours_editing,
    operator_page,
    routing_editing,
    sentence_editing,
)
