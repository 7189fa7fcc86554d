"""`longwave check` for authors: each mistake in the content, its file and line, and how to mend it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from old_host import PICTURE
from support import Site

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.fixing import plan_changes
from longwave.config import read_settings
from longwave.edition.check.site_check import inspect_site
from longwave.errors import LongwaveError

FILE = "content/podcast/2026-01-02-1-first.md"


@pytest.fixture
def show(site: Site, mp3: Path) -> Site:
    """Return a site, in which check finds nothing, of two episodes with audio, a guest and a tag, and a page."""
    site.put(
        "content/site.toml",
        'title = "Site"\nurl = "https://pod.example"\ndescription = "D"\nimage = "c.png"\ncategories = ["Technology"]\ncopyright = "Me"\n'
        'owner = {name = "Ann", email = "ann@pod.example"}\n[redirects]\n"/old" = "/podcast/"\n',
    )
    site.put("content/images/c.png", PICTURE)
    site.episode(tags=["python"], guest="Ann Lee", description="D")
    site.episode(
        "2026-01-03-2-second.md", title="Second", tags=["python"], guest="Ann Lee", description="D", aliases=["/was"]
    )
    site.put("content/pages/about.md", "---\ntitle: About\n---\nAbout it.\n")
    for name in ("1-first", "2-second"):
        site.put(f"content/audio/podcast/{name}.mp3", mp3.read_bytes())
    return site


def told(site: Site, *options: str) -> list[str]:
    """Run `check` and return its lines about the first episode's file, without the file's name."""
    checked = site.run("check", *options)
    assert "Traceback" not in checked.stderr
    return [line.removeprefix(f"{FILE}:") for line in checked.stdout.splitlines() if line.startswith(FILE)]


def first(show: Site, body: str, **meta: object) -> list[str]:
    """Rewrite the first episode with this body and front matter, and return the lines of `check` about it."""
    show.episode(body=body, **({"tags": ["python"], "guest": "Ann Lee", "description": "D"} | meta))
    return told(show)


def test_links_that_lead_somewhere_are_good(show: Site) -> None:
    """Links to anything that the site serves, to timestamps, headings, aliases and other sites, are no problem."""
    paths = [
        "/podcast/2-second",
        "/podcast/2-second.html",
        "/podcast/",
        "/podcast",
        "/tags/python",
        "/guests/ann-lee",
        "/about",
        "/old",
        "/was",
        "/search?q=x",
        "/",
        "/feed.xml",
        "/podcast/feed.xml",
        "/podcast/2-second#t=0:03",
        "#head",
        "#t=81",
        "#1:21",
        "2-second",
        "/audio/podcast/1-first.mp3",
        "https://x.example/y",
        "https://pod.example/about",
        "mailto:a@b.example",
        "/images/full/c.png",
        "/embed/podcast/1-first",
        "/sitemap.xml",
    ]
    body = (
        "\n".join(f"[x]({path})" for path in paths) + '\n\n# Head\n\n<a href="/about">y</a> [ref][r]\n\n[r]: /about\n'
    )
    assert first(show, body) == []


def test_links_that_lead_nowhere_are_told(show: Site) -> None:
    """Links to missing pages, files, pictures and anchors are reported with their lines and a likely target."""
    show.episode("2026-02-01-3-draft.md", draft=True)
    lines = first(
        show,
        '[a](/podcast/2-secnd)\n[b][r]\n<a href="/nowhere/at/all">c</a>\n![d](/images/full/d.png)\n[e](#none)\n[f](/podcast/3-draft)\n'
        "[g](/audio/podcast/9.mp3)\n`[h](/no)`\n\n[r]: /abuot\n\n```\n[i](/no)\n```\n",
    )
    by_line = {line.partition(" ")[0]: line for line in lines}
    start = int(min(by_line, key=lambda key: int(key.rstrip(":"))).rstrip(":"))
    assert "Did you mean /podcast/2-second?" in by_line[f"{start}:"]
    assert "'/nowhere/at/all'" in by_line[f"{start + 2}:"]
    assert "no such file in content/images" in by_line[f"{start + 3}:"]
    assert "warning: " in by_line[f"{start + 4}:"]
    assert "isn't published yet" in by_line[f"{start + 5}:"]
    assert "no such file in content/audio" in by_line[f"{start + 6}:"]
    assert "Did you mean /about?" in by_line[f"{start + 9}:"]
    assert len(lines) == 7


def test_pictures_want_words(show: Site) -> None:
    """A picture without an alternative text is a warning, unless it is marked as decorative."""
    assert (
        first(
            show,
            '![A sea](/images/full/c.png)\n![](/images/full/c.png){:role="presentation"}\n<img src="/images/full/c.png" alt="">',
        )
        == []
    )
    assert "expected words for a picture" in first(show, "![](/images/full/c.png)")[0]
    assert "expected words for a picture" in first(show, '<img src="/images/full/c.png">')[0]


def test_variables_are_guessed(show: Site) -> None:
    """An unknown Liquid variable is reported with the one that was probably meant."""
    lines = first(show, "{{ guest.twitter }}\n{% include nothing.html %}", guest_twitter="ann")
    assert "'guest.twitter'. Did you mean `page.guest_twitter`?" in lines[0]
    assert "an include" in lines[1]


def test_includes_may_do_without_a_parameter(show: Site) -> None:
    """A Liquid include may omit a parameter, which renders as nothing; a misspelt parameter is reported."""
    show.put(
        "content/includes/note.html", "{% assign mine = 1 %}<p>{{ include.text }}{{ include.caption }}{{ mine }}</p>"
    )
    assert first(show, '{% include note.html text="A" %}') == []
    show.episode(body='{% include note.html txet="A" %}', tags=["python"], guest="Ann Lee", description="D")
    assert "'include.text'. Did you mean `include.txet`?" in show.run("check").stdout


def test_each_list_has_an_order_of_its_own(show: Site) -> None:
    """Timestamps may restart in each list of the notes, nested or not; in transcripts and chapters they must ascend."""
    assert first(show, "Best of:\n\n- 0:04 -- Four\n  - 0:01 -- Within\n\nAll:\n\n- 0:01 -- One\n- 0:02 -- Two\n") == []
    chapters = [{"start": "0:03", "title": "Three"}, {"start": "0:01", "title": "One"}]
    assert "expected a time after 0:03" in first(show, "x", chapters=chapters)[0]
    cues = "WEBVTT\n\n00:03.000 --> 00:04.000\nHello.\n\n00:01.000 --> 00:02.000\nAgain.\n"
    show.put("content/transcripts/podcast/2-second.vtt", cues)
    assert "2-second.vtt:6: warning: expected a time after 0:03" in show.run("check").stdout


def test_times_that_cannot_be_are_told(show: Site) -> None:
    """Timestamps in notes, chapters or transcripts that run backwards or lie after the audio's end are reported."""
    lines = first(
        show,
        "- 0:03 -- Three\n- 0:01 -- One\n- 0:05 -- Five\n- 1:21 -- Late\n",
        chapters=[{"start": "9:00", "title": "Later"}],
    )
    assert "expected a time after 0:03, which stands before it, found 0:01" in lines[1]
    assert "expected a time within the audio, which ends at 0:06, found 1:21" in lines[2]
    assert "found 9:00" in lines[0]
    show.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n10:00.000 --> 10:01.000\nHello.\n")
    assert (
        "content/transcripts/podcast/1-first.vtt:3: warning: expected a time within the audio"
        in show.run("check").stdout
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("1-first.json", '{"chapters": [{"startTime": 3.5, "title": "A"},\n{"startTime": 1, "title": "B"},\n{"start": "9:00.5", "title": "C"}]}'),
        ("1-first.psc", '<c><chapter start="3.5" title="A"/>\n<chapter start="1" title="B"/>\n<chapter start="9:00.5" title="C"/></c>'),
        ("1.txt", "0:03.5 A\n0:01 B\n9:00.5 C\n"),
    ],
)  # fmt: skip
def test_times_in_every_form_of_chapters_are_checked(show: Site, name: str, text: str) -> None:
    """Chapters that run backwards or lie after the audio's end are reported at their line, whatever the file's form."""
    show.put(f"content/chapters/podcast/{name}", text)
    told = show.run("check").stdout
    assert f"{name}:2: warning: expected a time after 0:03, which stands before it, found 0:01." in told
    assert f"{name}:3: warning: expected a time within the audio, which ends at 0:06, found 9:00." in told


def test_late_chapters_in_lines_of_front_matter_are_told(show: Site) -> None:
    """Chapters in front matter that are lines of text are checked, and reported at their key."""
    lines = first(show, "x", chapters=["0:01 One", "9:00 Late"])
    assert lines[0] == "6: warning: expected a time within the audio, which ends at 0:06, found 9:00."


def test_tags_and_guests_of_two_spellings_are_told(show: Site) -> None:
    """Tags that differ by case or plural, and guests of nearly the same name, are reported at the rarer spelling."""
    show.episode("2026-01-04-3-third.md", title="Third", tags=["python"], show="letters")
    lines = first(show, "x", tags=["Python", "pythons"], guest="Anne Lee", guest_twitter="ann")
    assert (
        len([line for line in lines if "one spelling of the tag 'python', found 'Python' and 'pythons'" in line]) == 1
    )
    assert "one spelling of 'Ann Lee', found 'Anne Lee'. Maybe they are two people" in "\n".join(lines)
    assert first(show, "x", tags=["javascript", "js", "devops", "c", "c++"], guest="Bob Ray") == []
    show.put("content/guests/ann-lee.md", "---\nname: Ann Lee\nnames: [Anne Lee]\n---\n")
    assert first(show, "x", guest="Anne Lee") == []


def test_pictures_of_every_tag_want_words(show: Site) -> None:
    """`check` wants an alt text for the Liquid tags image, img and asset, unless they give only a picture's path."""
    body = "{% image a.png %}\n{% img a.png %}\n{% asset a.png %}\n{% asset_path a.png %}\n{% asset a.png @path %}"
    assert (
        len([line for line in first(show, f"{body}\n{{% img a.png alt='A' %}}") if "words for a picture" in line]) == 3
    )


def test_a_transcript_with_a_slip_is_published_and_told(show: Site) -> None:
    """A transcript with an upper-case extension belongs to its episode; its malformed cue is reported."""
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\nFine.\n\n00:03,000 --> soon\nLost.\n"
    show.put("content/transcripts/podcast/1-first.VTT", cues)
    (line,) = [line for line in show.run("check").stdout.splitlines() if "1-first.VTT" in line]
    assert line.startswith(
        "content/transcripts/podcast/1-first.VTT:6: warning: expected a cue with times such as 00:01:02.000"
    )


def test_drafts_are_checked_too(show: Site) -> None:
    """Drafts are checked like published episodes."""
    assert "Did you mean /about?" in first(show, "[a](/abot)", draft=True)[0]


def test_misread_text_is_mended_and_nothing_else(show: Site, mp3: Path) -> None:
    """--fix shows a diff of its corrections, writes only after consent (--yes), and changes only the shown lines."""
    path = show.root / FILE
    size = len(mp3.read_bytes())
    before = (
        b'\xef\xbb\xbf---\r\ntitle: "First"  # keep\r\ndescription: D\r\nmp3_bytes: 12 # wrong\r\nmp3_duration: "58:05"\r\n---\r\n'
        + "###### \uf8ffüìÑ References\r\n\r\n`Ã©`  \r\nlast".encode()
    )
    path.write_bytes(before)
    shown = show.run("check", "--fix")
    assert (shown.returncode, path.read_bytes()) == (0, before)
    assert "-###### \uf8ffüìÑ References\n+###### 📄 References\n" in shown.stdout.replace("\r", "")
    assert "--yes writes them" in shown.stdout
    assert show.run("check", "--fix", "--yes", "-q").returncode == 0
    after = before.replace(b"12 #", f"{size} #".encode()).replace(b'"58:05"', b'"0:06"')
    assert path.read_bytes() == after.replace("\uf8ffüìÑ".encode(), "📄".encode())
    assert show.run("check", "--fix", "--yes").stdout == "There is nothing to mend.\n"


def test_mending_keeps_what_it_does_not_mend(show: Site) -> None:
    """`check --fix` writes through symbolic links, adds no guid line to JSON front matter, and allows --fix-guids."""
    show.put("content/elsewhere.txt", "---\ntitle: schÃ¶n\n---\n")
    linked = show.root / "content/podcast/2026-01-05-3-linked.md"
    linked.symlink_to("../elsewhere.txt")
    for odd in ("2026-01-06-4-odd.md", "2026-01-06-5-loud.MD"):
        show.put(f"content/podcast/{odd}", '---\n{"title": "schÃ¶n"}\n---\n')
    shown = show.run("check", "--fix", "--fix-guids", "--yes", "-q")
    assert "Traceback" not in shown.stderr
    assert linked.is_symlink()
    assert linked.read_text("utf-8") == '---\ntitle: schön\nguid: "https://pod.example/podcast/3-linked"\n---\n'
    assert show.run("check", "--fix-guids").stdout == "There is nothing to mend.\n"
    for odd in ("2026-01-06-4-odd.md", "2026-01-06-5-loud.MD"):
        assert (show.root / "content/podcast" / odd).read_text("utf-8") == '---\n{"title": "schön"}\n---\n'


def test_a_file_that_changed_meanwhile_is_refused(show: Site) -> None:
    """A content file that its author saves while reading the diff of --fix is never overwritten."""
    show.put(FILE, "---\ntitle: schÃ¶n\n---\n")
    settings = read_settings({}, show.root)
    content = Content.of(inspect_site(settings))
    (change,) = plan_changes(content, fix=True, guids=False)
    show.put(FILE, "---\ntitle: schÃ¶ner\n---\n")
    with pytest.raises(LongwaveError, match="found another"):
        change.write(show.root)
    assert "schÃ¶ner" in (show.root / FILE).read_text("utf-8")


def test_guids_are_written_once(show: Site) -> None:
    """--fix-guids writes each episode's current guid into its front matter, once."""
    assert show.run("check", "--fix-guids", "--yes").stdout.endswith("2 files changed.\n")
    assert 'guid: "https://pod.example/podcast/1-first"\n---\n' in (show.root / FILE).read_text()
    assert show.run("check", "--fix-guids").stdout == "There is nothing to mend.\n"
    assert show.run("check").returncode == 0


def test_names_with_backslashes_are_told(show: Site, mp3: Path) -> None:
    """`check` reports a file with a backslash in its name as not served; for a path with one it suggests a slash."""
    show.put("content/images/a\\b.png", PICTURE)
    show.put("content/images/deep/c.png", PICTURE)
    show.put("content/audio/podcast/x\\y.mp3", mp3.read_bytes())
    meta = {
        "image": "a\\b.png",
        "audio": "x\\y.mp3",
        "guest": "Ann",
        "guest_avatar": "deep\\c.png",
        "alternates": ["no\\no.mp3"],
    }
    show.episode(
        "2026-05-05-9-windows.md", title="W", **meta, body="![A](/images/full/a%5Cb.png) [B](/images/full/b%5Cb.png)"
    )
    checked = show.run("check").stdout
    for expected in (
        "the picture 'a\\\\b.png' in content/images, found a file with a backslash in its name. Browsers take it for a slash",
        "the audio 'x\\\\y.mp3', found a file with a backslash in its name. Browsers",
        "the picture 'deep\\\\c.png' in content/images, found no such file. Folders end with a slash. Did you mean 'images/deep/c.png'",
        "the audio 'no\\\\no.mp3', found no such file. Put it into content/audio/podcast/",
        "found '/images/full/a%5Cb.png'. There is a file with a backslash in its name. Browsers take it for a slash",
        "found '/images/full/b%5Cb.png'. There is no such file in content/images.",
    ):
        assert expected in checked


def test_a_pipe_in_the_place_of_a_file_stops_nothing(show: Site) -> None:
    """A named pipe in the place of any content file or template is reported or ignored, and no command waits for it."""
    names = {
        *("content/site.toml", "content/theme.css", "content/podcast/2026-05-05-9-pipe.md", "content/guests/pipe.md"),
        *("content/tags/pipe.md", "content/pages/pipe.md", "content/includes/pipe.html"),
        *("content/transcripts/podcast/9-pipe.vtt", "content/chapters/podcast/9-pipe.json", "templates/home.html"),
    }
    for name in (*names, "content/audio/podcast/pipe.mp3", "content/images/pipe.png"):
        path = show.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    checked = show.run_program("check").stdout
    for name in names:
        assert re.search(
            rf"(?m)^{name}: expected a (file|Jinja template that can be read), found something ", checked
        ), name
    for command in (["check", "--fix"], ["reindex"], ["new", "episode", "Piped"]):
        done = show.run_program(*command)
        assert "Traceback" not in done.stderr, command


def test_programs_can_read_it(show: Site) -> None:
    """--format json gives each problem's file, line, level, rule and texts; --format github, escaped annotations."""
    first(show, "[a](/50%,x:y)")
    result = show.run("check", "--format", "json")
    read = json.loads(result.stdout)
    assert (result.returncode, read["errors"]) == (1, 1)
    assert {"file", "line", "level", "rule", "expected", "found", "hint"} == read["problems"][0].keys()
    annotated = show.run("check", "--format", "github").stdout
    assert re.search(
        r"^::error file=content/podcast/2026-01-02-1-first\.md,line=\d+::expected an address of the site, found '/50%25,x:y'",
        annotated,
        re.MULTILINE,
    )


def test_annotations_name_files_as_the_repository_does(show: Site) -> None:
    """GitHub's annotations have paths from the repository's root if the site is a folder within the repository."""
    first(show, "[a](/abot)")
    output = show.run("check", "--format", "github", GITHUB_WORKSPACE=str(show.root.parent)).stdout
    assert f"::error file={show.root.name}/{FILE},line=" in output


def test_a_terminal_gets_headings_and_colours(show: Site) -> None:
    """On a terminal, problems stand below their file's name as a heading; NO_COLOR removes the colours."""
    first(show, "[a](/abot)")
    shown = _on_terminal(show)
    assert re.search(rf"\x1b\[1m{FILE}\x1b\[0m\r\n +\d+  \x1b\[31merror\x1b\[0m  expected an address", shown)
    assert "\x1b[" not in _on_terminal(show, NO_COLOR="1")


def _on_terminal(site: Site, **environment: str) -> str:
    above, below = pty.openpty()
    command = [sys.executable, "-m", "longwave", "check"]
    with subprocess.Popen(
        command, cwd=site.root, stdout=below, stderr=below, env={**os.environ, **environment}
    ) as process:
        os.close(below)
        output = b""
        while True:
            try:
                part = os.read(above, 65_536)
            except OSError:
                break
            if not part:
                break
            output += part
        process.wait(30)
    os.close(above)
    return output.decode()


def test_private_addresses_are_not_asked(show: Site) -> None:
    """A link to an address in this machine's own network is reported without a request."""
    first(show, "[a](http://127.0.0.1:9/fine)")
    assert "an address of this machine's own network" in told(show, "--external")[0]
