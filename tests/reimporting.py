"""The import of a feed that Longwave published, and the comparison of that feed with the imported site's own."""

from __future__ import annotations

import contextlib
from pathlib import Path

from lxml import etree
from support import Client, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

FEED = "/podcast/feed.xml"
NS = {"podcast": "https://podcastindex.org/namespace/1.0", "atom": "http://www.w3.org/2005/Atom"}
#: The Podcasting 2.0 elements about discussions, AI, live broadcasts and other feeds, which ``described`` returns.
_KINDS = (
    "socialInteract",
    "txt",
    "medium",
    "updateFrequency",
    "podroll",
    "publisher",
    "remoteItem",
    "contentLink",
    "chat",
)
_TAGS = frozenset({"comments", f"{{{NS['atom']}}}link", *(f"{{{NS['podcast']}}}{kind}" for kind in _KINDS)})


def said(parent: etree._Element, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the text and the attributes of each descendant of ``parent`` that the path ``name`` selects."""
    return [((each.text or ""), {str(k): str(v) for k, v in each.attrib.items()}) for each in parent.findall(name, NS)]


def imported(root: Path, feed: bytes) -> bytes:
    """Import a feed as a site below the new folder ``root``, without downloading audio; return that site's feed."""
    root.mkdir()
    (root / "feed.xml").write_bytes(feed)
    done = Site(root).run("import", "rss", "feed.xml", "--into", "new", "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    settings = (root / "new/content/site.toml").read_text("utf-8").replace("# url = ", "url = ")
    (root / "new/content/site.toml").write_text(settings.replace("podcast.example.com", "harbour.example"), "utf-8")
    app = create_app(root / "new")
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return app.test_client().get(FEED).data


def described(feed: bytes) -> list[list[str]]:
    """Return the elements of ``_TAGS`` in a feed, as text: a list for the channel, and for each item and broadcast."""
    channel = etree.fromstring(feed)[0]
    items = [each for each in channel if each.tag == "item" or str(each.tag).endswith("}liveItem")]
    return [[str(sorted(part.attrib.items())), *map(_text, filter(_is_described, part))] for part in (channel, *items)]


def _is_described(element: etree._Element) -> bool:
    return element.tag in _TAGS and element.get("type") != "application/rss+xml"


def _text(element: etree._Element) -> str:
    return etree.tostring(element, with_tail=False).decode()
