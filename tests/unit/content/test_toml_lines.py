"""The line numbers of keys and list items in TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.fields.salvage import Place
from longwave.content.site.toml_lines import line_of, toml_lines

TEXT = r'''# title = "no"
title = "[x]" # title
"public" = [
  "a", # b
  "b,]", 'c',

  { d = 1, e = [2, 3] },
]
long = """
title = "\""
[shows.no]""""
raw = \'\'\'
x = 1\'\'\'
when = 1979-05-27 07:32:00.5
dotted."a.b".c = -1.5e3
[shows.podcast]
title = "Pod"
[[hosts]]
name = "Ann"
[hosts.links]
a = "b"
[[ hosts ]]
[redirects]
"/old/\u00e9" = {to = "/new", force = true}
'''.replace("\\'", "'")
LINES = {
    ("title",): 2, ("public",): 3, ("public", 0): 4, ("public", 1): 5, ("public", 2): 5, ("public", 3): 7,
    ("public", 3, "d"): 7, ("public", 3, "e"): 7, ("public", 3, "e", 0): 7, ("public", 3, "e", 1): 7, ("long",): 9,
    ("raw",): 12, ("when",): 14, ("dotted",): 15, ("dotted", "a.b"): 15, ("dotted", "a.b", "c"): 15, ("shows",): 16,
    ("shows", "podcast"): 16, ("shows", "podcast", "title"): 17, ("hosts",): 18, ("hosts", 0): 18, ("hosts", 0, "name"): 19,
    ("hosts", 0, "links"): 20, ("hosts", 0, "links", "a"): 21, ("hosts", 1): 22, ("redirects",): 23,
    ("redirects", "/old/é"): 24, ("redirects", "/old/é", "to"): 24, ("redirects", "/old/é", "force"): 24,
}  # fmt: skip


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    """Yield the place (the keys and indexes that lead to it) of each value in nested data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*above, key)
        yield from places(item, (*above, key))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_place_has_its_line(ending: str) -> None:
    """The line of each TOML key, table, array of tables and item is found, whatever stands in strings and comments."""
    assert toml_lines(TEXT.replace("\n", ending)) == LINES
    assert set(places(tomllib.loads(TEXT))) == set(LINES)


def test_a_place_without_a_line_has_that_of_the_longest_beginning() -> None:
    """A missing key gets the line of its table, and one without a table line 1."""
    assert line_of(LINES, ("hosts", 1, "name")) == 22
    assert line_of(LINES, ("missing",)) == line_of({}, ("title",)) == 1


WORDS = st.text("ab\"'\\\n#[]{}=,. é", max_size=6)
KEYS = WORDS.map(lambda word: '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"')
VALUES = st.recursive(
    KEYS | st.sampled_from(["1", "-1.5", "true", "1979-05-27T07:32:00.5Z", "'''\n'''", "'#'"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[\n" + ", # [\n".join(items) + "]")
        | st.dictionaries(KEYS, inner, max_size=2).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=6,
)
LINE = st.builds(lambda key, value: f"{key} = {value}", KEYS, VALUES) | st.builds(
    lambda key, form: form.format(key), KEYS, st.sampled_from(["[{0}]", "[[{0}]]", "[a.{0}]", "[[a.{0}]]", "b.{0} = 1", "# {0!r}"])
)  # fmt: skip


@given(st.lists(LINE, max_size=6).map("\n".join) | st.text("ab=[]{}\"'\n#,. ", max_size=30))
def test_all_of_toml_has_lines(text: str) -> None:
    """In valid TOML each key and list item, and nothing else, gets a line number; invalid TOML gets none."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        data = {}
    lines = toml_lines(text)
    assert set(lines) == set(places(data))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
