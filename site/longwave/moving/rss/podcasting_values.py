"""The values of the podcast namespace that channels and items share: places, licences, support, payments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring
from pydantic import TypeAdapter, ValidationError

from longwave.authoring.literals import Value, without_empty
from longwave.content.fields.places import MAX_PLACES, Places
from longwave.content.text.plain_text import one_line
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import web_host
from longwave.phrases import PHRASES, phrase

#: The limit on links, on blocks of payments and on sponsors.
_MAX_PARTS = 100
_PLACES: TypeAdapter[Places] = TypeAdapter(Places)


def shared_values(element: Element) -> Iterator[tuple[str, Value]]:
    """Yield the keys ``license``, ``location``, ``funding`` and ``value`` of a channel or an item, with values."""
    for entry in element.all("podcast:license")[:1]:
        yield "license", _as_text(without_empty(name=one_line(entry.text), url=entry.get("url")))
    places = [_place(entry) for entry in element.all("podcast:location")[:MAX_PLACES] if one_line(entry.text)]
    if places:
        yield "location", places[0] if len(places) == 1 else places
    links = element.all("podcast:funding")[:_MAX_PARTS]
    funding = [
        {"label": one_line(entry.text) or phrase("support.heading"), "url": entry.get("url")}
        for entry in links
        if web_host(entry.get("url"))
    ]
    if funding:
        yield "funding", funding
    blocks = [_value(entry) for entry in element.all("podcast:value")[:_MAX_PARTS]]
    if blocks:
        yield "value", blocks[0] if len(blocks) == 1 else blocks


def _place(entry: Element) -> Value:
    """Return a place with its coordinates, without those that a file can't hold."""
    name = one_line(entry.text)
    parts = ("rel", "geo", "osm", "country")
    held = {part: entry.get(part) for part in parts if _is_place({"name": name, part: entry.get(part)})}
    return _as_text(without_empty(name=name, **held))


def _as_text(named: Mapping[str, Value]) -> Value:
    """Return the name of a map that has nothing else; other maps unchanged."""
    return named["name"] if named.keys() == {"name"} else named


def _is_place(place: Mapping[str, str]) -> bool:
    try:
        _PLACES.validate_python(place)
    except ValidationError:
        return False
    return True


def _value(entry: Element) -> Value:
    return without_empty(
        type=entry.get("type"),
        method=entry.get("method"),
        suggested=entry.get("suggested"),
        recipients=_recipients(entry),
        time_splits=[_time_split(stretch) for stretch in entry.all("podcast:valueTimeSplit")[:_MAX_PARTS]],
    )


def _recipients(entry: Element) -> list[Value]:
    return [
        without_empty(
            name=recipient.get("name"),
            type=recipient.get("type"),
            address=recipient.get("address"),
            custom_key=recipient.get("customKey"),
            custom_value=recipient.get("customValue"),
            fee=recipient.get("fee").lower() == "true",
        )
        | {"split": _number(recipient.get("split"))}
        for recipient in entry.all("podcast:valueRecipient")
    ]


def _time_split(stretch: Element) -> Value:
    remote = next(iter(stretch.all("podcast:remoteItem")), Element("podcast:remoteItem"))
    percentage = stretch.get("remotePercentage") if remote.get("feedGuid") else ""
    part = {} if percentage in ("", "100") else {"percentage": _number(percentage)}
    times = {"start": _number(stretch.get("startTime")), "duration": _number(stretch.get("duration"))}
    payees = without_empty(
        recipients=_recipients(stretch),
        feed_guid=remote.get("feedGuid"),
        feed_url=remote.get("feedUrl"),
        item_guid=remote.get("itemGuid"),
        medium=remote.get("medium"),
        remote_start=_number(stretch.get("remoteStartTime")),
    )
    return {**times, **payees, **part}


def _number(text: str) -> Value:
    """Return a whole number as such, and any other text unchanged."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def split_sponsors(notes: str) -> tuple[str, list[Value]]:
    """Return notes without the list of sponsors that Longwave's feeds have below them, and the sponsors."""
    for name in PHRASES:
        if name.startswith("support.sponsors_in_feed"):
            before, found, after = notes.rpartition(f"<p>{PHRASES[name]}</p>")
            sponsors = list(_sponsors(after)) if found else []
            if sponsors:
                return before.strip(), sponsors
    return notes, []


def _sponsors(fragment: str) -> Iterator[Value]:
    """Yield the sponsors in a fragment of HTML that is nothing but a list."""
    try:
        root = fragment_fromstring(fragment, create_parent="div")
    except (etree.LxmlError, ValueError):
        return
    children = list(root)
    if len(children) != 1 or children[0].tag != "ul" or one_line(f"{root.text or ''}{children[0].tail or ''}"):
        return
    yield from map(_sponsor, _elements(children[0])[:_MAX_PARTS])


def _elements(parent: HtmlElement) -> list[HtmlElement]:
    return list(parent.iterchildren("li"))


def _sponsor(item: HtmlElement) -> Value:
    link = item.find("a")
    words = one_line(item.text_content())
    if link is None:
        name, _, text = words.partition(": ")
        return without_empty(name=name, text=text)
    text = one_line(link.tail or "").removeprefix(":").strip()
    return without_empty(name=one_line(link.text_content()), url=link.get("href") or "", text=text)
