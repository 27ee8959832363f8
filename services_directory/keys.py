"""`<key:pk>` in an address: a number that a row can have. A larger one is no address of ours (404).

A plain `<int:pk>` takes any number of digits, and what no database can hold would end as our error.
"""

from django.urls import register_converter
from django.urls.converters import IntConverter

LAST = 2**31 - 1  # of PostgreSQL's integer, which most tables count with


class KeyConverter(IntConverter):
    """Raises ValueError, which Django takes as "does not match"."""

    def to_python(self, value: str) -> int:
        if len(value) > len(str(LAST)) or (key := int(value)) > LAST:
            raise ValueError("no row has this key")
        return key


register_converter(KeyConverter, "key")
