"""A page comes packed only in a way that the browser says it can open."""

import pytest

from portal.packing import encoding_class


@pytest.mark.parametrize(
    "accepted, taken",
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br"),
        ("gzip, br;q=0", "gzip"),
        ("GZIP;q=0.5, BR; q=0.000", "gzip"),
        ("gzip;q=0, br;q=0, *", ""),
        ("brotli, gzippo", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_what_is_refused_is_not_sent(accepted: str, taken: str) -> None:
    assert encoding_class(accepted) == taken
