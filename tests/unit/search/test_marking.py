"""Presentation of search results: marks, excerpts, moments (timestamps with texts), facet counts, and JSON."""

from __future__ import annotations

import html
import json
import re

import pytest
from episode_library import EpisodeLibrary
from hypothesis import given
from hypothesis import strategies as st

from longwave.model import Chapter, Cue, Moment
from longwave.search.analysis import analyzer, composed
from longwave.search.facets import FILTERS, FacetIndex
from longwave.search.highlighting import Highlighter, Highlights
from longwave.search.results import FacetValue, as_json

MARK = re.compile("</?mark>")


def marker(*words: str, phrases: tuple[tuple[str, ...], ...] = ()) -> Highlighter:
    """Return a highlighter that marks these query words and phrases."""
    english = analyzer("en")
    return Highlighter(Highlights(tuple(frozenset([word]) for word in words), phrases), english)


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["deploying", "deployments"], "Deploying deployments", "<mark>Deploying</mark> <mark>deployments</mark>"),
        (["cafe"], "Le Café.", "Le <mark>Café</mark>."),
        (["csharp"], "C# & C++", "<mark>C#</mark> &amp; C++"),
        (["nodejs"], "<b>node.js</b>", "&lt;b&gt;<mark>node.js</mark>&lt;/b&gt;"),
        (["andrew"], 'Andrew\'s "car"', "<mark>Andrew</mark>&#x27;s &quot;car&quot;"),
        (["東京", "京都"], "東京都に", "<mark>東京都</mark>に"),
        ([], "<script>", "&lt;script&gt;"),
    ],
)
def test_words_are_marked_and_all_else_is_escaped(words: list[str], text: str, expected: str) -> None:
    """The query's words are marked in a text by stem and regardless of accents; markup in the text is escaped."""
    assert marker(*words).highlight(text) == expected


def test_a_phrase_is_marked_where_it_stands_whole() -> None:
    """The words of a phrase are marked only where they occur together."""
    phrase = marker(phrases=(("load", "balancer"),))
    assert phrase.highlight("Load, a load balancer, balancer") == "Load, a <mark>load balancer</mark>, balancer"


def test_the_passage_is_the_best_one() -> None:
    """The excerpt is the part of a text with the most different query words, cut at spaces, on one line."""
    text = "redis " * 30 + "filler " * 100 + "\nredis and\nsidekiq " + "filler " * 100
    passage = marker("redis", "sidekiq").snippet(text)
    assert "<mark>redis</mark> and <mark>sidekiq</mark>" in passage
    assert passage.startswith("… filler")
    assert passage.endswith("filler …")
    assert len(MARK.sub("", passage)) <= 210


def test_the_passage_falls_back() -> None:
    """The excerpt is from the first text that has a query word, else the beginning of the last non-empty one."""
    redis = marker("redis")
    assert redis.snippet("nothing", "about redis") == "about <mark>redis</mark>"
    assert redis.snippet("the notes", "the description") == "the description"
    assert redis.snippet("the notes", "") == "the notes"
    assert redis.snippet("", "") == ""


@given(st.lists(st.sampled_from(["redis", "x" * 90, "<b>", "&", "Café", "load balancer", "\n", "京都", "\u0301", "a"])))
def test_marks_never_change_a_text(words: list[str]) -> None:
    """An excerpt without its <mark> tags is a piece of the text; the tags are paired and never nested."""
    text = composed(" ".join(" ".join(words).split()))
    marked = marker("redis", "cafe", "京都", phrases=(("load", "balancer"),))
    assert html.unescape(MARK.sub("", marked.highlight(text))) == text
    passage = marked.snippet(text)
    assert html.unescape(MARK.sub("", passage)).removeprefix("… ").removesuffix(" …") in text
    assert re.sub("<mark>[^<]+</mark>", "", passage).count("<") == 0


def moments(library: EpisodeLibrary, query: str) -> list[tuple[str, str, str]]:
    """Return the time label, source and HTML of the moments (timestamps with texts) of a search's only result."""
    (hit,) = library.search(query).results
    return [(moment.label, moment.source, moment.html) for moment in hit.moments]


def test_the_moments_that_match_best(library: EpisodeLibrary) -> None:
    """A result's moments are ordered by number of matching words, then notes before chapters before transcript."""
    notes = (Moment(81, "Using Redis & Sidekiq"), Moment(3753, "Redis alone"), Moment(50, "Nothing"))
    chapters = (Chapter(70, "Redis, Sidekiq and you"),)
    cues = (Cue(10.7, 12, "Ann", "redis sidekiq"), Cue(13, 14, "Bob", "else"))
    library.add("a", moments=notes, chapters=chapters, cues=cues, notes=" ".join(m.text for m in notes))
    assert moments(library, "redis sidekiq") == [
        ("1:21", "note", "Using <mark>Redis</mark> &amp; <mark>Sidekiq</mark>"),
        ("1:10", "chapter", "<mark>Redis</mark>, <mark>Sidekiq</mark> and you"),
        ("0:10", "cue", "<mark>redis</mark> <mark>sidekiq</mark>"),
        ("1:02:33", "note", "<mark>Redis</mark> alone"),
    ]
    assert [label for label, _, _ in moments(library, "title:untitled")] == []
    assert [label for label, _, _ in moments(library, '"redis alone"')] == ["1:02:33"]
    (hit,) = library.search("redis").results
    assert (hit.moments[-1].seconds, hit.moments[-1].speaker, hit.moments[-1].url) == (10, "Ann", "/podcast/a#t=0:10")


def test_no_more_than_five_moments(library: EpisodeLibrary) -> None:
    """A result shows at most five moments (timestamps); of more that match equally, the first five."""
    library.add("a", moments=tuple(Moment(60 * n, "redis") for n in range(20)), notes="redis")
    assert [label for label, _, _ in moments(library, "redis")] == ["0:00", "1:00", "2:00", "3:00", "4:00"]


def test_titles_are_marked_for_their_own_field_too(library: EpisodeLibrary) -> None:
    """In a result, a word searched as title:word is marked only in the title, and guest:word isn't marked there."""
    library.add("a", "Rails & <more>", "rails in the notes", guests=("Rails",))
    (hit,) = library.search("title:rails").results
    assert hit.title_html == "<mark>Rails</mark> &amp; &lt;more&gt;"
    assert hit.snippet_html == "rails in the notes"
    (hit,) = library.search("guest:rails").results
    assert hit.title_html == "Rails &amp; &lt;more&gt;"


def test_facets_count_all_results(library: EpisodeLibrary) -> None:
    """Facet counts cover all pages, the most frequent first, with labels; a filter narrows the other facets."""
    library.add("a", "Rails", tags=("C#", "AWS"), guests=("Ann Lee",))
    library.add("b", "Rails", tags=("aws", "AWS"), day=400)
    library.add("c", "Rails", tags=("AWS",), show="letters")
    library.add("d", "Django")
    facets = library.search("rails", per_page="1").facets
    assert facets["tag"] == (FacetValue("aws", "AWS", 3), FacetValue("c-sharp", "C#", 1))
    assert facets["show"] == (FacetValue("podcast", "The Podcast", 2), FacetValue("letters", "Letters", 1))
    assert facets["guest"] == (FacetValue("ann-lee", "Ann Lee", 1),)
    assert facets["year"] == (FacetValue("2019", "2019", 2), FacetValue("2020", "2020", 1))
    narrowed = library.search("rails", tag="c-sharp").facets
    assert narrowed["tag"] == facets["tag"]
    assert narrowed["show"] == (FacetValue("podcast", "The Podcast", 1),)


def test_the_chosen_value_is_always_among_the_facets(library: EpisodeLibrary) -> None:
    """The facet offers the first twenty of many tags, and the chosen one after them."""
    library.add("a", tags=tuple(f"tag{number:02}" for number in range(40)))
    catalogue = library.catalogue()
    index = FacetIndex(catalogue, {})
    _, facets = index.narrow(index.episodes.values(), {"tag": "tag39"})
    assert [value.value for value in facets["tag"]] == [*(f"tag{number:02}" for number in range(20)), "tag39"]


def test_the_json(library: EpisodeLibrary) -> None:
    """A search's JSON answer has exactly the documented keys, and all its values are JSON."""
    library.add("a", "Rails", "rails", ("AWS",), ("Ann Lee",), number=3, moments=(Moment(81, "rails"),))
    answer = json.loads(json.dumps(as_json(library.search("rails", per_page="5"))))
    facets = answer.pop("facets")
    moment = {"seconds": 81, "label": "1:21", "html": "<mark>rails</mark>", "url": "/podcast/a#t=1:21"}
    assert answer == {
        "query": "rails",
        "total": 1,
        "page": 1,
        "pages": 1,
        "corrected": None,
        "suggestions": [],
        "results": [
            {
                "url": "/podcast/a",
                "title": "Rails",
                "title_html": "<mark>Rails</mark>",
                "show": "podcast",
                "number": 3,
                "date": "2019-01-01T00:00:00+00:00",
                "guests": ["Ann Lee"],
                "tags": ["AWS"],
                "snippet_html": "<mark>rails</mark>",
                "moments": [{**moment, "source": "note", "speaker": "", "language": ""}],
                "score": pytest.approx(40, abs=40),
                "why": ["rails: title, notes"],
            }
        ],
    }
    assert list(facets) == [filter_.name for filter_ in FILTERS]
    assert facets["guest"] == [{"value": "ann-lee", "label": "Ann Lee", "count": 1}]
