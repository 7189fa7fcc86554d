"""An episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from longwave.model.chapters import Chapter
from longwave.model.discussions import Ai, CommentsAddress, Discussions, Social
from longwave.model.enclosure import Alternate, Enclosure
from longwave.model.key import Key
from longwave.model.listing import ITUNES_TITLE, UNBLOCKED, Block, Listing
from longwave.model.live import Live
from longwave.model.moments import Soundbite
from longwave.model.people import Appearance, Link
from longwave.model.support_values import Sponsor, ValueBlock
from longwave.model.syndication import License, Location, Remark
from longwave.model.transcripts import TranscriptFile
from longwave.routes import path_for

EpisodeType = Literal["full", "trailer", "bonus"]


@dataclass(frozen=True, slots=True)
class Episode(Listing):
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
    number: int | float | None = None
    number_display: Annotated[
        str,
        Key("shown in place of the number, such as `Ch. 3`", "a text", appears_in="page, lists, `podcast:episode`"),
    ] = ""
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
    author: Annotated[
        str,
        Key(
            "a name, a list of names, or `{name: …}`",
            "a name",
            default="the show's",
            appears_in="page, `itunes:author`",
        ),
    ] = ""
    guests: tuple[Appearance, ...] = ()
    #: The hosts of this episode; None stands for those of the show.
    hosts: tuple[Appearance, ...] | None = None
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
    chapters: tuple[Chapter, ...] = ()
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
    transcripts: Annotated[
        tuple[TranscriptFile, ...],
        Key(
            'transcripts in several languages: `[{file: "1-hello.es.vtt", language: es, rel: captions}]`, or only the '
            "files' names",
            "a list such as [{file: 1-hello.es.vtt, language: es}]",
            default="[found](#transcripts): `<name>.<language>.vtt`",
            appears_in="page, search, `podcast:transcript`",
        ),
    ] = ()
    #: The name of the file of chapters in the front matter; if empty, a file named like the slug or the number is used.
    chapters_file: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    license: Annotated[
        License | None,
        Key(
            "as in [site.toml](#feed-settings)",
            default="the show's",
            appears_in="page, `podcast:license`",
        ),
    ] = None
    locations: Annotated[
        tuple[Location, ...],
        Key(
            "as in [site.toml](#feed-settings)",
            default="the show's",
            appears_in="page, `podcast:location`",
            name="location",
        ),
    ] = ()
    funding: Annotated[
        tuple[Link, ...],
        Key(
            'links for this episode beside the show\'s, as in [site.toml](#feed-settings): `{"Buy her book": "https://…"}`',
            appears_in="page, `podcast:funding`",
        ),
    ] = ()
    value: Annotated[
        tuple[ValueBlock, ...],
        Key(
            "as in [site.toml](#feed-settings), here also with `time_splits`: `[{start, duration, recipients}]`, or "
            "`[{start, duration, feed_guid, item_guid, remote_start, percentage}]`",
            default="the show's",
            appears_in="`podcast:value`",
        ),
    ] = ()
    sponsors: Annotated[
        tuple[Sponsor, ...],
        Key("names, or `{name, url, text}`", appears_in="page, end of the notes in feeds"),
    ] = ()
    itunes_title: Annotated[str, ITUNES_TITLE] = ""
    block: Annotated[
        Block,
        Key(
            "`true`: no directory may list the episode; `[search]`: search engines don't list its page; or both: "
            "`[all, search]`",
            "true, or a list of all and search",
            appears_in="`itunes:block`, page",
        ),
    ] = UNBLOCKED
    social: Social = ()
    comments_url: CommentsAddress = ""
    discuss: Discussions = ()
    txt: Annotated[
        tuple[Remark, ...],
        Key("as in [site.toml](#feed-settings)", appears_in="`podcast:txt`"),
    ] = ()
    ai: Ai = ()
    live: Live | None = None
    page: Mapping[str, Any] = field(default_factory=dict)

    @property
    def broadcast(self) -> Live | None:
        """Return the episode's live broadcast as long as there is no recording; None without a broadcast."""
        sound = self.enclosure
        return self.live if sound is None or not (sound.url or sound.here or sound.bytes) else None

    @property
    def key(self) -> str:
        """Return the episode's key, which is unique within the site: ``<show>/<slug>``."""
        return f"{self.show}/{self.slug}"

    @property
    def path(self) -> str:
        """Return the path of the episode's page on the site: ``/<show>/<slug>``."""
        return path_for("episode", show=self.show, slug=self.slug)
