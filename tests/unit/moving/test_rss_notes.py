"""Conversion of a feed's show notes to Markdown that renders the same text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fragment_fromstring

from longwave.moving.rss.html_to_markdown import notes_as_html, notes_to_markdown, plain_text, rendered_html

WORD = """
<p class=MsoNormal style='margin-bottom:0cm'><b><span lang=EN-US style='font-family:"Calibri",sans-serif;
mso-fareast-font-family:"Times New Roman"'>Guest:</span></b><span style='mso-spacerun:yes'>&nbsp; </span>Ann
O&#8217;Neil<o:p></o:p></p><p class=MsoListParagraph><![if !supportLists]>&middot;<![endif]>First point</p>
<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->
"""
UGLY = {
    "word": WORD,
    "nested lists": "<ul><li>One<ul><li>Two<ol><li>Three</li><li>Four</li></ol></li></ul></li><li><p>Five</p><p>Six</p></li></ul>",
    "list in list": "<ul><li>a</li><ul><li>b</li></ul></ul>",
    "table": "<table><thead><tr><th>A|B</th><th>C</th></tr></thead><tbody><tr><td>1</td><td>2<br>3</td></tr></tbody></table>",
    "br soup": "Hello<br><br><br/>World<br />- no list<br>1. no list<br># no heading<br>&gt; no quote<br>",
    "entities": "AT&amp;T &amp;amp; &lt;script&gt; &copy; &nbsp; &#128512; &hellip; 5 &lt; 6 &quot;q&quot;",
    "emoji": "<p>🎙️ On air 👩‍👩‍👧 <b>now</b>! 日本語 — العربية</p>",
    "links": '<p>See <a href="https://x.example/a_b*c?d=(e)&amp;f=1">a_b*c</a>, <a href="https://x.example/">https://x.example/</a></p>',
    "quotes and dashes": "<p>\"It's\" -- 'tis --- wait... &lt;&lt; here &gt;&gt; rock 'n' roll, the '90s</p>",
    "markdown marks": "<p>*a* _b_ `c` [d](e) ![f](g) # h ~~i~~ | j | $$k$$ {: .l} \\ m ^n *[o]: p [^q] {{r}} {% s %}</p>",
    "marks at the start": "<p>+ a</p><p>- b</p><p>* c</p><p>: d</p><p>= e</p><p>--- f</p><p>12) g</p><p>12. h</p><p>^</p><p>~~~</p>",
    "liquid": "<p>{{ page.title }} and {% include x.html %}</p><pre><code>{{ x }}</code></pre>",
    "liquid's own end": "<p>{% endraw %} {{ x }}</p>",
    "code": "<pre>def f():\n    return '`'\n\n  # done</pre><p>Type <code>a `b` c</code></p>",
    "spaces": "<p>  a  <b> b </b>c<i>d</i> <em>e</em>f  </p>\n\n<p>&nbsp;</p>  g",
    "unclosed": "<p>a<p>b<div>c<b>d<i>e</b>f</i>",
    "script": "<p onclick='x()'>a</p><script>alert(1)</script><style>p{}</style><iframe src='https://v.example/1'></iframe>",
    "headings": "<h1>A</h1>text<h4>B <a href='https://x.example'>c</a></h4><hr><blockquote><p>d</p><p>e</p></blockquote>",
    "definitions": "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>",
    "pictures": '<p><img src="https://x.example/a.png" alt="An *a*"><figure><img src="https://x.example/b.png"><figcaption>c</figcaption></figure>',
    "times": "<p>00:00 - Intro<br>01:23 – <a href='https://x.example'>A</a> -- b<br>1:02:03 — The end</p>",
    "times without dashes": "<p>(00:00) Intro<br>(01:23) More</p>",
    "deep": "<div>" * 150 + "x" + "</div>" * 150,
    "very deep": "<blockquote>" * 2000 + "x" + "</blockquote>" * 2000,
    "abbreviation": "<p>a</p><p>*[HTML]: b</p><p>[1]: https://x.example</p><p>[^1]: c</p>",
}  # fmt: skip


def words(html: str) -> str:
    """Return the text of HTML, without spaces."""
    root = fragment_fromstring(html, create_parent="div")
    for silent in root.xpath("//script | //style | //comment()"):
        silent.drop_tree()
    return re.sub(r"\s", "", str(root.text_content()))


@pytest.mark.parametrize("name", UGLY)
def test_ugly_notes_show_the_same_text(name: str) -> None:
    """Converted notes from any editor or host show every letter of the original, in order."""
    written = notes_to_markdown(UGLY[name], "https://old.example/1")
    assert written.form != "plain"
    wanted = words(re.sub(r"<iframe.*?</iframe>", "https://v.example/1", UGLY[name]))
    assert words(rendered_html(written.body)) == wanted


@pytest.mark.parametrize(
    "name", sorted(UGLY.keys() - {"liquid's own end", "very deep", "deep", "word", "definitions", "table"})
)
def test_most_ugly_notes_are_markdown(name: str) -> None:
    """Notes that can be converted to Markdown are; HTML is kept only as the last resort."""
    assert notes_to_markdown(UGLY[name], "https://old.example/1").form == "markdown"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60))
def test_any_words_stay(text: str) -> None:
    """A paragraph of any characters shows the same words after its conversion to Markdown."""
    source = f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"
    assert words(rendered_html(notes_to_markdown(source, "").body)) == words(notes_as_html(source))


MARKS = st.text("ab \n*_`[]()<>|$\"'~{}#+-=:.!^&;\\/0129%", max_size=40)
TAGS = st.sampled_from(["p", "b", "em", "ul", "ol", "li", "code", "pre", "h2", "blockquote", "td", "div", "a", "s"])


@given(st.lists(st.tuples(TAGS, MARKS, st.booleans()), max_size=6))
def test_any_markup_keeps_its_words(parts: list[tuple[str, str, bool]]) -> None:
    """Converted nested elements with special characters of Markdown show every letter."""
    source = ""
    for tag, text, closed in parts:
        plain = text.replace("&", "&amp;").replace("<", "&lt;")
        source += f"<{tag}>{plain}" + (f"</{tag}>" if closed else "")
    written = notes_to_markdown(source or "x", "")
    assert words(rendered_html(written.body)) == words(notes_as_html(source or "x"))


@given(MARKS)
def test_plain_text_keeps_its_lines(text: str) -> None:
    """Notes in plain text show the same lines after their conversion, whatever special characters they have."""
    plain = text.replace("<", "").replace("&", "")
    root = fragment_fromstring(rendered_html(notes_to_markdown(plain, "").body), create_parent="div")
    for brk in root.iter("br"):
        brk.tail = f"\n{brk.tail or ''}"
    lines = [" ".join(line.split()) for line in str(root.text_content()).split("\n")]
    assert [line for line in lines if line] == [" ".join(x.split()) for x in plain.split("\n") if x.strip()]


@pytest.mark.parametrize("form", ["00:00 {}", "(00:00) {}", "[00:00] {}", "00:00: {}", "(00:00) - {}", "00:00 – {}"])
@pytest.mark.parametrize("gap", ["<br>", "<br />\n", "</p><p>", "\n"])
def test_times_become_timestamps(form: str, gap: str) -> None:
    """Lines of notes that begin with a time, in HTML or plain text, are timestamps that seek the player."""
    source = form.format("Intro") + gap + form.format("Outro").replace("00:00", "01:23")
    page = rendered_html(notes_to_markdown(source if gap == "\n" else f"<p>{source}</p>", "").body)
    assert page.count("data-seek") == 2
    assert 'data-seek="83"' in page


def test_paragraphs_in_items_make_one_list() -> None:
    """A list with a paragraph in each item stays one list, whose items begin with their times."""
    source = "<ul><li><p>00:00 - Tea</p></li><li><p>01:00 - Salt</p></li></ul>"
    body = notes_to_markdown(source, "").body
    assert [line for line in body.split("\n") if line] == ["- 00:00 - Tea", "- 01:00 - Salt"]
    assert rendered_html(body).count("<ul>") == 1


def test_liquid_in_notes_is_text() -> None:
    """Liquid in notes is shown literally."""
    body = notes_to_markdown("<p>{{ page.title }}</p><pre>{{ x }}</pre>", "").body
    assert body.startswith("{% raw %}")
    assert words(rendered_html(body)) == "{{page.title}}{{x}}"


def test_plain_text_of_html() -> None:
    """A description in HTML becomes plain text on one line."""
    assert plain_text("<p>Ann &amp; Bob</p><p>talk</p>") == "Ann & Bob talk"
    assert plain_text("AT&amp;T, a\nb") == "AT&T, a b"


@pytest.mark.parametrize(
    "text",
    [
        "Write to <hello@show.com> or see <https://x.example/a?b=1&c=2>.",
        "After vector<int> all of it stays, and map<string, list<int>> too.",
        "<p>After vector<int> all of it stays, <b>bold</b>, std::set<std::string> and List<T>.</p>",
        "<p>See <https://x.example>, <mailto:a@b.example> or <hello@show.com></p><p>5 <6</p>",
    ],
)
def test_what_is_no_element_is_text(text: str) -> None:
    """In notes only HTML's own elements count as elements; other text between angle brackets is shown."""
    wanted = re.sub(r"\s|</?[pb]>", "", text)
    assert re.sub(r"\s", "", plain_text(text)) == wanted.replace("</p><p>", "")
    assert words(rendered_html(notes_to_markdown(text, "").body)) == wanted
