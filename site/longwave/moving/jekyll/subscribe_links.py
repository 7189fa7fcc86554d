"""The places to subscribe in ``_config.yml``, found by the names of its keys or by the hosts of addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longwave.content.text.plain_text import one_line
from longwave.moving.rss.feed_values import host_without_www

#: The labels of services, by the beginning of a key in ``_config.yml``.
_SERVICES = {
    "apple": "Apple Podcasts", "itunes": "Apple Podcasts", "spotify": "Spotify", "overcast": "Overcast",
    "pocketcasts": "Pocket Casts", "pocket_casts": "Pocket Casts", "pocket-casts": "Pocket Casts",
    "amazon": "Amazon Music", "youtube": "YouTube", "google": "Google Podcasts", "stitcher": "Stitcher",
    "tunein": "TuneIn", "castro": "Castro", "deezer": "Deezer", "castbox": "Castbox", "podchaser": "Podchaser",
    "iheart": "iHeartRadio", "fyyd": "fyyd", "antennapod": "AntennaPod", "podcastaddict": "Podcast Addict",
    "podcast_addict": "Podcast Addict", "player_fm": "Player FM", "playerfm": "Player FM", "podverse": "Podverse",
    "fountain": "Fountain", "radiopublic": "RadioPublic", "soundcloud": "SoundCloud", "audible": "Audible",
}  # fmt: skip
#: The labels of services by the ends of their hosts.
_HOSTS = {
    "podcasts.apple.com": "Apple Podcasts", "itunes.apple.com": "Apple Podcasts", "open.spotify.com": "Spotify",
    "overcast.fm": "Overcast", "pca.st": "Pocket Casts", "pocketcasts.com": "Pocket Casts",
    "music.amazon.com": "Amazon Music", "podcasts.google.com": "Google Podcasts", "stitcher.com": "Stitcher",
    "tunein.com": "TuneIn", "castro.fm": "Castro", "deezer.com": "Deezer", "castbox.fm": "Castbox",
    "podchaser.com": "Podchaser", "iheart.com": "iHeartRadio", "fyyd.de": "fyyd", "antennapod.org": "AntennaPod",
    "podcastaddict.com": "Podcast Addict", "player.fm": "Player FM", "podverse.fm": "Podverse",
    "fountain.fm": "Fountain", "radiopublic.com": "RadioPublic", "podcastindex.org": "Podcast Index",
}  # fmt: skip
#: The beginnings of keys before the name of a service.
_PREFIXES = ("podcast_", "subscribe_", "link_", "links_", "url_", "listen_")
#: The words in the names of maps and lists whose addresses are places to subscribe or to follow.
_PLACES = (
    "podcast",
    "itunes",
    "feed",
    "social",
    "subscri",
    "link",
    "platform",
    "listen",
    "director",
    "service",
    "player",
    "app",
)
_MAX_DEPTH = 4


def subscribe_links(config: Mapping[str, Any]) -> tuple[dict[str, str], set[str]]:
    """Return the labels of the places to subscribe, by address, and the names of the settings that they are from."""
    links: dict[str, str] = {}
    used: set[str] = set()
    for name, key, label, url in _addresses(config, "", 0):
        service = _service(key, url) or (label and _service(label.lower(), url))
        if service:
            used.add(name)
            links.setdefault(url, service)
    return links, used


def _service(key: str, url: str) -> str:
    bare = key.lower()
    for prefix in _PREFIXES:
        bare = bare.removeprefix(prefix)
    by_key = next((label for start, label in _SERVICES.items() if bare.startswith(start)), "")
    host = host_without_www(url)
    by_host = (label for end, label in _HOSTS.items() if host == end or host.endswith(f".{end}"))
    return by_key or next(by_host, "")


def _addresses(value: Any, name: str, depth: int) -> Iterator[tuple[str, str, str, str]]:
    """Yield each address within a map with its setting's name, its key, and the label beside it, which may be empty."""
    items = value.items() if isinstance(value, Mapping) else ()
    for key, item in items:
        path = f"{name}.{key}" if name else str(key)
        if isinstance(item, str) and item.startswith(("https://", "http://")):
            yield path, str(key), "", item.strip()
        elif depth < _MAX_DEPTH and any(word in path.lower() for word in _PLACES):
            yield from _addresses(item, path, depth + 1)
            for entry in item if isinstance(item, list) else ():
                if isinstance(entry, Mapping):
                    yield from _of_entry(entry, path)


def _of_entry(entry: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the address of an entry such as ``{name: Spotify, url: https://…}``, or those in ``{spotify: https://…}``."""
    label = next(
        (one_line(str(entry[key])) for key in ("name", "title", "label", "text", "service") if key in entry), ""
    )
    for key, item in entry.items():
        if isinstance(item, str) and item.startswith(("https://", "http://")):
            yield path, str(key), label, item.strip()
