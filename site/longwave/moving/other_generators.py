"""Recognizing sites and exports that no importer reads, to say what helps instead."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from longwave.errors import LongwaveError
from longwave.moving.rss.feed_values import host_without_www

_MAX_BYTES = 2_000_000
_MAX_FEEDS_READ = 500
#: The bytes at the beginning of an export in which its kind stands.
_MAX_HEAD = 20_000
_PACKAGE = "package.json"
_URL = r"""https?://[^\s"'`<>\\\x00-\x1f]{1,2000}"""
_ADDRESS = re.compile(_URL)
_IS = r"""["']?\s{0,9}[:=]\s{0,9}["'`]?"""
#: A setting for the address of a feed, such as `feedlink = "https://…"`.
_FEED_SETTING = re.compile(rf"\b\w{{0,30}}(?:feed|rss)\w{{0,30}}{_IS}({_URL})", re.IGNORECASE)
_FEED_ADDRESS = re.compile(r"(?:\.(?:xml|rss)|/(?:feed|rss|podcast)/?)(?:\?.*)?\Z", re.IGNORECASE)
#: A setting for the site's own address.
_HOME = re.compile(rf"\b(?:baseurl|base_url|siteurl|site_url|site|url){_IS}({_URL})", re.IGNORECASE)
_GHOST = re.compile(r'\s*\{\s*"(?:db|meta|data)"\s*:')
#: The folders of a Hugo site's content whose lists are likely to be the podcast's feed.
_SECTIONS = ("episode", "episodes", "podcast", "podcasts", "shows")


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator of sites: its name, patterns of files that only its sites have, and the folders it builds into.

    ``packages`` are the names in package.json that mean it. ``feeds`` are the paths at which its sites mostly have
    their feeds.
    """

    name: str
    files: tuple[str, ...]
    built: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    needs: Callable[[Path], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Found:
    """A site or an export that can't be imported as it is: its name with an article, and what helps."""

    name: str
    hint: str


def _is_hugo_config(path: Path) -> bool:
    return bool(re.search(r"(?im)^\s*[\"']?(baseurl|theme|languageCode|title)[\"']?\s*[:=]", _read(path)))


def _is_zola_config(path: Path) -> bool:
    return bool(re.search(r"(?m)^\s*base_url\s*=", _read(path)))


def _is_octopress(path: Path) -> bool:
    return "octopress" in _read(path).lower()


_GENERATORS = (
    Generator("an Eleventy site", (".eleventy.*", "eleventy.config.*"), ("_site", "dist", "public"),
              ("@11ty/eleventy",), ("feed.xml", "feed/feed.xml")),
    Generator("a Gatsby site", ("gatsby-config.*", "gatsby-node.*"), ("public",), ("gatsby",), ("rss.xml",)),
    Generator("an Astro site", ("astro.config.*",), ("dist",), ("astro",), ("rss.xml",)),
    Generator("a Hexo site", ("_config.*.yml",), ("public",), ("hexo",), ("rss2.xml", "atom.xml")),
    Generator("a Next.js site", ("next.config.*",), ("out",), ("next",), ("feed.xml", "rss.xml")),
    Generator("a Nuxt site", ("nuxt.config.*",), (".output/public", "dist"), ("nuxt",), ("feed.xml", "rss.xml")),
    Generator("a VuePress or VitePress site", (".vuepress", ".vitepress"), ("dist",), ("vuepress", "vitepress")),
    Generator("a SvelteKit site", ("svelte.config.*",), ("build",), ("@sveltejs/kit",), ("rss.xml",)),
    Generator("an Octopress site", ("Rakefile", "_config.yml"), ("public",), (), ("atom.xml",), _is_octopress),
    Generator("a Pelican site", ("pelicanconf.py",), ("output",), (), ("feeds/all.rss.xml", "feeds/all.atom.xml")),
    Generator("a Nikola site", ("conf.py",), ("output",), (), ("rss.xml",), lambda path: "BLOG_TITLE" in _read(path)),
    Generator("a Middleman site", ("config.rb",), ("build",), (), ("feed.xml",)),
    Generator("a Zola site", ("config.toml", "zola.toml"), ("public",), (), ("rss.xml", "atom.xml"), _is_zola_config),
    Generator("a Hugo site", ("hugo.*", "config.toml", "config.yaml", "config.yml", "config.json", "archetypes",
                              "config/_default/*"),
              ("public",), ("hugo-bin", "hugo-extended"), ("index.xml",),
              lambda path: path.is_dir() or path.name.startswith("hugo.") or _is_hugo_config(path)),
    Generator("a Ghost installation", ("config.production.json", "content/themes", ".ghost-cli"), (), ("ghost",),
              ("rss/",)),
    Generator("a WordPress installation", ("wp-config.php", "wp-content"), (), (), ("feed/podcast/", "feed/")),
)  # fmt: skip


def recognize_folder(root: Path) -> Found | None:
    """Return the generator whose site lies in a folder, and what helps its owner; None if it is unknown."""
    packages = _packages(root)
    for generator in _GENERATORS:
        marks = [path for pattern in generator.files for path in sorted(root.glob(pattern)) if generator.needs(path)]
        if marks or packages & set(generator.packages):
            return Found(generator.name, _hint(root, generator))
    exports = [path for path in sorted(root.iterdir()) if path.is_file() and path.suffix.lower() in (".xml", ".json")]
    return next((found for path in exports if (found := recognize_file(path))), None)


def recognize_file(path: Path) -> Found | None:
    """Return the kind of export that a file is, and what helps its owner; None if it is unknown."""
    text = _read(path)
    if is_wordpress_export(text):
        return wordpress_export(text)
    if path.suffix.lower() == ".json" and _GHOST.match(text) and '"posts"' in text and '"version"' in text:
        homes = re.findall(r'"(?:canonical_url|url)"\s*:\s*"(https?://[^/"\s]+)', text)
        return Found("a Ghost export", _feed_hint(homes[0] if homes else "", ("rss/",)))
    return None


def is_wordpress_export(text: str) -> bool:
    """Return whether an XML text, or its beginning, is WordPress's export of a whole site (WXR)."""
    return "<wp:wxr_version>" in text[:_MAX_HEAD] or "wordpress.org/export/" in text[:_MAX_HEAD]


def wordpress_export(text: str) -> Found:
    """Return what helps whoever has WordPress's export of a site, from the text of that export."""
    home = re.search(r"<wp:base_blog_url>\s*(?:<!\[CDATA\[)?([^<\]\s]+)", text) or re.search(
        r"<link>\s*(https?://[^<\s]+)", text
    )
    return Found("a WordPress export", _feed_hint(home[1] if home else "", ("feed/podcast/", "feed/")))


def reject_other_sites(path: Path) -> None:
    """Raise LongwaveError if a path is the site of a generator, or an export, that isn't Jekyll's."""
    found = recognize_folder(path) if path.is_dir() else recognize_file(path) if path.is_file() else None
    if found:
        raise LongwaveError(f"{path}: expected a Jekyll site, found {found.name}.", found.hint)


def _hint(root: Path, generator: Generator) -> str:
    """Return the command that imports a built feed of a site, or the address of its feed if that can be known."""
    built = next(_built_feeds(root, generator.built), None)
    if built:
        return f"Its feed helps: `longwave import rss {shlex.quote(str(built))}`."
    texts = [_read(path) for path in _settings(root, generator)]
    home = next((match for text in texts for match in _HOME.findall(text)), "")
    stated = [match for text in texts for match in _FEED_SETTING.findall(text)]
    stated += [match for text in texts for match in _ADDRESS.findall(text) if _FEED_ADDRESS.search(match)]
    own = [address for address in stated if home and host_without_www(address) == host_without_www(home)]
    if stated:
        return f"Its feed helps: `longwave import rss {(own or stated)[0]}`."
    sections = [f"{name}/index.xml" for name in _SECTIONS if (root / "content" / name).is_dir()]
    return _feed_hint(home, (*sections, *generator.feeds))


def _feed_hint(home: str, feeds: Sequence[str]) -> str:
    if not home:
        return "Its podcast's feed helps: `longwave import rss FEED`."
    tried = " or ".join(f"{home.rstrip('/')}/{feed}" for feed in feeds)
    return f"Its podcast's feed helps: `longwave import rss FEED`; it may be {tried}." if tried else _feed_hint("", ())


def _built_feeds(root: Path, folders: Sequence[str]) -> Iterator[Path]:
    """Yield the feeds with enclosures below the folders into which a generator builds, the largest first."""
    for folder in folders:
        files = [path for end in ("xml", "rss") for path in sorted((root / folder).rglob(f"*.{end}"))]
        feeds = [path for path in files[:_MAX_FEEDS_READ] if path.is_file() and "<enclosure" in _read(path)]
        yield from sorted(feeds, key=lambda path: -path.stat().st_size)


def _settings(root: Path, generator: Generator) -> Iterator[Path]:
    """Yield the files that may state a site's addresses."""
    patterns = (*generator.files, "config/_default/*", "config/production/*", "_config.yml", "_data/*", "src/_data/*",
                "data/*", "src/config.*", "src/consts.*", "src/site.config.*", _PACKAGE)  # fmt: skip
    for pattern in dict.fromkeys(patterns):
        yield from (path for path in sorted(root.glob(pattern)) if path.is_file())


def _packages(root: Path) -> set[str]:
    with suppress(ValueError, AttributeError, TypeError, RecursionError):
        table = json.loads(_read(root / _PACKAGE) or "{}")
        return {name for key in ("dependencies", "devDependencies") for name in table.get(key) or {}}
    return set()


def _read(path: Path) -> str:
    """Return the beginning of a file as text; empty for one that can't be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            return stream.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
