"""The types of keys that only appear in feeds, with validators for the different ways of writing their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from longwave.content.fields.times import parse_seconds
from longwave.content.fields.value_checks import listed, or_empty, part_checked, require, require_match, text_as
from longwave.content.site.categories import category_text, find_category, nearest_category
from longwave.model import Category, License, Link, Location, Recommendation, Remark, Schedule
from longwave.urls import web_address

#: The media of https://podcasting2.org/docs/podcast-namespace/tags/medium; a medium's name with an L at its end means a
#: list of such media.
MEDIA = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
_MEDIA = frozenset({*MEDIA, *(f"{medium}L" for medium in MEDIA), "mixed"})
_GEO = re.compile(r"geo:-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?(,-?\d+(\.\d+)?)?(;[\w=.;-]+)?")
_OSM = re.compile(r"[NWR]\d{1,15}(#\d{1,9})?")
_RRULE = re.compile(r"(RRULE:)?FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)(;[A-Z]+=[\w+,:-]+)*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError("a UUID such as 917393e3-1b1e-5cef-ace4-edaa54e1f810") from None


def _medium(text: str) -> str:
    if text not in _MEDIA:
        raise ValueError(f"one of {', '.join(MEDIA)}, mixed")
    return text


def _apple_category(category: Category) -> Category:
    """Return the category as Apple spells it. Raises an error that names the most similar one if Apple has none."""
    apple = find_category(category)
    if apple is None:
        hint = f"Did you mean {nearest_category(category)!r}? It is left out until it is mended."
        raise PydanticCustomError(
            "category", "one of Apple's categories", {"found": category_text(category), "hint": hint}
        )
    return apple


def _split_category(value: Any) -> Any:
    """Return a text such as ``Society & Culture > Documentary`` as a map with ``name`` and ``sub``."""
    if not isinstance(value, str):
        return value
    name, _, sub = value.partition(">")
    return {"name": name.strip(), "sub": sub.strip()}


def _linked(check: Callable[[str], str]) -> BeforeValidator:
    """Return a validator that turns a map such as ``{"Shop": "https://…"}`` into links, and checks each address."""

    def links(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return [{"label": label, "url": part_checked(label, url, check)} for label, url in value.items()]

    return BeforeValidator(links)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes")
    return value


def _place(location: Location) -> Location:
    require(location.name, "a place's name")
    require_match(_GEO, "geo", location.geo, "a geo such as geo:30.2672,-97.7431")
    require_match(_OSM, "osm", location.osm, "an osm such as R113314")
    return location


def _licensed(license_: License) -> License:
    require(license_.name, "a license such as cc-by-4.0")
    return replace(license_, url=part_checked("url", license_.url, web_address))


def _scheduled(schedule: Schedule) -> Schedule:
    require_match(_RRULE, "rrule", schedule.rrule, "an rrule such as FREQ=WEEKLY;BYDAY=MO")
    require_match(_DATE, "start", schedule.start, "a start such as 2026-01-31")
    require(schedule.text or schedule.rrule, "words such as weekly, or an rrule")
    return schedule


def _recommended(other: Recommendation) -> Recommendation:
    require(other.url or other.guid, "the url or the guid of a feed")
    return replace(other, url=part_checked("url", other.url, web_address), guid=part_checked("guid", other.guid, _uuid))


def _supported(link: Link) -> Link:
    link = replace(link, url=web_address(link.url))
    require(link.label, "a label such as Support the show")
    return link


def _seconds(value: Any) -> int:
    seconds = parse_seconds(str(value))
    if seconds is None:
        raise ValueError("a time such as 58:05 or 1:02:33")
    return seconds


Links = Annotated[tuple[Link, ...], _linked(_text)]
Categories = tuple[Annotated[Category, AfterValidator(_apple_category), BeforeValidator(_split_category)], ...]
Licensed = Annotated[License, AfterValidator(_licensed), text_as("name")]
Place = Annotated[Location, AfterValidator(_place), text_as("name")]
Funding = Annotated[
    tuple[Annotated[Link, AfterValidator(_supported)], ...], _linked(lambda url: web_address(_text(url)))
]
Remarks = Annotated[tuple[Annotated[Remark, text_as("text")], ...], BeforeValidator(listed)]
Medium = Annotated[str, AfterValidator(_medium)]
Frequency = Annotated[Schedule, AfterValidator(_scheduled), text_as("text")]
Podroll = Annotated[
    tuple[Annotated[Recommendation, AfterValidator(_recommended), text_as("url")], ...], BeforeValidator(listed)
]
Hubs = Annotated[
    tuple[Annotated[str, AfterValidator(web_address)], ...],
    BeforeValidator(listed),
    AfterValidator(lambda hubs: tuple(dict.fromkeys(hubs))),
]
Uuid = Annotated[str, or_empty(_uuid)]
WebAddress = Annotated[str, or_empty(web_address)]
SeasonNames = dict[Annotated[str, Field(pattern=r"^[1-9]\d{0,8}$")], Annotated[str, Field(min_length=1)]]
Seconds = Annotated[int, BeforeValidator(_seconds)]


class SoundbiteKeys(BaseModel):
    """An entry of the key ``soundbites``: a part of an episode worth quoting; times such as 1:21 become seconds."""

    start: Seconds
    duration: Annotated[Seconds, Field(ge=1)]
    title: str = ""


Soundbites = Annotated[tuple[SoundbiteKeys, ...], BeforeValidator(listed)]
