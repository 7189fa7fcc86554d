"""The guids and audio addresses in the old feeds: read from the built feeds, or else rendered from templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from longwave.content.fields.content_file import decode, split_front_matter
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.site.redirects import path_spellings
from longwave.errors import ContentError
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.permalinks import escape_address, page_address
from longwave.moving.jekyll.posts import Post

_SUFFIXES = (".xml", ".rss", ".atom")
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?=/|$)")
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([^%]*?)-?%\}")
_ASSIGN = re.compile(r"\{%-?\s*assign\s+.*?%\}", re.DOTALL)
_FOR_TAGS = re.compile(r"\{%-?\s*(for|endfor)\b.*?%\}", re.DOTALL)
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """The entry of an episode in a feed: its guid, and the address of its audio, which may be empty."""

    guid: str
    audio: str = ""


@dataclass(frozen=True, slots=True)
class JekyllFeed:
    """A feed of the old site, read from the file ``name``.

    ``entries`` maps the name of each post's file to its entry, in the feed's order if Jekyll has ``built`` the feed.
    """

    name: str
    address: str
    entries: Mapping[str, FeedEntry]
    built: bool = False

    def count_posts(self, posts: Sequence[Post]) -> int:
        """Return how many of the posts have an entry in this feed."""
        return sum(post.name in self.entries for post in posts)


def read_feeds(source: SourceSite, posts: Sequence[Post]) -> tuple[JekyllFeed, ...]:
    """Return the feeds of the old site, the one with the most audio first."""
    built = [feed for name in source.built for feed in _read_built(source, name, posts)]
    rendered = [feed for name in source.files for feed in _render_template(source, name, posts)]
    feeds: dict[str, JekyllFeed] = {}
    for feed in (*built, *rendered, *_plugin_feed(source, posts)):
        feeds.setdefault(feed.address, feed)
    return tuple(sorted(feeds.values(), key=lambda feed: -sum(bool(entry.audio) for entry in feed.entries.values())))


def path_on_old_site(source: SourceSite, url: str) -> str:
    """Return the path below ``baseurl`` of an address on the old site; empty for an address of another host."""
    try:
        parts = urlsplit(_LOCAL.sub(source.url, url.strip()))
    except ValueError:
        return ""
    if parts.scheme and parts.netloc.removeprefix("www.") != urlsplit(source.url).netloc.removeprefix("www."):
        return ""
    path = unquote(parts.path)
    return path.removeprefix(source.base) if path.startswith(f"{source.base}/") else path


def _read_built(source: SourceSite, name: str, posts: Sequence[Post]) -> Iterator[JekyllFeed]:
    """Yield the feed in a file that Jekyll built, if it is one."""
    if not name.endswith(_SUFFIXES):
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(source.built_bytes(name), parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is None or root.tag not in ("rss", f"{_ATOM}feed"):
        return
    by_address = {spelling: post for post in posts if post.is_published for spelling in path_spellings(post.address)}
    entries: dict[str, FeedEntry] = {}
    for element in root.iter("item", f"{_ATOM}entry"):
        link, entry = _entry(element)
        post = by_address.get(path_on_old_site(source, link)) or by_address.get(path_on_old_site(source, entry.guid))
        if post and entry.guid:
            guid = _LOCAL.sub(source.url, entry.guid)
            entries.setdefault(post.name, FeedEntry(guid, entry.audio))
    yield JekyllFeed(name, f"/{name.removeprefix(source.destination).lstrip('/')}", entries, built=True)


def _entry(element: Any) -> tuple[str, FeedEntry]:
    """Return the link and the entry of an ``<item>`` of RSS or an ``<entry>`` of Atom."""
    if element.tag == "item":
        enclosure = element.find("enclosure")
        audio = enclosure.get("url", "") if enclosure is not None else ""
        link = _plain(element.findtext("link"))
        return link, FeedEntry(_plain(element.findtext("guid")) or link, audio.strip())
    links = element.findall(f"{_ATOM}link")
    page = next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")
    audio = next((link.get("href", "") for link in links if link.get("rel") == "enclosure"), "")
    return page, FeedEntry(_plain(element.findtext(f"{_ATOM}id")) or page, audio.strip())


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _render_template(source: SourceSite, name: str, posts: Sequence[Post]) -> Iterator[JekyllFeed]:
    """Yield the feed that a template makes, if it is one: the body of its loop, rendered for each post."""
    if not name.endswith(_SUFFIXES) or name.startswith("_"):
        return
    try:
        document = split_front_matter(name, source.text(name))
    except ContentError:
        return
    loop = _loop(document.body) or _loop(_layout(source, str(document.meta.get("layout") or "")))
    if loop is None:
        return
    variable, posts_expression, body, assigns = loop
    liquid = Liquid(_surroundings(source))
    entries: dict[str, FeedEntry] = {}
    covered = [post for post in posts if post.is_published and _covers(post, name, posts_expression + assigns, posts)]
    for post in sorted(covered, key=lambda post: (post.date, post.name), reverse=True):
        entry = _render_entry(liquid, name, f"{assigns}{body}", variable, _liquid_variables(post))
        if entry:
            entries[post.name] = entry
    permalink = str(document.meta.get("permalink") or "")
    if entries:
        yield JekyllFeed(name, page_address(name, permalink, source.text_setting("permalink")), entries)


def _layout(source: SourceSite, layout: str) -> str:
    """Return the text of a layout, in which a feed's loop may be; empty if there is no such layout."""
    name = next((f"_layouts/{layout}{end}" for end in (".xml", ".html") if f"_layouts/{layout}{end}" in source), "")
    try:
        return source.text(name) if name else ""
    except ContentError:
        return ""


def _loop(text: str) -> tuple[str, str, str, str] | None:
    """Return the loop that makes a feed's entries, or None.

    The result is its variable, the expression that it iterates over, its body, and the assigns before the loop.
    """
    for match in _LOOP.finditer(text):
        depth = 1
        for tag in _FOR_TAGS.finditer(text, match.end()):
            depth += 1 if tag[1] == "for" else -1
            if depth == 0:
                body = text[match.end() : tag.start()]
                if re.search(r"<item\b|<entry\b", body):
                    assigns = "".join(_ASSIGN.findall(text[: match.start()]))
                    return match[1], match[2], body, assigns
                break
    return None


def _covers(post: Post, name: str, expressions: str, posts: Sequence[Post]) -> bool:
    """Return whether a template's loop probably includes a post: it names a category of the post's, or none at all."""
    words = set(re.findall(r"[\w-]+", expressions)) | set(re.split(r"[/.]", name))
    named = {category for other in posts for category in other.categories if category in words}
    return not named or bool(named & set(post.categories))


def _surroundings(source: SourceSite) -> Surroundings:
    includes = {}
    for name in source.files:
        if name.startswith("_includes/") and source.path(name).stat().st_size < 100_000:
            try:
                includes[name.removeprefix("_includes/")] = decode(name, source.path(name).read_bytes())
            except ContentError:
                continue
    site = {**source.config, "url": source.url, "baseurl": source.base}
    return Surroundings(site, includes, {}, lambda _: None)


def _liquid_variables(post: Post) -> Mapping[str, Any]:
    """Return the variables that Liquid has for a post."""
    own = {
        "url": post.url,
        "id": post.post_id,
        "slug": post.slug,
        "path": post.name,
        "date": post.date.isoformat(sep=" "),
        "categories": list(post.categories),
        "content": "",
        "excerpt": "",
    }
    return {"title": post.slug, **post.meta, **own}


def _render_entry(liquid: Liquid, name: str, text: str, variable: str, post: Mapping[str, Any]) -> FeedEntry | None:
    # The renderer takes no variable but `page`, so the loop's variable is assigned from it.
    template = f"{{% assign {variable} = page %}}{text}"
    try:
        rendered = liquid.render(template, post, file=name, first_line=1).text
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
    entry = _entry(element)[1]
    return entry if entry.guid else None


def _plugin_feed(source: SourceSite, posts: Sequence[Post]) -> Iterator[JekyllFeed]:
    """Yield the feed of the plugin jekyll-feed, which minima and most other themes use."""
    if _uses_feed(source):
        published = [post for post in posts if post.is_published]
        published.sort(key=lambda post: (post.date, post.name), reverse=True)
        guids = ((post, f"{source.url}{escape_address(f'{source.base}{post.post_id}')}") for post in published)
        entries = {post.name: FeedEntry(guid) for post, guid in guids}
        yield JekyllFeed("jekyll-feed", f"/{(source.text_setting('feed.path') or 'feed.xml').lstrip('/')}", entries)


def _uses_feed(source: SourceSite) -> bool:
    """Return whether the site has the plugin jekyll-feed."""
    listed = [source.config.get(key) for key in ("plugins", "gems")]
    named = "jekyll-feed" in str(listed) or "feed" in source.config
    if not named and "Gemfile" in source:
        try:
            named = bool(re.search(r"^\s*gem\s+.jekyll-feed", source.text("Gemfile"), re.MULTILINE))
        except ContentError:
            return False
    return named
