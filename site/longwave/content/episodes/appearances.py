"""The people of an episode in its front matter: ``guests``, ``hosts``, and Jekyll's ``guest``, ``guest_2_title``…"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from longwave.content.episodes.taxonomy import DEFAULT_ROLE
from longwave.content.fields.declared_keys import keys_of, names_of
from longwave.content.fields.names import split_names
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
#: The keys of a person's data; a map with any of them describes one person, another map has names as its keys.
_PERSON_KEYS = _NO_SERVICES | _SERVICES.keys() | {"mastodon", "url", "link", "bio"}
#: The callback for a value that can't be used: it takes the key, the expected value in words, and the value found.
Report = Callable[[str, str, object], None]

#: The keys of front matter that describe guests, without numbers such as the 2 of ``guest_2_title``.
APPEARANCE_KEYS = frozenset(
    {"guest", "guests", "hosts", *(f"guest_{field}" for field in (*names_of(Appearance), *_SERVICES, "mastodon"))}
)


def parse_appearances(meta: Mapping[str, Any], report: Report) -> tuple[Appearance, ...]:
    """Return the guests that an episode's front matter ``meta`` names, in its order, without duplicates.

    ``report`` is called for each value that can't be used and is left out.
    """
    return _people(guest_entries(meta, report), "guest", report)


def parse_hosts(meta: Mapping[str, Any], report: Report) -> tuple[Appearance, ...] | None:
    """Return the hosts that an episode's front matter ``meta`` names; None if it names none of its own.

    An empty list, and ``false``, stand for an episode without hosts. ``report`` is called for each value that can't be
    used and is left out.
    """
    listed = meta.get("hosts")
    if listed is None or listed == "":
        return None
    if listed is False:
        return ()
    hosts = _people((("hosts", host) for host in _listed("hosts", listed, report)), DEFAULT_ROLE, report)
    return hosts if hosts or listed == [] else None


def _people(entries: Iterable[tuple[str, Mapping[str, Any]]], role: str, report: Report) -> tuple[Appearance, ...]:
    """Return the people in ``entries``, each of which is a front-matter key and the person's data, without duplicates.

    ``role`` is the role of a person whose data has none.
    """
    by_name: dict[str, Appearance] = {}
    for key, person in entries:
        name = person.get("name")
        if isinstance(name, str) and name.strip():
            appearance = _appearance(key, " ".join(name.split()), person, role, report)
            by_name.setdefault(appearance.name, appearance)
        else:
            report(key, f"a {role}'s name", name)
    return tuple(by_name.values())


def guest_entries(meta: Mapping[str, Any], report: Report) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each guest of an episode's front matter: the key that holds the guest, and a map of the guest's data."""
    if meta.get("guests") is not None:
        yield from (("guests", person) for person in _listed("guests", meta["guests"], report))
    yield from _jekyll_guests(meta)


def person_links(person: Mapping[str, Any], report: Report) -> tuple[Link, ...]:
    """Return a person's links: the website first, then the profile at each service, a bare handle made a URL.

    ``report`` is called for each value that can't be used.
    """
    return tuple(_links("", person, report))


def _listed(key: str, people: Any, report: Report) -> Iterator[Mapping[str, Any]]:
    """Yield a map of the data of each person in ``people``, the value of ``key``.

    That value is a text with one or several names, a map of one person, a map with names as its keys (and a title or a
    map as its values), or a list of names and maps.
    """
    if isinstance(people, dict) and not _PERSON_KEYS & people.keys():
        people = [
            {"title": more, "name": name} if isinstance(more, str) else {**(more or {}), "name": name}
            for name, more in people.items()
            if more is None or isinstance(more, (str, dict))
        ]
    elif isinstance(people, str):
        people = list(split_names(people))
    for person in people if isinstance(people, list) else [people]:
        if isinstance(person, str):
            yield {"name": person}
        elif isinstance(person, dict):
            yield person
        else:
            report(key, "a list of names, or of maps with a name", person)


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

    The result is ``key`` itself for a person in the list ``guests`` or ``hosts``, and ``field`` in a guest's own file,
    for which ``key`` is empty.
    """
    return key if key in ("guests", "hosts") else f"{key.removesuffix('_name')}_{field}" if key else field


def _appearance(key: str, name: str, person: Mapping[str, Any], role: str, report: Report) -> Appearance:
    def text(field: str) -> str:
        declared = keys_of(Appearance)[field]
        for each in (declared.name, *declared.aliases):
            value = person.get(each)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                if value != "":
                    return str(value)
            elif value is not None:
                report(_key(key, each), f"text as the {role}'s {each}", value)
        return ""

    return Appearance(
        name=name,
        role=text("role") or role,
        title=text("title"),
        avatar=text("avatar"),
        links=tuple(_links(key, person, report)),
        group=text("group"),
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
