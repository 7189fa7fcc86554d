"""The analysis of text into words, the same for indexing, for queries and for highlighting.

Accents fold away, technologies stay apart (C, C#, C++, .NET, node.js), no word is dropped for being short, and Chinese,
Japanese and Korean runs are cut into overlapping pairs. Whoosh's own analyzers would lose half of that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from longwave.search.characters import APOSTROPHES, CJK, ascii_chunks, chunks, parts, separators, unseen
from longwave.search.stemming import codes, elided, stemmer, stop_words

_IS_CJK = re.compile(f"[{CJK}]")
_IS_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_KANA = re.compile("[\u3041-\u309f\u30fc]+")
_ACCENT = re.compile(r"(?<=[\u0000-\u024f\u0370-\u03ff])[\u0300-\u036f]+")
_DIGIT = re.compile(r"(?![0-9])\d")
# A cheap test for text with more combining marks on one letter than any script has. Marks don't match \w, except two
# of Japanese.
_MARKED = re.compile("[\\W\uff9e\uff9f]{31,}")
_MAX_MARKS = 30
#: Vowel signs and lengthening that Arabic and Hebrew may have or not.
_VOWELS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_SPELT_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i", "ё": "е",
     "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"}
)  # fmt: skip
#: The hiragana for each katakana.
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
#: The most letters of a word; the rest of a longer word is ignored.
_MAX_LETTERS = 60
_CACHE_SIZE = 32768


@dataclass(frozen=True, slots=True)
class Form:
    """A folded word (no case, no accents) and its stem. ``start`` and ``end`` are the word's indexes in its chunk."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """The words between two spaces, such as the two of ``node.js``, one position each.

    ``joined`` is the spelling in one word where there are several: ``nodejs`` for ``node.js``. ``single`` holds the
    characters of a Chinese, Japanese or Korean run, whose ``parts`` are pairs of them.
    """

    parts: tuple[Form, ...]
    joined: Form | None = None
    single: tuple[Form, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """Return all words by which the chunk can be found."""
        return (*self.parts, *((self.joined,) if self.joined else ()), *self.single)


class Analyzer:
    """An analyzer of text in some languages, separated by spaces. Safe to share between threads.

    ``stopwords`` are the little words of the first one.
    """

    def __init__(self, languages: str) -> None:
        self.languages = languages
        self._stem = lru_cache(_CACHE_SIZE)(stemmer(languages))
        self._cached = lru_cache(_CACHE_SIZE)(self._word)
        self.steps = lru_cache(_CACHE_SIZE)(self._steps)
        self._elided = elided(languages)
        first, *others = codes(languages) or ("",)
        self.stopwords = frozenset(map(fold, stop_words(first)))
        #: The little words of the other languages, which may be real words in the first one.
        self.foreign_stopwords = frozenset(fold(word) for code in others for word in stop_words(code)) - self.stopwords

    def scan(self, text: str) -> Iterator[tuple[int, Chunk]]:
        """Yield the chunks of ``text`` (a result of ``composed``), each with the index at which it begins."""
        for piece in pieces(text):
            yield piece.start(), self.chunk(piece[0])

    def chunk(self, piece: str) -> Chunk:
        """Return the words of ``piece``, which ``cut`` returned: two for ``node.js``, pairs for a Chinese run."""
        if _IS_CJK.match(piece):
            return _pairs(piece)
        return self._cached(piece) if len(piece) <= _MAX_LETTERS else self._word(piece)

    def _steps(self, piece: str) -> tuple[tuple[tuple[str, int], ...], int]:
        """Return the folded words of ``piece``, each with its offset from the first, and the number of offsets."""
        chunk = self.chunk(piece)
        words = [(form.text, step) for step, form in enumerate(chunk.parts)]
        if chunk.joined:
            words.append((chunk.joined.text, 0))
        if chunk.single != chunk.parts:
            # A Chinese, Japanese or Korean run has a pair fewer than characters, so the last two share a position.
            words += [(form.text, min(step, len(chunk.parts) - 1)) for step, form in enumerate(chunk.single)]
        return tuple(words), len(chunk.parts)

    def stem(self, text: str) -> str:
        """Return the stems of a folded word, separated by spaces."""
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
            # The possessive 's is dropped, so that a search for Andrew finds Andrew's.
            del texts[-1], places[-1]
        elif texts[0] in self._elided and len(texts) > 1 and _IS_APOSTROPHE.match(chunk, places[0][1]):
            # An elided article isn't part of the word, so that l'hôtel and d'hôtel are both found by hôtel.
            del texts[0], places[0]
        elif texts[-1] == "net" and texts[:-1] in (["asp"], ["vb"], ["ado"], ["ml"]):
            texts[-1] = "dotnet"
        forms = tuple(self._form(text, *place) for text, place in zip(texts, places, strict=True) if text)
        if len(forms) < 2:
            return Chunk(forms)
        joint = "." if all(form.text.isdecimal() for form in forms) else ""
        return Chunk(forms, self._form(joint.join(form.text for form in forms), forms[0].start, forms[-1].end))

    def _form(self, text: str, start: int, end: int) -> Form:
        return Form(text[:_MAX_LETTERS], self._stem(text[:_MAX_LETTERS]), start, end)


@lru_cache(16)
def analyzer(languages: str) -> Analyzer:
    """Return the analyzer of languages such as ``en`` or ``pt-BR de``; without a stemmer for one, it stems no word.

    Analyzers are pure, so all editions and apps of a process may share them.
    """
    return Analyzer(languages)


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield a match for each piece of ``text``: words, also with signs inside (``node.js``)."""
    return _chunk(text).finditer(text)


def cut(text: str) -> list[str]:
    """Return the ``pieces`` of ``text`` as strings, which is faster than matches where their indexes aren't needed."""
    strings: list[str] = _chunk(text).findall(text)
    return strings


def _chunk(text: str) -> re.Pattern[str]:
    return ascii_chunks() if text.isascii() else chunks()


def composed(text: str) -> str:
    """Return ``text`` in Unicode's form NFC, in which it is scanned: one letter is one character."""
    # Nearly all text is normalized already, which can be checked quickly.
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", _stream_safe(text))


def _stream_safe(text: str) -> str:
    """Return ``text`` with thirty marks on a letter at most (UAX 15): normalizing more takes quadratic time."""
    return text if text.isascii() else _MARKED.sub(_with_few_marks, text)


def _with_few_marks(run: re.Match[str]) -> str:
    characters, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) else 0
        if marks <= _MAX_MARKS:
            characters.append(character)
    return "".join(characters)


def fold(word: str) -> str:
    """Return a word without case, accents and width: ``Café`` and ``CAFE`` become ``cafe``, ``١٢`` becomes ``12``.

    Й stays a letter of its own, and vowel signs of Arabic and Hebrew are dropped. The result holds no character that
    separates words.
    """
    text = word.casefold()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", _stream_safe(unseen().sub("", text)))
    text = _VOWELS.sub("", _ACCENT.sub("", text)).casefold()
    text = unicodedata.normalize("NFC", text).translate(_SPELT_OUT)
    return separators().sub("", _DIGIT.sub(lambda digit: str(int(digit[0])), text))


def _pairs(run: str) -> Chunk:
    single = tuple(Form(text, text, at, at + 1) for at, text in enumerate(map(_width, run)))
    if len(single) == 1:
        return Chunk(single)
    pairs = tuple(Form(a.text + b.text, a.text + b.text, a.start, b.end) for a, b in pairwise(single))
    return Chunk(pairs, None, single)


def is_kana(text: str) -> bool:
    """Return whether folded text is of kana only: endings and particles, where the text around it has kanji."""
    return bool(_KANA.fullmatch(text))


def is_inflected(text: str) -> bool:
    """Return whether folded text is a kanji and the kana with which a Japanese ending begins (``学ぶ``, ``学んだ``)."""
    return len(text) == 2 and is_kana(text[1]) and not is_kana(text[0]) and bool(_IS_CJK.match(text))


@lru_cache(_CACHE_SIZE)
def _width(character: str) -> str:
    return separators().sub("", unicodedata.normalize("NFKC", character)).translate(_HIRAGANA)
