"""The HTML of show notes, cleaned for feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from longwave.feeds.cleaning import cleaned

PAGE = "https://pod.example/podcast/1-first"


@pytest.mark.parametrize(
    ("given_", "made"),
    [
        ('<a class="seek" href="#t=1:21" data-seek="81">1:21</a> – it', "1:21 – it"),
        ('<a href="https://e.example/x&#1;y">b</a>', '<a href="https://e.example/xy">b</a>'),
        (
            '<audio src="x.mp3"><a href="#t=5" data-seek="5">x</a></audio>',
            f'<a href="{PAGE[:-7]}x.mp3">{PAGE[:-7]}x.mp3</a>',
        ),
        ("<html><head><title>a</title></head></html>", ""),
        ("<!doctype html>", ""),
        (". <html><body><p>a</p></body></html>", ". <p>a</p>"),
        ('<a href="/tags/">t</a>', '<a href="https://pod.example/tags/">t</a>'),
        ('<a href="#t=1:21">later</a>', f'<a href="{PAGE}#t=1:21">later</a>'),
        (
            '<img src="/images/512/a.png" srcset="/b 2x" alt="A">',
            '<img src="https://pod.example/images/512/a.png" alt="A">',
        ),
        ('<p class="x" id="y" style="color:red" onclick="z()">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><style>p{}</style>b", "b"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        (
            '<iframe src="https://v.example/1" title="A film"></iframe> after',
            '<a href="https://v.example/1">A film</a> after',
        ),
        (
            '<video><source src="/audio/a.mp4"></video>',
            '<a href="https://pod.example/audio/a.mp4">https://pod.example/audio/a.mp4</a>',
        ),
        ("<p>We like vector<int> a lot.</p>", "<p>We like vector a lot.</p>"),
        ("<p>a <set>b</set> <text>c</text> <o:p>d</o:p></p><section>e</section>", "<p>a b c d</p>e"),
        ("<svg><text>a</text></svg>b", "b"),
        ("", ""),
    ],
)
def test_notes_are_made_plain(given_: str, made: str) -> None:
    """Cleaned notes have absolute addresses, times as text and media as links, but no script, style, class or id."""
    assert cleaned(given_, PAGE) == made


PIECES = ["<p>", "</p>", "<script>", "</script>", '<iframe src="//x">', "<svg onload=x>", "<style>", "a & b", "]]>", "<!--", "-->",
          '<a href="/x" class=y>', "</a>", "\x00", "\ud800", "😀", "<audio>", "</audio>", "<title>", "<math>", "<"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_nothing_dangerous_comes_through(text: str) -> None:
    """No script, style, frame, class or id survives the cleaning of any notes, and no notes raise an error."""
    made = cleaned(text, PAGE)
    if not made:
        return
    for element in html.fragment_fromstring(made, create_parent="div").iter():
        assert element.tag not in {"script", "style", "iframe", "svg", "audio", "math"}
        assert not {"class", "id", "style", "onload"} & set(element.attrib)
