"""Downloads of audio by an RSS import, from servers with the faults of real ones."""

from __future__ import annotations

import hashlib
from email.message import Message
from pathlib import Path
from urllib.error import HTTPError

import pytest
from old_host import MP3, OldHost

from longwave.fetching import Fetcher
from longwave.moving.rss import audio_download
from longwave.moving.rss.audio_download import DownloadError, Downloads


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """Return a downloader with short pauses between attempts."""
    monkeypatch.setattr(audio_download, "_PAUSE_SECONDS", 0.001)
    return Downloads(Fetcher("test", private=True), tmp_path / "parts")


def test_a_file_comes_whole_with_its_checksum(host: OldHost, downloads: Downloads, tmp_path: Path) -> None:
    """A download returns the file's SHA-256, and reports progress up to all of its bytes."""
    progress: list[tuple[int, int]] = []
    fetched = downloads.fetch(
        f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda have, total: progress.append((have, total))
    )
    assert fetched.sha256 == hashlib.sha256(MP3).hexdigest()
    assert progress[-1] == (len(MP3), len(MP3))
    assert not list((tmp_path / "parts").iterdir())


def test_a_part_that_is_whole_is_not_fetched_again(host: OldHost, downloads: Downloads, tmp_path: Path) -> None:
    """A partial file of a killed run that is in fact complete isn't downloaded again."""
    host.faults["/a.mp3"] = ("cut", 99)
    with pytest.raises(DownloadError):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    part = next((tmp_path / "parts").glob("*.part"))
    part.write_bytes(MP3)
    host.faults.clear()
    assert downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None).bytes == len(MP3)
    assert (tmp_path / "a.mp3").read_bytes() == MP3


def test_a_refused_range_that_nobody_asked_for_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 416 response to a request without a range is a DownloadError, and no file is written."""
    headers = Message()
    headers["Content-Range"] = "bytes */0"

    def refuse(_: Fetcher, url: str, **__: object) -> None:
        raise HTTPError(url, 416, "", headers, None)

    monkeypatch.setattr(Fetcher, "stream", refuse)
    (tmp_path / "parts").mkdir()
    with pytest.raises(DownloadError, match="416"):
        Downloads(Fetcher("test"), tmp_path / "parts").fetch("http://x/a", tmp_path / "a.mp3", lambda *_: None)
    assert not (tmp_path / "a.mp3").exists()


def test_old_bytes_are_never_noted_as_the_new_files(
    host: OldHost, downloads: Downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the host's file changed, its partial download is emptied before the new ETag is stored, in case of a kill."""
    host.faults["/a.mp3"] = ("cut", 99)
    with pytest.raises(DownloadError):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    part = next((tmp_path / "parts").glob("*.part"))
    assert part.stat().st_size
    host.faults["/a.mp3"] = ("changed", "v2")
    write_text = Path.write_text

    def killed(path: Path, text: str, encoding: str) -> None:
        write_text(path, text, encoding)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", killed)
    with pytest.raises(KeyboardInterrupt):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    assert part.stat().st_size == 0


def test_a_connection_that_drips_is_given_up(
    host: OldHost, downloads: Downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download is given up if the server sends almost nothing for a while."""
    monkeypatch.setattr(audio_download, "_SPEED_SECONDS", 0.05)
    monkeypatch.setattr(audio_download, "_SPEED_BYTES", 10**9)
    host.faults["/a.mp3"] = ("slow", 0.04)
    host.files["/a.mp3"] = (MP3, "audio/mpeg")
    with pytest.raises(DownloadError, match="bytes in"):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)


def test_a_file_beyond_the_limit_is_refused(
    host: OldHost, downloads: Downloads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file above the size limit isn't downloaded."""
    monkeypatch.setattr(audio_download, "MAX_BYTES", 1000)
    with pytest.raises(DownloadError, match="more than 1,000 bytes"):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    assert not (tmp_path / "a.mp3").exists()


def test_a_redirect_into_this_network_is_refused(host: OldHost, tmp_path: Path) -> None:
    """A download from this machine's own network is refused unless it was permitted."""
    with pytest.raises(DownloadError, match="own network"):
        Downloads(Fetcher("test"), tmp_path / "parts").fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    assert not host.asked


def test_a_changed_file_is_never_spliced(host: OldHost, downloads: Downloads, tmp_path: Path) -> None:
    """A range of a changed file isn't appended to the old file's part, even if the server wrongly confirms If-Range."""
    host.faults["/a.mp3"] = ("cut", 99)
    with pytest.raises(DownloadError):
        downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    changed = MP3.replace(b"\x00", b"\x01")
    host.files["/a.mp3"] = (changed, "audio/mpeg")
    host.faults["/a.mp3"] = ("spliced", "v2")
    downloads.fetch(f"{host.url}/a.mp3", tmp_path / "a.mp3", lambda *_: None)
    assert (tmp_path / "a.mp3").read_bytes() == changed
