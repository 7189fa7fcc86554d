"""``_config.yml`` becomes ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

from longwave.authoring.literals import fits_site_toml, quoted, toml_key, toml_value
from longwave.content.fields.frontmatter import load
from longwave.errors import ContentError
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.posts import site_zone

_READ = re.compile(r"\bsite\.([A-Za-z_]\w*)((?:\.[A-Za-z_][\w-]*)*)")
_DATA = re.compile(r"\bsite\.data\.([A-Za-z_][\w-]*)")
#: Bytes of a file of data that may stand in site.toml.
_MOST_DATA = 100_000
#: What Longwave gives Liquid itself, or what only Jekyll has.
_OURS = frozenset(
    {"title", "description", "url", "baseurl", "language", "time", "data", "posts", "pages", "tags"}
    | {"redirects", "shows", "security", "public"}
)
#: How Jekyll is to build, which says nothing of the site.
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
#: Where people subscribe and follow: the label of a key, by how it begins.
_SERVICES = {
    "apple": "Apple Podcasts", "itunes": "Apple Podcasts", "spotify": "Spotify", "overcast": "Overcast",
    "pocketcasts": "Pocket Casts", "pocket_casts": "Pocket Casts", "amazon": "Amazon Music", "youtube": "YouTube",
    "google": "Google Podcasts", "stitcher": "Stitcher", "tunein": "TuneIn", "castro": "Castro", "deezer": "Deezer",
    "castbox": "Castbox", "podchaser": "Podchaser", "iheart": "iHeartRadio", "fyyd": "fyyd",
}  # fmt: skip
_NESTED = ("podcast", "itunes", "feed", "social", "subscribe", "links", "subscriptions", "platforms")


def site_file(
    source: Source,
    shows: Mapping[str, Mapping[str, Any]],
    redirects: Mapping[str, str],
    texts: Iterable[str],
    public: Iterable[str],
) -> tuple[str, tuple[Omission, ...]]:
    """The text of ``site.toml``, and every setting that isn't in it. ``texts`` are those that read ``site.*``.

    ``public`` are the files below content/ that nothing names.
    """
    settings = _Settings(source)
    known = settings.known()
    texts = tuple(texts)
    read, missing = _read(source, texts, known)
    read = {**read, **_data(source, texts)}
    lines = ["# Made by `flask import jekyll`; docs/content.md of Longwave says what else can stand here.", ""]
    lines += [f"{name} = {toml_value(item)}" for name, item in known.items()]
    lines += [f"{toml_key(name)} = {toml_value(item)}" for name, item in read.items()]
    served = [name for name in public if _is_good("public", [name])]
    lines += [f"public = {toml_value(served)}"] if served else []
    if redirects:
        # Of two addresses that differ by what no line can hold, one stands.
        on_lines = {quoted(old): quoted(new) for old, new in redirects.items()}
        lines += ["", "[redirects]", *(f"{old} = {new}" for old, new in on_lines.items())]
    for show, table in shows.items():
        plain = {name: item for name, item in table.items() if not isinstance(item, Mapping) and item}
        if show == next(iter(shows)) and settings.links:
            plain["links"] = [{"label": label, "url": url} for url, label in settings.links.items()]
        lines += ["", f"[shows.{toml_key(show)}]", *(f"{name} = {toml_value(item)}" for name, item in plain.items())]
        for name, item in table.items():
            if isinstance(item, Mapping) and item:
                lines += [
                    "",
                    f"[shows.{toml_key(show)}.{name}]",
                    *(f"{toml_key(k)} = {toml_value(v)}" for k, v in item.items()),
                ]
    return "\n".join(lines) + "\n", (*missing, *settings.unknown(read))


class _Settings:
    def __init__(self, source: Source) -> None:
        self.source, self.used = source, set[str]()
        self.links: dict[str, str] = {}

    def known(self) -> Mapping[str, Any]:
        """The keys of ``site.toml`` that ``_config.yml`` says, those that can't be used left out."""
        author, email = self._author()
        wanted = {
            "title": self._said("title", "name", "podcast.title"),
            "description": self._said("description", "podcast.description", "podcast.summary", "tagline", "subtitle"),
            "url": self._used("url", "baseurl") or self.source.url,
            "language": self._said("lang", "locale", "language", "podcast.language").replace("_", "-"),
            "timezone": str(site_zone(self.source)),
            "author": self._whole_author() or author,
            "owner": {"name": author or self.source.text_setting("title"), "email": email} if email else None,
            "image": self._said(
                "podcast.image", "podcast.cover", "itunes_image", "itunes.image", "cover", "image", "logo"
            ),
            "categories": self._categories(),
            "explicit": self._explicit(),
            "copyright": self._said("copyright", "podcast.copyright"),
            "per_page": self.source.config.get("paginate"),
        }
        self._subscriptions()
        return {name: item for name, item in wanted.items() if item not in ("", None) and _is_good(name, item)}

    def _said(self, *names: str) -> str:
        for name in names:
            found = self.source.text_setting(name)
            if found:
                self.used.add(name)
                return " ".join(found.split())
        return ""

    def _used(self, *names: str) -> str:
        self.used.update(names)
        return ""

    def _author(self) -> tuple[str, str]:
        names = (
            "podcast.author",
            "author.name",
            "author",
            "podcast.owner.name",
            "itunes_author",
            "owner.name",
            "owner",
        )
        emails = ("podcast.owner.email", "podcast.email", "itunes_email", "owner.email", "author.email", "email")
        return self._said(*names), self._said(*emails)

    def _whole_author(self) -> Mapping[str, Any] | None:
        """An author who is a map stays one, as texts read ``site.author.name``."""
        author = self.source.config.get("author")
        return author if isinstance(author, Mapping) and isinstance(author.get("name"), str) else None

    def _categories(self) -> list[str] | None:
        for name in (
            "podcast.categories",
            "podcast.category",
            "itunes_category",
            "itunes_categories",
            "itunes.category",
        ):
            found = self.source.setting(name)
            listed = found if isinstance(found, list) else [found] if found else []
            texts = [_category(one) for one in listed]
            good = [text for text in texts if text and _is_good("categories", [text])]
            if good:
                self.used.add(name)
                return good
        return None

    def _explicit(self) -> bool | None:
        for name in ("podcast.explicit", "itunes_explicit", "itunes.explicit", "explicit"):
            found = self.source.setting(name)
            if found is not None:
                self.used.add(name)
                return str(found).lower() in ("true", "yes", "explicit")
        return None

    def _subscriptions(self) -> None:
        for name, found in self._named():
            begin = name.rpartition(".")[2].lower()
            label = next((label for start, label in _SERVICES.items() if begin.startswith(start)), "")
            if label and isinstance(found, str) and found.startswith(("https://", "http://")):
                self.used.add(name)
                self.links.setdefault(found, label)

    def _named(self) -> Iterator[tuple[str, Any]]:
        for name, found in self.source.config.items():
            yield name, found
            if name in _NESTED and isinstance(found, Mapping):
                yield from ((f"{name}.{inner}", item) for inner, item in found.items())

    def unknown(self, read: Mapping[str, Any]) -> tuple[Omission, ...]:
        """What ``_config.yml`` says and ``site.toml`` doesn't."""
        omissions = []
        for name, _ in self._named():
            top = name.partition(".")[0]
            nested = any(one.startswith(f"{name}.") for one in self.used)
            if name in self.used or name in read or top in read or nested or name in _BUILDING:
                continue
            omissions.append(
                Omission(f"_config.yml: {name}", "a setting that Longwave doesn't know, and no text reads")
            )
        return tuple(omissions)


def _category(one: Any) -> str:
    if isinstance(one, Mapping):
        name, sub = one.get("name") or one.get("text"), one.get("sub") or one.get("subcategory")
        return f"{name} > {sub}" if sub else str(name or "")
    text = re.sub(r"\s*(?:/|::|>|:)\s*", " > ", str(one), count=1)
    return text.replace("&amp;", "&").strip()


def _is_good(name: str, item: Any) -> bool:
    return fits_site_toml(f"{toml_key(name)} = {toml_value(item)}")


def _data(source: Source, texts: Iterable[str]) -> Mapping[str, Any]:
    """``data``: those files of ``_data`` that texts read as ``site.data.<name>``."""
    found = {}
    for name in sorted({name for text in texts for name in _DATA.findall(text)}):
        file = next((f"_data/{name}{end}" for end in (".yml", ".yaml", ".json") if f"_data/{name}{end}" in source), "")
        try:
            # A list is as good as a map here, and JSON is YAML.
            text = source.text(file, _MOST_DATA).removeprefix("---\n") if file else ""
            found[name] = load(file, f"{name}:\n{indent(text, ' ')}").get(name)
        except ContentError:
            continue
    kept = {name: data for name, data in found.items() if data is not None}
    return {"data": kept} if kept else {}


def _read(
    source: Source, texts: Iterable[str], known: Mapping[str, Any]
) -> tuple[Mapping[str, Any], tuple[Omission, ...]]:
    """The settings that texts read as ``site.<key>``, under the same keys; and those that can't have them."""
    names = sorted({match[1] for text in texts for match in _READ.finditer(text)} - _OURS)
    read, omissions = {}, []
    for name in names:
        found = source.config.get(name)
        if found is None:
            continue
        if name in known:
            if known[name] != found:
                omissions.append(Omission(f"site.{name}", "read by a text, but another thing in site.toml"))
        elif (
            isinstance(found, list)
            and any(isinstance(item, (list, Mapping)) for item in found)
            and not _is_good(name, found)
        ):
            omissions.append(Omission(f"site.{name}", "read by a text, but it can't stand in site.toml"))
        elif _is_good(name, found):
            read[name] = found
        else:
            omissions.append(Omission(f"site.{name}", "read by a text, but another thing in site.toml"))
    return read, tuple(omissions)
