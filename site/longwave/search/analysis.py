"""Text becomes words: the same way for what is indexed, for what is searched and for what is marked.

Accents fold away, technologies stay apart (C, C#, C++, .NET, node.js), no word is dropped for being short, and Chinese,
Japanese and Korean runs are cut into overlapping pairs. Whoosh's own analyzers would lose half of that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from whoosh.lang import NoStemmer, NoStopWords, stemmer_for_language, stopwords_for_language

from longwave.search.characters import APOSTROPHES, CJK, ascii_chunks, chunks, parts, separators, unseen

_IS_CJK = re.compile(f"[{CJK}]")
_IS_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_ACCENT = re.compile(r"(?<=[\u0000-\u024f\u0370-\u03ff])[\u0300-\u036f]+")
_DIGIT = re.compile(r"(?![0-9])\d")
# Long enough to hold more marks on one letter than any script has: they aren't of \w, but for two of Japanese.
_MARKED = re.compile("[\\W\uff9e\uff9f]{31,}")
_MARKS = 30
_SPELT_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i", "ё": "е"}
)
_LONGEST = 60
_CACHED = 32768


@dataclass(frozen=True, slots=True)
class Form:
    """One word as it is looked up: folded, and its stem. ``start`` and ``end`` are places in the chunk it came from."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between two spaces: the words in it, one position each.

    ``whole`` is the spelling in one word where there are several: ``nodejs`` for ``node.js``. ``single`` holds the
    characters of a Chinese, Japanese or Korean run, whose ``parts`` are pairs.
    """

    parts: tuple[Form, ...]
    whole: Form | None = None
    single: tuple[Form, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """Everything by which this can be found."""
        return (*self.parts, *((self.whole,) if self.whole else ()), *self.single)


class Analyzer:
    """Cuts text of one language into words. Safe to share between threads."""

    def __init__(self, language: str) -> None:
        self._stem = lru_cache(_CACHED)(_stemmer(language))
        self._cached = lru_cache(_CACHED)(self._word)
        self.steps = lru_cache(_CACHED)(self._steps)
        self.stopwords = _stopwords(language)

    def scan(self, text: str) -> Iterator[tuple[int, Chunk]]:
        """The chunks of ``text``, which is ``composed``, each with the place at which it begins."""
        for piece in pieces(text):
            yield piece.start(), self.chunk(piece[0])

    def chunk(self, piece: str) -> Chunk:
        """The words in one of the ``pieces`` of a text."""
        if _IS_CJK.match(piece):
            return _pairs(piece)
        return self._cached(piece) if len(piece) <= _LONGEST else self._word(piece)

    def _steps(self, piece: str) -> tuple[tuple[tuple[str, int], ...], int]:
        """By what a piece is found, each with how many words after the first it stands; and how many words it is."""
        chunk = self.chunk(piece)
        found = [(form.text, step) for step, form in enumerate(chunk.parts)]
        if chunk.whole:
            found.append((chunk.whole.text, 0))
        if chunk.single != chunk.parts:
            # Its pairs are one fewer than the characters of a Chinese, Japanese or Korean run.
            found += [(form.text, min(step, len(chunk.parts) - 1)) for step, form in enumerate(chunk.single)]
        return tuple(found), len(chunk.parts)

    def stem(self, text: str) -> str:
        """The stem of a folded word."""
        return self._stem(text)

    def _word(self, chunk: str) -> Chunk:
        if chunk[0] == ".":
            return Chunk((self._form("dotnet", 0, len(chunk)),))
        places = [match.span() for match in parts().finditer(chunk)]
        texts = [fold(chunk[start:end]) for start, end in places]
        if chunk[-1] in "+#":
            texts[-1] += "plusplus" if chunk[-1] == "+" else "sharp"
            places[-1] = (places[-1][0], len(chunk))
        elif len(texts) > 1 and texts[-1] == "s" and _IS_APOSTROPHE.match(chunk, places[-1][0] - 1):
            # Andrew's is about Andrew.
            del texts[-1], places[-1]
        elif texts[-1] == "net" and texts[:-1] in (["asp"], ["vb"], ["ado"], ["ml"]):
            texts[-1] = "dotnet"
        forms = tuple(self._form(text, *place) for text, place in zip(texts, places, strict=True) if text)
        if len(forms) < 2:
            return Chunk(forms)
        joint = "." if all(form.text.isdecimal() for form in forms) else ""
        return Chunk(forms, self._form(joint.join(form.text for form in forms), forms[0].start, forms[-1].end))

    def _form(self, text: str, start: int, end: int) -> Form:
        return Form(text[:_LONGEST], self._stem(text[:_LONGEST]), start, end)


@lru_cache(16)
def analyzer(language: str) -> Analyzer:
    """The one analyzer of a language, such as ``en`` or ``pt-BR``; a language without a stemmer has none."""
    return Analyzer(language)


def pieces(text: str) -> Iterator[re.Match[str]]:
    """What stands between the spaces and the punctuation of ``text``."""
    return _chunk(text).finditer(text)


def cut(text: str) -> list[str]:
    """The ``pieces`` of ``text``, where nobody asks for their places."""
    found: list[str] = _chunk(text).findall(text)
    return found


def _chunk(text: str) -> re.Pattern[str]:
    return ascii_chunks() if text.isascii() else chunks()


def composed(text: str) -> str:
    """``text`` in the form in which it is scanned (NFC), so that one letter is one character."""
    # Nearly all text is so already, which is seen at once.
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", _stream_safe(text))


def _stream_safe(text: str) -> str:
    """``text`` with no more than thirty marks on a letter (UAX 15): to normalize more takes the square of the time."""
    return text if text.isascii() else _MARKED.sub(_with_few_marks, text)


def _with_few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) else 0
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def fold(word: str) -> str:
    """A word without case, accents and width: ``Café`` and ``CAFE`` are ``cafe``, ``١٢`` is ``12``.

    Й stays a letter of its own. Nothing is left that would cut a word.
    """
    text = word.casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", _stream_safe(unseen().sub("", text)))
    text = unicodedata.normalize("NFC", _ACCENT.sub("", text).casefold()).translate(_SPELT_OUT)
    return separators().sub("", _DIGIT.sub(lambda digit: str(int(digit[0])), text))


def _pairs(run: str) -> Chunk:
    single = tuple(Form(text, text, at, at + 1) for at, text in enumerate(map(_width, run)))
    if len(single) == 1:
        return Chunk(single)
    pairs = tuple(Form(a.text + b.text, a.text + b.text, a.start, b.end) for a, b in pairwise(single))
    return Chunk(pairs, None, single)


@lru_cache(_CACHED)
def _width(character: str) -> str:
    return separators().sub("", unicodedata.normalize("NFKC", character))


def _stemmer(language: str) -> Callable[[str], str]:
    code = _code(language)
    try:
        # Whoosh's Arabic stemmer raises at every word since Python 3.7, and keeps state that threads would share.
        stem: Callable[[str], str] = str if code == "ar" else stemmer_for_language(code)
    except NoStemmer:
        return str

    # Words come folded, so that each finds itself with and without its accents, whatever the stemmer makes of it.
    def careful(word: str) -> str:
        if len(word) < 4 or not word.isalpha():
            return word
        return stem(word) or word

    return careful


def _stopwords(language: str) -> frozenset[str]:
    try:
        return frozenset(map(fold, stopwords_for_language(_code(language))))
    except NoStopWords:
        return frozenset()


def _code(language: str) -> str:
    code = re.split("[-_]", language.lower())[0]
    return {"nb": "no", "nn": "no"}.get(code, code)
