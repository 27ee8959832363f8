"""Pathways, in the Wagtail admin."""
