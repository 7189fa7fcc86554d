"""What the old feeds said of each episode: read from what Jekyll built, else worked out from their templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from longwave.content.fields.frontmatter import decode, split
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.site.redirects import spellings
from longwave.errors import ContentError
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.permalinks import escaped, page_address
from longwave.moving.jekyll.posts import Post

_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?=/|$)")
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([^%]*?)-?%\}")
_ASSIGN = re.compile(r"\{%-?\s*assign\s+.*?%\}", re.DOTALL)
_TURN = re.compile(r"\{%-?\s*(for|endfor)\b.*?%\}", re.DOTALL)
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of an episode: its guid, and the address of its audio (empty: none)."""

    guid: str
    audio: str = ""


@dataclass(frozen=True, slots=True)
class OldFeed:
    """A feed of the old site. ``items`` go by the name of the post's file, in the feed's order where it was built."""

    name: str
    address: str
    items: Mapping[str, Item]
    built: bool = False

    def holds(self, posts: Sequence[Post]) -> int:
        """How many of these are in it."""
        return sum(post.name in self.items for post in posts)


def read_feeds(source: Source, posts: Sequence[Post]) -> tuple[OldFeed, ...]:
    """The feeds of the old site, those with audio first."""
    built = [feed for name in source.built if name.endswith((".xml", ".rss", ".atom")) for feed in
             _built(source, name, posts)]  # fmt: skip
    known = {feed.address for feed in built}
    made = [feed for name in source.files for feed in _template(source, name, posts)]
    feeds = [*built, *(feed for feed in made if feed.address not in known)]
    feeds += [feed for feed in _jekyll_feed(source, posts) if feed.address not in {one.address for one in feeds}]
    return tuple(sorted(feeds, key=lambda feed: -sum(bool(item.audio) for item in feed.items.values())))


def old_path(source: Source, url: str) -> str:
    """The path that an address of the old site has below its ``baseurl``; empty for an address elsewhere."""
    try:
        parts = urlsplit(_LOCAL.sub(source.url, url.strip()))
    except ValueError:
        return ""
    if parts.scheme and parts.netloc.removeprefix("www.") != urlsplit(source.url).netloc.removeprefix("www."):
        return ""
    path = unquote(parts.path)
    return path.removeprefix(source.base) if path.startswith(f"{source.base}/") else path


def _built(source: Source, name: str, posts: Sequence[Post]) -> Iterator[OldFeed]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(source.built_text(name), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is None or root.tag not in ("rss", f"{_ATOM}feed"):
        return
    by_address = {spelling: post for post in posts if post.out for spelling in spellings(post.address)}
    items: dict[str, Item] = {}
    for element in root.iter("item", f"{_ATOM}entry"):
        link, item = _read(element)
        post = by_address.get(old_path(source, link)) or by_address.get(old_path(source, item.guid))
        if post and item.guid:
            guid = _LOCAL.sub(source.url, item.guid)
            items.setdefault(post.name, Item(guid, item.audio))
    yield OldFeed(name, f"/{name.removeprefix(source.destination).lstrip('/')}", items, built=True)


def _read(element: Any) -> tuple[str, Item]:
    if element.tag == "item":
        enclosure = element.find("enclosure")
        audio = enclosure.get("url", "") if enclosure is not None else ""
        link = _plain(element.findtext("link"))
        return link, Item(_plain(element.findtext("guid")) or link, audio.strip())
    links = element.findall(f"{_ATOM}link")
    link = next((one.get("href", "") for one in links if one.get("rel", "alternate") == "alternate"), "")
    audio = next((one.get("href", "") for one in links if one.get("rel") == "enclosure"), "")
    return link, Item(_plain(element.findtext(f"{_ATOM}id")) or link, audio.strip())


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _template(source: Source, name: str, posts: Sequence[Post]) -> Iterator[OldFeed]:
    """The feed that a template of the site makes: its loop over posts, run for each of them."""
    if not name.endswith((".xml", ".rss", ".atom")) or name.startswith("_"):
        return
    try:
        document = split(name, source.text(name))
    except ContentError:
        return
    loop = _loop(document.body) or _loop(_layout(source, str(document.meta.get("layout") or "")))
    if loop is None:
        return
    variable, over, body, before = loop
    liquid = Liquid(_surroundings(source))
    items: dict[str, Item] = {}
    wanted = [post for post in posts if post.out and _covers(post, name, over + before, posts)]
    for post in sorted(wanted, key=lambda post: (post.date, post.name), reverse=True):
        item = _rendered(liquid, name, f"{before}{body}", variable, _seen(post))
        if item:
            items[post.name] = item
    permalink = str(document.meta.get("permalink") or "")
    if items:
        yield OldFeed(name, page_address(name, permalink, source.text_setting("permalink")), items)


def _layout(source: Source, layout: str) -> str:
    """The text of a layout, as feeds may be made by one; empty where there is none."""
    name = next((f"_layouts/{layout}{end}" for end in (".xml", ".html") if f"_layouts/{layout}{end}" in source), "")
    try:
        return source.text(name) if name else ""
    except ContentError:
        return ""


def _loop(text: str) -> tuple[str, str, str, str] | None:
    """The loop whose turns make items: its variable, what it goes over, its body, and the assigns before it."""
    for match in _LOOP.finditer(text):
        depth = 1
        for turn in _TURN.finditer(text, match.end()):
            depth += 1 if turn[1] == "for" else -1
            if depth == 0:
                body = text[match.end() : turn.start()]
                if re.search(r"<item\b|<entry\b", body):
                    before = "".join(_ASSIGN.findall(text[: match.start()]))
                    return match[1], match[2], body, before
                break
    return None


def _covers(post: Post, name: str, over: str, posts: Sequence[Post]) -> bool:
    """Whether a loop is likely to come by a post: it names its category, or none at all."""
    said = set(re.findall(r"[\w-]+", over)) | set(re.split(r"[/.]", name))
    named = {category for other in posts for category in other.categories if category in said}
    return not named or bool(named & set(post.categories))


def _surroundings(source: Source) -> Surroundings:
    includes = {}
    for name in source.files:
        if name.startswith("_includes/") and source.path(name).stat().st_size < 100_000:
            try:
                includes[name.removeprefix("_includes/")] = decode(name, source.path(name).read_bytes())
            except ContentError:
                continue
    site = {**source.config, "url": source.url, "baseurl": source.base}
    return Surroundings(site, includes, {}, lambda _: None)


def _seen(post: Post) -> Mapping[str, Any]:
    ours = {
        "url": post.url,
        "id": post.identity,
        "slug": post.slug,
        "path": post.name,
        "date": post.date.isoformat(sep=" "),
        "categories": list(post.categories),
        "content": "",
        "excerpt": "",
    }
    return {"title": post.slug, **post.meta, **ours}


def _rendered(liquid: Liquid, name: str, text: str, variable: str, post: Mapping[str, Any]) -> Item | None:
    # `page` is the one variable that the renderer takes; the loop's own is set from it.
    whole = f"{{% assign {variable} = page %}}{text}"
    try:
        rendered = liquid.render(whole, post, file=name, first_line=1).text
    except ContentError:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    space = 'xmlns:itunes="i" xmlns:content="c" xmlns:atom="a" xmlns:dc="d" xmlns:media="m" xmlns:podcast="p"'
    form = f'xmlns="{_ATOM[1:-1]}"' if "<entry" in rendered else ""
    try:
        root = etree.fromstring(f"<feed {space} {form}>{rendered}</feed>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    element = next(root.iter("item", f"{_ATOM}entry"), None) if root is not None else None
    if element is None:
        return None
    item = _read(element)[1]
    return item if item.guid else None


def _jekyll_feed(source: Source, posts: Sequence[Post]) -> Iterator[OldFeed]:
    """The feed of the plugin jekyll-feed, which minima and most themes bring along."""
    if _uses_feed(source):
        out = sorted((post for post in posts if post.out), key=lambda post: (post.date, post.name), reverse=True)
        items = {post.name: Item(f"{source.url}{escaped(f'{source.base}{post.identity}')}") for post in out}
        yield OldFeed("jekyll-feed", f"/{(source.text_setting('feed.path') or 'feed.xml').lstrip('/')}", items)


def _uses_feed(source: Source) -> bool:
    """Whether the site has the plugin jekyll-feed."""
    listed = [source.config.get(key) for key in ("plugins", "gems")]
    named = "jekyll-feed" in str(listed) or "feed" in source.config
    if not named and "Gemfile" in source:
        try:
            named = bool(re.search(r"^\s*gem\s+.jekyll-feed", source.text("Gemfile"), re.MULTILINE))
        except ContentError:
            return False
    return named
