"""The rules for tags by which directories list, block and fetch a feed: Apple's, RSS 2.0's and Podcasting 2.0's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.process import extractOne

from longwave.feeds.audit.audited_feed import AuditedElement, Element, number_of, parts_of
from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.audit.item_rules import named

#: The slugs by which ``podcast:block`` names services: serviceslugs.txt of the podcast namespace.
SERVICES = frozenset({
    "acast", "amazon", "anchor", "apple", "audible", "audioboom", "backtracks", "bitcoin", "blubrry",
    "buzzsprout", "captivate", "castos", "castopod", "deezer", "facebook", "fireside", "fyyd", "google",
    "gpodder", "hypercatcher", "kasts", "libsyn", "mastodon", "megafono", "megaphone", "omnystudio",
    "overcast", "paypal", "pinecast", "podbean", "podcastaddict", "podcastguru", "podcastindex", "podcasts",
    "podchaser", "podcloud", "podfriend", "podiant", "podigee", "podnews", "podomatic", "podserve",
    "podverse", "redcircle", "relay", "resonaterecordings", "rss", "shoutengine", "simplecast", "slack",
    "soundcloud", "spotify", "spreaker", "tiktok", "transistor", "twitter", "whooshkaa", "youtube", "zencast",
})  # fmt: skip
_MAX_PURPOSE = 128
_RATIO = re.compile(r"\d+(\.\d+)?/\d+(\.\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: A day in minutes; apps that obey a longer ttl learn of an episode on the next day.
_MAX_TTL = 1440


@rule("block", "a hidden show or episode says so in the words that directories obey.")
def blocks(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    for place, element in _parts(subject):
        text = element.text("itunes:block")
        if element.all("itunes:block") and text != "Yes":
            hint = "Apple hides what says Yes, with a capital, and lists everything else."
            yield Finding(f"{place} has itunes:block {text[:40]!r}", hint, "warning")
    for block in channel.all("podcast:block"):
        slug = block.attributes.get("id", "")
        if block.text not in ("yes", "no"):
            yield Finding(f"podcast:block is {block.text[:40]!r}", "It is yes or no.")
        if slug and slug not in SERVICES:
            nearest = extractOne(slug, sorted(SERVICES))
            hint = f"The namespace has no such service; the nearest is {nearest[0]}." if nearest else "Name a service."
            yield Finding(f"podcast:block has the id {slug[:40]!r}", hint, "warning")
    for item in subject.feed.items:
        if item.all("podcast:block"):
            yield Finding(f"{named(item)} has podcast:block", "It hides whole shows; an item has itunes:block.")


@rule("moves", "a show that moves or ends says so as Apple wants it.")
def moves(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    url, complete = channel.text("itunes:new-feed-url"), channel.text("itunes:complete")
    if channel.all("itunes:new-feed-url") and parts_of(url).scheme not in ("http", "https"):
        yield Finding(f"itunes:new-feed-url is {url[:80]!r}", "It is the address of the new feed.")
    if channel.all("itunes:complete") and complete != "Yes":
        yield Finding(f"itunes:complete is {complete[:40]!r}", "It is Yes, or the tag isn't there.", "warning")


@rule("images", "each podcast:image has an address, its words, and a size as the namespace writes it.")
def pictures(subject: Subject) -> Iterator[Finding]:
    for place, element in _parts(subject):
        for picture in element.all("podcast:image"):
            yield from _picture_findings(place, picture)
        if element.all("podcast:images") and not element.all("podcast:image"):
            yield Finding(f"{place} has podcast:images", "podcast:image has taken its place since 2025.", "warning")


def _picture_findings(place: str, picture: Element) -> Iterator[Finding]:
    values = picture.attributes
    if parts_of(values.get("href", "")).scheme not in ("http", "https"):
        yield Finding(f"{place} has podcast:image without an address in href", "href is required.")
    purpose = values.get("purpose", "")
    if len(purpose.encode()) > _MAX_PURPOSE:
        yield Finding(f"{place} has a picture with a long purpose", "It has 128 bytes at most.")
    if not values.get("alt") and "artwork" not in purpose.lower().split():
        name = parts_of(values.get("href", "")).path.rpartition("/")[2]
        yield Finding(f"{place} has the picture {name[:60]!r} without alt", "Say in it what one sees.", "warning")
    ratio = values.get("aspect-ratio", "")
    if ratio and not _RATIO.fullmatch(ratio):
        yield Finding(f"{place} has the aspect-ratio {ratio[:40]!r}", "Write it as 16/9.")
    for side in ("width", "height"):
        if values.get(side) and number_of(values[side]) < 1:
            yield Finding(f"{place} has a picture of the {side} {values[side][:40]!r}", "It is a number of pixels.")


@rule("asking", "ttl is a number of minutes, and lets programs learn of an episode soon.")
def asking(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    ttl = channel.text("ttl")
    if channel.all("ttl") and number_of(ttl) < 0:
        yield Finding(f"ttl is {ttl[:40]!r}", "It is a number of minutes.")
    elif number_of(ttl) > _MAX_TTL:
        hint = "Programs that obey it learn of an episode days later; leave it out, or write 60."
        yield Finding(f"ttl is {ttl} minutes", hint, "warning")


@rule("contacts", "the people named have an email address, and podcast:locked is yes or no.")
def people(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    for name in ("managingEditor", "webMaster"):
        text = channel.text(name)
        if channel.all(name) and not _EMAIL.search(text):
            hint = "RSS wants an email address there, as in ann@example.com (Ann Lee)."
            yield Finding(f"{name} is {text[:60]!r}", hint, "warning")
    locked = channel.text("podcast:locked")
    if channel.all("podcast:locked") and locked not in ("yes", "no"):
        yield Finding(f"podcast:locked is {locked[:40]!r}", "It is yes or no.")
    owner = channel.attribute("podcast:locked", "owner")
    if owner and not _EMAIL.fullmatch(owner):
        yield Finding(f"podcast:locked has the owner {owner[:60]!r}", "It is an email address.", "warning")


def _parts(subject: Subject) -> Iterator[tuple[str, AuditedElement]]:
    """Yield the channel and each item with its name for messages."""
    yield "the channel", subject.feed.channel
    yield from ((named(item), item) for item in subject.feed.items)
