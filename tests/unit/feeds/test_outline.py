"""The outline of chapters in a feed's description."""

from hypothesis import given
from hypothesis import strategies as st

from longwave.feeds.outline import outline, with_outline, without_outline
from longwave.feeds.text import MAX_DESCRIPTION_BYTES

CHAPTERS = st.lists(st.tuples(st.integers(0, 9000), st.text("abcd é", min_size=1).filter(str.strip)), max_size=400)


def test_an_outline_begins_at_zero() -> None:
    """An outline whose first chapter begins later gets a line for 0:00, as Apple asks."""
    assert outline([(81, "Tea"), (3723, "Salt")]) == ("0:00 Start", "1:21 Tea", "1:02:03 Salt")


def test_two_lines_are_no_outline() -> None:
    """An outline has at least three lines, as Apple reads no shorter one."""
    assert outline([(0, "Tea"), (81, "Salt")]) == ()
    assert outline([(81, "Salt")]) == ()
    assert outline([]) == ()


@given(CHAPTERS, st.text("abc d.é", max_size=5000))
def test_a_description_with_an_outline_fits_and_is_read_back(chapters: list[tuple[int, str]], text: str) -> None:
    """A description with an outline has at most 4,000 bytes, and without the outline is the text before."""
    text = " ".join(text.split())
    lines = outline(chapters)
    whole = with_outline(text, lines)
    assert len(whole.encode()) <= MAX_DESCRIPTION_BYTES
    assert not lines or whole.endswith("\n".join(lines))
    before = without_outline(whole)
    assert text.startswith(before.removesuffix("…")) if lines else before == whole


def test_other_paragraphs_stay() -> None:
    """A description whose last paragraph isn't a list of times from 0:00 on stays as it is."""
    for text in ("Hello.", "Hello.\n\n1:00 a\n2:00 b\n3:00 c", "Hello.\n\n0:00 a\nwords\n3:00 c"):
        assert without_outline(text) == text
