"""A comparison of two feeds by the things that a subscriber sees of each item, read from the XML without the importer's help.

Files that a feed names, such as pictures and transcripts, are compared by their content, as their addresses may differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urlsplit

from lxml import etree

Fetch = Callable[[str], bytes]
NS = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}
#: Types that hosts write for what is registered under another name.
_TYPES = {"audio/mp3": "audio/mpeg", "audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4"}
#: The number of an episode at the beginning of its title, which apps show themselves.
_NUMBER = re.compile(r"^(?:(?:episode|folge)\s+)?#?{number}\s*[:\-–.]\s*(?=\S)", re.IGNORECASE)
_ZONES = {"PDT": "-0700", "PST": "-0800", "AEST": "+1000"}
_NOT_SPOKEN = re.compile(r"^(WEBVTT.*|\d+|[\d:.,]+ --> .*|)$")


@dataclass(frozen=True)
class Seen:
    """The things that a subscriber sees of an item."""

    guid: str
    permalink: bool
    title: str
    date: datetime
    enclosure: tuple[str, str, str]
    seconds: int
    people: frozenset[tuple[str, str, str, str]]
    transcripts: Mapping[str, frozenset[str]]
    chapters: tuple[tuple[float, str, str, str], ...]
    picture: str
    kind: str
    season: str
    number: str
    explicit: bool
    tags: frozenset[str]


def differences(source: bytes, ours: bytes, fetch: Fetch) -> list[str]:
    """Return a line for each fact of an item that differs between two feeds; ``fetch`` returns the body at an address."""
    old, new = items(source, fetch), items(ours, fetch)
    lines = [f"{guid}: only in one feed" for guid in old.keys() ^ new.keys()]
    hosts = {person for seen in old.values() for person in seen.people if person[1] == "host"}
    hosts |= {*_people(_channel(source), fetch)}
    for guid in old.keys() & new.keys():
        before, after = _comparable(old[guid]), _comparable(new[guid])
        after["transcripts"] = _agreeing(old[guid].transcripts, new[guid].transcripts)
        # An item that names no host has those of its show.
        after["people"] = new[guid].people - (hosts - old[guid].people)
        if not old[guid].chapters:
            # Chapters that our feed makes of times in the notes are none of the old feed's.
            after["chapters"] = ()
        lines += [
            f"{guid}: {name}: {before[name]!r} -> {after[name]!r}" for name in before if before[name] != after[name]
        ]
    if [*old] != [*new]:
        lines.append(f"order: {[*old]} -> {[*new]}")
    return lines


def items(feed: bytes, fetch: Fetch) -> dict[str, Seen]:
    """Return the items of a feed by guid, in the feed's order."""
    channel = _channel(feed)
    return {(seen := _seen(item, channel, fetch)).guid: seen for item in channel.findall("item")}


def _channel(feed: bytes) -> etree._Element:
    channel = etree.fromstring(feed).find("channel")
    assert channel is not None
    return channel


def _comparable(seen: Seen) -> dict[str, object]:
    return asdict(seen) | {"title": _number(seen).sub("", seen.title)}


def _number(seen: Seen) -> re.Pattern[str]:
    return re.compile(_NUMBER.pattern.replace("{number}", f"0*{re.escape(seen.number or '-')}"), re.IGNORECASE)


def _agreeing(old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """Return the old transcripts of each language in which all of the new ones say the same as one of the old."""
    return {tag: old[tag] if tag in old and said <= old[tag] else said for tag, said in new.items()}


def _seen(item: etree._Element, channel: etree._Element, fetch: Fetch) -> Seen:
    guid = item.find("guid")
    enclosure = item.find("enclosure")
    assert guid is not None
    images = (_attribute(each, "itunes:image", "href") for each in (item, channel))
    picture = next(filter(None, images), "") or _text(channel, "image/url")
    language = _text(channel, "language").lower() or "en"
    return Seen(
        guid=_text(item, "guid"),
        permalink=guid.get("isPermaLink", "true") != "false",
        title=" ".join(unescape(_text(item, "title")).split()),
        date=_date(_text(item, "pubDate")),
        enclosure=("", "", "") if enclosure is None else _enclosure(enclosure),
        seconds=_seconds(_text(item, "itunes:duration")),
        people=frozenset(_people(item, fetch)),
        transcripts=_transcripts(item, language, fetch),
        chapters=tuple(_chapters(item, fetch)),
        picture=_digest(picture, fetch),
        kind=_text(item, "itunes:episodeType").lower() or "full",
        season=_text(item, "itunes:season"),
        number=_text(item, "itunes:episode"),
        explicit=_is_explicit(_text(item, "itunes:explicit") or _text(channel, "itunes:explicit")),
        tags=frozenset(_tags(item)),
    )


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(name, "", NS) or "").strip()


def _attribute(parent: etree._Element, name: str, attribute: str) -> str:
    found = parent.find(name, NS)
    return "" if found is None else (found.get(attribute) or "")


def _date(text: str) -> datetime:
    for name, offset in _ZONES.items():
        text = text.replace(name, offset)
    return parsedate_to_datetime(text).astimezone(UTC)


def _enclosure(element: etree._Element) -> tuple[str, str, str]:
    kind = element.get("type") or ""
    return element.get("url") or "", element.get("length") or "", _TYPES.get(kind, kind)


def _seconds(text: str) -> int:
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part or 0)
    return int(total)


def _people(part: etree._Element, fetch: Fetch) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, role, link and picture of the people whom an item or a channel names."""
    for person in part.findall("podcast:person", NS):
        name, link = " ".join((person.text or "").split()), person.get("href") or ""
        # Our feed links a guest without a link of their own to their page on our site.
        own = urlsplit(link).path.startswith("/guests/")
        yield name, (person.get("role") or "host").lower(), "" if own else link, _digest(person.get("img") or "", fetch)


def _digest(address: str, fetch: Fetch) -> str:
    return hashlib.sha256(fetch(address)).hexdigest()[:8] if address else ""


def _transcripts(item: etree._Element, language: str, fetch: Fetch) -> Mapping[str, frozenset[str]]:
    """Return the words of an item's transcripts by language, each form's once; pages are left out."""
    by_language: dict[str, set[str]] = {}
    for offer in item.findall("podcast:transcript", NS):
        if offer.get("type") != "text/html":
            tag = (offer.get("language") or language).lower()
            by_language.setdefault(tag, set()).add(_words(fetch(offer.get("url") or "")))
    return {tag: frozenset(said) for tag, said in by_language.items()}


def _words(body: bytes) -> str:
    text = body.decode()
    if text.startswith("{"):
        return " ".join(f"{each.get('speaker', '')}: {each['body']}" for each in json.loads(text)["segments"])
    lines = [line for line in text.splitlines() if not _NOT_SPOKEN.match(line)]
    return unescape(re.sub(r"<v ([^>]*)>", r"\1: ", " ".join(lines)))


def _chapters(item: etree._Element, fetch: Fetch) -> Iterator[tuple[float, str, str, str]]:
    address = _attribute(item, "podcast:chapters", "url")
    listed: Iterable[Mapping[str, object]] = json.loads(fetch(address))["chapters"] if address else ()
    simple = ({"startTime": each.get("start"), "title": each.get("title"), "url": each.get("href"), "img": each.get("image")}
              for each in item.findall("psc:chapters/psc:chapter", NS))  # fmt: skip
    for each in listed or simple:
        start = str(each["startTime"])
        total = 0.0
        for part in start.split(":"):
            total = total * 60 + float(part)
        yield total, str(each["title"]), str(each.get("url") or ""), _digest(str(each.get("img") or ""), fetch)


def _is_explicit(text: str) -> bool:
    return text.lower() in ("yes", "true", "explicit")


def _tags(item: etree._Element) -> Iterator[str]:
    """Yield an item's categories and keywords in lower case; our feed has both as categories."""
    keywords = _text(item, "itunes:keywords").split(",")
    for word in (*(each.text or "" for each in item.findall("category")), *keywords):
        if word.strip():
            yield " ".join(word.split()).lower()
