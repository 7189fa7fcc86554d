"""The types of keys that only appear in feeds, with validators for the different ways of writing their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from longwave.content.fields.times import parse_seconds, parse_time
from longwave.content.fields.value_checks import (
    listed,
    or_empty,
    part_checked,
    require,
    require_match,
    respelled,
    text_as,
)
from longwave.content.site.categories import category_text, find_category, nearest_category
from longwave.content.text.plain_text import one_line
from longwave.model import Category, Link, Recommendation, Remark, Schedule
from longwave.urls import web_address

#: The media of https://podcasting2.org/docs/podcast-namespace/tags/medium; a medium's name with an L at its end means a
#: list of such media.
MEDIA = ("podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course")
_MEDIUM_NAMES = {medium.lower(): medium for medium in (*MEDIA, *(f"{medium}L" for medium in MEDIA), "mixed")}
#: The keys of a link to another feed, by the attributes of ``podcast:remoteItem`` that are accepted instead.
_REMOTE_KEYS = {"feedurl": "url", "feed": "url", "feedguid": "guid", "itemguid": "item"}
#: The most characters of a ``podcast:txt``, and of its purpose or of a ``podcast:updateFrequency``, by the namespace.
MAX_REMARK, MAX_WORDS = 4000, 128
_RRULE = re.compile(
    r"(RRULE:)?(?=([A-Z]+=[\w+,:-]+;){0,20}FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)(;|$))[A-Z]+=[\w+,:-]+(;[A-Z]+=[\w+,:-]+){0,20}"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError("a UUID such as 917393e3-1b1e-5cef-ace4-edaa54e1f810") from None


def is_medium(text: str) -> bool:
    """Return whether a text is one of the media of the namespace, in the namespace's own spelling."""
    return text in _MEDIUM_NAMES.values()


def is_rrule(text: str) -> bool:
    """Return whether a text has the form of a recurrence rule (RFC 5545), such as ``FREQ=WEEKLY;BYDAY=MO``."""
    return _RRULE.fullmatch(text) is not None


def _medium(text: str) -> str:
    medium = _MEDIUM_NAMES.get(text.strip().lower())
    if medium is None:
        raise ValueError(f"one of {', '.join(MEDIA)}, mixed, or a list of such, as musicL")
    return medium


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


def _scheduled(schedule: Schedule) -> Schedule:
    schedule = replace(schedule, rrule=schedule.rrule.strip().upper())
    require_match(_RRULE, "rrule", schedule.rrule, "an rrule such as FREQ=WEEKLY;BYDAY=MO")
    require_match(_DATE, "start", schedule.start, "a start such as 2026-01-31")
    require(schedule.text or schedule.rrule or "complete" * schedule.complete, "words such as weekly, or an rrule")
    return replace(schedule, text=part_checked("text", one_line(schedule.text), _of_length(MAX_WORDS)))


def _recommended(other: Recommendation) -> Recommendation:
    require(other.url or other.guid, "the url or the guid of a feed")
    return replace(
        other,
        url=part_checked("url", other.url, web_address),
        guid=part_checked("guid", other.guid, _uuid),
        title=one_line(other.title),
        item=one_line(other.item),
        medium=part_checked("medium", other.medium, _medium),
    )


def _of_length(limit: int) -> Callable[[str], str]:
    """Return a check of a text that raises ValueError if the text has more than ``limit`` characters."""

    def check(text: str) -> str:
        if len(text) > limit:
            raise ValueError(f"at most {limit:,} characters")
        return text

    return check


def _remark(remark: Remark) -> Remark:
    require(one_line(remark.text), "a text")
    return Remark(
        part_checked("text", one_line(remark.text), _of_length(MAX_REMARK)),
        part_checked("purpose", one_line(remark.purpose), _of_length(MAX_WORDS)),
    )


def _time(value: Any) -> float:
    seconds = parse_time(value)
    if seconds is None:
        raise ValueError("a time such as 58:05 or 1:02:33.5")
    return seconds


def _seconds(value: Any) -> int:
    seconds = parse_seconds(str(value))
    if seconds is None:
        raise ValueError("a time such as 58:05 or 1:02:33")
    return seconds


Links = Annotated[tuple[Link, ...], _linked(_text)]
Categories = tuple[Annotated[Category, AfterValidator(_apple_category), BeforeValidator(_split_category)], ...]
Remarks = Annotated[tuple[Annotated[Remark, AfterValidator(_remark), text_as("text")], ...], BeforeValidator(listed)]
Medium = Annotated[str, AfterValidator(_medium)]
Frequency = Annotated[
    Schedule, AfterValidator(_scheduled), respelled({"dtstart": "start", "description": "text"}), text_as("text")
]
RemoteItem = Annotated[Recommendation, AfterValidator(_recommended), respelled(_REMOTE_KEYS), text_as("url")]
Podroll = Annotated[tuple[RemoteItem, ...], BeforeValidator(listed)]
Hubs = Annotated[
    tuple[Annotated[str, AfterValidator(web_address)], ...],
    BeforeValidator(listed),
    AfterValidator(lambda hubs: tuple(dict.fromkeys(hubs))),
]
Uuid = Annotated[str, or_empty(_uuid)]
WebAddress = Annotated[str, or_empty(web_address)]
SeasonNames = dict[Annotated[str, Field(pattern=r"^[1-9]\d{0,8}$")], Annotated[str, Field(min_length=1)]]
Seconds = Annotated[int, BeforeValidator(_seconds)]


_Time = Annotated[float, BeforeValidator(_time)]


class SoundbiteKeys(BaseModel):
    """An entry of the key ``soundbites``: a part of an episode worth quoting; times such as 1:21 become seconds."""

    start: _Time
    duration: Annotated[_Time, Field(gt=0)]
    title: str = ""


Soundbites = Annotated[tuple[SoundbiteKeys, ...], BeforeValidator(listed)]
