"""Pathways, in the Wagtail admin."""

from pathways import facts_editing  # noqa: F401  its hooks register themselves
