"""The sound that a post's front matter states, under any of the keys that Jekyll podcasts use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from longwave.content.fields.times import parse_seconds
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.posts import Post
from longwave.moving.rss.feed_values import parse_size

AUDIO_SUFFIXES = (".mp3", ".m4a", ".m4b", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac", ".mp4", ".m4v", ".webm")
#: The keys whose value is the sound, or a map or a list with it. The first with a usable value counts.
_SOUND = (
    "audio", "audio_url", "audiourl", "mp3", "mp3_url", "mp3url", "audio_file", "audiofile", "audio_link",
    "podcast_link", "podcast_url", "podcast_file", "podcast_audio", "podcast_mp3", "podcast_enclosure", "enclosure",
    "enclosure_url", "enclosures", "file", "file_url", "media", "media_url", "media_file", "episode_file",
    "episode_url", "episode_audio", "download", "download_url", "sound", "podcast", "itunes", "episode", "url", "link",
    "href", "src", "path", "uri", "filename", "attachments", "attachment",
)  # fmt: skip
_MAPS = ("podcast", "itunes", "audio", "enclosure", "media", "file", "episode", "mp3")
_SIZE = re.compile(r"(?:bytes?|size|length|file_?length)$", re.IGNORECASE)
_DURATION = re.compile(r"(?:duration|time|runtime|length|seconds)$", re.IGNORECASE)
_TYPE = re.compile(r"(?:mime_?type|media_?type|content_?type|^type|audio_type|enclosure_type)$", re.IGNORECASE)
#: The settings of ``_config.yml`` for the address below which files of audio lie.
_BASES = (
    "download_url", "audio_url", "audio_base_url", "audio_base", "audio_path", "media_url", "media_base_url", "mp3_url",
    "podcast.audio_url", "podcast.media_url", "podcast.download_url", "podcast.file_base", "podcast.enclosure_base",
    "podcast_url_base", "podcast_audio_url", "podcast_media_url", "file_base", "enclosure_base", "cdn_url", "cdn",
)  # fmt: skip
#: The most apps play MP3, so it is the enclosure of an episode in several formats.
_FORMATS = ("mp3", "m4a", "aac", "mp4", "m4b", "ogg", "oga", "opus", "flac", "wav")
_MAX_DEPTH = 3
#: A number below this is a length in seconds or minutes, not a size.
_MIN_SIZE = 10_000
#: The keys whose value is sound even if its address has no suffix of a file of audio.
_CERTAIN = re.compile(r"audio|mp3|enclosure|podcast_(?:link|url|file)|media_(?:url|file)", re.IGNORECASE)
_SPOKEN = re.compile(r"(?:(\d+)\s*h[a-z]*\.?,?)?\s*(?:(\d+)\s*m[a-z]*\.?,?)?\s*(?:(\d+)\s*s[a-z]*\.?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeyedSound:
    """A form of a post's sound: its address or file name, and its size, seconds and type (0 or empty: unknown)."""

    address: str
    bytes: int = 0
    seconds: int = 0
    type: str = ""


def sounds_of(source: SourceSite, post: Post) -> tuple[KeyedSound, ...]:
    """Return the forms of the sound that a post's front matter states, of which the first is the enclosure."""
    found = next((forms for key in _SOUND if (forms := tuple(_forms(key, post.meta.get(key), {})))), ())
    ranked = sorted(found, key=lambda form: _FORMATS.index(form.kind) if form.kind in _FORMATS else len(_FORMATS))
    several = len(ranked) > 1
    return tuple(
        KeyedSound(
            _with_base(source, form.address),
            _size(post.meta, form, several=several),
            _seconds(form.entry) or _seconds(post.meta),
            _type(form.entry) or ("" if several else _type(post.meta)),
        )
        for form in ranked
    )


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of sound as it is found: its format (mp3), its address, and the map in which the address stands."""

    kind: str
    address: str
    entry: Mapping[str, Any]


def _forms(key: str, value: Any, entry: Mapping[str, Any], depth: int = 0) -> Iterator[_Form]:
    """Yield each form of sound in the value of a key: a text, or a map or a list of such; ``entry`` is around it."""
    if isinstance(value, str):
        if is_sound(value) or (_CERTAIN.search(key) and re.fullmatch(r"https?://\S+/\S+", value.strip())):
            yield _Form(suffix_of(value).removeprefix("."), value.strip(), entry)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for item in value:
            yield from _forms(key, item, {}, depth + 1)
    elif isinstance(value, Mapping) and depth < _MAX_DEPTH:
        formats = [kind for kind in value if str(kind).lower() in _FORMATS]
        for kind in formats or [name for name in _SOUND if name in value]:
            found = tuple(_forms(f"{key} {kind}", value[kind], {} if formats else value, depth + 1))
            yield from found
            if found and not formats:
                return


def is_sound(text: str) -> bool:
    """Return whether a text is the name or the address of a file of audio or video."""
    return "\n" not in text.strip() and suffix_of(text) in AUDIO_SUFFIXES


def suffix_of(address: str) -> str:
    """Return the suffix of an address's path or of a file's name, in lower case."""
    try:
        path = urlsplit(address.strip()).path
    except ValueError:
        return ""
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def _with_base(source: SourceSite, address: str) -> str:
    """Return a bare file name below the base for audio in ``_config.yml``; any other address unchanged."""
    base = source.text_setting(*_BASES)
    is_base = base.startswith(("https://", "http://", "/")) and suffix_of(base) not in AUDIO_SUFFIXES
    if "://" in address or address.startswith("/") or not is_base:
        return address
    return f"{base.rstrip('/')}/{address}"


def _values(meta: Mapping[str, Any], pattern: re.Pattern[str]) -> Iterator[Any]:
    """Yield the values of keys that match a pattern: the front matter's own first, then those of maps about sound."""
    tables: Sequence[Any] = (meta, *(meta.get(name) for name in _MAPS))
    for table in tables:
        if isinstance(table, Mapping):
            yield from (value for key, value in table.items() if pattern.search(str(key)))


def _size(meta: Mapping[str, Any], form: _Form, *, several: bool) -> int:
    """Return the bytes stated of a form: beside its address, by its format, or of the post's only form."""
    stated = [*_values(form.entry, _SIZE), *_values(meta, _SIZE)]
    beside = len([*_values(form.entry, _SIZE)])
    for place, value in enumerate(stated):
        size = value.get(form.kind) if isinstance(value, Mapping) else "" if several and place >= beside else value
        is_number = isinstance(size, (int, str)) and not isinstance(size, bool)
        if is_number and (count := parse_size(str(size))) >= _MIN_SIZE:
            return count
    return 0


def _seconds(meta: Mapping[str, Any]) -> int:
    for value in _values(meta, _DURATION):
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            seconds = _parsed_duration(str(value).strip())
            if seconds and (":" in str(value) or seconds < 86_400):
                return seconds
    return 0


def _parsed_duration(text: str) -> int:
    """Return the seconds of ``1:02:33``, ``3753`` or ``1 h 2 min``; 0 for any other text."""
    spoken = _SPOKEN.fullmatch(text)
    if spoken and any(spoken.groups()):
        return int(spoken[1] or 0) * 3600 + int(spoken[2] or 0) * 60 + int(spoken[3] or 0)
    return parse_seconds(text) or 0


def _type(meta: Mapping[str, Any]) -> str:
    types = (value for value in _values(meta, _TYPE) if isinstance(value, str))
    return next((value for value in types if re.fullmatch(r"(?:audio|video)/[\w.+-]+", value)), "")
