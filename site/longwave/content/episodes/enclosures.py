"""The audio of an episode: its file's name by the show's pattern, and its address here or on another host."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace

from longwave.content.episodes.front_matter import FrontMatter
from longwave.content.fields.feed_field_types import AlternateKeys
from longwave.content.media.audio_facts import media_type
from longwave.content.media.audio_host import fill_pattern
from longwave.model import Alternate, Enclosure, Episode, Show
from longwave.routes import path_for
from longwave.urls import in_ascii


def fill_episode_pattern(pattern: str, episode: Episode) -> str:
    """Return a pattern with its ``{number}``, ``{slug}``, ``{season}``, ``{date}`` and ``{show}`` filled in.

    Other names in braces stay. The result is empty where the pattern asks for the number of an episode that has
    none: the pattern doesn't apply to such an episode.
    """
    # The values are made only for shows with a pattern, as most have none.
    values = _values(episode) if pattern else {}
    if not pattern or not _applies(pattern, values):
        return ""
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), pattern)


def episode_enclosure(meta: FrontMatter, show: Show, episode: Episode) -> Enclosure:
    """Return the enclosure that the front matter, else the show's pattern, else the slug names."""
    named = fill_episode_pattern(show.audio, episode)
    name = (meta.audio or named or f"{episode.slug}.mp3").strip()
    is_expected = bool(meta.audio or named or meta.mp3_bytes or meta.mp3_duration)
    return replace(
        make_enclosure(name, show, episode), expected=is_expected, bytes=meta.mp3_bytes, seconds=meta.mp3_duration
    )


def alternate_enclosure(keys: AlternateKeys, show: Show, episode: Episode) -> Alternate:
    """Return another form of the audio from one entry of the key ``alternates``."""
    sound = make_enclosure(keys.audio.strip(), show, episode)
    return Alternate(
        replace(sound, expected=True, bytes=keys.bytes, type=keys.type or sound.type), keys.title, keys.bitrate
    )


def make_enclosure(name: str, show: Show, episode: Episode) -> Enclosure:
    """Return the enclosure for a name: that of a file below ``content/audio/<show>/``, or an address."""
    is_remote = name.startswith(("https://", "http://"))
    file = "" if is_remote else name.removeprefix(path_for("audio", show=show.slug, file="")).lstrip("/")
    values = {**_values(episode), "file": file}
    hosted = fill_pattern(show.audio_url, values) if file and _applies(show.audio_url, values) else ""
    address = name if is_remote else hosted
    with contextlib.suppress(ValueError):
        address = in_ascii(address)
    return Enclosure(file=file, url=address, type=media_type(name))


def _applies(pattern: str, values: Mapping[str, object]) -> bool:
    return values["number"] != "" or "{number}" not in pattern


def _values(episode: Episode) -> Mapping[str, object]:
    """Return the values that a pattern may ask for; a number or season that isn't there is empty."""
    return {
        "number": episode.number if episode.number is not None else "",
        "slug": episode.slug,
        "season": episode.season if episode.season is not None else "",
        "date": f"{episode.date:%Y-%m-%d}",
        "show": episode.show,
    }
