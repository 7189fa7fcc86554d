"""The types of the keys ``funding`` and ``sponsors``: lists of links with a text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from longwave.content.fields.value_checks import part_checked, require
from longwave.content.text.plain_text import one_line
from longwave.model import Link, Sponsor
from longwave.phrases import phrase
from longwave.urls import web_address

#: The most links, and the most sponsors, of one show or episode.
MAX_PARTS = 100
#: The keys of an entry of ``funding`` or ``sponsors``, by other names that apps, hosts and the namespace have for them.
_LINK_PARTS = {"text": "label", "title": "label", "name": "label", "href": "url", "link": "url"}
_SPONSOR_PARTS = {"title": "name", "label": "name", "description": "text", "href": "url", "link": "url"}


def _renamed(parts: Mapping[str, str]) -> BeforeValidator:
    """Return a validator that renames the keys of a map, from the keys of ``parts`` to their values.

    If the map has a key under both names, the value under the right name is used.
    """

    def rename(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        named = {parts.get(key, key): item for key, item in value.items()}
        return named | {key: item for key, item in value.items() if key in named}

    return BeforeValidator(rename)


def _entries(first: str, second: str, names: Mapping[str, str]) -> BeforeValidator:
    """Return a validator that makes a list of maps, with the keys ``first`` and ``second``, of the ways to write one.

    Those are such a list, a single entry, and a map such as ``{"Support us": "https://…"}``, whose keys are the values
    of ``first``. ``names`` has both keys by their other names.
    """
    known = {first, second, *names, *names.values()}

    def is_pair(value: Any) -> bool:
        return isinstance(value, dict) and not known & value.keys()

    def entries(value: Any) -> Any:
        if is_pair(value):
            # The error of a bad address names its label, so that ``salvage`` leaves out this pair and keeps the others.
            return [{first: key, second: _checked(key, item)} for key, item in value.items()][:MAX_PARTS]
        if not isinstance(value, (str, dict, list)):
            return value
        listed = value if isinstance(value, list) else [value]
        # A bad address in a list is found later, as the place in the list names the entry to leave out.
        apart = (part for each in listed for part in (_pairs(each) if is_pair(each) else [each]))
        return list(islice(apart, MAX_PARTS))

    def _pairs(value: Any) -> list[dict[str, Any]]:
        return [{first: label, second: url or ""} for label, url in value.items()]

    return BeforeValidator(entries)


def _checked(key: str, url: Any) -> Any:
    return part_checked(key, url.strip(), web_address) if isinstance(url, str) else url or ""


def _address_or(part: str) -> BeforeValidator:
    """Return a validator that turns a text into a map: an address as its ``url``, any other text as ``part``."""

    def as_map(value: Any) -> Any:
        is_address = isinstance(value, str) and value.strip().startswith(("https://", "http://"))
        return {"url" if is_address else part: value.strip()} if isinstance(value, str) else value

    return BeforeValidator(as_map)


def _labelled(value: Any) -> Any:
    """Return a link's map with its own label, else the usual heading of such links. Raises ValueError without a URL."""
    if not isinstance(value, dict):
        return value
    if not value.get("url"):
        raise ValueError("a url that begins with https://")
    return {"label": phrase("support.heading"), **value}


def _named(value: Any) -> Any:
    """Return a sponsor's map with its own name, else with the host of its URL. Raises ValueError if it has neither."""
    if not isinstance(value, dict):
        return value
    host = str(value.get("url") or "").partition("://")[2].partition("/")[0].removeprefix("www.")
    if not (value.get("name") or host):
        raise ValueError("a sponsor's name")
    return {**value, "name": value.get("name") or host}


def _funding(link: Link) -> Link:
    require(one_line(link.label), "a label such as Support the show")
    return Link(one_line(link.label), web_address(link.url.strip()))


def _sponsor(sponsor: Sponsor) -> Sponsor:
    require(one_line(sponsor.name), "a sponsor's name")
    return Sponsor(
        one_line(sponsor.name), part_checked("url", sponsor.url.strip(), web_address), one_line(sponsor.text)
    )


Funding = Annotated[
    tuple[
        Annotated[
            Link, AfterValidator(_funding), BeforeValidator(_labelled), _renamed(_LINK_PARTS), _address_or("label")
        ],
        ...,
    ],
    _entries("label", "url", _LINK_PARTS),
]
Sponsors = Annotated[
    tuple[
        Annotated[
            Sponsor, AfterValidator(_sponsor), BeforeValidator(_named), _renamed(_SPONSOR_PARTS), _address_or("name")
        ],
        ...,
    ],
    _entries("name", "url", _SPONSOR_PARTS),
]
