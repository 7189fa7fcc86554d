"""The database that counts visitors' searches: used concurrently, damaged, or without a place to write."""

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
    """Return each counted query with the number of its searches and of its latest results."""
    return [(count.query, count.times, count.found) for count in counts.most_frequent(50)]


def test_queries_are_counted_in_one_spelling(tmp_path: Path) -> None:
    """Queries that differ by case, spaces or Unicode composition count as one; those without letters don't count."""
    counts = SearchCounts(tmp_path / "instance")
    for query, found in (("Caf\u00e9  AWS", 3), ("cafe\u0301 aws\n", 0), ("   ", 1), ("\0", 1), ("?!", 1)):
        counts.add(query, found)
    assert told(counts) == [("café aws", 2, 0)]
    assert [count.query for count in counts.without_results(5)] == ["café aws"]


def test_nothing_is_written_before_the_first_search_or_when_it_is_off(tmp_path: Path) -> None:
    """Reading the search counts creates no folder, nor does a search while counting is off."""
    counts = SearchCounts(tmp_path / "instance", on=False)
    counts.add("rails", 1)
    assert told(counts) == []
    counts.forget()
    assert not (tmp_path / "instance").exists()


def test_everything_can_be_forgotten(tmp_path: Path) -> None:
    """After the search counts are deleted, only later searches are counted."""
    counts = SearchCounts(tmp_path)
    counts.add("rails", 1)
    counts.forget()
    counts.add("django", 1)
    assert told(counts) == [("django", 1, 1)]


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of stored queries the least frequently searched ones are deleted."""
    monkeypatch.setattr("longwave.search.search_counts._MAX_QUERIES", 20)
    counts = SearchCounts(tmp_path)
    for _ in range(3):
        counts.add("often", 1)
    for number in range(1100):
        counts.add(f"query {number}", 1)
    assert len(counts.most_frequent(5000)) <= 520
    assert told(counts)[0] == ("often", 3, 1)


def add_many(folder: Path, times: int) -> None:
    """Add many searches to the counts in a folder; another process calls this."""
    counts = SearchCounts(folder)
    for _ in range(times):
        counts.add("rails", 1)


def test_processes_count_together(tmp_path: Path) -> None:
    """Four processes that count searches concurrently lose no count."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=add_many, args=(tmp_path, 50)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told(SearchCounts(tmp_path)) == [("rails", 200, 1)]


def test_a_killed_process_damages_nothing(tmp_path: Path) -> None:
    """A process that is killed while it counts searches loses no earlier count, and others go on counting."""
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
    """A damaged database of search counts is renamed, counting begins anew, and the log says so."""
    (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    counts = SearchCounts(tmp_path)
    counts.add("rails", 1)
    assert told(counts) == [("rails", 1, 1)]
    assert (tmp_path / f"{FILE}.damaged").exists()
    assert "damaged" in caplog.text


def test_no_place_to_write_costs_the_count_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """If the folder of the search counts can't be created, searches aren't counted, and that is logged once."""
    (tmp_path / "instance").write_text("a file")
    counts = SearchCounts(tmp_path / "instance")
    with caplog.at_level(logging.WARNING):
        counts.add("rails", 1)
        counts.add("rails", 1)
    assert caplog.text.count("can't be counted") == 1
    assert told(counts) == []


def test_whoever_finds_another_file_counts_there(tmp_path: Path) -> None:
    """After the database of search counts is replaced or deleted, all threads count searches in a new one."""
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
