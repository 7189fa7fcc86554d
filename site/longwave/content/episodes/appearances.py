"""Guests as front matter names them: Jekyll's ``guest``, ``guest_2_title``…, and the list ``guests``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
#: Hears of a value that can't be used: the key, what was expected there, and what was found.
Tell = Callable[[str, str, object], None]

#: The keys of front matter that tell of guests, without the numbers of the second and later ones.
APPEARANCE_KEYS = frozenset({"guest", "guests", *(f"guest_{field}" for field in (*_OWN, *_SERVICES, "mastodon"))})


def appearances(meta: Mapping[str, Any], tell: Tell) -> tuple[Appearance, ...]:
    """Return the guests of an episode in the order of its file, each once; ``tell`` hears of what is left out."""
    seen: dict[str, Appearance] = {}
    for key, person in described(meta, tell):
        name = person.get("name")
        if isinstance(name, str) and name.strip():
            appearance = _appearance(key, " ".join(name.split()), person, tell)
            seen.setdefault(appearance.name, appearance)
        else:
            tell(key, "a guest's name", name)
    return tuple(seen.values())


def described(meta: Mapping[str, Any], tell: Tell) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the guests of an episode as its file has them: the key, and a map that should have a ``name``."""
    for person in _modern(meta.get("guests"), tell):
        yield "guests", person
    yield from _legacy(meta)


def person_links(person: Mapping[str, Any], tell: Tell) -> tuple[Link, ...]:
    """Return the website first, then every service that ``person`` names; a handle becomes an address."""
    return tuple(_links("", person, tell))


def _modern(listed: Any, tell: Tell) -> Iterator[Mapping[str, Any]]:
    if listed is None:
        return
    for person in listed if isinstance(listed, list) else [listed]:
        if isinstance(person, str):
            yield {"name": person}
        elif isinstance(person, dict):
            yield person
        else:
            tell("guests", "a list of names, or of maps with a name", person)


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
    """Where a guest's ``field`` stands: within `guests`, beside the key with the name, or in a file of the guest's."""
    return key if key == "guests" else f"{key.removesuffix('_name')}_{field}" if key else field


def _appearance(key: str, name: str, person: Mapping[str, Any], tell: Tell) -> Appearance:
    def text(*fields: str) -> str:
        for field in fields:
            value = person.get(field)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                if value != "":
                    return str(value)
            elif value is not None:
                tell(_key(key, field), f"text as the guest's {field}", value)
        return ""

    return Appearance(
        name=name,
        role=text("role") or "guest",
        title=text("title"),
        avatar=text("avatar", "image"),
        links=tuple(_links(key, person, tell)),
    )


def _links(key: str, person: Mapping[str, Any], tell: Tell) -> Iterator[Link]:
    website, href = person.get("website"), person.get("website_href")
    if website or href:
        field = "website_href" if href else "website"
        url = _address(person[field])
        if url:
            label = website if href and website and isinstance(website, str) else ""
            yield Link(label or urlsplit(url).netloc.removeprefix("www."), url)
        else:
            tell(_key(key, field), "an address that begins with https://", person[field])
    for service, value in person.items():
        if service in _OWN or not isinstance(value, str) or not value:
            continue
        label, pattern = _SERVICES.get(service, (service.replace("_", " ").capitalize(), ""))
        if value.startswith(("https://", "http://")):
            yield Link(label, value)
        elif service == "mastodon" and value.count("@") in {1, 2}:
            user, _, host = value.lstrip("@").partition("@")
            url = _address(f"{host}/@{user}") if host else ""
            if url:
                yield Link(label, url)
            elif host:
                tell(_key(key, service), "a name on a server, such as @ann@fosstodon.org", value)
        elif pattern and re.fullmatch(r"@?[\w.-]+", value):
            yield Link(label, pattern.format(value.lstrip("@")))


def _address(text: object) -> str:
    """Return an address of the web, with or without its https://; empty for anything else."""
    if not isinstance(text, str):
        return ""
    url = text if "://" in text else f"https://{text.removeprefix('//')}"
    try:
        host = urlsplit(url).netloc
    except ValueError:
        return ""
    return url if re.fullmatch(r"https?://[^\s\[\]]+", url) and ("." in host or "localhost" in host) else ""
