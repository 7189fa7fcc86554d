"""Links and pictures of the site's own that lead nowhere, and pictures that say nothing to those who don't see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from rapidfuzz import fuzz, process

from longwave.authoring.checks.content import Content, Text
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.tree import Document, Node, inner
from longwave.content.markdown import render
from longwave.content.pictures import SIZES, find_picture
from longwave.content.sitefile import FILE as SITE_FILE
from longwave.content.timestamps import seconds_of
from longwave.errors import Problem

#: To read Markdown takes a while: only texts are read that may link within the site or show a picture.
_SUSPECT = re.compile(
    r"\]\(\s*<?(?!https?:|mailto:)|^\s{0,3}\[[^\]]+\]:\s*<?(?!https?:|mailto:)|!\[|<(?:a|img|source)\b",
    re.IGNORECASE | re.MULTILINE,
)
_OWN = re.compile(
    r"/(?:search|search\.json|opensearch\.xml|sitemap\.xml|robots\.txt|shows\.opml|theme\.css|favicon\.ico|oembed"
    r"|apple-touch-icon\.png|feed\.(?:xml|json)|tags/|guests/|static/.*)?"
)
_FEED = re.compile(r"(/(?:[^/]+|tags/[^/]+|guests/[^/]+))/feed\.(?:xml|json)")
_COMPANION = re.compile(r"/embed(/[^/]+/[^/]+)|(/[^/]+/[^/]+)/(?:transcript\.(?:vtt|srt|json|html)|chapters\.json)")
_ID = re.compile(r"""\bid=["']?([^"'\s>]+)""")
_PLAYED = re.compile(r"t=[\dhms.:]+|\d+(?::\d{2})+")
_NO_ANCHOR, _NOT_YET = "Nothing on the page has that id.", "That episode isn't published yet."
#: What leads to the right page, or will.
_PASSING = (_NO_ANCHOR, _NOT_YET)
_DECORATIVE = frozenset({"presentation", "none"})


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a text leads to, or a picture that it shows; ``alt`` is None where nothing was said."""

    address: str
    picture: bool = False
    alt: str | None = ""


def links(text: str) -> Iterator[Link]:
    """Every link and picture of a Markdown text, as its page has them."""
    document = parse_document(text)
    for root in (document.root, *_footnotes(document)):
        yield from _links(root)


def _footnotes(document: Document) -> list[Node]:
    return [document.footnotes[name] for name in document.cited()]


def _links(node: Node) -> Iterator[Link]:
    for child in inner(node.children):
        name = child.value if child.kind == "html" else child.kind
        if name == "a" and "href" in child.attr:
            yield Link(child.attr["href"])
        elif name == "img" and "src" in child.attr:
            silent = child.attr.get("role") in _DECORATIVE or child.attr.get("aria-hidden") == "true"
            # In HTML alt="" says that a picture is for the eye only; Markdown has no other way to leave it out.
            said = child.attr.get("alt") if child.kind == "html" else child.attr.get("alt") or None
            yield Link(child.attr["src"], True, "" if silent else said)
        yield from _links(child)


def broken(content: Content) -> Iterator[Problem]:
    """Links to pages that don't exist, pictures that aren't there, and pictures without words for them."""
    addresses = _Addresses(content)
    for text in content.texts:
        if _SUSPECT.search(text.body):
            for link in dict.fromkeys(links(text.body)):
                yield from _judge(content, addresses, text, link)
    for label, target in [
        *((f"navigation, {link.label}", link.url) for link in content.intake.site.navigation),
        *((f"redirects, {old}", new) for old, new in content.intake.site.redirects.items() if "{" not in new),
    ]:
        problem = addresses.problem(target, "/")
        if problem:
            line = content.line(SITE_FILE, target)
            yield Problem(SITE_FILE, line, f"an address of the site ({label})", repr(target), problem)


def _judge(content: Content, addresses: _Addresses, text: Text, link: Link) -> Iterator[Problem]:
    hint = addresses.problem(link.address, text.address)
    if hint and not (link.address.startswith("#") and _has_id(text, link.address)):
        expected = "a picture of the site" if link.picture else "an address of the site"
        line = content.line(text.file, link.address)
        level: Literal["error", "warning"] = "warning" if hint in _PASSING else "error"
        yield Problem(text.file, line, expected, repr(link.address)[:120], hint, level)
    if link.picture and link.alt is None:
        hint = 'Say what it shows: ![A cat](cat.png). A picture for the eye only: {:role="presentation"} behind it.'
        line = content.line(text.file, link.address)
        yield Problem(text.file, line, "words for a picture", f"none for {link.address!r}"[:120], hint, "warning")


def _has_id(text: Text, anchor: str) -> bool:
    return unquote(anchor[1:]) in _ID.findall(render(text.body))


class _Addresses:
    """All paths that the site answers, those of drafts apart."""

    def __init__(self, content: Content) -> None:
        self._content = content
        site, catalogue = content.intake.site, content.catalogue
        published = {episode.path for episode in catalogue.episodes}
        pages = {text.address for text in content.texts if text.file.startswith("content/pages/")}
        self._aliases = {alias for episode in catalogue.episodes for alias in episode.aliases} | set(site.redirects)
        self._shows = {f"/{slug}" for slug in catalogue.shows}
        self._tags = {f"/tags/{slug}" for slug in catalogue.tags}
        self._guests = {f"/guests/{slug}" for slug in catalogue.guests}
        self._known = published | pages | self._shows | self._tags | self._guests
        self._hidden = {episode.path for episode in content.episodes} - published
        self._host = urlsplit(content.url).netloc

    def problem(self, address: str, page: str) -> str:
        """Why ``address`` on ``page`` leads nowhere, as a hint; empty where it leads somewhere, or elsewhere."""
        try:
            parts = urlsplit(urljoin(f"https://{self._host or 'site.invalid'}{page}", address.strip()))
        except ValueError:
            return "It can't be read as an address."
        if parts.scheme not in ("http", "https") or parts.netloc not in (self._host, "site.invalid"):
            return ""
        if address.startswith("#"):
            # The page itself is asked for its anchors.
            anchor = address[1:]
            return "" if not anchor or _PLAYED.fullmatch(anchor) or seconds_of(anchor) is not None else _NO_ANCHOR
        return self._path(unquote(parts.path))

    def _path(self, path: str) -> str:
        bare = path.rstrip("/").removesuffix(".html")
        if bare in self._hidden:
            return _NOT_YET
        if path.startswith("/images/"):
            return self._picture(path.removeprefix("/images/"))
        if path.startswith("/audio/"):
            here = (self._content.folder / path.lstrip("/")).is_file()
            return "" if here else "There is no such file in content/audio."
        known = _OWN.fullmatch(path) or bare in self._known or self._aliases & {path, bare, f"{bare}/"}
        return "" if known or self._is_companion(path) else self._nearest(bare)

    def _is_companion(self, path: str) -> bool:
        """Whether it is a feed of a page, or what goes with an episode."""
        feed, companion = _FEED.fullmatch(path), _COMPANION.fullmatch(path)
        of_episode = companion and (companion[1] or companion[2]) in self._known
        return bool(of_episode or (feed and feed[1] in self._shows | self._tags | self._guests))

    def _picture(self, path: str) -> str:
        size, _, name = path.partition("/")
        if size not in SIZES:
            return f"After /images/ comes a size: {', '.join(SIZES)}."
        return "" if find_picture(self._content.folder / "images", name) else "There is no such file in content/images."

    def _nearest(self, path: str) -> str:
        found = process.extractOne(path, self._known, scorer=fuzz.ratio, score_cutoff=75)
        return f"Did you mean {found[0]}?" if found else "`redirects` in site.toml can lead it somewhere."
