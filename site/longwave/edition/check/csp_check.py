"""The check for embedded content from other origins that the site's Content-Security-Policy blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from lxml import etree, html

from longwave.content.folder import find_line
from longwave.content.site.origins import allows_origin, origin
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.markdown import render
from longwave.content.text.sanitizer import sanitize
from longwave.edition.store.edition_data import Assembly, Intake, Source
from longwave.edition.store.records import CHAPTERS, EPISODE, GUEST, TAG
from longwave.errors import Problem
from longwave.feeds.xml import clean
from longwave.model import Site

#: The pattern of texts that may embed content from other origins; only these are rendered, as rendering is slow.
_SUSPECT = re.compile(
    r"!\[[^\]]{0,500}\](?!\(\s*/(?!/))|<(?:img|iframe|audio|video|source|script)\b[^<>]{0,2000}?//", re.IGNORECASE
)
_MEDIA = frozenset({"audio", "video", "source"})
#: The directives of the policy that are distinguished: for images and frames, for media, and for scripts.
_Directive = Literal["image", "media", "script"]


def blocked(content: Path, url: str, intake: Intake, assembly: Assembly) -> tuple[Problem, ...]:
    """Return a warning for each file with each origin that the file's pages load content from but the policy blocks.

    ``intake`` must have the bodies of all files. ``url`` is the site's own address.
    """
    enclosures = (episode.enclosure for episode, _, _ in assembly.episodes.values() if episode.enclosure)
    allowed = {*intake.site.allow, origin(url)} - {""}
    played = {origin(enclosure.url) for enclosure in enclosures} - {""}
    policy: dict[_Directive, set[str]] = {
        "image": allowed,
        "media": allowed | played,
        "script": {origin(url)} - {""},
    }
    blocked_origins: dict[tuple[str, str, _Directive], str] = {}
    for file, address, directive in _embedded_addresses(intake):
        wanted = origin(address)
        if wanted and not allows_origin(policy[directive], wanted):
            blocked_origins.setdefault((file, wanted, "script" if directive == "script" else "image"), address)
    return tuple(_problem(content, *key, address) for key, address in sorted(blocked_origins.items()))


def _embedded_addresses(intake: Intake) -> Iterator[tuple[str, str, _Directive]]:
    """Yield each content file with each address from which its pages load content, and the directive for it."""
    yield from ((SITE_FILE, name, "image") for name in _pictures(intake.site))
    for source in intake.sources.values():
        if source.record:
            yield from ((source.name, name, "image") for name in _front_matter(source))
            body = intake.bodies.get(source.name)
            for address, directive in _embedded(body.text if body else _own_text(source), intake.site.html):
                yield source.name, address, directive


def _pictures(site: Site) -> tuple[str, ...]:
    return site.image, *(show.image for show in site.shows)


def _front_matter(source: Source) -> tuple[str, ...]:
    if source.kind == "episode":
        episode = EPISODE.validate_json(source.record)
        pictures = (chapter.image for chapter in episode.chapters)
        people = (person.avatar for person in (*episode.guests, *(episode.hosts or ())))
        return episode.image, *people, *pictures
    if source.kind == "chapters":
        return tuple(chapter.image for chapter in CHAPTERS.validate_json(source.record))
    return (GUEST.validate_json(source.record).avatar,) if source.kind == "guest" else ()


def _own_text(source: Source) -> str:
    """Return the Markdown of a guest's or a tag's file, which has no Liquid."""
    if source.kind == "guest":
        return GUEST.validate_json(source.record).text
    return TAG.validate_json(source.record).text if source.kind == "tag" else ""


def _embedded(text: str, kind: str) -> Iterator[tuple[str, _Directive]]:
    if not _SUSPECT.search(text):
        return
    rendered = sanitize(render(text)) if kind == "safe" else render(text)
    root = html.fragment_fromstring(clean(rendered), create_parent="div")
    for element in root.iter("img", "iframe", "audio", "video", "source", "script"):
        yield _with_scheme(element.get("src", "")), _directive(element)
        yield _with_scheme(element.get("poster", "")), "image"
        for candidate in element.get("srcset", "").split(","):
            yield _with_scheme(candidate.strip().partition(" ")[0]), "image"


def _directive(element: etree._Element) -> _Directive:
    if element.tag == "script":
        return "script"
    return "media" if element.tag in _MEDIA and not _is_picture(element.getparent()) else "image"


def _with_scheme(address: str) -> str:
    """Return an address with ``https:`` added if it has no scheme."""
    address = address.strip()
    return f"https:{address}" if address.startswith("//") else address


def _is_picture(parent: etree._Element | None) -> bool:
    return parent is not None and parent.tag == "picture"


def _problem(content: Path, file: str, wanted: str, directive: _Directive, address: str) -> Problem:
    # The file may contain the address without https:, or not at all if Liquid has made the address.
    line = find_line(content.parent / file, re.escape(address.removeprefix("https:")))
    if directive == "script":
        hint = "Show what it brings by an <iframe>, or link to it."
        return Problem(file, line, "no script from elsewhere, as pages run none", wanted, hint, "warning")
    hint = f'Add "{wanted}" to allow in [security] of {Path(SITE_FILE).name}.'
    return Problem(file, line, "an origin that the site allows", wanted, hint, "warning")
