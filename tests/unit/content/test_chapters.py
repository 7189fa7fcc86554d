"""Chapters from JSON files of Podcasting 2.0."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.chapters import MAX_CHAPTERS, MAX_LETTERS, parse_chapters, sort_chapters
from longwave.edition.store.records import CHAPTERS, dump
from longwave.errors import ContentError
from longwave.model import Moment


def parse(*entries: Any) -> list[tuple[int, str]]:
    """Return the start in seconds and the title of each chapter in a JSON file with these entries."""
    text = json.dumps({"version": "1.2.0", "chapters": entries})
    return [(chapter.seconds, chapter.text) for chapter in parse_chapters("a.json", text)[0]]


def test_chapters_come_in_order_of_time() -> None:
    """Chapters are sorted by their starts, which are truncated to whole seconds."""
    text = '{"chapters": [{"startTime": 61.9, "title": "B"}, {"startTime": 61.2, "title": "A"}, {"startTime": 0, "title": "I"}]}'
    assert parse_chapters("a.json", text)[0] == (
        Moment(0, "I", "chapter"),
        Moment(61, "A", "chapter"),
        Moment(61, "B", "chapter"),
    )


def test_what_is_for_nobody_to_see_is_left_out() -> None:
    """Chapters with ``"toc": false`` or without a title are left out without a warning."""
    silent = [{"startTime": 1, "title": "Picture", "toc": False}, {"startTime": 2, "img": "a.png"}]
    blank = [{"startTime": 3, "title": " "}, {"startTime": 4, "title": None}]
    assert parse(*silent, *blank, {"startTime": 5, "title": "Shown", "toc": True}) == [(5, "Shown")]
    assert parse(*silent) == []


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
        ('{"chapters": [\n\n3]}', 3, "a startTime"),
        ('{"x": {"chapters": [1]},\n"chapters": [4,\n 3]}', 1, "a startTime"),
        ('{"chapters": [{"startTime": "0:10", "title": "A"}]}', 1, "a startTime"),
        ('{"chapters": [{"startTime": true, "title": "A"}]}', 1, "a startTime"),
        ('{"chapters": [{"startTime": -1, "title": "A"}]}', 1, "a startTime"),
        ('{"chapters": [{"startTime": NaN, "title": "A"}]}', 1, "a startTime"),
        ('{"chapters": [{"startTime": 1e999, "title": "A"}]}', 1, "a startTime"),
        (f'{{"chapters": [{{"startTime": {"9" * 400}, "title": "A"}}]}}', 1, "a startTime"),
        ('{"chapters": [{"startTime": 0, "title": ["A"]}]}', 1, "a startTime"),
        (json.dumps({"chapters": [{}] * (MAX_CHAPTERS + 1)}), 1, "at most 3,000"),
    ],
)
def test_what_is_broken_is_one_line(text: str, line: int, expected: str) -> None:
    """A chapters file that can't be read is one problem, with the line of the faulty entry."""
    with pytest.raises(ContentError) as raised:
        parse_chapters("a.json", text)
    assert raised.value.problem.line == line
    assert raised.value.problem.expected.startswith(expected)


def test_an_entry_that_can_t_be_used_costs_itself() -> None:
    """Each invalid entry of a chapters file is left out with a warning on its line; the others become chapters."""
    text = '{"version": "1.2.0",\n"chapters": [\n{"startTime": 0, "title": "A"},\n{"title": "B"},\n 3]}'
    chapters, problems = parse_chapters("a.json", text)
    assert chapters == (Moment(0, "A", "chapter"),)
    assert [(problem.line, problem.level) for problem in problems] == [(4, "warning"), (5, "warning")]
    many = json.dumps({"chapters": [{"startTime": 0, "title": "A"}, *[3] * (MAX_CHAPTERS - 1)]})
    assert len(parse_chapters("a.json", many)[1]) == 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["chapters", "startTime", "title", "toc"]), inner)
    ),
)


@given(st.lists(st.fixed_dictionaries({"startTime": st.integers(-1, 10) | st.floats() | JSON, "title": JSON}) | JSON))
def test_any_json_gives_chapters_or_one_problem(entries: list[Any]) -> None:
    """Any JSON entries give chapters that can be stored, or ContentError with its line."""
    with contextlib.suppress(ContentError):
        chapters, _ = parse_chapters("a.json", json.dumps({"chapters": entries}, indent=1))
        assert CHAPTERS.validate_json(dump(CHAPTERS, chapters)) == chapters
        assert all(chapter.text and chapter.seconds >= 0 for chapter in chapters)


@given(st.text())
def test_any_text_gives_chapters_or_one_problem(text: str) -> None:
    """A chapters file with any text gives chapters or raises ContentError, and nothing else."""
    with contextlib.suppress(ContentError):
        parse_chapters("a.json", text)


def test_chapters_out_of_bounds_are_left_out() -> None:
    """Chapters that start later than any recording lasts, or exceed the allowed number, are left out."""
    assert sort_chapters([(-1, "A"), (float("nan"), "B"), (4_294_967.295, "C"), (3, "D")]) == (
        Moment(3, "D", "chapter"),
    )
    assert len(sort_chapters((n, "A") for n in range(9999))) == MAX_CHAPTERS
