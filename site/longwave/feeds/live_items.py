"""The live broadcast of an episode as ``podcast:liveItem``, and for JSON Feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from longwave.content.media.media_types import media_type
from longwave.feeds.feed_data import without_empty
from longwave.feeds.xml import Node, node, rfc3339
from longwave.model import Chat, Live
from longwave.phrases import phrase

_HLS = "application/x-mpegURL"
#: Sites whose addresses are pages with a broadcast, and not the sound or film itself.
_PAGES = frozenset({
    "youtube.com", "youtu.be", "twitch.tv", "kick.com", "vimeo.com", "facebook.com", "instagram.com", "linkedin.com",
    "tiktok.com", "x.com", "twitter.com", "rumble.com", "zoom.us", "meet.google.com", "owncast.online", "zap.stream",
})  # fmt: skip


def live_item(live: Live, *children: Node) -> Node:
    """Return the ``podcast:liveItem`` of a broadcast; ``children`` are the elements that any item has."""
    return node(
        "podcast:liveItem",
        *children,
        *live_tags(live),
        status=live.status,
        start=rfc3339(live.start),
        end=rfc3339(live.end) if live.end else "",
    )


def live_tags(live: Live) -> Iterator[Node]:
    """Yield the elements that only a broadcast has: its sound or film, its pages and its chat."""
    if stream_type(live):
        # Nobody knows the size of a broadcast, but RSS requires a length.
        yield node("enclosure", url=live.url, type=stream_type(live), length="0")
    elif live.url:
        yield node("podcast:contentLink", phrase("live.watch"), href=live.url)
    yield from (node("podcast:contentLink", link.label or host_of(link.url), href=link.url) for link in live.links)
    if live.chat:
        yield _chat(live.chat)


def stream_type(live: Live) -> str:
    """Return the media type of a broadcast's sound or film; empty if its address leads to a page, or if it has none."""
    parts = urlsplit(live.url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if not live.url or (host in _PAGES and not live.type):
        return ""
    return live.type or (_HLS if parts.path.lower().endswith(".m3u8") else media_type(live.url))


def host_of(url: str) -> str:
    """Return the host of an address without ``www.``, as a label for a link without one."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def json_of_live(live: Live) -> dict[str, Any]:
    """Return a broadcast for JSON Feed's extension ``_podcast``."""
    chat = live.chat
    return without_empty(
        status=live.status,
        start=rfc3339(live.start),
        end=rfc3339(live.end) if live.end else "",
        url=live.url,
        type=stream_type(live),
        links=[{"label": link.label or host_of(link.url), "url": link.url} for link in live.links],
        chat=(chat.url or {"server": chat.server, "protocol": chat.protocol, "space": chat.space}) if chat else "",
    )


def _chat(chat: Chat) -> Node:
    if not chat.server:
        return node("podcast:contentLink", phrase("live.chat"), href=chat.url)
    return node("podcast:chat", server=chat.server, protocol=chat.protocol, accountId=chat.account_id, space=chat.space)
