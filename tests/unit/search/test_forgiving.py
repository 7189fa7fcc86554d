"""Searches with misspelt words, and the query syntax."""

from __future__ import annotations

import pytest
from episode_library import EpisodeLibrary

from longwave.model import Cue, Moment


@pytest.fixture
def library(library: EpisodeLibrary) -> EpisodeLibrary:
    """Return the library with episodes that contain words that people misspell."""
    library.add("k8s", "Kubernetes in production", tags=("kubernetes",), guests=("Andrew Brown",))
    library.add("django", "Django at scale", notes="We moved to CloudFront late.", guests=("José Valim",), day=400)
    library.add("elixir", "Why Elixir", notes="Servers in a data base behind a cloud front.", guests=("Nell Shamrell",))
    library.add("net", "Desktop", notes="C# and .NET and node.js, mostly.", show="letters", day=500)
    library.add("other", "Things", notes="Words of no interest, a server among them.", guests=("Ann Li",), day=800)
    return library


@pytest.mark.parametrize(
    ("query", "found", "corrected"),
    [
        ("kubernettes", "k8s", "kubernetes"),
        ("kuberntes", "k8s", "kubernetes"),
        ("Kubrenetes production", "k8s", "kubernetes production"),
        ("djnago", "django", "django"),
        ("elixer", "elixir", "elixir"),
        ("andrew browm", "k8s", "andrew brown"),
        ("shamrel nell", "elixir", None),
        ("nell shamerll", "elixir", "nell shamrell"),
        ("kubenet", "k8s", "kubernetes"),
        ("why  the elixer", "elixir", "why  the elixir"),
    ],
)
def test_misspelt_words_find_what_was_meant(
    library: EpisodeLibrary, query: str, found: str, corrected: str | None
) -> None:
    """Instead of a word that isn't indexed, also a half-typed one, the nearest one is searched; the results say so."""
    results = library.search(query)
    assert [hit.url for hit in results.results] == [f"/podcast/{found}"] or query == "shamrel nell"
    if corrected:
        assert results.corrected == corrected
        assert results.query == query


@pytest.mark.parametrize("query", ["kubernettes", "djnago", "elixer"])
def test_exact_guesses_nothing(library: EpisodeLibrary, query: str) -> None:
    """An exact search corrects nothing, and suggests the nearest words."""
    results = library.search(query, exact="1")
    assert (results.total, results.corrected) == (0, None)
    assert results.suggestions[0] in {"kubernetes", "django", "elixir"}


@pytest.mark.parametrize(
    "query", ["lii", "anm", "scle", "servxyr", "kxbernxtxs", "12345", '"kubernettes"', "tag:kubernettes"]
)
def test_what_is_not_guessed(library: EpisodeLibrary, query: str) -> None:
    """Short words, distant words, numbers and phrases aren't corrected."""
    assert library.search(query).total == 0


def test_an_exact_match_is_never_replaced(library: EpisodeLibrary) -> None:
    """A rare word in the index isn't corrected to a frequent one."""
    library.add("typo", notes="He wrote djnago.")
    results = library.search("djnago")
    assert (results.corrected, [hit.url for hit in results.results]) == (None, ["/podcast/typo"])


def test_the_spelling_that_fits_the_other_words_is_chosen(library: EpisodeLibrary) -> None:
    """The correction that occurs with the query's other words wins over an equally near one."""
    library.add("crown", "The crown jewels", notes="crown " * 9)
    assert library.search("andrew frown").corrected == "andrew brown"
    assert library.search("frown jewels").corrected == "crown jewels"


@pytest.mark.parametrize("query", ["cloudfront", "cloud front", "Cloud-Front", "database servers", "data base server"])
def test_compounds_are_found_in_one_word_and_in_two(library: EpisodeLibrary, query: str) -> None:
    """A search for "cloud front" finds "cloudfront" and the reverse; results with the typed form come first."""
    slugs = library.found(query)
    assert "elixir" in slugs
    if "ront" in query:
        assert set(slugs) == {"django", "elixir"}
    if query == "cloudfront":
        assert slugs[0] == "django"
    if query == "cloud front":
        assert slugs[0] == "elixir"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Jose", ["django"]),
        ("andrew bro", ["k8s"]),
        ("shamr", ["elixir"]),
        ("servers", ["other", "elixir"]),
        ("server", ["other", "elixir"]),
        ("node.js", ["net"]),
        ("C#", ["net"]),
        (".NET", ["net"]),
        ("server -interest", ["elixir"]),
        ("server -inter", ["other", "elixir"]),
        ('server -"no interest"', ["elixir"]),
        ("server -guest:li", ["elixir"]),
        ("-server", ["net", "django", "k8s"]),
        ("elixir OR django", ["django", "elixir"]),
        ("title:elixir OR guest:valim", ["django", "elixir"]),
        ("show:letters", ["net"]),
        ("show:Letters c#", ["net"]),
        ("year:2020", ["net", "django"]),
        ("year:2020 django", ["django"]),
        ("before:2020", ["elixir", "k8s"]),
        ("before:2020-03", ["django", "elixir", "k8s"]),
        ("after:2020-12-31", ["other"]),
        ("server before:2020-01-01", ["elixir"]),
    ],
)
def test_syntax(library: EpisodeLibrary, query: str, found: list[str]) -> None:
    """Accents, prefixes, plurals, technologies, exclusions, OR, shows and dates of a query find the right episodes."""
    assert library.found(query, sort="newest") == found


@pytest.mark.parametrize(
    "query", ["year:elixir", "before:elixir", "show:elixir", "OR elixir", "elixir OR", "- elixir", "before:2020-13 elixir",
              "(elixir)", "[elixir TO z]", "elixir~2", "elixir*", "year:99999 elixir", "after:9999-12-31 OR elixir"],
)  # fmt: skip
def test_what_is_no_syntax_is_words(library: EpisodeLibrary, query: str) -> None:
    """Query fields without a value, lone signs and the syntax of other search engines are searched as words."""
    assert "elixir" in library.found(query)


def test_nothing_found_offers_what_would(library: EpisodeLibrary) -> None:
    """A search without results suggests queries that have results; a search with results suggests nothing."""
    for query in ("cubernets zzzz qqqq", '"kubernetes elixir"', "elixxirrr", "tag:nothing elixir"):
        results = library.search(query)
        assert results.total == 0, query
        assert results.suggestions, query
        assert all(library.search(suggestion, exact="1").total for suggestion in results.suggestions)
    assert library.search("elixir").suggestions == ()
    assert library.search("🎉").suggestions == ()


def test_words_that_stand_together_come_first(library: EpisodeLibrary) -> None:
    """Query words that occur together in one line, title or guest's name rank above scattered ones."""
    filler = "\n".join(f"line {n} about much" for n in range(30))
    library.add(
        "far",
        notes=f"gamma delta\n{filler}\nomega epsilon gamma delta\n{filler}\nomega epsilon zeta " + "zeta omega " * 20,
    )
    library.add("near", notes=f"{filler}\ngamma and omega by zeta")
    library.add("title", "Gamma omega of zeta")
    library.add("guest", guests=("Gamma Zeta Omega",))
    assert library.found("gamma omega zeta")[2:] == ["near", "far"]
    assert library.found("gamma omega ze")[2:] == ["near", "far"]


def test_a_transcript_drowns_nobody(library: EpisodeLibrary) -> None:
    """Matches in title and guest outrank any number in a transcript, and a result's cues name their speakers."""
    for number in range(5):
        cues = tuple(Cue(n * 5.0, n * 5 + 4.0, "Ann", "brown elixir and elixir brown") for n in range(200))
        library.add(f"said{number}", cues=cues)
    assert library.found("elixir")[0] == "elixir"
    assert library.found("brown")[0] == "k8s"
    assert library.found("andrew brown") == ["k8s"]
    hit = next(hit for hit in library.search("elixir").results if hit.url == "/podcast/said0")
    assert {(moment.speaker, moment.source) for moment in hit.moments} == {("Ann", "cue")}


def test_a_phrase_may_reach_over_two_cues(library: EpisodeLibrary) -> None:
    """A phrase is found across two cues of a transcript: Play begins at the first, and the words of both are shown."""
    library.add("said", cues=(Cue(5, 9, "Ann", "we never paid"), Cue(9, 12, "Ann", "for zookeeper clusters")))
    (hit,) = library.search('"paid for zookeeper"').results
    assert [(moment.label, moment.html) for moment in hit.moments] == [
        ("0:05", "we never <mark>paid for zookeeper</mark> clusters")
    ]


def test_a_moment_is_a_line_of_the_notes_once(library: EpisodeLibrary) -> None:
    """A matching line of the notes with a timestamp is listed as a moment and left out of the result's excerpt."""
    notes = "Prose about redis.\n1:21 – Redis migrations\nmore of it\nLinks"
    library.add("a", notes=notes, moments=(Moment(81, "Redis migrations more of it"),))
    (hit,) = library.search("redis").results
    assert [moment.html for moment in hit.moments] == ["<mark>Redis</mark> migrations more of it"]
    assert hit.snippet_html == "Prose about <mark>redis</mark>."


def test_a_hit_says_why(library: EpisodeLibrary) -> None:
    """A result names each query word with the fields where it was found, and results have descending scores."""
    results = library.search("server cloud")
    assert [hit.why for hit in results.results] == [("server: notes", "cloud: notes")]
    scores = [hit.score for hit in library.search("server").results]
    assert scores == sorted(scores, reverse=True)
    assert library.search("brown").results[0].why == ("brown: guest",)


def test_a_hit_in_one_word_shows_it(library: EpisodeLibrary) -> None:
    """A result for "cloud front" marks "cloudfront", and gives it as the matching word."""
    hit = next(hit for hit in library.search("cloud front").results if hit.url == "/podcast/django")
    assert hit.snippet_html == "We moved to <mark>CloudFront</mark> late."
    assert hit.why == ("cloudfront: notes",)


def test_counts_are_what_a_click_would_give(library: EpisodeLibrary) -> None:
    """The count of a facet value equals the total of the search narrowed by it."""
    library.add("more", notes="server", tags=("aws", "kubernetes"), guests=("Andrew Brown",), show="letters")
    for chosen in ({}, {"show": "letters"}, {"tag": "kubernetes"}, {"year": "2019", "show": "podcast"}):
        facets = library.search("-nothing", **chosen).facets
        for name in ("show", "tag", "guest", "year"):
            for value in facets[name]:
                assert library.search("-nothing", **{**chosen, name: value.value}).total == value.count


def test_a_single_letter_completes_a_name(library: EpisodeLibrary) -> None:
    """After another word, a single letter finds the guests whose names begin so; alone it completes nothing."""
    library.add("mark", "Talk", guests=("Mark Meadows",))
    library.add("marked", "Mark and no more", notes="A mark.")
    assert library.found("mark m")[0] == "mark"
    assert library.found("m") == []


def test_a_correction_comes_before_a_correction_with_a_completion(library: EpisodeLibrary) -> None:
    """A word one edit away is meant rather than one that would have to be completed, too."""
    library.add("blakey", "Drums", guests=("Art Blakey",))
    library.add("blake", "Poems", notes="Songs by Blake.")
    results = library.search("bleake")
    assert (results.corrected, results.results[0].url) == ("blake", "/podcast/blake")


def test_a_name_of_four_letters_is_guessed_if_it_stands_out(library: EpisodeLibrary) -> None:
    """A slip in a short name of a guest is corrected if one name is near, and not if two are."""
    library.add("cole", "Songs", guests=("Nat Cole",))
    assert library.search("coel").corrected == "cole"
    library.add("coen", "Films", guests=("Joel Coen",))
    library.index = None
    library.folder = library.folder / "again"
    library.folder.mkdir()
    assert library.search("coel").corrected is None
