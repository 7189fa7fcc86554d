"""Searching: what is found, in which order, and what nobody can break."""

from __future__ import annotations

import random
import threading
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelf import Shelf

from longwave.model import Cue, Notes, Words
from longwave.search.index_manifest import IndexDamaged
from longwave.search.index_reader import Index
from longwave.search.query import Query, read_query


def test_threads_share_the_postings(shelf: Shelf) -> None:
    """Another thread that searches takes no copy of the index into memory."""
    dice = random.Random(1)
    for number in range(40):
        shelf.add(f"e{number}", notes="\n\n".join(f"common {dice.randbytes(400).hex()}" for _ in range(40)))
    shelf.search("common")
    segments = sum(path.stat().st_size for path in shelf.folder.rglob("*.seg"))
    assert segments > 500_000

    def search() -> None:
        tracemalloc.start()
        shelf.search("common", page="20", per_page="1")
        taken.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    taken: list[int] = []
    thread = threading.Thread(target=search)
    thread.start()
    thread.join()
    assert taken[0] < segments / 3


@pytest.mark.parametrize("query", ["deployment", "Deploys", "DEPLOYING", "deployed"])
def test_words_are_found_by_their_stem(shelf: Shelf, query: str) -> None:
    """Another form of a word finds it."""
    shelf.add("hit", notes="How we deploy our application.")
    shelf.add("miss", notes="Something else.")
    assert shelf.found(query) == ["hit"]


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
def test_technologies_are_kept_apart(shelf: Shelf, query: str, expected: str) -> None:
    """C, C#, C++, .NET and node.js each find their own episode only."""
    shelf.add("c", notes="It is written in C, by hand.")
    shelf.add("sharp", notes="It is written in C#, by hand.")
    shelf.add("plus", notes="It is written in C++ by hand.")
    shelf.add("net", notes="It runs on .NET by now, they say.")
    shelf.add("node", notes="It runs on node.js by now.")
    shelf.add("r", notes="It is written in R.")
    assert shelf.found(query) == [expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [("cafe", "latin"), ("jose", "latin"), ("naïve", "plain"), ("東京", "japanese"), ("京", "japanese")],
)
def test_accents_and_other_scripts(shelf: Shelf, query: str, expected: str) -> None:
    """Accents fold both ways, and Japanese is found by one character or more."""
    shelf.add("latin", "Café talk", guests=("José",))
    shelf.add("plain", notes="A naive question.")
    shelf.add("japanese", notes="東京都に住んでいます。")
    assert shelf.found(query) == [expected]


def test_the_language_chooses_the_stemmer(shelf: Shelf) -> None:
    """In German, German endings fall."""
    shelf.language = "de"
    shelf.add("hit", notes="Die Häuser am See")
    assert shelf.found("Haus") == ["hit"]
    assert shelf.found("hauser") == ["hit"]


def test_title_and_guest_outweigh_tags_and_tags_outweigh_notes(shelf: Shelf) -> None:
    """However often the notes say a word, an episode that is named, tagged or guested by it comes first."""
    shelf.add("notes", notes="docker " * 80 + "and much else")
    shelf.add("tag", tags=("docker", "aws", "linux"))
    shelf.add("title", "Running docker in a small company for a long time")
    shelf.add("guest", guests=("Ann Docker",))
    shelf.add("filler", notes="Nothing of it.")
    found = shelf.found("docker")
    assert set(found[:2]) == {"title", "guest"}
    assert found[2:] == ["tag", "notes"]


def test_long_notes_do_not_win_by_length(shelf: Shelf) -> None:
    """Two words in short notes outrank the same two in long ones."""
    shelf.add("long", notes="redis queue " + "other words here " * 900)
    shelf.add("short", notes="redis queue in short")
    assert shelf.found("redis queue") == ["short", "long"]


def test_all_words_are_wanted_and_most_will_do(shelf: Shelf) -> None:
    """Every word must be there; where none has all, those with the most of them are found, at least half."""
    shelf.add("both", notes="rails with sidekiq")
    shelf.add("one", notes="rails only")
    assert shelf.found("rails sidekiq") == ["both"]
    assert shelf.found("rails sidekiq xyzzy") == ["both"]
    assert shelf.found("rails xyzzy plugh") == []
    assert shelf.found("xyzzy rails") == ["one", "both"]


def test_little_words_rule_nothing_out(shelf: Shelf) -> None:
    """A stop word needn't be there, unless nothing else is asked."""
    shelf.add("hit", notes="deploy rails")
    shelf.add("the", notes="the end")
    assert shelf.found("how to deploy the rails") == ["hit"]
    assert shelf.found("the") == ["the"]


def test_phrases_are_exact(shelf: Shelf) -> None:
    """Words in quotes stand in that order, side by side and in that form, and never reach from field to field."""
    shelf.add("hit", "Load test", notes="We use a load balancer in front.")
    shelf.add("apart", notes="The load on the balancer.")
    shelf.add("turned", notes="A balancer load.")
    shelf.add("other", notes="Two load balancers.")
    assert shelf.found('"load balancer"') == ["hit"]
    assert shelf.found("“Load  Balancer”") == ["hit"]
    assert shelf.found('"load balancer" front') == ["hit"]
    assert shelf.found('"load test we"') == []
    assert shelf.found('"load balancer" xyzzy') == []
    assert shelf.found('"in front"') == ["hit"]


def test_phrases_of_any_script(shelf: Shelf) -> None:
    """Compounds, C# and Chinese stand in phrases too."""
    shelf.add("sharp", notes="I like node.js and C# code a lot")
    shelf.add("chinese", notes="我们在上海工作")
    assert shelf.found('"node.js and c# code"') == shelf.found('"node js and"') == ["sharp"]
    assert shelf.found('"在上海"') == shelf.found('"海"') == ["chinese"]
    assert shelf.found('"上海在"') == []


def test_fields(shelf: Shelf) -> None:
    """guest:, tag: and title: look in one place, with quotes or without, and are never left out."""
    shelf.add("brown", "About AWS", guests=("Andrew Brown",), tags=("C#", "Ruby on Rails"))
    shelf.add("black", "About brown bears", guests=("Andrew Black",), tags=("C++", "aws"), notes="ruby")
    for query in ("guest:brown", 'guest:"andrew brown"', "GUEST:Bro", 'guest:"andrew brown', "tag:c#", "tag:c-sharp"):
        assert shelf.found(query) == ["brown"], query
    for query in ("title:aws", 'title:"about aws"', "tag:ruby-on-rails", 'tag:"ruby on rails"', "tag:ruby andrew"):
        assert shelf.found(query) == ["brown"], query
    assert shelf.found("tag:aws") == shelf.found("title:bear") == shelf.found("tag:c++ guest:andrew") == ["black"]
    assert shelf.found('guest:"brown andrew"') == shelf.found("guest:bears") == shelf.found("tag:nope ruby") == []


def test_a_field_that_is_met_exactly_is_not_completed(shelf: Shelf) -> None:
    """tag:java finds no JavaScript, tag:jav finds both."""
    shelf.add("java", tags=("Java",))
    shelf.add("script", tags=("JavaScript",))
    assert shelf.found("tag:java") == ["java"]
    assert sorted(shelf.found("tag:jav")) == ["java", "script"]


@pytest.mark.parametrize("query", ["kubern", "kubernete", "Kubernetes", "run kub"])
def test_the_last_word_may_be_half_typed(shelf: Shelf, query: str) -> None:
    """From its second letter, the last word finds what begins with it."""
    shelf.add("hit", notes="We run Kubernetes.")
    shelf.add("miss", notes="We run it.")
    assert shelf.found(query) == ["hit"]


def test_only_the_last_word_is_completed(shelf: Shelf) -> None:
    """Words before the last, single letters and quoted words mean themselves."""
    shelf.add("hit", notes="We use Kubernetes daily.")
    assert shelf.found("kub xyzzy plugh") == shelf.found("k") == shelf.found('"kub"') == []


def test_the_word_itself_outranks_its_completions(shelf: Shelf) -> None:
    """A whole word in the notes comes before a longer one in a title."""
    shelf.add("longer", "JavaScript everywhere")
    shelf.add("whole", notes="We wrote it in Java, mostly.")
    assert shelf.found("java") == ["whole", "longer"]


def test_numbers_chapters_and_transcripts_are_found(shelf: Shelf) -> None:
    """An episode is found by its number and by what was said in it, the latter below its title."""
    shelf.add("said", cues=(Cue(5, 9, "Ann", "We paid for zookeeper dearly."),))
    shelf.add("title", "Zookeeper", number=42)
    assert shelf.found("zookeeper") == ["title", "said"]
    assert shelf.found("42") == ["title"]


def test_filters_and_orders(shelf: Shelf) -> None:
    """Show, tag, guest and year narrow a query; an empty one finds everything that is left, newest first."""
    shelf.add("a", "Rails", tags=("C#",), guests=("Ann Lee",), day=0)
    shelf.add("b", "Rails", show="letters", day=400)
    shelf.add("c", "About Rails and more", day=800)
    assert shelf.found() == ["c", "b", "a"]
    assert shelf.found(sort="oldest") == ["a", "b", "c"]
    assert shelf.found("rails") == ["b", "a", "c"]
    assert shelf.found("rails", sort="newest") == ["c", "b", "a"]
    assert shelf.found("rails", sort="oldest") == ["a", "b", "c"]
    assert shelf.found("rails", show="letters") == shelf.found(show="letters") == ["b"]
    assert shelf.found("rails", tag="c-sharp") == shelf.found(guest="ann-lee") == shelf.found(year="2019") == ["a"]
    assert shelf.found("rails", year="2021", show="podcast") == ["c"]


@pytest.mark.parametrize("args", [{"show": "x"}, {"tag": "C#"}, {"guest": "🎉"}, {"year": "1"}, {"page": "99999999"}])
def test_what_does_not_exist_has_no_results(shelf: Shelf, args: dict[str, str]) -> None:
    """Unknown values and pages past the end are empty, with and without words."""
    shelf.add("a", "Rails", tags=("C#",))
    assert shelf.found("rails", **args) == shelf.found("", **args) == []


def test_pages(shelf: Shelf) -> None:
    """Results are cut into pages, each once, and their total counts all."""
    for number in range(7):
        shelf.add(f"e{number}", "Rails")
    pages = [shelf.search("rails", per_page="3", page=str(page)) for page in (1, 2, 3, 4)]
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
def test_nonsense_is_no_error(shelf: Shelf, query: str) -> None:
    """No query raises, also where its words exist."""
    shelf.add("a", "A word", notes="a to z and not or 東東東 a.b c:x", tags=("tag",))
    shelf.add("b", "B word", notes=query)
    assert shelf.search(query).total <= 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(["guest:", '"', "ann", " ", "tag:", "node.js", "京"]))))
def test_any_query_is_answered(shelf: Shelf, parts: list[str]) -> None:
    """Any string whatever gets an answer, also past what an address would be cut to."""
    if not shelf.episodes:
        shelf.add("a", "node.js and the 東京", guests=("Ann Lee",), tags=("node",))
    query = Query("".join(parts))
    assert shelf.search().total == 1
    assert shelf.index is not None
    assert shelf.index.search(query, shelf.catalogue()).total <= 1


def test_threads_search_at_once(shelf: Shelf) -> None:
    """Eight threads get the answers that one gets, and threads that are gone keep nothing open."""
    for number in range(60):
        shelf.add(f"e{number}", f"Word{number % 7} and word{number % 5}", notes="load balancer " * (number % 3))
    shelf.write("a")
    index, catalogue = shelf.open("a"), shelf.catalogue()
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
    """Opening what doesn't exist is IndexDamaged, as for any other damage."""
    with pytest.raises(IndexDamaged):
        Index(tmp_path / "none", "en")


def test_an_index_is_searched_after_its_files_are_gone(shelf: Shelf) -> None:
    """An open index answers although its folder was deleted."""
    shelf.add("a", "Rails")
    shelf.write("a")
    index = shelf.open("a")
    for path in (shelf.folder / "a").iterdir():
        path.unlink()
    found = index.search(Query("rails"), shelf.catalogue())
    assert found.total == 1


def test_the_real_episode_is_found(shelf: Shelf) -> None:
    """The words of a real episode's notes find it, and nothing else does."""
    seeds = Path(__file__).parents[4] / "shared" / "seeds"
    files = sorted(seeds.glob("000_*.txt")) if seeds.is_dir() else []
    if not files:
        pytest.skip(f"no real episode in {seeds}")
    text = files[0].read_text("utf-8").split("---", 2)[2]
    shelf.add("real", "A Video Based AWS Certificate Training Platform", text, guests=("Andrew Brown",))
    shelf.add("other", "Something about Django")
    for query in (
        "exam pro",
        "andrew bro",
        '"AWS Aurora is being used"',
        "postgresql database",
        "cloud9 ide",
        "ssl elb",
    ):
        assert shelf.found(query) == ["real"], query


def test_of_many_that_match_alike_the_newest_come_first(shelf: Shelf) -> None:
    """However many titles have a word, and whichever was saved last, equals stand in the order of their dates."""
    for number in range(90):
        shelf.add(f"e{number}", f"Weekly {number}")
    shelf.write("a")
    shelf.words["podcast/e7"] = Words(Notes("Saved again."))
    shelf.write("b", "a")
    wanted = [f"e{number}" for number in range(89, -1, -1)]
    for name in ("a", "b"):
        pages = (shelf.search("weekly", name, page=str(page)).results for page in range(1, 10))
        assert [hit.url.rpartition("/")[2] for page in pages for hit in page] == wanted
