"""Timestamps in show notes, in the forms that podcasters write, and the times in texts that aren't timestamps."""

import pytest

from longwave.content.episodes.notes import read_notes
from longwave.content.text.markdown import render

#: Ways to write the two timestamps 0:00 Intro and 1:02:03 The harbour, at the starts of lines, items, cells and headings.
FORMS = [
    "00:00 Intro\n1:02:03 The harbour",
    "0:00 Intro\n62:03 The harbour",
    "00:00:00 Intro\n01:02:03 The harbour",
    "(00:00) Intro\n(1:02:03) The harbour",
    "[00:00] Intro\n[1:02:03] The harbour",
    "[00:00:00.000] Intro\n[01:02:03.500] The harbour",
    "<00:00> Intro\n<1:02:03> The harbour",
    "00:00: Intro\n1:02:03: The harbour",
    "00:00 : Intro\n1:02:03 : The harbour",
    "00:00. Intro\n1:02:03. The harbour",
    "00:00 | Intro\n1:02:03 | The harbour",
    "00:00 - Intro\n1:02:03 - The harbour",
    "00:00 -- Intro\n1:02:03 -- The harbour",
    "00:00 – Intro\n1:02:03 – The harbour",
    "00:00—Intro\n1:02:03—The harbour",
    "(00:00) - Intro\n(1:02:03) - The harbour",
    "(00:00): Intro\n(1:02:03): The harbour",
    "[00:00] – Intro\n[1:02:03] – The harbour",
    "[00:00]Intro\n[1:02:03]The harbour",
    "00:00 → Intro\n1:02:03 → The harbour",
    "00:00 · Intro\n1:02:03 · The harbour",
    "00:00 • Intro\n1:02:03 • The harbour",
    "00:00\tIntro\n1:02:03\tThe harbour",
    "00:00\u00a0Intro\n1:02:03\u00a0The harbour",
    "• 00:00 Intro\n• 1:02:03 The harbour",
    "▶ 00:00 Intro\n▶ 1:02:03 The harbour",
    "▶️ 00:00 Intro\n▶️ 1:02:03 The harbour",
    "⏱ 00:00 Intro\n⏱ 1:02:03 The harbour",
    "– 00:00 Intro\n– 1:02:03 The harbour",
    "00:00 - 1:02:03 Intro\n1:02:03 - 1:10:00 The harbour",
    "(00:00-1:02:03) Intro\n(1:02:03-1:10:00) The harbour",
    "00：00 Intro\n1：02：03 The harbour",
    "（00:00）Intro\n（1:02:03）The harbour",
    "【00:00】Intro\n【1:02:03】The harbour",
    "**00:00** Intro\n**1:02:03** The harbour",
    "**00:00 Intro**\n**1:02:03 The harbour**",
    "*(00:00)* Intro\n*(1:02:03)* The harbour",
    "00:00 Intro  \n1:02:03 The harbour",
    "00:00 Intro\n\n1:02:03 The harbour",
    "00:00 Intro<br>1:02:03 The harbour",
    "00:00 Intro<br/>\n1:02:03 The harbour",
    "> 00:00 Intro\n> 1:02:03 The harbour",
    "Chapters:\n00:00 Intro\n1:02:03 The harbour",
    "[00:00](https://video.example/watch?v=x&t=0) Intro\n[1:02:03](https://video.example/watch?v=x&t=3723) The harbour",
    "[00:00 Intro](https://video.example/?t=0s)\n[1:02:03 The harbour](https://video.example/?t=3723s)",
    "<p>00:00 Intro</p>\n<p>1:02:03 The harbour</p>",
    "<p>00:00 Intro<br>1:02:03 The harbour</p>",
    "<div>00:00 Intro<br>1:02:03 The harbour</div>",
    "<p><b>00:00</b> Intro<br /><b>1:02:03</b> The harbour</p>",
    "<ul><li>00:00 Intro</li><li>1:02:03 The harbour</li></ul>",
    "<ul><li><p>00:00 - Intro</p></li><li><p>1:02:03 - The harbour</p></li></ul>",
    "- 00:00 Intro\n- 1:02:03 The harbour",
    "* 00:00 Intro\n* 1:02:03 The harbour",
    "1. 00:00 Intro\n2. 1:02:03 The harbour",
    "- (00:00) Intro\n- (1:02:03) The harbour",
    "- [00:00] Intro\n- [1:02:03] The harbour",
    "- 00:00: Intro\n- 1:02:03: The harbour",
    "- 00:00 -- Intro\n- 1:02:03 -- The harbour",
    "- **00:00** Intro\n- **1:02:03** The harbour",
    "- 00:00 Intro\n\n- 1:02:03 The harbour",
    "| 00:00 | Intro |\n| 1:02:03 | The harbour |",
    "| Time | Topic |\n|---|---|\n| 00:00 | Intro |\n| 1:02:03 | The harbour |",
    "| Intro | 00:00 |\n| The harbour | 1:02:03 |",
    "<table><tr><td>00:00</td><td>Intro</td></tr><tr><td>1:02:03</td><td>The harbour</td></tr></table>",
    "## 00:00 Intro\n\nHello.\n\n## 1:02:03 The harbour\n\nBoats.",
]  # fmt: skip

#: Texts with times that are no timestamps: times of day, scores, verses, dates, ratios, durations and code.
OTHERS = [
    "At 10:30 we met, and at 11:45 we left.",
    "10:30 we met.",
    "We met at\n10:30 and left.",
    "We met at\n10:30 in the morning\nand left.",
    "10:30 am Doors open\n11:30 am Talks",
    "10:30 Doors open\n11:00 First talk\n11:45 Lunch",
    "- 10:30 Doors open\n- 11:00 First talk",
    "- 10:30 we met",
    "- 8:07 pm, the news",
    "- 20:15 Uhr im Ersten",
    "- 20:17 Uhr im Ersten",
    "- 9:05 o'clock sharp",
    "- 14:20 UTC, the launch",
    "- 12:34 hours of video",
    "- 45:10 min of talk",
    "We won 21:19, 19:21 and 15:13.",
    "21:19 19:21 15:13",
    "21:19 21:17\n21:23 21:15",
    "- 21:19 15:21",
    "- 2:1 for Bergen\n- 3:2 for Oslo",
    "John 3:16 says it.\nLuke 6:31, too.",
    "3:16 For God so loved\n3:17 For God sent",
    "- John 3:16\n- Luke 6:31",
    "3:16 alone in its line",
    "- 16:9 is wide\n- 4:3 is not",
    "- 1:10 scale models",
    "- 21:10 aspect for films",
    "Mix it 1:10 with water.",
    "2026-01-02 10:30:00 was the date\n2026-01-03 10:30:00 was the next",
    "12:05:2026 Bergen\n13:05:2026 Oslo",
    "- 10:75 nonsense\n- 1:75:10 nonsense",
    "`00:00 Intro`\n`01:00 Next`",
    "```\n00:00 Intro\n01:00 Next\n```",
    "    00:00 Intro\n    01:00 Next",
    "- at 4:00 the end",
    "- the end at 4:00",
    "00:00\n01:00",
    "0:00 only one line",
    "05:10 a line that runs\n04:10 backwards outside of a list",
    "[10:32 in Bergen](https://news.example/a)\n[10:47 in Oslo](https://news.example/b)",
    "| Film | Length |\n|---|---|\n| One | 12:10 |\n| Two | 14:20 |",
    "http://localhost:80:80 a\nhttp://localhost:80:81 b",
    "00:1a:2b:3c:4d:5e is the address\n00:1a:2b:3c:4d:5f is the next",
    "7:05-7:15 is the bus",
    "20:15, then 21:45",
    "1:02:03:04 Intro\n1:02:03:05 Next",
    "00:00Intro\n01:00Next",
    "## 10:32 in Bergen",
    "In 12:00\n\nwords\n\nout 13:00",
    "100 00:00 Intro\n100 01:00 Next",
    "v1:20 Intro\nv2:30 Next",
    "10.30 Intro\n11.45 Next",
    "at 00:00 Intro\nat 01:00 Next",
    "~ 10:32 we met, roughly",
    "Bergen 21:19\nOslo 21:21",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_times_at_the_start_of_lines_are_timestamps(text):
    """Two times at the starts of lines, items, cells or headings are timestamps in the index and links on the page."""
    moments = read_notes(text).moments
    assert [(moment.seconds, moment.text.removesuffix(" Boats.")) for moment in moments] == [
        (0, "Intro"),
        (3723, "The harbour"),
    ]
    page = render(text)
    assert page.count("data-seek") == 2
    assert 'data-seek="3723"' in page


@pytest.mark.parametrize("text", OTHERS)
def test_other_times_are_no_timestamps(text):
    """A time of day, a score, a verse, a date, a ratio, a duration or a time in code is no timestamp."""
    assert not read_notes(text).moments
    assert "data-seek" not in render(text)


def test_the_table_has_enough_forms():
    """The tables have more than sixty forms, and nearly half of them must not match."""
    assert len(FORMS) + len(OTHERS) >= 120
    assert len(OTHERS) >= 50


@pytest.mark.parametrize("text", ["- 1:02:03 Intro", "* (0:05) Salt", "- 14:32 -- Late", "- 10:30 - we met"])
def test_a_single_item_of_a_list_may_be_a_timestamp(text):
    """In a list a single item that begins with a time is a timestamp."""
    assert len(read_notes(text).moments) == 1


def test_lines_that_run_together_are_parted_on_the_page():
    """A line break stands before each timestamp that only a newline separates from the line above."""
    page = render("Topics:\n0:00 Tea\n5:10 Salt,\nand more\n6:00 Boats  \n7:00 End")
    assert page.count("<br>") == 4
    assert "and more<br>" in page
    assert "Salt,<br>" not in page


def test_a_link_to_another_player_becomes_a_timestamp():
    """A time in show notes that links to the same recording on another site seeks our player instead."""
    page = render("[0:00](https://video.example/?t=0) Tea\n[5:10](https://video.example/?t=310) Salt")
    assert "video.example" not in page


def test_an_unmarked_list_that_starts_at_zero_may_have_a_slip():
    """In a list that begins at 0:00, all times are timestamps even if one of them is out of order."""
    assert [m.seconds for m in read_notes("- 0:00 Tea\n- 50:10 Salt\n- 6:00 End").moments] == [0, 3010, 360]


def test_the_text_says_each_timestamp_once():
    """The plain text of notes has a line for each line or row that is a timestamp."""
    text = "Topics\nof today:\n0:00 Tea\n5:10 *Salt*\n\n| 0:00 | Tea |\n| 5:10 | Salt |"
    assert read_notes(text).text.split("\n") == ["Topics of today:", "0:00 Tea", "5:10 Salt", "0:00 Tea", "5:10 Salt"]
