"""Web addresses, as typed and in ASCII."""

from __future__ import annotations

import pytest

from longwave.urls import base_address, site_address, web_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("https://straße.de/ä%20b", "https://xn--strae-oqa.de/%C3%A4%20b"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_an_address_is_in_ascii(typed: str, meant: str) -> None:
    """A typed web address gets its host in IDNA, and all other non-ASCII characters percent-encoded."""
    assert web_address(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "example.com", "ftp://example.com/", "https://", "https://a b", "https://[::1", "https://a/<b>"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Anything but an absolute web address is refused, with an example."""
    with pytest.raises(ValueError, match=r"^an address that begins with https://$"):
        web_address(typed)


def test_a_site_is_where_its_pages_are_added() -> None:
    """A site's address loses its final slash, and one with a query is refused."""
    assert base_address("https://example.com/show/") == "https://example.com/show"
    for typed in ("https://example.com/?a", "https://example.com/#a", "example.com"):
        for read in (base_address, site_address):
            with pytest.raises(ValueError, match=r"^an address such as https://podcast\.example\.com$"):
                read(typed)


def test_a_site_lies_at_the_root_of_its_host() -> None:
    """A site's address with a path is refused, and one with a port isn't."""
    assert site_address("https://example.com:8443/") == "https://example.com:8443"
    with pytest.raises(ValueError, match=r"^an address without a path$"):
        site_address("https://example.com/show/")
