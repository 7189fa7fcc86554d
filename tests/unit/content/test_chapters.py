"""Chapters in front matter and in files of all forms."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from longwave.content.episodes.chapter_entries import MAX_CHAPTERS, MAX_LETTERS, read_chapters, sort_chapters
from longwave.content.episodes.chapter_files import parse_chapters
from longwave.content.fields.times import parse_time
from longwave.edition.store.records import CHAPTERS, dump
from longwave.errors import ContentError
from longwave.feeds.sidecar_formats import chapters_json
from longwave.model import Chapter


def parse(*entries: Any) -> list[tuple[float, str]]:
    """Return the start and the title of each chapter in a JSON file with these entries."""
    text = json.dumps({"version": "1.2.0", "chapters": entries})
    return [(chapter.start, chapter.title) for chapter in parse_chapters("a.json", text)[0]]


def test_all_parts_of_a_chapter_are_read() -> None:
    """A chapter has a start and an end with fractions, a title, a link, a picture, and may be hidden."""
    entry = {
        "startTime": 5.5, "endTime": 9.25, "title": "Knots", "url": "https://knots.example/bowline",
        "img": "https://cdn.example/knot.png", "toc": False,
    }  # fmt: skip
    (chapter,) = parse_chapters("a.json", json.dumps({"chapters": [entry]}))[0]
    assert chapter == Chapter(
        5.5, "Knots", 9.25, "https://knots.example/bowline", "https://cdn.example/knot.png", toc=False
    )
    assert not chapter.is_listed


@pytest.mark.parametrize(
    "text",
    [
        '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 61.5, "title": "B"}]}',
        '[{"startTime": "0", "title": "A"}, {"startTime": "61.5", "title": "B"}]',
        '{"chapters": [{"start": "00:00:00.000", "title": "A", "href": ""}, {"start": "00:01:01.500", "title": "B"}]}',
        '<?xml version="1.0"?>\n<psc:chapters xmlns:psc="http://podlove.org/simple-chapters">'
        '<psc:chapter start="0:00" title="A"/>\n<psc:chapter start="00:01:01.5" title="B"/></psc:chapters>',
        '<chapters><chapter start="0" title="A"/><chapter start="1:01.5" title="B"/></chapters>',
        "00:00:00.000 A\n00:01:01.500 B\n",
        "# Chapters\n\n- 0:00 -- A\n- 1:01.5 – B",
        "(0:00) A\r\n(1:01.5) B".replace("\r", ""),
        "CHAPTER01=00:00:00.000\nCHAPTER01NAME=A\nCHAPTER02=00:01:01.500\nCHAPTER02NAME=B\n",
    ],
)
def test_every_form_of_a_file_is_read(text: str) -> None:
    """Podcasting's and Podlove's JSON, a bare list, XML, and lines of text give the same chapters."""
    chapters, problems = parse_chapters("content/chapters/podcast/a.txt", text)
    assert [(chapter.start, chapter.title) for chapter in chapters] == [(0, "A"), (61.5, "B")]
    assert not problems


def test_links_and_pictures_come_from_every_form() -> None:
    """Podlove's XML and mp4chaps' lines have links, and the XML has pictures."""
    xml = '<chapters><chapter start="1" title="A" href="https://a.example" image="https://a.example/a.png"/></chapters>'
    assert parse_chapters("a.psc", xml)[0] == (
        Chapter(1, "A", url="https://a.example", image="https://a.example/a.png"),
    )
    assert parse_chapters("a.txt", "00:01 A <https://a.example>")[0] == (Chapter(1, "A", url="https://a.example"),)


def test_chapters_come_in_order_of_time() -> None:
    """Chapters are sorted by their starts, to the thousandth of a second."""
    assert parse(
        {"startTime": 61.9, "title": "B"}, {"startTime": 61.2, "title": "A"}, {"startTime": 0.00049, "title": "I"}
    ) == [(0, "I"), (61.2, "A"), (61.9, "B")]


def test_a_chapter_that_says_nothing_is_left_out() -> None:
    """A chapter without a title, a link and a picture is left out without a warning; one with a picture is unlisted."""
    chapters, problems = parse_chapters(
        "a.json", json.dumps([{"startTime": 3, "title": " "}, {"startTime": 4, "img": "a.png"}, {"startTime": 5}])
    )
    assert chapters == (Chapter(4, image="a.png"),)
    assert not chapters[0].is_listed
    assert not problems


def test_titles_are_plain_and_bounded() -> None:
    """Chapter titles lose control characters, lone surrogates and surplus spaces, and are cut at a limit."""
    assert parse({"startTime": 0, "title": " a\u0000\n\tb\ud800\ufffe  \u0085c "}) == [(0, "a b c")]
    assert len(parse({"startTime": 0, "title": "x" * 9999})[0][1]) == MAX_LETTERS


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("", 1, "valid JSON"),
        ('{"chapters":\n [}', 2, "valid JSON"),
        ("[" * 100_000, 1, "valid JSON"),
        ("9" * 10_000, 1, "valid JSON"),
        ("[]", 1, "a list of chapters"),
        ('{"chapters": {}}', 1, "a list of chapters"),
        ('{"chapters": []}', 1, "a list of chapters"),
        ('{"chapters": [\n\n3]}', 3, "a start and a title"),
        ('{"x": {"chapters": [1]},\n"chapters": [4,\n 3]}', 1, "a start and a title"),
        ('{"chapters": [{"startTime": "soon", "title": "A"}]}', 1, "a start such as"),
        ('{"chapters": [{"startTime": true, "title": "A"}]}', 1, "a start such as"),
        ('{"chapters": [{"startTime": -1, "title": "A"}]}', 1, "a start such as"),
        ('{"chapters": [{"startTime": NaN, "title": "A"}]}', 1, "a start such as"),
        ('{"chapters": [{"startTime": 1e999, "title": "A"}]}', 1, "a start such as"),
        (f'{{"chapters": [{{"startTime": {"9" * 400}, "title": "A"}}]}}', 1, "a start such as"),
        ('{"chapters": [{"startTime": 0, "title": ["A"]}]}', 1, "a title"),
        (json.dumps({"chapters": [{}] * (MAX_CHAPTERS + 1)}), 1, "at most 3,000"),
        ("<chapters><chapter", 1, "valid XML"),
        ("<chapters/>", 1, "a list of chapters"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<a><chapter start="&e;" title="T"/></a>', 1, "XML without entities"),
    ],
)  # fmt: skip
def test_a_file_without_chapters_is_one_problem(text: str, line: int, expected: str) -> None:
    """A chapters file that can't be read is one problem, with the line of the faulty entry."""
    with pytest.raises(ContentError) as raised:
        parse_chapters("a.json", text)
    assert raised.value.problem.line == line
    assert raised.value.problem.expected.startswith(expected)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[{"startTime": 0, "title": "A"},\n{"title": "B"}]', 2),
        ('[{"startTime": 0, "title": "A"},\n3]', 2),
        ('[{"startTime": 0, "title": "A"},\n{"startTime": -0.01, "title": "B"}]', 2),
        ('[{"startTime": 0, "title": "A"},\n{"startTime": 4, "title": ["B"]}]', 2),
        ('<c><chapter start="0" title="A"/>\n<chapter start="soon" title="B"/></c>', 2),
        ("0:00 A\nThe second part", 2),
        ("0:00 A\n\n0:99 B", 3),
    ],
)
def test_an_entry_that_cannot_be_used_costs_itself(text: str, line: int) -> None:
    """An invalid entry of a chapters file is left out with a warning on its line; the others become chapters."""
    chapters, problems = parse_chapters("a.txt", text)
    assert chapters == (Chapter(0, "A"),)
    assert [(problem.line, problem.level) for problem in problems] == [(line, "warning")]
    assert "in chapter 2" in str(problems[0])


def test_at_most_a_hundred_mistakes_are_reported() -> None:
    """A file with thousands of invalid entries has a hundred warnings."""
    many = json.dumps({"chapters": [{"startTime": 0, "title": "A"}, *[3] * (MAX_CHAPTERS - 1)]})
    assert len(parse_chapters("a.json", many)[1]) == 100


@pytest.mark.parametrize(
    "part",
    [
        {"url": "javascript:alert(1)"}, {"url": "//a.example"}, {"url": ["a"]}, {"img": "data:image/png;base64,AA"},
        {"img": "a\nb.png"}, {"image": 3}, {"endTime": 5}, {"end": "soon"}, {"toc": "perhaps"}, {"hidden": "perhaps"},
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_costs_itself(part: dict[str, object]) -> None:
    """An invalid link, picture, end or toc is left out with a warning, and the chapter stays."""
    chapters, flaws = read_chapters([{"startTime": 5, "title": "A", **part}])
    assert chapters == (Chapter(5, "A"),)
    (flaw,) = flaws
    assert flaw.hint == "It is left out; the chapter stays."


def test_a_number_as_a_title_is_a_text() -> None:
    """A title that is a number is taken as a text, with a warning, as its author may have meant something else."""
    chapters, problems = parse_chapters("a.json", '[{"startTime": 0, "title": "A"}, {"startTime": 5, "title": 1984}]')
    assert chapters == (Chapter(0, "A"), Chapter(5, "1984"))
    assert [problem.level for problem in problems] == ["warning"]


@pytest.mark.parametrize(
    ("written", "toc"),
    [({"toc": "no"}, False), ({"toc": "TRUE"}, True), ({"hidden": True}, False), ({"toc": 0}, False)],
)
def test_words_say_whether_a_chapter_is_listed(written: dict[str, object], toc: bool) -> None:
    """The value of a chapter's toc (whether it is listed) may be yes or no, and the key hidden is its opposite."""
    assert read_chapters([{"start": 5, "title": "A", **written}]) == ((Chapter(5, "A", toc=toc),), ())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5), (" 5.5 ", 5.5), ("1:21", 81), ("1:21,5", 81.5), ("1:02:33.25", 3753.25), ("75:10", 4510), (0, 0),
        ("1:75:10", None), ("1:60", None), ("-1", None), ("", None), (None, None), (False, None), ("1e3", None),
        (float("inf"), None), ("999999999", None), ("٣", None),
    ],
)  # fmt: skip
def test_times_are_numbers_or_clocks(text: object, seconds: float | None) -> None:
    """A time is a number of seconds or a clock's time, each with an optional fraction."""
    assert parse_time(text) == seconds


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["chapters", "startTime", "title", "toc", "url", "img", "endTime"]), inner)
    ),
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"startTime": st.integers(-1, 10) | st.floats() | JSON, "title": JSON},
            optional={"url": JSON, "img": JSON, "endTime": JSON, "toc": JSON},
        )
        | JSON
    )
)
def test_any_json_gives_chapters_or_one_problem(entries: list[Any]) -> None:
    """Any JSON entries give chapters that can be stored, or ContentError with its line."""
    with contextlib.suppress(ContentError):
        chapters, _ = parse_chapters("a.json", json.dumps({"chapters": entries}, indent=1))
        assert CHAPTERS.validate_json(dump(CHAPTERS, chapters)) == chapters
        assert all(chapter.start >= 0 and (chapter.title or chapter.url or chapter.image) for chapter in chapters)
        assert all(not chapter.end or chapter.end > chapter.start for chapter in chapters)


@given(
    st.text() | st.text("0123456789:. <>/&!\n[]{}\"'=chapterCHAPTERNAMEstart-"), st.sampled_from(["json", "txt", "psc"])
)
def test_any_text_gives_chapters_or_one_problem(text: str, suffix: str) -> None:
    """A chapters file with any text gives chapters or raises ContentError, and nothing else."""
    with contextlib.suppress(ContentError):
        parse_chapters(f"a.{suffix}", text)


CHAPTER = st.builds(
    Chapter,
    start=st.integers(0, 10**8).map(lambda thousandths: thousandths / 1000),
    title=st.text(max_size=20),
    end=st.just(0) | st.integers(0, 10**8).map(lambda thousandths: thousandths / 1000),
    url=st.sampled_from(["", "https://a.example/?b=1&c=%3C"]),
    image=st.sampled_from(["", "https://a.example/b.png", "podcast/ä b.png"]),
    toc=st.booleans(),
)


@given(st.lists(CHAPTER, min_size=1))
def test_any_chapters_are_read_back_from_our_json(made: list[Chapter]) -> None:
    """The JSON that we write has all of any chapters, which are read back from the JSON unchanged."""
    chapters = sort_chapters(made)
    assume(chapters)
    assert parse_chapters("a.json", chapters_json(chapters, "Title", "Show")) == (chapters, ())


def test_chapters_out_of_bounds_are_left_out() -> None:
    """Chapters that start later than any recording lasts, or exceed the allowed number, are left out."""
    odd = [(-1, "A"), (float("nan"), "B"), (4_294_967.295, "C"), (3, "D")]
    assert sort_chapters(Chapter(*each) for each in odd) == (Chapter(3, "D"),)
    assert len(sort_chapters(Chapter(n, "A") for n in range(9999))) == MAX_CHAPTERS
    assert sort_chapters([Chapter(3, "A", end=2)]) == (Chapter(3, "A"),)
