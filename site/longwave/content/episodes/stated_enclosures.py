"""The facts of an episode that its show's table ``enclosures`` states, put in place of those in the episode's file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from longwave.content.episodes.enclosures import make_enclosure
from longwave.content.fields.content_file import Document
from longwave.content.media.media_types import media_type
from longwave.errors import Problem
from longwave.model import Alternate, Enclosure, Episode, Show, StatedFacts, StatedFile

_NOTHING = StatedFacts()
_AUDIO_KEYS = ("audio", "mp3_bytes", "mp3_duration")
_FIELDS = (
    *("date", "image", "description", "subtitle", "itunes_title", "author"),
    *("number", "season", "episode_type", "explicit"),
)


def with_stated_facts(episode: Episode, show: Show) -> Episode:
    """Return an episode with the stated facts other than those about its audio."""
    stated = show.enclosures.get(episode.slug, _NOTHING)
    values = {name: getattr(stated, name) for name in _FIELDS}
    given = {name: value for name, value in values.items() if value not in (None, "")}
    if stated.subtitle and not (stated.description or episode.description):
        given["description"] = stated.subtitle
    return replace(episode, **given) if given else episode


def without_overridden(problems: list[Problem], document: Document, show: Show, slug: str) -> list[Problem]:
    """Return the problems of an episode's file without those of values in whose place ``show`` states the audio."""
    stated = show.enclosures.get(slug, _NOTHING)
    if not problems or not (stated.url or stated.file):
        return problems
    lines = {document.problem(key, "", "").line for key in _AUDIO_KEYS}
    return [problem for problem in problems if problem.line not in lines]


def stated_enclosure(enclosure: Enclosure, show: Show, episode: Episode) -> Enclosure:
    """Return an episode's ``enclosure`` with the stated address, size, type and duration, as far as there are any."""
    stated = show.enclosures.get(episode.slug, _NOTHING)
    if stated.url:
        enclosure = located(enclosure, stated.url, stated.file)
    elif stated.file:
        enclosure = make_enclosure(stated.file, show, episode)
    is_stated = bool(stated.url or stated.file or stated.bytes or stated.duration)
    return replace(
        enclosure,
        expected=enclosure.expected or is_stated,
        bytes=stated.bytes or enclosure.bytes,
        seconds=stated.duration or enclosure.seconds,
        type=stated.type or enclosure.type,
    )


def stated_alternates(show: Show, episode: Episode) -> Iterator[Alternate]:
    """Yield the stated forms of an episode's audio beside its enclosure."""
    for other in show.enclosures.get(episode.slug, _NOTHING).alternates:
        yield Alternate(_enclosure(other))


def located(enclosure: Enclosure, url: str, file: str = "") -> Enclosure:
    """Return an enclosure at the address ``url``, or if that is a path, as a file that this site serves at the path."""
    kind = media_type(url)
    if not url.startswith("/"):
        return replace(enclosure, url=url, file="", path="", type=kind)
    path = unquote(url)
    return replace(enclosure, url="", file=file or path.rpartition("/")[2], path=path, type=kind)


def _enclosure(stated: StatedFile) -> Enclosure:
    found = located(Enclosure(expected=True, bytes=stated.bytes), stated.url, stated.file)
    return replace(found, type=stated.type or found.type)
