"""Compare Longwave's search with SQLite FTS5 and tantivy, on the same documents and queries, in turns.

.venv/bin/pip install tantivy
.venv/bin/python benchmarks/search.py --transcripts          120 episodes with transcripts of 8,000 words
.venv/bin/python benchmarks/search.py --episodes 5000        5,000 episodes with notes
.venv/bin/python benchmarks/search.py --corpus FOLDER        a site of yours with real transcripts (see talk.py)
"""

from __future__ import annotations

import argparse
import gc
import http.client
import multiprocessing
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import talk
import waitress
from corpus import Asked, Made, ask, make, mixed, write
from peers import Fts5, Tantivy

import longwave.web.views.search_page as view
from longwave import create_app
from longwave.config import read_settings
from longwave.edition import Edition, build_edition
from longwave.edition.serve.edition import open_current
from longwave.edition.store.index_folder import IndexFolder
from longwave.search.documents import Document, Talk, make_document, make_talk, talk_key
from longwave.search.index_reader import Index
from longwave.search.index_writer import write_index
from longwave.search.query import Query, read_query
from longwave.search.results import Hit, Results

Search = Callable[[str], list[str]]


def relevance(engines: dict[str, Search], asked: list[Asked]) -> None:
    """Print each engine's mean reciprocal rank (MRR@10) for each kind of query."""
    ranks: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in engines}
    for one in asked:
        for name, search in engines.items():
            found = search(one.query)[:10]
            place = next((n for n, slug in enumerate(found, 1) if slug in one.right), 0)
            ranks[name][one.kind].append(1 / place if place else 0.0)
    print(f"\n| MRR@10 of {len(asked)} queries | {' | '.join(engines)} |\n|---|{'--:|' * len(engines)}")
    kinds = list(dict.fromkeys(one.kind for one in asked))
    for kind in kinds:
        print(f"| {kind} | {' | '.join(f'{statistics.mean(ranks[name][kind]):.3f}' for name in engines)} |")
    overall = (statistics.mean(value for kind in kinds for value in ranks[name][kind]) for name in engines)
    print(f"| **overall** | {' | '.join(f'{value:.3f}' for value in overall)} |")


def timed(
    engines: dict[str, Search], queries: list[str], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Return each engine's milliseconds by ``clock``, sorted: for each query the median of ``repeats`` runs in turns."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in queries] for name in engines}
    for search in engines.values():
        search("warm")
    for _ in range(repeats):
        for number, query in enumerate(queries):
            for name, search in engines.items():
                began = clock()
                search(query)
                times[name][number].append(1000 * (clock() - began))
    return {name: sorted(map(statistics.median, runs)) for name, runs in times.items()}


def speed(  # noqa: PLR0913, PLR0917 - a table has this many inputs
    title: str, engines: dict[str, Search], queries: list[str], repeats: int, base: str,
    clock: Callable[[], float] = time.perf_counter,
) -> None:  # fmt: skip
    """Print percentiles of each engine's times by ``clock``, and the ratio of its p95 to that of the engine ``base``."""
    times = timed(engines, queries, repeats, clock)
    print(f"\n| {title} | p50 ms | p95 ms | p99 ms | p95 / {base} |\n|---|--:|--:|--:|--:|")
    for name, sorted_times in times.items():
        p50, p95, p99 = (sorted_times[int(len(sorted_times) * share)] for share in (0.5, 0.95, 0.99))
        ratio = p95 / times[base][int(len(times[base]) * 0.95)]
        print(f"| {name} | {p50:.2f} | {p95:.2f} | {p99:.2f} | {ratio:.1f} |")


def nonsense(search: Search, episodes: list[Made]) -> None:
    """Print the longest response time for each kind of hostile query; every query is sent once."""
    said = " ".join(line for made in episodes[:40] for _, line in made.notes)
    common = " ".join(dict.fromkeys(said.split()))
    queries = {
        "`*`, `*a*`, `a*`": ["*", "*a*", "a*", "?", "[a TO z]", "/.*a/"],
        "two letters": [a + b for a in "bdmst" for b in "aeiou"],
        "10,000 characters": ["x" * 10_000, "ab " * 3_333, "lo" * 5_000, '"' + "a" * 10_000],
        "500 words": [common, said, " OR ".join(common.split()), " -".join(common.split()), f'"{common}"'],
        "brackets, quotes, controls": [
            "((((",
            '"""',
            "\x00\x01",
            "\u202e\u202d",
            "مرحبا",
            "🎉🎉",
            "a:b:c:",
            "tag:tag:",
        ],
    }
    print("\n| nonsense | worst ms |\n|---|--:|")
    for kind, some in queries.items():
        worst = 0.0
        for query in some:
            began = time.perf_counter()
            search(query)
            worst = max(worst, time.perf_counter() - began)
        print(f"| {kind} | {1000 * worst:.1f} |")


def documents_of(edition: Edition) -> dict[str, Document | Talk]:
    """Return the search documents of an edition by their keys: of notes, and of transcripts."""
    documents: dict[str, Document | Talk] = {}
    for episode in edition.catalogue.episodes:
        documents[episode.key] = make_document(edition.catalogue, episode, edition.notes(episode))
        if edition.has_transcript(episode):
            key = talk_key(episode.key, "")
            documents[key] = make_talk(key, edition.transcript(episode))
    return documents


def size(path: Path) -> int:
    """Return the bytes of a file or of a folder's files."""
    return path.stat().st_size if path.is_file() else sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def indexing(edition: Edition, episodes: list[Made], folder: Path) -> tuple[Fts5, Tantivy]:
    """Print how long each engine takes to index all episodes, and one changed one; return FTS5 and tantivy, indexed."""
    documents = documents_of(edition)
    text = sum(len(f"{m.title} {m.description} {m.text} {m.said}".encode()) for m in episodes)
    rows = []
    wanted = dict.fromkeys(documents, "1")
    began = time.perf_counter()
    write_index(folder / "a", wanted, documents.__getitem__, None, "en")
    whole = time.perf_counter() - began
    key = next(iter(documents))
    wanted[key] = "2"
    changed = []
    for turn in range(3):
        began = time.perf_counter()
        shutil.rmtree(folder / "b", ignore_errors=True)
        write_index(folder / "b", wanted, documents.__getitem__, folder / "a", "en")
        index = Index(folder / "b", "en")
        index.search(Query("the"), edition.catalogue)
        changed.append(time.perf_counter() - began)
        index.close()
        wanted[key] = f"turn{turn}"
    rows.append(("Longwave", whole, statistics.median(changed), size(folder / "a") / text))
    peers = Fts5(folder / "fts5.sqlite"), Tantivy(folder / "tantivy")
    for name, engine in zip(("FTS5", "tantivy"), peers, strict=True):
        began = time.perf_counter()
        engine.build(episodes)
        whole = time.perf_counter() - began
        began = time.perf_counter()
        engine.change(episodes[0])
        engine.search("the")
        rows.append((name, whole, time.perf_counter() - began, size(engine.path) / text))
    print("\n| indexing | from nothing, s | one changed until found, s | size / text |\n|---|--:|--:|--:|")
    for name, whole, one, ratio in rows:
        print(f"| {name} | {whole:.1f} | {one:.2f} | {ratio:.2f} |")
    return peers


def churn(documents: dict[str, Document | Talk], folder: Path) -> None:
    """Index all episodes again and again, as another process."""
    for turn in range(10_000):
        target = folder / f"churn{turn}"
        write_index(target, dict.fromkeys(documents, str(turn)), documents.__getitem__, None, "en")
        shutil.rmtree(target)


def disturbed(search: Search, edition: Edition, queries: list[str], folder: Path) -> None:
    """Print durations of searches while another process indexes."""
    documents = documents_of(edition)
    usual = timed({"": search}, queries, 2)[""]
    worker = multiprocessing.get_context("fork").Process(target=churn, args=(documents, folder))
    worker.start()
    time.sleep(1)
    meanwhile = timed({"": search}, queries, 2)[""]
    worker.kill()
    worker.join()
    print("\n| Longwave | p50 ms | p95 ms |\n|---|--:|--:|")
    for name, times in (("nobody indexes", usual), ("another process indexes", meanwhile)):
        print(f"| {name} | {times[len(times) // 2]:.2f} | {times[int(len(times) * 0.95)]:.2f} |")


def from_fts5(path: Path) -> Callable[[Query], Results]:
    """Return a function to replace the search page's own one, which finds episodes in the FTS5 database at ``path``."""

    def results(query: Query) -> Results:
        engine = Fts5(path)
        hits = [
            Hit(f"/podcast/{slug}", title, title, "podcast", None, "2020-01-01T00:00:00+00:00", (), (), snippet)
            for slug, title, snippet in engine.search(query.q, snippet=True)
        ]
        engine.connection.close()
        return Results(query.q, len(hits), 1, 1, results=tuple(hits))

    return results


def serve(root: str, port: int, fts5: str) -> None:
    """Serve a site on waitress; if ``fts5`` names a database, the search page shows FTS5's results, not Longwave's."""
    if fts5:
        view._results = from_fts5(Path(fts5))
    waitress.serve(create_app(root), port=port, threads=4, _quiet=True)


def over_http(root: Path, port: int, fts5: str) -> tuple[subprocess.Popen[bytes], Search]:
    """Start a server; return its process and a function that searches over HTTP."""
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(root), str(port), fts5],
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LONGWAVE_SEARCH_LIMIT": "0"},
    )
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def search(query: str) -> list[str]:
        connection.request("GET", f"/search?typing=1&q={quote(query)}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        return []

    for _ in range(300):
        try:
            search("warm")
            break
        except OSError:
            connection.close()
            time.sleep(0.1)
    return server, search


def main() -> None:
    """Print the tables of indexing, relevance and response times, or serve a site if ``--serve`` is given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=120)
    parser.add_argument("--transcripts", action="store_true")
    parser.add_argument("--each", type=int, default=60, help="queries of each kind")
    parser.add_argument("--misses", action="store_true", help="print the queries whose right answer wasn't the first")
    parser.add_argument("--corpus", type=Path, help="the root of a site with transcripts, instead of made episodes")
    parser.add_argument("--queries", type=Path, help="queries for the corpus: kind, slug, second, query, with tabs")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], int(options.serve[1]), options.serve[2])
        return
    if options.corpus:
        talk.measure(options.corpus, options.queries, options.each)
        return
    episodes = make(options.episodes, transcripts=options.transcripts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for made in episodes:
            write(made, folder)
        settings = read_settings({}, folder)
        build_edition(settings)
        edition = open_current(IndexFolder(settings.index), settings.content)
        print(
            f"{options.episodes} episodes{' with transcripts' if options.transcripts else ''}, SQLite {sqlite3.sqlite_version}"
        )
        fts5, tantivy = indexing(edition, episodes, folder)

        # Garbage collection during searches would scan the whole corpus; a server freezes its objects, too.
        gc.freeze()

        def own(query: str) -> list[str]:
            assert edition.search
            return [
                hit.url.rpartition("/")[2]
                for hit in edition.search.search(read_query({"q": query}), edition.catalogue).results
            ]

        engines: dict[str, Search] = {
            "Longwave": own,
            "FTS5": lambda query: [row[0] for row in fts5.search(query)],
            "tantivy": lambda query: [row[0] for row in tantivy.search(query)],
        }
        asked = ask(episodes, options.each)
        if options.misses:
            for one in asked:
                found = own(one.query)
                if not found or found[0] not in one.right:
                    print(one.kind, "|", one.query, "|", sorted(one.right)[:2], "|", found[:3])
        relevance(engines, asked)
        queries = mixed(episodes, 400)
        engines["FTS5 with snippets"] = lambda query: [row[0] for row in fts5.search(query, snippet=True)]
        speed("in the process", engines, queries, 3, "FTS5")
        speed("in the process, CPU time", engines, queries, 3, "FTS5", time.process_time)
        servers = {"Longwave": over_http(folder, 8137, ""), "FTS5": over_http(folder, 8138, str(fts5.path))}
        try:
            speed("through HTTP", {name: search for name, (_, search) in servers.items()}, queries, 3, "FTS5")
        finally:
            for server, _ in servers.values():
                server.kill()
                server.wait()
        nonsense(own, episodes)
        disturbed(own, edition, queries, folder)
        edition.close()


if __name__ == "__main__":
    main()
