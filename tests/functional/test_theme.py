"""The owner's theme (theme.css and keys in site.toml), as a browser gets it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support import Server, Site

Open = Callable[[], FlaskClient]


def linked(client: FlaskClient) -> str:
    """Return the address of the theme's stylesheet on the home page; empty without one."""
    match = re.search(r'href="(/theme\.css[^"]*)"', client.get("/").text)
    return match[1] if match else ""


def test_no_theme_is_no_stylesheet(site: Site, open_client: Open) -> None:
    """A site without a theme has no /theme.css, and no page links to one."""
    site.episode()
    client = open_client()
    assert (client.get("/theme.css").status_code, linked(client)) == (404, "")


def test_the_theme_is_kept_for_as_long_as_it_is_the_same(site: Site, open_client: Open) -> None:
    """The theme's stylesheet is cacheable for a year at its versioned address, and for seconds at any other."""
    site.episode()
    site.put("content/site.toml", 'accent = "teal"\nfont = "Inter, sans-serif"\nradius = 4\n')
    site.put("content/theme.css", "\ufeff.site { letter-spacing: 0 }\r\n")
    client = open_client()
    address = linked(client)
    assert re.fullmatch(r"/theme\.css\?v=[0-9a-f]{10}", address)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--accent: light-dark(#" in answer.text
    assert "--font-text: Inter, sans-serif;" in answer.text
    assert answer.text.endswith("--radius: 4px;\n}\n.site { letter-spacing: 0 }\n")
    for other in ("/theme.css", "/theme.css?v=0123456789"):
        assert client.get(other).headers["Cache-Control"].startswith("public, max-age=30,")
        assert client.get(other).text == answer.text


def test_a_new_theme_reaches_a_running_server(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """A reindex brings a changed or deleted theme.css and changed theme keys in site.toml to a running server."""
    site.episode()
    server = serve()
    assert server.get("/theme.css").status == 404
    site.put("content/theme.css", "a { color: teal }")
    assert site.run("reindex").returncode == 0
    eventually(lambda: server.get("/theme.css").text == "a { color: teal }\n")
    site.put("content/site.toml", 'radius = "1rem"')
    assert site.run("reindex").returncode == 0
    eventually(lambda: "--radius: 1rem" in server.get("/theme.css").text)
    (site.root / "content/theme.css").unlink()
    assert site.run("reindex").returncode == 0
    eventually(lambda: "teal" not in server.get("/theme.css").text)


def test_a_theme_that_cannot_be_read(site: Site, open_client: Open) -> None:
    """A theme.css that is too long or isn't UTF-8 is reported in one line, and the last good one stays."""
    site.episode()
    site.put("content/theme.css", "a { color: teal }")
    assert site.run("reindex").returncode == 0
    site.put("content/theme.css", b"a { color: \xff }")
    assert "content/theme.css:1: expected UTF-8 text" in site.run("check").stdout
    assert site.run("reindex").returncode == 0
    assert open_client().get("/theme.css").text == "a { color: teal }\n"
    site.put("content/theme.css", "/**/" * 100_000)
    assert "content/theme.css: expected at most 200,000 bytes, found more.\n" in site.run("check").stdout
