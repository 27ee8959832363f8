"""Pathways, in the Wagtail admin."""

from pathways import facts_editing, training_editing  # noqa: F401  their hooks register themselves
