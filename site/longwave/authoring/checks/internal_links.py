"""Links and pictures that lead nowhere, wherever the site's own text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from lxml import etree, html
from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content, Text
from longwave.config import TEMPLATES
from longwave.content.fields.timestamps import seconds_of
from longwave.content.media.mentions import file_at
from longwave.content.media.paths import in_one_form
from longwave.content.media.pictures import PICTURES
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.content.text.markdown import render
from longwave.content.text.references import References
from longwave.edition.addresses import is_served, pages, target
from longwave.errors import Problem
from longwave.feeds.xml import clean
from longwave.routes import ROUTES, Kind, path_for, prefixes
from longwave.urls import path_on_site

_ID = re.compile(r"""\bid=["']?([\w-]+)""")
#: HTML with Markdown in it, and what is no Markdown: only rendering tells their ids.
_INNER = re.compile(r"\bmarkdown=|\{::nomarkdown")
#: Below this likeness of 100 nothing is suggested.
_ALIKE = 75
_NOT_NAMED = "It isn't served, as nothing that is shown names it; `public` in site.toml can."
_NOT_YET, _NO_ID = "That episode isn't published yet.", "Nothing on the page has that id."


def broken_links(content: Content) -> Iterator[Problem]:
    """Links to pages, files and headings of the site that don't exist, in texts and in site.toml; undefined labels."""
    site = _Site(content)
    for text in content.texts:
        for address in dict.fromkeys((*text.references.links, *text.references.embedded)):
            yield from site.problems(text, address, "link")
        for picture in dict.fromkeys(picture.address for picture in text.references.pictures):
            yield from site.problems(text, picture, "image")
        for label in dict.fromkeys(text.references.undefined):
            for line in content.lines(text.file, f"[{label}]"):
                hint = f"Add a line such as [{label}]: https://…, or write \\[ for a bracket."
                yield Problem(text.file, line, f"a definition of [{label}]", "none", hint, "warning", "link")
    settings = content.intake.site
    led_to = [link.url for link in settings.navigation] + [link.url for show in settings.shows for link in show.links]
    goals = [goal for goal in settings.redirects.values() if "{" not in goal]
    for address in dict.fromkeys((*led_to, *goals)):
        yield from site.problems(Text(SITE_FILE, "/", True, References()), address, "link")


class _Site:
    """What the site serves, and what it doesn't."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.addresses = (content.url,) if content.url else ()
        self.pages = pages(content.catalogue)
        self.hidden = {episode.path for episode in content.episodes} - set(self.pages)
        self.ids = cache(self._ids)

    def problems(self, text: Text, address: str, rule: str) -> Iterator[Problem]:
        """What is wrong with an address in a text: one problem for each line on which it stands."""
        local = path_on_site(address, text.address, self.addresses)
        if local is None:
            return
        path, fragment = local
        hint = self._missing(text, path)
        if not hint and fragment and not self._has(path, fragment):
            hint = _NO_ID
        if hint:
            level: Literal["error", "warning"] = "warning" if hint in (_NOT_YET, _NO_ID) else "error"
            expected = "a picture of the site" if rule == "image" else "an address of the site"
            for line in self.content.lines(text.file, address):
                yield Problem(text.file, line, expected, repr(address)[:120], hint, level, rule)

    def _missing(self, text: Text, path: str, *, moved: bool = False) -> str:
        """Why nothing is at a path, as a hint; empty where something is."""
        catalogue = self.content.catalogue
        if file := file_at(path):
            return self._no_file(text, path, file)
        if path == text.address or path.startswith(ROUTES["asset"].prefix) or is_served(catalogue, path):
            return ""
        goal = None if moved else target(catalogue, path)
        if goal is not None:
            return "" if "://" in goal else self._missing(text, urlsplit(goal).path, moved=True)
        if path.rstrip("/").removesuffix(".html") in self.hidden:
            return _NOT_YET if text.published else ""
        return self._meant(path)

    def _no_file(self, text: Text, path: str, file: str) -> str:
        media, (folder, _, name) = self.content.assembly.media, file.partition("/")
        if in_one_form(media.find(file) or "") == in_one_form(file):
            return _NOT_NAMED if text.file == SITE_FILE and file not in self.content.served else ""
        meant = media.alike(file)
        if meant is None:
            return f"There is no such file in content/{folder}."
        # Percent-encoded, as two normal forms of a letter look the same.
        return f"Did you mean {quote(path.removesuffix(name) + meant.partition('/')[2])}?"

    def _meant(self, path: str) -> str:
        find = self.content.assembly.media.picture
        picture = find(path.rpartition(ROUTES["image"].prefix)[2]) or find(path.rpartition("/")[2])
        if picture:
            return f"Did you mean {path_for('image', size='full', name=picture)}?"
        near = process.extractOne(path, self.pages, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near:
            return f"Did you mean {near[0]}?"
        if Path(path).suffix.lower() in PICTURES:
            shown = path_for("image", size="full", name=path.rpartition("/")[2])
            return f"Put it into content/images/ and show it as {shown}."
        return "`redirects` in site.toml can lead it somewhere."

    def _has(self, path: str, fragment: str) -> bool:
        if fragment.startswith(("t=", ":~:")) or fragment == "top" or seconds_of(fragment) is not None:
            return True
        if path.startswith((*prefixes(Kind.MEDIA), ROUTES["asset"].prefix)):
            return True
        moved = target(self.content.catalogue, path)
        if moved and "://" in moved:
            return True
        return fragment in _template_ids(self.content.folder.parent / "templates") | self.ids(moved or path)

    def _ids(self, path: str) -> frozenset[str]:
        """The ids in the text of a page; rendered only where it holds HTML in which there may be more."""
        text = next((text for text in self.content.texts if text.address == path), None)
        written = self.content.body(text) if text else ""
        if text is None or not _INNER.search(written):
            return frozenset(text.references.ids) if text else frozenset()
        root: etree._Element = html.fragment_fromstring(clean(render(written)), create_parent="div")
        return frozenset(
            str(value) for element in root.iter() for value in (element.get("id"), element.get("name")) if value
        )


@cache
def _template_ids(own: Path) -> frozenset[str]:
    found: set[str] = set()
    for folder in (own, TEMPLATES):
        for path in folder.rglob("*.html"):
            found.update(_ID.findall(path.read_text("utf-8", "replace")))
    return frozenset(found)
