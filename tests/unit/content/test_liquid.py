"""Liquid in Markdown bodies, with Jekyll's tags and filters."""

from __future__ import annotations

import contextlib
import gc
import time
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.liquid import Liquid, Rendered, Surroundings, limits
from longwave.errors import ContentError

SITE = {
    "url": "https://s.example",
    "links": {"chat": "https://chat.example"},
    "list": [{"n": "a", "x": 1}, {"n": "b"}, {"n": "c", "x": 0}],
    "team": [{"n": "a", "x": 1}, {"n": "b", "x": 2}],
}
INCLUDES = {
    "box.html": "<b>{{ include.title }}, {{ include.of }}, {{ page.title }}</b>",
    "again.html": "{% include again.html %}",
    "bad.html": "\n{{ page.nothing }}",
    "open.html": "a\n{% if page.title %}\nb",
    "filter.html": "\n\n{{ 'a' | nope }}",
    "odd.html": "\n{{ a b }}c",
}
HOMEPAGES = {"docker": ("Docker", "https://docker.example")}
PAGE = {"title": "T", "guest": "Ann", "tags": ["docker", "C#"], "date": "2019-11-18 12:00:00 -0500", "empty": None}
LIQUID = Liquid(Surroundings(SITE, INCLUDES, HOMEPAGES, {"podcast/2019-01-01-x.md": "/podcast/x"}.get))


class _Addresses:
    def find(self, _: str) -> None:
        """Return None, which means that no content file has this name."""


def render(text: str) -> Rendered:
    """Render the Liquid of a body that begins on line 10 of its file."""
    return LIQUID.render(text, PAGE, file="content/podcast/a.md", first_line=10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ page.guest }} {{ site.url }} {{ site.links.chat }}", "Ann https://s.example https://chat.example"),
        ("{{ page.guest | upcase | append: '!' }}", "ANN!"),
        ("{% if page.guest %}yes{% else %}no{% endif %}", "yes"),
        ("{% unless page.typo %}{{ page.typo | default: 'none' }}{% endunless %}", "none"),
        ("{% for t in page.tags %}{{ t }};{% endfor %}", "docker;C#;"),
        ("{% raw %}{{ page.guest }}{% endraw %}{% comment %}{% nope %}{% endcomment %}", "{{ page.guest }}"),
        ('{% include box.html title="A" of=page.guest %}', "<b>A, Ann, T</b>"),
        ("{% include box.html title='A' of=3 %}", "<b>A, 3, T</b>"),
        ("{% link podcast/2019-01-01-x.md %}", "/podcast/x"),
        (
            '{% image guests/a.png alt="A & B" class="c" %}',
            '<img src="/images/1024/guests/a.png" alt="A &amp; B" class="c" loading="lazy">',
        ),
        ("{{ 'assets/images/a.png' | asset_path }}", "/images/full/a.png"),
        ("{{ '/x' | relative_url }} {{ 'x' | absolute_url }}", "/x https://s.example/x"),
        ("{{ '/é b?c=ü#d' | relative_url }}", "/%C3%A9%20b?c=%C3%BC#d"),
        (
            "{{ '/a%20é' | absolute_url }} {{ 'https://é.x/ü' | absolute_url }}",
            "https://s.example/a%20%C3%A9 https://é.x/ü",
        ),
        ("{{ '*a*' | markdownify }}", "<p><em>a</em></p>"),
        ("{{ 'C# & more' | slugify }}", "c-sharp-and-more"),
        ("{{ page.date | date_to_string }}, {{ page.date | date_to_long_string }}", "18 Nov 2019, 18 November 2019"),
        ("{{ page.date | date_to_xmlschema }}", "2019-11-18T12:00:00-05:00"),
        ("{{ page.date | date_to_rfc822 }}", "Mon, 18 Nov 2019 12:00:00 -0500"),
        ("{{ page.date | date: '%Y' }}", "2019"),
        ("{{ site.team | where: 'n', 'b' | map: 'x' | join }}", "2"),
        ("{{ site.team | where_exp: 'p', 'p.x == 1' | jsonify }}", '[{"n": "a", "x": 1}]'),
        ("{{ page.tags | array_to_sentence_string }}", "docker and C#"),
        ("{{ 'x' | append: true }} {{ false | prepend: 'y' }} {{ 'z' | append: nil }}", "xtrue yfalse z"),
        (
            "{{ page.date | date: '%s %:z %z %L %N %P %-d %^b %% %%s' }}",
            "1574096400 -05:00 -0500 000 000000000 pm 18 NOV % %s",
        ),
        ("{{ '2019-11-18' | date: '%s' }} {{ 1574096400 | date: '%Y' }} {{ 'x' | date: '%Y' }}", "1574035200 2019 x"),
        ("{{ page.date | date_to_string: 'ordinal', 'US' }}", "Nov 18th, 2019"),
        ("{{ '2020-01-02' | date_to_long_string: 'ordinal' }}", "2nd January 2020"),
        ("{{ site.list | sort: 'x' | map: 'n' | join }}", "b c a"),
        ("{{ site.list | sort: 'x', 'last' | map: 'n' | join }}", "c a b"),
        ("{{ site.team | find_exp: 'p', 'p.x == 2' | jsonify }}", '{"n": "b", "x": 2}'),
        ("{{ site.list | group_by_exp: 'p', 'p.x' | map: 'name' | join: ',' }}", "1,,0"),
        ("{{ site.team | where_exp: 'p', 'page.title == p.n' | size }}", "0"),
        ("{{ page.tags | sample: 2 | size }} {{ 'a' | sample }}", "2 a"),
        ("{{ 'Ab C#' | slugify: 'raw' }} {{ 'Ab C' | slugify: 'none' }}", "ab-c# ab c"),
        ("a {%- if true -%} b {%- endif -%} c{% raw %}{{- x -}}{% endraw -%} d", "abc{{- x -}}d"),
        ("{% comment %}{% comment %}a{% endcomment %} {{ {% endcomment %}b{% # note %}", "b"),
        ("{% include box.html title=page.guest_twitter of=1 %}", "<b>, 1, T</b>"),
    ],
)
def test_what_jekyll_knows_is_known(text: str, expected: str) -> None:
    """Variables, filters, conditions, loops, includes and tags work as in Jekyll and jekyll-assets."""
    rendered = render(text)
    assert rendered.text.strip() == expected
    assert rendered.problems == ()


def test_services_used_links_home_pages() -> None:
    """The built-in include services-used.html links the episode's tags to their home pages, else to the tag's page."""
    text = render("{% include services-used.html %}").text
    assert '<li><a href="https://docker.example">Docker</a></li>' in text
    assert '<li><a href="/tags/c-sharp">C#</a></li>' in text


def test_code_is_fenced_safely() -> None:
    """A {% highlight %} block becomes fenced code, with a fence that doesn't occur in the code."""
    text = render("{% highlight ruby linenos %}\n~~~\nputs 1\n{% endhighlight %}\nafter").text
    assert text == "\n~~~~ ruby\n~~~\nputs 1\n~~~~\n\nafter"


@pytest.mark.parametrize(
    ("text", "left", "line", "found"),
    [
        ("a\n{{ page.gest }}b", "a\nb", 11, "page.gest"),
        ("{{ 'a' | upcas }}b", "b", 10, "upcas"),
        ("a\n\n{% foo x %}in{% endfoo %}", "a\n\nin", 12, "foo"),
        ("{% include nope.html %}b", "b", 10, "nope.html"),
        ("{% post_url 2020-nope %}b", "b", 10, "2020-nope"),
        ("{% for a in (1..3) %}{{ a | nope }}{{ a }}{% endfor %}", "123", 10, "nope"),
        ("{{ a b }}c", "c", 10, ""),
        ('\n\n{% include box.html\n   title="{{ page.nope }}" of=1 %}', "\n\n<b>, 1, T</b>", 13, "page.nope"),
        ('\n{% include box.html title="{{ page" of=1 %}', "\n<b>, 1, T</b>", 11, "}} behind {{"),
        ("\n{% asset_path {{ page.pic }} %}", "\n/images/full/", 11, "page.pic"),
        ("{{ site.team | where_exp: 'p', 'a %}{% if b' }}c", "c", 10, "endif"),
    ],
)
def test_what_does_not_exist_is_nothing_and_reported(text: str, left: str, line: int, found: str) -> None:
    """An unknown tag, filter, include or variable renders as nothing and is reported once with its line."""
    rendered = render(text)
    assert rendered.text == left
    assert [problem.line for problem in rendered.problems] == [line]
    assert found in str(rendered.problems[0])


@pytest.mark.parametrize(
    "wrong",
    ["{% assign x %}", "{{ 'a }}", "{{ a | }}", "{% for x y %}{% endfor %}", "{% if %}{% endif %}", "{% case %}{% endcase %}",
     "{% capture %}{% endcapture %}", "{% endif %}", "{{ 5 | divided_by: 0 }}", "{% if 1 > 'a' %}{% endif %}", "{% include %}",
     "{{ '1e400' | plus: 1 | ceil }}", "{{ '1e400' | plus: 1 | round }}", "{{ 'a", "{% if a %}", "{% for i in (1..99999999) %}.{% endfor %}"],
)  # fmt: skip
def test_what_is_wrong_is_told_on_its_line(wrong: str) -> None:
    """Liquid that can't be parsed, or raises an error, is reported on its own line, in a body and in an include."""

    def places(text: str) -> set[tuple[str, int]]:
        liquid = Liquid(Surroundings({}, {"wrong.html": f"\n\n{wrong}"}, {}, lambda _: None))
        try:
            problems = liquid.render(text, {}, file="a.md", first_line=4).problems
        except ContentError as error:
            problems = (error.problem,)
        return {(problem.file, problem.line) for problem in problems}

    assert places(f"\nA\n{wrong}\nB\n") == {("a.md", 6)}
    assert places("\n{% include wrong.html %}\n") == {("content/includes/wrong.html", 3)}


def test_an_include_that_stops_a_file_names_that_file() -> None:
    """The error of an include that can't be rendered also names the episode's file that is therefore not published."""
    liquid = Liquid(Surroundings({}, {"wrong.html": "{{ '1e400' | plus: 1 | ceil }}"}, {}, lambda _: None))
    with pytest.raises(ContentError, match=r"wrong.html:1: .* content/podcast/a.md stays unpublished, or as it was"):
        liquid.render("{% include wrong.html %}", {}, file="content/podcast/a.md", first_line=4)


def test_a_problem_in_an_include_names_the_include() -> None:
    """A problem within an include is reported with the include's file and line."""
    problem = render("{% include bad.html %}").problems[0]
    assert (problem.file, problem.line) == ("content/includes/bad.html", 2)


@pytest.mark.parametrize(
    ("name", "line", "left"), [("open.html", 2, "xy"), ("filter.html", 3, "x\n\ny"), ("odd.html", 2, "x\ncy")]
)
def test_an_include_that_is_wrong_costs_only_itself(name: str, line: int, left: str) -> None:
    """An include that can't be parsed is reported at its own line for each body that uses it; the body is rendered."""
    for _ in range(2):
        rendered = render(f"x{{% include {name} %}}y")
        assert rendered.text == left
        assert [(found.file, found.line) for found in rendered.problems] == [(f"content/includes/{name}", line)]


def test_each_use_of_an_unknown_filter_is_told() -> None:
    """An unknown Liquid filter is reported on each line that applies it."""
    assert [found.line for found in render("{{ 'a' | nope }}\n{{ 'a' | nope }}").problems] == [10, 11]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a\n{% if page.title %}\n\nx", 11, "{% endif %} behind {% if %}"),
        ("{% if a %}{% endif %}\n{% for a in b %}{% if a %}\n{% endif %}", 11, "{% endfor %} behind {% for %}"),
        ("\n{% highlight ruby %}x", 11, "{% endhighlight %} behind {% highlight %}"),
        ("a\n{% raw %}x", 11, "{% endraw %} behind {% raw %}"),
        ("a\n{% comment %}x", 11, "{% endcomment %} behind {% comment %}"),
        ("{{ a }}\n{{ b", 11, "}} behind {{"),
        ("\n{% assign a", 11, "%} behind {% assign"),
        ("\n{% %}", 11, "a tag's name behind {%"),
    ],
)
def test_what_is_never_closed_is_told_where_it_opens(text: str, line: int, expected: str) -> None:
    """A Liquid tag that is never closed is reported on the line where it opens, with the missing end tag."""
    with pytest.raises(ContentError) as raised:
        render(text)
    assert (raised.value.problem.line, raised.value.problem.expected) == (line, expected)


@pytest.mark.parametrize(
    "text",
    [
        "{{ " * 50_000,
        "{% raw %}" * 50_000,
        "{% comment %}{% " * 50_000,
        "{{" + " " * 200_000 + "}}",
        "{% a" + " " * 200_000 + "%}",
        "{{ " + "(" * 100_000 + "}}",
        "{% include box.html " + "a" * 200_000 + " %}",
        "{% include " + "{{" * 100_000 + " %}",
        "{{ x }}\n" * 5000,
        '{{ "aaaaaaaaaa"' + ' | replace: "a", "aaaaaaaaaa"' * 20 + " }}",
        "{% assign a = 'a' | split: '' %}"
        + "{% assign b = site.url | append: site.url | split: '' %}{{ b | join: '-' }}",
    ],
    ids=lambda text: text[:20],
)
def test_no_body_takes_long(text: str) -> None:
    """Liquid with unclosed openings, long runs of blanks or text that grows tenfold takes little time and memory."""
    began = time.thread_time()
    with contextlib.suppress(ContentError):
        assert len(render(text).text) < 100_000
    assert time.thread_time() - began < 10


@pytest.mark.parametrize(
    "growth",
    ["replace: 'a', 'bbbbbbbbbb'", "append: page.title", "escape | append: page.title", "split: '' | join: 'xx'"],
)
def test_no_filter_makes_more_than_a_body_may_have(growth: str) -> None:
    """A Liquid filter whose result would exceed 2 MB is reported at its line."""
    long = {"title": "a" * 1_500_000}
    with pytest.raises(ContentError, match=r"a\.md:11: expected at most"):
        LIQUID.render(f"\n{{{{ page.title | {growth} | size }}}}", long, file="a.md", first_line=10)


def test_a_typo_is_told_what_it_may_mean() -> None:
    """The hint for a misspelt Liquid filter names the filter that was probably meant."""
    assert "Did you mean `upcase`?" in str(render("{{ 'a' | upcas }}").problems[0])


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in (1..100000000) %}{% for b in (1..100000000) %}x{% endfor %}{% endfor %}",
        "{% for a in (1..99999) %}{{ page.tags | join: site.url | append: site.url }}{% endfor %}",
        "{% include again.html %}",
        "{% if page.title %}x",
        "{{ page.title",
        "{% if",
        "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40 + "{{ a }}",
    ],
)
def test_what_never_ends_is_stopped(text: str) -> None:
    """An endless loop or include, text that doubles without end, and an unclosed tag raise ContentError."""
    with pytest.raises(ContentError):
        render(text)


def test_links_to_other_files_are_told() -> None:
    """A rendered body's `uses_addresses` says whether it contains the address of another file, which may change."""
    assert render("{% link podcast/2019-01-01-x.md %}").uses_addresses
    assert not render("{{ page.title }}").uses_addresses


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{% if ",
        "{% endif %}",
        "{% for a in page.tags %}",
        "{% endfor %}",
        "page.title",
        " | ",
        "where: ",
        "'",
        "include box.html ",
        "x=",
        "{% raw %}",
        "{% endraw %}",
        "highlight",
        "(1..9)",
        " a ",
        "\n",
        "{% image ",
        "{% link ",
        "-%}",
        "[0]",
        "date: '%Y'",
        "divided_by: 0",
        "slice: 5, 99",
        "{% case a %}",
        "{% when 1 %}",
        "{% cycle ",
        "{% include {{ ",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
def test_no_body_raises_anything_else(text: str) -> None:
    """Any body is rendered by Liquid to text or raises ContentError."""
    with contextlib.suppress(ContentError):
        render(text)


def test_surroundings_are_let_go() -> None:
    """A Liquid renderer that is no longer used doesn't keep its edition's table of addresses in memory."""
    addresses = [_Addresses() for _ in range(3)]
    for one in addresses:
        Liquid(Surroundings({}, {}, {}, one.find)).render("{{ page.title }}", PAGE, file="a.md", first_line=1)
    references = [weakref.ref(one) for one in addresses]
    del addresses, one
    gc.collect()
    assert [reference() for reference in references] == [None, None, None]


def test_the_real_episode_renders_whole() -> None:
    """A real episode of a Jekyll site renders without problems."""
    seeds = sorted((Path(__file__).parents[3].parent / "shared" / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip("the real episode is not at hand")
    body = seeds[0].read_text("utf-8").split("---\n", 2)[2]
    page: dict[str, Any] = {
        "guest": "Andrew Brown",
        "guest_website": "https://e.example",
        "guest_twitter": "a",
        "tags": ["aws"],
    }
    rendered = LIQUID.render(body, page, file="a.md", first_line=1)
    assert rendered.problems == ()
    assert "Andrew Brown talks" in rendered.text
    assert "{{" not in rendered.text


LARGE = {"list": list(range(8000)), "people": [{"name": str(number)} for number in range(3000)]}
AGAIN = {"again.html": "{% include again.html %}" * 2, "line.html": "A line.\n{{ site.list | sort | join }}"}


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..5000) %}{% assign b = site.list | sort %}{% endfor %}",
        "{% for i in site.list %}{{ site.list | join: ',' | size }}{% endfor %}",
        "{% for i in (1..5000) %}{% assign b = site.people | sort: 'name' | where: 'name', '1' %}{% endfor %}",
        "{% assign n = 10 %}" + "{% assign n = n | times: n %}" * 40 + "{{ n }}",
        "{% assign a = 'x,y' | split: ',' %}" + "{% assign a = a | push: a %}" * 40 + "{{ a | join: ',' }}",
        "{% assign a = 'x,y' | split: ',' %}" + "{% assign a = a | concat: a %}" * 40,
        "{{ (1..100000000) | join }}",
        "{% for a in (1..99999) %}" + "{% if a == 5 %}y{% endif %}" * 1000 + "{% endfor %}",
        "{% for a in (1..99) %}" + "{% for b in (1..999) %}{% endfor %}" * 100 + "{% endfor %}",
        "".join(f"{{% assign a{number} = 1 %}}" for number in range(9000)),
        "{% capture a %}" + "a" * 500_000 + "{% endcapture %}" + "{% if a contains 'aaab' %}{% endif %}" * 2000,
        "{% for i in (1..99999) %}{% capture a %}" + "a" * 100_000 + "{% endcapture %}{% endfor %}",
        "{% capture a %}" + "* [a](b) `c`\n" * 30_000 + "{% endcapture %}{{ a | markdownify }}",
        "{% include again.html %}",
    ],
    ids=lambda text: text[:30],
)
def test_what_a_text_costs_as_a_whole_is_bounded(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Costly loops, nested lists, long numbers and includes that double raise an error with file and line."""
    monkeypatch.setattr(limits, "_MAX_SECONDS", 0.1)
    liquid, began = Liquid(Surroundings(LARGE, AGAIN, {}, lambda _: None)), time.thread_time()
    with pytest.raises(
        ContentError, match=r"(a\.md:(11|30011)|again\.html:1): expected at most .* a second's work, found more: \w"
    ):
        liquid.render(f"\n{text}", {}, file="a.md", first_line=10)
    assert time.thread_time() - began < 1


def test_what_costs_too_much_in_an_include_is_told_there() -> None:
    """A costly filter within an include is reported at the include's line."""
    liquid = Liquid(Surroundings(LARGE, AGAIN, {}, lambda _: None))
    with pytest.raises(ContentError, match=r"content/includes/line\.html:2: expected at most"):
        liquid.render("{% include line.html %}" * 300, {}, file="a.md", first_line=1)


def test_each_item_once() -> None:
    """The Liquid filter `uniq` keeps the first of equal items, in order."""
    assert render("{{ 'b,a,b,c,a' | split: ',' | uniq | join }}").text == "b a c"
    assert (
        LIQUID.render(
            "{{ page.a | uniq: 'n' | map: 'm' | join }}",
            {"a": [{"n": 1, "m": 1}, {"n": 1, "m": 2}, {"m": 3}]},
            file="",
            first_line=1,
        ).text
        == "1 3"
    )


def with_includes(includes: dict[str, str], text: str) -> Rendered:
    """Render a body of a site with these includes."""
    liquid = Liquid(Surroundings(SITE, includes, HOMEPAGES, {}.get))
    return liquid.render(text, PAGE, file="content/podcast/a.md", first_line=10)


@pytest.mark.parametrize("shell", ["<i>{% badge %}</i>", "{% if page.title %}\n<p>{% badge a=1 %}{% endif %}"])
def test_an_include_with_an_unknown_tag_is_left_out(shell: str) -> None:
    """An include with a tag that nothing supplies renders as nothing, with one warning that names the include's line."""
    rendered = with_includes(
        {"x.html": shell, "y.html": "[{% include x.html %}]"}, "a{% include x.html %}b{% include y.html %}"
    )
    assert rendered.text == "ab[]"
    (problem,) = rendered.problems
    assert (problem.file, problem.level) == ("content/includes/x.html", "warning")
    assert "content/includes/badge.html can make the tag" in problem.hint


def test_an_include_with_an_unknown_tag_hides_no_built_in_one() -> None:
    """A services-used.html whose tag nobody knows gives way to Longwave's own; one that can be rendered doesn't."""
    own = "{% include services-used.html %}"
    rendered = with_includes({"services-used.html": "<ul>{% each_tag %}</ul>"}, own)
    assert 'href="https://docker.example"' in rendered.text
    assert "Longwave's own" in rendered.problems[0].hint
    assert with_includes({"services-used.html": "<ul></ul>"}, own).text == "<ul></ul>"


@pytest.mark.parametrize("text", ["{% raw %}{% badge %}{% endraw %}", "{% comment %}{% badge %}{% endcomment %}x"])
def test_tags_that_are_only_shown_dont_matter(text: str) -> None:
    """An include that only shows a tag, or has it in a comment, is rendered."""
    rendered = with_includes({"x.html": text}, "{% include x.html %}")
    assert (rendered.text in ("{% badge %}", "x"), rendered.problems) == (True, ())


def test_an_include_makes_a_tag() -> None:
    """An owner's include that is named like an unknown tag is that tag, with its markup as include.text and by name."""
    includes = {"film.html": "<{{ include.text }}|{{ include.id }}>", "box.html": "[{% film 7 %}]"}
    rendered = with_includes(includes, '{% film abc id="9" %}{% film "{{ page.title }}" %}{% include box.html %}')
    assert rendered.text == '<abc id="9"|9><T|>[<7|>]'
    assert rendered.problems == ()


def test_an_include_that_makes_its_own_tag_ends() -> None:
    """An include named like the tag that it uses costs the body that uses it, and no more."""
    with pytest.raises(ContentError):
        with_includes({"film.html": "{% film %}"}, "{% film %}")
