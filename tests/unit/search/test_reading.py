"""Searching an index: matches, ranking and robustness."""

from __future__ import annotations

import random
import threading
import tracemalloc
from pathlib import Path

import pytest
from episode_library import EpisodeLibrary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwave.model import Cue, Notes, Words
from longwave.search.index_manifest import IndexDamaged
from longwave.search.index_reader import Index
from longwave.search.query import Query, read_query


def test_threads_share_the_postings(library: EpisodeLibrary) -> None:
    """Threads that search share the index's postings in memory, instead of each loading a copy."""
    dice = random.Random(1)
    for number in range(40):
        library.add(f"e{number}", notes="\n\n".join(f"common {dice.randbytes(400).hex()}" for _ in range(40)))
    library.search("common")
    segments = sum(path.stat().st_size for path in library.folder.rglob("*.seg"))
    assert segments > 500_000

    def search() -> None:
        tracemalloc.start()
        library.search("common", page="20", per_page="1")
        taken.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    taken: list[int] = []
    thread = threading.Thread(target=search)
    thread.start()
    thread.join()
    assert taken[0] < segments / 3


@pytest.mark.parametrize("query", ["deployment", "Deploys", "DEPLOYING", "deployed"])
def test_words_are_found_by_their_stem(library: EpisodeLibrary, query: str) -> None:
    """A word in an episode is found by its other grammatical forms."""
    library.add("hit", notes="How we deploy our application.")
    library.add("miss", notes="Something else.")
    assert library.found(query) == ["hit"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("C", "c"),
        ("c#", "sharp"),
        ("C++", "plus"),
        (".net", "net"),
        ("node.js", "node"),
        ("nodejs", "node"),
        ("r", "r"),
    ],
)
def test_technologies_are_kept_apart(library: EpisodeLibrary, query: str, expected: str) -> None:
    """C, C#, C++, .NET and node.js each find their own episode only."""
    library.add("c", notes="It is written in C, by hand.")
    library.add("sharp", notes="It is written in C#, by hand.")
    library.add("plus", notes="It is written in C++ by hand.")
    library.add("net", notes="It runs on .NET by now, they say.")
    library.add("node", notes="It runs on node.js by now.")
    library.add("r", notes="It is written in R.")
    assert library.found(query) == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("cafe", "latin"), ("jose", "latin"), ("naïve", "plain"), ("東京", "japanese"), ("京", "japanese")],
)
def test_accents_and_other_scripts(library: EpisodeLibrary, query: str, expected: str) -> None:
    """A query without accents finds words with them and the reverse, and Japanese is found by one character or more."""
    library.add("latin", "Café talk", guests=("José",))
    library.add("plain", notes="A naive question.")
    library.add("japanese", notes="東京都に住んでいます。")
    assert library.found(query) == [expected]


def test_the_language_chooses_the_stemmer(library: EpisodeLibrary) -> None:
    """On a German site a word is found by its German endings."""
    library.language = "de"
    library.add("hit", notes="Die Häuser am See")
    assert library.found("Haus") == ["hit"]
    assert library.found("hauser") == ["hit"]


def test_title_and_guest_outweigh_tags_and_tags_outweigh_notes(library: EpisodeLibrary) -> None:
    """A word in title, tag or guest outranks any number of occurrences in notes."""
    library.add("notes", notes="docker " * 80 + "and much else")
    library.add("tag", tags=("docker", "aws", "linux"))
    library.add("title", "Running docker in a small company for a long time")
    library.add("guest", guests=("Ann Docker",))
    library.add("filler", notes="Nothing of it.")
    slugs = library.found("docker")
    assert set(slugs[:2]) == {"title", "guest"}
    assert slugs[2:] == ["tag", "notes"]


def test_long_notes_do_not_win_by_length(library: EpisodeLibrary) -> None:
    """Two of the query's words in short notes outrank the same two in long notes."""
    library.add("long", notes="redis queue " + "other words here " * 900)
    library.add("short", notes="redis queue in short")
    assert library.found("redis queue") == ["short", "long"]


def test_all_words_are_wanted_and_most_will_do(library: EpisodeLibrary) -> None:
    """A result has all of the query's words; if there is none, those with the most words, at least half, are found."""
    library.add("both", notes="rails with sidekiq")
    library.add("one", notes="rails only")
    assert library.found("rails sidekiq") == ["both"]
    assert library.found("rails sidekiq xyzzy") == ["both"]
    assert library.found("rails xyzzy plugh") == []
    assert library.found("xyzzy rails") == ["one", "both"]


def test_little_words_rule_nothing_out(library: EpisodeLibrary) -> None:
    """A stop word (the, of) in a query is optional, unless the query has no other words."""
    library.add("hit", notes="deploy rails")
    library.add("the", notes="the end")
    assert library.found("how to deploy the rails") == ["hit"]
    assert library.found("the") == ["the"]


def test_phrases_are_exact(library: EpisodeLibrary) -> None:
    """A quoted phrase matches its words in order, adjacent and unstemmed, within one field."""
    library.add("hit", "Load test", notes="We use a load balancer in front.")
    library.add("apart", notes="The load on the balancer.")
    library.add("turned", notes="A balancer load.")
    library.add("other", notes="Two load balancers.")
    assert library.found('"load balancer"') == ["hit"]
    assert library.found("“Load  Balancer”") == ["hit"]
    assert library.found('"load balancer" front') == ["hit"]
    assert library.found('"load test we"') == []
    assert library.found('"load balancer" xyzzy') == []
    assert library.found('"in front"') == ["hit"]


def test_phrases_of_any_script(library: EpisodeLibrary) -> None:
    """Quoted phrases may contain compounds, C# and Chinese."""
    library.add("sharp", notes="I like node.js and C# code a lot")
    library.add("chinese", notes="我们在上海工作")
    assert library.found('"node.js and c# code"') == library.found('"node js and"') == ["sharp"]
    assert library.found('"在上海"') == library.found('"海"') == ["chinese"]
    assert library.found('"上海在"') == []


def test_fields(library: EpisodeLibrary) -> None:
    """guest:, tag: and title: search one field, with quotes or without, and are always required."""
    library.add("brown", "About AWS", guests=("Andrew Brown",), tags=("C#", "Ruby on Rails"))
    library.add("black", "About brown bears", guests=("Andrew Black",), tags=("C++", "aws"), notes="ruby")
    for query in ("guest:brown", 'guest:"andrew brown"', "GUEST:Bro", 'guest:"andrew brown', "tag:c#", "tag:c-sharp"):
        assert library.found(query) == ["brown"], query
    for query in ("title:aws", 'title:"about aws"', "tag:ruby-on-rails", 'tag:"ruby on rails"', "tag:ruby andrew"):
        assert library.found(query) == ["brown"], query
    assert library.found("tag:aws") == library.found("title:bear") == library.found("tag:c++ guest:andrew") == ["black"]
    assert library.found('guest:"brown andrew"') == library.found("guest:bears") == library.found("tag:nope ruby") == []


def test_a_field_that_is_met_exactly_is_not_completed(library: EpisodeLibrary) -> None:
    """A filter that is a whole tag isn't completed: tag:java finds no JavaScript, and tag:jav finds both."""
    library.add("java", tags=("Java",))
    library.add("script", tags=("JavaScript",))
    assert library.found("tag:java") == ["java"]
    assert sorted(library.found("tag:jav")) == ["java", "script"]


@pytest.mark.parametrize("query", ["kubern", "kubernete", "Kubernetes", "run kub"])
def test_the_last_word_may_be_half_typed(library: EpisodeLibrary, query: str) -> None:
    """A query's last word of two letters or more also finds the words that begin with it."""
    library.add("hit", notes="We run Kubernetes.")
    library.add("miss", notes="We run it.")
    assert library.found(query) == ["hit"]


def test_only_the_last_word_is_completed(library: EpisodeLibrary) -> None:
    """A query's earlier words, single letters and quoted words don't find words that begin with them."""
    library.add("hit", notes="We use Kubernetes daily.")
    assert library.found("kub xyzzy plugh") == library.found("k") == library.found('"kub"') == []


def test_the_word_itself_outranks_its_completions(library: EpisodeLibrary) -> None:
    """A match of the whole typed word in notes outranks a word that only begins with it in a title."""
    library.add("longer", "JavaScript everywhere")
    library.add("whole", notes="We wrote it in Java, mostly.")
    assert library.found("java") == ["whole", "longer"]


def test_numbers_chapters_and_transcripts_are_found(library: EpisodeLibrary) -> None:
    """An episode is found by its number and its transcript; a match in a transcript ranks below one in a title."""
    library.add("said", cues=(Cue(5, 9, "Ann", "We paid for zookeeper dearly."),))
    library.add("title", "Zookeeper", number=42)
    assert library.found("zookeeper") == ["title", "said"]
    assert library.found("42") == ["title"]


def test_filters_and_orders(library: EpisodeLibrary) -> None:
    """Show, tag, guest and year narrow a query; without words all episodes that pass are listed, the newest first."""
    library.add("a", "Rails", tags=("C#",), guests=("Ann Lee",), day=0)
    library.add("b", "Rails", show="letters", day=400)
    library.add("c", "About Rails and more", day=800)
    assert library.found() == ["c", "b", "a"]
    assert library.found(sort="oldest") == ["a", "b", "c"]
    assert library.found("rails") == ["b", "a", "c"]
    assert library.found("rails", sort="newest") == ["c", "b", "a"]
    assert library.found("rails", sort="oldest") == ["a", "b", "c"]
    assert library.found("rails", show="letters") == library.found(show="letters") == ["b"]
    assert (
        library.found("rails", tag="c-sharp") == library.found(guest="ann-lee") == library.found(year="2019") == ["a"]
    )
    assert library.found("rails", year="2021", show="podcast") == ["c"]


@pytest.mark.parametrize("args", [{"show": "x"}, {"tag": "C#"}, {"guest": "🎉"}, {"year": "1"}, {"page": "99999999"}])
def test_what_does_not_exist_has_no_results(library: EpisodeLibrary, args: dict[str, str]) -> None:
    """An unknown filter value and a page past the end have no results, with and without words in the query."""
    library.add("a", "Rails", tags=("C#",))
    assert library.found("rails", **args) == library.found("", **args) == []


def test_pages(library: EpisodeLibrary) -> None:
    """Results are split into pages, each result once, and the total counts all."""
    for number in range(7):
        library.add(f"e{number}", "Rails")
    pages = [library.search("rails", per_page="3", page=str(page)) for page in (1, 2, 3, 4)]
    assert [len(page.results) for page in pages] == [3, 3, 1, 0]
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    assert len({hit.url for page in pages for hit in page.results}) == 7
    assert [page.page for page in pages] == [1, 2, 3, 4]


NONSENSE = [
    *(
        '"',
        '""',
        '"""',
        "((",
        "a:",
        ":",
        "guest:",
        'guest:"',
        'tag:""',
        "*",
        "a*",
        "*a*",
        "?",
        "-",
        "AND OR NOT",
        "NOT",
    ),
    *(
        "🎉",
        "\0",
        "a\0b",
        "\ud800",
        "\u202eabc",
        "[a TO z]",
        "{x",
        "a~9",
        "a^9",
        "/.*/",
        "title:*",
        "\\",
        "c:\\x",
        "++",
        "#",
    ),
    *(
        "a" * 10_000,
        "a " * 500,
        '"' + "a " * 500,
        "word " * 100,
        "東" * 300,
        "a.b" * 90,
        "'" * 50,
        "s's's's",
        "tag:tag:tag:",
    ),
]


@pytest.mark.parametrize("query", NONSENSE, ids=lambda query: ascii(query[:12]))
def test_nonsense_is_no_error(library: EpisodeLibrary, query: str) -> None:
    """No nonsensical query raises an error, even if its words exist."""
    library.add("a", "A word", notes="a to z and not or 東東東 a.b c:x", tags=("tag",))
    library.add("b", "B word", notes=query)
    assert library.search(query).total <= 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["guest:", '"', "ann", " ", "tag:", "node.js", "京"]))))
def test_any_query_is_answered(library: EpisodeLibrary, parts: list[str]) -> None:
    """Any string as a query gets an answer, even one that is longer than an address may be."""
    if not library.episodes:
        library.add("a", "node.js and the 東京", guests=("Ann Lee",), tags=("node",))
    query = Query("".join(parts))
    assert library.search().total == 1
    assert library.index is not None
    assert library.index.search(query, library.catalogue()).total <= 1


def test_threads_search_at_once(library: EpisodeLibrary) -> None:
    """Eight threads get the same answers as one, and threads that have ended keep no file open."""
    for number in range(60):
        library.add(f"e{number}", f"Word{number % 7} and word{number % 5}", notes="load balancer " * (number % 3))
    library.write("a")
    index, catalogue = library.open("a"), library.catalogue()
    queries = ["word1", "word2 word3", '"load balancer"', "wor", "title:word4", ""]

    def answers() -> list[object]:
        return [index.search(read_query({"q": q}), catalogue) for q in queries]

    expected = answers()
    wrong: list[object] = []

    def run() -> None:
        for _ in range(5):
            try:
                if answers() != expected:
                    wrong.append("differs")
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells
                wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(index._readers) == 1


def test_an_index_that_is_not_there_says_so(tmp_path: Path) -> None:
    """Opening a missing index raises IndexDamaged."""
    with pytest.raises(IndexDamaged):
        Index(tmp_path / "none", "en")


def test_an_index_is_searched_after_its_files_are_gone(library: EpisodeLibrary) -> None:
    """An open index can still be searched after its folder was deleted."""
    library.add("a", "Rails")
    library.write("a")
    index = library.open("a")
    for path in (library.folder / "a").iterdir():
        path.unlink()
    results = index.search(Query("rails"), library.catalogue())
    assert results.total == 1


def test_the_real_episode_is_found(library: EpisodeLibrary) -> None:
    """A query with words of a real episode's notes finds that episode, and no other."""
    seeds = Path(__file__).parents[4] / "shared" / "seeds"
    files = sorted(seeds.glob("000_*.txt")) if seeds.is_dir() else []
    if not files:
        pytest.skip(f"no real episode in {seeds}")
    text = files[0].read_text("utf-8").split("---", 2)[2]
    library.add("real", "A Video Based AWS Certificate Training Platform", text, guests=("Andrew Brown",))
    library.add("other", "Something about Django")
    for query in (
        "exam pro",
        "andrew bro",
        '"AWS Aurora is being used"',
        "postgresql database",
        "cloud9 ide",
        "ssl elb",
    ):
        assert library.found(query) == ["real"], query


def test_of_many_that_match_alike_the_newest_come_first(library: EpisodeLibrary) -> None:
    """Results of equal score are ordered by date, whichever was saved last."""
    for number in range(90):
        library.add(f"e{number}", f"Weekly {number}")
    library.write("a")
    library.words["podcast/e7"] = Words(Notes("Saved again."))
    library.write("b", "a")
    wanted = [f"e{number}" for number in range(89, -1, -1)]
    for name in ("a", "b"):
        pages = (library.search("weekly", name, page=str(page)).results for page in range(1, 10))
        assert [hit.url.rpartition("/")[2] for page in pages for hit in page] == wanted
