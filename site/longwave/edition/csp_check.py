"""What the Content-Security-Policy of the pages will block: pictures, frames, sounds and scripts from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from lxml import etree, html

from longwave.content.folder import line_of
from longwave.content.site.origins import covers, origin
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.content.text.markdown import render
from longwave.content.text.sanitizer import sanitize
from longwave.edition.assembly import Assembly
from longwave.edition.edition_data import Source
from longwave.edition.intake import Intake
from longwave.edition.records import GUEST, TAG, read_episode
from longwave.errors import Problem
from longwave.feeds.xml import clean
from longwave.model import Site

#: Most texts show nothing from elsewhere, and to render one takes a while: only those that may are rendered.
_SUSPECT = re.compile(
    r"!\[[^\]]{0,500}\](?!\(\s*/(?!/))|<(?:img|iframe|audio|video|source|script)\b[^<>]{0,2000}?//", re.IGNORECASE
)
_HEARD = frozenset({"audio", "video", "source"})
#: What something from elsewhere is on a page.
Use = Literal["shown", "heard", "run"]


def blocked(content: Path, url: str, intake: Intake, whole: Assembly) -> tuple[Problem, ...]:
    """A warning for each file and each origin that pages show something from and that isn't allowed.

    ``intake`` holds the bodies of all files. ``url`` is the site's own address.
    """
    enclosures = (episode.enclosure for episode, _, _ in whole.episodes.values() if episode.enclosure)
    allowed = {*intake.site.allow, origin(url)} - {""}
    played = {origin(enclosure.url) for enclosure in enclosures} - {""}
    let_in: dict[Use, set[str]] = {"shown": allowed, "heard": allowed | played, "run": {origin(url)} - {""}}
    found: dict[tuple[str, str, Use], str] = {}
    for file, address, use in _used(intake):
        wanted = origin(address)
        if wanted and not covers(let_in[use], wanted):
            found.setdefault((file, wanted, "run" if use == "run" else "shown"), address)
    return tuple(_problem(content, *what, address) for what, address in sorted(found.items()))


def _used(intake: Intake) -> Iterator[tuple[str, str, Use]]:
    """A file, an address from which pages with it take something, and what for."""
    yield from ((SITE_FILE, name, "shown") for name in _pictures(intake.site))
    for source in intake.sources.values():
        if source.record:
            yield from ((source.name, name, "shown") for name in _front_matter(source))
            body = intake.bodies.get(source.name)
            for address, use in _embedded(body.text if body else _own_text(source), intake.site.html):
                yield source.name, address, use


def _pictures(site: Site) -> tuple[str, ...]:
    return site.image, *(show.image for show in site.shows)


def _front_matter(source: Source) -> tuple[str, ...]:
    if source.kind == "episode":
        episode = read_episode(source.record)
        return episode.image, *(guest.avatar for guest in episode.guests)
    return (GUEST.validate_json(source.record).avatar,) if source.kind == "guest" else ()


def _own_text(source: Source) -> str:
    """The Markdown of a guest's or a tag's file, which knows no Liquid."""
    if source.kind == "guest":
        return GUEST.validate_json(source.record).text
    return TAG.validate_json(source.record).text if source.kind == "tag" else ""


def _embedded(text: str, kind: str) -> Iterator[tuple[str, Use]]:
    if not _SUSPECT.search(text):
        return
    rendered = sanitize(render(text)) if kind == "safe" else render(text)
    root = html.fragment_fromstring(clean(rendered), create_parent="div")
    for element in root.iter("img", "iframe", "audio", "video", "source", "script"):
        yield _whole(element.get("src", "")), _use(element)
        yield _whole(element.get("poster", "")), "shown"
        for candidate in element.get("srcset", "").split(","):
            yield _whole(candidate.strip().partition(" ")[0]), "shown"


def _use(element: etree._Element) -> Use:
    if element.tag == "script":
        return "run"
    return "heard" if element.tag in _HEARD and not _is_picture(element.getparent()) else "shown"


def _whole(address: str) -> str:
    """An address as a page served by https reads it."""
    address = address.strip()
    return f"https:{address}" if address.startswith("//") else address


def _is_picture(parent: etree._Element | None) -> bool:
    return parent is not None and parent.tag == "picture"


def _problem(content: Path, file: str, wanted: str, use: Use, address: str) -> Problem:
    # It may have been written without https:; where Liquid or Markdown wrote it otherwise it stands on no line.
    line = line_of(content.parent / file, re.escape(address.removeprefix("https:")))
    if use == "run":
        hint = "Show what it brings by an <iframe>, or link to it."
        return Problem(file, line, "no script from elsewhere, as pages run none", wanted, hint, "warning")
    hint = f'Add "{wanted}" to allow in [security] of {Path(SITE_FILE).name}.'
    return Problem(file, line, "an origin that the site allows", wanted, hint, "warning")
