"""The rules for people, places, licences, support and payments: those of the podcast namespace.

They apply to the channel and to each item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from longwave.content.episodes.taxonomy import DEFAULT_ROLE, is_in_taxonomy
from longwave.content.fields.licenses import spdx_identifier
from longwave.content.fields.places import is_geo, is_osm
from longwave.feeds.audit.audited_feed import AuditedElement, Element, number_of
from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.audit.item_rules import named

#: The namespace's limits on the characters of texts.
_MAX_TEXT, _MAX_DISPLAY = 128, 32
_NODE = re.compile(r"0[23][0-9a-fA-F]{64}")
_DECIMAL = re.compile(r"\d{1,15}(\.\d{1,9})?")


def _parts(subject: Subject) -> Iterator[tuple[str, AuditedElement]]:
    """Yield the channel and each item, with their names for messages."""
    yield "the channel", subject.feed.channel
    for item in subject.feed.items:
        yield named(item), item


def _elements(subject: Subject, name: str) -> Iterator[tuple[str, Element]]:
    """Yield each element of that name, with the name of the channel or item that has it."""
    for place, part in _parts(subject):
        for element in part.all(name):
            yield place, element


@rule("person", "each has a name, and a role of the Podcast Taxonomy.")
def people(subject: Subject) -> Iterator[Finding]:
    for place, person in _elements(subject, "podcast:person"):
        name, role = person.text[:60], person.attributes.get("role", "") or DEFAULT_ROLE
        if not person.text:
            yield Finding(f"{place} has a podcast:person without a name", "Say who it is.")
        elif not is_in_taxonomy(person.attributes.get("group", ""), role):
            found = f"{place} has {name!r} with the role {role[:60]!r}"
            yield Finding(found, "Apps know the roles of podcasttaxonomy.com, such as host or editor.", "warning")
        yield from _too_long(place, "podcast:person", person.text)
        for attribute in ("img", "href"):
            url = person.attributes.get(attribute, "")
            if url and not url.startswith(("https://", "http://")):
                yield Finding(f"{place} has {name!r} with {attribute} {url[:80]!r}", "Write a whole address.")


@rule("location", "each has a name, and coordinates that maps understand.")
def places(subject: Subject) -> Iterator[Finding]:
    for place, location in _elements(subject, "podcast:location"):
        geo, osm = location.attributes.get("geo", ""), location.attributes.get("osm", "")
        if not location.text:
            yield Finding(f"{place} has a podcast:location without a name", "Such as Austin, TX.")
        if geo and not is_geo(geo):
            yield Finding(f"{place} has the geo {geo[:80]!r}", "Such as geo:30.2672,-97.7431 (RFC 5870).")
        if osm and not is_osm(osm):
            yield Finding(f"{place} has the osm {osm[:80]!r}", "A letter and a number, such as R113314.")
        if location.attributes.get("rel", "subject") not in ("subject", "creator"):
            yield Finding(f"{place} has the rel {location.attributes['rel'][:60]!r}", "It is subject or creator.")
        yield from _too_long(place, "podcast:location", location.text)


@rule("license", "it is of the SPDX list, or has its own url.")
def licenses(subject: Subject) -> Iterator[Finding]:
    for place, license_ in _elements(subject, "podcast:license"):
        if not license_.attributes.get("url") and not spdx_identifier(license_.text):
            yield Finding(
                f"{place} has the licence {license_.text[:60]!r}", "Name one such as cc-by-4.0, or add its url."
            )
        yield from _too_long(place, "podcast:license", license_.text)


@rule("funding", "each link has an address, and a short text.")
def funding(subject: Subject) -> Iterator[Finding]:
    for place, link in _elements(subject, "podcast:funding"):
        url = link.attributes.get("url", "")
        if not url.startswith(("https://", "http://")):
            yield Finding(f"{place} has podcast:funding with url {url[:80]!r}", "Write a whole address.")
        if not link.text:
            yield Finding(f"{place} has podcast:funding without a text", "Such as Support the show.", "warning")
        yield from _too_long(place, "podcast:funding", link.text)


@rule("value", "somebody is paid, in whole shares, at an address.")
def value(subject: Subject) -> Iterator[Finding]:
    for place, part in _parts(subject):
        for block in part.all("podcast:value"):
            for name in ("type", "method"):
                if not block.attributes.get(name):
                    yield Finding(f"{place} has podcast:value without {name}", "Such as lightning, and keysend.")
        recipients = part.all("podcast:value/podcast:valueRecipient")
        shares = [number_of(recipient.attributes.get("split", "").strip()) for recipient in recipients]
        if part.all("podcast:value") and max(shares, default=0) <= 0:
            yield Finding(f"{place} has podcast:value that pays nobody", "Give a recipient a split of more than 0.")
        for recipient, share in zip(recipients, shares, strict=True):
            address = recipient.attributes.get("address", "")
            if share < 0:
                found = f"{place} has the split {recipient.attributes.get('split', '')[:40]!r}"
                yield Finding(found, "It is a whole number from 0.")
            if not address:
                yield Finding(f"{place} has a recipient of podcast:value without an address", "Apps can't pay it.")
            elif recipient.attributes.get("type") == "node" and not _NODE.fullmatch(address):
                hint = "The key of a node has 66 hexadecimal digits; lnaddress is a type of its own."
                yield Finding(f"{place} has the node {address[:80]!r}", hint, "warning")


@rule("episode", "the number of podcast:episode is decimal, and its display short.")
def episodes(subject: Subject) -> Iterator[Finding]:
    for item in subject.feed.items:
        for episode in item.all("podcast:episode"):
            display = episode.attributes.get("display", "")
            if not _DECIMAL.fullmatch(episode.text):
                yield Finding(f"{named(item)} has podcast:episode {episode.text[:40]!r}", "Write a number: 7, or 1.5.")
            if len(display) > _MAX_DISPLAY:
                found = f"{named(item)} has a display of {len(display)} characters"
                yield Finding(found, f"Apps show {_MAX_DISPLAY}.", "warning")


def _too_long(place: str, name: str, text: str) -> Iterator[Finding]:
    if len(text) > _MAX_TEXT:
        found = f"{place} has a {name} of {len(text)} characters"
        yield Finding(found, f"Apps may cut it after {_MAX_TEXT}.", "warning")
