"""What somebody who found nothing might ask instead."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.search.clauses import Word, find
from longwave.search.understanding import Reader, Slot, Understood

_NEAR = 3
_SHORTEST = 3
_MOST = 12


def near_queries(understood: Understood, reader: Reader) -> Iterator[str]:
    """Queries near this one, the nearest first, each once; whether they find anything is for others to see."""
    seen = {understood.query}
    for number, text in enumerate(_all(understood, reader)):
        if number >= _MOST:
            return
        if text not in seen:
            seen.add(text)
            yield text


def _all(understood: Understood, reader: Reader) -> Iterator[str]:
    query = understood.query
    unknown = [slot for slot in understood.slots if not slot.optional and (slot.guessed or not _known(slot, reader))]
    for slot in unknown:
        for word in _near(slot, reader):
            yield f"{query[: slot.start]}{word}{query[slot.end :]}"
    # Without quotes, fields and signs.
    words = [slot.text for slot in understood.slots]
    yield " ".join(words)
    for slot in unknown:
        yield from _near(slot, reader)
    yield from (slot.text for slot in understood.slots if slot not in unknown and not slot.optional)


def _known(slot: Slot, reader: Reader) -> bool:
    return any(find(clause, reader.postings, {}) for clause in slot.clauses)


def _near(slot: Slot, reader: Reader) -> Iterator[str]:
    if len(slot.text) < _SHORTEST or not isinstance(slot.clauses[0], Word):
        return
    for word, _ in reader.vocabulary.near(slot.text, max(1, len(slot.text) // 3), _NEAR):
        yield word
