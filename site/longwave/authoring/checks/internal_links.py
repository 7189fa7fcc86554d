"""Internal links and images that lead nowhere, in texts and in site.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import quote, urlsplit

from lxml import etree, html
from rapidfuzz import fuzz, process

from longwave.authoring.checks.checked_content import Content, Text
from longwave.config import TEMPLATES
from longwave.content.fields.times import parse_seconds
from longwave.content.media.media_references import media_file_at
from longwave.content.media.paths import normalize_name
from longwave.content.media.pictures import PICTURE_TYPES
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.markdown import render
from longwave.content.text.references import References
from longwave.disk import read_regular_text
from longwave.edition.addresses import is_served, pages, target
from longwave.errors import Level, Problem
from longwave.feeds.xml import clean
from longwave.routes import ROUTES, Kind, path_for, prefixes
from longwave.urls import path_on_site

_ID = re.compile(r"""\bid=["']?([\w-]+)""")
#: A regex for kramdown's marks of Markdown within HTML and of raw blocks, whose ids appear only after rendering.
_HIDES_IDS = re.compile(r"\bmarkdown=|\{::nomarkdown")
#: The lowest similarity, of 100, at which another address is suggested.
_MIN_SIMILARITY = 75
_NOT_NAMED = "It isn't served, as nothing that is shown names it; `public` in site.toml can."
_NOT_YET, _NO_ID = "That episode isn't published yet.", "Nothing on the page has that id."


def broken_links(content: Content) -> Iterator[Problem]:
    """Yield a problem for each link to a missing page, file or heading of the site, and for each undefined link label.

    The links are those of all texts and of site.toml.
    """
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
    links = [link.url for link in settings.navigation] + [link.url for show in settings.shows for link in show.links]
    goals = [goal for goal in settings.redirects.values() if "{" not in goal]
    for address in dict.fromkeys((*links, *goals)):
        yield from site.problems(Text(SITE_FILE, "/", True, References()), address, "link")


class _Site:
    """The site's addresses: those that answer, and those of unpublished episodes."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.addresses = (content.url,) if content.url else ()
        self.pages = pages(content.catalogue)
        self.hidden = {episode.path for episode in content.episodes} - set(self.pages)
        # Files of these paths that aren't here yet are reported once, all together.
        self.sounds = {episode.enclosure.path for episode in content.episodes if episode.enclosure} - {""}
        self.ids = cache(self._ids)

    def problems(self, text: Text, address: str, rule: str) -> Iterator[Problem]:
        """Yield a problem for each line with ``address`` in ``text`` if the site has no such page, file or heading."""
        local = path_on_site(address, text.address, self.addresses)
        if local is None:
            return
        path, fragment = local
        hint = self._missing(text, path)
        if not hint and fragment and not self._has_fragment(path, fragment):
            hint = _NO_ID
        if hint:
            level: Level = "warning" if hint in (_NOT_YET, _NO_ID) else "error"
            expected = "a picture of the site" if rule == "image" else "an address of the site"
            for line in self.content.lines(text.file, address):
                yield Problem(text.file, line, expected, repr(address)[:120], hint, level, rule)

    def _missing(self, text: Text, path: str, *, moved: bool = False) -> str:
        """Return a hint for a link in ``text`` to a path that the site doesn't serve; empty if it is served.

        With ``moved``, ``path`` is the target of a redirect already, and no further redirect is followed.
        """
        catalogue = self.content.catalogue
        if path in self.sounds:
            return ""
        if file := media_file_at(path):
            return self._missing_file(text, path, file)
        if path == text.address or path.startswith(ROUTES["asset"].prefix) or is_served(catalogue, path):
            return ""
        new = None if moved else target(catalogue, path)
        if new is not None:
            return "" if "://" in new else self._missing(text, urlsplit(new).path, moved=True)
        if path.rstrip("/").removesuffix(".html") in self.hidden:
            return _NOT_YET if text.published else ""
        return self._suggestion(path)

    def _missing_file(self, text: Text, path: str, file: str) -> str:
        """Return a hint for a link in ``text`` to a media ``file``, whose URL is ``path``; empty if it is served."""
        media, (folder, _, name) = self.content.assembly.media, file.partition("/")
        if normalize_name(media.find(file) or "") == normalize_name(file):
            return _NOT_NAMED if text.file == SITE_FILE and file not in self.content.served else ""
        similar = media.similar(file)
        if similar is None:
            found, hint = media.absence((file,), f"There is no such file in content/{folder}.")
            return f"There is {found}. {hint}" if "backslash" in found else hint
        # The suggestion is percent-encoded, as two normal forms of a letter look the same.
        return f"Did you mean {quote(path.removesuffix(name) + similar.partition('/')[2])}?"

    def _suggestion(self, path: str) -> str:
        """Return a hint for a link to an unknown path: a similar address of the site, or else general advice."""
        find = self.content.assembly.media.find_picture
        picture = find(path.rpartition(ROUTES["image"].prefix)[2]) or find(path.rpartition("/")[2])
        if picture:
            return f"Did you mean {path_for('image', size='full', name=picture)}?"
        near = process.extractOne(path, self.pages, scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY)
        if near:
            return f"Did you mean {near[0]}?"
        if Path(path).suffix.lower() in PICTURE_TYPES:
            shown = path_for("image", size="full", name=path.rpartition("/")[2])
            return f"Put it into content/images/ and show it as {shown}."
        return "`redirects` in site.toml can lead it somewhere."

    def _has_fragment(self, path: str, fragment: str) -> bool:
        """Return whether a page has the id or the time that a fragment names; True where that can't be checked."""
        if fragment.startswith(("t=", ":~:")) or fragment == "top" or parse_seconds(fragment) is not None:
            return True
        if path.startswith((*prefixes(Kind.MEDIA), ROUTES["asset"].prefix)):
            return True
        moved = target(self.content.catalogue, path)
        if moved and "://" in moved:
            return True
        return fragment in self.template_ids | self.ids(moved or path)

    @cached_property
    def template_ids(self) -> frozenset[str]:
        """Return the HTML ids in Longwave's templates and in the owner's."""
        folders = (self.content.folder.parent / "templates", TEMPLATES)
        names: set[str] = set()
        for path in (path for folder in folders for path in folder.rglob("*.html")):
            # An unreadable template is ignored here, as another check reports it.
            with suppress(OSError):
                names.update(_ID.findall(read_regular_text(path)))
        return frozenset(names)

    def _ids(self, path: str) -> frozenset[str]:
        """Return the HTML ids in the text of the page at ``path``.

        Ids are read from the Markdown; it is rendered only if it mixes HTML and Markdown, where more ids may arise.
        """
        text = next((text for text in self.content.texts if text.address == path), None)
        markdown = self.content.body(text) if text else ""
        if text is None or not _HIDES_IDS.search(markdown):
            return frozenset(text.references.ids) if text else frozenset()
        root: etree._Element = html.fragment_fromstring(clean(render(markdown)), create_parent="div")
        return frozenset(
            str(value) for element in root.iter() for value in (element.get("id"), element.get("name")) if value
        )
