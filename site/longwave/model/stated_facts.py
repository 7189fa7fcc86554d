"""The facts of an episode that ``site.toml`` states as its file doesn't, such as those of an old feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StatedFile:
    """A form of an episode's audio. ``url`` is an address on another host, or a path on this site.

    ``file`` is the name of a file below ``content/audio/<show>/`` that answers at such a path; empty: the last part of
    the path. ``bytes`` is 0 and ``type`` is empty where they aren't stated.
    """

    url: str
    file: str = ""
    bytes: int = 0
    type: str = ""


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """The facts that ``site.toml`` states about an episode; they take precedence over the episode's own file.

    ``url``, ``file``, ``bytes`` and ``type`` are as in a ``StatedFile``, and ``duration`` is in seconds. A fact that
    isn't stated is empty, 0 or None.
    """

    url: str = ""
    file: str = ""
    bytes: int = 0
    type: str = ""
    duration: int = 0
    date: datetime | None = None
    image: str = ""
    description: str = ""
    subtitle: str = ""
    itunes_title: str = ""
    author: str = ""
    number: int | None = None
    season: int | None = None
    episode_type: str = ""
    explicit: bool | None = None
    alternates: tuple[StatedFile, ...] = ()
