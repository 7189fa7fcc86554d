"""Recognition of renamed episodes as those of earlier editions of the site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from longwave.edition.past.history import FormerEpisode, Past
from longwave.edition.past.recognition import Traits, marks, recognise
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import digest
from longwave.model import Enclosure, Episode

DAY = datetime(2026, 1, 2, tzinfo=UTC)


def episode(slug: str, text: str = "", title: str = "", sound: int = 0, day: int = 2) -> tuple[Episode, Source]:
    """Return an episode and the data of its file (digests, path); a text or title that isn't given is unique."""
    name = f"content/podcast/{slug}.md"
    heard = Enclosure(f"{slug}.mp3", here=True, bytes=sound, seconds=60) if sound else None
    made = Episode("podcast", slug, name, title or f"Title {slug}", DAY.replace(day=day), enclosure=heard)
    of_file = digest(text or slug, title, str(sound), slug)
    return made, Source(name, "episode", "podcast", "", of_file, "", "{}", text_digest=digest(text or f"{slug}\n"))


def past(*published: tuple[Episode, Source], out: bool = True) -> Past:
    """Return a record of episodes in earlier editions, numbered from 0; ``out`` says whether they are published."""
    former = (FormerEpisode(e.key, s.name, f"guid-{e.slug}", e.date, (e.path,), marks(e, s), out) for e, s in published)
    return Past({str(number): one for number, one in enumerate(former)})


def traits(*now: tuple[Episode, Source]) -> dict[str, Traits]:
    """Return the data (address, old paths, digests) by which each current episode is recognized, by its file's name."""
    return {source.name: Traits(one.key, "", (one.path,), marks(one, source)) for one, source in now}


def slugs(found: dict[str, str]) -> dict[str, str]:
    """Return ``found`` (files' names and the former episodes' numbers) with slugs instead of files' names."""
    return {file.rpartition("/")[2].removesuffix(".md"): number for file, number in found.items()}


def recognised(before: Past, *now: tuple[Episode, Source]) -> dict[str, str]:
    """Return for each current episode that is recognized, by its slug, the number of the former episode that it is."""
    return slugs(dict(recognise(before, traits(*now))))


def test_by_each_mark() -> None:
    """Audio, text with date, and title with date each identify a renamed episode; a date alone doesn't."""
    before = past(episode("a", "Words.\n", "A", 500))
    assert recognised(before, episode("b", "Other.\n", "B", 500, day=9)) == {"b": "0"}
    assert recognised(before, episode("b", "Words.\n", "B")) == {"b": "0"}
    assert recognised(before, episode("b", "Other.\n", "A")) == {"b": "0"}
    assert recognised(before, episode("b", "Words.\n", "B", day=9)) == {}
    assert recognised(before, episode("b", "Other.\n", "B")) == {}
    silent = past(episode("a", "\n", "A"))
    assert recognised(silent, episode("b", "\n", "B")) == {}


def test_what_two_have_tells_neither() -> None:
    """Two former or two current episodes with the same audio, text or title aren't recognized by it."""
    before = past(episode("a", sound=500), episode("b", sound=500))
    assert recognised(before, episode("c", sound=500)) == {}
    assert recognised(past(episode("a", sound=500)), episode("c", sound=500), episode("d", sound=500)) == {}
    assert recognised(before, episode("b", sound=500), episode("c", sound=500)) == {"b": "1", "c": "0"}


def test_what_is_still_there_goes_first() -> None:
    """An episode at its address isn't confused with a copy; one moved to another episode's address stays itself."""
    a, b = episode("a", "Words.\n"), episode("b", "Other.\n")
    assert recognised(past(a), a, episode("copy", "Words.\n")) == {"a": "0"}
    moved = replace(b[0], slug="a"), replace(b[1], name="content/podcast/a.md")
    gone = replace(a[0], slug="c"), replace(a[1], name="content/podcast/c.md")
    assert recognised(past(a, b), moved, gone) == {"a": "1", "c": "0"}


def test_an_edit_in_place_is_the_same_episode() -> None:
    """An episode that is wholly rewritten at its address, or in its file, is recognized as the same."""
    assert recognised(past(episode("a", "Words.\n", "A", 500)), episode("a", "New.\n", "B", 700, day=9)) == {"a": "0"}
    other, source = episode("z", "New.\n", "B", 700, day=9)
    in_place = replace(other, source="content/podcast/a.md"), replace(source, name="content/podcast/a.md")
    assert recognised(past(episode("a", "Words.\n", "A", 500)), in_place) == {"a": "0"}


def test_what_went_comes_back() -> None:
    """An unpublished episode is recognized when it comes back, unless one that is still published fits as well."""
    before = past(episode("a", "Words.\n"), out=False)
    assert recognised(before, episode("b", "Words.\n")) == {"b": "0"}
    both = Past({**before.episodes, "1": replace(before.episodes["0"], key="podcast/c", source="x", out=True)})
    assert recognised(both, episode("b", "Words.\n")) == {"b": "1"}


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), max_size=6), st.permutations(range(6))
)
def test_no_two_are_one(kinds: list[tuple[int, int, int]], order: list[int]) -> None:
    """No two episodes are recognised as the same former one, and an unchanged episode is recognised as itself."""
    then = [episode(f"e{n}", f"Text {a}.\n", f"Title {b}", c * 100) for n, (a, b, c) in enumerate(kinds)]
    today = [episode(f"e{order[n]}", f"Text {a}.\n", f"Title {b}", c * 100) for n, (a, b, c) in enumerate(kinds)]
    before = past(*then)
    numbers = recognise(before, traits(*today))
    assert len({*numbers.values()}) == len(numbers)
    assert recognise(before, traits(*then)) == {source.name: str(number) for number, (_, source) in enumerate(then)}
