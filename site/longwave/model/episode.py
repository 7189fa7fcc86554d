"""An episode, and its audio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from longwave.model.key import Key
from longwave.model.moments import Moment, Soundbite
from longwave.model.people import Appearance
from longwave.model.syndication import License, Location
from longwave.routes import path_for

EpisodeType = Literal["full", "trailer", "bonus"]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An episode's audio: a ``file`` below ``content/audio/<show>/``, or a ``url`` on another host, or both.

    A file that the show's ``audio_url`` places on another host has both. ``here`` is True if the file exists below
    ``content/``; then ``bytes`` and ``seconds`` were read from the file, otherwise they are the values in the front
    matter (0 without one). ``path`` is the path at which this site serves the file, if that isn't the usual one below
    ``/audio/``. ``expected`` is True if the episode ought to have audio, because of the key ``audio``, the
    show's pattern, or a size or length in the front matter.
    """

    file: str = ""
    url: str = ""
    here: bool = False
    expected: bool = False
    bytes: int = 0
    seconds: int = 0
    type: str = "audio/mpeg"
    path: str = ""


@dataclass(frozen=True, slots=True)
class Alternate:
    """A form of an episode's audio beside the enclosure, such as a film. ``bitrate`` is in bits per second or 0."""

    enclosure: Enclosure
    title: str = ""
    bitrate: int = 0


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode with all of its data but the text of its notes, which the edition stores separately.

    ``source`` is the path of its Markdown file relative to the site's folder. ``tags`` are spelt as in the file.
    ``page`` is the complete front matter, unknown keys included, which templates and Liquid read as ``page.<key>``.
    ``image`` and the avatars are paths below ``content/images`` or URLs. A field with a ``Key`` holds the value of that
    key of the front matter; the parser makes the other fields from several keys or files.
    """

    show: str
    slug: str
    source: str
    title: str
    date: datetime
    description: str = ""
    updated: datetime | None = None
    number: int | None = None
    season: Annotated[
        int | None,
        Key("the season's number", "a whole number", default="none", appears_in="`itunes:season`, `podcast:season`"),
    ] = None
    episode_type: Annotated[
        EpisodeType,
        Key("`full`, `trailer` or `bonus`", "full, trailer or bonus", appears_in="page, `itunes:episodeType`"),
    ] = "full"
    explicit: Annotated[
        bool | None,
        Key(
            "`true` or `false`; `yes`, `no` and `clean` are read, too",
            "true or false, or as iTunes had it: yes, no or clean",
            default="the show's",
            appears_in="page, `itunes:explicit`",
        ),
    ] = None
    guests: tuple[Appearance, ...] = ()
    tags: tuple[str, ...] = ()
    image: Annotated[
        str,
        Key(
            "a file below `content/images/`, or an address, or `{path: …}` with either",
            "the name or the address of a picture",
            default="[found](#files-that-belong-to-an-episode), else the show's",
            appears_in="page, `itunes:image`",
        ),
    ] = ""
    enclosure: Enclosure | None = None
    aliases: tuple[str, ...] = ()
    guid: str = ""
    guid_is_permalink: Annotated[
        bool,
        Key(
            "`true` where the guid is an address that apps may open, as some hosts have it",
            "true or false",
            appears_in="`guid isPermaLink`",
        ),
    ] = False
    draft: bool = False
    chapters: tuple[Moment, ...] = ()
    #: The name of the transcript's file in the front matter; if empty, a file named like the slug or the number is
    #: used.
    transcript: Annotated[
        str,
        Key(
            "a file below `content/transcripts/`",
            default="[found](#files-that-belong-to-an-episode)",
            appears_in="page, search, `podcast:transcript`",
        ),
    ] = ""
    #: The name of the file of chapters in the front matter; if empty, a file named like the slug or the number is used.
    chapters_file: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    license: Annotated[
        License | None,
        Key(
            "as in [site.toml](#feed-settings)",
            "a license such as cc-by-4.0, or a map with its name and url",
            default="the show's",
            appears_in="`podcast:license`",
        ),
    ] = None
    location: Annotated[
        Location | None,
        Key(
            "as in [site.toml](#feed-settings)",
            "a place, or a map with name, geo and osm",
            default="the show's",
            appears_in="`podcast:location`",
        ),
    ] = None
    page: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the episode's key, which is unique within the site: ``<show>/<slug>``."""
        return f"{self.show}/{self.slug}"

    @property
    def path(self) -> str:
        """Return the path of the episode's page on the site: ``/<show>/<slug>``."""
        return path_for("episode", show=self.show, slug=self.slug)
