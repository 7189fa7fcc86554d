"""Jekyll's posts and drafts, and the episodes that they become: which show, which name, which address it was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.dates import parse_date
from longwave.content.fields.frontmatter import Document, split
from longwave.content.folder import DRAFTS
from longwave.content.site.site_toml import RESERVED, parse_site, with_shows
from longwave.content.text.slugs import slugify
from longwave.errors import ContentError
from longwave.model import Episode, Site
from longwave.moving.import_report import Omission, Report
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.permalinks import escaped, filled, identity, post_values, template_of

MARKDOWN = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown")
FIRST_SHOW = "podcast"
#: A `date:` that Ruby's YAML takes for a time and, as it has no zone, for UTC. One in quotes or without seconds is text
#: to it, which Jekyll then reads in the site's zone.
_RUBYS_UTC = re.compile(
    r"""^['"]?date['"]?[ \t]*:[ \t]+\d{4}-\d{1,2}-\d{1,2}(?:T|[ \t]+)\d{1,2}:\d\d:\d\d(?:\.\d*)?[ \t]*(?:[ \t]#.*)?$""",
    re.ASCII | re.IGNORECASE | re.MULTILINE,
)
#: What of ``defaults`` is heeded here, or means nothing without Jekyll's templates.
_HEEDED = frozenset({"layout", "permalink", "category", "categories", "date", "slug", "published", "draft"})
_DATED = re.compile(r"(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})-([^/]*)(\.[^.]+)")


@dataclass(frozen=True, slots=True)
class Post:
    """A post. ``name`` is its file in the old site, ``target`` the one in the new. ``address`` is where Jekyll had it.

    ``identity`` is its ``post.id``. ``episode`` is None where Longwave can't read it. ``out`` tells whether Jekyll
    publishes it today.
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
    out: bool
    episode: Episode | None = None

    @property
    def address(self) -> str:
        """Where Jekyll served it."""
        return filled(self.template, self.values)

    @property
    def url(self) -> str:
        """``post.url``: the address with what Jekyll escapes in it."""
        return escaped(self.address)

    @property
    def identity(self) -> str:
        """``post.id``."""
        return identity(self.url, self.slug)


def read_posts(source: Source, now: datetime) -> tuple[tuple[Post, ...], Report]:
    """Every post and draft in the order of names, and what isn't one or can't be read."""
    reader = _Posts(source, now)
    posts = tuple(reader.all())
    why = "what posts had from `defaults` and have no more: write it into their files, or for all into site.toml"
    counted = sorted(reader.vanished.items())
    vanished = (
        Omission(f"_config.yml: {key} of {count:,} post{'' if count == 1 else 's'}", why) for key, count in counted
    )
    return posts, Report(omissions=(*reader.omissions, *vanished))


def defaults(source: Source, name: str, kind: str) -> Mapping[str, Any]:
    """What ``defaults`` of ``_config.yml`` says for a file; of two scopes the narrower one wins."""
    fitting = []
    listed = source.config.get("defaults")
    for entry in listed if isinstance(listed, list) else []:
        scope, values = (entry.get("scope"), entry.get("values")) if isinstance(entry, dict) else (None, None)
        if not isinstance(values, dict):
            continue
        scope = scope if isinstance(scope, dict) else {}
        path, type_ = str(scope.get("path") or "").strip("/"), str(scope.get("type") or "")
        within = not path or name == path or name.startswith(f"{path}/") or f"/{path}/" in f"/{name}"
        if within and type_ in ("", kind):
            fitting.append((len(path), bool(type_), values))
    fitting.sort(key=lambda one: one[:2])
    return {key: value for _, _, values in fitting for key, value in values.items()}


def site_zone(source: Source) -> tzinfo:
    """The time zone of the site's dates; UTC where it names none that is known."""
    try:
        return ZoneInfo(source.text_setting("timezone") or "UTC")
    except (KeyError, ValueError, OSError):
        return UTC


class _Posts:
    def __init__(self, source: Source, now: datetime) -> None:
        self.source, self.now = source, now
        self.zone = site_zone(source)
        self.omissions: list[Omission] = []
        #: Keys of ``defaults`` that become nothing, and of how many posts.
        self.vanished: Counter[str] = Counter()
        self.taken: set[str] = set()
        self.keys: set[str] = set()
        self.site: Site = parse_site(f'timezone = "{self.zone}"')[0]

    def all(self) -> Iterator[Post]:
        for name in self.source.files:
            parts = name.split("/")[:-1]
            special = next((part for part in parts if part in ("_posts", "_drafts")), "")
            if not special or parts[0] in ("_includes", "_layouts", "_data", "_sass", "_plugins"):
                continue
            if not name.lower().endswith(MARKDOWN):
                self.omissions.append(Omission(name, "only Markdown becomes an episode"))
                continue
            post = self._post(name, special)
            if post:
                yield post

    def _post(self, name: str, special: str) -> Post | None:
        match = _DATED.fullmatch(name.rpartition("/")[2])
        if special == "_posts" and not match:
            self.omissions.append(Omission(name, "Jekyll publishes no post whose name has no date"))
            return None
        document = self._document(name)
        meta = document.meta if document else {}
        said = defaults(self.source, name, "drafts" if special == "_drafts" else "posts")
        given = {**said, **meta}
        self.vanished.update(said.keys() - meta.keys() - _HEEDED)
        categories = self._categories(name, special, given)
        stem = (match[4] if match else name.rpartition("/")[2].rpartition(".")[0]).rstrip(".")
        as_utc = bool(document and _RUBYS_UTC.search(document.source))
        date = self._date(given, match, UTC if as_utc else self.zone)
        # From now on, only what a file says itself hides it.
        apart = special == "_posts" and _hides(given) and not _hides(meta)
        draft = special == "_drafts" or apart
        slug = str(given.get("slug") or stem)
        show = _show(name, special, categories)
        future = date > self.now and _truth(self.source.config.get("future")) is not True
        post = Post(
            name=name,
            show=show,
            target="",
            meta=meta,
            categories=categories,
            date=date,
            template=self._template(given),
            values=post_values(slug, _bare(name), categories, date),
            slug=slug,
            draft=draft,
            out=document is not None and not (draft or _hides(given) or future),
        )
        placed = self._placed(post, _file_name(name, match, stem))
        if placed and apart:
            self.omissions.append(
                Omission(placed.target, "hidden by `defaults` of _config.yml, so it lies among the drafts")
            )
        if placed and as_utc and placed.episode and placed.episode.date != date:
            why = "Jekyll read this date as UTC, Longwave reads it in the site's zone: write +0000 behind it"
            self.omissions.append(Omission(f"{placed.target}: {given['date']}", why))
        return placed

    def _document(self, name: str) -> Document | None:
        try:
            return split(name, self.source.text(name))
        except ContentError:
            return None

    def _categories(self, name: str, special: str, given: Mapping[str, Any]) -> tuple[str, ...]:
        above = name.split(f"{special}/")[0].strip("/")
        folder = self.source.text_setting("collections_dir").strip("/")
        above = above.removeprefix(folder).strip("/") if folder else above
        plural, single = given.get("categories"), given.get("category")
        listed = plural.split() if isinstance(plural, str) else plural if isinstance(plural, list) else []
        single = single if isinstance(single, list) else [single] if single not in (None, "") else []
        return tuple(dict.fromkeys(str(one) for one in (*filter(None, above.split("/")), *listed, *single)))

    def _date(self, given: Mapping[str, Any], match: re.Match[str] | None, zone: tzinfo) -> datetime:
        """The date in the site's zone; in ``zone`` is what the front matter says without one."""
        texts = [(str(given.get("date") or ""), zone)]
        if match:
            texts.append((f"{_year(match[1])}-{match[2]}-{match[3]}", self.zone))
        for text, its in texts:
            try:
                return parse_date(text, its).astimezone(self.zone)
            except (ValueError, OverflowError):
                continue
        return self.now.astimezone(self.zone)

    def _template(self, given: Mapping[str, Any]) -> str:
        own = given.get("permalink")
        collections = self.source.config.get("collections")
        posts = collections.get("posts") if isinstance(collections, dict) else None
        style = (posts.get("permalink") if isinstance(posts, dict) else "") or self.source.text_setting("permalink")
        return template_of(str(own or style or "date"))

    def _placed(self, post: Post, file: str) -> Post | None:
        """The post under a name and an address that no other has: the name may change, the bytes never."""
        stem, _, suffix = file.rpartition(".")
        folder = f"content/{post.show}/" + (f"{DRAFTS}/" if post.draft else "")
        for number in range(1, 100):
            target = f"{folder}{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
            episode = self._episode(post, target)
            key = episode.key if episode else target
            if target not in self.taken and (post.draft or key not in self.keys):
                self.taken.add(target)
                if not post.draft:
                    self.keys.add(key)
                return replace(post, target=target, episode=episode)
            if episode and post.meta.get("slug"):
                break
        self.omissions.append(Omission(post.name, "another episode of its show has the same slug in its front matter"))
        return None

    def _episode(self, post: Post, target: str) -> Episode | None:
        try:
            site = with_shows(self.site, [post.show])
            show = next(show for show in site.shows if show.slug == post.show)
            text = self.source.text(post.name)
            return parse_episode(target, text, site, show, self.now.timestamp()).episode
        except ContentError:
            return None


def _hides(meta: Mapping[str, Any]) -> bool:
    return _truth(meta.get("published")) is False or _truth(meta.get("draft")) is True


def _truth(value: object) -> bool | None:
    """What YAML 1.1, and so Jekyll, takes for true or false; None for anything else."""
    said = str(value).lower()
    return True if said in ("true", "yes", "on") else False if said in ("false", "no", "off") else None


def _show(name: str, special: str, categories: tuple[str, ...]) -> str:
    """The show of a post: its first category, else the folder that it lies in."""
    below = name.split(f"{special}/", 1)[1].split("/")[:-1]
    folders = [part for part in below if not part.isdigit()]
    slug = next((slug for slug in map(slugify, (*categories[:1], *folders)) if slug), FIRST_SHOW)
    return f"{slug}-show" if slug in RESERVED else slug


def _file_name(name: str, match: re.Match[str] | None, stem: str) -> str:
    """The name under which Longwave reads the same date and slug from it."""
    file = name.rpartition("/")[2]
    suffix = file.rpartition(".")[2]
    suffix = suffix if suffix.lower() in ("md", "markdown") else "md"
    if match is None:
        return f"{stem.lstrip('_.#')}.{suffix}"
    return f"{_year(match[1])}-{match[2]}-{match[3]}-{match[4]}.{suffix}"


def _year(digits: str) -> str:
    return digits if len(digits) == 4 else f"20{digits}"


def _bare(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]
