"""One Markdown file becomes one Episode, or a list of all that is wrong with it. Nothing in between."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import ErrorDetails
from rapidfuzz.distance import OSA

from longwave.content.episodes.chapters import in_order
from longwave.content.episodes.people import appearances
from longwave.content.fields.dates import parse_date
from longwave.content.fields.expectations import expected
from longwave.content.fields.feed_keys import AlternateKeys, Alternates, Licensed, Place, Seconds, Soundbites
from longwave.content.fields.field_types import Addresses, Explicit, FileName, FirstOf, Kind, OneTag, PictureName, Tags
from longwave.content.fields.frontmatter import Document, split
from longwave.content.fields.salvage import TooManyError, salvage
from longwave.content.fields.timestamps import seconds_of
from longwave.content.folder import DRAFTS
from longwave.content.media.audio_facts import media_type
from longwave.content.media.audio_host import filled
from longwave.content.text.plain_text import one_line
from longwave.content.text.slugs import slugify
from longwave.errors import ContentError, Problem
from longwave.model import Alternate, Enclosure, Episode, Moment, Show, Site, Soundbite
from longwave.routes import path_for
from longwave.urls import in_ascii

_FILE_NAME = re.compile(r"(?:(\d{4}-\d{1,2}-\d{1,2})-)?(.+)\.(?:md|markdown)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(\d{1,9})(?:-|$)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one episode file says. ``dated`` is False where neither the name nor the front matter has a date."""

    episode: Episode
    body: str
    first_line: int
    dated: bool = True
    problems: tuple[Problem, ...] = ()


def _worded(title: str) -> str:
    if not one_line(title):
        raise ValueError("words")
    return title


class _Meta(BaseModel):
    """The keys that Longwave knows; ``strict`` where a guess would be worse than a question."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    title: Annotated[str, AfterValidator(_worded)]
    description: str = ""
    summary: str = ""
    date: str = ""
    updated_on: str = ""
    slug: str = ""
    number: Annotated[int, Field(ge=0, lt=10**9)] | None = None
    season: Annotated[int, Field(ge=0, lt=10**9)] | None = None
    episode_type: Kind = "full"
    explicit: Explicit | None = None
    draft: bool = False
    published: bool = True
    category: FirstOf = ""
    audio: str = ""
    image: PictureName = ""
    transcript: FileName = ""
    guid: str = ""
    guid_is_permalink: bool = False
    mp3_bytes: Annotated[int, Field(ge=0, lt=10**15)] = 0
    mp3_duration: Seconds = 0
    tag: OneTag = ()
    tags: Tags = ()
    aliases: Addresses = ()
    chapters: list[dict[str, Any]] | str = []
    soundbites: Soundbites = ()
    alternates: Alternates = ()
    license: Licensed | None = None
    location: Place | None = None


#: The keys of front matter that are read, but for those of guests.
EPISODE_KEYS = frozenset(_Meta.model_fields)
_META = TypeAdapter(_Meta)
_EXPECTED = {
    "title": "a title",
    **dict.fromkeys(("tag", "tags"), "a list of tags that are text"),
    **dict.fromkeys(("draft", "published", "guid_is_permalink"), "true or false"),
    "explicit": "true or false, or as iTunes had it: yes, no or clean",
    "image": "the name or the address of a picture",
    "aliases": "a list of old addresses",
    "mp3_duration": "a time such as 58:05 or 1:02:33",
    "mp3_bytes": "a number of bytes",
    "number": "a whole number",
    "season": "a whole number",
    "chapters": "a list of starts and titles, or the name of a JSON file",
    "episode_type": "full, trailer or bonus",
    "soundbites": 'a list such as [{start: "1:21", duration: 30, title: "…"}]',
    "alternates": "a list of files or addresses, or of maps with audio, title, type, bytes and bitrate",
    "license": "a license such as cc-by-4.0, or a map with its name and url",
    "location": "a place, or a map with name, geo and osm",
}


#: What an episode can't be without, and on which it depends whether, where and as what it is published.
_NEEDED = frozenset({"title", "date", "slug", "guid", "draft", "published"})


def is_dated(file: str) -> bool:
    """Whether the name of an episode's file begins with its date."""
    return bool(_file_name(file)[0])


def parse_episode(file: str, text: str, site: Site, show: Show, modified: float) -> Parsed:
    """The episode in ``text``; ``file`` is its path in the site's folder, ``modified`` the file's time (epoch seconds).

    A value that can't be used is left out, with a warning. Raises ContentError when the file can't be published as it
    is: without a title, with a date that nobody can read, or where it isn't clear whether, or as what, it is meant to.
    """
    document = split(file, text)
    left_out: list[Problem] = []
    meta = _meta(document, show, left_out)
    zone = ZoneInfo(site.timezone)
    name_date, name = _file_name(file)
    date = _date(document, "date", meta.date or name_date, zone)
    slug = slugify(meta.slug or name)
    if not slug:
        raise ContentError(document.problem("slug", "a slug or a file name with letters or digits", name))
    episode = Episode(
        show=show.slug,
        slug=slug,
        source=file,
        title=" ".join(meta.title.split()),
        date=date or datetime.fromtimestamp(modified, UTC),
        description=" ".join((meta.description or meta.summary).split()),
        updated=_updated(document, meta.updated_on, zone, left_out),
        number=meta.number if meta.number is not None else _number(slug),
        season=meta.season,
        episode_type=meta.episode_type,
        explicit=meta.explicit,
        guests=appearances(document.meta, lambda *told: left_out.append(_left_out(document, *told))),
        tags=tuple(dict.fromkeys(" ".join(tag.split()) for tag in (*meta.tag, *meta.tags))),
        image=meta.image,
        aliases=tuple(_address(alias.strip(), show) for alias in meta.aliases),
        guid=meta.guid.strip(),
        guid_is_permalink=meta.guid_is_permalink,
        draft=meta.draft or not meta.published or _among_drafts(file) or bool(_kept_back(document)),
        chapters=_chapters(document, meta.chapters, left_out),
        transcript=meta.transcript,
        chapters_file=meta.chapters if isinstance(meta.chapters, str) else "",
        soundbites=tuple(Soundbite(bite.start, bite.duration, bite.title) for bite in meta.soundbites),
        license=meta.license,
        location=meta.location,
        page=document.meta,
    )
    problems = (*left_out, *_remarks(document, meta, episode, dated=date is not None))
    whole = replace(
        episode,
        enclosure=_enclosure(meta, show, episode),
        alternates=tuple(_alternate(each, show, episode) for each in meta.alternates),
    )
    return Parsed(whole, document.body, document.first_line, date is not None, problems)


def _address(alias: str, show: Show) -> str:
    """The path of an old address: a name alone is one in the show."""
    return f"/{alias.lstrip('/')}" if "/" in alias else path_for("episode", show=show.slug, slug=alias)


def _among_drafts(file: str) -> bool:
    return file.split("/")[-2:-1] == [DRAFTS]


def _kept_back(document: Document) -> str:
    """Return the key that was meant to keep the episode back, such as ``Draft: true`` or ``publised: false``.

    To publish early can't be undone: a slip in these two keys is taken for the key.
    """
    wanted = {"draft": True, "published": False}
    slips = (
        key
        for key, value in document.meta.items()
        for meant, held in wanted.items()
        if key != meant and value is held and OSA.distance(key.casefold(), meant) <= 1
    )
    return next(slips, "")


def _meta(document: Document, show: Show, left_out: list[Problem]) -> _Meta:
    # A guid that a number is part of is another one without it.
    needed = _NEEDED | {key for key in ("number", "season") if f"{{{key}}}" in show.guid}

    def tell(error: ErrorDetails) -> None:
        key = str(error["loc"][0])
        if key in needed:
            raise ContentError(_wrong(document, key, error))
        found = error.get("ctx", {}).get("found", error["input"])
        left_out.append(_left_out(document, key, _EXPECTED.get(key) or expected(error), found))

    known = {key: value for key, value in document.meta.items() if value not in (None, "")}
    try:
        return salvage(_META.validate_python, known, tell)
    except TooManyError as error:
        raise ContentError(document.problem("", "front matter", str(error))) from None


def _wrong(document: Document, key: str, error: ErrorDetails) -> Problem:
    found = None if error["type"] == "missing" else error["input"]
    if found is None or (key == "title" and not found):
        return document.problem(key, _EXPECTED.get(key, key), None, f'Add a line such as {key}: "…"')
    return document.problem(key, _EXPECTED.get(key) or expected(error), found)


def _left_out(document: Document, key: str, expected: str, found: object) -> Problem:
    return replace(document.problem(key, expected, found, "It is left out."), level="warning")


def _file_name(file: str) -> tuple[str, str]:
    match = _FILE_NAME.fullmatch(file.rpartition("/")[2])
    return (match[1] or "", match[2]) if match else ("", "")


def _date(document: Document, key: str, text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        return parse_date(text, zone)
    except (ValueError, OverflowError):
        hint = "In the front matter or in the file's name: YYYY-MM-DD-slug.md" if key == "date" else ""
        raise ContentError(
            document.problem(key, "a date such as 2019-11-18 or 2019-11-18 12:00:00 -0500", text, hint)
        ) from None


def _number(slug: str) -> int | None:
    match = _NUMBER.match(slug)
    return int(match[1]) if match else None


def _updated(document: Document, text: str, zone: ZoneInfo, left_out: list[Problem]) -> datetime | None:
    try:
        return _date(document, "updated_on", text, zone)
    except ContentError as error:
        left_out.append(replace(error.problem, hint="It is left out.", level="warning"))
        return None


def _chapters(document: Document, chapters: list[dict[str, Any]] | str, left_out: list[Problem]) -> tuple[Moment, ...]:
    timed = []
    for chapter in chapters if isinstance(chapters, list) else ():
        start = chapter.get("start", chapter.get("time", chapter.get("startTime")))
        seconds, title = seconds_of(str(start)), chapter.get("title")
        if seconds is None or not isinstance(title, str):
            wanted = 'a start and a title, such as {start: "1:21", title: "…"}'
            left_out.append(_left_out(document, "chapters", wanted, chapter))
        else:
            timed.append((seconds, title))
    return in_order(timed)


def own_names(episode: Episode) -> tuple[str, ...]:
    """Return the names under which the files of an episode lie, but for its number: its slug, and its file's own."""
    return tuple(dict.fromkeys((episode.slug, _file_name(episode.source)[1])))


def fill(pattern: str, episode: Episode) -> str:
    """``{number}``, ``{slug}``, ``{season}``, ``{date}`` and ``{show}`` of a pattern, filled in; others stay.

    Empty where it asks for the number of an episode that has none: it says nothing of such a one.
    """
    # Most shows have none, and to make the values takes a while.
    values = _values(episode) if pattern else {}
    if not pattern or not _says_something(pattern, values):
        return ""
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), pattern)


def _says_something(pattern: str, values: Mapping[str, object]) -> bool:
    return values["number"] != "" or "{number}" not in pattern


def _values(episode: Episode) -> Mapping[str, object]:
    return {
        "number": episode.number if episode.number is not None else "",
        "slug": episode.slug,
        "season": episode.season if episode.season is not None else "",
        "date": f"{episode.date:%Y-%m-%d}",
        "show": episode.show,
    }


def _enclosure(meta: _Meta, show: Show, episode: Episode) -> Enclosure:
    named = fill(show.audio, episode)
    name = (meta.audio or named or f"{episode.slug}.mp3").strip()
    is_expected = bool(meta.audio or named or meta.mp3_bytes or meta.mp3_duration)
    return replace(sound_of(name, show, episode), expected=is_expected, bytes=meta.mp3_bytes, seconds=meta.mp3_duration)


def _alternate(keys: AlternateKeys, show: Show, episode: Episode) -> Alternate:
    sound = sound_of(keys.audio.strip(), show, episode)
    return Alternate(
        replace(sound, expected=True, bytes=keys.bytes, type=keys.type or sound.type), keys.title, keys.bitrate
    )


def sound_of(name: str, show: Show, episode: Episode) -> Enclosure:
    """Return the enclosure that a name stands for: a file below ``content/audio/<show>/``, or an address."""
    remote = name.startswith(("https://", "http://"))
    file = "" if remote else name.removeprefix(path_for("audio", show=show.slug, file="")).lstrip("/")
    values = {**_values(episode), "file": file}
    hosted = filled(show.audio_url, values) if file and _says_something(show.audio_url, values) else ""
    address = name if remote else hosted
    with contextlib.suppress(ValueError):
        address = in_ascii(address)
    return Enclosure(
        file=file,
        url=address,
        type=media_type(name),
    )


def _remarks(document: Document, meta: _Meta, episode: Episode, *, dated: bool) -> list[Problem]:
    remarks = []
    if key := _kept_back(document):
        hint = "It is kept back. Keys are written in small letters."
        problem = document.problem(key, "the key draft: true or published: false", key, hint)
        remarks.append(replace(problem, level="warning", rule="key"))
    if not dated and not _among_drafts(document.file):
        hint = f"It is published with the file's own time, {episode.date:%Y-%m-%d}."
        remarks.append(document.problem("date", "a date in the file's name or its front matter", None, hint))
    if meta.category and slugify(meta.category) != slugify(episode.show):
        problem = document.problem("category", f"the folder's name, {episode.show!r}", meta.category)
        remarks.append(Problem(problem.file, problem.line, problem.expected, problem.found, "", "warning"))
    return remarks
