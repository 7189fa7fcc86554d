"""Every file of content is read, or its last reading is reused; a file that breaks keeps its last good reading."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from longwave.config import Settings
from longwave.content.episodes.chapters import parse_chapters
from longwave.content.episodes.episode_file import Parsed, is_dated, parse_episode
from longwave.content.episodes.transcript_file import MAX_BYTES as MAX_TRANSCRIPT
from longwave.content.episodes.transcript_file import lost_cues, parse_transcript
from longwave.content.fields.frontmatter import MAX_BYTES, decode
from longwave.content.folder import Kind, SourceFile, read, scan
from longwave.content.kramdown.blocks import parse_document
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.media.mentions import in_references, in_source, in_values, may_mention
from longwave.content.site.profiles import parse_guest, parse_page, parse_tag
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.content.text.references import references
from longwave.edition.due import Due
from longwave.edition.edition_data import Body, Source
from longwave.edition.faults import Fault, mishap, tried
from longwave.edition.history import Past
from longwave.edition.records import (
    CHAPTERS,
    EPISODE,
    GUEST,
    PAGE,
    SITE,
    TAG,
    TEXT,
    TRANSCRIPT,
    digest,
    dump,
    read_episode,
)
from longwave.errors import ContentError, Problem
from longwave.model import Episode, Page, Show, Site, Tag
from longwave.routes import path_for

#: Raised whenever the same file would be read differently than before.
READING = "10"
_MAX_THEME = 200_000
#: Seconds for which a file may be away before it counts as deleted: many editors save by two renames.
_AWAY = 0.05
Parse = Callable[[SourceFile, str], tuple[str, tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True)
class Intake:
    """All files of content as read. ``bodies`` are those that were made anew; the others are as they were."""

    site: Site
    sources: Mapping[str, Source]
    bodies: Mapping[str, Body]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Reader:
    known: Mapping[str, Source]
    again: bool
    now: datetime
    constant: str
    everything: bool
    past: Past
    faults: Mapping[str, Fault]
    sources: dict[str, Source] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    fresh: dict[str, Parsed] = field(default_factory=dict)

    def read(
        self, file: SourceFile, surroundings: str, parse: Parse, limit: int = MAX_BYTES, *, again: bool = False
    ) -> None:
        """Take in a file, from its previous reading where nothing that matters has changed."""
        known = self.known.get(file.name)
        fault = self.faults.get(file.name)
        if fault is not None:
            source = self._at_fault(file, surroundings, fault.problem)
            self.sources[file.name] = source if fault.last_good else replace(source, record="")
            return
        same = known is not None and known.surroundings == surroundings and not (again or self.again)
        if known and same and file.signature and known.signature == file.signature:
            self.sources[file.name] = known
            return
        total = ""
        try:
            raw = read(file, limit)
            total = digest(raw)
            # An undated episode is as old as its file.
            aged = file.kind == "episode" and not is_dated(file.name)
            if known and same and known.digest == total and not aged:
                source = replace(known, signature=file.signature)
            else:
                record, problems = parse(file, decode(file.name, raw, limit))
                stamps = (file.signature, total, surroundings)
                source = Source(
                    file.name,
                    file.kind,
                    file.show,
                    *stamps,
                    record,
                    problems,
                    digest(record),
                    _mentions(file.kind, record),
                )
        except ContentError as error:
            source = self._last_good(file, surroundings, total, error.problem)
        except Exception as error:  # noqa: BLE001
            # Ours to mend; until then it costs this file only.
            source = self._at_fault(file, surroundings, mishap(file.name, 1, error))
        self.sources[file.name] = source

    def fill(self, file: SourceFile, liquid: Liquid, addresses: str) -> None:
        """Run Liquid over a body that was read anew, and read its notes; or keep the last good of all of it."""
        parsed = self.fresh.pop(file.name)
        source = self.sources[file.name]
        try:
            rendered = liquid.render(parsed.body, _page(parsed.episode), file=file.name, first_line=parsed.first_line)
            body, mentions = Body(file.name, rendered.text), in_values(parsed.episode.page)
            if may_mention(rendered.text):
                document = parse_document(rendered.text)
                mentions += in_references(references(document))
                body = tried(body, document)
        except ContentError as error:
            self.sources[file.name] = self._last_good(file, source.surroundings, source.digest, error.problem)
            return
        except Exception as error:  # noqa: BLE001 - as above
            problem = mishap(file.name, parsed.first_line, error)
            self.sources[file.name] = self._at_fault(file, source.surroundings, problem)
            return
        self.bodies[file.name] = body
        self.sources[file.name] = replace(
            source,
            problems=(*source.problems, *rendered.problems),
            text_digest=digest(rendered.text),
            mentions=mentions,
            addresses=addresses if rendered.uses_addresses else "",
        )

    def _at_fault(self, file: SourceFile, surroundings: str, problem: Problem) -> Source:
        """Return the last good reading of a file over which Longwave has stumbled.

        Without a signature the file is read again the next time: something beside it may have been mended.
        """
        return replace(self._last_good(file, surroundings, "", problem), signature="")

    def _last_good(self, file: SourceFile, surroundings: str, total: str, problem: Problem) -> Source:
        # What was read of it before something went wrong is nothing any more.
        self.fresh.pop(file.name, None)
        known = self.known.get(file.name)
        blank = Source(file.name, file.kind, file.show, file.signature, total, surroundings, "")
        kept = replace(known, signature=file.signature, digest=total, surroundings=surroundings) if known else blank
        return replace(kept, problems=(problem,))


def take_in(  # noqa: PLR0913 - all but the first are what is known
    settings: Settings,
    known: Mapping[str, Source],
    version: str,
    now: datetime,
    *,
    again: bool,
    past: Past,
    faults: Mapping[str, Fault],
    due: Due | None = None,
) -> Intake:
    """Read the site's folder. ``known`` is what the previous edition knew; ``again``: reuse none of its readings.

    The files of ``faults`` aren't read. With ``due`` all other files are as the previous edition knew them.
    """
    files, problems = scan(settings.content)
    if not known.keys() <= {file.name for file in files}:
        time.sleep(_AWAY)
        files, problems = scan(settings.content)
    reader = _Reader(known, again, now, digest(version, READING), settings.preview, past, faults)
    if due is not None:
        files = tuple(file for file in files if due.is_read(file))
        named = {file.name for file in files}
        reader.sources |= {name: one for name, one in known.items() if name not in named and name not in due.episodes}
    by_kind: dict[Kind, list[SourceFile]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(file)
    for kind, (parse, limit) in _PLAIN.items():
        for file in by_kind.get(kind, ()):
            reader.read(file, reader.constant, parse, limit)
    with_episodes = {source.show for source in reader.sources.values() if source.kind == "episode"}
    shows = sorted(with_episodes.union(file.show for file in by_kind.get("episode", ())))
    site = with_shows(_site_of(reader.sources), shows)
    _texts(reader, by_kind, site, _liquid_site(site, settings.url or site.url))
    sources = reader.sources if due is None else dict(sorted(reader.sources.items()))
    return Intake(site, sources, reader.bodies, problems)


def _texts(reader: _Reader, by_kind: Mapping[Kind, list[SourceFile]], site: Site, seen: Mapping[str, Any]) -> None:
    """The episodes and the pages: first what they say of themselves, then their Liquid, which sees all of them."""
    includes = {
        s.name.removeprefix("content/includes/"): TEXT.validate_json(s.record) for s in _good(reader, "include")
    }
    tags = [TAG.validate_json(s.record) for s in _good(reader, "tag")]
    homepages = {tag.slug: (tag.label, tag.homepage) for tag in tags}
    around = Surroundings(seen, includes, homepages, lambda name: _find(addresses, name))
    others = repr((seen, sorted(includes.items()), sorted(homepages.items())))
    surroundings = digest(reader.constant, dump(SITE, site), others)
    shows = {show.slug: show for show in site.shows}
    episode, page = _episode(reader, site, shows), _page_file(reader)
    files = [*((f, episode) for f in by_kind.get("episode", ())), *((f, page) for f in by_kind.get("page", ()))]
    for file, parse in files:
        reader.read(file, surroundings, parse)
    addresses = _addresses(reader)
    stamp = digest(repr(sorted(addresses.items())))
    for file, parse in files:
        source = reader.sources[file.name]
        if source.addresses not in ("", stamp) and file.name not in reader.fresh:
            reader.read(file, surroundings, parse, again=True)
    liquid = Liquid(around)
    for file, _ in files:
        if file.name in reader.fresh:
            reader.fill(file, liquid, stamp)


def _episode(reader: _Reader, site: Site, shows: Mapping[str, Show]) -> Parse:
    def parse(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
        published = reader.past.dates.get(file.name)
        modified = published.timestamp() if published else file.modified
        parsed = parse_episode(file.name, text, site, shows[file.show], modified)
        reader.fresh[file.name] = parsed
        return dump(EPISODE, parsed.episode), parsed.problems

    return parse


def _page_file(reader: _Reader) -> Parse:
    def parse(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
        page, first_line, problems = parse_page(file.name, text)
        # For Liquid a page is an episode of no show.
        stand_in = Episode("", page.slug, file.name, page.title, datetime.min, page.description, page=page.page)
        reader.fresh[file.name] = Parsed(stand_in, page.text, first_line)
        return dump(PAGE, replace(page, text="")), problems

    return parse


def _site(_: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    site, problems = parse_site(text)
    return dump(SITE, site), problems


def _text(_: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    return dump(TEXT, text), ()


def _guest(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    guest, problems = parse_guest(file.name, text)
    return dump(GUEST, guest), problems


def _tag(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    tag, problems = parse_tag(file.name, text)
    return dump(TAG, tag), problems


def _transcript(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    transcript = parse_transcript(file.name, text)
    return dump(TRANSCRIPT, transcript), lost_cues(file.name, text, transcript)


def _chapters(file: SourceFile, text: str) -> tuple[str, tuple[Problem, ...]]:
    return dump(CHAPTERS, parse_chapters(file.name, text)), ()


_PLAIN: Mapping[Kind, tuple[Parse, int]] = {
    "site": (_site, MAX_BYTES),
    "include": (_text, MAX_BYTES),
    "theme": (_text, _MAX_THEME),
    "guest": (_guest, MAX_BYTES),
    "tag": (_tag, MAX_BYTES),
    "transcript": (_transcript, MAX_TRANSCRIPT),
    "chapters": (_chapters, MAX_BYTES),
}


def _mentions(kind: Kind, record: str) -> tuple[str, ...]:
    """The addresses that may be those of files, in what has a text that knows no Liquid, or isn't Markdown."""
    if kind in ("theme", "include"):
        return in_source(TEXT.validate_json(record))
    text = GUEST.validate_json(record).text if kind == "guest" else ""
    text = TAG.validate_json(record).text if kind == "tag" else text
    return in_references(references(parse_document(text))) if may_mention(text) else ()


def is_out(episode: Episode, now: datetime, *, everything: bool, past: Past) -> bool:
    """Whether an episode is published at ``now``; with ``everything``, drafts and what is still to come are too.

    Where the clock is behind, what was out by ``past`` stays out, unless its author has given it another date.
    """
    return everything or (not episode.draft and (episode.date <= now or past.out.get(episode.key) == episode.date))


def _good(reader: _Reader, kind: Kind) -> list[Source]:
    return [source for source in reader.sources.values() if source.kind == kind and source.record]


def _site_of(sources: Mapping[str, Source]) -> Site:
    source = sources.get("content/site.toml")
    return SITE.validate_json(source.record) if source and source.record else parse_site("")[0]


def _addresses(reader: _Reader) -> Mapping[str, str]:
    """Where each published file is served, by its name without ``content/``."""
    addresses = {}
    for source in _good(reader, "episode"):
        episode = read_episode(source.record)
        if is_out(episode, reader.now, everything=reader.everything, past=reader.past):
            addresses[source.name.removeprefix("content/")] = episode.path
    for source in _good(reader, "page"):
        page: Page = PAGE.validate_json(source.record)
        addresses[source.name.removeprefix("content/")] = path_for("page", page=page.slug)
    return addresses


def _find(addresses: Mapping[str, str], name: str) -> str | None:
    """An address for what Jekyll's ``link`` and ``post_url`` name: a path, with or without ``_posts/`` or ``.md``."""
    wanted = name.strip().lstrip("/").removeprefix("content/").removeprefix("_")
    if wanted in addresses:
        return addresses[wanted]
    parts = wanted.removesuffix(".md").removesuffix(".markdown").split("/")
    found = {file: path for file, path in addresses.items() if file.rpartition(".")[0].split("/")[-1] == parts[-1]}
    # Two shows may have files of one name.
    best = [path for file, path in found.items() if file.rpartition(".")[0].split("/")[-2:] == parts[-2:]]
    return min(best or found.values(), default=None)


def _liquid_site(site: Site, url: str) -> Mapping[str, Any]:
    ours = {"title": site.title, "description": site.description, "language": site.language, "baseurl": ""}
    return {**site.extra, **ours, "url": url}


def _page(episode: Episode) -> Mapping[str, Any]:
    ours: dict[str, Any] = {"title": episode.title, "description": episode.description, "slug": episode.slug}
    if episode.show:
        ours |= {
            "url": episode.path,
            "date": episode.date.isoformat(sep=" "),
            "category": episode.show,
            "number": episode.number,
            "tags": list(episode.tags),
        }
    else:
        ours["url"] = path_for("page", page=episode.slug)
    return {"categories": [episode.show] if episode.show else [], **episode.page, **ours}


def tag_files(records: Mapping[str, str]) -> Mapping[str, Tag]:
    """The tags of ``tags/*.md`` by slug; of two for one tag the first by name."""
    tags = [TAG.validate_json(record) for record in records.values()]
    return {tag.slug: tag for tag in reversed(tags)}
