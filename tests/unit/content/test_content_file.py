"""Front matter, without the pitfalls of YAML."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.fields.content_file import MAX_BYTES, decode, split_front_matter
from longwave.content.transcripts.transcript_file import parse_transcript
from longwave.errors import ContentError


def test_values_are_what_was_typed() -> None:
    """In front matter a time, a version and a word stay text; only integers, true, false and null are converted."""
    meta = split_front_matter(
        "x.md", "---\na: 1:02:33\nb: 012\nc: 1.10\nd: no\ne: 12\nf: true\ng: ~\nh: 2019-11-18\n---\n"
    ).meta
    assert meta == {
        "a": "1:02:33",
        "b": "012",
        "c": "1.10",
        "d": "no",
        "e": 12,
        "f": True,
        "g": None,
        "h": "2019-11-18",
    }


def test_the_body_begins_on_a_known_line() -> None:
    """The text below the front matter comes with the number of its first line in the file, blank lines included."""
    text = "---\ntitle: A\n\n---\n\n\nHello\n"
    document = split_front_matter("x.md", text)
    lines = document.body.splitlines()
    assert document.first_line + lines.index("Hello") == text.splitlines().index("Hello") + 1


def test_keys_that_mean_something_to_a_library_are_only_keys() -> None:
    """``content`` and ``handler``, which front-matter libraries reserve, are read like any other key."""
    assert split_front_matter("x.md", "---\ncontent: a\nhandler: b\n---\n").meta == {"content": "a", "handler": "b"}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("Hello", 1, "between two lines of ---"),
        ("---\ntitle: A\n", 1, "a second line of ---"),
        ('---\ntitle: "A\n---\n', 3, "valid YAML"),
        ("---\ntitle: A: B\n---\n", 2, "valid YAML"),
        ("---\n- a\n- b\n---\n", 2, "lines such as"),
        ("---\na: &a [x, x]\nb: *nope\n---\n", 3, "valid YAML"),
    ],
)
def test_what_is_broken_is_named_with_its_line(text: str, line: int, part: str) -> None:
    """Broken front matter is one problem with its line and what was expected there."""
    with pytest.raises(ContentError) as raised:
        split_front_matter("x.md", text)
    assert part in raised.value.problem.expected
    assert abs(raised.value.problem.line - line) <= 1


def test_a_billion_laughs_end_early() -> None:
    """Nested YAML anchors (a "billion laughs" bomb) are refused before they fill the memory."""
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    with pytest.raises(ContentError, match="at most"):
        split_front_matter("x.md", f"---\nl0: &l0 [x]\n{levels}\n---\n")


@pytest.mark.parametrize(
    ("raw", "line", "part"),
    [(b"a\nb\xff", 2, "UTF-8"), (b"a\0", 1, "UTF-8"), (b"x" * (MAX_BYTES + 1), 0, "at most")],
)
def test_bytes_that_are_no_text_are_refused(raw: bytes, line: int, part: str) -> None:
    """A content file that isn't UTF-8, contains NUL or is too big is reported in one line."""
    with pytest.raises(ContentError) as raised:
        decode("x.md", raw)
    assert (raised.value.problem.line, part in raised.value.problem.expected) == (line, True)


def test_every_line_ending_is_one() -> None:
    """A content file with Windows line endings or a byte-order mark is read like one without."""
    assert decode("x.md", b"\xef\xbb\xbfa\r\nb\rc") == "a\nb\nc"


@given(st.text(max_size=200) | st.text(alphabet="-:[]{}&*!|>'\"#%@`, \nab1", max_size=120))
def test_no_text_raises_anything_else(matter: str) -> None:
    """Any text as front matter gives values or ContentError."""
    for text in (matter, f"---\n{matter}\n---\nbody"):
        with contextlib.suppress(ContentError):
            split_front_matter("x.md", text)


@pytest.mark.parametrize(
    "value",
    [
        "!!timestamp foo",
        '!!int ""',
        '!!float ""',
        f"!!float {'1:' * 200}1",
        "!!bool foo",
        f"!!int 0x{'f' * 5000}",
        "!!binary é",
    ],
)
def test_tags_of_yaml_are_read_or_refused(value: str) -> None:
    """A value with a wrong YAML tag is an error, in front matter and in a transcript."""
    with contextlib.suppress(ContentError):
        split_front_matter("x.md", f"---\na: {value}\n---\n")
    with contextlib.suppress(ContentError):
        parse_transcript("x.yml", f"- timestamp: 0:01\n  transcript: {value}\n")
