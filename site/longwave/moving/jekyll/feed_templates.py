"""The templates of the old site's feeds: the loop over posts in each, rendered for every post, and the channel."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longwave.content.fields.content_file import Document, split_front_matter
from longwave.content.liquid import Liquid, Surroundings
from longwave.errors import ContentError
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.liquid_site import post_variables, surroundings
from longwave.moving.jekyll.permalinks import page_address
from longwave.moving.jekyll.posts import Post

FEED_SUFFIXES = (".xml", ".rss", ".atom")
#: The suffixes of pages that may be feeds, if they have a permalink that says so.
_PAGE_SUFFIXES = (".html", ".htm", ".liquid", ".txt", ".md")
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([^%]*?)-?%\}")
_PRELUDE = re.compile(r"\{%-?\s*assign\s+.*?%\}|\{%-?\s*capture\b.*?\bendcapture\s*-?%\}", re.DOTALL)
_FOR_TAGS = re.compile(r"\{%-?\s*(for|endfor)\b.*?%\}", re.DOTALL)
_ENTRY = re.compile(r"<item\b|<entry\b")
_INCLUDE = re.compile(r"\{%-?\s*include\s+([\w./-]+)\s*-?%\}")
#: An include with parameters, which are its second group.
_INCLUDE_WITH = re.compile(
    r"\{%-?\s*include(?:_cached)?\s+([\w./-]+)((?:\s+[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.\[\]-]+))+)\s*-?%\}"
)
_PARAMETER = re.compile(r"([\w-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[\w.\[\]-]+)")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ANY_INCLUDE = re.compile(r"\{%-?\s*include(?:_relative|_cached)?\s+([\w./-]+)[^%]*%\}")
_CONTENT = re.compile(r"\{\{-?\s*content\s*-?\}\}")
_SETTING = re.compile(r"\bsite\.([A-Za-z_]\w*(?:\.[A-Za-z_][\w-]*)*)")
#: The limits of a loop, which leave out older episodes.
_LIMITS = re.compile(r"\b(?:limit|offset)\s*:\s*[\w.]+")
#: A character that XML forbids, so that no template's text contains it, before each rendered post.
_MARK = "\x1e"
_POSTS_PER_RENDERING = 40
_MAX_INCLUDES = 5


@dataclass(frozen=True, slots=True)
class FeedTemplate:
    """The template of a feed in the file ``name``, which Jekyll served at ``address``.

    ``frame`` is the text without the loop, ``body`` the loop's body, ``variable`` its variable and ``expression`` the
    posts that it iterates over; ``prelude`` are the assignments before it. ``meta`` is the page's front matter.
    """

    name: str
    address: str
    frame: str
    variable: str
    expression: str
    body: str
    prelude: str
    meta: Mapping[str, Any] = field(default_factory=dict)

    def words(self) -> frozenset[str]:
        """Return the words by which the loop may choose its posts, and those of the file's name."""
        return frozenset(re.findall(r"[\w-]+", self.expression + self.prelude)) | frozenset(
            re.split(r"[/.]", self.name)
        )

    def settings(self) -> frozenset[str]:
        """Return the keys of ``_config.yml`` that the feed reads, such as ``podcast.title``."""
        return frozenset(_SETTING.findall(self.frame + self.body + self.prelude))


def find_templates(source: SourceSite, site: Surroundings) -> Iterator[FeedTemplate]:
    """Yield the template of each feed, whose loop may be in the file itself, in its layout or in an include."""
    for name in source.files:
        if name.startswith("_") or not name.endswith((*FEED_SUFFIXES, *_PAGE_SUFFIXES)):
            continue
        try:
            document = split_front_matter(name, source.text(name))
        except ContentError:
            continue
        permalink = str(document.meta.get("permalink") or "")
        if not name.endswith(FEED_SUFFIXES) and not permalink.rstrip("/").endswith((*FEED_SUFFIXES, "feed", "rss")):
            continue
        address = page_address(name, permalink, source.text_setting("permalink"))
        template = _template(
            name, address, _with_includes(_with_layout(source, document), site.includes), document, site.includes
        )
        if template:
            yield template


def unread_feeds(source: SourceSite, read: Collection[str]) -> Iterator[str]:
    """Yield the names of the files that look like feeds, but whose addresses aren't among those ``read``."""
    includes = surroundings(source, ()).includes
    for name in source.files:
        if name.startswith("_") or not name.endswith(FEED_SUFFIXES):
            continue
        try:
            document = split_front_matter(name, source.text(name))
        except ContentError:
            continue
        text = _with_includes(_with_layout(source, document), includes, _ANY_INCLUDE)
        address = page_address(name, str(document.meta.get("permalink") or ""), source.text_setting("permalink"))
        if address not in read and _ENTRY.search(text) and re.search(r"<rss\b|<feed\b|<rdf:RDF\b", text):
            yield name


def render_channel(liquid: Liquid, template: FeedTemplate) -> str:
    """Return the feed without its entries; empty for a template that can't be rendered."""
    try:
        page = {**template.meta, "url": template.address}
        return liquid.render(template.frame, page, file=template.name, first_line=1).text
    except ContentError:
        return ""


def render_entries(
    liquid: Liquid, template: FeedTemplate, source: SourceSite, posts: Sequence[Post]
) -> Iterator[tuple[Post, str]]:
    """Yield the text of the loop for each of these posts; one that can't be rendered is left out."""
    for start in range(0, len(posts), _POSTS_PER_RENDERING):
        part = posts[start : start + _POSTS_PER_RENDERING]
        texts = _render(liquid, template, source, part)
        if texts is None:
            each = ((post, _render(liquid, template, source, [post])) for post in part)
            yield from ((post, alone[0]) for post, alone in each if alone)
        else:
            yield from zip(part, texts, strict=True)


def covered_posts(liquid: Liquid, template: FeedTemplate, posts: Sequence[Post]) -> tuple[Post, ...]:
    """Return the posts that the loop iterates over, in its order; those beyond its limit are included, too."""
    by_name = {post.name: post for post in posts if post.is_published}
    names = _names(liquid, template)
    if names is not None:
        return tuple(by_name[name] for name in names if name in by_name)
    # An expression that can't be evaluated probably chooses the posts of the categories that it names.
    words = template.words()
    named = {category for post in posts for category in post.categories if category in words}
    covered = (post for post in by_name.values() if not named or named & set(post.categories))
    return tuple(sorted(covered, key=lambda post: (post.date, post.name), reverse=True))


def _names(liquid: Liquid, template: FeedTemplate) -> list[str] | None:
    """Return the names of the files that the loop iterates over; None where they can't be evaluated."""
    unlimited = _LIMITS.sub("", template.expression).replace("paginator.posts", "site.posts")
    loop = f"{{% for {template.variable} in {unlimited} %}}{{{{ {template.variable}.path }}}}{_MARK}{{% endfor %}}"
    try:
        rendered = liquid.render(template.prelude + loop, template.meta, file=template.name, first_line=1)
    except ContentError:
        return None
    if rendered.problems:
        return None
    return [name.strip() for name in rendered.text.split(_MARK) if name.strip()]


def _render(liquid: Liquid, template: FeedTemplate, source: SourceSite, posts: Sequence[Post]) -> list[str] | None:
    loop = f"{{% for {template.variable} in page.rendered_posts %}}{_MARK}{template.body}{{% endfor %}}"
    page = {**template.meta, "rendered_posts": [post_variables(source, post) for post in posts]}
    try:
        text = liquid.render(template.prelude + loop, page, file=template.name, first_line=1).text
    except ContentError:
        return None
    texts = text.split(_MARK)[1:]
    return texts if len(texts) == len(posts) else None


def _template(
    name: str, address: str, text: str, document: Document, includes: Mapping[str, str]
) -> FeedTemplate | None:
    """Return the template in ``text``, if it has a loop that makes a feed's entries."""
    for match in _LOOP.finditer(text):
        depth = 1
        for tag in _FOR_TAGS.finditer(text, match.end()):
            depth += 1 if tag[1] == "for" else -1
            if depth == 0:
                body = text[match.end() : tag.start()]
                if _ENTRY.search(_with_includes(body, includes, _ANY_INCLUDE)):
                    prelude = "".join(_PRELUDE.findall(text[: match.start()]))
                    frame = text[: match.start()] + text[tag.end() :]
                    return FeedTemplate(name, address, frame, match[1], match[2], body, prelude, document.meta)
                break
    return None


def _with_layout(source: SourceSite, document: Document) -> str:
    """Return a page's text within its layout, in which a feed's loop may be."""
    layout = str(document.meta.get("layout") or "")
    name = next((f"_layouts/{layout}{end}" for end in (".xml", ".html") if f"_layouts/{layout}{end}" in source), "")
    try:
        text = source.text(name) if name else ""
        outer = split_front_matter(name, text).body if text.startswith("---") else text
    except ContentError:
        outer = ""
    return _CONTENT.sub(lambda _: document.body, outer) if _CONTENT.search(outer) else document.body + outer


def _with_includes(text: str, includes: Mapping[str, str], pattern: re.Pattern[str] = _INCLUDE) -> str:
    """Return a template with the text of its includes in their place, as far as they match ``pattern``."""
    for _ in range(_MAX_INCLUDES):
        replaced = pattern.sub(lambda match: includes.get(match[1], match[0]), text)
        replaced = _INCLUDE_WITH.sub(lambda match: _filled_loop(match, includes), replaced)
        if replaced == text or len(replaced) > 1_000_000:
            break
        text = replaced
    return text


def _filled_loop(include: re.Match[str], includes: Mapping[str, str]) -> str:
    """Return an include's text with its parameters' values as ``include.name``, if the text loops over one of them."""
    text = includes.get(include[1], "")
    values = {f"include.{name}": value for name, value in _PARAMETER.findall(include[2])}
    if not any(loop[2].split()[0] in values for loop in _LOOP.finditer(text) if loop[2].strip()):
        return include[0]
    name = re.compile(r"\binclude\.[\w-]+")
    return _TAG.sub(lambda tag: name.sub(lambda key: values.get(key[0], key[0]), tag[0]), text)
