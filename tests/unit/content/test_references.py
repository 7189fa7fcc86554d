"""Links and pictures, read from the Markdown tree without rendering."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from longwave.content.kramdown.blocks import parse_document
from longwave.content.text.markdown import render
from longwave.content.text.references import Picture, References, references

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"
TEXTS = [
    "[a](/a) <https://b.example> [c][d] [D] ![e](/e.png 'T') [![f](/f.png)](/g)\n\n[d]: /d 'D'\n",
    '<p>Raw <a href="/h?x=1&amp;y=2">h</a> <img src="/i.png"></p>\n\nIn <a href="/j">line</a> <img src="/k.png" alt="">.',
    '<div markdown="1">\n## Head\n\n[l](/l)\n</div>\n',
    "`[no](/no)` and\n\n    [no](/no)\n\n```\n[no](/no) ![no](/no.png)\n```\n\n<pre><code>[no](/no)</code></pre>",
    "> [m](/m)\n\n- [n](/n)\n  - ![o](/o.png)\n\n| [p](/p) |\n|---|\n| ![q](/q.png) |\n\nTerm\n: [r](/r)\n",
    "Note[^1]. Other[^none].\n\n[^1]: See [s](/s).\n[^2]: Never [t](/t).\n",
    "[u](<../a b>) [v](v(w)x) [x](/x){: .y} \\[z](/z) [escaped\\]](/aa)\n",
    "{::nomarkdown}<a href='/bb'>bb</a>{:/}\n\n<!-- [no](/no) <a href='/no'>no</a> -->\n\n<script>'<a href=\"/no\">'</script>",
    '<audio src="/cc.mp3"></audio> <video poster="/dd.png"><source src="/ee.mp4"></video> <iframe src="/ff"></iframe>',
    'A <picture><source srcset="/gg.webp"><img src="/hh.png"></picture>, <code><a href="/ii">ii</a></code>',
    "# One\n\n## Two words\n\n### Two words\n\n## Named {#own}\n\n<h2 id='html'>H</h2> <a name='old'></a>",
]


def rendered(text: str) -> tuple[set[str], set[str]]:
    """Return the addresses of the links and of the pictures in the text's rendered HTML."""
    root = html.fragment_fromstring(render(text), create_parent="div")
    own = [a for a in root.iter("a") if a.get("class") not in ("seek", "footnote", "reversefootnote")]
    return {str(a.get("href")) for a in own if "href" in a.attrib}, {str(i.get("src")) for i in root.iter("img")}


def read(text: str) -> References:
    """Return the links, pictures and ids that are read from a Markdown text."""
    return references(parse_document(text))


@pytest.mark.parametrize("text", [*TEXTS, *(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))])
def test_the_same_as_on_the_page(text: str) -> None:
    """The links and pictures read from a Markdown text are those of its rendered HTML, and no others."""
    references = read(text)
    assert (set(references.links), {picture.address for picture in references.pictures}) == rendered(text)


@pytest.mark.parametrize("text", [text for text in TEXTS if "markdown=" not in text])
def test_the_ids_are_those_of_the_page(text: str) -> None:
    """The ids read from a Markdown text are those of headings, footnotes and elements in its rendered HTML."""
    root = html.fragment_fromstring(render(text), create_parent="div")
    named = {str(value) for element in root.iter() for value in (element.get("id"), element.get("name")) if value}
    assert named == read(text).ids


def test_pictures_say_whether_they_have_words() -> None:
    """A picture is accessible by its alt text, by alt="" in HTML or by a role, but not by empty brackets."""
    text = (
        '![a](1.png) ![](2.png) ![](3.png){:role="presentation"} <img src="4.png"> <img src="5.png" alt=""> '
        '<img src="6.png" aria-hidden="true">'
    )
    accessible = [True, False, True, False, True, True]
    assert read(text).pictures == [Picture(f"{number}.png", expected) for number, expected in enumerate(accessible, 1)]


def test_embedded_files_and_labels_without_an_end() -> None:
    """Audio, video and frames in a text aren't counted as links, and labels of undefined links are reported."""
    assert read(TEXTS[8]).embedded == ["/cc.mp3", "/dd.png", "/ee.mp4", "/ff"]
    assert read("[a][b] `[c][d]` x[1][2] [e][1]\n\n[f][g]\n\n[g]: /g\n").undefined == ["b"]
