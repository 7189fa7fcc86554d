"""Validators, by which clients know whether their copy of a file is current."""

import os
import time
from pathlib import Path

import pytest
from support import overwrite_unnoticed

from longwave.audio.validators import Hashed, Validators, hashed, validators

BEGAN = time.time_ns() + 10**18


def settled(path: Path, data: bytes, mtime: float | None = None) -> os.stat_result:
    """Write a file, with the time ``mtime`` if given, wait for the clock's next tick, and return the file's stat."""
    path.write_bytes(data)
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    time.sleep(0.06)
    return path.stat()


def later(info: os.stat_result, seconds: int = 10) -> os.stat_result:
    """Return a copy of a file's stat whose ctime is so many seconds earlier, as if that much time had passed."""
    told = {name: getattr(info, name) for name in dir(info) if name.startswith("st_")}
    told["st_ctime_ns"] -= seconds * 10**9
    return type("Info", (), told)()  # type: ignore[return-value]  # as os.stat_result can't be made with nanoseconds


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("remembered", [True, False])
def test_another_file_of_the_same_size_and_time_is_another(tmp_path: Path, *, in_place: bool, remembered: bool) -> None:
    """A file that replaces one of equal size and time gets other ETags and a later date, or no date."""
    path = tmp_path / "a.mp3"
    first = settled(path, b"old", 1_000_000_000)
    known = hashed(first, "old-hash", None, 0) if remembered else None
    before = validators(later(first), known)
    assert before.tags
    overwrite_unnoticed(path, b"new", in_place=in_place)
    after = validators(path.stat(), known)
    assert after.tags
    assert not {*after.tags} & {*before.tags}
    assert after.modified is None or (before.modified is not None and after.modified > before.modified)


def test_a_hash_is_told_as_soon_as_it_is_known(tmp_path: Path) -> None:
    """Once a file's hash is known it is its first ETag; earlier ETags stay valid, also for a copy of the same bytes."""
    path = tmp_path / "a.mp3"
    info = settled(path, b"same")
    before = validators(info)
    first = hashed(info, "hash", None, 0)
    assert validators(info, first).tags == ("hash", *before.tags)
    again = settled(path, b"same")
    between = validators(again, first)
    second = hashed(again, "hash", first, 0)
    after = validators(again, second)
    assert after.tags == ("hash", *between.tags, *before.tags)
    assert second.modified == first.modified
    assert "hash" not in between.tags


def test_few_tags_are_remembered(tmp_path: Path) -> None:
    """However often a file is copied anew, at most eight of its ETags are stored, its hash first."""
    info, known = settled(tmp_path / "a.mp3", b"same"), None
    for seconds in range(30):
        known = hashed(later(info, seconds), "hash", known, 0)
    assert known is not None
    assert (len(known.tags), known.tags[0]) == (8, "hash")


def test_what_never_changed_keeps_the_validators_that_it_had(tmp_path: Path) -> None:
    """The ETag that earlier versions of Longwave made of a file's time and size stays valid until the file changes."""
    info = later(settled(tmp_path / "a.mp3", b"x" * 255, 1_000_000_000))
    old = f"{info.st_mtime_ns:x}-ff"
    for known in (None, hashed(info, "hash", None, BEGAN)):
        found = validators(info, known, BEGAN)
        assert old in found.tags[1:]
        assert found.modified == 1_000_000_000
    touched = settled(tmp_path / "a.mp3", b"x" * 255, 1_000_000_000)
    assert old in hashed(touched, "hash", hashed(info, "hash", None, BEGAN), 0).tags
    assert old not in validators(touched, None, touched.st_ctime_ns - 1).tags
    assert old not in hashed(touched, "other", hashed(info, "hash", None, BEGAN), 0).tags


def test_nothing_is_told_of_what_may_change_unseen(tmp_path: Path) -> None:
    """A just changed file has no validators for a clock tick, and no Last-Modified for a second or two."""
    path = tmp_path / "a.mp3"
    path.write_bytes(b"x")
    info = path.stat()
    assert validators(info) == Validators()
    second = (time.time_ns() // 10**9 - 1) * 10**9
    assert validators(_at(info, second)) == Validators()
    assert validators(_at(info, second - 5 * 10**9)).tags
    young = validators(_at(info, time.time_ns() - 60_000_000))
    assert young.tags
    assert young.modified in (None, int(time.time()) - 1)


def _at(info: os.stat_result, changed: int) -> os.stat_result:
    told = {name: getattr(info, name) for name in dir(info) if name.startswith("st_")}
    told |= {"st_ctime_ns": changed, "st_mtime_ns": changed}
    return type("Info", (), told)()  # type: ignore[return-value]  # as above


@pytest.mark.parametrize("when", [-(10**10), 10**11])
def test_no_time_of_a_file_is_too_strange(tmp_path: Path, when: int) -> None:
    """Files dated before 1970 or in the far future have an ETag, and a Last-Modified that isn't in the future."""
    info = later(settled(tmp_path / "a.mp3", b"x", when))
    for began in (0, BEGAN):
        found = validators(info, None, began)
        assert found.tags
        assert found.modified is not None
        assert 0 <= found.modified < time.time()


def test_a_clock_that_goes_back_makes_no_file_older(tmp_path: Path) -> None:
    """After the clock went back, a replaced file has a later Last-Modified than its predecessor, or none."""
    info = settled(tmp_path / "a.mp3", b"x")
    before = Hashed("other", ("hash",), int(time.time()) - 2)
    back = later(info, 1000)
    assert validators(back, before).modified == before.modified + 1
    assert hashed(back, "new", before, 0).modified == before.modified + 1
    ahead = Hashed("other", ("hash",), int(time.time()) + 1000)
    assert validators(back, ahead).modified is None
