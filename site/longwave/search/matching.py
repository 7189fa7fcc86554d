"""Which documents match the clauses of a query, and how well."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence

from longwave.search.postings import Postings
from longwave.search.understanding import Clause, Phrase, Word

#: How many of the query's words a document has, then its score: a missing word costs more than any word earns.
Rank = tuple[int, float]
_IN_A_ROW = 5.0


def match(clauses: Sequence[Clause], postings: Postings) -> dict[int, Rank]:
    """The rank of each document that has every word; of those that have most of them where none has all.

    What was spelt out (a phrase, a field) is never done without.
    """
    found = [(clause, _found(clause, postings)) for clause in clauses]
    needed = [scores for clause, scores in found if not clause.optional]
    if not needed:
        return {}
    documents = {document: len(needed) for document in set.intersection(*map(set, needed))}
    return {
        document: (matched, sum(scores.get(document, 0.0) for _, scores in found))
        for document, matched in (documents or _most(found)).items()
    }


def _most(found: Sequence[tuple[Clause, Mapping[int, float]]]) -> dict[int, int]:
    """How many words each document has that has at least half of them."""
    given = [set(scores) for clause, scores in found if clause.given]
    words = [set(scores) for clause, scores in found if not clause.given and not clause.optional]
    counts = Counter(document for documents in words for document in documents)
    allowed = set.intersection(*given) if given else counts.keys()
    return {document: n for document, n in counts.items() if 2 * n >= len(words) and document in allowed}


def _found(clause: Clause, postings: Postings) -> dict[int, float]:
    if isinstance(clause, Word):
        return _word(clause, postings)
    scores = _row(clause, postings)
    if clause.whole:
        for document, score in _word(clause.whole, postings).items():
            scores[document] = max(score, scores.get(document, 0.0))
    return scores


def _word(word: Word, postings: Postings) -> dict[int, float]:
    scores: dict[int, float] = {}
    for term, worth in word.terms.items():
        for document, weight in postings.weights(word.field, term).items():
            score = worth * weight
            if score > scores.get(document, 0.0):
                scores[document] = score
    return scores


def _row(phrase: Phrase, postings: Postings) -> dict[int, float]:
    if not all(postings.frequency(phrase.field, text) for text in phrase.texts):
        return {}
    places = [postings.positions(phrase.field, text) for text in phrase.texts]
    documents = [
        document
        for document in set.intersection(*map(set, places))
        if set.intersection(*({at - i for at in array("I", place[document])} for i, place in enumerate(places)))
    ]
    weights = [(worth, postings.weights("words", stem)) for stem, worth in phrase.worth.items()]
    return {
        document: sum((worth * weight.get(document, 0.0) for worth, weight in weights), start=_IN_A_ROW)
        for document in documents
    }
