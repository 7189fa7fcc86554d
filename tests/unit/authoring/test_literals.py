"""Literals: typed text, quoted or escaped for YAML, TOML and Markdown."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.authoring.literals import as_markdown, quoted
from longwave.content.episodes.notes import read_notes
from longwave.content.fields.content_file import split_front_matter
from longwave.content.text.plain_text import one_line


@given(st.text())
def test_any_text_is_read_back_from_yaml_and_toml(text: str) -> None:
    """Any text written as a YAML or TOML literal is read back unchanged."""
    assert split_front_matter("a.md", f"---\ntitle: {quoted(text)}\n---\n").meta["title"] == one_line(text)
    assert tomllib.loads(f"title = {quoted(text)}")["title"] == one_line(text)


@pytest.mark.parametrize(
    "text",
    ["snake_case and *stars*", "a `tick", "[x](y) <b>", "C:\\new", "a | b", "$$x$$", "&lt; & AT&T", "# no", "{: .a}",
     "{{ page.title }}", "{% raw %}", "- item", "1. one", "[^1]: note", "🎙 ünï"],
)  # fmt: skip
def test_markup_is_shown_not_obeyed(text: str) -> None:
    """A title with Markdown or Liquid appears literally in the show notes."""
    written = as_markdown(text)
    assert "{{" not in written
    assert "{%" not in written
    assert [moment.text for moment in read_notes(f"- 1:21 -- {written}").moments] == [text]
