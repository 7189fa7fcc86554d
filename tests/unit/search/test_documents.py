"""The documents of the search index (one for each episode) and their hashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from episode_library import EpisodeLibrary

from longwave.model import Appearance, Chapter, Cue, Guest, Tag, Transcript
from longwave.search.documents import Line, document_hash, make_document, make_talk, talk_key


def test_a_document_holds_every_spelling(library: EpisodeLibrary) -> None:
    """An episode's guests and tags are indexed by all their spellings: those in their files and in the episode."""
    library.guests["ann-lee"] = Guest("ann-lee", "Ann Lee", names=("Ann B. Lee",))
    library.tags["aws"] = Tag("aws", "Amazon Web Services")
    episode = library.add(
        "one",
        guests=("Ann B. Lee",),
        tags=("AWS",),
        chapters=(
            Chapter(5.5, "Intro"),
            Chapter(6, "Hidden", toc=False),
        ),
    )
    document = make_document(library.catalogue(), episode, library.words[episode.key].notes)
    assert document.guests == ("Ann Lee", "Ann B. Lee")
    assert document.tags == ("Amazon Web Services", "AWS")
    assert document.lines == (Line("chapter", "Intro", 5),)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"description": "Other"},
        {"number": 7},
        {"tags": ("ruby",)},
        {"guests": (Appearance("Bob"),)},
        {"chapters": (Chapter(1, "Start"),)},
    ],
)
def test_the_hash_changes_with_what_is_indexed(library: EpisodeLibrary, change: dict[str, object]) -> None:
    """A change of any indexed field of an episode changes its document's hash."""
    episode = library.add("one", title="One", tags=("aws",), guests=("Ann",))
    before = library.hash(episode.key)
    library.episodes[episode.key] = replace(episode, **change)
    assert library.hash(episode.key) != before


def test_the_hash_stays_with_what_is_only_shown(library: EpisodeLibrary) -> None:
    """A date, a picture or a guest's job isn't indexed and doesn't change the document's hash."""
    episode = library.add("one", guests=("Ann",))
    before = library.hash(episode.key)
    library.episodes[episode.key] = replace(
        episode, date=episode.date + timedelta(days=3), image="a.png", guests=(Appearance("Ann", title="CTO"),)
    )
    assert library.hash(episode.key) == before


def test_the_hash_changes_with_notes_and_with_other_files(library: EpisodeLibrary) -> None:
    """A change of notes, or of a guest's or tag's file, changes the document's hash."""
    episode = library.add("one", guests=("Ann",), tags=("aws",))
    hashes = {document_hash(library.catalogue(), episode, text) for text in ("a", "b")}
    library.guests["ann"] = Guest("ann", "Ann Lee")
    hashes.add(document_hash(library.catalogue(), episode, "a"))
    library.tags["aws"] = Tag("aws", "Amazon Web Services")
    hashes.add(document_hash(library.catalogue(), episode, "a"))
    assert len(hashes) == 4


def test_a_long_cue_becomes_sentences(library: EpisodeLibrary) -> None:
    """A cue of half a minute is indexed sentence by sentence with interpolated times, and a short cue as it is."""
    long = Cue(10.0, 40.0, "Ann", "We began small. It grew (fast!) for years. Now it is enormous")
    short = Cue(40.0, 44.0, "Bob", "Yes. Indeed.")
    talk = make_talk(talk_key("podcast/one", "en"), Transcript((long, short)))
    assert [cue.text for cue in talk.cues] == [
        "We began small.", "It grew (fast!) for years.", "Now it is enormous", "Yes. Indeed.",
    ]  # fmt: skip
    assert talk.cues[0].start == 10
    assert [cue.start for cue in talk.cues] == sorted(cue.start for cue in talk.cues)
    assert abs(talk.cues[2].end - 40) < 0.1
    assert {cue.speaker for cue in talk.cues[:3]} == {"Ann"}
