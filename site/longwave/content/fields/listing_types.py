"""The types of keys by which directories, apps and other services list a show or an episode."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from longwave.content.fields.value_checks import listed, or_empty, require, require_match
from longwave.model import Block, Picture
from longwave.model.listing import ALL_SERVICES
from longwave.urls import web_address

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: The most bytes of the purposes of a picture, by the namespace.
MAX_PURPOSE_BYTES = 128
_LAST_HOUR = 23
_SEARCH = "search"
#: The words that mean every directory; a single one is named by its slug in the podcast namespace, such as spotify.
_ALL = frozenset({ALL_SERVICES, "yes", "true", "everywhere", "directories"})
_NONE = frozenset({"no", "false", "none", ""})
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_RATIO = re.compile(r"\d{1,5}(?:\.\d{1,4})?\s*[/:]\s*\d{1,5}(?:\.\d{1,4})?")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
#: The keys of a map that name a picture's file, the preferred one first.
_FILE_KEYS = ("file", "path", "image", "url", "href", "src")
_EMAIL = re.compile(r"[^@\s<>]{1,200}@[^@\s<>]{1,200}")
_YOUTUBE_HOST = re.compile(r"https?://(?:[\w-]+\.)?(?:youtube\.com|youtu\.be|youtube-nocookie\.com)/.+", re.IGNORECASE)
_YOUTUBE_NAMES = (
    (re.compile(r"@[\w.-]{1,100}"), "https://www.youtube.com/{}"),
    (re.compile(r"UC[\w-]{22}"), "https://www.youtube.com/channel/{}"),
    (re.compile(r"(?:PL|UU|OL)[\w-]{10,60}"), "https://www.youtube.com/playlist?list={}"),
    (re.compile(r"[\w-]{11}"), "https://www.youtube.com/watch?v={}"),
)
_MASTODON_NAME = re.compile(r"@?([\w.-]{1,100})@([\w.-]+\.[\w-]+)")
_BLUESKY_NAME = re.compile(r"@?((?:[\w-]+\.)+[a-z]{2,}|did:[a-z]+:[\w.:%-]+)", re.IGNORECASE)
_BLUESKY_POST = re.compile(r"at://([\w.:%-]+)/app\.bsky\.feed\.post/([\w.-]+)")


def _words(value: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", value) if word]


def _blocked(value: Any) -> Any:
    """Return the fields of a Block for ``true``, ``yes``, a list of services, or a map ``{services: …, except: …}``."""
    if isinstance(value, bool):
        return {"services": (ALL_SERVICES,)} if value else {}
    if isinstance(value, str):
        value = [] if value.strip().lower() in _NONE else _words(value)
    if isinstance(value, list):
        slugs = _slugs(value)
        named = (ALL_SERVICES if slug in _ALL else slug for slug in slugs if slug != _SEARCH)
        return {"services": tuple(dict.fromkeys(named)), "search": _SEARCH in slugs}
    if isinstance(value, dict):
        services = value.get("services", value.get(ALL_SERVICES, True))
        except_for = value.get("except", value.get("except_for", []))
        fields = _blocked(services)
        if not isinstance(fields, dict):
            return value
        other = _slugs(_words(except_for) if isinstance(except_for, str) else except_for)
        return {**fields, "except_for": other, "search": fields.get(_SEARCH, False) or value.get(_SEARCH) is True}
    return value


def _slugs(values: Any) -> tuple[str, ...]:
    """Return a list of services' slugs in lower case. Raises an error that names the first item that isn't a slug."""
    if not isinstance(values, list):
        raise ValueError("a list of services such as spotify")
    slugs = tuple(value.strip().lower() if isinstance(value, str) else "" for value in values)
    for place, slug in enumerate(slugs):
        if not _SLUG.fullmatch(slug):
            context = {"part": place, "expected": "the slug of a service, such as spotify", "found": str(values[place])}
            raise PydanticCustomError("part", "{expected}", context)
    return slugs


def _blocked_episode(block: Block) -> Block:
    """Return an episode's block. Raises an error for single directories: feeds can hide an episode only from all."""
    services = tuple(dict.fromkeys(ALL_SERVICES if name == "apple" else name for name in block.services))
    if block.except_for or not {ALL_SERVICES}.issuperset(services):
        context = {"found": ", ".join((*block.services, *block.except_for))}
        raise PydanticCustomError("block", "true, or a list of all and search", context)
    return replace(block, services=services)


def _picture(value: Any) -> Any:
    """Return the fields of a Picture for the name of a file, or for a map as feeds and front matter write it."""
    if isinstance(value, str):
        return {"file": value}
    if not isinstance(value, dict):
        return value
    fields = {key.replace("-", "_"): item for key, item in value.items() if isinstance(key, str)}
    fields["file"] = next((fields[key] for key in _FILE_KEYS if fields.get(key)), "")
    if isinstance(fields.get("purpose"), list):
        fields["purpose"] = " ".join(map(str, fields["purpose"]))
    return {key: item for key, item in fields.items() if item is not None}


def _checked_picture(picture: Picture) -> Picture:
    require(picture.file, "the name or the address of a picture")
    if "://" in picture.file:
        picture = replace(picture, file=web_address(picture.file))
    purpose = " ".join(_words(picture.purpose.lower()))
    if len(purpose.encode()) > MAX_PURPOSE_BYTES:
        found = purpose[:40]
        raise PydanticCustomError("part", "{expected}", {"part": "purpose", "expected": "a few words", "found": found})
    require_match(_RATIO, "aspect_ratio", picture.aspect_ratio, "an aspect ratio such as 16/9")
    require_match(_MEDIA_TYPE, "type", picture.type, "a media type such as image/jpeg")
    ratio = re.sub(r"\s*[/:]\s*", "/", picture.aspect_ratio)
    return replace(picture, alt=" ".join(picture.alt.split()), purpose=purpose, aspect_ratio=ratio)


def with_alt(values: Any) -> Any:
    """Return a map of keys in which the ``alt`` of a picture, ``image: {path, alt}``, is the value of ``image_alt``."""
    image = values.get("image") if isinstance(values, Mapping) else None
    alt = image.get("alt") if isinstance(image, Mapping) else None
    return {"image_alt": alt, **values} if isinstance(alt, str) and alt else values


def _with_scheme(text: str) -> str:
    """Return a web address, with ``https://`` put in front of one without a scheme, such as ``example.com/a``."""
    text = text.strip()
    bare = re.match(r"(?:[\w-]+\.)+[a-z]{2,}/", text, re.IGNORECASE)
    return web_address(f"https://{text}" if bare else text)


def youtube_address(text: str) -> str:
    """Return the address of a video, channel or playlist on YouTube, given as an address, an id or ``@channel``."""
    text = text.strip()
    for pattern, address in _YOUTUBE_NAMES:
        if pattern.fullmatch(text):
            return address.format(text)
    address = _with_scheme(text)
    if not _YOUTUBE_HOST.fullmatch(address):
        raise ValueError("an address on YouTube")
    return address


def mastodon_address(text: str) -> str:
    """Return the address of a profile such as ``@show@fosstodon.org``; any other web address is returned unchanged."""
    name = _MASTODON_NAME.fullmatch(text.strip())
    return web_address(f"https://{name[2].lower()}/@{name[1]}") if name else _with_scheme(text)


def bluesky_address(text: str) -> str:
    """Return the address of a profile such as ``@show.bsky.social``, or of a post, given as an address."""
    text = text.strip()
    if post := _BLUESKY_POST.fullmatch(text):
        return f"https://bsky.app/profile/{post[1]}/post/{post[2]}"
    name = _BLUESKY_NAME.fullmatch(text)
    return f"https://bsky.app/profile/{name[1]}" if name else _with_scheme(text)


def _contact(text: str) -> str:
    """Return the address of a person, such as ``ann@example.com (Ann Lee)``, on one line."""
    # Any text is accepted, as many feeds have a name without an address, which the check of feeds reports anyway.
    return " ".join(text.split())


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text.strip()):
        raise ValueError("an email address such as ann@example.com")
    return text.strip()


def _day(value: Any) -> Any:
    """Return the name of a weekday as RSS writes it, for a name in any case that may be shortened, such as ``mon``."""
    word = value.strip().lower() if isinstance(value, str) else ""
    day = next((day for day in DAYS if len(word) > 1 and day.lower().startswith(word.rstrip("s."))), "")
    if not day:
        raise ValueError("a day such as Saturday")
    return day


def _hour(hour: int) -> int:
    if not 0 <= hour <= _LAST_HOUR:
        raise ValueError("an hour from 0 to 23")
    return hour


def _address(check: Callable[[str], str]) -> Any:
    return Annotated[str, or_empty(check)]


Blocked = Annotated[Block, BeforeValidator(_blocked)]
EpisodeBlocked = Annotated[Block, AfterValidator(_blocked_episode), BeforeValidator(_blocked)]
Pictures = Annotated[
    tuple[Annotated[Picture, AfterValidator(_checked_picture), BeforeValidator(_picture)], ...], BeforeValidator(listed)
]
_Days = tuple[Annotated[str, BeforeValidator(_day)], ...]
_Hours = tuple[Annotated[int, AfterValidator(_hour)], ...]


def _split(value: Any) -> Any:
    return _words(value) if isinstance(value, str) else [value] if isinstance(value, int) else value


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


#: The types of the keys that a show and an episode share, by field.
LISTING_FORMS: dict[str, object] = {
    "images": Pictures,
    "youtube": _address(youtube_address),
    "video": _address(_with_scheme),
    "mastodon": _address(mastodon_address),
    "bluesky": _address(bluesky_address),
}
#: The types of the keys of a show by field: those that episodes have as well, and those that only a show has.
CHANNEL_FORMS: dict[str, object] = {
    **LISTING_FORMS,
    "block": Blocked,
    "locked_owner": _address(_email),
    "managing_editor": _address(_contact),
    "webmaster": _address(_contact),
    "ttl": Annotated[int, Field(ge=0, le=10**6)],
    "skip_days": Annotated[_Days, BeforeValidator(_split), AfterValidator(_distinct)],
    "skip_hours": Annotated[_Hours, BeforeValidator(_split), AfterValidator(_distinct)],
}
