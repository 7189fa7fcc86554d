"""Searches in languages: forms of words, little words, elisions, compounds, numbers and spellings."""

from __future__ import annotations

import pytest
from episode_library import EpisodeLibrary

from longwave.model import Cue
from longwave.search.analysis import analyzer
from longwave.search.stemming import codes, stop_words


@pytest.mark.parametrize(
    ("language", "text", "queries"),
    [
        ("fr", "La façade de l'hôtel fut repeinte", ["hôtel", "l'hôtel", "d’hôtel", "un hotel", "façades"]),
        ("it", "Abbiamo visitato l'abbazia e un'isola", ["abbazia", "dell'abbazia", "isole"]),
        ("de", "Eine Lebensversicherung für Häuser", ["Versicherung", "versicherungen", "Haus", "Haeuser"]),
        ("ar", "ذهبت إلى المدرسة مع أحمد والكتاب", ["مدرسة", "المدرسه", "احمد", "كتاب", "الكتاب"]),
        ("he", "הלכנו אל המלון בירושלים", ["מלון", "במלון", "ירושלים"]),
        ("ja", "昨日カレーを食べた", ["かれー", "食べる", "カレーを食べます"]),
        ("ja", "法律を学ぶ方法", ["学んだ", "学びました"]),
        ("pl", "Czytamy ciekawe książki", ["książka", "ksiazki"]),
        ("cs", "Čteme zajímavé knihy", ["kniha"]),
        ("tr", "Kitapları okuduk", ["kitaplar"]),
        ("el", "Οι ιστορίες της πόλης", ["πόλη"]),
        ("hi", "किताबें अच्छी थीं", ["किताब"]),
        ("en", "The colour of an organised theatre", ["color", "organized", "theaters", "colours"]),
        ("en", "Chapter 3 of formula one", ["formula 1", "chapter three", "Formula One"]),
        ("en", "It runs on python 3.11", ["python 3.11", "python 3"]),
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_other_spellings(
    library: EpisodeLibrary, language: str, text: str, queries: list[str]
) -> None:
    """In each language a word is found by its other forms and spellings, in notes and in talk."""
    library.language = language
    library.add("notes", notes=text)
    library.add("talk", cues=(Cue(0, 4, "", text),))
    library.add("other", notes="xyzzy", cues=(Cue(0, 4, "", "plugh"),))
    for query in queries:
        assert set(library.found(query, exact="1")) == {"notes", "talk"}, query


def test_a_show_in_another_language_is_searched_in_that(library: EpisodeLibrary) -> None:
    """A word is tried in each language of the site's shows."""
    library.language = "en de"
    library.add("english", notes="Many houses")
    library.add("german", notes="Viele Häuser")
    assert library.found("house") == ["english"]
    assert library.found("haus") == ["german"]


def test_a_little_word_of_another_language_counts_where_it_is_rare(library: EpisodeLibrary) -> None:
    """A stop word of a second language is a word like others as long as few episodes have it."""
    library.language = "en de"
    library.add("war", notes="About the war and peace")
    for number in range(4):
        library.add(f"e{number}", notes="About peace and quiet")
    assert library.found("war peace") == ["war"]


def test_the_exact_spelling_comes_first(library: EpisodeLibrary) -> None:
    """The word as typed outranks its other spellings."""
    library.add("colour", notes="colour")
    library.add("color", notes="color")
    assert library.found("colour") == ["colour", "color"]
    assert library.found("color") == ["color", "colour"]


@pytest.mark.parametrize("language", ["en", "ca", "el", "hi", "id", "lt", "hy", "eu", "ga", "ar", "cs", "pl", "et"])
def test_every_language_with_a_stemmer_has_little_words(language: str) -> None:
    """A language that is stemmed has stop words, too."""
    assert len(stop_words(language)) > 20
    assert analyzer(language).stopwords


def test_languages_have_short_codes() -> None:
    """Regional codes and Norwegian's two forms become the codes that stemmers know."""
    assert codes("en-US nb pt_BR en") == ("en", "no", "pt")
