"""File names that differ only by case or Unicode normal form, on a case-sensitive disk: the same one always wins."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from PIL import Image
from support import Site

Open = Callable[[], FlaskClient]


def nfd(text: str) -> str:
    """Return the text with decomposed accents (NFD), as old macOS wrote names."""
    return unicodedata.normalize("NFD", text)


def _picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (90, 90), colour).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def site(site: Site) -> Site:
    """Return an empty site; skip the test if the disk ignores case."""
    site.put("content/Probe", "")
    if (site.root / "content/probe").exists():
        pytest.skip("this disk doesn't tell case apart")
    (site.root / "content/Probe").unlink()
    return site


@pytest.mark.parametrize(
    ("first", "second"),
    [("2026-01-02-1-Talk.md", "2026-01-02-1-talk.md"), (nfd("2026-01-02-1-café.md"), "2026-01-02-1-café.md")],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_episodes_the_first_by_name_is_out(
    site: Site, open_client: Open, first: str, second: str, turned: bool
) -> None:
    """The first by file name of episodes with one address is published, in any order of saves; others are reported."""
    texts = [(first, "The first."), (second, "The second.")]
    for name, body in reversed(texts) if turned else texts:
        site.episode(name, body=body)
    client = open_client()
    assert "The first." in client.get(f"/podcast/{'1-talk' if first.isascii() else '1-cafe'}").text
    assert client.get("/podcast/feed.xml").text.count("<item>") == 1
    assert site.run("reindex", "--full").stderr.count("expected an address of its own") == 1
    result = site.run("check")
    assert (
        f"content/podcast/{second}:1: expected an address of its own, found that of content/podcast/{first}."
        in result.stdout
    )
    apart = ascii(first) if not first.isascii() else repr(first)
    twin = f"content/podcast/{second}: warning: expected a name that differs by more than case or normal form, found {apart}"
    assert twin in result.stdout
    assert result.returncode == 1


def test_a_tag_and_a_guest_are_one_in_every_spelling(site: Site, open_client: Open) -> None:
    """A tag or guest spelt in different case or Unicode forms has one page; `check` names the spelling to write."""
    for number, (tag, guest) in enumerate(
        [
            ("Café", "Zoë Ünal"),
            ("Café", "Zoë Ünal"),
            (nfd("Café"), nfd("Zoë Ünal")),
            ("café", "zoë ünal"),
            ("CAFÉ", "Zoë Ünal"),
        ],
        1,
    ):
        site.episode(f"2026-01-0{number}-{number}-e.md", title=f"Title {number}", tags=[tag], guest=guest)
    client = open_client()
    for path in ("/tags/cafe", "/guests/zoe-unal"):
        page = client.get(path)
        assert page.status_code == 200
        assert [f"Title {number}" in page.text for number in range(1, 6)] == [True] * 5
        for spelt in ("/tags/Cafe", "/tags/Caf%C3%A9", "/guests/Zoe-Unal"):
            assert client.get(spelt).status_code == 404
    output = site.run("check").stdout
    assert f"expected one spelling of the tag 'Café', found 'CAFÉ' and {nfd('Café')!a} and 'café'." in output
    assert f"expected one spelling of 'Zoë Ünal', found {nfd('Zoë Ünal')!a}." in output


def test_of_two_files_of_a_guest_or_a_tag_the_first_by_name_is_shown(site: Site, open_client: Open) -> None:
    """Two files that describe one guest or tag are reported; the page shows the first by name."""
    site.episode(tags=["jazz"], guest="José Ünal")
    for folder, first, second in (
        ("guests", "Jose-Unal", "jose-unal"), ("guests", "jose-unal", "josé-ünal"), ("tags", "Jazz", "jazz"),
    ):  # fmt: skip
        site.put(f"content/{folder}/{first}.md", "---\nname: First\n---\nThe first.\n")
        site.put(f"content/{folder}/{second}.md", "---\nname: Second\n---\nThe second.\n")
        address = "/guests/jose-unal" if folder == "guests" else "/tags/jazz"
        assert "The first." in open_client().get(address).text
        output = site.run("check").stdout
        kind, shown_file = folder[:-1], f"'content/{folder}/{first}.md'"
        assert (
            f"content/{folder}/{second}.md:1: expected the only file of its {kind}, found {shown_file} too." in output
        )
        for name in (first, second):
            (site.root / f"content/{folder}/{name}.md").unlink()


def test_each_picture_and_sound_is_itself(site: Site, open_client: Open, mp3: Path) -> None:
    """Pictures or audio whose names differ only by case or Unicode form each have an address; `check` lists them."""
    colours = {"Logo.png": "red", "logo.png": "lime", "é.png": "blue", nfd("é.png"): "white"}
    for name, colour in colours.items():
        site.put(f"content/images/{name}", _picture(colour))
    sounds = {"1-Talk.mp3": b"", "1-talk.mp3": b"\0" * 1000}
    for number, (name, more) in enumerate(sounds.items(), 1):
        site.put(f"content/audio/podcast/{name}", mp3.read_bytes() + more)
        body = "".join(f"![It](/images/64/{quote(picture)})\n" for picture in colours)
        site.episode(f"2026-01-0{number}-{number}-e.md", audio=name, body=body)
    client = open_client()
    for name, colour in colours.items():
        with (
            Image.open(io.BytesIO(client.get(f"/images/64/{quote(name)}").data)) as shown,
            Image.new("RGB", (1, 1), colour) as right,
        ):
            assert shown.convert("RGB").getpixel((5, 5)) == right.getpixel((0, 0)), name
    for name, more in sounds.items():
        assert client.get(f"/audio/podcast/{name}").data == mp3.read_bytes() + more
    assert client.get("/audio/podcast/1-TALK.mp3").status_code == 404
    output = site.run("check").stdout
    for name, found in (
        ("images/logo.png", "'Logo.png'"), ("images/é.png", ascii(nfd("é.png"))), ("audio/podcast/1-talk.mp3", "'1-Talk.mp3'"),
    ):  # fmt: skip
        assert (
            f"content/{name}: warning: expected a name that differs by more than case or normal form, found {found}"
            in output
        )


def test_shows_that_differ_by_case_are_two(site: Site, open_client: Open) -> None:
    """Two folders whose names differ by case are two shows; check warns that on other disks they are one."""
    site.episode(show="Podcast", title="Upper")
    site.episode(show="podcast", title="Lower")
    client = open_client()
    assert "Upper" in client.get("/Podcast/1-first").text
    assert "Lower" in client.get("/podcast/1-first").text
    assert "content/podcast: warning: expected a name that differs by more than case" in site.run("check").stdout
