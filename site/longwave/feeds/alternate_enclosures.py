"""The alternate forms of an episode's sound in feeds: ``podcast:alternateEnclosure``, and attachments of JSON Feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longwave.feeds.feed_data import without_empty
from longwave.feeds.xml import Node, boolean, integer, node
from longwave.model import Alternate, Enclosure


def alternate_enclosure(alternate: Alternate) -> Node:
    """Return the tag of an alternate form, with its sources, whose addresses are absolute."""
    enclosure, integrity = alternate.enclosure, alternate.integrity
    return node(
        "podcast:alternateEnclosure",
        *(_source(source) for source in (enclosure, *alternate.sources)),
        node("podcast:integrity", type=integrity.type, value=integrity.value) if integrity else None,
        type=enclosure.type,
        length=integer(enclosure.bytes),
        bitrate=integer(alternate.bitrate),
        height=integer(alternate.height),
        lang=alternate.language,
        title=alternate.title,
        rel=alternate.rel,
        codecs=alternate.codecs,
        default=boolean(True) if alternate.default else "",
    )


def _source(source: Enclosure) -> Node:
    return node("podcast:source", uri=source.url, contentType=source.type)


def alternate_extension(alternate: Alternate) -> Mapping[str, Any]:
    """Return those values of an alternate form for which JSON Feed has no field, under the names that RSS has."""
    integrity = alternate.integrity
    return without_empty(
        bitrate=alternate.bitrate,
        height=alternate.height,
        lang=alternate.language,
        rel=alternate.rel,
        codecs=alternate.codecs,
        default=alternate.default,
        integrity={"type": integrity.type, "value": integrity.value} if integrity else None,
        sources=[{"uri": source.url, "contentType": source.type} for source in alternate.sources],
    )
