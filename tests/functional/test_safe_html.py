"""`html = "safe"`: HTML in Markdown is sanitized everywhere."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support import Site

BAD = "Before <script>alert(1)</script><b onclick='x()'>bold</b> <a href='javascript:x()'>a</a>\n\n<iframe src='https://e.example/'></iframe>\n"
PATHS = ("/podcast/1-first", "/about", "/guests/ann-lee", "/tags/aws", "/podcast/feed.xml")


def furnish(site: Site) -> None:
    """Write the same HTML into an episode, a page, a guest's and a tag's Markdown file."""
    site.episode(guest="Ann Lee", tags=["aws"], body=BAD)
    site.put("content/pages/about.md", f"---\ntitle: About\n---\n\n{BAD}")
    site.put("content/guests/ann-lee.md", f"---\nname: Ann Lee\n---\n\n{BAD}")
    site.put("content/tags/aws.md", f"---\ntitle: AWS\n---\n\n{BAD}")


def test_html_is_the_owners_choice(
    site: Site, open_client: Callable[[], FlaskClient], eventually: Callable[..., None]
) -> None:
    """HTML in Markdown is raw by default, sanitized everywhere with `html = "safe"`, and raw again without it."""
    furnish(site)
    client = open_client()
    pages = PATHS[:-1]
    for path in pages:
        assert "alert(1)" in client.get(path).text, path
    for kind, shown in (("safe", False), ("raw", True)):
        site.put("content/site.toml", f'html = "{kind}"\n')
        assert site.run("reindex").returncode == 0
        eventually(lambda want=shown: ("alert(1)" in client.get(PATHS[0]).text) is want)
        for path in pages:
            text = client.get(path).text
            for bad in ("alert(1)", "onclick", "javascript:", "<iframe src='https://e.example/'", "https://e.example"):
                assert bad not in text or shown, (path, bad)
            assert ">bold</b>" in text
    assert "alert(1)" not in client.get(PATHS[-1]).text


def test_another_value_is_a_problem(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """An unknown value of ``html`` is reported with its line, and sanitizes as well."""
    site.put("content/site.toml", 'title = "A"\nhtml = "clean"\n')
    site.episode(body=BAD)
    done = site.run("check")
    assert done.returncode == 1
    assert "content/site.toml:2: expected 'raw' or 'safe' as html, found 'clean'" in done.stdout
    assert "alert(1)" not in open_client().get(PATHS[0]).text


def test_the_check_knows_what_is_taken_away(site: Site) -> None:
    """`longwave check` doesn't warn that the CSP blocks a frame which the sanitizer removes."""
    site.put("content/site.toml", 'html = "safe"\n')
    site.episode(body=BAD)
    done = site.run("check")
    assert "e.example" not in done.stdout
