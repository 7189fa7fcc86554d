"""Markdown, rendered as kramdown's GFM parser in Jekyll does.

The expected HTML was written by kramdown 2.4; only invisible white space may differ.
"""

import re

import pytest
from lxml import html

from longwave.content.text.markdown import RENDERER, render


def shown(text):
    """Return HTML in a normal form for comparison: without white space between blocks, attributes sorted."""
    root = html.fragment_fromstring(text, create_parent="div")
    for element in root.iter():
        if isinstance(element.tag, str):
            attributes = sorted(element.attrib.items())
            element.attrib.clear()
            element.attrib.update(attributes)
    normal = re.sub(r"\s+", " ", html.tostring(root, encoding="unicode"))
    return re.sub(
        r" ?(</?(?:div|p|ul|ol|li|d[ltd]|t(?:able|head|body|foot|r|d|h)|h\d|blockquote|pre|br)\b[^>]*>) ?",
        r"\1",
        normal,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("""It's "so 'very' nice" in the '90s.""", "<p>It’s “so ‘very’ nice” in the ’90s.</p>"),
        ("""'Tis "*soft*" and "`code`" and "[x](/y)".""",
         '<p>‘Tis “<em>soft</em>” and “<code>code</code>” and “<a href="/y">x</a>”.</p>'),
        ("a -- b --- c... <<d>>", "<p>a – b — c… «d»</p>"),
        ("<me@example.com> and a < b & c", '<p><a href="mailto:me@example.com">me@example.com</a> and a &lt; b &amp; c</p>'),
        ("http://bare.example/a_b_c stays", "<p>http://bare.example/a_b_c stays</p>"),
        ("snake_case **bold**text *a **b** c* 2 * 3",
         "<p>snake_case <strong>bold</strong>text <em>a <strong>b</strong> c</em> 2 * 3</p>"),
        ("one  \ntwo\\\nthree", "<p>one<br>two<br>three</p>"),
        (r"\*no\* \_no\_ \# \[x\]", "<p>*no* _no_ # [x]</p>"),
        ("~~gone~~ `` a ` b `` &copy; &nope;", "<p><del>gone</del> <code>a ` b</code> © &amp;nope;</p>"),
        ('[a][one] [One] [none]\n\n[one]: /1 "T"',
         '<p><a href="/1" title="T">a</a> [One] [none]</p>'),
        ('![A "b"](/i.png "T")', '<p><img alt="A &quot;b&quot;" src="/i.png" title="T"></p>'),
        ("$$x < y$$ now", r"<p>\(x &lt; y\) now</p>"),
        ("HTML rocks\n\n*[HTML]: Hyper Text", '<p><abbr title="Hyper Text">HTML</abbr> rocks</p>'),
    ],
)  # fmt: skip
def test_spans(text, expected):
    """Spans within a line are rendered as kramdown renders them."""
    assert shown(render(text)) == shown(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("- a\nlazy\n- b\n    four", "<ul><li>a lazy</li><li>b four</li></ul>"),
        ("* a\n\n* b\n\n* c", "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"),
        ("3. three\n4. four", "<ol><li>three</li><li>four</li></ol>"),
        ("Intro:\n- a\n- b", "<p>Intro:</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n      code\n- b", "<ul><li><p>a</p><pre><code>code </code></pre></li><li><p>b</p></li></ul>"),
        ("> quote\nlazy\n>\n> - a", "<blockquote><p>quote lazy</p><ul><li>a</li></ul></blockquote>"),
        ("Term\n: One\n: Two", "<dl><dt>Term</dt><dd>One</dd><dd>Two</dd></dl>"),
        ("One\n===\n\nTwo\n---\n\n***", '<h1 id="one">One</h1><h2 id="two">Two</h2><hr>'),
        ("```ruby\n\"a\" & <b>\n```", '<pre><code class="language-ruby">"a" &amp; &lt;b&gt; </code></pre>'),
        ("~~~\n--\n~~~\n\n    ind", "<pre><code>-- </code></pre><pre><code>ind </code></pre>"),
        ("| a | b |\n|---|--:|\n| `x|y` | 2 |",
         '<table><thead><tr><th>a</th><th class="align-right">b</th></tr></thead>'
         '<tbody><tr><td><code>x|y</code></td><td class="align-right">2</td></tr></tbody></table>'),
        ('<div class="x">\n*raw* &amp; <b>b</b>\n</div>\n\ntext', '<div class="x">*raw* &amp; <b>b</b></div><p>text</p>'),
        ('<div markdown="1">\n*em*\n\n- a\n</div>', "<div><p><em>em</em></p><ul><li>a</li></ul></div>"),
        ("- [ ] todo\n- [x] done",
         '<ul class="task-list"><li class="task-list-item"><input type="checkbox" class="task-list-item-checkbox" disabled>'
         'todo</li><li class="task-list-item"><input type="checkbox" class="task-list-item-checkbox" disabled checked>'
         "done</li></ul>"),
    ],
)  # fmt: skip
def test_blocks(text, expected):
    """Paragraphs, lists, quotes, code, tables and HTML blocks begin and end where they do in kramdown."""
    rendered = shown(render(text)).replace('="disabled"', "").replace('="checked"', "")
    assert rendered.replace('disabled=""', "disabled") == shown(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('- Clip: <audio controls><source src="/a.mp3"></audio>',
         '<ul><li>Clip: <audio controls=""><source src="/a.mp3"></audio></li></ul>'),
        ('A <picture><source srcset="/a.webp"><img src="/a.png" alt="x"></picture>.',
         '<p>A <picture><source srcset="/a.webp"><img src="/a.png" alt="x"></picture>.</p>'),
        ('x <svg viewBox="0 0 1 1"><path d="M0 0"/><!-- c --></svg> y',
         '<p>x <svg viewBox="0 0 1 1"><path d="M0 0"></path><!-- c --></svg> y</p>'),
        ("<kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd> *a*",
         "<p><kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd> <em>a</em></p>"),
        ('<code>f(<var>*x*</var>) "q" -- &lt; <a href="/y">`y`</a></CODE> "b"',
         '<p><code>f(<var>*x*</var>) "q" -- &lt; <a href="/y">`y`</a></code> “b”</p>'),
        ('a <code>x</b><div>y <https://z.example> <i markdown="span">*i*</i>*z*</code> c',
         "<p>a <code>x&lt;/b&gt;&lt;div&gt;y &lt;https://z.example&gt; <i><em>i</em></i>*z*</code> c</p>"),
        ("a <code>List<T></code> *b*", "<p>a <code>List<T>&lt;/code&gt; *b*</T></code></p>"),
    ],
)  # fmt: skip
def test_elements_that_keep_their_text_hold_elements(text, expected):
    """An inline HTML element whose text isn't parsed as Markdown may contain elements, up to its own end tag."""
    assert shown(render(text)) == shown(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{: .lead}\nBefore", '<p class="lead">Before</p>'),
        ("After\n{: .a .b #i k=\"v w\"}", '<p class="a b" id="i" k="v w">After</p>'),
        ("*x*{: .red} [l](/y){:target=\"_blank\"}", '<p><em class="red">x</em> <a href="/y" target="_blank">l</a></p>'),
        ("- {: .one} a\n- b\n{: .all}", '<ul class="all"><li class="one">a</li><li>b</li></ul>'),
        ("{:note: .n title=\"t\"}\n\nText\n{: note}", '<p class="n" title="t">Text</p>'),
    ],
)  # fmt: skip
def test_attribute_lists(text, expected):
    """An attribute list such as {:.class} applies to the block, list item or span that it stands beside."""
    assert shown(render(text)) == shown(expected)


def test_headings_have_the_ids_of_github():
    """The id of a heading is its words in lower case, with a number where another heading has the same id."""
    text = "## Show Notes\n## Show Notes\n###### 📄 References\n# It's `code`\n# Über uns\n## Own {#mine}\n# !!!\n"
    headings = html.fragment_fromstring(render(text), create_parent="div").xpath("*")
    ids = [heading.get("id") for heading in headings]
    assert ids == ["show-notes", "show-notes-1", "-references", "its-code", "über-uns", "mine", None]


def test_footnotes_are_numbered_and_lead_back():
    """A footnote that is referenced twice is rendered once with two links back; an unused one isn't rendered."""
    page = html.fragment_fromstring(render("A[^x] b[^x].\n\n[^x]: Why.\n[^y]: No.\n"), create_parent="div")
    assert [mark.get("id") for mark in page.xpath("//sup[a/@role='doc-noteref']")] == ["fnref:x", "fnref:x:1"]
    (note,) = page.xpath("//div[@class='footnotes']/ol/li")
    assert note.get("id") == "fn:x"
    assert [link.get("href") for link in note.xpath(".//a")] == ["#fnref:x", "#fnref:x:1"]
    assert note.text_content().split() == ["Why.", "↩", "↩2"]


def test_a_table_of_contents_is_filled():
    """A list with the attribute {:toc} becomes the table of contents, nested as the headings are."""
    expected = (
        '<ul id="markdown-toc"><li><a href="#a" id="markdown-toc-a">A</a><ul><li><a href="#b" id="markdown-toc-b">B</a>'
        '</li></ul></li></ul><h1 id="a">A</h1><h2 id="b">B</h2>'
    )
    assert shown(render("* toc\n{:toc}\n\n# A\n## B\n")) == shown(expected)


@pytest.mark.parametrize(
    ("link", "attributes"),
    [
        ("[x](https://other.example/)", {"rel": "noopener", "target": "_blank"}),
        ("<https://other.example/>", {"rel": "noopener", "target": "_blank"}),
        ("[x](//other.example/)", {"rel": "noopener", "target": "_blank"}),
        ('<a href="HTTP://other.example">x</a>', {"rel": "noopener", "target": "_blank"}),
        ('[x](https://other.example/){: rel="nofollow"}', {"rel": "nofollow"}),
        ("[x](https://own.example/a)", {}),
        ("[x](https://OWN.example:8080/a)", {}),
        ("[x](https://own.example.evil.example/)", {"rel": "noopener", "target": "_blank"}),
        ("[x](/tags/docker)", {}),
        ("[x](#top)", {}),
        ("[x](mailto:a@b.example)", {}),
    ],
)
def test_links_to_other_hosts_open_a_tab_of_their_own(link, attributes):
    """Only a link to another host gets `rel` and `target`, and only when it has no `rel` of its own."""
    (element,) = html.fragment_fromstring(render(link, "own.example"), create_parent="div").xpath("//a")
    assert {key: element.get(key) for key in ("rel", "target") if key in element.attrib} == attributes


def test_a_timestamp_seeks_the_player():
    """The timestamp at the start of a list item becomes a link that seeks the player; the rest stays as it is."""
    text = "- 1:21 -- A -- [b](/c)\n- **1:02:33** – d\n- 01:05 - e\n- no time\n"
    assert shown(render(text)) == shown(
        '<ul><li><a class="seek" data-seek="81" href="#t=1:21">1:21</a> – A – <a href="/c">b</a></li>'
        '<li><strong><a class="seek" data-seek="3753" href="#t=1:02:33">1:02:33</a></strong> – d</li>'
        '<li><a class="seek" data-seek="65" href="#t=1:05">01:05</a> - e</li><li>no time</li></ul>'
    )


def test_nothing_is_styled_in_a_tag():
    """Aligned table cells have no style attribute, which a strict CSP would block."""
    assert "style" not in render("|a|b|c|\n|:-|:-:|-:|\n|1|2|3|\n")


def test_html_in_code_is_shown_as_it_stands():
    """HTML and character references in code and text are shown as written, and never parsed a second time."""
    elements = html.fragment_fromstring(
        render("`&lt;b> &amp;` \\&copy; &amp;lt;\n\n    <i>&nbsp;</i>\n"), create_parent="div"
    )
    assert elements.text_content().split() == ["&lt;b>", "&amp;", "\\©", "&lt;", "<i>&nbsp;</i>"]
    assert not elements.xpath("//b | //i")


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "*",
        ">",
        "![",
        "_a ",
        "**a *b ",
        '[a](b "',
        "<!--",
        "<div>",
        "{:",
        "$$a\n",
        "```x\n",
        "- ",
        "  - a\n",
        "~~a ",
        "<http:",
        "|",
        "<code>",
        "<kbd><!--",
        "<audio><source>",
    ],
)
def test_hostile_input_comes_to_an_end(piece):
    """A long row of unclosed Markdown or HTML openings is rendered without an error."""
    count = 20_000 // len(piece)
    assert render(piece * count)


def test_nesting_is_bounded():
    """Quotes and lists nested beyond a limit stay text instead of overflowing our stack or a browser's."""
    page = html.fragment_fromstring(render("> " * 500 + "deep\n\n" + "- " * 500 + "deep\n"), create_parent="div")
    depths = [len(list(element.iterancestors())) for element in page.iter()]
    assert 20 < max(depths) < 80


def test_the_renderer_names_its_version():
    """The cache key of rendered HTML contains Python-Markdown's version and our own grammar's."""
    assert re.fullmatch(r"markdown 3\.\S+ kramdown [0-9a-f]{16}", RENDERER)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{{:{a}: {' '.join(b for b in 'abcdefghij' if b != a)} .{a}}}\n" for a in "abcdefghij")
        + "\nhello\n{: a b c}\n",
        "| </code>" + "<code>" * 800 + " | b |\n",
        "|a" * 3000 + "|\n" + "|b|\n" * 3000,
        "{:a: a a a a a a a a a a}\n\nhello\n{: a}\n",
    ],
    ids=["lists of lists", "code in a table", "a wide and long table", "a list of itself"],
)
def test_what_refers_to_itself_and_what_is_filled_up_comes_to_an_end(text):
    """Attribute definitions that refer to each other, and filled-up table rows, take little time and memory."""
    assert len(shown(text)) < 50 * len(text)
