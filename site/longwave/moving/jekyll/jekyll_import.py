"""The import of a Jekyll site: everything is read and planned before anything is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from longwave.authoring.new_site import SCAFFOLD
from longwave.authoring.recordings import Progress
from longwave.authoring.safe_writing import replace_file, write_new
from longwave.config import Settings, read_settings
from longwave.edition.check.site_check import Inspection, feeds_of, inspect_site, site_problems
from longwave.errors import AWAITED, ContentError, LongwaveError
from longwave.moving.import_report import REPORT, Imported, Omission, Report
from longwave.moving.jekyll import old_addresses
from longwave.moving.jekyll.feed_templates import unread_feeds
from longwave.moving.jekyll.html_bodies import copied_text
from longwave.moving.jekyll.import_parts import ImportPart, NewFile, write_files
from longwave.moving.jekyll.includes_and_transcripts import plan_includes, plan_transcripts
from longwave.moving.jekyll.jekyll_site import SourceSite, open_jekyll_site
from longwave.moving.jekyll.old_audio import plan_audio
from longwave.moving.jekyll.old_feeds import read_feeds
from longwave.moving.jekyll.old_media import plan_images, redirects_by_folder
from longwave.moving.jekyll.old_pages import is_tag_page, plan_pages, plan_tag_pages
from longwave.moving.jekyll.placed_posts import place_posts
from longwave.moving.jekyll.posts import LOST_POST, Post, read_posts
from longwave.moving.jekyll.show_decisions import PodcastFeed, decide_shows
from longwave.moving.jekyll.show_tables import plan_shows
from longwave.moving.jekyll.site_settings import site_toml_from_config
from longwave.moving.lost_posts import keep_lost_posts, lost_post
from longwave.moving.proof import prove, report_of

_TITLE = "What moved here from Jekyll"
#: A piece of a text that may be a file's name: it has no spaces, slashes, quotes or brackets.
_WORD = re.compile(r"""[^\s"'()<>\[\]{}=,;|/]+""")
#: The reasons why folders of Jekyll's aren't imported.
_FOLDER_REASONS = {
    "_layouts": "Longwave has templates of its own: see docs/templates.md",
    "_sass": "styles: Longwave has its own, and content/theme.css for what you change",
    "_plugins": "a program of Jekyll's",
    "_data": "data, of which site.toml has what a text reads as site.data",
    "_includes": "an include that no episode and no page uses",
}
_UNREAD_FEED = "a feed of which no entry could be evaluated, so that it isn't compared with the new one"
_SUFFIX_REASONS = {
    (".css", ".scss", ".sass", ".less", ".js", ".coffee", ".ts", ".map", ".woff", ".woff2", ".ttf", ".eot", ".otf"):
        "styles, scripts and fonts: Longwave has its own",
    (".xml", ".rss", ".atom", ".json", ".xsl", ".xslt"): "feeds and sitemaps: Longwave makes its own",
}  # fmt: skip
#: The files of a site's root that belong to its build.
_BUILD_FILES = frozenset({"Gemfile", "Gemfile.lock", "Rakefile", "CNAME", "robots.txt", "package.json", "yarn.lock"})


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The files to be written into ``folder``, and the report of everything that was found while planning.

    ``podcasts`` are the old feeds with which the new ones are compared in the end.
    """

    folder: Path
    files: tuple[NewFile, ...]
    report: Report
    podcasts: tuple[PodcastFeed, ...] = ()

    @property
    def lost_posts(self) -> tuple[str, ...]:
        """Return the names of the published posts that Longwave can't read."""
        return tuple(each.subject for each in self.report.omissions if each.reason == LOST_POST)

    @property
    def bytes(self) -> int:
        """Return the number of bytes to copy, without the files that exist already."""
        copies = (file.data for file in self.files if not (self.folder / file.name).exists())
        return sum(data.stat().st_size for data in copies if isinstance(data, Path))


def plan(path: Path, folder: Path, now: datetime) -> ImportPlan:
    """Return the plan to import the Jekyll site in ``path`` into ``folder``; nothing is written yet.

    Posts dated after ``now`` count as unpublished. Raises LongwaveError when ``path`` holds no Jekyll site.
    """
    if path.resolve() == folder.resolve():
        raise LongwaveError(f"{folder}: expected another folder than the old site's.", "Name a new one with --into.")
    return _plan_files(open_jekyll_site(path, folder), folder, now)


def carry_out(import_plan: ImportPlan, progress: Progress = lambda _: None) -> Report:
    """Write the planned site and its report, and return the report.

    ``progress`` is called with the bytes just copied. Existing files are never overwritten, so an import can be
    repeated. Raises LongwaveError when a file can't be written.
    """
    report = import_plan.report + write_files(import_plan.files, import_plan.folder, progress)
    settings = read_settings({}, import_plan.folder)
    inspection = inspect_site(settings)
    report += Report(omissions=tuple(_unreadable(settings, inspection)))
    report += _proofs(settings, inspection, import_plan.podcasts, import_plan.lost_posts)
    _write_report(import_plan.folder / REPORT, report.markdown(_TITLE))
    return report


def _unreadable(settings: Settings, inspection: Inspection) -> Iterator[Omission]:
    """Yield an omission for each error that `longwave check` finds in the new site."""
    for problem in site_problems(settings, inspection):
        # The report's tasks name the awaited files already.
        if problem.level == "error" and problem.rule != AWAITED:
            subject = f"{problem.file}:{problem.line}: expected {problem.expected}, found {problem.found}"
            yield Omission(subject, "it is there as it was, and `longwave check` asks for it to be mended")


def _proofs(
    settings: Settings, inspection: Inspection, podcasts: Sequence[PodcastFeed], lost_posts: Sequence[str]
) -> Report:
    """Return a report of that in which the new feeds differ from the old podcast feeds, and of the lost posts."""
    keep_lost_posts(settings.old_feeds, lost_posts)
    lost = [lost_post(name) for name in lost_posts]
    if not podcasts:
        return report_of(lost) if lost else Report()
    rendered, report = feeds_of(inspection), Report()
    for podcast in podcasts:
        # Nobody knows which show a lost post belonged to, so the first comparison counts all of them.
        document, counted = podcast.feed.document, () if report.verdicts else lost
        report += prove(settings, rendered, podcast.show, document, podcast.feed.address, counted)
    return report


def _plan_files(source: SourceSite, folder: Path, now: datetime) -> ImportPlan:
    """Return the plan of the files of the new site in ``folder``."""
    found, report = read_posts(source, now)
    feeds = read_feeds(source, found)
    decided = decide_shows(source, found, feeds)
    posts, placed_report = place_posts(source, found, decided.by_post, now)
    shows = tuple(dict.fromkeys(post.show for post in posts))
    images, audio = plan_images(source), plan_audio(source, posts, feeds)
    tags, pages = plan_tag_pages(source, posts), plan_pages(source, shows)
    texts = [*pages.texts, *_bodies(source, posts)]
    includes, transcripts = plan_includes(source, texts), plan_transcripts(source, posts)
    parts = (audio.part, images, tags, pages, includes, transcripts)
    settings = plan_shows(source, posts, feeds, decided, audio, images)
    redirects: dict[str, str | Mapping[str, Any]] = {
        **_redirects_of_files([tags, pages], old_addresses.feed_redirects(source, feeds, posts), [images, audio.part]),
        **old_addresses.post_redirects(posts),
        **old_addresses.list_redirects(source, shows),
        **old_addresses.baseurl_redirects(source.base),
        **old_addresses.forced_feed_redirects(decided.podcasts),
    }
    texts += includes.texts
    public = [
        *audio.part.unnamed,
        *_unnamed_images(images.files, [*texts, str(settings.tables), str(settings.channels)]),
    ]
    read_by_feeds = {name for feed in feeds for name in feed.settings}
    toml, unknown = site_toml_from_config(
        source, settings.tables, redirects, texts, public, settings.channels, read_by_feeds
    )
    files = (
        *(copied_text(source, post.name, post.target) for post in posts),
        *(file for part in (*parts[2:], images, audio.part) for file in part.files),
        NewFile("content/site.toml", toml.encode()),
        *(NewFile(name, text.encode()) for name, text in SCAFFOLD.items()),
    )
    report = Report(_episode_counts(posts, shows)) + report + placed_report
    report += Report((Imported("redirects", len(redirects), "content/site.toml"),))
    for part in parts:
        report += part.report
    report += Report((), (*source.omissions, *settings.omissions, *unknown), settings.tasks)
    unread = unread_feeds(source, {feed.address for feed in feeds})
    report += Report(omissions=tuple(Omission(name, _UNREAD_FEED) for name in unread))
    report += Report(omissions=tuple(_ignored_files(source, files, report)))
    return ImportPlan(folder, files, report, decided.podcasts)


def _redirects_of_files(
    pages: Sequence[ImportPart], feeds: Mapping[str, str], media: Sequence[ImportPart]
) -> Mapping[str, str]:
    """Return the necessary redirects of pages, feeds and media, the media's joined by their folders."""
    of_pages = {old: new for part in pages for old, new in part.redirects.items()}
    of_pages |= dict(feeds)
    of_media = redirects_by_folder({old: new for part in media for old, new in part.redirects.items()})
    necessary = old_addresses.necessary_redirects
    return {**dict(necessary(of_pages)), **dict(necessary(of_media))}


def _episode_counts(posts: Sequence[Post], shows: Sequence[str]) -> tuple[Imported, ...]:
    published = Counter(post.show for post in posts if not post.draft)
    drafts = Imported("drafts", sum(post.draft for post in posts))
    return (drafts, *(Imported("episodes", published[show], f"content/{show}/") for show in shows))


def _unnamed_images(images: Sequence[NewFile], texts: Sequence[str]) -> Iterator[str]:
    """Yield the names below content/ of images that no text names, which become public, as Jekyll serves them too."""
    words = {word for text in texts for word in _WORD.findall(text)}
    names = (file.name.removeprefix("content/") for file in images)
    yield from (name for name in names if name.rpartition("/")[2] not in words)


def _bodies(source: SourceSite, posts: Sequence[Post]) -> Iterator[str]:
    for post in posts:
        try:
            yield source.text(post.name)
        except ContentError:
            continue


def _ignored_files(source: SourceSite, files: Sequence[NewFile], report: Report) -> Iterator[Omission]:
    """Yield an omission for each file of the old site that is neither imported nor in the report."""
    imported = {file.data for file in files if isinstance(file.data, Path)}
    reported = {omission.subject.partition(":")[0] for omission in report.omissions}
    for name in source.files:
        is_page = name.endswith((".md", ".html", ".htm", ".markdown")) and not name.startswith("_")
        is_known = source.path(name) in imported or name in reported or name in ("_config.yml", "_config.yaml")
        if not (is_known or is_page or is_tag_page(name)):
            yield Omission(name, _reason_to_ignore(name))


def _reason_to_ignore(name: str) -> str:
    folder = name.split("/")[0]
    if name.startswith(".") or name in _BUILD_FILES or name.endswith(".gemspec"):
        return "how the old site was built and kept"
    if folder in _FOLDER_REASONS:
        return _FOLDER_REASONS[folder]
    by_suffix = (reason for suffixes, reason in _SUFFIX_REASONS.items() if name.lower().endswith(suffixes))
    collection = "a collection that Longwave doesn't know" if folder.startswith("_") else ""
    return next(by_suffix, collection) or "Longwave serves only pages, pictures and audio"


def _write_report(path: Path, text: str) -> None:
    """Write the report over that of an earlier run, but not over another file of the same name."""
    if not path.exists():
        write_new(path, text)
    elif path.is_file() and path.read_text("utf-8", "replace").startswith(f"# {_TITLE}\n"):
        replace_file(path, text)
