"""Counts of searches: concurrent, damaged, and without a place to write."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import wait_until

from longwave.search.search_counts import FILE, SearchCounts


def told(counts: SearchCounts) -> list[tuple[str, int, int]]:
    """Return the counted queries."""
    return [(count.query, count.times, count.found) for count in counts.most_frequent(50)]


def test_queries_are_counted_in_one_spelling(tmp_path: Path) -> None:
    """Case, spaces and composition make no other query, one without letters isn't counted; the last total is stored."""
    counts = SearchCounts(tmp_path / "instance")
    for query, found in (("Caf\u00e9  AWS", 3), ("cafe\u0301 aws\n", 0), ("   ", 1), ("\0", 1), ("?!", 1)):
        counts.add(query, found)
    assert told(counts) == [("café aws", 2, 0)]
    assert [count.query for count in counts.without_results(5)] == ["café aws"]


def test_nothing_is_written_before_the_first_search_or_when_it_is_off(tmp_path: Path) -> None:
    """Reading the counts creates no folder, nor does counting when it is off."""
    counts = SearchCounts(tmp_path / "instance", on=False)
    counts.add("rails", 1)
    assert told(counts) == []
    counts.forget()
    assert not (tmp_path / "instance").exists()


def test_everything_can_be_forgotten(tmp_path: Path) -> None:
    """Deleting the counts empties them, and counting goes on."""
    counts = SearchCounts(tmp_path)
    counts.add("rails", 1)
    counts.forget()
    counts.add("django", 1)
    assert told(counts) == [("django", 1, 1)]


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least frequent of too many queries are deleted."""
    monkeypatch.setattr("longwave.search.search_counts._MAX_QUERIES", 20)
    counts = SearchCounts(tmp_path)
    for _ in range(3):
        counts.add("often", 1)
    for number in range(1100):
        counts.add(f"query {number}", 1)
    assert len(counts.most_frequent(5000)) <= 520
    assert told(counts)[0] == ("often", 3, 1)


def add_many(folder: Path, times: int) -> None:
    """Count many searches, as another process."""
    counts = SearchCounts(folder)
    for _ in range(times):
        counts.add("rails", 1)


def test_processes_count_together(tmp_path: Path) -> None:
    """Four concurrent processes lose no count."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=add_many, args=(tmp_path, 50)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told(SearchCounts(tmp_path)) == [("rails", 200, 1)]


def test_a_killed_process_damages_nothing(tmp_path: Path) -> None:
    """A process killed while counting loses no earlier count, and counting goes on."""
    worker = multiprocessing.get_context("fork").Process(target=add_many, args=(tmp_path, 1_000_000))
    worker.start()
    wait_until(lambda: told(SearchCounts(tmp_path)))
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    counts = SearchCounts(tmp_path)
    before = told(counts)[0][1]
    counts.add("rails", 1)
    assert told(counts) == [("rails", before + 1, 1)]


def test_a_damaged_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A damaged database is renamed, counting begins anew, and the log says so."""
    (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    counts = SearchCounts(tmp_path)
    counts.add("rails", 1)
    assert told(counts) == [("rails", 1, 1)]
    assert (tmp_path / f"{FILE}.damaged").exists()
    assert "damaged" in caplog.text


def test_no_place_to_write_costs_the_count_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that can't be created raises nothing, and is logged once."""
    (tmp_path / "instance").write_text("a file")
    counts = SearchCounts(tmp_path / "instance")
    with caplog.at_level(logging.WARNING):
        counts.add("rails", 1)
        counts.add("rails", 1)
    assert caplog.text.count("can't be counted") == 1
    assert told(counts) == []


def test_whoever_finds_another_file_counts_there(tmp_path: Path) -> None:
    """A renamed or deleted database loses no later count of any thread."""
    counts = SearchCounts(tmp_path)
    other = ThreadPoolExecutor(1)
    for add in (counts.add, lambda *pair: other.submit(counts.add, *pair).result()):
        add("rails", 1)
    (tmp_path / "copy").write_bytes(b"nonsense" * 1000)
    (tmp_path / "copy").replace(tmp_path / FILE)
    for more in ("-wal", "-shm"):
        (tmp_path / f"{FILE}{more}").unlink()
    counts.add("django", 1)
    other.submit(counts.add, "django", 1).result()
    assert told(counts) == [("django", 2, 1)]
    for path in tmp_path.glob(f"{FILE}*"):
        path.unlink()
    counts.add("flask", 1)
    other.submit(counts.add, "flask", 1).result()
    other.shutdown()
    assert told(SearchCounts(tmp_path)) == [("flask", 2, 1)]
