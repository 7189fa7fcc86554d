"""The plan for tag pages and plain pages, with redirects from their old addresses."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from longwave.authoring.literals import quoted
from longwave.content.fields.content_file import Document, split_front_matter
from longwave.content.site.guest_tag_page_files import parse_page, parse_tag
from longwave.content.site.site_toml import RESERVED_NAMES
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.episode_collections import MARKDOWN_SUFFIXES
from longwave.moving.jekyll.html_bodies import HTML_SUFFIXES, protected_html
from longwave.moving.jekyll.import_parts import ImportPart, NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.permalinks import page_address
from longwave.moving.jekyll.posts import Post, front_matter_defaults
from longwave.routes import path_for

#: The variables of ``site`` that only Jekyll has, which lists of posts or pages use.
LISTS = re.compile(r"\bsite\.(posts|tags|categories|pages|html_pages|collections|documents|static_files)\b")
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: The beginning of an include in a text, with the include's name.
INCLUDE = re.compile(r"\{%-?\s*include(?:_cached|_relative)?\s+[\"']?([\w./-]+)")
#: A loop over a few posts, such as `{% for post in site.posts limit:3 %}`.
_TEASER = re.compile(r"\{%-?\s*for\b[^%]*\blimit\s*:\s*\d\s*-?%\}.*?\bendfor\s*-?%\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
#: The fewest words of a page that are more than the introduction to a list.
_MIN_WORDS = 10
_LOOP = re.compile(r"\{%-?\s*for\b.*?\bendfor\s*-?%\}", re.DOTALL)


def is_tag_page(name: str) -> bool:
    """Return whether a file is the page of a tag."""
    folder = name.split("/")[0]
    return folder in ("tags", "_tags", "tag", "_tag") and name.count("/") == 1 and name.endswith(MARKDOWN_SUFFIXES)


def plan_tag_pages(source: SourceSite, posts: Sequence[Post]) -> ImportPart:
    """Return the tag pages as a part of the import; pages of unused tags redirect to the list of all tags."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for tag in (tag for post in posts if post.is_published and post.episode for tag in post.episode.tags):
        spellings[slugify(tag)][tag] += 1
    used_slugs = set(spellings)
    files: dict[str, NewFile] = {}
    redirects: dict[str, str] = {}
    omissions = []
    for name in filter(is_tag_page, source.files):
        try:
            document = split_front_matter(name, source.text(name))
        except ContentError as error:
            omissions.append(Omission(str(error.problem), "no tag that Longwave could read"))
            continue
        slug = _tag_slug(document, name, used_slugs)
        target = f"content/tags/{slug}.md"
        if not slug or target in files or (slug == "index"):
            omissions.append(Omission(name, "no tag of its own"))
            continue
        spelling = spellings[slug].most_common(1)[0][0] if slug in used_slugs else ""
        data, reason = _cleaned_tag_page(document, target, spelling)
        files[target] = NewFile(target, source.path(name) if data is None else data)
        omissions.extend([Omission(name, reason)] if reason else [])
        for address in _page_addresses(source, name, document.meta):
            redirects[address] = path_for("tag", tag=slug) if slug in used_slugs else path_for("tags")
    report = Report((Imported("tags", len(files), "content/tags/"),), tuple(omissions))
    return ImportPart(tuple(files.values()), redirects, report)


def _tag_slug(document: Document, name: str, used_slugs: set[str]) -> str:
    """Return the slug of a page's tag: the first of the page's names that an episode uses, else the file's name."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    named = (document.meta.get(key) for key in ("tag", "tag_name", "slug", "name"))
    texts = (*(text for text in named if isinstance(text, str)), stem, str(document.meta.get("title")))
    return next((slug for slug in map(slugify, texts) if slug in used_slugs), slugify(stem))


def _cleaned_tag_page(document: Document, target: str, spelling: str) -> tuple[bytes | None, str]:
    """Return a tag page's content without Liquid, and a reason for the report; None and "" if the page can stay.

    ``spelling`` is that of the posts, which the old site's chips showed; empty for a tag that no post has.
    """
    meta = document.meta
    body = _LIQUID.sub("", _LOOP.sub("", document.body)).strip()
    stem = target.rpartition("/")[2].removesuffix(".md")
    title = meta["title"] if isinstance(meta.get("title"), str) else ""
    named = next((meta[key] for key in ("tag", "name", "tag_name") if isinstance(meta.get(key), str)), "")
    # A title such as "Talks about Docker" is none of the tag's spellings.
    label = named or (title if not spelling or slugify(title) == stem else spelling)
    try:
        parsed_label = parse_tag(target, f"{document.source}{document.body}")[0].label
    except ContentError:
        parsed_label = None
    if parsed_label == (label or stem) and body == document.body.strip():
        return None, ""
    homes = {key: meta.get(key) for key in ("homepage", "home_page", "url", "website")}
    meta_kept = {"tag": label, "title": title, "description": meta.get("description")}
    meta_kept |= {key: home for key, home in homes.items() if str(home).startswith(("http://", "https://"))}
    lines = "".join(f"{key}: {quoted(value)}\n" for key, value in meta_kept.items() if isinstance(value, str) and value)
    text = f"---\n{lines}---\n" + (f"\n{body}\n" if body else "")
    if body == document.body.strip():
        return text.encode(), f"taken with `tag: {label}`, as posts spell it; `title` is its page's heading"
    return text.encode(), "taken without its Liquid, and without what can't be used"


def _page_addresses(source: SourceSite, name: str, meta: Mapping[str, Any]) -> Iterator[str]:
    """Yield the address of a page on the old site, and the addresses that redirected to it there."""
    label = name.split("/")[0].removeprefix("_")
    meta_with_defaults = {**front_matter_defaults(source, name, label if name.startswith("_") else "pages"), **meta}
    style = str(meta_with_defaults.get("permalink") or "")
    if name.startswith("_") and not style:
        collections = source.config.get("collections")
        own = collections.get(label) if isinstance(collections, dict) else None
        style = str(own.get("permalink") or "") if isinstance(own, dict) else ""
        style = style.replace(":collection", label).replace(":path", ":basename") or f"/{label}/:basename:output_ext"
    yield page_address(name.removeprefix("_"), style, source.text_setting("permalink"))
    yield from redirect_sources(meta)


def redirect_sources(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the addresses in ``redirect_from`` of the plugin jekyll-redirect-from."""
    value = meta.get("redirect_from")
    listed = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return tuple(f"/{str(address).strip().lstrip('/')}" for address in listed if str(address).strip())


def plan_pages(source: SourceSite, shows: Iterable[str]) -> ImportPart:
    """Return the plain pages as a part of the import; pages that only list episodes or tags redirect to such a list."""
    plan = _PagePlan(source, set(shows))
    for name in source.files:
        hidden = any(part.startswith(("_", ".")) for part in name.removeprefix("_pages/").split("/"))
        if not hidden and not is_tag_page(name) and name.lower().endswith((*MARKDOWN_SUFFIXES, ".html", ".htm")):
            plan.add(name)
    report = Report((Imported("pages", len(plan.files), "content/pages/"),), tuple(plan.omissions))
    return ImportPart(tuple(plan.files.values()), plan.redirects, report, tuple(plan.texts))


def _lists(text: str) -> bool:
    """Return whether a text iterates over posts or pages; the newest few beside other words don't count."""
    others = _TEASER.sub("", text)
    if len(_TAG.sub(" ", _LIQUID.sub("", others)).split()) >= _MIN_WORDS:
        text = others
    return bool(LISTS.search(text)) or "paginator." in text


def _slugs(address: str) -> Iterator[str]:
    """Yield the names that a page may have, by its old address: the last part, and then the folders before it, too."""
    parts = address.removesuffix(".html").removesuffix("/index").strip("/").split("/")
    yield from (slugify("-".join(parts[start:])) for start in range(len(parts) - 1, -1, -1))


class _PagePlan:
    """A plan for plain pages that collects files, redirects, rendered texts and omissions."""

    def __init__(self, source: SourceSite, shows: set[str]) -> None:
        self.source, self.shows = source, shows
        self.files: dict[str, NewFile] = {}
        self.redirects: dict[str, str] = {}
        self.texts: list[str] = []
        self.omissions: list[Omission] = []

    def add(self, name: str) -> None:
        """Plan a page as a file or a redirect, or add an omission."""
        stem = name.rpartition("/")[2].partition(".")[0].lower()
        try:
            text = self.source.text(name)
            document = split_front_matter(name, text)
        except ContentError as error:
            reason = "no page: Jekyll copies it as it is, and Longwave serves only pages with front matter"
            self.omissions.append(
                Omission(name if "front matter" in error.problem.expected else str(error.problem), reason)
            )
            return
        target = document.meta.get("redirect_to")
        target = target[0] if isinstance(target, list) and target else target
        if isinstance(target, str) and target.startswith(("/", "http://", "https://")):
            self._redirect(name, document, target)
        elif document.meta.get("published") is False:
            self.omissions.append(Omission(name, "a page that isn't published"))
        elif stem == "404":
            self.omissions.append(Omission(name, "Longwave has a page of its own for that"))
        elif self._is_list(name, document):
            self._redirect(name, document, self._list_target(name, document.body))
            self.omissions.append(Omission(name, "a list: Longwave makes its own, and the old address leads there"))
        elif next(_page_addresses(self.source, name, document.meta)).removesuffix("index.html") == "/":
            self.omissions.append(Omission(name, "the home page: Longwave makes its own, from `description`"))
        else:
            self._plan(name, document, text)

    def _is_list(self, name: str, document: Document) -> bool:
        """Return whether a page, an include in it, or the layout around nothing else, iterates over posts or pages."""
        if _lists(document.body) or any(_lists(text) for text in self._included(document.body)):
            return True
        if _LIQUID.sub("", document.body).strip():
            return False
        meta = {**front_matter_defaults(self.source, name, "pages"), **document.meta}
        return any(_lists(text) for text in self._layouts(str(meta.get("layout") or "")))

    def _layouts(self, layout: str) -> Iterator[str]:
        """Yield the text of a layout, without the layout around it, and those of its includes."""
        for suffix in (".html", ".htm", ".md"):
            text = self._text(f"_layouts/{layout}{suffix}")
            if text:
                yield text
                yield from self._included(text)

    def _included(self, text: str) -> Iterator[str]:
        yield from (self._text(f"_includes/{name}") for name in INCLUDE.findall(text))

    def _text(self, name: str) -> str:
        try:
            return self.source.text(name) if name in self.source else ""
        except ContentError:
            return ""

    def _plan(self, name: str, document: Document, text: str) -> None:
        address = next(_page_addresses(self.source, name, document.meta))
        slug = next(filter(self._is_free, _slugs(address)), "")
        if not slug:
            self.omissions.append(
                Omission(name, "its address belongs to a show, to another page or to Longwave itself")
            )
            return
        target = f"content/pages/{slug}.md"
        try:
            is_usable = parse_page(target, text)[0].slug == slug
        except ContentError:
            is_usable = False
        if not is_usable:
            title = str(document.meta.get("title") or slug.replace("-", " ").capitalize())
            description = document.meta.get("description")
            more = f"description: {quoted(description)}\n" if isinstance(description, str) else ""
            text = f"---\ntitle: {quoted(title)}\n{more}---\n{document.body}"
            self.omissions.append(Omission(name, "taken with other front matter, as a page needs a title"))
        if LISTS.search(document.body):
            self.omissions.append(Omission(name, "taken without the posts that it lists, which only Jekyll has"))
        protected = protected_html(name, text) if name.lower().endswith(HTML_SUFFIXES) else None
        is_copy = is_usable and protected is None
        self.files[target] = NewFile(target, self.source.path(name) if is_copy else (protected or text).encode())
        self.texts.append(text)
        self._redirect(name, document, path_for("page", page=slug))

    def _is_free(self, slug: str) -> bool:
        is_taken = slug in RESERVED_NAMES or slug in self.shows or f"content/pages/{slug}.md" in self.files
        return bool(slug) and not is_taken

    def _redirect(self, name: str, document: Document, target: str) -> None:
        for address in _page_addresses(self.source, name, document.meta):
            self.redirects[address] = target

    def _list_target(self, name: str, body: str) -> str:
        """Return the address of Longwave's list that replaces ``name``, an old page that only lists posts or tags."""
        show = next((show for show in sorted(self.shows) if re.search(rf"\b{re.escape(show)}\b", f"{name} {body}")), "")
        if re.search(r"\bsite\.tags\b", body) or name.startswith("tags"):
            return path_for("tags")
        folder = name.partition("/")[0] if "/" in name else name.partition(".")[0]
        show = folder if folder in self.shows else show if "site.posts" not in body else ""
        return path_for("show", show=show) if show else path_for("home")
