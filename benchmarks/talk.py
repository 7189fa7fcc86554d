"""Search of real talk beside windows of 30 seconds in FTS5 and tantivy: the right episode, the right moment, the time.

The corpus is a site's root of yours with transcripts; it is only read. Queries are made of it: words as they were said,
and rare words of a minute as somebody types who half remembers it. A file may have others, such as paraphrases.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from peers import Window, WindowsFts5, WindowsTantivy
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage

from longwave.config import read_settings
from longwave.edition import Edition, build_edition
from longwave.edition.serve.edition import open_current
from longwave.edition.store.index_folder import IndexFolder
from longwave.search import codec, index_reader, index_writer, postings
from longwave.search.query import read_query

#: A moment is right if it is at most so many seconds before or after the second that is meant.
_BEFORE, _AFTER = 20, 50
_CARRIERS = ("", "", "episode about {}", "interview where they say {}", "the one on {}")
#: The slug and the moments of each result, the best first.
Found = list[tuple[str, list[int]]]


class Asked(NamedTuple):
    """A query of a kind, and the second of an episode that is meant."""

    kind: str
    slug: str
    second: int
    query: str


def measure(corpus: Path, queries: Path | None, each: int) -> None:
    """Print the tables for the site at ``corpus``."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copytree(corpus / "content", root / "content", ignore=shutil.ignore_patterns("audio"))
        _index(root, "Longwave")
        edition = _open(root)
        windows = list(_windows(edition))
        fts5, tantivy = WindowsFts5(), WindowsTantivy()
        for peer in (fts5, tantivy):
            began = time.process_time()
            peer.build(windows)
            print(f"| {type(peer).__name__} | {time.process_time() - began:.1f} | |")
        engines: dict[str, Callable[[str], Found]] = {
            "Longwave": lambda query: _own(edition, query),
            "FTS5, windows": lambda query: _flat(fts5.search(query)),
            "tantivy, windows": lambda query: _flat(tantivy.search(query)),
        }
        asked = [*_made(edition, each), *(_read(queries) if queries else ())]
        _relevance(engines, asked)
        _speed(engines, [one.query for one in asked])
        edition.close()
        _without(root, [one.query for one in asked])


def _open(root: Path) -> Edition:
    settings = read_settings({}, root)
    return open_current(IndexFolder(settings.index), settings.content)


def _index(root: Path, name: str, header: bool = True) -> None:
    if header:
        print("\n| indexing | CPU, s | MB |\n|---|--:|--:|")
    began = time.process_time()
    build_edition(read_settings({}, root), full=True)
    seconds = time.process_time() - began
    size = sum(path.stat().st_size for path in (root / "index").glob("editions/*/search/*"))
    print(f"| {name} | {seconds:.1f} | {size / 1e6:.1f} |")


def _windows(edition: Edition) -> Iterator[Window]:
    for episode in edition.catalogue.episodes:
        said: defaultdict[int, list[str]] = defaultdict(list)
        for cue in edition.transcript(episode).cues:
            said[int(cue.start) // 30].append(cue.text)
        yield from ((episode.slug, 30 * number, " ".join(texts)) for number, texts in said.items())


def _own(edition: Edition, query: str) -> Found:
    assert edition.search
    results = edition.search.search(read_query({"q": query}), edition.catalogue).results
    return [(hit.url.rpartition("/")[2], [moment.seconds for moment in hit.moments]) for hit in results]


def _flat(windows: list[tuple[str, int]]) -> Found:
    return [(slug, [at]) for slug, at in windows]


def _made(edition: Edition, each: int) -> Iterator[Asked]:
    """Yield queries made of the corpus: words as they were said, and rare words of half a minute."""
    dice = random.Random(5)
    windows = [window for window in _windows(edition) if len(window[2].split()) > 30]
    counts = Counter(word for _, _, text in windows for word in set(text.lower().split()))
    for slug, at, text in dice.sample(windows, min(each, len(windows))):
        words = text.split()
        begin, length = dice.randrange(len(words) - 8), dice.randint(5, 8)
        yield Asked("words said", slug, at + 15, " ".join(words[begin : begin + length]))
        plain = [word.strip(".,?!\"'").lower() for word in words]
        rare = sorted({word for word in plain if word.isalpha() and len(word) > 3}, key=lambda word: counts[word])[:8]
        chosen = dice.sample(rare, min(len(rare), dice.randint(2, 3)))
        yield Asked("typed", slug, at + 15, dice.choice(_CARRIERS).format(" ".join(chosen)) or " ".join(chosen))


def _read(path: Path) -> Iterator[Asked]:
    for line in path.read_text("utf-8").splitlines():
        kind, slug, second, query = line.split("\t")
        yield Asked(kind, slug, int(second), query)


def _relevance(engines: dict[str, Callable[[str], Found]], asked: list[Asked]) -> None:
    print(
        "\n| queries on talk | | episode first | episode MRR | moment first | moment MRR |\n|---|---|--:|--:|--:|--:|"
    )
    for kind in dict.fromkeys(one.kind for one in asked):
        some = [one for one in asked if one.kind == kind]
        for name, search in engines.items():
            episodes, moments = [], []
            for one in some:
                found = search(one.query)
                slugs = list(dict.fromkeys(slug for slug, _ in found))
                flat = [(slug, at) for slug, times in found for at in times]
                right = (n for n, (slug, at) in enumerate(flat, 1) if slug == one.slug and _is_near(at, one.second))
                episodes.append(1 / (slugs.index(one.slug) + 1) if one.slug in slugs else 0.0)
                moments.append(1 / next(right, 1e9))
            firsts = [sum(value == 1 for value in values) for values in (episodes, moments)]
            print(
                f"| {kind} | {name} | {firsts[0]} of {len(some)} | {statistics.mean(episodes):.3f}"
                f" | {firsts[1]} of {len(some)} | {statistics.mean(moments):.3f} |"
            )


def _is_near(at: int, second: int) -> bool:
    return second - _BEFORE <= at <= second + _AFTER


def _speed(engines: dict[str, Callable[[str], Found]], queries: list[str]) -> None:
    print("\n| talk, in the process | p50 ms | p95 ms | p99 ms | CPU p95 ms |\n|---|--:|--:|--:|--:|")
    for name, search in engines.items():
        wall, cpu = [], []
        for query in queries:
            began, burnt = time.perf_counter(), time.process_time()
            search(query)
            wall.append(1000 * (time.perf_counter() - began))
            cpu.append(1000 * (time.process_time() - burnt))
        p50, p95, p99 = (sorted(wall)[int(len(wall) * share)] for share in (0.5, 0.95, 0.99))
        print(f"| {name} | {p50:.1f} | {p95:.1f} | {p99:.1f} | {sorted(cpu)[int(len(cpu) * 0.95)]:.1f} |")


def _without(root: Path, queries: list[str]) -> None:
    """Print what each part of ours that stands in for one of Whoosh's saves."""
    for name, replaced in {"Whoosh's codec": _whoosh_codec, "Whoosh's matchers": _whoosh_matchers,
                           "Whoosh's storage": _whoosh_storage}.items():  # fmt: skip
        with replaced():
            _index(root, f"with {name}")
            edition = _open(root)
            _speed({f"with {name}": lambda query, edition=edition: _own(edition, query)}, queries)
            edition.close()


@contextmanager
def _whoosh_codec() -> Iterator[None]:
    class Pool(codec.PostingPool):
        def iter_postings(self) -> Iterator[Any]:
            for name, word, numbers, weights, values in super().iter_postings():
                for number, weight, value in zip(numbers, weights, values, strict=True):
                    yield name, word, number, float(weight), value

    def blocks(matcher: Any) -> Iterator[Any]:
        for ids, weights, values in own(matcher):
            yield ids, [int(weight) for weight in weights], values

    own = postings._blocks
    with (
        patch.object(index_writer, "Codec", W3Codec), patch.object(index_writer, "PostingPool", Pool),
        patch.object(postings, "_blocks", blocks),
    ):  # fmt: skip
        yield


@contextmanager
def _whoosh_matchers() -> Iterator[None]:
    def blocks(matcher: Any) -> Iterator[Any]:
        rows = []
        while matcher.is_active():
            rows.append((matcher.id(), int(matcher.weight()), matcher.value()))
            matcher.next()
        yield zip(*rows, strict=True) if rows else ((), (), ())

    with patch.object(postings, "_blocks", blocks):
        yield


@contextmanager
def _whoosh_storage() -> Iterator[None]:
    class Storage(FileStorage):
        def __init__(self, folder: Path) -> None:
            super().__init__(str(folder))

        def has_changed(self) -> bool:
            return False

        def is_gone(self) -> bool:
            return False

    with patch.object(index_reader, "SharedStorage", Storage):
        yield
