"""The report of an import."""

from __future__ import annotations

from longwave.moving.import_report import Imported, Omission, Report


def test_parts_add_up() -> None:
    """In an import's report the steps' counts of one kind are added; an item that two steps left out is listed once."""
    first = Report((Imported("episodes", 2, "content/podcast/"),), (Omission("a", "no use"),))
    both = first + Report(
        (Imported("episodes", 1, "content/podcast/"), Imported("pictures", 3)), (Omission("a", "no use"),)
    )
    assert both.imported == (Imported("episodes", 3, "content/podcast/"), Imported("pictures", 3))
    assert both.omissions == (Omission("a", "no use"),)


def test_a_terminal_shows_some_and_the_file_all() -> None:
    """An import's report lists omitted items below the reason; on a terminal it names five and counts the rest."""
    report = Report((Imported("episodes", 1200),), tuple(Omission(f"tag {n}", "it is\nunknown") for n in range(8)))
    assert report.text().splitlines() == [
        "Taken: 1,200 episodes.",
        "Left: tag 0, tag 1, tag 2, tag 3, tag 4, and 3 more: it is unknown.",
    ]
    text = report.markdown("What moved")
    assert text.startswith("# What moved\n\n## Taken\n\n- 1,200 episodes\n\n## Left\n\nIt is unknown:\n\n- tag 0\n")
    assert "- tag 7\n" in text


def test_a_single_thing_is_no_plural() -> None:
    """A count of one is reported in the singular."""
    assert str(Imported("episodes", 1, "content/podcast/")) == "1 episode (content/podcast/)"
    assert str(Imported("files of audio", 1)) == "1 file of audio"


def test_an_empty_report_says_so() -> None:
    """The report of an import that found and left out nothing says just that."""
    assert Report().text() == "Taken: nothing."
    assert Report().markdown("X").count("Nothing.") == 2
