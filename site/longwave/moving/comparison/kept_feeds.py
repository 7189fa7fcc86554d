"""The old feeds that an import keeps in a site's instance folder, so that `longwave check` can name what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from longwave.authoring.safe_writing import replace_file
from longwave.feeds.xml import clean
from longwave.moving.rss.feed_parser import NAMESPACES, Document, Element, read_document


def keep_feed(folder: Path, show: str, feed: Document) -> None:
    """Write the old feed of a show into a site's ``folder`` of old feeds, over that of an earlier import."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    channel = etree.SubElement(root, "channel")
    for child in (*feed.channel.children, *feed.items):
        _append(channel, child)
    text = etree.tostring(root, encoding="unicode")
    path, data = folder / f"{show}.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, data)


def kept_feeds(folder: Path) -> Iterator[tuple[str, Document]]:
    """Yield each show with an old feed in ``folder``, and that feed. Raises LongwaveError for a file that is none."""
    for path in sorted(folder.glob("*.xml")):
        yield path.stem, read_document(path.read_bytes(), f"{folder.parent.name}/{folder.name}/{path.name}")


def _append(parent: etree._Element, element: Element) -> None:
    """Append an element with everything in it, unless its name belongs to a vocabulary that nobody compares."""
    prefix, _, name = element.name.rpartition(":")
    if prefix and prefix not in NAMESPACES:
        return
    tag = f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name
    child = etree.SubElement(parent, tag, {key: clean(value) for key, value in element.attributes.items()})
    child.text = clean(element.text)
    for inner in element.children:
        _append(child, inner)
