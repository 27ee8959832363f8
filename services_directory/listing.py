"""Placeholder."""
def list_services(terms, *, now):
    return {}
