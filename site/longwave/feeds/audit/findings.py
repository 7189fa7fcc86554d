"""What rules look at, and what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from longwave.errors import FEED_RULE, Level, Problem
from longwave.feeds.audit.audited_feed import Feed


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a feed breaks: the rule's name, what was found and where, and what to do about it.

    An ``error`` is what directories refuse or apps stumble over; a ``warning`` what they would rather have otherwise.
    """

    rule: str
    found: str
    hint: str
    level: Level = "error"

    @property
    def problem(self) -> Problem:
        """The finding as `flask check` prints it: `feed/artwork-size: cover.jpg is 900x900. Apple wants …`."""
        name = f"{FEED_RULE}{self.rule}"
        return Problem(name, 0, "", self.found, self.hint, self.level, name)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's size in pixels, its form as Pillow names it, and its mode, such as RGB."""

    width: int
    height: int
    form: str
    mode: str


@dataclass(frozen=True, slots=True)
class Sound:
    """What a file of audio answers: its bytes and media type, and whether HEAD and ranges work.

    ``problem`` says in words why it can't be had; empty when it can.
    """

    bytes: int = 0
    type: str = ""
    head: bool = True
    ranges: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A feed under the rules: where it lies (empty: not known), its cover (or why there is none), its audio by address.

    Audio that can't be asked is left out, and so is the cover: None.
    """

    feed: Feed
    address: str = ""
    cover: Picture | str | None = None
    sounds: Mapping[str, Sound] = field(default_factory=dict)


class Files(Protocol):
    """The files to which a feed points: on this machine, or elsewhere."""

    def picture(self, url: str) -> Picture | str | None:
        """The picture at an address, or in words why there is none; None when that isn't known."""

    def sounds(self, urls: list[str], /) -> Mapping[str, Sound]:
        """What is known of each address of audio; one that can't be asked is left out."""


def gather(feed: Feed, address: str, files: Files) -> Subject:
    """The feed with what is known of the files to which it points."""
    cover = feed.channel.attribute("itunes:image", "href")
    urls = dict.fromkeys(item.attribute("enclosure", "url") for item in feed.items)
    return Subject(feed, address, files.picture(cover) if cover else None, files.sounds([url for url in urls if url]))
