"""Warnings of `longwave check` and other commands on misspelt keys, settings without effect and unfinished episodes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from old_host import PICTURE
from support import Site

from longwave.cli import COMMANDS

FILE = "content/podcast/2026-01-02-1-first.md"


def told(site: Site, rule: str) -> list[tuple[str, int, str, str]]:
    """Return the problems that `check` finds by one rule: file, line, level and the whole text."""
    problems = json.loads(site.run("check", "--format", "json").stdout)["problems"]
    return [
        (one["file"], one["line"], one["level"], f"{one['expected']}, {one['found']}. {one['hint']}")
        for one in problems
        if one["rule"] == rule
    ]


def test_a_slip_in_a_key_is_told_once_with_its_count(site: Site) -> None:
    """A misspelt key in front matter is a warning at its first place, with the number of files that have it."""
    site.episode(descripton="D", layout="post", mood="calm")
    site.episode("2026-01-03-2-second.md", descripton="D")
    site.put("content/site.toml", 'navigaton = []\n[shows.podcast]\nautor = "Ann"\n')
    (file, line, level, text), toml, show = sorted(told(site, "key"), reverse=False)
    assert (file, line, level) == (FILE, 3, "warning")
    assert "Did you mean description? 2 files have it." in text
    assert (toml[0], "Did you mean author?" in toml[3] + show[3]) == ("content/site.toml", True)
    assert "Did you mean navigation?" in toml[3] + show[3]


def test_settings_are_told_on_their_lines(site: Site) -> None:
    """A misspelt key, an unusable list item and a redirect without effect in site.toml are reported at their lines."""
    site.episode()
    site.put("content/images/press/a.png", PICTURE)
    site.put(
        "content/site.toml",
        '# navigaton = "a comment"\npublic = [\n  "images/press/*",\n  "bad",\n  "images/none/*",\n  "worse",\n]\n'
        'navigaton = []\n[shows.other]\ntitle = "Other"\n[shows.podcast]\ntitle = "autor"\nautor = "Ann"\n'
        '[redirects]\n"/podcast/" = "/"\n',
    )
    assert sorted((line, text.split("?")[0].rsplit(" ", 1)[1]) for _, line, _, text in told(site, "key")) == [
        (8, "navigation"), (13, "author")
    ]  # fmt: skip
    assert [
        (line, text.rsplit(" as ", 1)[1]) for _, line, _, text in told(site, "content") if " as public" in text
    ] == [
        (4, "public.1, 'bad'. This key is left out until it is mended."),
        (6, "public.3, 'worse'. This key is left out until it is mended."),
    ]
    assert [line for file, line, *_ in told(site, "unused") if file == "content/site.toml"] == [5]
    assert [line for _, line, *_ in told(site, "redirect")] == [15]


def test_tags_and_guests_without_letters_are_no_spellings(site: Site) -> None:
    """Tags and guests without a letter have no page, and aren't reported as spellings of each other."""
    site.episode(tags=["\N{COLLISION SYMBOL}", "///"], guests=["\N{COLLISION SYMBOL}", "///"])
    assert told(site, "tag") == told(site, "guest") == []


@pytest.mark.parametrize(
    "meta",
    [{"Draft": True}, {"drafts": "yes"}, {"DRAFT": "true"}, {"Draft": 1}, {"publised": "no"}, {"Published": False}],
)
def test_a_slip_in_draft_publishes_nothing(site: Site, meta: dict[str, object]) -> None:
    """An episode with a misspelt draft key isn't published, and reindex and check warn of the key."""
    site.episode(**meta)
    indexed = site.run("reindex")
    assert "0 added" in indexed.stdout
    assert f"{FILE}:3: warning: expected the key draft: true or published: false" in indexed.stderr
    assert [level for *_, level, _ in told(site, "key")] == ["warning"]


def test_draft_of_ones_own_value_keeps_nothing_back(site: Site) -> None:
    """An episode with `Draft: false` or `drafts: two of them` is published, and `check` suggests the key `draft`."""
    site.episode(drafts="two of them", Draft=False, dat="2027-01-01")
    assert "1 added" in site.run("reindex").stdout
    hints = [text for *_, text in told(site, "key")]
    assert [hint.rpartition("Did you mean ")[2] for hint in hints] == ["draft?", "draft?", "date?"]


@pytest.mark.parametrize("file", ["podcast/2026-01-02-1-first.md", "guests/ann.md", "tags/python.md", "pages/about.md"])
def test_a_repeated_key_is_told_with_both_lines(site: Site, file: str) -> None:
    """A key that stands twice in front matter is a warning of check and reindex; the last value is used."""
    site.put(f"content/{file}", '---\ntitle: "One"\ndescription: "D"\n"title": "Two"\n---\n\nHello.\n')
    line = (
        f"content/{file}:4: warning: expected the key 'title' once, found it on lines 2 and 4. "
        "The last one counts; delete the other.\n"
    )
    assert line in site.run("check").stdout
    assert line in site.run("reindex").stderr


def test_a_nested_repeated_key_is_told_and_merged_ones_are_not(site: Site) -> None:
    """A key that stands twice in a nested YAML map is reported; one that overrides a merged map's key isn't."""
    site.put(
        "content/podcast/2026-01-02-1-first.md",
        "---\ntitle: First\nbase: &base {name: Ann}\nguests:\n  - {<<: *base, name: Ann Lee}\n"
        "  - name: Bo\n    name: Bo Li\n---\n\nHello.\n",
    )
    assert [(line, text.partition(".")[0]) for _, line, _, text in told(site, "key")] == [
        (7, "the key 'name' once, it on lines 6 and 7")
    ]


def test_a_redirect_over_a_page_does_nothing_unless_forced(site: Site) -> None:
    """A redirect of an address that serves a page is a problem; with force it wins, for feeds and patterns, too."""
    site.episode()
    site.put("content/site.toml", '[redirects]\n"/podcast/feed.xml" = "https://new.example/feed"\n')
    assert told(site, "redirect")[0][:3] == ("content/site.toml", 2, "error")
    site.put(
        "content/site.toml",
        "[redirects]\n"
        '"/podcast/feed.xml" = {to = "https://new.example/feed", force = true}\n'
        '"/podcast/1-{rest}" = {to = "https://new.example/{rest}", force = true}\n'
        '"/gone" = {to = "/podcast/"}\n',
    )
    assert told(site, "redirect") == []


def test_a_redirect_over_a_file_does_nothing_unless_forced(site: Site, mp3: Path, open_client) -> None:  # type: ignore[no-untyped-def]
    """A redirect of an address that serves audio or a picture is a problem; with force it wins."""
    site.episode(body="![Ann](/images/full/cv.png)")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.put("content/images/cv.png", PICTURE)
    site.put("content/images/unused.png", PICTURE)
    goals = {path: f"https://cdn.example{path}" for path in ("/audio/podcast/1-first.mp3", "/images/full/cv.png")}
    site.put("content/site.toml", "[redirects]\n" + "".join(f'"{path}" = "{goal}"\n' for path, goal in goals.items()))
    assert [(line, level) for _, line, level, _ in told(site, "redirect")] == [(2, "error"), (3, "error")]
    forced = "".join(f'"{path}" = {{to = "{goal}", force = true}}\n' for path, goal in goals.items())
    site.put("content/site.toml", f'[redirects]\n{forced}"/images/full/unused.png" = "/"\n')
    assert told(site, "redirect") == []
    client = open_client()
    for path, goal in goals.items():
        for method in ("get", "head"):
            answer = getattr(client, method)(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, goal)


@pytest.mark.parametrize("alias", ["2-two", "/podcast/2-two", "/podcast/2-two/", "/podcast/2-two.html"])
def test_an_alias_of_another_episode_is_left_out(site: Site, alias: str) -> None:
    """An alias that is another episode's address changes no guid or address of either, and is reported on its line."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(body="One.")
    site.episode("2026-01-03-2-two.md", title="Two", body="Two.")
    site.run("reindex")
    site.put(FILE, f'---\ntitle: First\naliases:\n  - /old\n  - "{alias}"\n---\n\nOne.\n')
    ((file, line, level, text),) = told(site, "redirect")
    assert (file, line, level) == (FILE, 5, "warning")
    assert "that of content/podcast/2026-01-03-2-two.md" in text
    assert told(site, "identity") == []
    indexed = site.run("reindex")
    assert f"{FILE}:5: warning: expected an address that is free" in indexed.stderr
    assert "as published" not in indexed.stderr


def test_an_alias_of_a_page_is_told(site: Site, mp3: Path) -> None:
    """An alias that is the address of a list, feed or audio file is reported; the episode's own address isn't."""
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    live = ["/podcast/", "/podcast/feed.xml", "/audio/podcast/1-first.mp3"]
    site.episode(aliases=[*live, "/podcast/1-first", "/free"])
    assert [text.split("'")[1] for *_, text in told(site, "redirect")] == sorted(live)


def test_a_forced_redirect_takes_the_feed_along(site: Site, open_client) -> None:  # type: ignore[no-untyped-def]
    """A forced redirect of a feed to another host is a 301, whether or not a page is cached."""
    site.episode()
    client = open_client()
    assert client.get("/podcast/feed.xml").status_code == 200
    client.application.extensions["longwave.keeper"].close()
    site.put(
        "content/site.toml",
        '[redirects]\n"/podcast/feed.xml" = {to = "https://new.example/feed", force = true}\n'
        '"/podcast/{slug}" = {to = "https://new.example/{slug}", force = true}\n',
    )
    client = open_client()
    for path, goal in (
        ("/podcast/feed.xml", "https://new.example/feed"),
        ("/podcast/1-first", "https://new.example/1-first"),
    ):
        for method in ("get", "head", "get"):
            answer = getattr(client, method)(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, goal)
    assert client.get("/podcast/").status_code == 200
    assert client.get("/health").status_code == 200


def test_a_menu_without_lists_is_told(site: Site) -> None:
    """A menu without a link to a list of episodes is a warning."""
    site.episode(tags=["a"])
    site.put(
        "content/site.toml",
        'navigation = [{label = "Shop", url = "https://shop.example"}]\n',
    )
    assert [(line, level) for _, line, level, _ in told(site, "menu")] == [(1, "warning")]
    site.put("content/site.toml", 'navigation = [{label = "All", url = "/podcast/"}]\n')
    assert told(site, "menu") == []


def test_what_is_published_unfinished_is_told(site: Site, mp3: Path) -> None:
    """Starter text, empty notes, and missing audio in a show with audio are warnings, but not in drafts."""
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(body="What this episode is about.\n\n- 0:00 -- What is said first")
    site.episode("2026-01-03-2-mute.md", title="Mute", body="")
    site.episode("2026-01-04-3-later.md", title="Later", body="What this episode is about.", draft=True)
    findings = told(site, "unfinished")
    assert {(file.rpartition("-")[2], level) for file, _, level, _ in findings} == {
        ("first.md", "warning"),
        ("mute.md", "warning"),
    }
    assert sum("words of your own" in text for *_, text in findings) == 2
    assert any("not a word" in text for *_, text in findings)
    assert any("sound, as its show has" in text for *_, text in findings)


@pytest.mark.parametrize("item", ["1:75:10 -- A slip", "0:05 Backwards", "0:05: Backwards", "1:21What"])
def test_an_item_that_is_almost_a_moment_is_told(site: Site, item: str) -> None:
    """A list item that begins with a malformed timestamp, and so can't be played, is a warning; other times aren't."""
    site.episode(body=f"At 10:30 we met.\n\n- 0:10 -- Good\n- {item}\n- Lunch at 12:30\n")
    assert [(line, level) for _, line, level, _ in told(site, "moment")] == [(8, "warning")]


def test_sound_that_apple_leaves_out_is_told_and_converted(site: Site, mp3: Path, tmp_path: Path) -> None:
    """`new episode` accepts a WAV, which check reports as unfit for Apple; --convert makes an MP3 of it instead."""
    wav = tmp_path / "talk.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(mp3), str(wav)], check=True)
    plain = site.run("new", "episode", "Plain", "--audio", str(wav), "--no-draft")
    assert "--convert" in plain.stdout
    made = site.run("new", "episode", "Made", "--audio", str(wav), "--no-draft", "--convert")
    assert "--convert" not in made.stdout
    assert sorted(path.name for path in (site.root / "content/audio/podcast").iterdir()) == [
        "1-plain.wav",
        "2-made.mp3",
    ]
    checked = site.run("check").stdout
    assert "has '1-plain.wav'. Apple Podcasts takes MP3, M4A and MP4. Convert it: ffmpeg -i content/" in checked
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF")
    refused = site.run("new", "episode", "Bad", "--audio", str(bad), "--convert")
    assert (refused.returncode, "expected sound that ffmpeg can read" in refused.stderr) == (1, True)


def test_the_conversion_that_check_prints_works_when_pasted(site: Site, mp3: Path, tmp_path: Path) -> None:
    """The ffmpeg command that check prints runs when pasted into a shell, in the site's folder or in another one."""
    wav = site.root / "content/audio/podcast/1 a'b & c.wav"
    wav.parent.mkdir(parents=True)
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(mp3), str(wav)], check=True)
    site.episode(audio=wav.name, description="D")
    for folder in (site.root, tmp_path):
        printed = subprocess.run(
            [sys.executable, "-m", "longwave", "check"],
            cwd=folder,
            env={**os.environ, "LONGWAVE_ROOT": str(site.root)},
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        command = next(line for line in printed.splitlines() if "Convert it: " in line).partition("Convert it: ")[2]
        subprocess.run(["sh", "-c", f"{command} -v error -nostdin"], cwd=folder, check=True)
        wav.with_suffix(".mp3").unlink()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["longwave", "flask", "module"])
def test_the_next_step_works_when_pasted(tmp_path: Path, name: str) -> None:
    """Each command that `new site` prints runs when pasted, in a shell whose PATH lacks Longwave."""
    scripts = Path(sys.executable).parent
    program = [sys.executable, "-m", "longwave"] if name == "module" else [str(scripts / name)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    if name == "flask":  # The flask command finds Longwave's commands only in a folder with an application.
        Site(tmp_path / "other").put("wsgi.py", "from longwave import create_app\napp = create_app()\n")
    here = tmp_path / "other" if name == "flask" else tmp_path
    made = subprocess.run(
        [*program, "new", "site", "pod"], cwd=here, env=environment, capture_output=True, text=True, check=True
    )
    *_, cd, serve, preview, episode, _ = made.stdout.splitlines()
    assert ("serve" in serve, "preview" in preview) == (True, True)
    shell = f"set -e; {cd}; {serve.partition('#')[0]} --help; {preview.partition('#')[0]} --help; "
    shell += episode.replace("--audio recording.mp3", "")
    done = subprocess.run(["sh", "-c", shell], cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Wrote content/podcast/" in done.stdout) == (0, True), done.stderr


def test_flask_lists_no_foreign_command(site: Site) -> None:
    """`flask --help` lists Flask's own commands and Longwave's, and none that a library registers."""
    site.put("wsgi.py", "from longwave import create_app\napp = create_app()\n")
    helped = subprocess.run(
        [sys.executable, "-m", "flask", "--help"], cwd=site.root, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^  (\w+)  ", helped.stdout.partition("Commands:")[2], re.MULTILINE)
    assert sorted(listed) == sorted([*(command.name for command in COMMANDS), "routes", "run", "shell"])


def test_the_version_is_told(site: Site) -> None:
    """`longwave --version` prints a single line, and `longwave --help` lists Longwave's commands only."""
    assert site.run("--version").stdout == "longwave, version 0.1.0\n"
    assert "limiter" not in site.run("--help").stdout


def test_a_guid_of_another_episode_is_told_by_check_and_reindex(site: Site) -> None:
    """An episode with another one's guid is reported by check and reindex; a draft's is a warning of check only."""
    site.episode(guid="own")
    site.run("reindex")
    site.episode("2026-01-01-2-copy.md", guid="own")
    site.episode("2026-01-03-3-new.md", guid="new")
    site.episode("2026-01-04-4-twin.md", guid="new")
    site.episode("2026-01-05-5-draft.md", guid="own", draft=True)
    lines = (
        f"content/podcast/2026-01-01-2-copy.md:3: expected a guid of its own, found own, that of {FILE}. ",
        "content/podcast/2026-01-04-4-twin.md:3: expected a guid of its own, found new, that of content/podcast/2026-01-03-",
    )
    checked, indexed = site.run("check"), site.run("reindex")
    assert (checked.returncode, indexed.returncode) == (1, 0)
    for line in lines:
        assert line in checked.stdout
        assert line in indexed.stderr
    assert f"5-draft.md:3: warning: expected a guid of its own, found own, that of {FILE}" in checked.stdout
    assert "5-draft" not in indexed.stderr


def test_a_table_of_a_show_that_does_not_exist_is_told(site: Site) -> None:
    """A [shows.name] table of a folder that doesn't exist is a warning, with the show that was probably meant."""
    site.episode()
    site.put("content/site.toml", 'title = "Pod"\n[shows.podcst]\ntitle = "A"\n[shows.later]\ntitle = "B"\n')
    (site.root / "content/planned").mkdir()
    assert sorted(told(site, "unseen")) == [
        (
            "content/site.toml", 2, "warning",
            "episodes in content/podcst/ for [shows.podcst], no such folder. Did you mean podcast?",
        ),
        (
            "content/site.toml", 4, "warning",
            "episodes in content/later/ for [shows.later], no such folder. Its settings wait for the first episode.",
        ),
    ]  # fmt: skip
