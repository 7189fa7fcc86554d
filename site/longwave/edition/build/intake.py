"""The reading of content: each file is parsed, or its previous result reused; files that others need come first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from inspect import getfile
from pathlib import Path
from typing import Any

from longwave.config import VERSION, Settings
from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.content.folder import Kind, SourceFile, scan_folder
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.site.guest_tag_page_files import parse_page
from longwave.content.site.site_toml import SITE_FILE, parse_site, with_shows
from longwave.disk import source_digest
from longwave.edition.build.due import Due, is_out
from longwave.edition.build.faults import Fault
from longwave.edition.build.kept_files import kept_files
from longwave.edition.build.record_parsers import PARSERS, Parse, mentions_of
from longwave.edition.build.source_reader import SourceReader
from longwave.edition.past.history import Past
from longwave.edition.store.edition_data import Intake, Source
from longwave.edition.store.records import EPISODE, PAGE, SITE, TAG, TEXT, digest, dump
from longwave.errors import LongwaveError, Problem
from longwave.model import Episode, Page, Show, Site
from longwave.routes import path_for
from longwave.urls import ROOT_HINT, site_address

_PACKAGE = Path(__file__).parents[2]
_READERS = (Path(__file__), Path(getfile(SourceReader)), Path(getfile(mentions_of)), Path(getfile(dump)))
#: A digest of the code that reads content and of the model, so that all files are read again once either has changed.
READING = source_digest(_PACKAGE / "content", *sorted(_PACKAGE.glob("model*")), *_READERS)
#: The seconds for which a file may be missing before it counts as deleted, as many editors save by two renames.
_AWAY = 0.05
#: So many new transcripts are read at once; more may be left for later.
_MANY_TRANSCRIPTS = 20


@dataclass(frozen=True, slots=True)
class TranscriptReading:
    """The way in which new transcripts are read: many of them are left for a ``later`` build, or all are read now.

    ``progress`` is called with the number of transcripts that have been read, and of all.
    """

    later: bool = False
    progress: Callable[[int, int], None] | None = None


#: All transcripts are read at once, without a report of the progress.
READ_NOW = TranscriptReading()


@dataclass(frozen=True, slots=True)
class Reuse:
    """The parsed files of the previous edition that may be reused, and the files that aren't to be read.

    ``sources`` are those of the previous edition; with ``reread``, they are used only for files that are broken now.
    The files named in ``faults`` aren't read, and ``transcripts`` says whether new transcripts are. With ``due``,
    changed files are read only if they belong to due episodes.
    """

    sources: Mapping[str, Source]
    reread: bool
    past: Past
    faults: Mapping[str, Fault]
    due: Due | None = None
    transcripts: TranscriptReading = READ_NOW


def read_content(settings: Settings, reuse: Reuse, now: datetime, read_episode: Callable[[str], Episode]) -> Intake:
    """Return the content of the site's folder, read as of ``now``. Raises LongwaveError and OSError."""
    files, problems = scan_folder(settings.content)
    if not reuse.sources.keys() <= {file.name for file in files}:
        time.sleep(_AWAY)
        files, problems = scan_folder(settings.content)
    kept = tuple(kept_files(settings.root, reuse.sources, files, problems))
    files = tuple(sorted((*files, *kept), key=lambda file: file.name)) if kept else files
    # The folder scan's problem is dropped for a file that ``kept_files`` has already reported, with a hint.
    own = {file.name for file in kept}
    problems = tuple(problem for problem in problems if problem.file not in own)
    reader = SourceReader(reuse.sources, reuse.faults, reuse.reread)
    due = reuse.due
    if due is not None:
        files = tuple(file for file in files if due.includes(file))
        names = {file.name for file in files} | due.episodes.keys()
        reader.sources |= {name: source for name, source in reuse.sources.items() if name not in names}
    by_kind: dict[Kind, list[SourceFile]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(file)
    constant = digest(VERSION, READING)
    for kind, (parse, limit) in PARSERS.items():
        if kind == "transcript":
            _read_transcripts(reader, by_kind.get(kind, []), constant, reuse.transcripts)
            continue
        for file in by_kind.get(kind, ()):
            reader.read(file, constant, parse, limit)
    site = _site_with_shows(reader, by_kind.get("episode", ()))
    _TextReader(reader, site, settings, reuse.past, now, read_episode).read(by_kind, constant)
    sources = reader.sources if due is None else dict(sorted(reader.sources.items()))
    return Intake(site, sources, reader.bodies, problems)


def _read_transcripts(
    reader: SourceReader, files: Sequence[SourceFile], constant: str, reading: TranscriptReading
) -> None:
    """Read the transcripts, or leave new ones for a later build where there are many."""
    parse, limit = PARSERS["transcript"]
    new = {file.name for file in files if reader.is_new(file)}
    done = 0
    for file in files:
        if reading.later and len(new) > _MANY_TRANSCRIPTS and file.name in new:
            reader.defer(file)
            continue
        reader.read(file, constant, parse, limit)
        if reading.progress and file.name in new:
            done += 1
            reading.progress(done, len(new))


def _site_with_shows(reader: SourceReader, episodes: Iterable[SourceFile]) -> Site:
    """Return the site of ``site.toml``, with a show for each folder of episodes. Raises LongwaveError."""
    source = reader.sources.get(SITE_FILE)
    site = SITE.validate_json(source.record) if source and source.record else parse_site("")[0]
    _refuse_path(site.url)
    folders = {source.show for source in reader.sources.values() if source.kind == "episode"}
    return with_shows(site, sorted(folders.union(file.show for file in episodes)))


def _refuse_path(url: str) -> None:
    """Raise LongwaveError if a site's address has a path, as addresses made from it would lead to no page."""
    try:
        site_address(url or "https://none.invalid")
    except ValueError as error:
        raise LongwaveError(f"{SITE_FILE}: expected {error} as url, found {url!r}.", ROOT_HINT) from None


@dataclass(slots=True)
class _TextReader:
    """A reader of the files whose text contains Liquid: episodes and pages, which may link to each other."""

    reader: SourceReader
    site: Site
    settings: Settings
    past: Past
    now: datetime
    read_episode: Callable[[str], Episode]

    def read(self, by_kind: Mapping[Kind, list[SourceFile]], constant: str) -> None:
        """Read the front matter of all episodes and pages, then run their Liquid, which needs the addresses of all.

        ``constant`` is the digest of what all files depend on, such as the code that reads them.
        """
        reader = self.reader
        includes = {
            s.name.removeprefix("content/includes/"): TEXT.validate_json(s.record) for s in self._good("include")
        }
        tags = [TAG.validate_json(source.record) for source in self._good("tag")]
        homepages = {tag.slug: (tag.label, tag.homepage) for tag in tags}
        variables = _liquid_site(self.site, self.settings.url or self.site.url)
        others = repr((variables, sorted(includes.items()), sorted(homepages.items())))
        surroundings = digest(constant, dump(SITE, self.site), others)
        episode, page = self._episode_parser(), self._page_parser()
        files = [*((f, episode) for f in by_kind.get("episode", ())), *((f, page) for f in by_kind.get("page", ()))]
        for file, parse in files:
            reader.read(file, surroundings, parse)
        addresses = self._addresses()
        stamp = digest(repr(sorted(addresses.items())))
        for file, parse in files:
            if reader.sources[file.name].addresses not in ("", stamp) and file.name not in reader.unrendered:
                reader.read(file, surroundings, parse, reread=True)
        liquid = Liquid(Surroundings(variables, includes, homepages, lambda name: find_address(addresses, name)))
        for file, _ in files:
            if file.name in reader.unrendered:
                reader.run_liquid(file, liquid, stamp)

    def _good(self, kind: Kind) -> list[Source]:
        return [source for source in self.reader.sources.values() if source.kind == kind and source.record]

    def _episode_parser(self) -> Parse:
        shows: Mapping[str, Show] = {show.slug: show for show in self.site.shows}

        def parse(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
            published = self.past.dates.get(file.name)
            modified = published.timestamp() if published else file.modified
            parsed = parse_episode(file.name, text, self.site, shows[file.show], modified)
            self.reader.unrendered[file.name] = parsed
            return dump(EPISODE, parsed.episode), parsed.problems

        return parse

    def _page_parser(self) -> Parse:
        def parse(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
            page, first_line, problems = parse_page(file.name, text)
            # In Liquid, a page is represented by an episode without a show.
            stand_in = Episode("", page.slug, file.name, page.title, datetime.min, page.description, page=page.page)
            self.reader.unrendered[file.name] = ParsedEpisode(stand_in, page.text, first_line)
            return dump(PAGE, replace(page, text="")), problems

        return parse

    def _addresses(self) -> Mapping[str, str]:
        """Return the path on the site of each published episode and page, by its file's name without ``content/``."""
        addresses = {}
        for source in self._good("episode"):
            episode = self.read_episode(source.record)
            if is_out(episode, self.now, everything=self.settings.preview, past=self.past):
                addresses[source.name.removeprefix("content/")] = episode.path
        for source in self._good("page"):
            page: Page = PAGE.validate_json(source.record)
            addresses[source.name.removeprefix("content/")] = path_for("page", page=page.slug)
        return addresses


def find_address(addresses: Mapping[str, str], name: str) -> str | None:
    """Return the address of the file that Jekyll's tag ``link`` or ``post_url`` names, or None if no file matches.

    ``name`` is a path, with or without ``_posts/`` or ``.md``. ``addresses`` has the address of each file, by the
    file's name.
    """
    wanted = name.strip().lstrip("/").removeprefix("content/").removeprefix("_")
    if wanted in addresses:
        return addresses[wanted]
    parts = wanted.removesuffix(".md").removesuffix(".markdown").split("/")
    same_name = {file: path for file, path in addresses.items() if file.rpartition(".")[0].split("/")[-1] == parts[-1]}
    # Files of two shows may have the same name, so files whose folder matches, too, take precedence.
    best = [path for file, path in same_name.items() if file.rpartition(".")[0].split("/")[-2:] == parts[-2:]]
    return min(best or same_name.values(), default=None)


def _liquid_site(site: Site, url: str) -> Mapping[str, Any]:
    """Return the variables of ``site`` in Liquid; Longwave's own variables override the owner's of the same name."""
    ours = {"title": site.title, "description": site.description, "language": site.language, "baseurl": ""}
    return {**site.extra, **ours, "url": url}
