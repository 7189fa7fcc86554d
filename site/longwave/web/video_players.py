"""The players of known video services, which a page shows in a frame once somebody has clicked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from longwave.content.site.origins import allows_origin, origin
from longwave.model import Listing

_YOUTUBE = re.compile(r"(?:www\.|m\.|music\.)?(?:youtube\.com|youtube-nocookie\.com|youtu\.be)")
_YOUTUBE_PATH = re.compile(r"/(?:(?:live|shorts|embed|v)/)?([\w-]{11})/?")
_YOUTUBE_ID = re.compile(r"[\w-]{11}")
_VIMEO_PATH = re.compile(r"/(?:video/)?(\d{3,15})(?:/([0-9a-f]{6,40}))?/?")
_PEERTUBE_PATH = re.compile(r"/(?:w|videos/watch|videos/embed)/([\w-]{6,60})/?")
_START = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")


@dataclass(frozen=True, slots=True)
class VideoPlayer:
    """A player of another site: the address of its page, and its ``service``, the name of that site."""

    url: str
    service: str

    @property
    def origin(self) -> str:
        """Return the origin that a Content-Security-Policy must let in for the player."""
        return origin(self.url)


def video_player(listing: Listing, allowed: Iterable[str]) -> VideoPlayer | None:
    """Return a player for the video at a show's or episode's address ``youtube`` or ``video``; None for other services.

    YouTube and Vimeo have one, and a PeerTube server if it is among ``allowed``, the origins in ``[security] allow``.
    """
    players = (_player(url, allowed) for url in (listing.youtube, listing.video) if url)
    return next((player for player in players if player), None)


def service_of(url: str) -> str:
    """Return the name of the service at an address: its proper name if it is known, else its host."""
    host = urlsplit(url).hostname or ""
    if _YOUTUBE.fullmatch(host):
        return "YouTube"
    return "Vimeo" if _is_vimeo(host) else host.removeprefix("www.")


def _player(url: str, allowed: Iterable[str]) -> VideoPlayer | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _YOUTUBE.fullmatch(host):
        address = _youtube(parts)
    elif _is_vimeo(host):
        address = _vimeo(parts)
    else:
        address = _peertube(parts) if allows_origin(allowed, origin(url)) else ""
    return VideoPlayer(address, service_of(url)) if address else None


def _youtube(parts: SplitResult) -> str:
    query = parse_qs(parts.query)
    path = _YOUTUBE_PATH.fullmatch(parts.path)
    video = path[1] if path else next(iter(query.get("v", [])), "")
    if not _YOUTUBE_ID.fullmatch(video):
        return ""
    seconds = _seconds(next(iter([*query.get("t", []), *query.get("start", [])]), ""))
    options = {"autoplay": 1} | ({"start": seconds} if seconds else {})
    return f"https://www.youtube-nocookie.com/embed/{video}?{urlencode(options)}"


def _vimeo(parts: SplitResult) -> str:
    path = _VIMEO_PATH.fullmatch(parts.path)
    if not path:
        return ""
    secret = path[2] or next(iter(parse_qs(parts.query).get("h", [])), "")
    # With ``dnt`` (do not track), Vimeo counts no views and sets no cookies for statistics.
    options = {"dnt": "1", "autoplay": "1"} | ({"h": secret} if secret.isalnum() else {})
    return f"https://player.vimeo.com/video/{path[1]}?{urlencode(options)}"


def _peertube(parts: SplitResult) -> str:
    path = _PEERTUBE_PATH.fullmatch(parts.path)
    # Peer-to-peer delivery, by which other viewers would learn the visitor's address, is turned off with ``p2p=0``.
    server = origin(parts.geturl())
    return f"{server}/videos/embed/{path[1]}?autoplay=1&p2p=0" if path and parts.scheme == "https" else ""


def _is_vimeo(host: str) -> bool:
    return host in ("vimeo.com", "www.vimeo.com", "player.vimeo.com")


def _seconds(text: str) -> int:
    """Return the seconds of a start such as ``90``, ``90s`` or ``1h2m3s``; 0 for anything else."""
    match = _START.fullmatch(text)
    if not match:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
