"""Paragraphs and sentences of transcripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.paragraphs import group_paragraphs
from longwave.model import Cue, Transcript


def test_words_without_an_end_still_become_paragraphs() -> None:
    """Transcripts without full stops are split at the ends of cues, and into paragraphs of two minutes."""
    cues = [Cue(n, n + 1, "Ann" if n == 0 else "", "word") for n in range(300)]
    joined = group_paragraphs(Transcript(tuple(cues)))
    assert [paragraph.sentences[0].start for paragraph in joined] == [0, 132, 264]
    assert {paragraph.speaker for paragraph in joined} == {"Ann"}
    assert max(len(sentence.text) for paragraph in joined for sentence in paragraph.sentences) < 170


def test_paragraphs_join_one_speaker() -> None:
    """A speaker's cues form one paragraph, which ends with the first sentence that ends after a minute."""
    cues = [Cue(n * 10, n * 10 + 10, "Ann", f"Sentence {n}.") for n in range(12)] + [Cue(120, 130, "Bob", "Oh.")]
    joined = group_paragraphs(Transcript(tuple(cues)))
    assert [(p.sentences[0].start, p.sentences[-1].end, p.speaker) for p in joined] == [
        (0, 70, "Ann"),
        (70, 120, "Ann"),
        (120, 130, "Bob"),
    ]
    assert " ".join(p.text for p in joined) == " ".join(cue.text for cue in cues)


def test_sentences_are_put_together_from_crumbs() -> None:
    """Cues are joined to sentences; one that begins within a cue starts in proportion to its place in the text."""
    cues = (Cue(0, 2, "Ann", "We began in a"), Cue(2, 6, "", "cupboard. Then we"), Cue(6, 8, "", "moved."))
    (paragraph,) = group_paragraphs(Transcript(cues))
    assert [(s.start, s.end, s.text) for s in paragraph.sentences] == [
        (0, 4.1, "We began in a cupboard."),
        (4.1, 8, "Then we moved."),
    ]


def test_quotes_close_with_their_sentence() -> None:
    """A closing quote belongs to its sentence; a decimal point ends no sentence, and an ideographic full stop does."""
    cues = (Cue(0, 10, "", "She said “go.” Version 3.11 is out! 好。是。"),)
    (paragraph,) = group_paragraphs(Transcript(cues))
    assert [s.text for s in paragraph.sentences] == ["She said “go.”", "Version 3.11 is out!", "好。", "是。"]


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(["", "A", "B"]), st.text(" .!?”a。", max_size=30))))
def test_nothing_is_lost_and_time_goes_on(crumbs: list[tuple[int, str, str]]) -> None:
    """Sentences joined from any transcript cues have all their words in order, and none ends before it begins."""
    cues = tuple(Cue(t, t + 2, who, " ".join(text.split())) for t, who, text in sorted(crumbs) if text.split())
    joined = group_paragraphs(Transcript(cues))
    assert "".join(p.text for p in joined).replace(" ", "") == "".join(c.text for c in cues).replace(" ", "")
    assert all(s.start <= s.end and s.text for p in joined for s in p.sentences)


def test_a_long_run_of_dots_is_read_in_one_go() -> None:
    """A megabyte of dots is one sentence, read in linear time."""
    (paragraph,) = group_paragraphs(Transcript((Cue(0, 1, "", "." * 1_000_000 + "x"),)))
    assert len(paragraph.sentences) == 1
