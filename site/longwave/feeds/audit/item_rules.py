"""The rules for a feed's items, one at a time and all together: PSP-1 and Apple's."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from longwave.content.media.media_types import AUDIO_TYPES, DOCUMENT_TYPES, HLS, VIDEO_TYPES, is_document, is_video
from longwave.feeds.audit.audited_feed import AuditedElement, number_of, parts_of
from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.text import MAX_DESCRIPTION_BYTES

_NUMBERED = re.compile(r"(?:#\s*\d+|(?:ep(?:isode)?\.?|folge)\s*#?\d+)\b|\d{1,4}\s*[-–—:.|]\s", re.IGNORECASE)
_DURATION = re.compile(r"\d{1,6}|(?:\d{1,3}:)?\d{1,2}:\d{2}")
_MARKUP = re.compile(r"<(script|style|iframe|object|form)\b", re.IGNORECASE)
#: The media types by which apps recognise a file of chapters.
_CHAPTER_TYPES = frozenset({"application/json+chapters", "application/json"})
#: The media types that fit a file, by its suffix.
_MEDIA_TYPES = {**{suffix: {kind} for suffix, kind in (AUDIO_TYPES | VIDEO_TYPES | DOCUMENT_TYPES).items()},
          ".mp4": {"audio/mp4", "video/mp4"}, ".m4a": {"audio/mp4", "audio/x-m4a", "audio/m4a"},
          ".mp3": {"audio/mpeg", "audio/mp3"}, ".m4v": {"video/x-m4v", "video/mp4"},
          ".opus": {"audio/ogg", "audio/opus"}, ".wav": {"audio/wav", "audio/x-wav"},
          ".flac": {"audio/flac", "audio/x-flac"}, ".webm": {"audio/webm", "video/webm"},
          ".ogg": {"audio/ogg", "video/ogg"},
          ".m3u8": {HLS, "application/x-mpegurl", "audio/mpegurl"}}  # fmt: skip


def named(item: AuditedElement) -> str:
    """Return the name of an item for messages: its title, else its guid."""
    return f"“{item.text('title')[:60] or item.text('guid')[:60] or 'an item without a title'}”"


@rule("item", "each has a title, an enclosure, a guid and a date.")
def required(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        missing = [name for name in ("title", "guid", "pubDate") if not item.text(name)]
        if not item.attribute("enclosure", "url"):
            missing.append("enclosure")
        for name in missing:
            yield Finding(f"{named(item)} has no {name}", "Directories leave such an episode out.")


@rule("item-title", "the number stands in itunes:episode and not in the title.")
def titles(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        if _NUMBERED.match(item.text("title")):
            hint = "Apple wants the number in itunes:episode only; apps put it before the title."
            yield Finding(f"{named(item)} begins with its number", hint, "warning")


@rule("guid", "each is there once, and one that says that it is an address is one.")
def guids(subject: Subject) -> Iterator[Finding]:
    for guid, times in Counter(item.text("guid") for item in subject.feed.items if item.text("guid")).items():
        if times > 1:
            yield Finding(f"{guid} is there {times} times", "Apps show only one of the episodes.")
    for item in subject.feed.items:
        permanent = item.attribute("guid", "isPermaLink") != "false"
        if permanent and item.text("guid") and not item.text("guid").startswith(("http://", "https://")):
            yield Finding(f"{named(item)} has a guid that is no address", 'Say isPermaLink="false".')


@rule("date", "each is as RFC 2822 writes it, and none lies ahead.")
def dates(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        text = item.text("pubDate")
        if not text:
            continue
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            yield Finding(f"{named(item)} is of {text!r}", "Write Mon, 18 Nov 2019 12:00:00 +0000.")
            continue
        if (date if date.tzinfo else date.replace(tzinfo=UTC)) > datetime.now(UTC):
            yield Finding(f"{named(item)} is of {text}", "Apps hide what lies ahead.", "warning")


@rule("duration", "each sound and film has one, in seconds.")
def durations(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        text = item.text("itunes:duration")
        if not text and is_document(item.attribute("enclosure", "type") or "audio/mpeg"):
            continue
        if not text or not _DURATION.fullmatch(text) or not text.strip("0:"):
            found = f"{named(item)} has the duration {text!r}"
            yield Finding(found, "Write its seconds.", "warning" if not text else "error")


@rule("number", "seasons and episodes count from 1, and the kind of an episode is one of three.")
def numbers(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        for name in ("itunes:season", "itunes:episode"):
            text = item.text(name)
            if item.all(name) and number_of(text) < 1:
                yield Finding(f"{named(item)} has {name} {text[:40]!r}", "They count from 1; leave it out.")
        kind = item.text("itunes:episodeType")
        if kind and kind not in ("full", "trailer", "bonus"):
            yield Finding(f"{named(item)} has the type {kind!r}", "It is full, trailer or bonus.")
        explicit = item.text("itunes:explicit")
        if explicit and explicit not in ("true", "false"):
            yield Finding(f"{named(item)} has explicit {explicit!r}", "Apple takes true and false only.")


@rule("notes", "they have 4,000 bytes at most where they are plain, and nothing that runs or loads.")
def notes(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        size = len(item.text("description").encode())
        if size > MAX_DESCRIPTION_BYTES:
            found = f"{named(item)} has a description of {size} bytes"
            yield Finding(found, "Apple cuts it at 4,000; content:encoded may be longer.", "warning")
        markup = _MARKUP.search(item.text("content:encoded") or item.text("description"))
        if markup:
            yield Finding(f"{named(item)} has <{markup[1].lower()}> in its notes", "Apps drop it, or worse.")


@rule("enclosure", "each has an address of its own, a length and a fitting type.")
def enclosures(subject: Subject) -> Iterator[Finding]:
    urls = Counter(item.attribute("enclosure", "url") for item in subject.feed.items)
    for item in subject.feed.items:
        url = item.attribute("enclosure", "url")
        if not url:
            continue
        if urls[url] > 1:
            yield Finding(f"{named(item)} has {url} like {urls[url] - 1} more", "Apps take one of them.")
        if parts_of(url).scheme not in ("http", "https"):
            hint = "Write an address such as https://pod.example.com/1.mp3."
            yield Finding(f"{named(item)} has {url[:80]!r}", hint)
            continue
        length = item.attribute("enclosure", "length")
        if number_of(length) < 0:
            found = f"{named(item)} has the length {length[:40]!r}"
            yield Finding(found, "It is the file's size in bytes.")
        elif not number_of(length):
            hint = "It is the file's size in bytes; 0 is for what nobody knows."
            yield Finding(f"{named(item)} has the length {length!r}", hint, "warning")
        yield from _typed(item, url, subject.paths.get(url, ""))


@rule("file-name", "the files' names are of letters that every app can ask for.")
def file_names(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        path = unquote(item.attribute("enclosure", "url"))
        if not path.isascii():
            name = path.rpartition("/")[2]
            hint = "Old apps fail on such names: rename the file, and add a redirect."
            yield Finding(f"{named(item)} has the file {name!r}", hint, "warning")


def _typed(item: AuditedElement, url: str, file: str) -> Iterator[Finding]:
    kind, path, fitting = item.attribute("enclosure", "type"), parts_of(url).path.lower(), kinds_of(url)
    if not kind:
        yield Finding(f"{named(item)} has no type", "Such as audio/mpeg.")
    elif not fitting:
        hint = "Apple plays what ends in .mp3, .m4a, .mp4, .m4v or .mov."
        yield Finding(f"{named(item)} has {path.rpartition('/')[2]!r}", hint, "warning")
    elif not plays(path) and not is_document(kind):
        suffix = "mp4" if is_video(kind) else "mp3"
        command = shlex.join(("ffmpeg", "-i", file, f"{file.rpartition('.')[0]}.{suffix}"))
        hint = f"Apple Podcasts takes MP3, M4A and MP4. Convert it: {command}"
        yield Finding(f"{named(item)} has {unquote(parts_of(url).path).rpartition('/')[2]!r}", hint, "warning")
    elif kind not in fitting:
        hint = "Apps go by one or the other: name the file by its content, or say what it is."
        yield Finding(f"{named(item)} calls {path.rpartition('.')[2]} {kind}", hint, "warning")


@rule("podcasting-2.0", "transcripts and chapters have an absolute address and their type.")
def podcasting(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        for name in ("podcast:transcript", "podcast:chapters"):
            for element in item.all(name):
                url, kind = element.attributes.get("url", ""), element.attributes.get("type", "")
                if not url.startswith(("http://", "https://")) or not kind:
                    found = f"{named(item)} has {name} with url {url!r} and type {kind!r}"
                    yield Finding(found, "Both are required.")
                elif name == "podcast:chapters" and kind.partition(";")[0].strip() not in _CHAPTER_TYPES:
                    found = f"{named(item)} has podcast:chapters with the type {kind!r}"
                    yield Finding(found, "Apps look for application/json+chapters.", "warning")


def plays(name: str) -> bool:
    """Return whether Apple Podcasts accepts a file with this name: MP3, M4A or video, but not WAV, FLAC or Ogg."""
    return name.lower().endswith((".mp3", ".m4a", ".mp4", ".m4v", ".mov"))


def kinds_of(url: str) -> frozenset[str]:
    """Return the media types that fit the suffix of a file's name; empty for an unknown suffix."""
    path = parts_of(url).path.lower()
    return frozenset(next((kinds for suffix, kinds in _MEDIA_TYPES.items() if path.endswith(suffix)), ()))
