"""The reader of an episode's front matter: a value that can't be used is left out, and the episode stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import ErrorDetails

from longwave.content.fields.content_file import Document
from longwave.content.fields.declared_keys import keys_of, names_of, values_of, with_keys
from longwave.content.fields.enclosure_types import Alternates, EnclosureType
from longwave.content.fields.feed_field_types import Remarks, Seconds, Soundbites
from longwave.content.fields.field_types import Addresses, Explicit, FileName, FirstOf, Kind, OneTag, PictureName, Tags
from longwave.content.fields.licenses import Licensed
from longwave.content.fields.listing_types import LISTING_FORMS, EpisodeBlocked, with_alt
from longwave.content.fields.live_types import LIVE, Broadcast
from longwave.content.fields.names import Author, EpisodeNumber
from longwave.content.fields.places import Places
from longwave.content.fields.salvage import TooManyError, expected, place_of, salvage
from longwave.content.fields.social_types import AiParts, CommentsPage, LinkList, SocialPosts
from longwave.content.fields.support_links import Funding, Sponsors
from longwave.content.fields.transcript_types import Transcripts
from longwave.content.fields.value_blocks import ValueBlocks
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Episode, Key, Show


def _worded(title: str) -> str:
    if not one_line(title):
        raise ValueError("words")
    return title


_Count = Annotated[int, Field(ge=0, lt=10**9)]
_TRUTH = "true or false"
_TAGS = "a list of tags that are text"


class FrontMatter(BaseModel):
    """The keys of front matter whose values the parser converts; ``READER`` adds those that Episode takes unchanged."""

    # This class is only the base of READER, so pydantic needn't build validators for the class itself.
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, defer_build=True)

    _alt = model_validator(mode="before")(with_alt)

    title: Annotated[
        str,
        AfterValidator(_worded),
        Key("required", "a title", appears_in="page, lists, search, `title`, `itunes:title`"),
    ]
    description: Annotated[
        str,
        Key(
            "one sentence",
            default="the `subtitle`; in feeds, else the beginning of the notes",
            appears_in="lists, search, `description`",
        ),
    ] = ""
    summary: Annotated[str, Key("read where there is no `description`")] = ""
    date: Annotated[
        str,
        Key(
            "`2026-01-31`, `2026-01-31 12:00:00 -0500`; a date ahead publishes itself then",
            default="from the file's name, else the file's time when it was published",
            appears_in="page, lists, `pubDate`",
        ),
    ] = ""
    updated_on: Annotated[str, Key("a date", appears_in="page, beside the first date")] = ""
    slug: Annotated[str, Key("the last part of the address", default="from the file's name", appears_in="address")] = ""
    number: Annotated[
        EpisodeNumber | None,
        Key(
            "the episode's number, also one such as `1.5`",
            "a number such as 7 or 1.5",
            default="from the file's name",
            appears_in="page, lists, `podcast:episode`; a whole one: `itunes:episode`",
        ),
    ] = None
    draft: Annotated[bool, Key("`true`: published nowhere", _TRUTH)] = False
    published: Annotated[bool, Key("`false`: published nowhere", _TRUTH)] = True
    category: Annotated[FirstOf, Key("Jekyll's; a warning where it isn't the folder's name")] = ""
    tags: Annotated[Tags, Key("a list of texts", _TAGS, appears_in="page, tag pages, search, `category`")] = ()
    tag: Annotated[OneTag, Key("one tag, however many words it has", _TAGS, appears_in="as `tags`")] = ()
    audio: Annotated[
        str,
        Key(
            "a file below `content/audio/<show>/`, or an address",
            default="the show's pattern, else [found](#files-that-belong-to-an-episode): an MP3",
            appears_in="player, `enclosure`",
        ),
    ] = ""
    type: Annotated[
        EnclosureType,
        Key(
            "the media type of the audio, such as `video/mp4`, believed while its file isn't here; a word without a "
            "slash, as Jekyll has it, is left to templates",
            "a media type such as audio/mpeg or video/mp4",
            default="by the file's content, else by the suffix",
            appears_in="player, `enclosure type`",
        ),
    ] = ""
    mp3_bytes: Annotated[
        Annotated[int, Field(ge=0, lt=10**15)],
        Key(
            "the size of the audio, believed while its file isn't here",
            "a number of bytes",
            default="read from the file",
            appears_in="`enclosure length`",
        ),
    ] = 0
    mp3_duration: Annotated[
        Seconds,
        Key(
            "the length of the audio, such as `58:05`, believed while its file isn't here",
            "a time such as 58:05 or 1:02:33",
            default="read from the file",
            appears_in="page, `itunes:duration`",
        ),
    ] = 0
    chapters: Annotated[
        list[Any] | dict[str, Any] | str,
        Key(
            'a list of `{start: "1:21", title, url, image, end, toc}`, or a file below `content/chapters/`',
            "a list of starts and titles, or the name of a file",
            default="see [Chapters](#chapters)",
            appears_in="player, search, `podcast:chapters`",
        ),
    ] = []
    aliases: Annotated[
        Addresses,
        Key(
            'old addresses, which redirect here, as do their embeds and transcripts: `"1-old-name"` in the show, '
            '`"/old/path"` on the site',
            "a list of old addresses",
            appears_in="addresses",
        ),
    ] = ()
    guid: Annotated[
        str,
        Key(
            "what podcast apps know the episode by",
            default="the show's `guids`, else its pattern, else its address",
            appears_in="`guid`",
        ),
    ] = ""
    soundbites: Annotated[
        Soundbites,
        Key(
            'stretches worth quoting: `[{start: "1:21", duration: 30, title: "…"}]`, the duration in seconds or as a '
            "time",
            'a list such as [{start: "1:21", duration: 30, title: "…"}]',
            appears_in="`podcast:soundbite`",
        ),
    ] = ()
    alternates: Annotated[
        Alternates,
        Key(
            "other forms of the audio: files or addresses, or `{audio, title, type, bytes, bitrate, height, language, "
            "rel, codecs, default, integrity, sources}`",
            "a list of files or addresses, or of maps with audio, title, type, bytes and bitrate",
            appears_in="page, `podcast:alternateEnclosure`",
        ),
    ] = ()
    live: Annotated[Broadcast | None, LIVE] = None


#: The types, with validators, of keys of Episode whose values may be written in more ways than the field's type allows.
_FORMS: dict[str, object] = {
    "season": _Count | None,
    "episode_type": Kind,
    "explicit": Explicit | None,
    "image": PictureName,
    "transcript": FileName,
    "transcripts": Transcripts,
    "license": Licensed | None,
    **LISTING_FORMS,
    "block": EpisodeBlocked,
    "locations": Places,
    "author": Author,
    "funding": Funding,
    "value": ValueBlocks,
    "sponsors": Sponsors,
    "social": SocialPosts,
    "comments_url": CommentsPage,
    "discuss": LinkList,
    "txt": Remarks,
    "ai": AiParts,
}
#: The pydantic model of all keys of an episode's front matter.
READER = with_keys(FrontMatter, Episode, _FORMS)
#: The names of all keys of an episode's front matter except those of guests.
EPISODE_KEYS = names_of(READER)
_EPISODE_FIELDS = keys_of(Episode)
#: The keys with so many keys in each entry that a message only describes the mistaken one, not the whole entry.
_BY_PART = frozenset({"alternates"})
_EXPECTED = {key.name: key.type for key in keys_of(READER).values() if key.type}
#: The keys that decide whether, when and at which address an episode is published, so they are never left out.
_NEEDED = frozenset({"title", "date", "slug", "guid", "draft", "published"})


def read_front_matter(document: Document, show: Show, left_out: list[Problem]) -> FrontMatter:
    """Return the front matter of an episode; a warning for each value that can't be used is added to ``left_out``.

    Raises ContentError for an unusable value without which the episode can't be published, such as its date, and for
    more than a hundred unusable values.
    """
    # A number or season that is part of the guid can't be left out, as the guid would change.
    needed = _NEEDED | {key for key in ("number", "season") if f"{{{key}}}" in show.guid}

    def report(error: ErrorDetails) -> None:
        key = str(error["loc"][0])
        if key in needed:
            raise ContentError(_unusable(document, key, error))
        found = error.get("ctx", {}).get("found", error["input"])
        is_part = key in _BY_PART and len(place_of(error)) > 2 and error["type"] != "missing"
        wanted = expected(error) if is_part else _EXPECTED.get(key) or expected(error)
        left_out.append(leave_out(document, key, wanted, found))

    filled = {key: value for key, value in document.meta.items() if value not in (None, "")}
    try:
        return salvage(READER.model_validate, filled, report)
    except TooManyError as error:
        raise ContentError(document.problem("", "front matter", str(error))) from None


def episode_fields(meta: FrontMatter) -> dict[str, Any]:
    """Return the values of those fields of an Episode that take a key's value unchanged, by the fields' names."""
    return values_of(meta, _EPISODE_FIELDS)


def leave_out(document: Document, key: str, expected: str, found: object) -> Problem:
    """Return the warning that the value of ``key`` can't be used and is left out."""
    return replace(document.problem(key, expected, found, "It is left out."), level="warning")


def _unusable(document: Document, key: str, error: ErrorDetails) -> Problem:
    found = None if error["type"] == "missing" else error["input"]
    if found is None or (key == "title" and not found):
        return document.problem(key, _EXPECTED.get(key, key), None, f'Add a line such as {key}: "…"')
    return document.problem(key, _EXPECTED.get(key) or expected(error), found)
