"""An edition is made: under the one lock, beside the current one, and published by moving the pointer."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.config import TEMPLATES, VERSION, Settings
from longwave.content.media.media_files import group_by_folder, list_examples
from longwave.content.text.markdown import RENDERER
from longwave.disk import sync
from longwave.edition.assembly import Assembly, all_problems, assemble, catalogue_of, pages_of
from longwave.edition.build_stamp import Seen, recall, remember, state, still_current
from longwave.edition.due import Due, due
from longwave.edition.edition_data import Body, Contents, Published
from longwave.edition.edition_store import FORMAT, Store, most_beside, write
from longwave.edition.faults import Fault, blamed, tried, without_faulty
from longwave.edition.feed_dates import StandIns, entries_now, feeds_since
from longwave.edition.history import History, Past
from longwave.edition.identity import Identity, keep
from longwave.edition.index_folder import IndexFolder
from longwave.edition.intake import Intake, take_in
from longwave.edition.memo import Again
from longwave.edition.promises import behind, given_up, past_of, remembered
from longwave.edition.records import EPISODE, GUEST, SITE, TRANSCRIPT, digest, dump, read_episode, spoken
from longwave.edition.served import served_files, unserved_files
from longwave.edition.stale import telling
from longwave.edition.templates import assets, read_folder, stamp, write_folder
from longwave.errors import Problem
from longwave.feeds.feed_digests import Change
from longwave.isolation import isolated
from longwave.model import Notes, Transcript, Words
from longwave.search.documents import Document, document_hash, make_document
from longwave.search.index_writer import write_index

_log = logging.getLogger("longwave")
Progress = Callable[[int, int], None]
#: What the build before this one made of each episode, and of the names of all guests and tags.
_PUBLISHED, _DOCUMENTS, _NAMES = Again[Published](), Again[str](), Again[object]()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a build: counts of published episodes against the edition before, and all problems.

    ``withdrawn`` are the files below ``content`` that the edition before served, and this one doesn't, in order.
    ``lost`` are the guids and addresses that this edition has given up. ``moved`` is the site's address in the edition
    before and in this one, where the environment makes them differ.
    """

    fingerprint: str
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    problems: tuple[Problem, ...]
    search: bool
    withdrawn: tuple[str, ...] = ()
    renamed: int = 0
    lost: tuple[Problem, ...] = ()
    moved: tuple[str, str] | None = None

    def withdrawals(self) -> list[str]:
        """Return a line for each file that isn't served any more; where there are many, for each folder of them."""
        told = (
            (name, f" ({len(held)} files: {list_examples(held)})" if held else "")
            for name, held in group_by_folder(self.withdrawn)
        )
        return [f"No longer served: content/{name}{which}" for name, which in told]


@dataclass(frozen=True, slots=True)
class Survey:
    """The folder as it was read, what is out of it, and what became of what was published before."""

    intake: Intake
    whole: Assembly
    identity: Identity


def build_edition(  # noqa: PLR0913 - all but the first are how, not what
    settings: Settings,
    *,
    full: bool = False,
    thorough: bool = False,
    search_up_to: int | None = None,
    progress: Progress | None = None,
    wait: bool = True,
    busy: Callable[[int], None] | None = None,
    only_due: bool = False,
    by_hand: bool = False,
) -> Report | None:
    """Make what is in the site's folder the current edition.

    ``full`` reuses nothing but the last good version of what is broken now. ``thorough`` reads what there is even where
    nothing seems to have changed, which spares the next build in this process to read it. With ``search_up_to``, a
    first edition with more episodes than that is published without search. None when ``wait`` is False and another
    process is at it; ``busy`` hears the number of the process that it waits for. With ``only_due`` nothing is published
    but the episodes whose time has come. ``by_hand`` takes the clock for right, whatever it said when the last edition
    was made. Raises LongwaveError, with the current edition left as it is.
    """
    began = time.monotonic()
    index = IndexFolder(settings.index)
    index.prepare()
    with index.locked(wait=wait, busy=busy) as ours, ExitStack() as stack:
        if not ours:
            return None
        stack.enter_context(telling(settings))
        index.clean()
        history, made_of, now = History(settings.instance), state(settings), datetime.now(UTC)
        late = behind(history.made(), now) if by_hand else None
        anew = full or thorough or late or not (settings.preview or history.is_there)
        if not anew and (seen := still_current(index, made_of, search_up_to)):
            seconds = time.monotonic() - began
            return Report(seen.fingerprint, 0, 0, 0, seen.episodes, seconds, seen.problems, seen.search)
        if only_due:
            # Whatever else has changed since is still to be published.
            seen = recall(index.path)
            made_of = seen.state if seen else ""

        def make(store: Store | None, before: Contents) -> tuple[Report, Assembly]:
            past = history.read() or _told(settings, history, before)
            since = due(before, now) if only_due and before.folder else None

            def attempt(faults: Mapping[str, Fault]) -> tuple[Report, Assembly]:
                found = survey(settings, before, past, now, again=full, faults=faults, due=since)
                build = _Build(
                    settings, index, store, before, history, past, found, full, thorough, now, since, by_hand
                )
                return build.publish(search_up_to, progress, began), found.whole

            return without_faulty(settings.root, attempt)

        try:
            report, whole = make(*_previous(index, stack))
        except sqlite3.DatabaseError:
            # Damaged where nobody looked before; index/ is derived and safe to lose.
            report, whole = make(None, Contents())
        episodes = len(whole.episodes)
        seen = Seen(report.fingerprint, made_of, episodes, report.search, whole.next_due, report.problems)
        remember(index.path, seen)
        return replace(report, lost=(late, *report.lost)) if late else report


def survey(  # noqa: PLR0913 - what is there, what was, and how
    settings: Settings,
    before: Contents,
    past: Past,
    now: datetime,
    *,
    again: bool,
    faults: Mapping[str, Fault],
    due: Due | None = None,
) -> Survey:
    """Read the folder and put together what is out at ``now``, without writing anything.

    With ``due`` all but these episodes is as it was in the edition ``before``. Raises FailuresError for files of which
    that can't be done, though they can be read.
    """
    lacking = {name: good for name, good in past.good.items() if not _knows(before, name)}
    known = {**before.sources, **{name: good.source for name, good in lacking.items()}}
    intake = take_in(settings, known, VERSION, now, again=again, past=past, faults=faults, due=due)
    good = {name: Body(name, good.text) for name, good in lacking.items() if good.text and name in intake.sources}
    intake = replace(intake, bodies={**good, **intake.bodies})
    sounds = {} if again else before.sounds
    whole = assemble(settings.content, intake, sounds, now, everything=settings.preview, past=past)
    if due is not None:
        _leave(whole, before, intake, due)
    return Survey(intake, whole, keep(whole, intake.sources, past, settings.content))


def _told(settings: Settings, history: History, before: Contents) -> Past:
    """The past where there is no history: as the edition before tells it. A preview's own tells nothing of it."""
    if settings.preview:
        return Past()
    if before.published and not history.is_there:
        _log.warning("%s is missing; it is begun anew with what the last edition tells.", history.path)
    return past_of(before)


def _knows(before: Contents, name: str) -> bool:
    return name in before.sources and before.sources[name].record != ""


def _leave(whole: Assembly, before: Contents, intake: Intake, due: Due) -> None:
    """Leave all episodes of ``whole`` but those that are due as they were."""
    whole.episodes = {key: each for key, each in whole.episodes.items() if each[1].name in due.episodes}
    for key, published in before.published.items():
        episode, source = read_episode(published.record), intake.sources[published.source]
        own = read_episode(source.record)
        if (episode.guid, episode.aliases) != (own.guid, own.aliases):
            # What it has from the past it is given again.
            episode = replace(episode, guid=own.guid, aliases=own.aliases)
        whole.episodes[key] = (episode, source, published.transcript)
    whole.sounds = {**whole.sounds, **before.sounds}


def _previous(index: IndexFolder, stack: ExitStack) -> tuple[Store | None, Contents]:
    try:
        store = Store(index.editions / index.current())
        stack.callback(store.close)
        if store.meta().get("format") == FORMAT:
            return store, store.contents()
        return None, Contents(served=_served(store))
    except (OSError, sqlite3.Error, ValueError):
        pass
    return None, Contents()


def _served(store: Store) -> frozenset[str] | None:
    try:
        return store.served()
    except sqlite3.Error:
        return None


@dataclass(slots=True)
class _Build:
    settings: Settings
    index: IndexFolder
    store: Store | None
    before: Contents
    history: History
    past: Past
    found: Survey
    full: bool
    thorough: bool
    now: datetime
    due: Due | None
    by_hand: bool
    #: The site's own, read once: what is copied is what the fingerprint stands for.
    templates: Mapping[str, bytes] = field(init=False)

    @property
    def intake(self) -> Intake:
        return self.found.intake

    @property
    def whole(self) -> Assembly:
        return self.found.whole

    def publish(self, search_up_to: int | None, progress: Progress | None, began: float) -> Report:
        """Write the edition and point to it, unless the current one says the same."""
        # Of the site's own templates some may be unfinished, too, when it is time for an episode.
        root = self.before.folder if self.due else None
        self.templates = read_folder((root or self.settings.root) / "templates")
        known = self.before.meta.get("search", False)
        searchable = known or search_up_to is None or len(self.whole.episodes) <= search_up_to
        published = dict(isolated(self.whole.episodes, lambda key: self._files(key)[0], self._published))
        meta = self._meta(searchable)
        catalogue = catalogue_of(self.intake, self.whole)
        texts = StandIns(self.intake.sources, published)
        entries = entries_now(catalogue, str(meta["url"]), texts, self.before.entries)
        dated = replace(self.before, feeds={**self.past.feeds, **self.before.feeds})
        feeds = feeds_since(catalogue, str(meta["url"]), entries, dated, self.now)
        served = served_files(self.intake, self.whole, catalogue, self.templates, self.settings.url)
        fingerprint = self._fingerprint(published, feeds, meta, served)
        problems = [str(problem) for problem in all_problems(self.intake, self.whole)]
        meta = {**meta, "fingerprint": fingerprint, "problems": problems}
        target = self.index.editions / fingerprint
        contents = Contents(
            target, meta, self.intake.sources, self.whole.sounds, published, feeds, entries, served, catalogue
        )
        if not target.is_dir():
            self._write(target, contents, catalogue, progress if searchable else None)
        else:
            if (self.before.folder, self.before.sources, self.before.meta) != (target, contents.sources, contents.meta):
                self._keep(target, contents)
                sync(target)
            if self.thorough and searchable:
                # The next build compares with them.
                self._documents(catalogue)
        lost = self._remember(catalogue, contents)
        if self.index.current() != fingerprint:
            (target / "in-use").touch()
            self.index.point(fingerprint)
        self.index.clean()
        if self.full:
            # Servers make again what they need; whatever nobody needs any more is gone.
            for kept in (self.index.html, self.index.images):
                shutil.rmtree(kept, ignore_errors=True)
        return replace(self._report(contents, began), lost=lost)

    def _remember(self, catalogue: Catalogue, contents: Contents) -> tuple[Problem, ...]:
        """Write down what this edition promises. Return what the one before promised and this one doesn't keep."""
        if self.settings.preview:
            return ()
        identity, everything = self.found.identity, replace(catalogue, pages=pages_of(self.intake))
        lost = (*identity.lost, *given_up(self.past, everything, self.intake.sources))
        episodes = (episode for episode, _, _ in self.whole.episodes.values())
        told = self.past, identity, episodes, everything, contents, self._text, self.now
        self.history.write(remembered(*told, by_hand=self.by_hand))
        return lost

    def _text(self, name: str) -> str | None:
        body = self.intake.bodies.get(name) or (self.store.body(name) if self.store else None)
        return body.text if body else None

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
        yield from (body for _, body in isolated(new, lambda body: body.name, tried))

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

    @property
    def _url(self) -> str:
        return self.settings.url or self.intake.site.url

    def _meta(self, searchable: bool) -> Mapping[str, Any]:
        due = self.whole.next_due
        return {
            "format": FORMAT,
            "version": VERSION,
            "url": self._url,
            "site": dump(SITE, self.whole.site),
            "guests": [dump(GUEST, guest) for guest in self.whole.guests],
            "next_due": due.isoformat() if due else "",
            "search": searchable,
            "preview": self.settings.preview,
            "assets": assets(),
            "templates": stamp(self.templates),
            "salt": os.urandom(8).hex() if self.full else self.before.meta.get("salt", ""),
        }

    def _fingerprint(
        self,
        published: Mapping[str, Published],
        feeds: Mapping[str, Change],
        meta: Mapping[str, Any],
        served: frozenset[str],
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
        files = digest(*sorted(served))
        return digest(repr((sorted(meta.items()), episodes, sorted(since), others, files, built_in, RENDERER)))[:16]

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
        """Return the names of the files that make an episode's document."""
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

    def _report(self, contents: Contents, began: float) -> Report:
        old = {key: was.hash for key, was in self.before.published.items()}
        new = {key: now.hash for key, now in contents.published.items()}
        served = contents.served or frozenset()
        if self.before.served is None:
            withdrawn = unserved_files(self.whole.media, served)
        else:
            withdrawn = set(self.before.served - served)
        both = old.keys() & new.keys()
        changed = sum(old[key] != new[key] for key in both)
        numbers = self.found.identity.numbers
        were = {
            key: self.past.episodes.get(numbers.get(contents.published[key].source, ""))
            for key in new.keys() - old.keys()
        }
        renamed = sum(was is not None and was.key in old.keys() - new.keys() for was in were.values())
        return Report(
            fingerprint=contents.meta["fingerprint"],
            added=len(new.keys() - old.keys()) - renamed,
            changed=changed,
            removed=len(old.keys() - new.keys()) - renamed,
            renamed=renamed,
            unchanged=len(both) - changed,
            seconds=time.monotonic() - began,
            problems=all_problems(self.intake, self.whole),
            search=contents.meta["search"],
            withdrawn=tuple(sorted(withdrawn)),
            moved=self._moved(),
        )

    def _moved(self) -> tuple[str, str] | None:
        """Return the address before and now, unless site.toml has changed it, by which all servers go."""
        before, now = self.before.meta, self._url
        if not before or before["url"] == now:
            return None
        by_file = before["url"] == SITE.validate_json(before["site"]).url and now == self.intake.site.url
        return None if by_file else (before["url"], now)


def _tried(body: Body) -> Body:
    return body if body.notes else tried(body)
