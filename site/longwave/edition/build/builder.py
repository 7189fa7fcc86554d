"""The builder of editions: it makes one from the site's folder and the previous edition, under the index's lock."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from longwave.config import Settings
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.build_report import Report
from longwave.edition.build.build_stamp import BuildStamp, current_stamp, read_stamp, state_of, write_stamp
from longwave.edition.build.due import find_due
from longwave.edition.build.faults import Fault, retry_without_faulty
from longwave.edition.build.intake import READ_NOW, TranscriptReading
from longwave.edition.build.publication import BuildOptions, Previous, Progress, Publication
from longwave.edition.build.stale import reporting_failure
from longwave.edition.build.survey import survey
from longwave.edition.past.clock import clock_problem
from longwave.edition.past.history import History, Past
from longwave.edition.past.promises import past_of_edition
from longwave.edition.store.edition_data import Assembly, Contents
from longwave.edition.store.edition_store import FORMAT, Store
from longwave.edition.store.index_folder import IndexFolder
from longwave.search.index_manifest import INDEXING

_log = logging.getLogger("longwave")


def build_edition(  # noqa: PLR0913 - all but the first are options
    settings: Settings,
    *,
    cache: BuildCache | None = None,
    full: bool = False,
    thorough: bool = False,
    search_up_to: int | None = None,
    progress: Progress | None = None,
    wait: bool = True,
    busy: Callable[[int], None] | None = None,
    only_due: bool = False,
    by_hand: bool = False,
    transcripts: TranscriptReading = READ_NOW,
) -> Report | None:
    """Build an edition from the site's folder, make it the current one, and return the report.

    With ``full``, nothing is reused but the last good versions of files that are broken now. With ``thorough``, the
    edition is built even if nothing seems to have changed, which fills ``cache`` for later builds. With
    ``search_up_to``, a first edition with more episodes than that is published without a search index. If another
    process is building, the result is None unless ``wait`` is true; ``busy`` is called with that process's id before
    the wait. With ``only_due``, the episodes whose time has come are published and nothing else. With ``by_hand``, the
    clock is trusted even if it is behind the time of the last edition. ``progress`` is called with the numbers of
    indexed documents and of all. ``transcripts`` says whether many new transcripts are left for a later build.

    Raises LongwaveError if nothing can be published; the current edition then stays as it is.
    """
    began = time.monotonic()
    index = IndexFolder(settings.index)
    index.prepare()
    options = BuildOptions(full, thorough, search_up_to, progress, only_due, by_hand, transcripts)
    with index.locked(wait=wait, busy=busy) as ours:
        if not ours:
            return None
        with reporting_failure(settings):
            return _build(settings, index, options, BuildCache() if cache is None else cache, began)


def _build(settings: Settings, index: IndexFolder, options: BuildOptions, cache: BuildCache, began: float) -> Report:
    index.clean()
    history, state, now = History(settings.instance, cache.past), state_of(settings), datetime.now(UTC)
    clock = clock_problem(history.made(), now) if options.by_hand else None
    needed = options.full or options.thorough or clock or not (settings.preview or history.is_there)
    if not needed and (stamp := current_stamp(index, state, options.search_up_to)):
        seconds = time.monotonic() - began
        return Report(stamp.fingerprint, 0, 0, 0, stamp.episodes, seconds, stamp.problems, stamp.search)
    if options.only_due:
        # As changes other than due episodes aren't published, the digest of the last build's files is kept, so that the
        # next build notices them; it is dropped if the last build was for a server at another address.
        last = read_stamp(index.path)
        state = last.state if last and last.url == (settings.url or "") else ""

    def publish(previous: Previous) -> tuple[Report, Assembly]:
        contents = previous.contents
        past = history.read() or _past_without_history(settings, history, contents)
        due = find_due(contents, now, cache.read_episode) if options.only_due and contents.folder else None

        def attempt(faults: Mapping[str, Fault]) -> tuple[Report, Assembly]:
            surveyed = survey(
                settings, contents, past, now, cache=cache, reread=options.full, faults=faults, due=due,
                transcripts=options.transcripts,
            )  # fmt: skip
            given = settings, index, options, cache, previous, history, past, surveyed, now, due
            return Publication(*given).publish(began), surveyed.assembly

        return retry_without_faulty(settings.root, attempt)

    with ExitStack() as stack:
        try:
            report, assembly = publish(_open_previous(index, cache, stack))
        except sqlite3.DatabaseError:
            # A damaged edition is treated as missing, as everything in the index folder can be computed again.
            report, assembly = publish(Previous())
    count, address = len(assembly.episodes), settings.url or ""
    given = report.fingerprint, address, state, count, report.search, assembly.next_due, report.problems
    write_stamp(index, BuildStamp(*given))
    return replace(report, lost=(clock, *report.lost)) if clock else report


def _past_without_history(settings: Settings, history: History, previous: Contents) -> Past:
    """Return what was published before, derived from the previous edition for lack of a history; empty in a preview."""
    if settings.preview:
        return Past()
    if previous.published and not history.is_there:
        _log.warning("%s is missing; it is begun anew with what the last edition tells.", history.path)
    return past_of_edition(previous)


def _open_previous(index: IndexFolder, cache: BuildCache, stack: ExitStack) -> Previous:
    """Return the current edition, open until ``stack`` is closed; an empty one if there is none that can be read.

    Of an edition in the format of another version, only the names of the served files are returned.
    """
    try:
        store = Store(index.editions / index.current(), cache.contents)
        stack.callback(store.close)
        if store.meta().get("format") == FORMAT:
            contents = store.contents()
            if contents.meta.get("indexing") != INDEXING:
                # The search index of another version counts as missing, so that a server builds it after publication.
                contents = replace(contents, meta={**contents.meta, "search": False})
            return Previous(store, contents)
        return Previous(contents=Contents(served=_served_files(store)))
    except (OSError, sqlite3.Error, ValueError):
        return Previous()


def _served_files(store: Store) -> frozenset[str] | None:
    try:
        return store.served()
    except sqlite3.Error:
        return None
