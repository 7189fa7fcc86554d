"""The parser of an episode's Markdown file."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from longwave.content.episodes.appearances import parse_appearances, parse_hosts
from longwave.content.episodes.broadcasts import live_broadcast, may_lack_sound
from longwave.content.episodes.chapter_entries import chapters_file, listed_chapters, read_chapters
from longwave.content.episodes.enclosures import alternate_enclosure, episode_enclosure
from longwave.content.episodes.front_matter import FrontMatter, episode_fields, leave_out, read_front_matter
from longwave.content.episodes.stated_enclosures import (
    stated_alternates,
    stated_enclosure,
    with_stated_facts,
    without_overridden,
)
from longwave.content.fields.content_file import Document, split_front_matter
from longwave.content.fields.misspelt_keys import holding_slips
from longwave.content.fields.times import parse_date
from longwave.content.folder import DRAFTS_FOLDER
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, Problem
from longwave.model import Chapter, Episode, Show, Site, Soundbite
from longwave.routes import path_for

_FILE_NAME = re.compile(r"(?:(\d{4}-\d{1,2}-\d{1,2})-)?(.+)\.(?:md|markdown)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(\d{1,9})(?:-|$)")
#: The pattern of an alias, an old address of an episode: a name or a path, without host, query and fragment.
_OLD_ADDRESS = re.compile(r"(?!//|\w+:/)[^?#\\\x00-\x1f\x7f]+")
#: The lines of front matter that determine an episode's number, address and files.
_IDENTIFYING_LINES = re.compile(r"^(?:slug|number|season|audio|image)[ \t]*:.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ParsedEpisode:
    """An episode parsed from its file, and the file's ``body``, which begins on line ``first_line``.

    ``dated`` is False if neither the file's name nor the front matter has a date. ``problems`` are warnings.
    """

    episode: Episode
    body: str
    first_line: int
    dated: bool = True
    problems: tuple[Problem, ...] = ()


def parse_episode(file: str, text: str, site: Site, show: Show, modified: float) -> ParsedEpisode:
    """Return the episode that is written in ``text``.

    ``file`` is the file's path in the site's folder, ``modified`` its time of modification in epoch seconds. A value
    that can't be used is left out, with a warning. Raises ContentError for a file that must not be published: without a
    title, with a date that can't be parsed, or with an unclear slug, guid or draft state.
    """
    document = split_front_matter(file, text)
    left_out: list[Problem] = []
    meta = read_front_matter(document, show, left_out)
    zone = ZoneInfo(site.timezone)
    name_date, name = _split_file_name(file)
    date = _date(document, "date", meta.date or name_date, zone)
    slug = slugify(meta.slug or name)
    if not slug:
        raise ContentError(document.problem("slug", "a slug or a file name with letters or digits", name))
    fields = episode_fields(meta)
    episode = Episode(
        show=show.slug,
        slug=slug,
        source=file,
        title=" ".join(meta.title.split()),
        date=date or datetime.fromtimestamp(modified, UTC),
        description=" ".join((meta.description or meta.summary or str(fields["subtitle"])).split()),
        updated=_updated(document, meta.updated_on, zone, left_out),
        number=meta.number if meta.number is not None else _number(slug),
        guests=parse_appearances(document.meta, lambda *error: left_out.append(leave_out(document, *error))),
        hosts=parse_hosts(document.meta, lambda *error: left_out.append(leave_out(document, *error))),
        tags=tuple(dict.fromkeys(" ".join(tag.split()) for tag in (*meta.tag, *meta.tags))),
        aliases=_aliases(document, meta.aliases, show, left_out),
        guid=meta.guid.strip(),
        draft=meta.draft or not meta.published or _is_among_drafts(file) or bool(holding_slips(document.meta)),
        chapters=_chapters(document, meta.chapters, left_out),
        chapters_file=chapters_file(meta.chapters),
        soundbites=tuple(Soundbite(bite.start, bite.duration, bite.title) for bite in meta.soundbites),
        live=live_broadcast(document, meta.live, date, zone, left_out),
        page=document.meta,
        **fields,
    )
    episode = with_stated_facts(episode, show)
    left_out = without_overridden(left_out, document, show, slug)
    problems = (*document.repeated, *left_out, *_warnings(document, meta, episode, dated=date is not None))
    return ParsedEpisode(
        _with_audio(episode, meta, show), document.body, document.first_line, date is not None, problems
    )


def _with_audio(episode: Episode, meta: FrontMatter, show: Show) -> Episode:
    """Return an episode with the enclosure and its alternates that the front matter or the show's table names."""
    own = (alternate_enclosure(each, show, episode) for each in meta.alternates)
    enclosure = stated_enclosure(episode_enclosure(meta, show, episode), show, episode)
    return replace(
        episode,
        enclosure=may_lack_sound(enclosure, meta, episode),
        alternates=(*own, *stated_alternates(show, episode)),
    )


def salvage_episode(file: str, text: str, site: Site, show: Show, modified: float = 0) -> Episode | None:
    """Return the episode in a file that may be broken: parsed, else by its identifying lines, else by its name alone.

    The result is None if the name isn't usable, either. ``text`` may be empty.
    """
    # The last line with a key takes precedence, as in YAML.
    lines = {line.partition(":")[0]: line for line in _IDENTIFYING_LINES.findall(text)}.values()
    identifying = "\n".join(lines)
    for candidate in (text, f"---\ntitle: broken\n{identifying}\n---\n", "---\ntitle: broken\n---\n"):
        with contextlib.suppress(ContentError):
            return parse_episode(file, candidate, site, show, modified).episode
    return None


def is_dated(file: str) -> bool:
    """Return whether the name of an episode's file begins with its date."""
    return bool(_split_file_name(file)[0])


def own_names(episode: Episode) -> tuple[str, ...]:
    """Return the names that an episode's other files may have: its slug, and its own file's name without the date."""
    return tuple(dict.fromkeys((episode.slug, _split_file_name(episode.source)[1])))


def _split_file_name(file: str) -> tuple[str, str]:
    """Return the date at the start of an episode's file name (empty without one), and the rest without the suffix."""
    match = _FILE_NAME.fullmatch(file.rpartition("/")[2])
    return (match[1] or "", match[2]) if match else ("", "")


def _aliases(document: Document, aliases: Iterable[str], show: Show, left_out: list[Problem]) -> tuple[str, ...]:
    """Return the paths of the old addresses in the key ``aliases``; a name without a slash means ``/<show>/<name>``.

    A value that can't be a path is left out, with a warning in ``left_out``.
    """
    paths = []
    for alias in (alias.strip() for alias in aliases):
        if _OLD_ADDRESS.fullmatch(alias) and not {".", ".."} & {*alias.split("/")}:
            paths.append(f"/{alias.lstrip('/')}" if "/" in alias else path_for("episode", show=show.slug, slug=alias))
        else:
            expected = "an old address on this site, such as 1-old-name or /old/path, as one of aliases"
            left_out.append(leave_out(document, "aliases", expected, alias))
    return tuple(paths)


def _is_among_drafts(file: str) -> bool:
    return file.split("/")[-2:-1] == [DRAFTS_FOLDER]


def _date(document: Document, key: str, text: str, zone: ZoneInfo) -> datetime | None:
    """Return the date in the value of ``key``, None for an empty one. Raises ContentError."""
    if not text:
        return None
    try:
        return parse_date(text, zone)
    except (ValueError, OverflowError):
        hint = "In the front matter or in the file's name: YYYY-MM-DD-slug.md" if key == "date" else ""
        raise ContentError(
            document.problem(key, "a date such as 2019-11-18 or 2019-11-18 12:00:00 -0500", text, hint)
        ) from None


def _updated(document: Document, text: str, zone: ZoneInfo, left_out: list[Problem]) -> datetime | None:
    try:
        return _date(document, "updated_on", text, zone)
    except ContentError as error:
        left_out.append(replace(error.problem, hint="It is left out.", level="warning"))
        return None


def _number(slug: str) -> int | None:
    match = _NUMBER.match(slug)
    return int(match[1]) if match else None


def _chapters(
    document: Document, written: list[Any] | dict[str, Any] | str, left_out: list[Problem]
) -> tuple[Chapter, ...]:
    """Return the chapters in the key ``chapters``, none if that is a file's name; add warnings to ``left_out``."""
    chapters, flaws = read_chapters(listed_chapters(written))
    for flaw in flaws:
        expected = f"{flaw.expected} in chapter {flaw.place}"
        left_out.append(replace(leave_out(document, "chapters", expected, flaw.found), hint=flaw.hint))
    return chapters


def _warnings(document: Document, meta: FrontMatter, episode: Episode, *, dated: bool) -> list[Problem]:
    """Return warnings about valid keys whose effect is probably not the intended one."""
    warnings = []
    for key in holding_slips(document.meta):
        hint = "It is kept back. Keys are written in small letters."
        problem = document.problem(key, "the key draft: true or published: false", key, hint)
        warnings.append(replace(problem, level="warning", rule="key"))
    if not dated and not _is_among_drafts(document.file):
        hint = f"It is published with the file's own time, {episode.date:%Y-%m-%d}."
        warnings.append(document.problem("date", "a date in the file's name or its front matter", None, hint))
    if meta.category and slugify(meta.category) != slugify(episode.show):
        problem = document.problem("category", f"the folder's name, {episode.show!r}", meta.category)
        warnings.append(replace(problem, level="warning"))
    return warnings
