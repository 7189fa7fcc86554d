"""Analysis: how texts and queries are cut into words for the search index."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unusual_characters import UNUSUAL_CHARACTERS

from longwave.search.analysis import analyzer, composed, cut, fold, pieces
from longwave.search.characters import APOSTROPHES, CJK, chunks, separators
from longwave.search.characters import parts as parts_of

LANGUAGES = [
    "ar",
    "da",
    "nl",
    "en",
    "fi",
    "fr",
    "de",
    "hu",
    "it",
    "no",
    "nb",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "es",
    "sv",
    "tr",
    "el",
    "he",
    "hi",
    "ca",
    "fa",
    "en de fr ar",
    "zh",
    "ja",
    "xx",
]


def parts(text: str, language: str = "en") -> list[str]:
    """Return the words into which a text is cut, in order, each in its first indexed form."""
    return [form.text for _, chunk in analyzer(language).scan(composed(text)) for form in chunk.parts]


def forms(text: str) -> set[str]:
    """Return every form in which a text is indexed: whole words, parts of compounds, pairs of Chinese characters."""
    return {form.text for _, chunk in analyzer("en").scan(composed(text)) for form in chunk.forms}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C, C# and C++ or .NET, R; F#.", ["c", "csharp", "and", "cplusplus", "or", "dotnet", "r", "fsharp"]),
        ("ASP.NET Core", ["asp", "dotnet", "core"]),
        ("C++17", ["cplusplus", "17"]),
        ("item#5", ["item", "5"]),
        ("CI/CD snake_case", ["ci", "cd", "snake", "case"]),
        ("Andrew's and ANDREW’S", ["andrew", "and", "andrew"]),
        ("don't", ["don", "t"]),
        ("x\ud800y\0z 🎉", ["x", "y", "z"]),
    ],
)
def test_words_and_technologies(text: str, expected: list[str]) -> None:
    """Text is cut into words where a reader would, and technologies with signs in their names (C++) stay whole."""
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [("node.js", "nodejs"), ("front-end", "frontend"), ("don't", "dont"), ("AT&T", "att"), ("3.11", "3.11")],
)
def test_compounds_are_also_one_word(text: str, whole: str) -> None:
    """A name with a sign inside is indexed as its parts and as one word; numbers keep their decimal point."""
    assert whole in forms(text)
    assert len(parts(text)) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("café", "CAFE"),
        ("José", "jose"),
        ("cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("ＡＷＳ", "aws"),
        ("Łódź", "lodz"),
        ("Θεσσαλονίκη", "θεσσαλονικη"),
        ("ёлка", "елка"),
        ("Dampf\u00adschiff", "dampfschiff"),
    ],
)
def test_accents_case_and_width_fold_away(one: str, other: str) -> None:
    """A word is found with and without its accents, in either direction."""
    assert parts(one) == parts(other)
    assert len(parts(one)) == 1


def test_letters_that_only_look_accented_stay() -> None:
    """Folding of accents leaves the Russian short i and the Hindi vowel signs alone."""
    assert fold("Йод") == "йод"
    assert parts("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_chinese_japanese_korean_become_pairs() -> None:
    """Chinese, Japanese and Korean text is indexed as overlapping pairs of characters, and as single characters."""
    assert parts("AWSを使う 犬") == ["aws", "を使", "使う", "犬"]
    assert forms("서울에서") == {"서울", "울에", "에서", "서", "울", "에"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_stem_what_they_can(language: str) -> None:
    """A word is stemmed in each language; in one without a stemmer its stem is the word itself."""
    stem = analyzer(language).stem("running")
    assert stem == ("run" if language == "en" else stem)
    assert stem
    if language in ("ar", "zh", "ja", "xx"):
        assert stem == "running"


@pytest.mark.parametrize(
    "marks", ["\u0315\u0316", "\uff9e\u0315", "\u0f73", "\u0315\u200d\u0316", "\u0315\u0316-", "\u0301"]
)
def test_marks_without_end_take_no_time(marks: str) -> None:
    """A letter with any number of combining marks is read in linear time, and thirty of the marks are kept."""
    text = "a" + marks * 50_000
    started = time.thread_time()
    fold(text)
    assert list(analyzer("en").scan(composed(text)))
    # Python's normalization of all these marks, which sorts them one by one, would take ten seconds.
    assert time.thread_time() - started < 4
    assert composed("x" + "\u0315\u0316" * 15) == "x" + "\u0316" * 15 + "\u0315" * 15


@given(st.sampled_from(LANGUAGES), st.text())
def test_any_text_in_any_language_is_cut_in_place(language: str, text: str) -> None:
    """No text in any language raises an error; no indexed form is empty, and each has its place within the text."""
    text = composed(text)
    for at, chunk in analyzer(language).scan(text):
        for form in chunk.forms:
            assert form.text
            assert form.stem
            assert 0 <= at + form.start < at + form.end <= len(text)


@given(st.sampled_from(LANGUAGES), st.from_regex(r"[a-zäöüéèñçøåßаияьйёþ']{1,14}", fullmatch=True))
def test_stemmers_survive_any_word(language: str, word: str) -> None:
    """No combination of letters makes a stemmer raise an error."""
    assert all(form.stem for _, chunk in analyzer(language).scan(word) for form in chunk.forms)


@given(st.text(st.sampled_from("aB9 .#+-&'_/net"), max_size=30))
def test_ascii_is_cut_as_all_text_is(text: str) -> None:
    """The fast pattern for ASCII text gives the same words, at the same places, as the general one."""
    assert cut(text) == [piece[0] for piece in pieces(text)] == chunks().findall(text)
    assert [piece.start() for piece in pieces(text)] == [piece.start() for piece in chunks().finditer(text)]


@pytest.mark.parametrize("sign", [c for c in UNUSUAL_CHARACTERS if re.fullmatch(f"[{APOSTROPHES}]", c)])
def test_whatever_is_written_for_an_apostrophe_is_one(sign: str) -> None:
    """A letter, accent or quote used as an apostrophe cuts words and makes a possessive, as ' does."""
    assert parts(f"the world{sign}s end") == ["the", "world", "end"]
    assert forms(f"Hawai{sign}i") == {"hawai", "i", "hawaii"}
    assert parts(f"{sign}okina rock {sign}n{sign} roll students{sign}") == ["okina", "rock", "n", "roll", "students"]
    assert parts(f"{sign}") == parts(f"{sign}s{sign}{sign}")[1:] == []


@pytest.mark.parametrize(
    "text", ["සිංහල", "ភាសាខ្មែរ", "မြန်မာ", "བོད་", "ދިވެހި", "ܣܘܪܝܝܐ", "𑄌𑄋𑄴𑄟𑄳𑄦", "می‌خواهم", "co­operate", "a﻿b"]
)
def test_marks_and_joiners_of_all_scripts_belong_to_their_word(text: str) -> None:
    """No combining mark or invisible joiner of any script cuts a word in two."""
    assert len(parts(text)) == 1
    assert parts(f"{text} {text}") == parts(text) * 2


def test_digits_of_all_scripts_are_digits() -> None:
    """A number is found in the digits of any script."""
    for one in (chr(code) for code in range(0x20000) if unicodedata.decimal(chr(code), 0) == 1):
        assert parts(one * 2) == ["11"], unicodedata.name(one)
        assert "1.1" in forms(f"{one}.{one}")


def test_every_character_is_in_one_class() -> None:
    """Each unusual character either belongs to a word, is Chinese, Japanese or Korean, or separates words."""
    for character in UNUSUAL_CHARACTERS:
        in_part = bool(parts_of().fullmatch(f"a{character}"))
        alone = bool(parts_of().fullmatch(character))
        run = bool(re.fullmatch(f"[{CJK}]", character))
        sign = bool(re.fullmatch(f"[{APOSTROPHES}]", character))
        cuts = bool(separators().fullmatch(character))
        assert sum((in_part, run, cuts)) == 1, unicodedata.name(character, hex(ord(character)))
        assert not (alone and not in_part)
        assert cuts or not sign


@given(
    st.sampled_from(LANGUAGES),
    st.lists(st.sampled_from(UNUSUAL_CHARACTERS) | st.characters(), max_size=6),
    st.sampled_from(["world", "C", "x'", ""]),
)
def test_what_is_found_is_found_by_itself(language: str, odd: list[str], word: str) -> None:
    """A word with odd characters raises no error, and each form in which it is indexed, typed as a query, finds it."""
    text = word + "s".join(odd) + "++"
    for _, chunk in analyzer(language).scan(composed(text)):
        for form in chunk.forms:
            # A form of nothing but combining marks is exempt, as it is no word.
            texts = {again.text for _, one in analyzer(language).scan(composed(form.text)) for again in one.forms}
            assert form.text in texts or len(form.text) > 20 or not form.text[0].isalnum()


@pytest.mark.parametrize("part", range(4))
def test_each_pair_of_the_oddest_characters(part: int) -> None:
    """Every pair of the 200 unusual characters within words is analysed without an error."""
    text = composed(" ".join(f"wo{a}rl{b}s" for a in UNUSUAL_CHARACTERS[part::4] for b in UNUSUAL_CHARACTERS))
    assert all(form.text and form.stem for _, chunk in analyzer("en").scan(text) for form in chunk.forms)
