"""The limit of words in a query."""

from __future__ import annotations

import pytest
from episode_library import EpisodeLibrary

from longwave.search.clauses import Phrase
from longwave.search.query_parser import QueryParser, Slot


def reader(library: EpisodeLibrary) -> QueryParser:
    """Return a parser of queries for the library's index."""
    library.search("words")
    index = library.index
    assert index is not None
    return QueryParser(index._vocabulary, index._postings(), index._analyzer, {})


def words(slots: tuple[Slot, ...]) -> int:
    """Return the number of words that a parsed query (its slots) looks up in the index, including those in phrases."""
    return sum(len(clause.texts) if isinstance(clause, Phrase) else 1 for slot in slots for clause in slot.clauses)


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f'"the {letter}"' for letter in "abcdefghijklmnopqrstuvwxyz"),
        " ".join(f'-"the {letter}"' for letter in "abcdefghijklmnopqrstuvwxyz"),
        " OR ".join(f'"the {letter}"' for letter in "abcdefghijklmnopqrstuvwxyz"),
        " ".join(f"the-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
        "a." * 100,
        '"' + "the " * 60 + '"',
        "the words " * 20,
        " ".join(f"tag:{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 2),
    ],
    ids=lambda query: query[:12],
)
def test_a_query_is_so_many_words(library: EpisodeLibrary, query: str) -> None:
    """A query's words beyond 32 are cut, also those of phrases, hyphenated names, alternatives and exclusions."""
    library.add("a", notes="The words of a song.")
    understood = reader(library).parse(query)
    assert 0 < words(understood.slots) + words(understood.excluded) <= 33


def test_what_was_spelt_out_counts_once(library: EpisodeLibrary) -> None:
    """A repeated phrase or filter counts once in a query, and a repeated word as often as it was typed."""
    library.add("a", notes="The words of a song.")
    assert len(reader(library).parse('"a song" "a song" tag:x tag:x').slots) == 2
    assert len(reader(library).parse("song song").slots) == 2
    assert library.search('"a song" ' * 20).total == 1
