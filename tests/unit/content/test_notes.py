"""The moments (timestamps with their texts) and the plain text of show notes, which page and search index share."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from longwave.content.episodes.notes import read_notes
from longwave.content.fields.times import format_seconds
from longwave.content.text.markdown import render

WORDS = st.sampled_from(
    [
        "docker", "it's", '"quoted"', "*soft*", "**loud**", "`code -- x`", "[a link](https://example.com/?a=1&b=2)", "--",
        "<https://example.com>", "a & b", "&copy;", "1 < 2", "snake_case", "...", "<b>raw</b>", "~~old~~", "2:00 -- not",
        "![pic](a.png)", "\\*", "naïve", "![x", "[", "*", "`", "'", "<i>",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
DASHES = st.sampled_from(["-", "--", "---", "–", "—", "…", ""])
TIMES = st.one_of(
    st.integers(0, 9000).map(format_seconds),
    st.sampled_from(["01:21", "1:75", "12", "**3:00**", "[4:00]", "`5:00`", "_6:00_"]),
)


@st.composite
def items(draw):
    """Draw a Markdown list item, mostly with a timestamp, sometimes wrapped over lines."""
    text = f"{draw(TIMES)} {draw(DASHES)} {draw(TEXTS)}" if draw(st.integers(0, 3)) else draw(TEXTS)
    wrapped = draw(
        st.sampled_from(["", "\n{}  and on", "\n{}    and on", "\n{}and on", "\n\n{}  more of it", "\n\n{}      code"])
    )
    return text + wrapped


@st.composite
def lists(draw):
    """Draw a Markdown list of any kind, with lists nested by two or four spaces."""
    marker = draw(st.sampled_from(["-", "*", "+", "1.", "10."]))
    gap = draw(st.sampled_from(["\n", "\n", "\n\n"]))
    lines = []
    for item in draw(st.lists(items(), min_size=1, max_size=4)):
        lines.append(f"{marker} {item.replace('{}', '')}")
        inner = draw(st.sampled_from(["", "", "  ", "    "]))
        if inner:
            lines.append(f"{inner}- {draw(items()).replace('{}', inner)}")
    return gap.join(lines)


BLOCKS = st.one_of(
    lists(),
    lists().map(lambda text: "\n".join(f"> {line}" for line in text.splitlines())),
    lists().map(lambda text: f"```\n{text}\n```"),
    lists().map(lambda text: "\n".join(f"    {line}" for line in text.splitlines())),
    TEXTS,
    st.sampled_from(
        ["## Show Notes", "Topics\n------", "###### 📄 Links", "{: .c}", "---", "<div>\n- 1:00 -- raw\n</div>", "^"]
    ),
)
DOCUMENTS = st.tuples(st.lists(BLOCKS, max_size=6), st.sampled_from(["\n", "\n\n"])).map(
    lambda parts: parts[1].join(parts[0])
)


def moments_on_the_page(text):
    """Return the seconds and text of every timestamped item in rendered HTML, read with another parser than ours."""
    root = html.fragment_fromstring(render(text), create_parent="div")
    moments = []
    for link in root.xpath("//a[@data-seek]"):
        item = link.iterancestors("li").__next__()
        for nested in item.xpath("./ul | ./ol"):
            tail = nested.tail
            nested.getparent().remove(nested)
            assert not (tail or "").strip()
        spoken = " ".join(" ".join(item.itertext()).split())
        moments.append((int(link.get("data-seek")), spoken))
    return moments


def letters(text):
    """Return a text without white space, which may differ between two renderings."""
    return "".join(text.split())


@given(DOCUMENTS)
def test_page_and_index_have_the_same_moments(text):
    """The page's links that seek the player equal the timestamps read from the notes, in words and order."""
    page = moments_on_the_page(text)
    notes = read_notes(text).moments
    assert [moment.seconds for moment in notes] == [seconds for seconds, _ in page]
    for moment, (_, spoken) in zip(notes, page, strict=True):
        before = letters(spoken).removesuffix(letters(moment.text))
        assert re.fullmatch(r"\[?[0-9:]+\]?((-|–|—)[0-9:]+)?(-|–|—)?", before)


@given(DOCUMENTS)
def test_the_text_is_what_the_page_says(text):
    """The plain text of notes has the words of their page, in the page's order, and no markup."""
    root = html.fragment_fromstring(render(text), create_parent="div")
    assert letters(read_notes(text).text) == letters("".join(root.itertext()))


@given(st.text())
def test_no_text_is_too_strange(text):
    """Neither reading nor rendering notes raises an error on any text."""
    read_notes(text)
    render(text)


def test_all_of_an_item_is_its_text():
    """Further dashes, links and the lines of a wrapped item belong to the text of its timestamp."""
    text = "- 56:25 -- Find *her* -- on [Exam Pro](https://www.exampro.co/),\n    [GitHub](https://github.com/x) and `IRC`.\n"
    (moment,) = read_notes(text).moments
    assert (moment.seconds, moment.text) == (3385, "Find her – on Exam Pro, GitHub and IRC.")


def test_nested_items_are_moments_of_their_own():
    """A list inside a timestamped item isn't part of its text, and has timestamps of its own."""
    moments = read_notes("- 1:00 -- Outer\n  - 2:00 -- Inner\n  - no time\n- 3:00 -- Next\n").moments
    assert [(moment.seconds, moment.text) for moment in moments] == [(60, "Outer"), (120, "Inner"), (180, "Next")]


def test_every_kind_of_list_has_moments():
    """Timestamps, also bold ones, are read from bulleted, numbered, loose and quoted lists below any heading."""
    text = "## Topics Include\n\n* 0:10 - a\n\n* 0:20 — b\n\n1. 0:30 – c\n\n> + 0:40 --- d\n\n- **0:50** -- e\n"
    assert [moment.seconds for moment in read_notes(text).moments] == [10, 20, 30, 40, 50]


def test_code_and_paragraphs_have_no_moments():
    """A time in code, in a paragraph or behind the first word of a list item is no timestamp."""
    assert not read_notes("1:00 -- para\n\n    - 2:00 -- code\n\n```\n- 3:00 -- code\n```\n\n- at 4:00 -- a\n").moments


def test_the_text_has_no_markup():
    """The plain text of notes has link texts, autolinks and code, but no addresses, tags, comments and attributes."""
    text = (
        "# Head\n{: .c}\n\nSee [the *docs*](http://d.example) or <https://e.example/x_y>, <b>bold</b> &amp; `a < b`.\n"
        "<!-- no -->\n\n<p class='x'>Raw &lt;text&gt;</p>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\nls -- x\n```\n"
    )
    assert read_notes(text).text.split("\n") == [
        "Head", "See the docs or https://e.example/x_y, bold & a < b.", "Raw <text>", "a", "b", "1", "2", "ls -- x",
    ]  # fmt: skip


def test_elements_within_a_line_are_no_words():
    """In the plain text of notes inline HTML elements lose their tags and keep their words."""
    text = 'Clip: <audio controls><source src="/a.mp3"></audio>. <kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd>'
    assert read_notes(text).text.split() == ["Clip:", ".", "Ctrl", "+", "C"]


def test_the_text_of_footnotes_comes_last():
    """In the plain text of notes footnotes are at the end, without reference numbers."""
    assert read_notes("Said[^1] so.\n\n[^1]: By *her*.\n\n- x\n").text == "Said so.\nx\nBy her."


def test_a_real_episode_has_all_its_moments():
    """All timestamps of a real episode's notes are read, from the first to the last."""
    seeds = Path(__file__).parents[3].parent / "shared" / "seeds"
    files = sorted(seeds.glob("000_*.txt")) if seeds.is_dir() else []
    if not files:
        pytest.skip(f"no real episode in {seeds}")
    body = files[0].read_text("utf-8").split("---\n", 2)[2]
    moments = read_notes(body).moments
    assert len(moments) == 39
    assert (moments[0].seconds, moments[0].text) == (
        81,
        "A small team of developers actively work on the Exam Pro platform",
    )
    assert (moments[-1].seconds, moments[-1].text[-19:]) == (3385, "GitHub and Twitter.")
