"""View models: links, cards, players and search results, of which the pages' contexts are made.

A public API: the templates of owners rely on these classes. docs/templates.md lists them, with the help of each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from markupsafe import Markup

from longwave.content.media.media_types import is_video
from longwave.model import Episode


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link on a page."""

    label: Annotated[str, "The text of the link."]
    url: Annotated[str, "The address: a path of the site, or absolute."]
    count: Annotated[int, "The number of episodes behind the link; 0 where they aren't counted."] = 0
    current: Annotated[bool, "Whether the link leads to the current page, or is the choice in effect."] = False


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A guest in a list or on a page."""

    name: Annotated[str, "The name."]
    url: Annotated[str, "The guest's page; empty for a name without letters, which has none."]
    title: Annotated[str, "The job or title."] = ""
    role: Annotated[str, "The role in the episode, such as `editor`; empty for a guest."] = ""
    avatar: Annotated[str, "The address of a picture."] = ""
    links: Annotated[tuple[PageLink, ...], "The guest's own sites and profiles."] = ()
    count: Annotated[int, "The number of the guest's episodes."] = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place that an episode or a show is about, or where it is made."""

    label: Annotated[str, "The name of the place."]
    url: Annotated[str, "The address of a map of it; empty for a place that states no coordinates."] = ""
    is_made_here: Annotated[bool, "Whether the show is made there, rather than about it."] = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of an episode."""

    seconds: Annotated[float, "The second at which the chapter begins; it may have a fraction."]
    clock: Annotated[str, "The same second as `1:21`."]
    text: Annotated[str, "The title."]
    link: Annotated[PageLink | None, "A page about the chapter; the label is its host."] = None
    image: Annotated[str, "The address of a picture of 128 pixels; empty where there is none."] = ""


@dataclass(frozen=True, slots=True)
class Player:
    """The sound or the film of an episode, as a player needs it."""

    url: Annotated[str, "The address of the sound or film: a path of the site, or absolute."]
    type: Annotated[str, "The media type, such as `audio/mpeg`."]
    seconds: Annotated[int, "The length in seconds; 0 where it isn't known."]
    bytes: Annotated[int, "The size of the file in bytes; 0 where it isn't known."]
    key: Annotated[str, "`<show>/<slug>`, the key of the episode in a browser's listening history."]
    title: Annotated[str, "The title of the episode."]
    show: Annotated[str, "The title of the show."]
    page: Annotated[str, "The path of the episode's page."]
    link: Annotated[str, "The absolute address of the episode's page."]
    embed: Annotated[str, "The absolute address of the player alone, for other sites' frames."]
    image: Annotated[str, "The address of a square picture of 256 pixels; empty where there is none."] = ""
    chapters: Annotated[tuple[Chapter, ...], "The chapters, from the notes or from a file."] = ()
    hidden_chapters: Annotated[tuple[float, ...], "The seconds at which chapters begin that no list has."] = ()
    captions: Annotated[str, "The path of a film's captions, made of the transcript; empty without one."] = ""
    language: Annotated[str, "The language of the captions."] = ""
    poster: Annotated[str, "The address of the picture that a film shows before it plays; empty without one."] = ""

    @property
    def video(self) -> bool:
        """Return whether the episode is a film."""
        return is_video(self.type)

    @property
    def embed_height(self) -> int:
        """Return the height in pixels of the player alone, in a frame of 640 pixels; a film has 16 by 9 above it."""
        return 600 if self.video else 240

    @property
    def script_data(self) -> Mapping[str, Any]:
        """Return the fields that the page's scripts need, ready to be written as JSON."""
        hidden = ((seconds, "") for seconds in self.hidden_chapters)
        chapters = sorted([*((chapter.seconds, chapter.text) for chapter in self.chapters), *hidden])
        names = ("url", "seconds", "key", "title", "show", "page", "link", "embed", "image")
        film = {
            "video": True,
            "captions": self.captions,
            "language": self.language,
            "poster": self.poster,
            "embedHeight": self.embed_height,
        }
        return {
            **{name: getattr(self, name) for name in names},
            **({"chapters": chapters} if chapters else {}),
            **(film if self.video else {}),
        }


@dataclass(frozen=True, slots=True)
class EpisodeCard:
    """An episode in a list, or at the head of its page."""

    title: Annotated[str, "The title."]
    url: Annotated[str, "The path of the episode's page."]
    show: Annotated[PageLink, "The show."]
    date: Annotated[datetime, "The date of publication."]
    model: Annotated[Episode, "The episode with all [keys](content.md) of its front matter: `episode.model.season`."]
    number: Annotated[int | float | None, "The number of the episode."] = None
    number_label: Annotated[str, "The number as people read it: `#7`, or its own display; may be empty."] = ""
    season_label: Annotated[str, "The season's name, or `Season 2`; empty for an episode without a season."] = ""
    description: Annotated[str, "The description, in plain text."] = ""
    seconds: Annotated[int, "The length in seconds; 0 where it isn't known."] = 0
    episode_type: Annotated[str, "`full`, `trailer` or `bonus`."] = "full"
    explicit: Annotated[bool, "Whether the episode, or else its show, is marked as explicit."] = False
    image: Annotated[str, "The address of the episode's own picture; empty where it has none."] = ""
    guests: Annotated[tuple[PageLink, ...], "The guests."] = ()
    tags: Annotated[tuple[PageLink, ...], "The tags."] = ()
    author: Annotated[str, "The author of the show."] = ""
    player: Annotated[Player | None, "The sound; none where the episode has no sound that can be played."] = None
    unpublished: Annotated[str, "`Draft` or `Out on 3 December` in a preview; empty on the public site."] = ""
    live: Annotated[str, "`On air` or `Live on 3 December` before there is a recording; empty otherwise."] = ""


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A live broadcast on the page of its episode, until there is a recording."""

    status: Annotated[str, "`pending`, `live` or `ended`."]
    start: Annotated[datetime, "The time of the start, in the site's zone."]
    end: Annotated[datetime, "The time of the end; two hours after the start where none is stated."]
    start_label: Annotated[str, "The time of the start in the site's zone, such as `5 December 2026, 20:00 CET`."]
    end_label: Annotated[str, "The time of the end likewise; empty where none is stated."]
    follows_clock: Annotated[bool, "Whether the status follows the clock; the front matter may state another."]
    links: Annotated[tuple[PageLink, ...], "The sound or film, and other pages with the broadcast."]
    chat: Annotated[PageLink | None, "The chat; its `url` is empty where only an app can open it."] = None


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show in a list, or at the head of its page."""

    title: Annotated[str, "The title."]
    url: Annotated[str, "The path of the show's page."]
    description: Annotated[str, "The description, in plain text."]
    image: Annotated[str, "The address of the cover, of 512 pixels; empty where there is none."]
    count: Annotated[int, "The number of episodes."]
    links: Annotated[tuple[PageLink, ...], "The subscribe buttons, the feed last."]
    newest: Annotated[datetime | None, "The date of the newest episode."] = None
    image_alt: Annotated[str, "The cover in words; empty where nobody has described it."] = ""
    subtitle: Annotated[str, "A few words below the title."] = ""
    complete: Annotated[bool, "Whether no further episode will come."] = False
    profiles: Annotated[tuple[PageLink, ...], "The show's own profiles elsewhere, such as YouTube."] = ()
    support: Annotated[tuple[PageLink, ...], "The links by which listeners support the show."] = ()


@dataclass(frozen=True, slots=True)
class Pager:
    """The place of a page in a list that is cut into pages."""

    page: Annotated[int, "The number of this page, from 1."]
    pages: Annotated[int, "The number of pages."]
    previous: Annotated[str, "The address of the page before; empty on the first one."] = ""
    next: Annotated[str, "The address of the page after; empty on the last one."] = ""


@dataclass(frozen=True, slots=True)
class TranscriptSentence:
    """A sentence of a transcript."""

    seconds: Annotated[float, "The second at which the sentence begins."]
    text: Annotated[str, "The sentence."]


@dataclass(frozen=True, slots=True)
class TranscriptParagraph:
    """A paragraph of a transcript, by one speaker."""

    seconds: Annotated[int, "The second at which the paragraph begins."]
    clock: Annotated[str, "The same second as `1:21`."]
    speaker: Annotated[str, "The name of the speaker; empty where it isn't known or hasn't changed."]
    sentences: Annotated[tuple[TranscriptSentence, ...], "The sentences."]


@dataclass(frozen=True, slots=True)
class TranscriptChoice:
    """A language in which a transcript can be read."""

    label: Annotated[str, "The name of the language in the language itself, such as `español`."]
    language: Annotated[str, "The tag of the language, such as `es`."]
    url: Annotated[str, "The address of the page with this transcript."]
    current: Annotated[bool, "Whether the page shows this transcript."] = False


@dataclass(frozen=True, slots=True)
class ResultMoment:
    """A moment of an episode that matches a search."""

    label: Annotated[str, "The second as `1:21`."]
    url: Annotated[str, "The address that plays from this second."]
    html: Annotated[Markup, "The words, with the matches in `<mark>`."]
    speaker: Annotated[str, "The name of the speaker; empty where it isn't known."]
    source: Annotated[str, "`note`, `chapter` or `cue` (of the transcript)."]
    language: Annotated[str, "The language of a transcript that isn't the show's, such as `es`; else empty."] = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An episode that matches a search."""

    title_html: Annotated[Markup, "The title, with the matches in `<mark>`."]
    snippet_html: Annotated[Markup, "A part of the text, with the matches in `<mark>`."]
    url: Annotated[str, "The path of the episode's page."]
    show: Annotated[str, "The title of the show."]
    number: Annotated[int | float | None, "The number of the episode."]
    date: Annotated[datetime, "The date of publication."]
    guests: Annotated[tuple[str, ...], "The names of the guests."]
    moments: Annotated[tuple[ResultMoment, ...], "The best matching moments."]
    unpublished: Annotated[str, "As that of an `EpisodeCard`."] = ""
    card: Annotated[EpisodeCard | None, "The episode with its picture, its length and its player."] = None


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """A filter of the search, with its values."""

    name: Annotated[str, "The name of the filter, as addresses have it."]
    values: Annotated[tuple[PageLink, ...], "The values that can be chosen."]
    remove_url: Annotated[str, "The address without this filter; empty while it isn't in use."] = ""
