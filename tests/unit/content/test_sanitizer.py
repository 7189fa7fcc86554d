"""The sanitizer of rendered Markdown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from longwave.content.text.markdown import render
from longwave.content.text.sanitizer import sanitize

BAD = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    '<img src="a.png" onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<iframe src="https://e.example"></iframe>',
    '<object data="x.swf"></object><embed src="x.swf">',
    '<form action="//evil.example"><input name="password" type="password"><button>Go</button></form>',
    '<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg>',
    '<math><mtext><style><img src=x onerror="alert(1)"></style></mtext></math>',
    '<meta http-equiv="refresh" content="0;url=//evil.example"><base href="//evil.example">',
    '<p style="position:fixed;inset:0">x</p><style>p{display:none}</style>',
    '<a href="https://e.example" target="_blank" rel="Opener">x</a>',
    '<longwave-player data-do="seek" data-episode="{}">x</longwave-player>',
]
FORBIDDEN = re.compile(
    r"<\s*(script|iframe|object|embed|form|button|svg|math|meta|base|style|link|longwave)|\son\w+\s*=|style\s*=|script:"
    r"|data:|data-do|password|opener",
    re.IGNORECASE,
)


@pytest.mark.parametrize("html", BAD)
def test_nothing_that_runs_is_left(html: str) -> None:
    """The sanitizer removes scripts, event handlers, frames, forms, styles, and addresses that run code."""
    assert not FORBIDDEN.search(sanitize(html))


@given(st.lists(st.sampled_from([*BAD, "<p>", "</p>", "<!--", "-->", "<a href='", "'>", "x", "<![CDATA["])))
def test_nothing_that_runs_is_left_of_any_mixture(parts: list[str]) -> None:
    """No forbidden element or attribute survives the sanitizer in any combination."""
    left = sanitize("".join(parts))
    assert sanitize(left) == left
    for name, attributes, _, _ in _tree(left):
        assert not FORBIDDEN.search(f"<{name} ")
        assert not [key for key in attributes if FORBIDDEN.search(f" {key}=")]
        led = [attributes.get(key, "").strip() for key in ("href", "src", "poster")]
        assert not [address for address in led if re.match(r"(?:java|vb)?script:|data:", address, re.IGNORECASE)]


def test_what_markdown_makes_stays() -> None:
    """The sanitizer leaves rendered timestamps, headings, tables, footnotes, code and task lists unchanged."""
    text = (
        "# Head\n\n- 0:10 -- Hi [a](https://x.example)\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\nfoot[^1]\n\n[^1]: note\n\n"
        '```python\nx < 1\n```\n\n- [x] done\n- [ ] not\n\n![A](/images/full/a.png "T"){:.wide}\n\n'
        '<audio src="https://a.example/x.mp3" controls></audio>\n'
    )
    made = render(text, "pod.example")
    spelled = made.replace(" checked ", ' checked="" ').replace(" disabled ", ' disabled="disabled" ')
    assert _tree(sanitize(made)) == _tree(spelled)


def _tree(html: str) -> list[tuple[str, dict[str, str], str, str]]:
    """Return the elements of HTML with their attributes, which compare equal in any order."""
    root = fragment_fromstring(html, create_parent="div")
    return [(str(one.tag), dict(one.attrib), one.text or "", one.tail or "") for one in root.iter()]


def test_no_page_that_a_link_opens_reaches_back() -> None:
    """The sanitizer removes rel=opener and named target windows from links; other rel values stay."""
    assert sanitize('<a href="https://e.example" target="mine" rel="me opener nofollow">x</a>') in {
        f'<a href="https://e.example" {left}>x</a>'
        for left in ('target="_blank" rel="me nofollow"', 'rel="me nofollow" target="_blank"')
    }
    assert 'target="_TOP"' in sanitize('<a href="/" target="_TOP">x</a>')
