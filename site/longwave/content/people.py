"""Guests as front matter names them: Jekyll's ``guest``, ``guest_2_title``…, and the list ``guests``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from longwave.model import Appearance, Link

_LEGACY = re.compile(r"guest(?:_(\d+))?(?:_([a-z_]+))?")
_OWN = {"name", "role", "title", "avatar", "website", "website_href", "image", "picture"}
_SERVICES = {
    "twitter": ("Twitter", "https://twitter.com/{}"),
    "x": ("X", "https://x.com/{}"),
    "github": ("GitHub", "https://github.com/{}"),
    "gitlab": ("GitLab", "https://gitlab.com/{}"),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/in/{}"),
    "youtube": ("YouTube", "https://www.youtube.com/@{}"),
    "instagram": ("Instagram", "https://www.instagram.com/{}"),
    "bluesky": ("Bluesky", "https://bsky.app/profile/{}"),
}

#: The keys of front matter that tell of guests, without the numbers of the second and later ones.
GUEST_KEYS = frozenset({"guest", "guests", *(f"guest_{field}" for field in (*_OWN, *_SERVICES, "mastodon"))})


def appearances(meta: Mapping[str, Any]) -> tuple[Appearance, ...]:
    """The guests of an episode in the order of its file. Raises ValueError((key, expected, found)) for a bad one."""
    seen: dict[str, Appearance] = {}
    for key, person in described(meta):
        appearance = _appearance(key, person)
        seen.setdefault(appearance.name, appearance)
    return tuple(seen.values())


def described(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The guests of an episode as its file has them: the key, and what it says (a map with a ``name``).

    Raises ValueError((key, expected, found)) for what can't be a guest.
    """
    for person in _modern(meta.get("guests")):
        yield "guests", person
    yield from _legacy(meta)


def person_links(person: Mapping[str, Any]) -> tuple[Link, ...]:
    """The website first, then every service that ``person`` names; a handle becomes an address."""
    return tuple(_links("links", person))


def _modern(listed: Any) -> Iterator[Mapping[str, Any]]:
    if listed is None:
        return
    for person in listed if isinstance(listed, list) else [listed]:
        if isinstance(person, str):
            yield {"name": person}
        elif isinstance(person, dict):
            yield person
        else:
            raise ValueError("guests", "a list of names, or of maps with a name", person)


def _legacy(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    people: dict[int, dict[str, Any]] = {}
    keys: dict[int, str] = {}
    for key, value in meta.items():
        match = _LEGACY.fullmatch(key)
        if match and value not in (None, ""):
            number, field = int(match[1] or 1), match[2] or "name"
            people.setdefault(number, {})[field] = value
            if field == "name":
                keys[number] = key
    for number, person in sorted(people.items()):
        # A title or a website without a name is a leftover of a template, not a guest.
        if "name" in person:
            yield keys[number], person


def _key(key: str, field: str) -> str:
    """Where a guest's ``field`` stands: within `guests`, or in a key beside the one with the name."""
    return key if key in ("guests", "links") else f"{key.removesuffix('_name')}_{field}"


def _appearance(key: str, person: Mapping[str, Any]) -> Appearance:
    name = person.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ValueError(key, "a guest's name", name)
    for field in ("role", "title", "avatar"):
        if not isinstance(person.get(field, ""), (str, int, type(None))):
            raise ValueError(_key(key, field), f"text as the guest's {field}", person[field])
    return Appearance(
        name=" ".join(name.split()),
        role=str(person.get("role") or "guest"),
        title=str(person.get("title") or ""),
        avatar=str(person.get("avatar") or person.get("image") or ""),
        links=tuple(_links(key, person)),
    )


def _links(key: str, person: Mapping[str, Any]) -> Iterator[Link]:
    website, href = person.get("website"), person.get("website_href")
    if website or href:
        url = _address(_key(key, "website_href" if href else "website"), str(href or website))
        yield Link(str(website) if href and website else urlsplit(url).netloc.removeprefix("www."), url)
    for service, value in person.items():
        if service in _OWN or not isinstance(value, str) or not value:
            continue
        label, pattern = _SERVICES.get(service, (service.replace("_", " ").capitalize(), ""))
        if value.startswith(("https://", "http://")):
            yield Link(label, value)
        elif service == "mastodon" and value.count("@") in {1, 2}:
            user, _, host = value.lstrip("@").partition("@")
            if host:
                yield Link(label, _address(_key(key, service), f"{host}/@{user}"))
        elif pattern and re.fullmatch(r"@?[\w.-]+", value):
            yield Link(label, pattern.format(value.lstrip("@")))


def _address(key: str, text: str) -> str:
    url = text if "://" in text else f"https://{text.removeprefix('//')}"
    try:
        host = urlsplit(url).netloc
    except ValueError:
        host = ""
    if not re.fullmatch(r"https?://[^\s\[\]]+", url) or ("." not in host and "localhost" not in host):
        raise ValueError(key, "an address that begins with https://", text)
    return url
