"""The channels of the old podcast feeds, as the settings of the site and of its shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwave.authoring.literals import fits_site_toml, toml_value
from longwave.errors import ContentError
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.collected_facts import Pictures
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed
from longwave.moving.rss.channel_settings import channel_values, image_of
from longwave.moving.rss.feed_parser import Document

_LANGUAGE = re.compile(r"""<html\b[^>]*\blang\s*=\s*["']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\b""")
#: The keys that an owner of a site changes for all of its shows at once.
_SHARED = frozenset({
    "description", "language", "author", "owner", "hosts", "image", "categories", "explicit", "copyright", "title",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """The settings that a feed's channel states: keys for the site or the show, by name, and the omissions."""

    values: Mapping[str, Any]
    omissions: tuple[Omission, ...]


def channel_settings(source: SourceSite, feed: JekyllFeed, pictures: Pictures) -> ChannelSettings:
    """Return the settings that the channel of a show's old feed states."""
    address = f"{source.url}{source.base}{feed.address}" if source.url else ""
    cover = image_of(feed.channel)
    omissions: list[Omission] = []
    names = {}
    if cover:
        names[cover] = pictures.name(cover)
        if not names[cover]:
            omissions.append(
                Omission(
                    f"{feed.name}: {cover}",
                    "the show's cover, which isn't in the old folder: name one in content/site.toml",
                )
            )
    site_values, show_values, more = channel_values(Document(feed.channel, ()), address, names)
    values = {**dict(site_values), **dict(show_values)}
    # A channel without a title is one that couldn't be rendered.
    stated = {
        key: value
        for key, value in values.items()
        if value not in ("", None) and (key != "title" or feed.channel.first_text("title"))
    }
    kept = {key: value for key, value in stated.items() if _fits(key, value)}
    omissions += [
        Omission(f"{feed.name}: {key}", "the old feed said so, but site.toml can't hold it")
        for key in stated.keys() - kept.keys()
    ]
    return ChannelSettings(kept, (*omissions, *more))


def shared_values(known: Mapping[str, Any], channels: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the keys that all channels state alike, and that the site doesn't have among those ``known``."""
    first = next(iter(channels.values()), {})
    return {
        key: value
        for key, value in first.items()
        if key in _SHARED and key not in known and all(channel.get(key) == value for channel in channels.values())
    }


def own_values(known: Mapping[str, Any], channel: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the keys of a channel's show: the title, those that only shows have, those that differ from the site's."""
    return {
        key: value
        for key, value in channel.items()
        if key not in _SHARED or key == "title" or _differs(key, known.get(key), value)
    }


def _differs(key: str, known: Any, value: Any) -> bool:
    if key == "image" and isinstance(known, str):
        return known != value and not f"/{known.lstrip('/')}".endswith(f"/{value}")
    name = known.get("name") if isinstance(known, Mapping) and not isinstance(value, Mapping) else known
    return bool(name != value)


def language_of_layouts(source: SourceSite) -> str:
    """Return the language that the layouts' ``<html lang>`` states; empty where none does, or where they disagree."""
    languages = set()
    for name in source.files:
        if name.startswith(("_layouts/", "_includes/")) and name.endswith((".html", ".htm")):
            try:
                languages |= {match.lower() for match in _LANGUAGE.findall(source.text(name))}
            except ContentError:
                continue
    return languages.pop() if len(languages) == 1 else ""


def _fits(key: str, value: Any) -> bool:
    line = f"{key} = {toml_value(value)}"
    return fits_site_toml(line if key in _SHARED else f"[shows.x]\n{line}")
