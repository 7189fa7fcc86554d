"""The enclosure of an episode: its file's name, by the show's pattern, and its address on the site or another host."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from longwave.content.episodes.front_matter import FrontMatter
from longwave.content.fields.enclosure_types import AlternateKeys
from longwave.content.media.audio_host import fill_pattern
from longwave.content.media.media_types import known_type, media_type
from longwave.model import Alternate, Enclosure, Episode, Integrity, Show
from longwave.routes import path_for
from longwave.urls import in_ascii

#: The beginnings of addresses outside of this site: on the web, and in IPFS and BitTorrent, which a few apps know.
_REMOTE = ("https://", "http://", "ipfs://", "ipns://", "magnet:")


def fill_episode_pattern(pattern: str, episode: Episode) -> str:
    """Return a pattern with its ``{number}``, ``{slug}``, ``{season}``, ``{date}`` and ``{show}`` filled in.

    Other names in braces stay. The result is empty if the pattern has ``{number}`` but the episode has no number.
    """
    # The values are computed only for shows with a pattern, as most have none.
    values = _values(episode) if pattern else {}
    if not pattern or not _applies(pattern, values):
        return ""
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), pattern)


def episode_enclosure(meta: FrontMatter, show: Show, episode: Episode) -> Enclosure:
    """Return the enclosure of an episode, named by the front matter, else the show's pattern, else the slug."""
    named = fill_episode_pattern(show.audio, episode)
    name = (meta.audio or named or f"{episode.slug}.mp3").strip()
    is_expected = bool(meta.audio or named or meta.mp3_bytes or meta.mp3_duration)
    found = make_enclosure(name, show, episode)
    return replace(
        found,
        expected=is_expected,
        bytes=meta.mp3_bytes,
        seconds=meta.mp3_duration,
        type=meta.type or found.type,
    )


def alternate_enclosure(keys: AlternateKeys, show: Show, episode: Episode) -> Alternate:
    """Return the alternate form of the audio that an entry of the key ``alternates`` describes."""
    sound = make_enclosure(keys.audio.strip(), show, episode)
    kind = keys.type or sound.type
    others = ((source, make_enclosure(source.audio.strip(), show, episode)) for source in keys.sources)
    return Alternate(
        replace(sound, expected=True, bytes=keys.bytes, type=kind),
        keys.title,
        keys.bitrate,
        keys.height,
        keys.language,
        keys.rel,
        keys.codecs,
        keys.default,
        Integrity(keys.integrity.type, keys.integrity.value) if keys.integrity else None,
        tuple(
            replace(other, expected=True, type=source.type or known_type(source.audio) or kind)
            for source, other in others
        ),
    )


def make_enclosure(name: str, show: Show, episode: Episode) -> Enclosure:
    """Return the enclosure for ``name``, the name of a file below ``content/audio/<show>/`` or a URL."""
    is_remote = name.lower().startswith(_REMOTE)
    file = "" if is_remote else name.removeprefix(path_for("audio", show=show.slug, file="")).lstrip("/")
    values = {**_values(episode), "file": file}
    hosted = fill_pattern(show.audio_url, values) if file and _applies(show.audio_url, values) else ""
    if hosted.startswith("/"):
        return Enclosure(file=file, type=media_type(name), path=unquote(hosted))
    address = name if is_remote else hosted
    with contextlib.suppress(ValueError):
        address = in_ascii(address)
    return Enclosure(file=file, url=address, type=media_type(name))


def _applies(pattern: str, values: Mapping[str, object]) -> bool:
    return values["number"] != "" or "{number}" not in pattern


def _values(episode: Episode) -> Mapping[str, object]:
    """Return an episode's values for ``{number}``, ``{slug}`` etc. in a pattern; a missing number or season is ""."""
    return {
        "number": episode.number if episode.number is not None else "",
        "slug": episode.slug,
        "season": episode.season if episode.season is not None else "",
        "date": f"{episode.date:%Y-%m-%d}",
        "show": episode.show,
    }
