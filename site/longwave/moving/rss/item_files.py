"""An item becomes an episode's file: its name, its front matter, its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fitting_lines, quoted_verbatim, yaml_value
from longwave.authoring.safe_writing import short_slug
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.timestamps import clock
from longwave.content.text.plain_text import one_line
from longwave.content.text.slugs import slugify
from longwave.errors import ContentError
from longwave.feeds.xml import clean
from longwave.model import Show, Site
from longwave.moving.import_report import Omission
from longwave.moving.rss.channel_settings import licensed_and_located, role
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import home_of, precise, size, web_host, written_date
from longwave.moving.rss.html_to_markdown import Written

#: People, soundbites and other forms of the sound that are taken of one episode.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Belongings:
    """What an episode's file names: its audio (a file or an address), picture, transcript, chapters and people."""

    audio: str = ""
    image: str = ""
    transcript: str = ""
    chapters: str = ""
    guests: tuple[Mapping[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where episodes go: the site and its show, and ``home``, where the show was (empty, or as ``home_of`` says it)."""

    site: Site
    show: Show
    home: str


def slug_of(item: Item, taken: set[str]) -> str:
    """The last part of the episode's address, made of its number and title; none of ``taken``."""
    words = slugify(clean(item.title)) or "episode"
    leading = re.match(r"(\d{1,9})(?:-|$)", words)
    if item.number is not None and not (leading and int(leading[1]) == item.number):
        words = f"{item.number}-{words}"
    elif leading and item.number is None:
        # What a name begins with is the episode's number, and this one has none.
        words = f"episode-{words}"
    slug = short_slug(words).strip("-")
    count = 2
    while (unique := slug if count == 2 else f"{slug}-{count - 1}") in taken:
        count += 1
    return unique


def guests_of(item: Item, hosts: frozenset[str]) -> tuple[Element, ...]:
    """The people of an item who aren't the show's hosts, each once."""
    people = {one_line(person.text): person for person in item.element.all("podcast:person") if person.text}
    return tuple(person for name, person in people.items() if name not in hosts and slugify(name))[:_MOST]


def guest(person: Element, avatar: str) -> Mapping[str, Value]:
    """Somebody as front matter describes them."""
    told = {
        "name": one_line(person.text),
        "role": "" if role(person) == "guest" else one_line(person.get("role")) or "host",
        "avatar": avatar,
        "website": person.get("href") if web_host(person.get("href")) else "",
    }
    return {key: value for key, value in told.items() if value}


def episode_text(
    item: Item, file: str, notes: Written, has: Belongings, place: Place
) -> tuple[str, tuple[Omission, ...]]:
    """The text of the episode's ``file``, and what the feed says and front matter can't.

    Each line was read as the site will read it.
    """

    def takes(line: str) -> bool:
        try:
            return not parse_episode(file, f"---\ntitle: t\n{line}\n---\n", place.site, place.show, 0).problems
        except ContentError:
            return False

    lines, wrong = fitting_lines(_lines(item, has, place), takes)
    omissions = [Omission(f"{item.title}: {key}", "front matter can't hold what the feed says there") for key in wrong]
    if notes.form == "html":
        omissions.append(Omission(item.title, "Markdown can't say its notes with the same text, so they are HTML"))
    elif notes.form == "plain":
        omissions.append(Omission(item.title, "the markup of its notes was lost; the text is the same"))
    if "![" in notes.body or "<img" in notes.body:
        why = "pictures in notes stay where they are; flask check names the line that lets pages show them"
        omissions.append(Omission(item.title, why))
    matter = "\n".join(lines)
    return f"---\n{matter}\n---\n\n{notes.body}\n", tuple(omissions)


def _lines(item: Item, has: Belongings, place: Place) -> Iterator[tuple[str, str]]:
    yield "title", f"title: {yaml_value(item.title)}"
    for key, value in _values(item, has, place):
        yield key, f"{key}: {yaml_value(value)}"
    yield "guid", f"guid: {quoted_verbatim(item.guid)}"
    if item.permalink:
        yield "guid_is_permalink", "guid_is_permalink: true"


def _values(item: Item, has: Belongings, place: Place) -> Iterator[tuple[str, Value]]:
    said: dict[str, Value | None] = {
        "description": item.description,
        "date": written_date(item.date),
        "draft": item.spare or None,
        "number": item.number,
        "season": item.season,
        "episode_type": None if item.type == "full" else item.type,
        "explicit": None if item.explicit == place.show.explicit else item.explicit,
        "guests": has.guests,
        "tags": item.tags,
        "image": has.image,
        "audio": has.audio,
        **_claimed(item, has),
        "transcript": has.transcript,
        "chapters": has.chapters,
        **_more(item),
        "aliases": _former_paths(item.link, place.home),
    }
    yield from ((key, value) for key, value in said.items() if value is not None and value not in ("", (), []))


def _claimed(item: Item, has: Belongings) -> Mapping[str, Value | None]:
    """Size and length of audio elsewhere; of a file that is here, the file itself says more than the feed claims."""
    if item.enclosure is None or has.audio != item.enclosure.url:
        return {}
    return {"mp3_bytes": item.enclosure.bytes or None, "mp3_duration": clock(item.seconds) if item.seconds else None}


def _more(item: Item) -> Mapping[str, Value]:
    element, own = item.element, item.enclosure.url if item.enclosure else ""
    bites = map(_soundbite, element.all("podcast:soundbite")[:_MOST])
    others = map(_alternate, element.all("podcast:alternateEnclosure")[:_MOST])
    return {
        "soundbites": [bite for bite in bites if bite],
        "alternates": [other for other in others if other and other["audio"] != own],
        **dict(licensed_and_located(element)),
    }


def _soundbite(element: Element) -> Mapping[str, Value]:
    start, duration = precise(element.get("startTime")), precise(element.get("duration"))
    if start is None or not duration:
        return {}
    told: dict[str, Value] = {"start": round(start), "duration": max(1, round(duration))}
    return told | ({"title": one_line(element.text)} if element.text else {})


def _alternate(element: Element) -> dict[str, Value]:
    sources = [source.get("uri") for source in element.all("podcast:source") if web_host(source.get("uri"))]
    if not sources:
        return {}
    told: dict[str, Value] = {
        "audio": sources[0],
        "title": one_line(element.get("title")),
        "type": element.get("type"),
        "bytes": size(element.get("length")),
        "bitrate": size(element.get("bitrate").partition(".")[0]),
    }
    return {key: value for key, value in told.items() if value}


def _former_paths(link: str, home: str) -> list[str]:
    """The path of the episode's page on the old site, which redirects once the domain comes along."""
    if not link or not home or home_of(link) != home:
        return []
    parts = urlsplit(link)
    path = unquote(parts.path).rstrip("/")
    plain = path == one_line(path) and " " not in path and len(path) < 500
    return [path] if path and plain and not parts.query else []
