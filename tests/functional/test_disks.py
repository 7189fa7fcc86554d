"""A site on a real disk that ignores case and Unicode normal form of file names; root mounts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from support import Server, Site

pytestmark = pytest.mark.slow
#: By file system: the command that formats a disk with it, and the commands that mount it, by the kernel or by FUSE.
DISKS = {
    "exfat": ("mkfs.exfat", [["mount", "-t", "exfat"], ["mount.exfat-fuse"]]),
    "vfat": ("mkfs.vfat", [["mount", "-t", "vfat", "-o", "utf8"]]),
}


@pytest.fixture(params=DISKS)
def disk(request: pytest.FixtureRequest, site: Site, tmp_path: Path) -> Iterator[Site]:
    """Yield a site with its content folder on a case-insensitive disk, mounted from an image file."""
    make, mounts = DISKS[request.param]
    if os.geteuid() or not shutil.which(make) or not shutil.which("losetup"):
        pytest.skip(f"only root can make such a disk, with losetup and {make}")
    image, content = tmp_path / "disk", site.root / "content"
    with image.open("wb") as file:
        file.truncate(32_000_000)
    subprocess.run([make, image], check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        ["losetup", "--find", "--show", image], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        pytest.skip(f"no loop device: {done.stderr.strip()}")
    device = done.stdout.strip()
    try:
        commands = ([*mount, device, str(content)] for mount in mounts if shutil.which(mount[0]))
        if all(subprocess.run(c, capture_output=True, timeout=60, check=False).returncode for c in commands):
            pytest.skip(f"{request.param} can't be mounted here")
        try:
            yield site
        finally:
            subprocess.run(["umount", content], check=True, timeout=60)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True, timeout=60)


def lay(site: Site, name: str, data: bytes = b"x") -> None:
    """Write a file into the content folder under exactly this name."""
    path = site.root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_it_is_such_a_disk(disk: Site) -> None:
    """The mounted disk ignores case; else the other tests would prove nothing."""
    lay(disk, "images/Cover.png")
    assert (disk.root / "content/IMAGES/cOVER.PNG").exists()


def test_no_spelling_leads_to_what_is_unpublished(
    disk: Site, serve: Callable[..., Server], eventually: Callable[..., None], mp3: Path
) -> None:
    """A draft's audio and picture are 404 in any spelling, before and after deletion; a public file has one address."""
    lay(disk, "audio/p/7-secret-talk.mp3", mp3.read_bytes())
    lay(disk, "audio/p/1-Öut and about.mp3", mp3.read_bytes())
    (disk.root / "content/images").mkdir()
    for name in ("Cover.png", "Sécret.png"):
        Image.new("RGB", (8, 8), "teal").save(disk.root / "content/images" / name)
    draft = disk.episode("2026-01-01-7-secret-talk.md", show="p", draft=True, image="Sécret.png")
    # The front matter spells these names in another case than the disk.
    disk.episode("2026-01-01-1-out.md", show="p", audio="1-öut AND about.MP3", image="cover.PNG")
    server = serve()
    page, feed = server.get("/p/1-out").text, server.get("/p/feed.xml").text
    sound, picture = quote("/audio/p/1-Öut and about.mp3"), "/images/512/Cover.png"
    assert f'src="{sound}"' in page
    assert "/Cover.png" in page
    assert f'{sound}"' in feed

    def spellings(path: str) -> set[str]:
        forms = [unicodedata.normalize(form, path) for form in ("NFC", "NFD")]
        cases = {case(form) for form in forms for case in (str, str.upper, str.title, str.swapcase)}
        # The fixed first part of an address, such as /audio, is case-sensitive on any disk, so it isn't varied.
        top = "/".join(path.split("/")[: 3 if path.startswith("/images") else 2])
        return {top + case[len(top) :] for case in cases} - {path}

    def check() -> None:
        assert server.get(sound).status == server.get(picture).status == 200
        secret = [
            "/audio/p/7-secret-talk.mp3",
            "/images/512/Sécret.png",
            "/audio/p/7-SEC~1.MP3",
            "/audio/p/7-SECR~1.MP3",
        ]
        wrong = [
            *secret,
            *(s for path in secret for s in spellings(path)),
            "/audio/p/7-secret-talk.mp3.",
            "/audio/p/1-UTA~1.MP3",
        ]
        wrong += [*spellings("/audio/p/1-Öut and about.mp3"), *spellings(picture), f"{picture}.", f"{picture}%20"]
        assert {server.get(quote(path, safe="/%")).status for path in wrong} == {404}

    check()
    draft.unlink()
    before = server.get("/ready").json["edition"]
    disk.episode("2026-01-01-1-out.md", show="p", title="New", audio="1-öut AND about.MP3", image="cover.PNG")
    assert "No longer served" not in disk.run("reindex").stdout
    eventually(lambda: server.get("/ready").json["edition"] != before)
    check()
    output = disk.run("check").stdout
    assert "content/audio/p/7-secret-talk.mp3: warning: expected a file that something names" in output
    assert "content/images/Sécret.png: warning" in output
    assert "about.mp3: warning: expected a file" not in output


def test_a_folder_in_another_case_is_its_shows(disk: Site, serve: Callable[..., Server], mp3: Path) -> None:
    """Audio in a folder that differs from the show's name by case is served under the show's address only."""
    lay(disk, "audio/Podcast/1-first.mp3", mp3.read_bytes())
    disk.episode()
    server = serve()
    assert 'src="/audio/podcast/1-first.mp3"' in server.get("/podcast/1-first").text
    assert server.get("/audio/podcast/1-first.mp3").status == 200
    assert server.get("/audio/Podcast/1-first.mp3").status == 404
    assert "1-first.mp3" not in disk.run("check").stdout


def test_notes_spell_names_as_the_disk_does(disk: Site, serve: Callable[..., Server]) -> None:
    """A picture that notes spell in another case is a 404 on every disk; check names the right spelling."""
    (disk.root / "content/images").mkdir()
    Image.new("RGB", (8, 8), "teal").save(disk.root / "content/images/Cover.png")
    disk.episode(body="![It](/images/512/cover.png)")
    server = serve()
    assert {server.get(f"/images/512/{name}").status for name in ("cover.png", "Cover.png")} == {404}
    assert "Did you mean /images/512/Cover.png?" in disk.run("check").stdout
