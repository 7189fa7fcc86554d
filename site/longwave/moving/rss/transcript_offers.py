"""The transcripts that an item of a feed offers: for each language, the offers in the order in which to try them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from longwave.authoring.literals import Value, without_empty
from longwave.content.transcripts.languages import best_match, is_same_language, normal_tag
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import web_host

#: The limit on the transcripts of one episode, in all languages and formats.
_MAX_OFFERS = 40
#: The suffixes of transcripts by media type.
_TYPES = {
    "text/vtt": ".vtt", "application/x-subrip": ".srt", "application/srt": ".srt", "text/srt": ".srt",
    "application/json": ".json", "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt",
}  # fmt: skip
#: The suffixes by preference: WebVTT has speakers and the finest times; pages and texts have the coarsest.
_PREFERRED = (".vtt", ".srt", ".json", ".html", ".txt")


@dataclass(frozen=True, slots=True)
class Offer:
    """A transcript on the old host: its address, the suffix of its format (empty: unknown), its language and rel."""

    url: str
    suffix: str
    language: str
    rel: str


@dataclass(frozen=True, slots=True)
class FetchedTranscript:
    """A transcript in the new site: its file's name below the show's folder, its language, and its rel."""

    file: str
    language: str
    rel: str = ""


def offers_by_language(elements: Iterable[Element], language: str) -> Mapping[str, tuple[Offer, ...]]:
    """Return an item's offers by language, that of the show (``language``) first; of each, the best format first.

    An offer without a language, or with one that doesn't exist, is in the show's.
    """
    offers = [_offer(element, language) for element in [*elements][:_MAX_OFFERS]]
    by_language: dict[str, list[Offer]] = {}
    for offer in offers:
        if web_host(offer.url):
            by_language.setdefault(offer.language, []).append(offer)
    names = list(by_language)
    if names:
        names.insert(0, names.pop(best_match(names, language)))
    return {name: tuple(sorted(by_language[name], key=_rank)) for name in names}


def _rank(offer: Offer) -> int:
    return _PREFERRED.index(offer.suffix) if offer.suffix in _PREFERRED else len(_PREFERRED)


def _offer(element: Element, language: str) -> Offer:
    url = element.get("url")
    media_type = element.get("type").lower().partition(";")[0].strip()
    path = urlsplit(url).path.lower() if web_host(url) else ""
    suffix = _TYPES.get(media_type) or next((each for each in _PREFERRED if path.endswith(each)), "")
    try:
        tag = normal_tag(element.get("language"))
    except ValueError:
        tag = language
    return Offer(url, suffix, tag, "captions" if element.get("rel").lower().strip() == "captions" else "")


def front_matter(transcripts: Iterable[FetchedTranscript], language: str) -> Mapping[str, Value]:
    """Return the keys of an episode's front matter that name its transcripts; ``language`` is the show's.

    A single transcript in the show's language needs only the key ``transcript``.
    """
    listed = tuple(transcripts)
    if len(listed) == 1 and not listed[0].rel and is_same_language(listed[0].language, language):
        return {"transcript": listed[0].file}
    return {"transcripts": [without_empty(file=each.file, language=each.language, rel=each.rel) for each in listed]}
