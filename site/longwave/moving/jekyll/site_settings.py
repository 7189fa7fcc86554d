"""The settings of ``_config.yml`` as ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

from longwave.authoring.literals import fits_site_toml, quoted, toml_value
from longwave.content.fields.plain_data import load_yaml
from longwave.content.site.site_toml import toml_key
from longwave.errors import ContentError
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_channels import language_of_layouts, own_values, shared_values
from longwave.moving.jekyll.posts import site_timezone
from longwave.moving.jekyll.subscribe_links import subscribe_links

_NESTED = ("podcast", "itunes", "feed", "social", "subscribe", "links", "subscriptions", "platforms")
_SITE_VARIABLE = re.compile(r"\bsite\.([A-Za-z_]\w*)((?:\.[A-Za-z_][\w-]*)*)")
_DATA_VARIABLE = re.compile(r"\bsite\.data\.([A-Za-z_][\w-]*)")
#: The limit in bytes on a data file that is copied into site.toml.
_MAX_DATA_BYTES = 100_000
#: The variables of ``site`` that Longwave provides itself, or that only Jekyll has.
_NOT_FROM_CONFIG = frozenset(
    {"title", "description", "url", "baseurl", "language", "time", "data", "posts", "pages", "tags"}
    | {"redirects", "shows", "security", "public"}
)
#: The settings that only tell Jekyll how to build the site.
_BUILDING = frozenset(
    """
    permalink markdown kramdown plugins gems exclude include sass assets highlighter paginate paginate_path
    defaults collections timezone encoding theme future show_drafts limit_posts lsi incremental source
    destination keep_files strict_front_matter liquid whitelist safe port host livereload profile verbose
    quiet pagination feed collections_dir layouts_dir includes_dir data_dir plugins_dir cache_dir
    jekyll-archives sitemap compress_html autoprefixer rdiscount redcarpet remote_theme repository algolia
    webrick excerpt_separator
    """.split()  # noqa: SIM905 - a list of so many would be a page
)


def site_toml_from_config(  # noqa: PLR0913, PLR0917 - each argument is a part of the file
    source: SourceSite,
    shows: Mapping[str, Mapping[str, Any]],
    redirects: Mapping[str, str | Mapping[str, Any]],
    texts: Iterable[str],
    public: Iterable[str],
    channels: Mapping[str, Mapping[str, Any]] | None = None,
    read_by_feeds: Iterable[str] = (),
) -> tuple[str, tuple[Omission, ...]]:
    """Return the text of ``site.toml``, and every setting of ``_config.yml`` that isn't in it.

    ``shows`` are the shows' tables, the main show's first. ``texts`` may read ``site.*`` by Liquid. ``public`` are the
    files below content/ that nothing names. ``channels`` are the keys that the old feeds' channels state, by show, and
    ``read_by_feeds`` the settings that those feeds read.
    """
    settings = _ConfigSettings(source)
    settings.used.update(read_by_feeds)
    known = settings.known()
    tables: dict[str, Mapping[str, Any]] = {}
    stated = channels or {}
    known = {**known, **shared_values(known, stated)}
    for show, table in shows.items():
        tables[show] = {**table, **own_values(known, stated.get(show, {}))}
    language = language_of_layouts(source) if "language" not in known else ""
    known = {**known, **({"language": language} if language and _fits("language", language) else {})}
    texts = tuple(texts)
    read, unusable = _settings_read_by_texts(source, texts, known)
    read = {**read, **_data_read_by_texts(source, texts)}
    lines = ["# Made by `longwave import jekyll`; docs/content.md of Longwave says what else can stand here.", ""]
    lines += [f"{name} = {toml_value(item)}" for name, item in known.items()]
    lines += [f"{toml_key(name)} = {toml_value(item)}" for name, item in read.items()]
    served = [name for name in public if _fits("public", [name])]
    lines += [f"public = {toml_value(served)}"] if served else []
    if redirects:
        # Quoting drops control characters, so two addresses may become one TOML key, which must not stand twice.
        unique = {quoted(old): toml_value(new) for old, new in redirects.items()}
        lines += ["", "[redirects]", *(f"{old} = {new}" for old, new in unique.items())]
    for show, table in tables.items():
        links = settings.links if show == next(iter(tables)) else {}
        lines += _show_lines(show, table, links)
    return "\n".join(lines) + "\n", (*unusable, *settings.unknown(read))


def _show_lines(show: str, table: Mapping[str, Any], links: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a show's table and of the tables within; ``links`` maps addresses to labels."""
    plain = {name: item for name, item in table.items() if not isinstance(item, Mapping) and item}
    if links:
        plain["links"] = [{"label": label, "url": url} for url, label in links.items()]
    yield from ("", f"[shows.{toml_key(show)}]", *(f"{name} = {toml_value(item)}" for name, item in plain.items()))
    for name, item in table.items():
        if isinstance(item, Mapping) and item:
            yield from ("", f"[shows.{toml_key(show)}.{name}]")
            yield from (f"{toml_key(key)} = {toml_value(value)}" for key, value in item.items())


class _ConfigSettings:
    """The settings of ``_config.yml``, of which those that were read are in ``used``."""

    def __init__(self, source: SourceSite) -> None:
        self.source, self.used = source, set[str]()
        self.links, names = subscribe_links(source.config)
        self.used.update(names)

    def known(self) -> Mapping[str, Any]:
        """Return the keys of ``site.toml`` with their values from ``_config.yml``, without unusable values."""
        author, email = self._author()
        self._mark_used(*_of_podcast("title"))
        values = {
            "title": self._first_text("title", "name", *_of_podcast("title", "name")),
            "description": self._first_text(
                "description", *_of_podcast("description", "summary", "subtitle"), "tagline", "subtitle"
            ),
            "url": self._mark_used("url", "baseurl") or self.source.url,
            "language": self._first_text("lang", "locale", "language", *_of_podcast("language", "lang")).replace(
                "_", "-"
            ),
            "timezone": str(site_timezone(self.source)),
            "author": self._author_map() or author,
            "owner": {"name": author or self.source.text_setting("title"), "email": email} if email else None,
            "image": self._first_text(
                *_of_podcast("image", "cover", "album_art", "cover_art", "coverart", "artwork", "art", "logo"),
                *("cover", "image", "logo"),
            ),
            "categories": self._categories(),
            "explicit": self._explicit(),
            "copyright": self._first_text("copyright", *_of_podcast("copyright")),
            "per_page": self.source.config.get("paginate"),
        }
        return {name: item for name, item in values.items() if item not in ("", None) and _fits(name, item)}

    def _first_text(self, *names: str) -> str:
        for name in names:
            text = self.source.text_setting(name)
            if text:
                self.used.add(name)
                return " ".join(text.split())
        return ""

    def _mark_used(self, *names: str) -> str:
        self.used.update(names)
        return ""

    def _author(self) -> tuple[str, str]:
        names = (
            *_of_podcast("author", "owner.name", "owner", "owner_name"),
            "author.name",
            "author",
            "owner.name",
            "owner",
        )
        emails = (*_of_podcast("owner.email", "owner_email", "email"), "owner.email", "author.email", "email")
        return self._first_text(*names), self._first_text(*emails)

    def _author_map(self) -> Mapping[str, Any] | None:
        """Return the author if it is a map, which stays one because texts may read ``site.author.name``."""
        author = self.source.config.get("author")
        return author if isinstance(author, Mapping) and isinstance(author.get("name"), str) else None

    def _categories(self) -> list[str] | None:
        for name in _of_podcast("categories", "category"):
            value = self.source.setting(name)
            listed = value if isinstance(value, list) else [value] if value else []
            texts = [_category(item) for item in listed]
            categories = [text for text in texts if text and _fits("categories", [text])]
            if categories:
                self.used.add(name)
                return categories
        return None

    def _explicit(self) -> bool | None:
        for name in (*_of_podcast("explicit"), "explicit"):
            value = self.source.setting(name)
            if value is not None:
                self.used.add(name)
                return str(value).lower() in ("true", "yes", "explicit")
        return None

    def _named_settings(self) -> Iterator[tuple[str, Any]]:
        for name, value in self.source.config.items():
            yield name, value
            if name in _NESTED and isinstance(value, Mapping):
                yield from ((f"{name}.{key}", item) for key, item in value.items())

    def unknown(self, read: Mapping[str, Any]) -> tuple[Omission, ...]:
        """Return an omission for each setting that neither ``site.toml`` nor a text uses."""
        omissions = []
        for name, _ in self._named_settings():
            top = name.partition(".")[0]
            nested = any(used.startswith(f"{name}.") for used in self.used)
            if name in self.used or name in read or top in read or nested or name in _BUILDING:
                continue
            omissions.append(
                Omission(f"_config.yml: {name}", "a setting that Longwave doesn't know, and no text reads")
            )
        return tuple(omissions)


def _of_podcast(*names: str) -> Iterator[str]:
    """Yield the settings in which themes keep a fact about the podcast: ``podcast.title``, ``podcast_title``..."""
    yield from (f"{prefix}{name}" for name in names for prefix in ("podcast.", "podcast_", "itunes.", "itunes_"))


def _category(value: Any) -> str:
    """Return a category as ``site.toml`` spells it, such as ``Arts > Books``; empty if there is no name."""
    if isinstance(value, Mapping):
        name, sub = value.get("name") or value.get("text"), value.get("sub") or value.get("subcategory")
        return f"{name} > {sub}" if sub else str(name or "")
    text = re.sub(r"\s*(?:/|::|>|:)\s*", " > ", str(value), count=1)
    return text.replace("&amp;", "&").strip()


def _fits(name: str, item: Any) -> bool:
    return fits_site_toml(f"{toml_key(name)} = {toml_value(item)}")


def _data_read_by_texts(source: SourceSite, texts: Iterable[str]) -> Mapping[str, Any]:
    """Return the key ``data`` with the files of ``_data`` that texts read as ``site.data.<name>``."""
    values = {}
    for name in sorted({name for text in texts for name in _DATA_VARIABLE.findall(text)}):
        file = next((f"_data/{name}{end}" for end in (".yml", ".yaml", ".json") if f"_data/{name}{end}" in source), "")
        try:
            # The file is parsed as front matter below a key, so that it may be a list; a JSON file is valid YAML, too.
            text = source.text(file, _MAX_DATA_BYTES).removeprefix("---\n") if file else ""
            values[name] = load_yaml(file, f"{name}:\n{indent(text, ' ')}").get(name)
        except ContentError:
            continue
    data = {name: value for name, value in values.items() if value is not None}
    return {"data": data} if data else {}


def _settings_read_by_texts(
    source: SourceSite, texts: Iterable[str], known: Mapping[str, Any]
) -> tuple[Mapping[str, Any], tuple[Omission, ...]]:
    """Return the settings that texts read as ``site.<key>``, and an omission for each that site.toml can't hold."""
    names = sorted({match[1] for text in texts for match in _SITE_VARIABLE.finditer(text)} - _NOT_FROM_CONFIG)
    read, omissions = {}, []
    for name in names:
        value = source.config.get(name)
        if value is None:
            continue
        if name in known:
            if known[name] != value:
                omissions.append(Omission(f"site.{name}", "read by a text, but another thing in site.toml"))
        elif _fits(name, value):
            read[name] = value
        elif isinstance(value, list) and any(isinstance(item, (list, Mapping)) for item in value):
            omissions.append(Omission(f"site.{name}", "read by a text, but it can't stand in site.toml"))
        else:
            omissions.append(Omission(f"site.{name}", "read by a text, but another thing in site.toml"))
    return read, tuple(omissions)
