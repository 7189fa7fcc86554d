"""ETags and Last-Modified of files on a running server, as podcast apps use them."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from support import Answer, Server, Site, file_tag, overwrite_unnoticed, serving, wait_until

from longwave.edition.serve.hashes import FILE

SOUND = "/audio/podcast/1-first.mp3"
PICTURE, THUMBNAIL = "/images/full/cover.png", "/images/64/cover.png"
OLD, NEW = b"old sound " * 40_000, b"new sound " * 40_000
AGES_AGO = 1_700_000_000_000_000_000


def as_gpodder(server: Server, had: Answer, **more: str) -> Answer:
    """Request the audio file with both validators of an earlier response, as gPodder does, and return the response."""
    told = {"If_None_Match": had.headers["ETag"], "If_Modified_Since": had.headers["Last-Modified"]}
    return server.get(SOUND, **{name: value for name, value in told.items() if value}, **more)


def hashed(server: Server, data: bytes, path: str = SOUND) -> Answer:
    """Wait until a file's ETag is the hash of its data, and return the response to a HEAD request."""
    wait_until(lambda: server.get(path, "HEAD").headers["ETag"] == file_tag(data))
    return server.get(path, "HEAD")


@pytest.fixture(scope="module")
def sound(shared_site: Site) -> Path:
    """Return the path of an episode's audio file, beside other public files."""
    shared_site.put("content/site.toml", 'public = ["audio/podcast/*"]\n')
    shared_site.episode()
    for name in ("big", "over"):
        shared_site.put(f"content/audio/podcast/{name}.mp3", b"later")
    return shared_site.put(f"content{SOUND}", OLD)


@pytest.fixture(scope="module")
def server(shared_site: Site, sound: Path) -> Iterator[Server]:
    """Yield a server of the site with this audio file."""
    os.utime(sound, ns=(AGES_AGO, AGES_AGO))
    with serving(shared_site.root) as running:
        yield running


@pytest.fixture
def fresh(sound: Path, server: Server) -> bytes:
    """Write random bytes with an old mtime into the audio file; return them when its Last-Modified is certain."""
    data = os.urandom(8).hex().encode() * 25_000
    sound.write_bytes(data)
    os.utime(sound, ns=(AGES_AGO, AGES_AGO))
    time.sleep(2.1)  # For two seconds its Last-Modified could also be the previous file's.
    return data


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "by a rename"])
@pytest.mark.parametrize("known", [True, False], ids=["hashed", "not yet"])
def test_another_file_is_never_taken_for_the_same(
    server: Server, sound: Path, fresh: bytes, *, in_place: bool, known: bool
) -> None:
    """A file's validators don't match another of the same size and time that replaces it: no 304, no range, a 412."""
    had = hashed(server, fresh) if known else server.get(SOUND, "HEAD")
    etag, date = had.headers["ETag"], had.headers["Last-Modified"]
    assert etag.startswith('"')
    assert as_gpodder(server, had).status == 304
    assert server.get(SOUND, Range="bytes=10-19", If_Range=date).body == fresh[10:20]
    other = fresh[::-1]
    overwrite_unnoticed(sound, other, in_place=in_place)
    for asked in (
        {"If_None_Match": etag, "If_Modified_Since": date},
        {"If_None_Match": f'"x", W/{etag}'},
        {"If_Modified_Since": date},
        {"Range": "bytes=10-19", "If_Range": etag},
        {"Range": "bytes=10-19", "If_Range": date},
    ):
        answer = server.get(SOUND, **asked)
        assert (answer.status, answer.body == other) == (200, True), asked
        assert etag not in (answer.headers["ETag"], "")
    assert server.get(SOUND, If_Match=etag).status == 412
    if server.get(SOUND, "HEAD").headers["Last-Modified"]:
        assert server.get(SOUND, If_Unmodified_Since=date).status == 412


def test_a_hash_takes_over_from_what_stood_for_the_file(server: Server, fresh: bytes) -> None:
    """A file's first ETag, from before its hash is known, stays valid in If-None-Match, If-Range and If-Match."""
    first = server.get(SOUND, "HEAD").headers["ETag"]
    known = hashed(server, fresh).headers["ETag"]
    assert first != known
    for tag in (first, known):
        same = server.get(SOUND, If_None_Match=tag)
        assert (same.status, same.headers["ETag"]) == (304, tag)
        part = server.get(SOUND, Range="bytes=10-19", If_Range=tag)
        assert (part.status, part.body, part.headers["ETag"]) == (206, fresh[10:20], tag)
        assert server.get(SOUND, "HEAD", If_Match=tag).status == 200
    assert server.get(SOUND, "HEAD", If_Match='"x"').status == 412
    assert server.get(SOUND, If_Match=f'W/{known}, "x"').status == 412


def test_the_same_bytes_in_another_file_are_the_same(server: Server, sound: Path, fresh: bytes) -> None:
    """A file that is replaced by a copy with the same bytes keeps its ETag once the copy is hashed."""
    before = server.get(SOUND, "HEAD").headers["ETag"]
    had = hashed(server, fresh)
    overwrite_unnoticed(sound, fresh, in_place=False)
    os.utime(sound)
    time.sleep(0.06)
    hashed(server, fresh)
    assert as_gpodder(server, had).status == 304
    assert server.get(SOUND, If_None_Match=before).status == 304
    assert server.get(SOUND, If_Modified_Since=had.headers["Last-Modified"]).status == 304


def test_validators_outlast_the_server_and_the_index(site: Site) -> None:
    """A restart and a deleted index change neither a file's ETag nor its Last-Modified."""
    site.episode()
    path = site.put(f"content{SOUND}", OLD)
    os.utime(path, ns=(AGES_AGO, AGES_AGO))
    with serving(site.root) as server:
        first = hashed(server, OLD)
        assert first.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    shutil.rmtree(site.root / "index")
    with serving(site.root) as server:
        again = server.get(SOUND, "HEAD")
        assert [again.headers[name] for name in ("ETag", "Last-Modified")] == [
            first.headers[name] for name in ("ETag", "Last-Modified")
        ]


def test_what_was_made_of_time_and_size_is_still_good(site: Site) -> None:
    """ETags of earlier Longwave versions, made of time and size, still get a 304 if the file is unchanged."""
    site.episode()
    path = site.put(f"content{SOUND}", OLD)
    os.utime(path, ns=(AGES_AGO, AGES_AGO))
    old = f'"{AGES_AGO:x}-{len(OLD):x}"'
    with serving(site.root) as server:
        hashed(server, OLD)
        assert server.get(SOUND, If_None_Match=old).status == 304
        assert server.get(SOUND, If_Modified_Since="Tue, 14 Nov 2023 22:13:20 GMT").status == 304
        assert server.get(SOUND, Range="bytes=10-19", If_Range=old).status == 206
        overwrite_unnoticed(path, NEW, in_place=False)
        assert server.get(SOUND, If_None_Match=old).body == NEW
        assert server.get(SOUND, If_Modified_Since="Tue, 14 Nov 2023 22:13:20 GMT").body == NEW
        hashed(server, NEW)
        assert server.get(SOUND, Range="bytes=10-19", If_Range=old).body == NEW


def test_pictures_and_thumbnails(site: Site, serve: Callable[..., Server]) -> None:
    """Pictures and thumbnails have hashes as ETags, which change with a picture, even if its size and time stay."""
    site.episode(image="cover.png")
    red, blue = (site.root / name for name in ("red.png", "blue.png"))
    for path in (red, blue):
        Image.new("RGB", (300, 300), path.stem).save(path, compress_level=0)
    cover = site.put("content/images/cover.png", red.read_bytes())
    server = serve()
    full = hashed(server, red.read_bytes(), PICTURE)
    small = server.get(THUMBNAIL)
    assert small.headers["ETag"] == file_tag(small.body)
    for path, had in ((PICTURE, full), (THUMBNAIL, small)):
        assert server.get(path, If_None_Match=had.headers["ETag"]).status == 304
    overwrite_unnoticed(cover, blue.read_bytes(), in_place=True)
    assert server.get(PICTURE, If_None_Match=full.headers["ETag"]).body == blue.read_bytes()
    other = server.get(THUMBNAIL, If_None_Match=small.headers["ETag"])
    assert (other.status, other.headers["ETag"]) == (200, file_tag(other.body))
    assert other.body != small.body


def test_the_files_of_an_edition_are_hashed_by_themselves(site: Site, serve: Callable[..., Server]) -> None:
    """A server hashes the new files of an edition without a request for them."""
    site.episode()
    names = [site.put(f"content/{name}", os.urandom(1000)) for name in ("audio/podcast/a.mp3", "images/b.png")]
    time.sleep(0.06)
    serve()

    def known() -> set[str]:
        try:
            with sqlite3.connect(site.root / "instance" / FILE) as database:
                return {name for (name,) in database.execute("select name from files")}
        except sqlite3.Error:
            return set()

    wait_until(lambda: known() == {"audio/podcast/a.mp3", "images/b.png"})
    assert len(names) == 2
    site.put("content/audio/podcast/2-second.mp3", b"more")
    time.sleep(0.06)
    site.episode("2026-01-03-2-second.md")
    site.run("reindex")
    wait_until(lambda: "audio/podcast/2-second.mp3" in known())


@pytest.mark.parametrize("damage", ["no database", "half of it", "a folder that can't be written"])
def test_nothing_is_needed_to_answer(site: Site, damage: str) -> None:
    """If file hashes can't be stored, ETags are made of the files' times, and one log line says why."""
    site.episode()
    site.put(f"content{SOUND}", OLD)
    instance = site.root / "instance"
    if damage == "a folder that can't be written":
        instance.write_text("a file in its place")
    else:
        with serving(site.root) as server:
            hashed(server, OLD)
        path = instance / FILE
        whole = path.read_bytes()
        for more in ("-wal", "-shm"):
            path.with_name(f"{FILE}{more}").unlink(missing_ok=True)
        path.write_bytes(b"x" * 9000 if damage == "no database" else whole[: len(whole) // 2])
    with serving(site.root) as server:
        told = server.started
        answer = server.get(SOUND, "HEAD")
        assert (answer.status, server.get(SOUND, If_None_Match=answer.headers["ETag"]).status) == (200, 304)
        if instance.is_dir():
            hashed(server, OLD)
        else:
            time.sleep(0.5)
        server.process.terminate()
        told += server.process.communicate(timeout=20)[0]
        # Other databases in instance/ (history, search counts) log warnings of their own.
        ours = [line for line in told.splitlines() if FILE in line or "can't be hashed" in line]
        assert len(ours) == 1, told


@pytest.mark.xdist_group("alone")
def test_one_process_hashes_and_all_know(site: Site) -> None:
    """A server uses the file hashes of another one on the same folder."""
    site.episode()
    path = site.put(f"content{SOUND}", OLD)
    time.sleep(0.06)
    with serving(site.root) as one, serving(site.root) as other:
        tags = [hashed(server, OLD).headers["ETag"] for server in (one, other)]
        assert tags[0] == tags[1]
        overwrite_unnoticed(path, NEW, in_place=False)
        first = one.get(SOUND, "HEAD").headers["ETag"]
        hashed(other, NEW)
        for server in (one, other):
            assert server.get(SOUND, If_None_Match=first).status == 304
            assert server.get(SOUND, If_None_Match=file_tag(NEW)).status == 304


def test_a_file_is_sent_as_it_was_opened(server: Server, sound: Path, fresh: bytes) -> None:
    """A download of a file that is replaced, moved or deleted meanwhile gets all of the old file's bytes."""
    where = urlsplit(server.url)
    big = os.urandom(1_000_000) * 30
    path = sound.with_name("big.mp3")
    for what in (lambda: overwrite_unnoticed(path, big[::-1], in_place=False), path.unlink, lambda: path.rename(sound)):
        path.write_bytes(big)
        time.sleep(0.06)
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(30)
            connection.connect((where.hostname, where.port))
            connection.sendall(b"GET /audio/podcast/big.mp3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            got = connection.recv(1000)
            what()
            parts = [got, *iter(lambda: connection.recv(1_000_000), b"")]
        assert b"".join(parts).partition(b"\r\n\r\n")[2] == big


def test_a_file_that_is_written_over_with_its_time_set_back_is_cut_off(
    server: Server, sound: Path, fresh: bytes
) -> None:
    """A download of a file that is overwritten meanwhile, even with its size and time kept, is cut off, not mixed."""
    where = urlsplit(server.url)
    path = sound.with_name("over.mp3")
    path.write_bytes(b"a" * 30_000_000)
    time.sleep(0.06)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect((where.hostname, where.port))
        connection.sendall(b"GET /audio/podcast/over.mp3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = connection.recv(1000)
        overwrite_unnoticed(path, b"b" * 30_000_000, in_place=True)
        body = b"".join([got, *iter(lambda: connection.recv(1_000_000), b"")]).partition(b"\r\n\r\n")[2]
    assert len(body) < 30_000_000
    assert b"b" not in body
