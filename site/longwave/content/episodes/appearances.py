"""The guests of an episode in its front matter: Jekyll's ``guest``, ``guest_2_title``…, and the list ``guests``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from longwave.content.fields.declared_keys import keys_of, names_of
from longwave.model import Appearance, Link

_JEKYLL = re.compile(r"guest(?:_(\d+))?(?:_([a-z_]+))?")
#: The keys of a guest that aren't the names of web services.
_NO_SERVICES = names_of(Appearance) | {"picture"}
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
#: The callback for a value that can't be used: it takes the key, the expected value in words, and the value found.
Report = Callable[[str, str, object], None]

#: The keys of front matter that describe guests, without numbers such as the 2 of ``guest_2_title``.
APPEARANCE_KEYS = frozenset(
    {"guest", "guests", *(f"guest_{field}" for field in (*names_of(Appearance), *_SERVICES, "mastodon"))}
)


def parse_appearances(meta: Mapping[str, Any], report: Report) -> tuple[Appearance, ...]:
    """Return the guests that an episode's front matter ``meta`` names, in its order, without duplicates.

    ``report`` is called for each value that can't be used and is left out.
    """
    by_name: dict[str, Appearance] = {}
    for key, person in guest_entries(meta, report):
        name = person.get("name")
        if isinstance(name, str) and name.strip():
            appearance = _appearance(key, " ".join(name.split()), person, report)
            by_name.setdefault(appearance.name, appearance)
        else:
            report(key, "a guest's name", name)
    return tuple(by_name.values())


def guest_entries(meta: Mapping[str, Any], report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each guest of an episode's front matter: the key that holds the guest, and a map of the guest's data."""
    for person in _listed_guests(meta.get("guests"), report):
        yield "guests", person
    yield from _jekyll_guests(meta)


def person_links(person: Mapping[str, Any], report: Report) -> tuple[Link, ...]:
    """Return a person's links: the website first, then the profile at each service, a bare handle made a URL.

    ``report`` is called for each value that can't be used.
    """
    return tuple(_links("", person, report))


def _listed_guests(listed: Any, report: Report) -> Iterator[Mapping[str, Any]]:
    if listed is None:
        return
    for person in listed if isinstance(listed, list) else [listed]:
        if isinstance(person, str):
            yield {"name": person}
        elif isinstance(person, dict):
            yield person
        else:
            report("guests", "a list of names, or of maps with a name", person)


def _jekyll_guests(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the guests of keys such as ``guest`` and ``guest_2_title``, in the order of their numbers."""
    people: dict[int, dict[str, Any]] = {}
    keys: dict[int, str] = {}
    for key, value in meta.items():
        match = _JEKYLL.fullmatch(key)
        if match and value not in (None, ""):
            number, field = int(match[1] or 1), match[2] or "name"
            people.setdefault(number, {})[field] = value
            if field == "name":
                keys[number] = key
    for number, person in sorted(people.items()):
        # Keys without a name, such as only a title, are leftovers of a template, not a guest.
        if "name" in person:
            yield keys[number], person


def _key(key: str, field: str) -> str:
    """Return the front matter's key for a guest's ``field``; ``key`` is the key that has the guest's name.

    For a guest in the list ``guests``, this is ``guests``; in a guest's own file, where ``key`` is empty, it is the
    field.
    """
    return key if key == "guests" else f"{key.removesuffix('_name')}_{field}" if key else field


def _appearance(key: str, name: str, person: Mapping[str, Any], report: Report) -> Appearance:
    def text(field: str) -> str:
        declared = keys_of(Appearance)[field]
        for each in (declared.name, *declared.aliases):
            value = person.get(each)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                if value != "":
                    return str(value)
            elif value is not None:
                report(_key(key, each), f"text as the guest's {each}", value)
        return ""

    return Appearance(
        name=name,
        role=text("role") or "guest",
        title=text("title"),
        avatar=text("avatar"),
        links=tuple(_links(key, person, report)),
    )


def _links(key: str, person: Mapping[str, Any], report: Report) -> Iterator[Link]:
    yield from _website(key, person, report)
    for service, value in person.items():
        if service not in _NO_SERVICES and isinstance(value, str) and value:
            label, pattern = _SERVICES.get(service, (service.replace("_", " ").capitalize(), ""))
            if value.startswith(("https://", "http://")):
                yield Link(label, value)
            elif service == "mastodon" and value.count("@") in {1, 2}:
                user, _, host = value.lstrip("@").partition("@")
                url = _address(f"{host}/@{user}") if host else ""
                if url:
                    yield Link(label, url)
                elif host:
                    report(_key(key, service), "a name on a server, such as @ann@fosstodon.org", value)
            elif pattern and re.fullmatch(r"@?[\w.-]+", value):
                yield Link(label, pattern.format(value.lstrip("@")))


def _website(key: str, person: Mapping[str, Any], report: Report) -> Iterator[Link]:
    """Yield the link to a person's home page, if there is one.

    Jekyll sites have the label in ``website`` and the address in ``website_href``; else ``website`` is the address.
    """
    website, href = person.get("website"), person.get("website_href")
    if website or href:
        field = "website_href" if href else "website"
        url = _address(person[field])
        if url:
            label = website if href and website and isinstance(website, str) else ""
            yield Link(label or urlsplit(url).netloc.removeprefix("www."), url)
        else:
            report(_key(key, field), "an address that begins with https://", person[field])


def _address(text: object) -> str:
    """Return a web address, with https:// added if it has no scheme; empty for any other text."""
    if not isinstance(text, str):
        return ""
    url = text if "://" in text else f"https://{text.removeprefix('//')}"
    try:
        host = urlsplit(url).netloc
    except ValueError:
        return ""
    return url if re.fullmatch(r"https?://[^\s\[\]]+", url) and ("." in host or "localhost" in host) else ""
