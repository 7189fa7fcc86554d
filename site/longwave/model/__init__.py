"""The model of a podcast site: frozen dataclasses that depend neither on files nor on Flask or Whoosh.

An edition stores them as JSON and reads them back, so every field is plain data. Times within an episode are seconds,
sizes are bytes, dates have a time zone.
"""

from longwave.model.chapters import Chapter
from longwave.model.discussions import AiPart, SocialPost
from longwave.model.enclosure import Alternate, Enclosure, Integrity
from longwave.model.episode import Episode, EpisodeType
from longwave.model.key import Key
from longwave.model.listing import Block, ChannelListing, Listing, Picture
from longwave.model.live import Chat, Live, LiveStatus
from longwave.model.moments import Moment, MomentSource, Notes, Soundbite, Words
from longwave.model.pages import Guest, Page, Tag
from longwave.model.people import Appearance, Link, Person
from longwave.model.show import Show
from longwave.model.site import Site, Theme
from longwave.model.stated_facts import StatedFacts, StatedFile
from longwave.model.support_values import Recipient, Sponsor, TimeSplit, ValueBlock
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
from longwave.model.transcripts import Cue, Transcript, TranscriptFile

__all__ = [
    "AiPart",
    "Alternate",
    "Appearance",
    "Block",
    "Category",
    "ChannelListing",
    "Chapter",
    "Chat",
    "Cue",
    "Enclosure",
    "Episode",
    "EpisodeType",
    "Guest",
    "Integrity",
    "Key",
    "License",
    "Link",
    "Listing",
    "Live",
    "LiveStatus",
    "Location",
    "Moment",
    "MomentSource",
    "Notes",
    "Page",
    "Person",
    "Picture",
    "Recipient",
    "Recommendation",
    "Remark",
    "Schedule",
    "SharedSyndication",
    "Show",
    "Site",
    "SocialPost",
    "Soundbite",
    "Sponsor",
    "StatedFacts",
    "StatedFile",
    "Syndication",
    "Tag",
    "Theme",
    "TimeSplit",
    "Transcript",
    "TranscriptFile",
    "ValueBlock",
    "Words",
]
