"""The limit of words in a query."""

from __future__ import annotations

import pytest
from episode_library import EpisodeLibrary

from longwave.search.clauses import Phrase
from longwave.search.query_parser import QueryParser, Slot


def reader(shelf: Shelf) -> QueryParser:
    """Return a parser of queries to the shelf's index."""
    shelf.search("words")
    index = shelf.index
    assert index is not None
    return QueryParser(index._vocabulary, index._postings(), index._analyzer, {})


def words(slots: tuple[Slot, ...]) -> int:
    """Return the number of words that are looked up for slots, including those of phrases."""
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
def test_a_query_is_so_many_words(shelf: Shelf, query: str) -> None:
    """Phrases, names with hyphens, alternatives and what is excluded are cut where they make more than 32 words."""
    shelf.add("a", notes="The words of a song.")
    understood = reader(shelf).parse(query)
    assert 0 < words(understood.slots) + words(understood.excluded) <= 33


def test_what_was_spelt_out_counts_once(shelf: Shelf) -> None:
    """The same phrase again adds nothing; the same word again is still a word."""
    shelf.add("a", notes="The words of a song.")
    assert len(reader(shelf).parse('"a song" "a song" tag:x tag:x').slots) == 2
    assert len(reader(shelf).parse("song song").slots) == 2
    assert shelf.search('"a song" ' * 20).total == 1
