"""Writing a search index, in full and incrementally."""

from __future__ import annotations

import errno
import json
import random
import re
import resource
import signal
from pathlib import Path

import pytest
from episode_library import EpisodeLibrary

from longwave.model import Cue
from longwave.search import index_manifest, index_writer, vocabulary
from longwave.search.index_cache import IndexCache
from longwave.search.index_manifest import IndexDamaged, check_manifest
from longwave.search.index_writer import Changes


def files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_index_is_built_from_nothing(library: EpisodeLibrary) -> None:
    """A first index gets every document, each is reported as progress, and no temporary file stays beside it."""
    library.add("one", "Rails")
    library.add("two", "Django")
    heard: list[tuple[int, int]] = []
    assert library.write("a", progress=lambda *pair: heard.append(pair)) == Changes(2, 0, 0, 0)
    assert heard == [(1, 2), (2, 2)]
    assert [path.name for path in library.folder.iterdir()] == ["a"]
    assert not [name for name in files(library.folder / "a") if "LOCK" in name or "tmp" in name]
    assert library.found("rails", "a") == ["one"]


def test_only_what_changed_is_made_again(library: EpisodeLibrary) -> None:
    """A new index reuses the documents whose hashes are unchanged, and counts added, changed and removed ones."""
    for slug in ("kept", "changed", "removed"):
        library.add(slug, f"The {slug} title")
    library.write("a")
    del library.episodes["podcast/removed"]
    library.add("changed", "Something else")
    library.add("added", "Brand new")
    assert library.write("b", "a") == Changes(1, 1, 1, 1)
    assert sorted(library.made) == ["podcast/added", "podcast/changed"]
    assert library.found("removed", "b") == []
    assert library.found("title", "b") == ["kept"]
    assert library.found("else", "b") == ["changed"]
    assert library.found("brand", "b") == ["added"]


def test_nothing_changed_is_links_only(library: EpisodeLibrary) -> None:
    """A new index of unchanged documents consists of hard links to the previous one's segments."""
    library.add("one")
    library.write("a")
    assert library.write("b", "a") == Changes(0, 0, 0, 1)
    assert library.made == []
    before, after = library.folder / "a", library.folder / "b"
    shared = [path.name for path in after.iterdir() if path.samefile(before / path.name)]
    assert sorted(shared) == sorted(name for name in files(after) if name != "manifest.json")


def test_the_previous_index_is_never_touched(library: EpisodeLibrary) -> None:
    """Writing a new index changes no byte of the previous one, which can be searched meanwhile."""
    library.add("one", "Rails")
    library.write("a")
    before = files(library.folder / "a")
    index_found = library.found("rails", "a")
    for number in range(8):
        library.add(f"more-{number}", "Rails again")
        library.write(f"b{number}", f"b{number - 1}" if number else "a")
    assert files(library.folder / "a") == before
    library.episodes = {key: episode for key, episode in library.episodes.items() if episode.slug == "one"}
    assert library.found("rails", "a") == index_found == ["one"]


def test_many_small_changes_find_what_a_fresh_index_finds(library: EpisodeLibrary) -> None:
    """After thirty edits an index has few segments, and the same vocabulary and answers as a fresh one."""
    dice = random.Random(7)
    cue = Cue(0.0, 9.0, "Said once\tand\nagain: rails", "Ann\tLee")
    names = ["rails", "django", "flask", "phoenix", "laravel", "spring", "gin", "echo"]
    for number in range(30):
        for _ in range(dice.randint(1, 3)):
            title, other, tag, guest = (" ".join(dice.sample(names, n)) for n in (3, 2, 1, 1))
            library.add(
                f"e{dice.randrange(25)}", title, f"On {other}.", (tag, "C++"), (guest,), other[:4],
                day=dice.randrange(900), number=number, cues=(cue,) * dice.randrange(2),
            )  # fmt: skip
        if number % 7 == 3:
            library.episodes.pop(dice.choice(list(library.episodes)))
        library.write(f"r{number}", f"r{number - 1}" if number else "")
    library.write("fresh")
    assert sum(name.endswith(".seg") for name in files(library.folder / "r29")) <= 8
    assert (
        vocabulary.read_vocabulary(library.folder / "r29").words
        == vocabulary.read_vocabulary(library.folder / "fresh").words
    )
    for query in (*names, *(name[:2] for name in names), "rails OR flask", "guest:echo", "spring -gin", "djnago"):
        assert library.found(query, "r29", per_page="50") == library.found(query, "fresh", per_page="50")


def test_an_episode_that_is_saved_often_counts_once(library: EpisodeLibrary) -> None:
    """An episode that was changed and indexed again many times ranks as one that was indexed once."""
    library.add("walrus", "Walrus", day=0)
    for number in range(7):
        library.add(f"ocelot-{number}", "Ocelot")
    library.write("a0")
    for number in range(1, 31):
        library.add("walrus", "Walrus", day=0, number=number)
        library.write(f"a{number}", f"a{number - 1}")
    assert library.found("walrus OR ocelot", "a30")[0] == "walrus"


def test_words_that_are_gone_complete_nothing(library: EpisodeLibrary) -> None:
    """Words that are no longer in the index aren't offered as completions."""
    library.add("left", "Trapeze")
    library.add("gone", " ".join(f"tra{letter}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"), "trabb tracc")
    library.write("a")
    del library.episodes["podcast/gone"]
    library.write("b", "a")
    assert library.found("tra", "b") == ["left"]
    assert vocabulary.read_vocabulary(library.folder / "b").words.keys() == {"trapeze"}


def test_an_index_of_which_most_has_changed_is_made_anew(library: EpisodeLibrary) -> None:
    """A big index that loses more than half of its documents is written from scratch."""
    for number in range(250):
        library.add(f"e{number}", "Rails" if number else "Kept")
    library.write("a")
    for number in range(1, 250):
        library.add(f"e{number}", "Django")
    library.write("b", "a")
    assert len(library.made) == 250
    assert library.found("rails", "b") == []
    assert library.found("kept", "b") == ["e0"]
    assert vocabulary.read_vocabulary(library.folder / "b").count("django") == 249


def test_words_are_known_alike_to_who_wrote_and_who_reads(library: EpisodeLibrary) -> None:
    """The vocabulary in the memory of the process that wrote an index equals the one that others read from its file."""
    library.add("one", "Rails engines", notes="An engine and rails.", tags=("engines",))
    library.add("two", "Django", guests=("Ada",))
    cache = IndexCache()
    library.write("a", cache=cache)
    library.add("two", "Rails", guests=("Grace",))
    library.write("b", "a", cache=cache)
    written = cache.vocabulary(library.folder / "b").words
    read = vocabulary.read_vocabulary(library.folder / "b").words
    assert written is not read
    assert written == read
    assert read["rails"][1] == 2
    assert {word for word, (stem, _, _) in read.items() if stem == read["engine"][0]} == {"engine", "engines"}
    assert "grace" in read
    assert not {"ada", "django"} & read.keys()
    assert "grace" not in vocabulary.read_vocabulary(library.folder / "a").words


@pytest.mark.parametrize("letters", ["\ufdfa", "\ufdfb", "\u309b", "\u037a", "\ufc5e", "\ufe70"])
def test_letters_that_are_spelt_out_with_spaces_are_read_again(library: EpisodeLibrary, letters: str) -> None:
    """A word whose normal form has a space is in the vocabulary, and is removed from there with its episode."""
    library.add("one", f"The letter {letters} a{letters}b")
    library.write("a")
    assert library.found("letter", "a") == ["one"]
    library.add("one", "Rails")
    library.write("b", "a")
    assert vocabulary.read_vocabulary(library.folder / "b").words.keys() == {"rails"}


def test_an_index_whose_words_are_spoilt_is_rebuilt(library: EpisodeLibrary) -> None:
    """A damaged vocabulary file of unchanged size makes the next index start from scratch."""
    library.add("one", "Rails")
    library.write("a")
    path = library.folder / "a" / vocabulary.FILE
    path.write_bytes(b"\xff" * path.stat().st_size)
    library.add("two", "Django")
    library.write("b", "a")
    assert library.found("rails", "b") == ["one"]


def test_an_index_may_be_empty(library: EpisodeLibrary) -> None:
    """An index without documents is valid, be it the first one or one from which the last document was removed."""
    assert library.write("a") == Changes(0, 0, 0, 0)
    assert library.found("rails", "a") == []
    library.add("one", "Rails")
    library.write("b", "a")
    library.episodes.clear()
    assert library.write("c", "b") == Changes(0, 0, 1, 0)
    assert library.found("rails", "c") == library.found('"rails"', "c") == library.found("guest:ra", "c") == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "no manifest", "bad manifest", "odd manifest", "gone"])
def test_a_damaged_index_is_rebuilt(library: EpisodeLibrary, damage: str) -> None:
    """If the previous index is damaged, opening it raises an error, and a new one is complete."""
    library.add("one", "Rails")
    library.write("a")
    folder = library.folder / "a"
    segment = next(folder.glob("*.seg"))
    data = segment.read_bytes()
    if damage == "cut":
        segment.write_bytes(data[:-9])
    elif damage == "flipped":
        segment.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    elif damage == "missing":
        segment.unlink()
    elif damage == "gone":
        folder.rename(library.folder / "elsewhere")
    else:
        manifest = {"no manifest": None, "bad manifest": b"{", "odd manifest": b"[1]"}[damage]
        (folder / "manifest.json").unlink()
        if manifest:
            (folder / "manifest.json").write_bytes(manifest)
    with pytest.raises(IndexDamaged):
        library.open("a")
    assert library.write("b", "a") == Changes(1, 0, 0, 0)
    assert library.found("rails", "b") == ["one"]


def test_an_index_of_another_language_or_other_code_is_rebuilt(library: EpisodeLibrary) -> None:
    """An index of another language, or one that other code has written, isn't reused."""
    library.add("one", "Rails")
    library.write("a")
    assert library.write("b", "a", language="de") == Changes(1, 0, 0, 0)
    manifest = library.folder / "a" / "manifest.json"
    made = json.loads(manifest.read_text())
    made["made"][0] = "0123456789abcdef"
    manifest.write_text(json.dumps(made))
    with pytest.raises(IndexDamaged, match="other code"):
        check_manifest(library.folder / "a", "en")
    assert library.write("c", "a") == Changes(1, 0, 0, 0)


def test_all_code_that_writes_an_index_is_in_its_digest() -> None:
    """Every search module that the index writer imports is in the code's digest, so its change rebuilds the index.

    Three modules are exempt, as they only manage an index's folder and list of files.
    """
    folder, found, left = Path(index_writer.__file__).parent, set[str](), ["index_writer"]
    while left:
        found.add(module := left.pop())
        text = (folder / f"{module}.py").read_text("utf-8")
        left += set(re.findall(r"^from longwave\.search\.(\w+) import", text, re.MULTILINE)) - found
    assert found - {"index_cache", "index_manifest", "shared_files"} == set(index_manifest.WRITING)


def test_a_target_is_never_overwritten(library: EpisodeLibrary) -> None:
    """Writing to the folder of an existing index raises an error, and leaves that index as it was."""
    library.add("one", "Rails")
    library.write("a")
    before = files(library.folder / "a")
    with pytest.raises(FileExistsError):
        library.write("a")
    assert files(library.folder / "a") == before


@pytest.mark.parametrize("room", [5000, 60_000, 200_000])
def test_a_full_disk_leaves_nothing_behind(library: EpisodeLibrary, room: int) -> None:
    """A full disk while an index is written raises OSError, and no partial index stays."""
    for number in range(20):
        library.add(f"e{number}", notes=" ".join(f"word{number}x{i}" for i in range(100)))
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(OSError, match="large") as full:
            library.write("a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert full.value.errno == errno.EFBIG
    assert list(library.folder.iterdir()) == []
    assert library.write("a") == Changes(20, 0, 0, 0)


def test_an_error_in_making_a_document_leaves_nothing_behind(library: EpisodeLibrary) -> None:
    """An exception of the caller's function that makes documents is passed on, and no partial index stays."""
    library.add("one", "Rails")
    library.write("a")
    library.add("two", "Django")
    del library.words["podcast/two"]
    library.words["podcast/two"] = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        library.write("b", "a")
    assert [path.name for path in library.folder.iterdir()] == ["a"]


def test_a_big_site_is_written_in_parts(library: EpisodeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents beyond the memory limit become several segments, which are searched and updated as one."""
    for number in range(30):
        library.add(f"e{number}", f"Rails part{number}", notes="deploy and migrate")
    library.write("whole")
    expected = library.found("rails deploy", "whole", per_page="50")
    monkeypatch.setattr("longwave.search.index_writer._MAX_POSTINGS", 40)
    library.write("parts")
    assert len(list((library.folder / "parts").glob("*.seg"))) > 1
    assert library.found("rails deploy", "parts", per_page="50") == expected
    assert library.found("part17", "parts") == ["e17"]
    library.add("e17", "Django")
    assert library.write("next", "parts") == Changes(0, 1, 0, 29)
    assert library.found("part17", "next") == []
    assert library.found("django", "next") == ["e17"]
