"""The rules for a channel: those of PSP-1 (Podcast Standards Project, Podcast RSS Specification) and Apple's.

Each rule has the name under which `longwave check` lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from longwave.content.site.categories import CATEGORIES
from longwave.feeds.audit.audited_feed import parts_of
from longwave.feeds.audit.findings import Finding, Picture, Subject, rule
from longwave.feeds.text import MAX_DESCRIPTION_BYTES

#: Apple's limits for the sides of artwork in pixels.
_MIN_ARTWORK, _MAX_ARTWORK = 1400, 3000
#: The size in bytes above which old apps reject a feed, and each update uses up listeners' mobile data.
_MAX_LIGHT_BYTES = 5_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@rule("channel", "what PSP-1 requires is there.")
def required(subject: Subject) -> Iterator[Finding]:
    for name, hint in (
        ("title", "Give the show a title."),
        ("description", "Say in a few sentences what the show is about."),
        ("link", "Name the show's page."),
        ("language", 'Name it, such as language = "en".'),
        ("itunes:explicit", "Say true or false."),
    ):
        if not subject.feed.channel.text(name):
            yield Finding(f"the channel has no {name}", hint)
    if not subject.feed.channel.attribute("itunes:image", "href"):
        yield Finding("the channel has no itunes:image", "Give the show a cover of 1400-3000 px square.")
    if not subject.feed.channel.all("itunes:category"):
        yield Finding("the channel has no itunes:category", "Choose from Apple's list.")
    if not subject.feed.items:
        yield Finding("there is no episode in it", "Directories take a show with its first episode.")


@rule("recommended", "what PSP-1 and Apple recommend is there.")
def recommended(subject: Subject) -> Iterator[Finding]:
    for name in ("itunes:author", "copyright", "podcast:guid", "podcast:locked"):
        if not subject.feed.channel.text(name):
            yield Finding(f"the channel has no {name}", "Apps and directories show it.", "warning")
    email = subject.feed.channel.text("itunes:owner/itunes:email")
    if not _EMAIL.fullmatch(email):
        hint = "Directories write to it to prove whose show it is."
        yield Finding(f"the owner's email is {email!r}", hint, "warning")


@rule("values", "language, explicit, type and guid are of those that exist.")
def values(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    language = channel.text("language")
    if language and not _LANGUAGE.fullmatch(language):
        yield Finding(f"the language is {language!r}", "Write it as in en, de or pt-BR (RFC 5646).")
    explicit = channel.text("itunes:explicit")
    if explicit and explicit not in ("true", "false"):
        yield Finding(f"itunes:explicit is {explicit!r}", "Apple takes true and false only.")
    kind = channel.text("itunes:type")
    if kind and kind not in ("episodic", "serial"):
        yield Finding(f"itunes:type is {kind!r}", "It is episodic or serial.")
    guid = channel.text("podcast:guid")
    if guid and not _is_uuid(guid):
        yield Finding(f"podcast:guid is {guid!r}", "It is a UUID, made once of the feed's first address.")


@rule("description-length", "the channel's description has 4,000 bytes at most.")
def description(subject: Subject) -> Iterator[Finding]:
    size = len(subject.feed.channel.text("description").encode())
    if size > MAX_DESCRIPTION_BYTES:
        yield Finding(f"the channel's description has {size} bytes", "Apple takes 4,000.")


@rule("categories", "they are of Apple's list, and subcategories stand within their own.")
def categories(subject: Subject) -> Iterator[Finding]:
    for category in subject.feed.channel.all("itunes:category"):
        name = category.attributes.get("text", "")
        if name not in CATEGORIES:
            yield Finding(f"{name!r} is no category of Apple's", "Take one of its list, letter by letter.")
    for category in subject.feed.channel.all("itunes:category/itunes:category"):
        outer, name = category.attributes["of"], category.attributes.get("text", "")
        if outer in CATEGORIES and name not in CATEGORIES[outer]:
            yield Finding(f"{name!r} is no subcategory of {outer!r}", "Take one of Apple's list.")


@rule("self-link", "the feed names its own address (atom:link rel=self).")
def self_link(subject: Subject) -> Iterator[Finding]:
    links = subject.feed.channel.all("atom:link")
    own = [link.attributes.get("href", "") for link in links if link.attributes.get("rel") == "self"]
    if not own:
        hint = "Apps need it to know a feed that has moved."
        yield Finding("there is no atom:link rel=self", hint)
    elif subject.address and _plain(own[0]) != _plain(subject.address):
        found = f"rel=self is {own[0]}, and the feed was at {subject.address}"
        yield Finding(found, "They should agree.", "warning")


@rule("artwork", "the cover is there, a JPEG or PNG in RGB.")
def artwork(subject: Subject) -> Iterator[Finding]:
    name, cover = _cover(subject), subject.cover
    url = subject.feed.channel.attribute("itunes:image", "href")
    if url and parts_of(url).scheme not in ("http", "https"):
        hint = "Write an address such as https://pod.example.com/cover.jpg."
        yield Finding(f"the cover is at {url[:80]!r}", hint)
    elif isinstance(cover, str):
        yield Finding(f"{name} can't be used: {cover}", "Directories refuse a show without its cover.")
    elif cover and cover.form not in ("JPEG", "PNG"):
        yield Finding(f"{name} is {cover.form}", "Apple takes JPEG and PNG.")
    elif cover and cover.mode not in ("RGB", "L", "P"):
        hint = "Save it as RGB without transparency."
        yield Finding(f"{name} has the colours {cover.mode}", hint, "warning")


@rule("artwork-size", "the cover is square and has 1400-3000 px.")
def artwork_size(subject: Subject) -> Iterator[Finding]:
    cover = subject.cover
    if isinstance(cover, Picture) and not (cover.width == cover.height and _MIN_ARTWORK <= cover.width <= _MAX_ARTWORK):
        found = f"{_cover(subject)} is {cover.width}x{cover.height}"
        yield Finding(found, f"Apple wants {_MIN_ARTWORK}-{_MAX_ARTWORK} px square.")


@rule("size", "the feed is light enough to be asked for every hour.")
def size(subject: Subject) -> Iterator[Finding]:
    if subject.feed.bytes > _MAX_LIGHT_BYTES:
        found = f"the feed has {subject.feed.bytes / 1_000_000:.1f} MB"
        yield Finding(found, "feed_limit in site.toml moves older episodes to pages of their own.", "warning")


def _cover(subject: Subject) -> str:
    url = subject.feed.channel.attribute("itunes:image", "href")
    return parts_of(url).path.rpartition("/")[2] or url


def _plain(url: str) -> str:
    return url.partition("://")[2].rstrip("/").lower()


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
