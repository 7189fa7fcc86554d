"""The model of a podcast site: frozen dataclasses that depend neither on files nor on Flask or Whoosh.

An edition stores them as JSON and reads them back, so every field is plain data. Times within an episode are seconds,
sizes are bytes, dates have a time zone.
"""

from longwave.model.episode import Alternate, Enclosure, Episode, EpisodeType
from longwave.model.key import Key
from longwave.model.moments import Cue, Moment, MomentSource, Notes, Soundbite, Transcript, Words
from longwave.model.pages import Guest, Page, Tag
from longwave.model.people import Appearance, Link, Person
from longwave.model.show import Show
from longwave.model.site import Site, Theme
from longwave.model.stated_facts import StatedFacts, StatedFile
from longwave.model.syndication import (
    Category,
    License,
    Location,
    Recommendation,
    Remark,
    Schedule,
    SharedSyndication,
    Syndication,
)

__all__ = [
    "Alternate",
    "Appearance",
    "Category",
    "Cue",
    "Enclosure",
    "Episode",
    "EpisodeType",
    "Guest",
    "Key",
    "License",
    "Link",
    "Location",
    "Moment",
    "MomentSource",
    "Notes",
    "Page",
    "Person",
    "Recommendation",
    "Remark",
    "Schedule",
    "SharedSyndication",
    "Show",
    "Site",
    "Soundbite",
    "StatedFacts",
    "StatedFile",
    "Syndication",
    "Tag",
    "Theme",
    "Transcript",
    "Words",
]
