"""The move as a whole: look, plan, write, report. Nothing is written before everything has been read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from longwave.authoring.new_site import SCAFFOLD
from longwave.authoring.recordings import Progress
from longwave.authoring.safe_writing import replace_file, write_new
from longwave.config import read_settings
from longwave.edition.site_check import look, site_problems
from longwave.errors import ContentError, LongwaveError
from longwave.moving.import_report import REPORT, Imported, Omission, Report
from longwave.moving.jekyll import old_addresses, old_media, pages_and_includes
from longwave.moving.jekyll.import_parts import File, written
from longwave.moving.jekyll.jekyll_site import Source, open_source
from longwave.moving.jekyll.old_feeds import OldFeed, read_feeds
from longwave.moving.jekyll.old_guids import kept_guids, same_time
from longwave.moving.jekyll.posts import Post, read_posts
from longwave.moving.jekyll.site_settings import site_file

_TITLE = "What moved here from Jekyll"
#: What may be the name of a file, without its folders.
_WORD = re.compile(r"""[^\s"'()<>\[\]{}=,;|/]+""")
_WHY = {
    "_layouts": "Longwave has templates of its own: see docs/templates.md",
    "_sass": "styles: Longwave has its own, and content/theme.css for what you change",
    "_plugins": "a program of Jekyll's",
    "_data": "data, of which site.toml has what a text reads as site.data",
    "_includes": "an include that no episode and no page uses",
}
_SUFFIXES = {
    (".css", ".scss", ".sass", ".less", ".js", ".coffee", ".ts", ".map", ".woff", ".woff2", ".ttf", ".eot", ".otf"):
        "styles, scripts and fonts: Longwave has its own",
    (".xml", ".rss", ".atom", ".json", ".xsl", ".xslt"): "feeds and sitemaps: Longwave makes its own",
}  # fmt: skip
_BUILDING = frozenset({"Gemfile", "Gemfile.lock", "Rakefile", "CNAME", "robots.txt", "package.json", "yarn.lock"})


@dataclass(frozen=True, slots=True)
class Move:
    """What is going to be written into ``folder``, and what is known before."""

    folder: Path
    files: tuple[File, ...]
    report: Report

    @property
    def bytes(self) -> int:
        """How much there is to copy; nothing of what is there already."""
        copies = (file.data for file in self.files if not (self.folder / file.name).exists())
        return sum(data.stat().st_size for data in copies if isinstance(data, Path))


def plan(path: Path, folder: Path, now: datetime) -> Move:
    """Read the Jekyll site in ``path``, which becomes a site in ``folder``; nothing is written.

    Raises LongwaveError when ``path`` holds no Jekyll site.
    """
    if path.resolve() == folder.resolve():
        raise LongwaveError(f"{folder}: expected another folder than the old site's.", "Name a new one with --into.")
    files, report = _planned(open_source(path, folder), now)
    return Move(folder, files, report)


def carry_out(move: Move, progress: Progress = lambda _: None) -> Report:
    """Write the new site; what was taken and what was left. ``progress`` is told the bytes of each piece copied.

    A file that is there already is never overwritten, so it may be done again. Raises LongwaveError when something
    can't be written.
    """
    report = move.report + written(move.files, move.folder, progress)
    report += Report(omissions=tuple(_to_mend(move.folder)))
    _write_report(move.folder / REPORT, report.markdown(_TITLE))
    return report


def _to_mend(folder: Path) -> Iterator[Omission]:
    """What Longwave can't read or show of the new site."""
    settings = read_settings({}, folder)
    for problem in site_problems(settings, look(settings)):
        if problem.level == "error":
            what = f"{problem.file}:{problem.line}: expected {problem.expected}, found {problem.found}"
            yield Omission(what, "it is there as it was, and `flask check` asks for it to be mended")


def _planned(source: Source, now: datetime) -> tuple[tuple[File, ...], Report]:
    posts, report = read_posts(source, now)
    shows = tuple(dict.fromkeys(post.show for post in posts))
    feeds = read_feeds(source, posts)
    pictures, sounds = old_media.pictures(source, posts), old_media.sounds(source, posts, feeds)
    tags, pages = pages_and_includes.tags(source, posts), pages_and_includes.pages(source, shows)
    texts = [*pages.texts, *_bodies(source, posts)]
    includes, transcripts = pages_and_includes.includes(source, texts), pages_and_includes.transcripts(source, posts)
    redirects = {
        **dict(old_addresses.needed({**tags.moved, **pages.moved, **old_addresses.of_feeds(source, feeds, posts)})),
        **dict(old_addresses.needed(old_media.by_folder({**pictures.moved, **sounds.moved}))),
        **old_addresses.of_posts(posts),
        **old_addresses.of_lists(source, shows),
        **old_addresses.below(source.base),
    }
    tables, omissions = _tables(source, posts, feeds, sounds.shows)
    texts += includes.texts
    public = [*sounds.unnamed, *_unnamed(pictures.files, texts)]
    toml, unknown = site_file(source, tables, redirects, texts, public)
    parts = (tags, pages, includes, transcripts)
    files = (
        *(File(post.target, source.path(post.name)) for post in posts),
        *(file for part in (*parts, pictures, sounds) for file in part.files),
        File("content/site.toml", toml.encode()),
        *(File(name, text.encode()) for name, text in SCAFFOLD.items()),
    )
    counts = [Imported("drafts", sum(post.draft for post in posts))]
    counts += [
        Imported("episodes", sum(post.show == show and not post.draft for post in posts), f"content/{show}/")
        for show in shows
    ]
    report = Report(tuple(counts), report.omissions) + Report(
        (Imported("redirects", len(redirects), "content/site.toml"),)
    )
    for part in (sounds, pictures, *parts):
        report += part.report
    report += Report(omissions=(*source.omissions, *omissions, *unknown))
    return files, report + Report(omissions=tuple(_rest(source, files, report)))


def _unnamed(pictures: Sequence[File], texts: Sequence[str]) -> Iterator[str]:
    """The pictures that no text names, below content/: Jekyll serves every file there is."""
    words = {word for text in texts for word in _WORD.findall(text)}
    names = (file.name.removeprefix("content/") for file in pictures)
    yield from (name for name in names if name.rpartition("/")[2] not in words)


def _bodies(source: Source, posts: Sequence[Post]) -> Iterator[str]:
    for post in posts:
        try:
            yield source.text(post.name)
        except ContentError:
            continue


def _tables(
    source: Source, posts: Sequence[Post], feeds: Sequence[OldFeed], sounds: Mapping[str, Mapping[str, str]]
) -> tuple[Mapping[str, Mapping[str, Any]], tuple[Omission, ...]]:
    """The table of each show, that with the most audio first: where to subscribe is said of that one."""
    by_show: dict[str, list[Post]] = {}
    for post in posts:
        by_show.setdefault(post.show, []).append(post)
    tables: dict[str, Mapping[str, Any]] = {}
    omissions: list[Omission] = []
    for show, its in sorted(by_show.items(), key=lambda pair: (-_heard(pair[1]), -len(pair[1]))):
        guids, lost = kept_guids(source, show, its, feeds)
        # With one show the site's title is the show's.
        title = {"title": source.text_setting("title")} if len(by_show) == 1 else {}
        order, mixed = same_time(its, feeds)
        tables[show] = {**title, **sounds.get(show, {}), **order, **guids}
        omissions.extend((*lost, *mixed))
    return tables, tuple(omissions)


def _heard(posts: Sequence[Post]) -> int:
    """How many of these say how long their audio is, or where."""
    return sum(bool(post.episode and post.episode.enclosure and post.episode.enclosure.expected) for post in posts)


def _rest(source: Source, files: Sequence[File], report: Report) -> Iterator[Omission]:
    """Every file that nothing above has taken or told of."""
    taken = {file.data for file in files if isinstance(file.data, Path)}
    told = {omission.subject.partition(":")[0] for omission in report.omissions}
    for name in source.files:
        is_page = name.endswith((".md", ".html", ".htm", ".markdown")) and not name.startswith("_")
        known = source.path(name) in taken or name in told or name in ("_config.yml", "_config.yaml")
        if not (known or is_page or pages_and_includes.is_tag_file(name)):
            yield Omission(name, _why(name))


def _why(name: str) -> str:
    top = name.split("/")[0]
    if name.startswith(".") or name in _BUILDING or name.endswith(".gemspec"):
        return "how the old site was built and kept"
    if top in _WHY:
        return _WHY[top]
    by_suffix = (why for suffixes, why in _SUFFIXES.items() if name.lower().endswith(suffixes))
    collection = "a collection that Longwave doesn't know" if top.startswith("_") else ""
    return next(by_suffix, collection) or "Longwave serves only pages, pictures and audio"


def _write_report(path: Path, text: str) -> None:
    """The report is of the last run; a file of the same name that somebody else wrote stays."""
    if not path.exists():
        write_new(path, text)
    elif path.is_file() and path.read_text("utf-8", "replace").startswith(f"# {_TITLE}\n"):
        replace_file(path, text)
