"""A show: one folder of episodes with its own feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from longwave.model.key import Key
from longwave.model.people import Link, Person
from longwave.model.stated_facts import StatedFacts
from longwave.model.syndication import Category, Syndication


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast, or a series of written interviews: one folder of episodes, ``content/<slug>``.

    ``image`` is a path below ``content/images`` (or a URL). ``audio`` and ``guid`` are patterns that may hold
    ``{number}``, ``{slug}``, ``{season}``, ``{date}`` and ``{show}``; an empty ``audio`` means ``<slug>.mp3``, an empty
    ``guid`` the permalink. ``audio_url`` is a pattern for the address of the audio on another host, with these names
    and ``{file}``; if it is empty, the site serves the audio itself, and if it begins with a slash, the site does so at
    that path. ``guids`` are the guids of single episodes by slug, and ``enclosures`` are other facts. ``same_time``
    says which of two episodes with the same date and time is the newer one: that with the higher number, or that with
    the later file name, as in Jekyll.
    """

    slug: str
    title: str
    description: str
    language: str
    author: str
    owner: Person
    hosts: tuple[Person, ...] = ()
    image: str = ""
    links: Annotated[
        tuple[Link, ...],
        Key('the subscribe buttons: `[{label = "Apple Podcasts", url = "https://…"}]`', appears_in="pages, OPML"),
    ] = ()
    categories: tuple[Category, ...] = ()
    audio: Annotated[
        str,
        Key(
            "a pattern for the names of audio files, such as `my-show-{number}.mp3`, with "
            "`{number} {slug} {season} {date} {show}`",
            default="`{slug}.mp3`",
        ),
    ] = ""
    audio_url: str = ""
    guid: Annotated[
        str,
        Key(
            "a pattern for the guids of episodes, as for `audio`", default="the episode's address", appears_in="`guid`"
        ),
    ] = ""
    guids: Annotated[
        Mapping[str, str],
        Key('the guids of single episodes, by slug: `{1-hello = "https://old.example.com/1"}`', appears_in="`guid`"),
    ] = field(default_factory=dict)
    guid_is_permalink: Annotated[
        bool,
        Key(
            "`true` where guids that are addresses may be opened by apps, as some feeds have it",
            appears_in="`guid isPermaLink`",
        ),
    ] = False
    enclosures: Annotated[
        Mapping[str, StatedFacts],
        Key(
            "[facts of single episodes](#facts-that-files-dont-state), by slug, which take precedence over their files",
            "a table of tables",
            appears_in="player, page, `enclosure`",
        ),
    ] = field(default_factory=dict)
    same_time: Annotated[
        Literal["number", "name"],
        Key(
            "which of two episodes of one date is newer: that with the higher `number`, or the later file `name`",
            appears_in="order of lists",
        ),
    ] = "number"
    explicit: bool = False
    type: Annotated[
        Literal["episodic", "serial"],
        Key("`serial` where the oldest episode is heard first", appears_in="`itunes:type`"),
    ] = "episodic"
    copyright: str = ""
    feed: Syndication = field(default_factory=Syndication)
    #: Whether the show has a table in site.toml; such a show has a page even before its first episode.
    declared: bool = False

    @property
    def hubs(self) -> tuple[str, ...]:
        """Return the WebSub hubs that are notified when the show's feed changes."""
        return self.feed.hubs
