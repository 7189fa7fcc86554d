"""The enclosures of a feed's items: sound, films and documents, whatever type a feed calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from longwave.authoring.literals import Value, without_empty
from longwave.content.media.media_types import (
    canonical,
    is_document,
    is_video,
    known_type,
    media_type,
    stated_type,
    suffix_for,
    suffix_of,
)
from longwave.content.text.plain_text import one_line
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import absolute_url, parse_size, parse_yes_no, web_host

#: The limit on alternate forms of an item, and on the sources of one.
_MAX_PARTS = 100
#: The beginnings of addresses that a source of an alternate form may have beside those of the web.
_OTHER_NETWORKS = ("ipfs://", "ipns://", "magnet:")


@dataclass(frozen=True, slots=True)
class FeedEnclosure:
    """An enclosure of a feed: its address, its size in bytes (0: unknown), and its media type in lower case.

    The type is the stated one if that is a media type, else the one that the address's suffix means.
    """

    url: str
    bytes: int
    type: str

    @property
    def suffix(self) -> str:
        """Return the suffix that the downloaded file gets, such as ``.mp3``."""
        own = suffix_of(self.url)
        fits = canonical(known_type(self.url)) == canonical(self.type)
        return own if fits else suffix_for(self.type) or (own if known_type(self.url) else ".mp3")

    def key(self, audio: str) -> str:
        """Return the value of the key ``type`` beside the key ``audio``, a file's name or this address; mostly empty.

        A file's content tells its type, as does most often a suffix; only an address can leave it open.
        """
        told = media_type(audio)
        is_told = told == self.type if audio == self.url else canonical(told) == canonical(self.type)
        return "" if is_told else self.type


def enclosures_of(element: Element, base: str) -> tuple[FeedEnclosure, ...]:
    """Return the enclosures of an item, the episode's own first: sound and film before documents.

    Links of Atom and ``media:content`` count where there is no other. Relative addresses are resolved against ``base``.
    """
    links = tuple(link for link in element.all("atom:link") if link.get("rel").lower() == "enclosure")
    found = list(_read(element.all("enclosure"), base)) or list(_read(links, base))
    groups = [content for group in element.all("media:group") for content in group.all("media:content")]
    media = list(_read((*element.all("media:content"), *groups), base, size="fileSize"))
    if found:
        # Beside an enclosure it mostly repeats the same file, at an address without the counters of downloads.
        kinds = {canonical(each.type) for each in found}
        media = [each for each in media if not is_document(each.type) and canonical(each.type) not in kinds]
    unique: dict[str, FeedEnclosure] = {}
    for each in (*found, *media):
        unique.setdefault(each.url, each)
    return tuple(sorted(unique.values(), key=lambda each: is_document(each.type)))


def media_seconds(element: Element) -> str:
    """Return the duration that an item's ``media:content`` states, for an item without any other; mostly empty."""
    return element.attribute("media:content", "duration").partition(".")[0]


def _read(elements: tuple[Element, ...], base: str, size: str = "length") -> Iterator[FeedEnclosure]:
    for element in elements:
        address = element.get("url") or element.get("href")
        url = absolute_url(base, address)
        kind = _type(element.get("type"), url, element.get("medium"))
        if kind and address and web_host(url):
            yield FeedEnclosure(url, parse_size(element.get(size)), kind)


def _type(text: str, url: str, medium: str) -> str:
    """Return the media type of an address by the type that a feed states; empty for a picture or a page."""
    stated, by_suffix = stated_type(text), known_type(url)
    if stated and not (is_document(stated) and by_suffix and not is_document(by_suffix)):
        return stated
    if by_suffix:
        return by_suffix
    plain = text.strip().lower()
    top = plain.partition("/")[0]
    if (
        plain in ("application/json", "application/xml")
        or top in ("image", "text", "model", "font", "message")
        or medium.lower() in ("image", "document", "executable")
    ):
        return ""
    return "video/mp4" if "video" in (top, medium.lower()) else "audio/mpeg"


def alternates_of(element: Element, enclosures: tuple[FeedEnclosure, ...], audio: str) -> list[Mapping[str, Value]]:
    """Return an item's alternate forms as front matter has them: those of the feed, and its further enclosures.

    ``audio`` is the value of the episode's own key ``audio``, which also stands for the address of its enclosure.
    """
    own = enclosures[0].url if enclosures else ""
    stated = element.all("podcast:alternateEnclosure")[:_MAX_PARTS]
    found = [form for each in stated if (form := _alternate(each, own, audio))]
    named = {own, *(source.get("uri") for each in stated for source in each.all("podcast:source"))}
    others = [each for each in enclosures[1:_MAX_PARTS] if each.url not in named]
    found += [without_empty(audio=each.url, type=each.key(each.url), bytes=each.bytes) for each in others]
    return [form for form in found if not (form["audio"] == audio and form.keys() <= {"audio", "type", "bytes"})]


def _alternate(element: Element, own: str, audio: str) -> dict[str, Value]:
    """Return an alternate form as front matter has it; empty for one without an address."""
    kind = stated_type(element.get("type"))
    sources = [
        (source.get("uri"), stated_type(source.get("contentType")))
        for source in element.all("podcast:source")[:_MAX_PARTS]
        if web_host(source.get("uri")) or source.get("uri").startswith(_OTHER_NETWORKS)
    ]
    if not sources:
        return {}
    (first, first_type), *others = [(audio if uri == own and audio else uri, form) for uri, form in sources]
    integrity = next(iter(element.all("podcast:integrity")), Element(""))
    proof = without_empty(type=integrity.get("type"), value=integrity.get("value"))
    return without_empty(
        audio=first,
        title=one_line(element.get("title")),
        type="" if (kind or first_type) == media_type(first) else kind or first_type,
        bytes=parse_size(element.get("length")),
        bitrate=parse_size(element.get("bitrate").partition(".")[0]),
        height=parse_size(element.get("height")),
        language=element.get("lang"),
        rel=one_line(element.get("rel")),
        codecs=one_line(element.get("codecs")),
        default=parse_yes_no(element.get("default")) is True,
        integrity=proof if integrity.get("value") else "",
        sources=[_source(uri, form, kind or first_type) for uri, form in others],
    )


def _source(uri: str, form: str, kind: str) -> Value:
    """Return an entry of ``sources``: the address alone if its suffix, or the form's type, tells its own type."""
    return without_empty(audio=uri, type=form) if form and form != (known_type(uri) or kind) else uri


def kind_of(enclosure: FeedEnclosure) -> str:
    """Return the words by which a report calls an enclosure: a film, a document, or sound."""
    return "a film" if is_video(enclosure.type) else "a document" if is_document(enclosure.type) else "sound"
