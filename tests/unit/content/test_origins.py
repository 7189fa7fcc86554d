"""Origins as a Content-Security-Policy names them."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.site.origins import allows_origin, origin, parse_origin


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://Media.Example.com/a.mp3?x#y", "https://media.example.com"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("https://a.example:443/", "https://a.example"),
        ("https://user:word@a.example/x", "https://a.example"),
        ("https://straße.de/x", "https://xn--strae-oqa.de"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example"),
        ("https://a.example;script-src/x", ""),
        ("https://*.example/x", ""),
        ("https://[::1]/x", ""),
        ("https://a.example:port/", ""),
        ("data:image/png;base64,AA", ""),
        ("/images/full/a.png", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(url: str, named: str) -> None:
    """An address's origin is scheme, host and a port that isn't the default; it is empty if a policy can't name it."""
    assert origin(url) == named


@given(st.text(max_size=40) | st.text(alphabet="htps:/@[].*;, 'a\n", max_size=40).map("https://".__add__))
def test_no_address_ends_a_directive(url: str) -> None:
    """The origin of any address is empty or has no special characters."""
    assert re.fullmatch(r"(https?://[a-z0-9._-]+(:\d+)?)?", origin(url))
    with contextlib.suppress(ValueError):
        assert not set(parse_origin(url)) & set(" ;,'\"\n")


@pytest.mark.parametrize("text", ["https://a.example", "http://*.a.example:8080", "HTTPS://A.example"])
def test_what_may_be_allowed(text: str) -> None:
    """An allowed origin in site.toml may begin with *. and may have a port."""
    assert parse_origin(text) == text.lower()


@pytest.mark.parametrize(
    "text",
    ["a.example", "*", "https:", "https://*", "https://a.*.example", "https://a.example/", "https://a.example; x",
     "https://a.example\n", "ftp://a.example", "'unsafe-inline'", "https://a.example:*", ""],
)  # fmt: skip
def test_what_may_not_be_allowed(text: str) -> None:
    """An allowed origin in site.toml is refused if it isn't exactly one origin (such as an address with a path)."""
    with pytest.raises(ValueError, match="an origin such as"):
        parse_origin(text)


def test_what_a_policy_lets_in() -> None:
    """An allowed `*.host` covers its subdomains, not the host itself, and an allowed http origin covers https."""
    assert allows_origin(["https://*.a.example"], "https://x.y.a.example")
    assert not allows_origin(["https://*.a.example"], "https://a.example")
    assert not allows_origin(["https://*.a.example"], "https://bada.example")
    assert allows_origin(["http://a.example"], "https://a.example")
    assert not allows_origin(["https://a.example"], "http://a.example")
    assert not allows_origin(["https://a.example"], "https://a.example:8080")
    assert allows_origin(["https://a.example:443"], "https://a.example")
    assert not allows_origin([], "https://a.example")
