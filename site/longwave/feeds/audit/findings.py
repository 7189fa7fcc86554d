"""The classes of an audit of feeds: the subject (a feed and the facts about its files), rules, and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from longwave.errors import FEED_RULE, Level, Problem
from longwave.feeds.audit.audited_feed import AuditedFeed


@dataclass(frozen=True, slots=True)
class Picture:
    """An image's size in pixels, its format as Pillow names it, and its mode, such as RGB."""

    width: int
    height: int
    form: str
    mode: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A server's answer for an audio file: bytes, media type, and whether HEAD and range requests work.

    ``problem`` is the reason, in words, for which the file can't be fetched; empty if it can.
    """

    bytes: int = 0
    type: str = ""
    head: bool = True
    ranges: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A feed under audit: its URL (empty: unknown), its cover (or why there is none), and its audio by URL.

    Audio that can't be examined is left out of ``sounds``, and an unknown ``cover`` is None. ``paths`` has each audio
    file's path by URL, as a shell in the current folder takes it (before any quoting).
    """

    feed: AuditedFeed
    address: str = ""
    cover: Picture | str | None = None
    sounds: Mapping[str, Sound] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a rule: the place and the fault in words (``found``), and a hint on correcting the fault.

    Directories refuse a feed with an ``error``, or apps fail with it; a ``warning`` concerns a recommendation.
    """

    found: str
    hint: str
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for feeds: its name in `longwave check`, the requirement in words, and a search for violations."""

    name: str
    wants: str
    find: Callable[[Subject], Iterator[Finding]]

    def problems(self, subject: Subject) -> Iterator[Problem]:
        """Yield the violations as `longwave check` prints them, such as `feed/artwork-size: …`."""
        name = f"{FEED_RULE}{self.name}"
        for finding in self.find(subject):
            yield Problem(name, 0, "", finding.found, finding.hint, finding.level, name)


def rule(name: str, wants: str) -> Callable[[Callable[[Subject], Iterator[Finding]]], Rule]:
    """Return a decorator that turns a function which yields findings into a rule.

    ``name`` is the rule's name in `longwave check`, and ``wants`` the requirement in words.
    """
    return lambda find: Rule(name, wants, find)


class Files(Protocol):
    """The files to which a feed points, on this machine or on other hosts."""

    def picture(self, url: str) -> Picture | str | None:
        """Return the facts about the image at a URL, or why it can't be read; None for an image that isn't examined."""

    def sounds(self, urls: list[str], /) -> Mapping[str, Sound]:
        """Return the facts about audio files by URL; a file that can't be examined is left out."""

    def path(self, url: str) -> str:
        """Return the path of an audio file as a shell in the current folder takes it; for a remote one, its name."""


def gather(feed: AuditedFeed, address: str, files: Files) -> Subject:
    """Return ``feed``, whose URL is ``address``, together with the facts about its cover and its audio files."""
    cover = feed.channel.attribute("itunes:image", "href")
    urls = [url for url in dict.fromkeys(item.attribute("enclosure", "url") for item in feed.items) if url]
    picture, paths = files.picture(cover) if cover else None, {url: files.path(url) for url in urls}
    return Subject(feed, address, picture, files.sounds(urls), paths)
