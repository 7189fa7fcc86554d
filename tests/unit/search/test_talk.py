"""Searching transcripts: the right episode and the right moment in an hour of talk."""

from __future__ import annotations

import random

import pytest
from episode_library import EpisodeLibrary

from longwave.model import Cue, Moment

FILLER = [
    "well",
    "so",
    "we",
    "went",
    "on",
    "and",
    "said",
    "that",
    "it",
    "was",
    "much",
    "like",
    "before",
    "and",
    "nobody",
    "minded",
    "it",
    "at",
    "all",
    "then",
]


def talk(said: dict[int, str], seconds: int = 1800, speaker: str = "Ann", seed: int = 1) -> tuple[Cue, ...]:
    """Return the cues of a transcript: ``said`` at their seconds, and filler every four seconds else."""
    dice = random.Random(seed)
    return tuple(
        Cue(at, at + 4, speaker, said.get(at) or " ".join(dice.choices(FILLER, k=10))) for at in range(0, seconds, 4)
    )


def first_moment(library: EpisodeLibrary, query: str) -> tuple[str, str]:
    """Return the slug of the best result and the label of its first moment."""
    hit = library.search(query).results[0]
    return hit.url.rpartition("/")[2], hit.moments[0].label if hit.moments else ""


def test_words_scattered_over_an_hour_exclude_nobody(library: EpisodeLibrary) -> None:
    """An episode with the query's rare word in its title outranks one in which all words are said far apart."""
    library.add("made", "Making Quillfort with its maker", cues=talk({}))
    library.add("spread", "Something", cues=talk({60: "an interview", 1200: "the author", 1600: "of quillfort"}))
    library.add("other", "Else", cues=talk({}))
    assert library.found("interview with the author of quillfort") == ["made", "spread"]


def test_a_stretch_outweighs_a_single_cue(library: EpisodeLibrary) -> None:
    """Words said within some ten seconds, over several cues, outrank a later cue with fewer of them."""
    said = {300: "so when you hit the ceiling", 304: "for uploads in quillfort", 308: "the faults tell you to wait"}
    library.add("a", cues=talk({**said, 1500: "quillfort faults are funny"}))
    assert first_moment(library, "ceiling faults quillfort")[1] in {"5:00", "5:04"}


def test_the_exact_form_outweighs_another_form(library: EpisodeLibrary) -> None:
    """The typed form of a word counts for more than another form of its stem."""
    library.add("other", cues=talk({100: "we are using our own models and all is wrong with it"}))
    library.add("exact", cues=talk({100: "as they say all models are wrong"}))
    library.add("third", cues=talk({100: "we are using our own model and it went wrong"}))
    assert library.found("all models are wrong")[0] == "exact"


def test_a_moment_has_a_passage_to_read(library: EpisodeLibrary) -> None:
    """A moment's text begins at a sentence and goes on over the next cues of the same speaker."""
    cues = (
        Cue(0, 4, "Ann", "Nothing here."), Cue(4, 8, "Ann", "We once moved"), Cue(8, 12, "Ann", "the whole cathedral"),
        Cue(12, 16, "Ann", "to another valley."), Cue(16, 20, "Bob", "Really?"),
    )  # fmt: skip
    library.add("a", cues=cues)
    (moment,) = library.search("cathedral").results[0].moments
    assert (moment.seconds, moment.speaker) == (8, "Ann")
    assert moment.html.startswith("We once moved the whole <mark>cathedral</mark> to another valley.")


def test_a_note_and_its_words_are_one_moment(library: EpisodeLibrary) -> None:
    """A timestamp of the notes and the words said at its time are shown once."""
    cues = talk({300: "then the cathedral moved"})
    library.add("a", notes="5:00 – The cathedral", moments=(Moment(300, "The cathedral"),), cues=cues)
    assert [(m.label, m.source) for m in library.search("cathedral").results[0].moments] == [("5:00", "note")]


def test_little_words_are_found_where_they_were_said(library: EpisodeLibrary) -> None:
    """A query of little words only finds the moment at which they were said in a row."""
    library.add("a", cues=talk({}, seed=3))
    library.add("b", cues=talk({800: "is it to be or not to be"}, seed=4))
    assert first_moment(library, "to be or not to be") == ("b", "13:20")


@pytest.mark.parametrize("pause", [3600, 600])
def test_words_around_a_pause_are_not_together(library: EpisodeLibrary, pause: int) -> None:
    """Words before and after a pause of minutes don't count as said together."""
    library.add("apart", cues=(Cue(0, 4, "", "the crooked"), Cue(4 + pause, 8 + pause, "", "lighthouse")))
    library.add("together", cues=(Cue(0, 4, "", "the crooked"), Cue(4, 8, "", "lighthouse")))
    library.add("none", cues=talk({}))
    assert library.found("crooked lighthouse") == ["together", "apart"]
    assert library.found('"crooked lighthouse"') == ["together"]


def test_a_speaker_can_be_named(library: EpisodeLibrary) -> None:
    """speaker: finds what a speaker said, also half typed, and nothing that another one said."""
    library.add("ann", cues=(Cue(0, 4, "Ann Lee", "On generics."), Cue(4, 8, "Bob", "On hamsters.")))
    library.add("bob", cues=(Cue(0, 4, "Bob", "On generics."),))
    assert library.found('speaker:"ann lee" generics') == ["ann"]
    assert library.found('speaker:"ann lee" hamsters') == []
    assert library.found("speaker:bob") == ["bob", "ann"]
    assert library.found("speaker:an generics") == ["ann"]
    assert library.found("speaker:zoe generics") == []


def test_speakers_are_a_filter(library: EpisodeLibrary) -> None:
    """The speakers of transcripts narrow results; those whom a program has numbered aren't offered."""
    library.add("a", cues=(Cue(0, 4, "Ann Lee", "On generics."), Cue(4, 8, "SPEAKER_01", "Yes.")))
    library.add("b", cues=(Cue(0, 4, "Bob", "On generics."),))
    facets = library.search("generics").facets["speaker"]
    assert [(value.value, value.label, value.count) for value in facets] == [
        ("ann-lee", "Ann Lee", 1),
        ("bob", "Bob", 1),
    ]
    assert library.found("generics", speaker="bob") == ["b"]


def test_an_episode_with_nothing_but_talk_has_a_snippet(library: EpisodeLibrary) -> None:
    """Every result has a snippet, and never a list of the episode's tags."""
    library.add("a", "Rails", cues=(Cue(0, 4, "Ann", "Good morning everybody."),))
    library.add("b", "Rails", notes="#rails #ruby\nrails, ruby\nA good talk.", tags=("rails", "ruby"))
    snippets = {hit.url[-1]: hit.snippet_html for hit in library.search("rails").results}
    assert snippets == {"a": "Good morning everybody.", "b": "A good talk."}


def test_a_changed_transcript_alone_is_indexed_again(library: EpisodeLibrary) -> None:
    """A change of a transcript doesn't index the episode's notes again, and a change of notes no transcript."""
    library.add("a", "Rails", cues=talk({100: "the cathedral"}))
    library.write("one")
    library.add("a", "Rails", cues=talk({100: "the lighthouse"}))
    library.write("two", "one")
    assert library.made == ["podcast/a\t"]
    assert (library.found("cathedral", "two"), library.found("lighthouse", "two")) == ([], ["a"])
    library.add("a", "Django", cues=talk({100: "the lighthouse"}))
    library.write("three", "two")
    assert library.made == ["podcast/a"]
    assert library.found("django lighthouse", "three") == ["a"]
    del library.episodes["podcast/a"]
    library.write("four", "three")
    assert library.found("lighthouse", "four") == []


def test_a_transcript_of_many_hours_is_found_to_its_end(library: EpisodeLibrary) -> None:
    """Words are found beyond the first 65,536 of a transcript, and excluded and required there, too."""
    cues = talk({27_000: "the cathedral", 100: "the lighthouse"}, seconds=28_000)
    assert sum(len(cue.text.split()) for cue in cues) > 1 << 16
    library.add("long", cues=cues)
    library.add("short", cues=talk({}))
    assert first_moment(library, "cathedral") == ("long", "7:30:00")
    assert library.found('"the cathedral"') == ["long"]
    assert library.found("-cathedral") == ["short"]
