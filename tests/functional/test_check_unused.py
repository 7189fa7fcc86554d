"""`longwave check` names unused files, and episodes without their audio."""

from __future__ import annotations

import json

import pytest
from support import Site


@pytest.fixture
def heard(site: Site, mp3_bytes: bytes) -> Site:
    """Return a site with an episode that has audio."""
    site.put("content/site.toml", 'title = "T"\nurl = "https://pod.example.com"\n')
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", mp3_bytes)
    return site


@pytest.fixture(scope="module")
def mp3_bytes() -> bytes:
    """Return a few frames of MP3."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 100


def told(site: Site, rule: str) -> dict[str, str]:
    """Return the problems that `check` finds by one rule: "file:line", and the text with its hint."""
    done = site.run("check", "--format", "json")
    problems = json.loads(done.stdout)["problems"]
    problems_of_rule = [problem for problem in problems if problem["rule"] == rule]
    assert {problem["level"] for problem in problems_of_rule} <= {"warning"}
    return {
        f"{problem['file']}:{problem['line']}": f"{problem['found']}. {problem['hint']}" for problem in problems_of_rule
    }


def test_what_is_used_is_no_finding(heard: Site) -> None:
    """Files of published, draft and future episodes, and those of `public` in site.toml, aren't reported as unused."""
    heard.put("content/site.toml", 'title = "T"\nurl = "https://pod.example.com"\npublic = ["images/press/*"]\n')
    for name in ("a", "press/b", "c", "avatars/d"):
        heard.put(f"content/images/{name}.svg", "<svg/>")
    heard.episode("2-draft.md", draft=True, body="![C](/images/full/c.svg)", guests=[{"name": "D", "avatar": "d.svg"}])
    heard.episode("2999-01-01-3-later.md", image="a.svg")
    for name in ("2-draft", "3-later"):
        heard.put(f"content/audio/podcast/{name}.mp3", b"")
    heard.put("content/transcripts/podcast/3.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n")
    heard.put("content/chapters/podcast/1-first.json", '{"chapters": [{"startTime": 1, "title": "Hi"}]}')
    heard.put("content/audio/podcast/.DS_Store", b"")
    heard.put("content/images/notes.txt", "")
    assert told(heard, "unused") == {}


def test_each_file_that_nothing_names_is_told(heard: Site) -> None:
    """An unused recording, picture, transcript and chapters file are each reported with a hint."""
    heard.put("content/audio/podcast/raw.wav", b"")
    heard.put("content/images/old.svg", "<svg/>")
    heard.put("content/transcripts/podcast/9-gone.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n")
    heard.put("content/chapters/podcast/9-gone.json", '{"chapters": [{"startTime": 1, "title": "Hi"}]}')
    findings = told(heard, "unused")
    assert set(findings) == {
        "content/audio/podcast/raw.wav:0", "content/images/old.svg:0",
        "content/transcripts/podcast/9-gone.vtt:0", "content/chapters/podcast/9-gone.json:0",
    }  # fmt: skip
    assert 'public = ["audio/podcast/raw.wav"]' in findings["content/audio/podcast/raw.wav:0"]
    assert heard.run("check").returncode == 0


def test_many_are_told_by_folder(heard: Site) -> None:
    """Many unused files are reported by folder, so that the list stays short."""
    for number in range(100):
        heard.put(f"content/audio/podcast/take-{number:02}.wav", b"")
    findings = told(heard, "unused")
    assert findings.keys() == {"content/audio/podcast/:0"}
    assert "100 that nothing does: take-00.wav, take-01.wav, take-02.wav, …" in findings["content/audio/podcast/:0"]
    assert 'public = ["audio/podcast/*"]' in findings["content/audio/podcast/:0"]


def test_what_a_broken_episode_may_use_is_no_finding(heard: Site) -> None:
    """Files that a broken episode seems to use, by its name and text, aren't reported as unused."""
    heard.put("content/podcast/2-broken.md", "---\ntags: 7\nslug: two\n---\n![A](/images/full/a.svg) {% if")
    heard.put("content/pages/about.md", "---\ntags: [\n---\n![C](/images/full/c.svg)\n")
    heard.put("content/transcripts/podcast/two.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi.\n")
    for name in ("audio/podcast/two.mp3", "images/a.svg", "images/b.svg", "images/c.svg"):
        heard.put(f"content/{name}", "<svg/>")
    assert told(heard, "unused").keys() == {"content/images/b.svg:0"}


def test_a_pattern_that_fits_nothing_is_told(heard: Site) -> None:
    """A pattern of `public` in site.toml that matches no file is reported."""
    heard.put("content/site.toml", 'title = "T"\nurl = "https://pod.example.com"\npublic = ["images/pres/*"]\n')
    assert told(heard, "unused") == {"content/site.toml:3": "none for 'images/pres/*'. "}


def test_an_episode_without_sound_is_told(heard: Site) -> None:
    """An episode without audio in a show with audio is reported with the file that is likely its own; a draft isn't."""
    heard.episode("2026-01-03-2-second-talk.md")
    heard.episode("2026-01-04-3-third.md")
    heard.episode("2026-01-05-4-draft.md", draft=True)
    heard.episode("2026-01-06-5-elsewhere.md", audio="https://cdn.example.com/5.mp3", mp3_bytes=9)
    heard.episode("2026-01-02-first.md", show="letters")
    heard.put("content/audio/podcast/2-second_talk.mp3", b"")
    findings = told(heard, "unfinished")
    assert findings.keys() == {
        "content/podcast/2026-01-03-2-second-talk.md:1",
        "content/podcast/2026-01-04-3-third.md:1",
    }
    second, third = (findings[f"content/podcast/2026-01-0{number}.md:1"] for number in ("3-2-second-talk", "4-3-third"))
    assert "Is it content/audio/podcast/2-second_talk.mp3, which nothing names?" in second
    assert "Is it" not in third


def test_sound_that_is_expected_or_broken_is_told_once(heard: Site) -> None:
    """Audio that front matter names but is missing, or that is unreadable, isn't also reported as missing or unused."""
    heard.episode("2026-01-03-2-named.md", audio="named.mp3")
    heard.episode("2026-01-03-3-broken.md")
    heard.put("content/audio/podcast/3-broken.mp3", b"no sound")
    assert told(heard, "unfinished") == {}
    assert told(heard, "unused") == {}


def test_many_silent_episodes_are_told_by_show(heard: Site) -> None:
    """Many episodes without audio in one show are reported in one line."""
    for number in range(2, 62):
        heard.episode(f"2026-01-03-{number}-x.md")
    findings = told(heard, "unfinished")
    assert findings.keys() == {"content/podcast/:0"}
    assert findings["content/podcast/:0"].startswith("60 without: 2026-01-03-10-x.md, ")


@pytest.mark.parametrize("key", ["redirects", "navigation"])
def test_a_redirect_publishes_nothing(heard: Site, key: str) -> None:
    """A redirect to an unused file is an error, as no such file is served; a link in the menu makes its file used."""
    value = (
        '{"/old.mp3" = "/audio/podcast/raw.mp3"}'
        if key == "redirects"
        else '[{label = "A", url = "/audio/podcast/raw.mp3"}]'
    )
    heard.put("content/site.toml", f'title = "T"\nurl = "https://pod.example.com"\n{key} = {value}\n')
    heard.put("content/audio/podcast/raw.mp3", b"")
    done = heard.run("check")
    assert (done.returncode, "site.toml:3: expected an address of the site" in done.stdout) == (
        (1, True) if key == "redirects" else (0, False)
    )
