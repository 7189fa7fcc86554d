"""Comparisons of texts, sets, addresses and repeated elements, which channels and items share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from longwave.edition.check.site_check import PLACEHOLDER_HOST
from longwave.moving.comparison.differences import Difference, difference
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import web_host

#: The elements of which a feed may have several, each with its kind of difference.
_PARTS: Mapping[str, str] = {
    "podcast:soundbite": "soundbite", "podcast:alternateEnclosure": "alternate enclosure",
    "podcast:location": "location", "podcast:license": "licence", "podcast:value": "payment",
    "podcast:socialInteract": "discussion", "podcast:txt": "text record", "podcast:contentLink": "content link",
    "podcast:chat": "chat", "podcast:podroll": "podroll", "podcast:updateFrequency": "update frequency",
    "podcast:medium": "medium", "podcast:publisher": "publisher",
}  # fmt: skip
#: The kinds by which apps know a show and sort its episodes.
_GRAVE = frozenset({"podcast:guid", "date"})
_NO_HINTS: Mapping[str, str] = {}


def compare_texts(
    place: str, old: Mapping[str, str], new: Mapping[str, str], hints: Mapping[str, str] = _NO_HINTS
) -> Iterator[Difference]:
    """Yield a difference for each kind of text in which ``old`` and ``new`` differ."""
    for kind, before in old.items():
        if before != new[kind]:
            found = difference(place, kind, before, new[kind], hints.get(kind, ""))
            yield replace(found, grave=kind in _GRAVE and found.effect == "changed")


def compare_sets(
    place: str, kind: str, old: Mapping[str, str], new: Mapping[str, str], hint: str = ""
) -> Iterator[Difference]:
    """Yield a loss for each text of ``old`` whose key isn't in ``new``, and a gain for each that is only there."""
    yield from (Difference(place, kind, "lost", text, "", hint) for key, text in old.items() if key not in new)
    yield from (Difference(place, kind, "gained", "", text) for key, text in new.items() if key not in old)


def compare_addresses(place: str, kind: str, old: str, new: str, hint: str = "") -> Iterator[Difference]:
    """Yield a loss or a gain if only one feed has an address, else a change of the address that nobody notices."""
    if old and new and old != new:
        hosts = web_host(old), _host(new)
        shown = hosts if hosts[0] != hosts[1] else (old, new)
        yield Difference(place, f"{kind}'s address", "changed", *shown)
    elif old != new:
        yield difference(place, kind, old, new, hint)


def compare_parts(place: str, old: Element, new: Element) -> Iterator[Difference]:
    """Yield a difference for each kind of repeated element of which the new feed has fewer or more."""
    for name, kind in _PARTS.items():
        before, after = (sum(not _is_default(each) for each in element.all(name)) for element in (old, new))
        if before > after:
            yield Difference(place, kind, "lost", f"{after:,} of {before:,} are left" if after else "")
        elif after > before:
            yield Difference(place, kind, "gained", "", f"{after:,}" if after > 1 else "")


def _is_default(element: Element) -> bool:
    return element.name == "podcast:medium" and element.text.lower() == "podcast"


def _host(url: str) -> str:
    """Return the host of an address, or the whole address of a site that has no host yet."""
    host = web_host(url)
    return f"https://{host}" if host == PLACEHOLDER_HOST else host
