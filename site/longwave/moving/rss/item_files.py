"""The file of an imported episode: its slug, its front matter and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fitting_lines, quoted_verbatim, yaml_value
from longwave.authoring.safe_writing import short_slug
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.times import format_seconds
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError
from longwave.feeds.xml import clean
from longwave.model import Show, Site
from longwave.moving.import_report import Omission
from longwave.moving.rss.channel_settings import license_and_location, role_of, without_empty
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import front_matter_date, host_without_www, parse_play_time, parse_size, web_host
from longwave.moving.rss.html_to_markdown import MarkdownNotes
from longwave.moving.rss.transcript_offers import FetchedTranscript, front_matter

#: The limit on people, on soundbites and on alternate enclosures of one episode.
_MAX_PARTS = 100


@dataclass(frozen=True, slots=True)
class Attachments:
    """The things that an episode's file names: audio (file or address), image, transcripts, chapters and guests."""

    audio: str = ""
    image: str = ""
    transcripts: tuple[FetchedTranscript, ...] = ()
    chapters: str = ""
    guests: tuple[Mapping[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """The site and the show into which episodes are imported.

    ``old_host`` is the host of the show's former website without ``www.``; empty if the feed names none.
    """

    site: Site
    show: Show
    old_host: str


def slug_of(item: Item, taken: set[str]) -> str:
    """Return the last part of the episode's address, made of its number and title, and none of ``taken``."""
    words = slugify(clean(item.title)) or "episode"
    leading = re.match(r"(\d{1,9})(?:-|$)", words)
    if item.number is not None and not (leading and int(leading[1]) == item.number):
        words = f"{item.number}-{words}"
    elif leading and item.number is None:
        # A leading number of a file's name would be read as the episode's number.
        words = f"episode-{words}"
    slug = short_slug(words).strip("-")
    count = 2
    while (unique := slug if count == 2 else f"{slug}-{count - 1}") in taken:
        count += 1
    return unique


def guests_of(item: Item, hosts: frozenset[str]) -> tuple[Element, ...]:
    """Return the people of an item who aren't the show's hosts, without duplicates."""
    people = {one_line(person.text): person for person in item.element.all("podcast:person") if person.text}
    return tuple(person for name, person in people.items() if name not in hosts and slugify(name))[:_MAX_PARTS]


def guest(person: Element, avatar: str) -> Mapping[str, Value]:
    """Return a person's entry (name, role, avatar, website) for the front matter of an episode."""
    return without_empty(
        name=one_line(person.text),
        role="" if role_of(person) == "guest" else one_line(person.get("role")) or "host",
        avatar=avatar,
        website=person.get("href") if web_host(person.get("href")) else "",
    )


def episode_text(
    item: Item, file: str, notes: MarkdownNotes, attachments: Attachments, destination: Destination
) -> tuple[str, tuple[Omission, ...]]:
    """Return the text of the episode's ``file``, and the omissions: the values that front matter can't hold.

    Each line was tested by parsing it as the site will.
    """

    def fits(line: str) -> bool:
        # Each line is tested below a title, which an episode needs; the title's own line is tested alone.
        matter = line if line.startswith("title:") else f"title: t\n{line}"
        try:
            return not parse_episode(file, f"---\n{matter}\n---\n", destination.site, destination.show, 0).problems
        except ContentError:
            return False

    lines, rejected = fitting_lines(_lines(item, attachments, destination), fits)
    omissions = [
        Omission(f"{item.title}: {key}", "front matter can't hold what the feed says there") for key in rejected
    ]
    if notes.form == "html":
        omissions.append(Omission(item.title, "Markdown can't say its notes with the same text, so they are HTML"))
    elif notes.form == "plain":
        omissions.append(Omission(item.title, "the markup of its notes was lost; the text is the same"))
    if "![" in notes.body or "<img" in notes.body:
        reason = "pictures in notes stay where they are; longwave check names the line that lets pages show them"
        omissions.append(Omission(item.title, reason))
    matter = "\n".join(lines)
    return f"---\n{matter}\n---\n\n{notes.body}\n", tuple(omissions)


def _lines(item: Item, attachments: Attachments, destination: Destination) -> Iterator[tuple[str, str]]:
    yield "title", f"title: {yaml_value(item.title)}"
    for key, value in _values(item, attachments, destination):
        yield key, f"{key}: {yaml_value(value)}"
    yield "guid", f"guid: {quoted_verbatim(item.guid)}"
    if item.permalink:
        yield "guid_is_permalink", "guid_is_permalink: true"


def _values(item: Item, attachments: Attachments, destination: Destination) -> Iterator[tuple[str, Value]]:
    values: dict[str, Value | None] = {
        "description": item.description,
        "date": front_matter_date(item.date),
        "draft": item.spare or None,
        "number": item.number,
        "season": item.season,
        "episode_type": None if item.type == "full" else item.type,
        "explicit": None if item.explicit == destination.show.explicit else item.explicit,
        "guests": attachments.guests,
        "tags": item.tags,
        "image": attachments.image,
        "audio": attachments.audio,
        **_claimed_facts(item, attachments),
        **front_matter(attachments.transcripts, destination.show.language),
        "chapters": attachments.chapters,
        **_podcasting_values(item),
        "aliases": _former_paths(item.link, destination.old_host),
    }
    yield from ((key, value) for key, value in values.items() if value is not None and value not in ("", (), []))


def _claimed_facts(item: Item, attachments: Attachments) -> Mapping[str, Value | None]:
    """Return the size and duration of audio on another host; a local file is measured instead."""
    if item.enclosure is None or attachments.audio != item.enclosure.url:
        return {}
    return {
        "mp3_bytes": item.enclosure.bytes or None,
        "mp3_duration": format_seconds(item.seconds) if item.seconds else None,
    }


def _podcasting_values(item: Item) -> Mapping[str, Value]:
    """Return the values of the podcast namespace: soundbites, alternates, license and location."""
    element, own = item.element, item.enclosure.url if item.enclosure else ""
    bites = map(_soundbite, element.all("podcast:soundbite")[:_MAX_PARTS])
    others = map(_alternate, element.all("podcast:alternateEnclosure")[:_MAX_PARTS])
    return {
        "soundbites": [bite for bite in bites if bite],
        "alternates": [other for other in others if other and other["audio"] != own],
        **dict(license_and_location(element)),
    }


def _soundbite(element: Element) -> Mapping[str, Value]:
    start, duration = parse_play_time(element.get("startTime")), parse_play_time(element.get("duration"))
    if start is None or not duration:
        return {}
    bite: dict[str, Value] = {"start": round(start), "duration": max(1, round(duration))}
    return bite | ({"title": one_line(element.text)} if element.text else {})


def _alternate(element: Element) -> dict[str, Value]:
    sources = [source.get("uri") for source in element.all("podcast:source") if web_host(source.get("uri"))]
    if not sources:
        return {}
    return without_empty(
        audio=sources[0],
        title=one_line(element.get("title")),
        type=element.get("type"),
        bytes=parse_size(element.get("length")),
        bitrate=parse_size(element.get("bitrate").partition(".")[0]),
    )


def _former_paths(link: str, old_host: str) -> list[str]:
    """Return the path of the episode's page on the old site, which redirects once the domain points to the new one."""
    if not link or not old_host or host_without_www(link) != old_host:
        return []
    parts = urlsplit(link)
    path = unquote(parts.path).rstrip("/")
    plain = path == one_line(path) and " " not in path and len(path) < 500
    return [path] if path and plain and not parts.query else []
