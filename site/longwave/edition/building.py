"""An edition is made: under the one lock, beside the current one, and published by moving the pointer."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.config import STATIC, TEMPLATES, VERSION, Settings
from longwave.content.kramdown.blocks import parse_document
from longwave.content.markdown import RENDERER
from longwave.disk import sync
from longwave.edition.again import Again
from longwave.edition.assembly import Assembly, all_problems, assemble, catalogue_of
from longwave.edition.contents import Body, Contents, Published, Sound, Source
from longwave.edition.dating import StandIns, entries_now, feeds_since
from longwave.edition.faults import Fault, blamed, told, tried, without_faulty
from longwave.edition.folders import IndexFolder
from longwave.edition.intake import Intake, take_in
from longwave.edition.records import EPISODE, GUEST, SITE, TRANSCRIPT, digest, dump, spoken
from longwave.edition.stale import forget_stale, tell_stale
from longwave.edition.store import FORMAT, Store, most_beside, write
from longwave.edition.templates import read_folder, stamp, write_folder
from longwave.edition.unchanged import Seen, remember, state, still_current
from longwave.errors import LongwaveError, Problem
from longwave.feeds.changes import Change
from longwave.isolation import isolated
from longwave.model import Notes, Transcript, Words
from longwave.search.documents import Document, document_hash, make_document
from longwave.search.writing import write_index

Progress = Callable[[int, int], None]
#: What the build before this one made of each episode, and of the names of all guests and tags.
_PUBLISHED, _DOCUMENTS, _NAMES = Again[Published](), Again[str](), Again[object]()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a build: counts of published episodes against the edition before, and all problems."""

    fingerprint: str
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    problems: tuple[Problem, ...]
    search: bool


def build_edition(  # noqa: PLR0913 - all but the first are how, not what
    settings: Settings,
    *,
    full: bool = False,
    thorough: bool = False,
    search_up_to: int | None = None,
    progress: Progress | None = None,
    wait: bool = True,
    busy: Callable[[int], None] | None = None,
) -> Report | None:
    """Make what is in the site's folder the current edition.

    ``full`` reuses nothing but the last good version of what is broken now. ``thorough`` reads what there is even where
    nothing seems to have changed, which spares the next build in this process to read it. With ``search_up_to``, a
    first edition with more episodes than that is published without search. None when ``wait`` is False and another
    process is at it; ``busy`` hears the number of the process that it waits for. Raises LongwaveError, with the current
    edition left as it is.
    """
    began = time.monotonic()
    index = IndexFolder(settings.index)
    index.prepare()
    with index.locked(wait=wait, busy=busy) as ours, ExitStack() as stack:
        if not ours:
            return None
        stack.enter_context(_telling(settings))
        index.clean()
        made_of = state(settings)
        if not (full or thorough) and (seen := still_current(index, made_of, search_up_to)):
            seconds = time.monotonic() - began
            return Report(seen.fingerprint, 0, 0, 0, seen.episodes, seconds, seen.problems, seen.search)
        now = datetime.now(UTC)

        def make(store: Store | None, before: Contents) -> tuple[Report, Assembly]:
            def attempt(faults: Mapping[str, Fault]) -> tuple[Report, Assembly]:
                intake, whole = survey(settings, before.sources, before.sounds, now, again=full, faults=faults)
                build = _Build(settings, index, store, before, intake, whole, full, thorough, now)
                return build.publish(search_up_to, progress, began), whole

            return without_faulty(settings.root, attempt)

        try:
            report, whole = make(*_previous(index, stack))
        except sqlite3.DatabaseError:
            # Damaged where nobody looked before; index/ is derived and safe to lose.
            report, whole = make(None, Contents())
        episodes = len(whole.episodes)
        seen = Seen(report.fingerprint, made_of, episodes, report.search, whole.next_due, report.problems)
        remember(index.path, seen)
        return report


@contextmanager
def _telling(settings: Settings) -> Iterator[None]:
    """Tell all processes whether something could be published. Raises LongwaveError for whatever goes wrong."""
    try:
        with told():
            yield
    except OSError as error:
        where = Path(error.filename or settings.index)
        wanted = "room for a new edition" if where.is_relative_to(settings.index) else "a file that can be read"
        found = LongwaveError(
            f"{where}: expected {wanted}, found: {error.strerror or error}.",
            "What was published before stays as it is.",
        )
        tell_stale(settings, found)
        raise found from None
    except LongwaveError as error:
        tell_stale(settings, error)
        raise
    forget_stale(settings.index)


def survey(  # noqa: PLR0913 - all but the first are what is known
    settings: Settings,
    sources: Mapping[str, Source],
    sounds: Mapping[str, Sound],
    now: datetime,
    *,
    again: bool,
    faults: Mapping[str, Fault],
) -> tuple[Intake, Assembly]:
    """Read the folder and put together what is out at ``now``, without writing anything.

    Raises FailuresError for files of which that can't be done, though they can be read.
    """
    intake = take_in(settings, sources, VERSION, now, again=again, faults=faults)
    known = {} if again else sounds
    return intake, assemble(settings.content, intake, known, now, everything=settings.preview)


def _previous(index: IndexFolder, stack: ExitStack) -> tuple[Store | None, Contents]:
    try:
        store = Store(index.editions / index.current())
        stack.callback(store.close)
        if store.meta().get("format") == FORMAT:
            return store, store.contents()
    except (OSError, sqlite3.Error, ValueError):
        pass
    return None, Contents()


@dataclass(slots=True)
class _Build:
    settings: Settings
    index: IndexFolder
    store: Store | None
    before: Contents
    intake: Intake
    whole: Assembly
    full: bool
    thorough: bool
    now: datetime
    #: The site's own, read once: what is copied is what the fingerprint stands for.
    templates: Mapping[str, bytes] = field(init=False)

    def publish(self, search_up_to: int | None, progress: Progress | None, began: float) -> Report:
        """Write the edition and point to it, unless the current one says the same."""
        self.templates = read_folder(self.settings.root / "templates")
        known = self.before.meta.get("search", False)
        searchable = known or search_up_to is None or len(self.whole.episodes) <= search_up_to
        published = dict(isolated(self.whole.episodes, lambda key: self._files(key)[0], self._published))
        meta = self._meta(searchable)
        catalogue = catalogue_of(self.intake, self.whole)
        texts = StandIns(self.intake.sources, published)
        entries = entries_now(catalogue, str(meta["url"]), texts, self.before.entries)
        feeds = feeds_since(catalogue, str(meta["url"]), entries, self.before, self.now)
        fingerprint = self._fingerprint(published, feeds, meta)
        problems = [str(problem) for problem in all_problems(self.intake, self.whole)]
        meta = {**meta, "fingerprint": fingerprint, "problems": problems}
        target = self.index.editions / fingerprint
        contents = Contents(target, meta, self.intake.sources, self.whole.sounds, published, feeds, entries, catalogue)
        if not target.is_dir():
            self._write(target, contents, catalogue, progress if searchable else None)
        else:
            if (self.before.folder, self.before.sources, self.before.meta) != (target, contents.sources, contents.meta):
                self._keep(target, contents)
                sync(target)
            if self.thorough and searchable:
                # The next build compares with them.
                self._documents(catalogue)
        if self.index.current() != fingerprint:
            (target / "in-use").touch()
            self.index.point(fingerprint)
        self.index.clean()
        if self.full:
            # Servers make again what they need; whatever nobody needs any more is gone.
            for kept in (self.index.html, self.index.images):
                shutil.rmtree(kept, ignore_errors=True)
        return self._report(fingerprint, published, began, searchable=searchable)

    def _keep(self, folder: Path, contents: Contents) -> None:
        searchable = contents.meta["search"]
        many = len(self.intake.bodies) > most_beside(contents.sources) or searchable != self.before.meta.get("search")
        write(folder, self.before, contents, self._bodies(searchable=searchable), many=many)

    def _bodies(self, *, searchable: bool) -> Iterator[Body]:
        """The bodies that are new here. Their notes are read for the index, so that a first edition is soon there."""
        fresh = self.intake.bodies
        if not searchable:
            yield from fresh.values()
            return
        unread = self.store.unread() if self.store is not None and not self.before.meta.get("search") else ()
        new = chain(fresh.values(), (body for body in unread if body.name not in fresh))
        yield from (body for _, body in isolated(new, lambda body: body.name, _tried))

    def _published(self, key: str) -> Published:
        episode, source, transcript = self.whole.episodes[key]
        said = transcript if transcript and spoken(self.intake.sources[transcript].record) else ""
        texts = self._texts(key)

        def make() -> Published:
            record = dump(EPISODE, episode)
            return Published(key, source.name, said, record, digest(record, *texts))

        return _PUBLISHED.make((self.index.path, key), (source.record, episode, source.name, said, texts), make)

    def _texts(self, key: str) -> tuple[str, str]:
        """What stands for the notes of an episode and for its transcript, which is empty where it has none."""
        _, source, transcript = self.whole.episodes[key]
        return source.text_digest, self.intake.sources[transcript].text_digest if transcript else ""

    def _meta(self, searchable: bool) -> Mapping[str, Any]:
        due = self.whole.next_due
        return {
            "format": FORMAT,
            "version": VERSION,
            "url": self.settings.url or self.intake.site.url,
            "site": dump(SITE, self.whole.site),
            "guests": [dump(GUEST, guest) for guest in self.whole.guests],
            "withheld": list(self.whole.withheld),
            "next_due": due.isoformat() if due else "",
            "search": searchable,
            "preview": self.settings.preview,
            "assets": stamp(read_folder(STATIC))[:10],
            "templates": stamp(self.templates),
            "salt": os.urandom(8).hex() if self.full else self.before.meta.get("salt", ""),
        }

    def _fingerprint(
        self, published: Mapping[str, Published], feeds: Mapping[str, Change], meta: Mapping[str, Any]
    ) -> str:
        others = [
            (source.record, source.text_digest)
            for _, source in sorted(self.intake.sources.items())
            if source.kind in ("tag", "page", "theme")
        ]
        built_in = stamp(read_folder(TEMPLATES))
        episodes = sorted((p.key, p.hash) for p in published.values())
        # What is as it once was has newer dates than then, so it isn't the edition of then.
        since = ((path, feed.since.isoformat()) for path, feed in feeds.items())
        return digest(repr((sorted(meta.items()), episodes, sorted(since), others, built_in, RENDERER)))[:16]

    def _write(self, target: Path, contents: Contents, catalogue: Catalogue, progress: Progress | None) -> None:
        work = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, work, ignore_errors=True)
            work.mkdir()
            (work / "in-use").touch()
            write_folder(self.templates, work / "templates")
            self._keep(work, contents)
            if contents.meta["search"]:
                store = stack.enter_context(closing(Store(work)))
                reusable = self.before.folder if self.before.meta.get("search") and not self.full else None
                with blamed(self.settings.root, self._files):
                    write_index(
                        work / "search",
                        self._documents(catalogue),
                        lambda key: self._document(catalogue, key, store),
                        reusable / "search" if reusable else None,
                        self.intake.site.language,
                        progress,
                    )
            sync(work)
            work.rename(target)
            sync(self.index.editions)

    def _files(self, key: str) -> tuple[str, str]:
        """The files that make an episode's document."""
        _, source, transcript = self.whole.episodes[key]
        return source.name, transcript

    def _documents(self, catalogue: Catalogue) -> Mapping[str, str]:
        """What has to be in the search index: the keys of all episodes, and what stands for the document of each."""
        # One object for equal names, so that they are compared once and not for each episode.
        names = _NAMES.make(self.index.path, (catalogue.guests, catalogue.tags, catalogue.guest_slugs), object)

        def document(key: str) -> str:
            episode, texts = self.whole.episodes[key][0], self._texts(key)
            return _DOCUMENTS.make(
                (self.index.path, key), (episode, names, texts), lambda: document_hash(catalogue, episode, *texts)
            )

        return {key: document(key) for key in self.whole.episodes}

    def _document(self, catalogue: Catalogue, key: str, store: Store) -> Document:
        episode, source, transcript = self.whole.episodes[key]
        body = store.body(source.name)
        notes = body.read() if body else Notes()
        heard = self.intake.sources[transcript].record if transcript else ""
        cues = TRANSCRIPT.validate_json(heard) if heard else Transcript()
        return make_document(catalogue, episode, Words(notes, cues))

    def _report(
        self, fingerprint: str, published: Mapping[str, Published], began: float, *, searchable: bool
    ) -> Report:
        old = {key: was.hash for key, was in self.before.published.items()}
        new = {key: now.hash for key, now in published.items()}
        both = old.keys() & new.keys()
        changed = sum(old[key] != new[key] for key in both)
        return Report(
            fingerprint=fingerprint,
            added=len(new.keys() - old.keys()),
            changed=changed,
            removed=len(old.keys() - new.keys()),
            unchanged=len(both) - changed,
            seconds=time.monotonic() - began,
            problems=all_problems(self.intake, self.whole),
            search=searchable,
        )


def _tried(body: Body) -> Body:
    return tried(body, parse_document(body.text))
