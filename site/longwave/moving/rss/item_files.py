"""The file of an imported episode: its slug, its front matter and its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fitting_lines, quoted_verbatim, yaml_value
from longwave.authoring.safe_writing import short_slug
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.times import format_seconds
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError
from longwave.feeds.sidecar_formats import whole
from longwave.feeds.xml import clean
from longwave.model import Show, Site
from longwave.moving.import_report import Omission
from longwave.moving.rss.conversation_values import conversation_values, discussion_values, live_value
from longwave.moving.rss.feed_enclosures import alternates_of
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import front_matter_date, host_without_www, parse_play_time
from longwave.moving.rss.html_to_markdown import MarkdownNotes
from longwave.moving.rss.listing_values import cover_words, item_listing
from longwave.moving.rss.podcasting_values import shared_values
from longwave.moving.rss.transcript_offers import FetchedTranscript, front_matter
from longwave.routes import path_for

#: The limit on soundbites and on alternate enclosures of one episode.
_MAX_PARTS = 100


@dataclass(frozen=True, slots=True)
class Attachments:
    """The things that an episode's file names: audio (a file or an address), pictures, transcripts, chapters, people.

    ``hosts`` are None for those of the show, and False for nobody. ``sponsors`` were in the notes.
    """

    audio: str = ""
    image: str = ""
    images: tuple[Mapping[str, Value], ...] = ()
    transcripts: tuple[FetchedTranscript, ...] = ()
    chapters: str = ""
    guests: tuple[Mapping[str, Value], ...] = ()
    hosts: Sequence[Value] | bool | None = None
    sponsors: Sequence[Value] = ()


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
    words = slugify(clean(item.bare_title)) or "episode"
    leading = re.match(r"(\d{1,9})(?:-|$)", words)
    number = "" if item.number is None else slugify(str(item.number))
    if number and f"{words}-".startswith(f"{number}-"):
        pass
    elif number and not (leading and int(leading[1]) == item.number):
        words = f"{number}-{words}"
    elif leading and item.number is None:
        # A leading number of a file's name would be read as the episode's number.
        words = f"episode-{words}"
    slug = short_slug(words).strip("-")
    count = 2
    while (unique := slug if count == 2 else f"{slug}-{count - 1}") in taken:
        count += 1
    return unique


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

    lines, rejected = fitting_lines(_lines(item, attachments, destination, _address(file)), fits)
    omissions = [
        Omission(f"{item.title}: {key}", "front matter can't hold what the feed says there") for key in rejected
    ]
    if notes.form == "html":
        omissions.append(Omission(item.title, "Markdown can't say its notes with the same text, so they are HTML"))
    elif notes.form == "plain":
        omissions.append(Omission(item.title, "the markup of its notes was lost; the text is the same"))
    omissions += [Omission(f"{item.title}: {url}", "pictures that only count readers") for url in notes.trackers]
    omissions += _broken_address(item, destination.old_host)
    if "![" in notes.body or "<img" in notes.body:
        reason = "pictures in notes stay where they are; longwave check names the line that lets pages show them"
        omissions.append(Omission(item.title, reason))
    matter = "\n".join(lines)
    return f"---\n{matter}\n---\n\n{notes.body}\n", tuple(omissions)


def _lines(item: Item, attachments: Attachments, destination: Destination, address: str) -> Iterator[tuple[str, str]]:
    yield "title", f"title: {yaml_value(item.title)}"
    for key, value in _values(item, attachments, destination, address):
        yield key, f"{key}: {yaml_value(value)}"
    yield "guid", f"guid: {quoted_verbatim(item.guid)}"
    if item.permalink:
        yield "guid_is_permalink", "guid_is_permalink: true"


def _values(
    item: Item, attachments: Attachments, destination: Destination, address: str
) -> Iterator[tuple[str, Value]]:
    """Yield the keys of an episode that gets the path ``address``, with their values."""
    listing = dict(item_listing(item))
    values: dict[str, Value | None] = {
        # An episode without a description is described by its subtitle.
        "description": "" if item.description == listing.get("subtitle") else item.description,
        "date": front_matter_date(item.date),
        "draft": item.spare or None,
        "number": item.number,
        "season": item.season,
        "episode_type": None if item.type == "full" else item.type,
        "explicit": None if item.explicit == destination.show.explicit else item.explicit,
        "number_display": one_line(item.element.attribute("podcast:episode", "display")),
        "author": item.author if item.author != destination.show.author else "",
        "hosts": attachments.hosts,
        "guests": attachments.guests,
        "tags": item.tags,
        "image": attachments.image,
        "image_alt": cover_words(item.element, item.image, item.title) if attachments.image else "",
        "images": attachments.images,
        **listing,
        "audio": attachments.audio,
        "type": item.enclosure.key(attachments.audio) if item.enclosure else "",
        **_claimed_facts(item, attachments),
        **front_matter(attachments.transcripts, destination.show.language),
        "chapters": attachments.chapters,
        **_podcasting_values(item, attachments.audio),
        "sponsors": attachments.sponsors,
        "aliases": [path for path in _former_paths(item.link, destination.old_host) if path != address],
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


def _podcasting_values(item: Item, audio: str) -> Mapping[str, Value]:
    """Return the values of the podcast namespace: soundbites, alternates, and those that channels have, too."""
    element = item.element
    bites = map(_soundbite, element.all("podcast:soundbite")[:_MAX_PARTS])
    return {
        "soundbites": [bite for bite in bites if bite],
        "alternates": alternates_of(element, item.enclosures, audio),
        **dict(shared_values(element)),
        **dict(conversation_values(element)),
        **dict(discussion_values(element)),
        **dict(live_value(element)),
    }


def _address(file: str) -> str:
    """Return the path of the page of the episode in a ``file`` that the importer named."""
    _, show, name = file.split("/")
    slug = re.sub(r"^\d+-\d\d-\d\d-", "", name.removesuffix(".md"))
    return path_for("episode", show=show, slug=slug)


def _soundbite(element: Element) -> Mapping[str, Value]:
    start, duration = parse_play_time(element.get("startTime")), parse_play_time(element.get("duration"))
    if start is None or not duration:
        return {}
    bite: dict[str, Value] = {"start": whole(round(start, 3)), "duration": whole(round(duration, 3))}
    return bite | ({"title": one_line(element.text)} if element.text else {})


def _former_paths(link: str, old_host: str) -> list[str]:
    """Return the path of the episode's page on the old site, which redirects once the domain points to the new one."""
    if not link or not old_host or host_without_www(link) != old_host:
        return []
    parts = urlsplit(link)
    path = unquote(parts.path).rstrip("/")
    plain = path == one_line(path) and " " not in path and len(path) < 500
    return [path] if path and plain and not parts.query else []


def _broken_address(item: Item, old_host: str) -> Iterator[Omission]:
    """Yield an omission for the address of a page on the old site that no alias can answer."""
    link = item.link
    has_path = bool(link) and urlsplit(link).path.rstrip("/") + urlsplit(link).query != ""
    if has_path and old_host and host_without_www(link) == old_host and not _former_paths(link, old_host):
        reason = "old addresses that will not lead to their episodes, as a redirect reads only a plain path"
        yield Omission(f"{item.title}: {unquote(link)[:300]}", reason)
