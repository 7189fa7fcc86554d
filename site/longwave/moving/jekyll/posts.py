"""Jekyll's posts and drafts, each with its old address and the episode that it becomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from longwave.authoring.inventory import FIRST_SHOW
from longwave.content.fields.content_file import Document, split_front_matter
from longwave.content.fields.times import parse_date
from longwave.content.site.site_toml import RESERVED_NAMES
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError
from longwave.model import Episode
from longwave.moving.import_report import Omission, Report
from longwave.moving.jekyll.episode_collections import HTML_SUFFIXES, MARKDOWN_SUFFIXES, episode_collections
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.permalinks import (
    escape_address,
    fill_permalink,
    permalink_template,
    permalink_values,
    post_id,
)

#: Jekyll's label of its collection of posts.
POSTS = "posts"
#: A ``date:`` that Ruby's YAML reads as a time, in UTC as it has no zone. A date in quotes or without seconds is text
#: for YAML, which Jekyll then reads in the site's zone.
READ_AS_UTC = re.compile(
    r"""^['"]?date['"]?[ \t]*:[ \t]+\d{4}-\d{1,2}-\d{1,2}(?:T|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?[ \t]*(?:[ \t]#.*)?$""",
    re.ASCII | re.IGNORECASE | re.MULTILINE,
)
#: The keys of ``defaults`` that are imported, or that mean nothing without Jekyll's templates.
_KNOWN_DEFAULTS = frozenset({"layout", "permalink", "category", "categories", "date", "slug", "published", "draft"})
#: The reason of the omission of a post that Jekyll publishes and Longwave can't read.
LOST_POST = "a post that is lost: only Markdown and HTML become an episode"
DATED = re.compile(r"(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})-([^/]*)(\.[^.]+)")


@dataclass(frozen=True, slots=True)
class Post:
    """A post, a draft, or an episode in a collection of its own, of a Jekyll site.

    ``name`` is its file in the old site, ``target`` the one in the new site, which is empty, as is ``episode``, until
    ``place_posts`` has decided it. ``collection`` is the label of its collection. ``meta`` is its front matter without
    defaults. ``template`` and ``values`` make its address. ``is_published`` tells whether Jekyll publishes it today.
    ``episode`` is None where Longwave can't read the file.
    """

    name: str
    show: str
    target: str
    meta: Mapping[str, Any]
    categories: tuple[str, ...]
    date: datetime
    template: str
    values: Mapping[str, str]
    slug: str
    draft: bool
    is_published: bool
    collection: str = POSTS
    episode: Episode | None = None

    @property
    def address(self) -> str:
        """Return the decoded path at which Jekyll served the post."""
        return fill_permalink(self.template, self.values)

    @property
    def url(self) -> str:
        """Return Jekyll's ``post.url``, which is the percent-encoded address."""
        return escape_address(self.address)

    @property
    def post_id(self) -> str:
        """Return Jekyll's ``post.id``."""
        return post_id(self.url, self.slug)


def read_posts(source: SourceSite, now: datetime) -> tuple[tuple[Post, ...], Report]:
    """Return every post, draft and episode in the order of names, not yet placed, and the report of those left out.

    Dates after ``now`` make a post unpublished.
    """
    reader = _PostReader(source, now)
    posts = tuple(reader.posts())
    reason = "what posts had from `defaults` and have no more: write it into their files, or for all into site.toml"
    counted = sorted(reader.lost_defaults.items())
    lost_defaults = (
        Omission(f"_config.yml: {key} of {count:,} post{'' if count == 1 else 's'}", reason) for key, count in counted
    )
    return posts, Report(omissions=(*reader.omissions, *lost_defaults))


def front_matter_defaults(source: SourceSite, name: str, kind: str) -> Mapping[str, Any]:
    """Return the keys that ``defaults`` of ``_config.yml`` sets for a file, in which a narrower scope wins.

    ``kind`` is Jekyll's type of the file, such as ``posts``.
    """
    matches = []
    listed = source.config.get("defaults")
    for entry in listed if isinstance(listed, list) else []:
        scope, values = (entry.get("scope"), entry.get("values")) if isinstance(entry, dict) else (None, None)
        if not isinstance(values, dict):
            continue
        scope = scope if isinstance(scope, dict) else {}
        path, type_ = str(scope.get("path") or "").strip("/"), str(scope.get("type") or "")
        within = not path or name == path or name.startswith(f"{path}/") or f"/{path}/" in f"/{name}"
        if within and type_ in ("", kind):
            matches.append((len(path), bool(type_), values))
    matches.sort(key=lambda match: match[:2])
    return {key: value for _, _, values in matches for key, value in values.items()}


def site_timezone(source: SourceSite) -> tzinfo:
    """Return the site's time zone; UTC where ``_config.yml`` names none or an unknown one."""
    try:
        return ZoneInfo(source.text_setting("timezone") or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC


class _PostReader:
    """A reader of Jekyll's posts and collections of episodes that collects omissions."""

    def __init__(self, source: SourceSite, now: datetime) -> None:
        self.source, self.now = source, now
        self.zone = site_timezone(source)
        self.omissions: list[Omission] = []
        #: The keys of ``defaults`` that can't be imported, each with the number of posts that it applies to.
        self.lost_defaults: Counter[str] = Counter()

    def posts(self) -> Iterator[Post]:
        """Yield every post, draft and episode of the site that can be imported."""
        labels = set(episode_collections(self.source))
        for name in self.source.files:
            parts = name.split("/")[:-1]
            kind_folder = next((part for part in parts if part in ("_posts", "_drafts")), "")
            label = parts[0].removeprefix("_") if parts and parts[0].startswith("_") else ""
            if label in labels and not kind_folder:
                kind_folder = parts[0]
            if not kind_folder or parts[0] in ("_includes", "_layouts", "_data", "_sass", "_plugins"):
                continue
            if not name.lower().endswith((*MARKDOWN_SUFFIXES, *HTML_SUFFIXES)):
                if _is_text(name) or ((document := self._document(name)) and document.meta):
                    is_draft = kind_folder == "_drafts"
                    reason = "a draft that isn't taken: only Markdown and HTML become an episode"
                    self.omissions.append(Omission(name, reason if is_draft else LOST_POST))
                continue
            post = self._post(name, kind_folder)
            if post:
                yield post

    def _post(self, name: str, kind_folder: str) -> Post | None:
        match = DATED.fullmatch(name.rpartition("/")[2])
        if kind_folder == "_posts" and not match:
            self.omissions.append(Omission(name, "Jekyll publishes no post whose name has no date"))
            return None
        document = self._document(name)
        meta = document.meta if document else {}
        collection = POSTS if kind_folder in ("_posts", "_drafts") else kind_folder.removeprefix("_")
        own_defaults = front_matter_defaults(self.source, name, "drafts" if kind_folder == "_drafts" else collection)
        meta_with_defaults = {**own_defaults, **meta}
        self.lost_defaults.update(own_defaults.keys() - meta.keys() - _KNOWN_DEFAULTS)
        categories = self._categories(name, kind_folder, meta_with_defaults)
        stem = (match[4] if match else name.rpartition("/")[2].rpartition(".")[0]).rstrip(".")
        read_as_utc = bool(document and READ_AS_UTC.search(document.source))
        date = self._date(meta_with_defaults, match, UTC if read_as_utc else self.zone)
        # Longwave has no defaults, so a post that only they hide goes to the drafts.
        hidden_by_defaults = kind_folder != "_drafts" and _is_hidden(meta_with_defaults) and not _is_hidden(meta)
        draft = kind_folder == "_drafts" or hidden_by_defaults
        slug = str(meta_with_defaults.get("slug") or stem)
        future = date > self.now and _parse_boolean(self.source.config.get("future")) is not True
        values = permalink_values(slug, _bare(name), categories, date)
        if collection != POSTS:
            path = name.removeprefix(f"_{collection}/").rpartition(".")[0]
            values = {**values, "collection": collection, "path": path}
        return Post(
            name=name,
            show=_show_of(name, kind_folder, categories),
            target="",
            meta=meta,
            categories=categories,
            date=date,
            template=self._template(meta_with_defaults, collection),
            values=values,
            slug=slug,
            draft=draft,
            is_published=document is not None and not (draft or _is_hidden(meta_with_defaults) or future),
            collection=collection,
        )

    def _document(self, name: str) -> Document | None:
        try:
            return split_front_matter(name, self.source.text(name))
        except ContentError:
            return None

    def _categories(self, name: str, kind_folder: str, meta_with_defaults: Mapping[str, Any]) -> tuple[str, ...]:
        above = name.split(f"{kind_folder}/")[0].strip("/")
        folder = self.source.text_setting("collections_dir").strip("/")
        above = above.removeprefix(folder).strip("/") if folder else above
        plural, single = meta_with_defaults.get("categories"), meta_with_defaults.get("category")
        listed = plural.split() if isinstance(plural, str) else plural if isinstance(plural, list) else []
        single = single if isinstance(single, list) else [single] if single not in (None, "") else []
        return tuple(dict.fromkeys(str(name) for name in (*filter(None, above.split("/")), *listed, *single)))

    def _date(self, meta_with_defaults: Mapping[str, Any], match: re.Match[str] | None, zone: tzinfo) -> datetime:
        """Return a post's date in the site's zone; ``zone`` applies to a date of front matter that names no zone."""
        texts = [(str(meta_with_defaults.get("date") or ""), zone)]
        if match:
            texts.append((f"{year_of(match[1])}-{match[2]}-{match[3]}", self.zone))
        for text, text_zone in texts:
            try:
                return parse_date(text, text_zone).astimezone(self.zone)
            except (ValueError, OverflowError):
                continue
        return self.now.astimezone(self.zone)

    def _template(self, meta_with_defaults: Mapping[str, Any], collection: str) -> str:
        own = meta_with_defaults.get("permalink")
        collections = self.source.config.get("collections")
        settings = collections.get(collection) if isinstance(collections, dict) else None
        style = (settings.get("permalink") if isinstance(settings, dict) else "") or ""
        if collection == POSTS:
            style = style or self.source.text_setting("permalink") or "date"
        elif not (own or style):
            style = f"/:collection/:path{_end_of(self.source.text_setting('permalink'))}"
        return permalink_template(str(own or style))


def _end_of(permalink: str) -> str:
    """Return the end of the addresses of a collection's documents, as the site's own ``permalink`` has it."""
    if permalink in ("", "date", "ordinal", "none", "weekdate") or permalink.endswith(":output_ext"):
        return ":output_ext"
    return "/" if permalink == "pretty" or permalink.endswith("/") else ""


def _is_hidden(meta: Mapping[str, Any]) -> bool:
    """Return whether front matter keeps a post from being published."""
    return _parse_boolean(meta.get("published")) is False or _parse_boolean(meta.get("draft")) is True


def _parse_boolean(value: object) -> bool | None:
    """Return a boolean of YAML 1.1, as Jekyll reads it; None for anything else."""
    text = str(value).lower()
    return True if text in ("true", "yes", "on") else False if text in ("false", "no", "off") else None


def _show_of(name: str, kind_folder: str, categories: tuple[str, ...]) -> str:
    """Return the show of a post: its first category, else its folder, else the first show."""
    below = name.split(f"{kind_folder}/", 1)[1].split("/")[:-1]
    folders = [part for part in below if not part.isdigit()]
    slug = next((slug for slug in map(slugify, (*categories[:1], *folders)) if slug), FIRST_SHOW)
    return f"{slug}-show" if slug in RESERVED_NAMES else slug


def year_of(digits: str) -> str:
    return digits if len(digits) == 4 else f"20{digits}"


def _is_text(name: str) -> bool:
    """Return whether a file is in one of the languages of texts that plugins of Jekyll's read."""
    return name.lower().endswith((".adoc", ".asciidoc", ".ad", ".asc", ".textile", ".rst", ".org", ".creole"))


def _bare(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]
