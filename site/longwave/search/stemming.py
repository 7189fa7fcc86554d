"""The languages of a site in its search: stems, stop words and elisions.

Two words that share a stem are forms of one word. So everything by which two spellings mean the same goes into stems:
endings, ``colour`` and ``color``, ``3`` and ``three``, the article of an Arabic noun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import stopwordsiso
from Stemmer import Stemmer, algorithms  # type: ignore[import-not-found] # PyStemmer is untyped
from whoosh.lang import NoStopWords, stopwords_for_language

Stem = Callable[[str], str]

#: The names of Snowball's algorithms by the codes of languages.
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
#: The words that lose their vowel before another word: ``l'hôtel``, ``un'opera``.
_ELIDED = {
    "fr": "l d j m t s n c qu jusqu lorsqu puisqu quoiqu",
    "it": "l un d dell all nell sull dall quell quest c s m t v",
    "ca": "l d m t s n",
}
#: The languages that write compounds in one word.
_COMPOUNDING = frozenset(("da", "de", "fi", "hu", "nl", "no", "sv"))
#: The words for numbers from two on; English has ``one``, which in other languages is an article.
_NUMBERS = {
    "en": "two three four five six seven eight nine ten eleven twelve",
    "de": "zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pt": "dois tres quatro cinco seis sete oito nove dez onze doze",
}
#: The words that any podcast is full of, and that say little about the episode that is meant.
TRADE = frozenset((
    "episode", "episodes", "podcast", "podcasts", "interview", "interviews", "talk", "talks", "show", "shows",
    "author", "creator", "guest", "guy", "person",
    "folge", "folgen", "sendung", "gast", "gesprach", "entretien", "emission", "invite", "entrevista", "invitado",
    "episodio", "episodios", "puntata", "intervista", "ospite", "convidado", "avsnitt", "aflevering", "gesprek",
))  # fmt: skip
_BRITISH = (
    (re.compile(r"(?<=..)our(?=(?:s|ed|ing|ful|able|ite|ites|ist|al|less|ly)?$)"), "or"),
    (re.compile(r"(?<=...)([iy])s(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), r"\1z"),
    (re.compile(r"(?<=..)tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=..)ogue(?=s?$)"), "og"),
    (re.compile(r"^grey"), "gray"),
)
_ARABIC_PREFIX = re.compile("^(?:[وف]?(?:ال|بال|كال|لل)|[وف](?=.{4}))(?=.{3})")
_HEBREW_PREFIX = re.compile("^[והבכלמש]{1,3}(?=.{3})")
#: Stemming changes no word with fewer letters.
_MIN_STEMMED = 4


def codes(languages: str) -> tuple[str, ...]:
    """Return the codes of languages that are separated by spaces: ``en`` and ``no`` for ``en-US nb``."""
    short = (re.split("[-_]", language.lower())[0] for language in languages.split())
    return tuple(dict.fromkeys({"nb": "no", "nn": "no", "iw": "he"}.get(code, code) for code in short))


def joined_codes(languages: Iterable[str]) -> str:
    """Return the codes of languages, each once, in one text as ``codes`` reads it."""
    return " ".join(codes(" ".join(languages)))


def stemmer(languages: str) -> Stem:
    """Return a function that maps a folded word to its stems in the languages, separated by spaces."""
    stems = [_stemmer(code) for code in codes(languages)] or [str]
    if len(stems) == 1:
        return stems[0]
    return lambda word: " ".join(dict.fromkeys(stem(word) for stem in stems))


@cache
def stop_words(code: str) -> frozenset[str]:
    """Return the little words of a language (the, of, and), as they are written."""
    try:
        return frozenset(stopwords_for_language(code))
    except NoStopWords:
        return frozenset(stopwordsiso.stopwords(code))


def elided(languages: str) -> frozenset[str]:
    """Return the folded words that may stand elided before an apostrophe in one of the languages."""
    return frozenset(word for code in codes(languages) for word in _ELIDED.get(code, "").split())


def has_compounds(languages: str) -> bool:
    """Return whether one of the languages writes compounds in one word."""
    return not _COMPOUNDING.isdisjoint(codes(languages))


def _stemmer(code: str) -> Stem:
    numbers = {word: str(number) for number, word in enumerate(_NUMBERS.get(code, "").split(), 2)}
    if code == "en":
        numbers["one"] = "1"
    prepare, name = _PREPARED.get(code, str), _SNOWBALL.get(code, "")
    # Without a cache of its own, a stemmer has no state that threads would share beyond one call.
    stem: Stem = Stemmer(name, 0).stemWord if name in algorithms() else str

    def careful(word: str) -> str:
        if word in numbers:
            return numbers[word]
        if len(word) < _MIN_STEMMED or not word.isalpha():
            return word
        return stem(prepare(word)) or word

    return careful


def _american(word: str) -> str:
    for pattern, other in _BRITISH:
        word = pattern.sub(other, word)
    return word


#: The changes to a word before Snowball stems it.
_PREPARED: dict[str, Stem] = {
    "en": _american,
    "ar": lambda word: _ARABIC_PREFIX.sub("", word),
    "he": lambda word: _HEBREW_PREFIX.sub("", word),
}
