"""The site's address (url): one with a path is refused, as its pages would not be found below that path."""

from __future__ import annotations

import pytest
from support import Site

from longwave.urls import ROOT_HINT

PATH = "https://example.org/radio"


@pytest.mark.parametrize("command", [("check",), ("reindex",), ("serve", "--port", "0")])
@pytest.mark.parametrize(
    ("key", "place", "name"), [("url", "content/site.toml", " as url"), ("LONGWAVE_URL", "LONGWAVE_URL", "")]
)
def test_an_address_with_a_path_is_refused(
    site: Site, command: tuple[str, ...], key: str, place: str, name: str
) -> None:
    """If the site's url has a path, check, reindex and serve end with one line that names setting and remedy."""
    site.episode()
    if key == "url":
        site.put("content/site.toml", f'url = "{PATH}"\n')
    done = site.run(*command, **({} if key == "url" else {key: PATH}))
    assert done.returncode == 1
    assert done.stderr == f"Error: {place}: expected an address without a path{name}, found '{PATH}'. {ROOT_HINT}\n"


def test_what_is_published_stays_while_the_address_has_a_path(site: Site) -> None:
    """While the site's url has a path the last edition stays, and a new one is published once the path is gone."""
    site.episode()
    site.put("content/site.toml", 'url = "https://example.org/"\n')
    assert site.run("reindex").returncode == 0
    pointer = (site.root / "index" / "current").read_text()
    site.put("content/site.toml", f'url = "{PATH}"\n')
    assert site.run("reindex").returncode == 1
    assert (site.root / "index" / "current").read_text() == pointer
    site.put("content/site.toml", 'url = "https://example.org"\ntitle = "Mended"\n')
    assert site.run("reindex").returncode == 0
