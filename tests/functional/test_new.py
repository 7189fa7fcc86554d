"""`longwave new site` and `longwave new episode`, run as programs."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import Server, Site, serving, wait_until

QUESTIONS = ("Title of the podcast", "Your name", "Public address", "Language")


@pytest.fixture
def home(tmp_path: Path) -> Site:
    """Return an empty folder, in which the commands run."""
    (tmp_path / "home").mkdir()
    return Site(tmp_path / "home")


@pytest.fixture
def started(home: Site) -> Site:
    """Return a site made by `longwave new site`."""
    made = home.run("new", "site", "my-show", "--url", "pod.example")
    assert made.returncode == 0, made.stderr
    return Site(home.root / "my-show")


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.master, other = pty.openpty()
        arguments = [sys.executable, "-m", "longwave", *command]
        self.process = subprocess.Popen(arguments, cwd=folder, stdin=other, stdout=other, stderr=other)
        os.close(other)
        self.said = ""

    def until(self, text: str) -> None:
        """Wait until the program prints ``text``; output that was read before this call doesn't count."""
        began = len(self.said)

        def said() -> bool:
            assert self._read(), f"It ended without {text!r}:\n{self.said}"
            return text in self.said[began:]

        wait_until(said)

    def until_it_waits(self) -> None:
        """Wait until the program is waiting for input."""
        wait_until(lambda: Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].startswith("S"))

    def type(self, text: str) -> None:
        """Type a line into the terminal."""
        os.write(self.master, f"{text}\n".encode())

    def end(self) -> int:
        """Wait for the program's end and return its exit code."""
        while self._read():
            pass
        os.close(self.master)
        return self.process.wait(timeout=60)

    def _read(self) -> bool:
        try:
            ready, _, _ = select.select([self.master], [], [], 60)
            piece = os.read(self.master, 4096) if ready else b""
        except OSError:  # Linux reports a closed terminal by an OSError.
            return False
        self.said += piece.decode(errors="replace")
        return bool(piece)


@pytest.fixture
def on_terminal() -> Iterator[Callable[..., Terminal]]:
    """Yield a function that starts ``longwave`` on a terminal; programs that still run are ended after the test."""
    terminals: list[Terminal] = []

    def start(folder: Path, *command: str) -> Terminal:
        terminals.append(Terminal(folder, *command))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.process.kill()
        terminal.process.wait()


@pytest.fixture
def flask() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the ``flask`` command in a folder."""

    def run(site: Site, *command: str) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "flask", *command]
        return subprocess.run(arguments, cwd=site.root, capture_output=True, text=True, timeout=60, check=False)

    return run


def tree(folder: Path) -> list[str]:
    """Return the sorted paths of a folder's files, except those in index/, instance/ and __pycache__/."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not path.startswith(("index/", "instance/", "__pycache__/")))


def test_four_questions_make_a_site(home: Site, on_terminal: Callable[..., Terminal]) -> None:
    """On a terminal `new site` asks four questions, again after an invalid answer, and the site has the answers."""
    terminal = on_terminal(home.root, "new", "site", "my-show")
    for question, answers in zip(QUESTIONS, (("Ünï 🎙",), ("Ann Lee",), ("my address", "pod.example"), ("English", "de")),
                                 strict=True):  # fmt: skip
        for answer in answers:
            terminal.until(question)
            terminal.type(answer)
    terminal.until("cd my-show")
    assert terminal.end() == 0
    assert terminal.said.count("Error: expected ") == 2
    assert "[My Show]" in terminal.said
    text = (home.root / "my-show/content/site.toml").read_text("utf-8")
    for line in ('title = "Ünï 🎙"', 'author = "Ann Lee"', 'url = "https://pod.example"', 'language = "de"'):
        assert f"\n{line}\n" in text


def test_only_what_is_not_said_is_asked(home: Site, on_terminal: Callable[..., Terminal]) -> None:
    """An option of `new site` skips its question, and Enter accepts the proposed answer."""
    terminal = on_terminal(home.root, "new", "site", "--title", "A", "--author", "B", "--url", "")
    terminal.until("Language")
    terminal.type("")
    assert terminal.end() == 0
    assert not [question for question in QUESTIONS[:3] if question in terminal.said]
    assert "cd " not in terminal.said


def test_ctrl_c_at_a_question_leaves_nothing(home: Site, on_terminal: Callable[..., Terminal]) -> None:
    """Ctrl-C at a question of `new site` leaves no folder, and exits with 130."""
    terminal = on_terminal(home.root, "new", "site", "my-show")
    terminal.until("Title of the podcast")
    terminal.type("A")
    terminal.until("Your name")
    # readline misses a signal during its setup, so the test waits first.
    terminal.until_it_waits()
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130, terminal.said
    assert "Traceback" not in terminal.said
    assert list(home.root.iterdir()) == []


def test_a_new_site_serves_at_once(started: Site, flask: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """A site made without a terminal, so without questions, serves its page; the check warns of starter text only."""
    checked = flask(started, "check")
    assert checked.returncode == 0
    assert re.fullmatch(
        r"content/podcast/\S+-hello\.md:3: warning: expected words of your own, found 'A first page, to be rewritten or "
        r"deleted\.'\. `[^`]* new site` wrote it, and everybody reads it now\.\n0 problems, 1 warning\.\n",
        checked.stdout,
    ), checked.stdout
    assert started.run("reindex").stdout.startswith("1 added")
    with serving(started.root) as server:
        assert "My Show" in server.get("/").text
        page = re.search(r'href="[^"]*(/podcast/hello)"', server.get("/podcast/").text)
        assert page is not None
        assert "longwave new episode" in server.get(page[1]).text


def test_a_site_is_never_overwritten(started: Site) -> None:
    """`new site` refuses a folder that has a site in one line, and changes nothing."""
    before = tree(started.root)
    second = started.run("new", "site")
    assert (second.returncode, second.stderr.count("\n"), second.stdout) == (1, 1, "")
    assert "expected a folder without a site" in second.stderr
    assert tree(started.root) == before


def test_the_root_of_the_environment_is_here(home: Site, tmp_path: Path) -> None:
    """`new site` without a folder writes to LONGWAVE_ROOT; with another folder it mentions that variable."""
    root = str(tmp_path / "root")
    made = home.run("new", "site", LONGWAVE_ROOT=root)
    assert (made.returncode, (tmp_path / "root/content/site.toml").is_file()) == (0, True)
    assert "unset LONGWAVE_ROOT" in home.run("new", "site", "b", LONGWAVE_ROOT=root).stdout


def test_wrong_answers_in_options(home: Site) -> None:
    """An invalid option of `new site` is reported with what was expected, and nothing is written."""
    for option, value in (("--url", "ftp://a"), ("--language", "English"), ("--title", " ")):
        made = home.run("new", "site", option, value)
        assert (made.returncode, "expected a" in made.stderr, list(home.root.iterdir())) == (2, True, [])


@pytest.fixture
def watching(started: Site) -> Iterator[Server]:
    """Yield a server of a freshly created site that watches its files (LONGWAVE_WATCH)."""
    with serving(started.root, LONGWAVE_WATCH="1") as server:
        yield server


def test_from_a_recording_to_a_page(
    started: Site,
    watching: Server,
    mp3: Path,
    flask: Callable[..., subprocess.CompletedProcess[str]],
    eventually: Callable[..., None],
) -> None:
    """`new episode` writes a draft with its audio, which is published once its line ``draft: true`` is deleted."""
    made = flask(started, "new", "episode", 'Über "{{ x }}"', "--guest", "Ann *Lee*", "--audio", str(mp3))
    assert made.returncode == 0, made.stderr
    path = started.root / made.stdout.split()[1].rstrip(":")
    assert path.name.endswith("-1-uber-x.md")
    assert "delete its line `draft: true`" in made.stdout
    assert started.run("check").returncode == 0
    assert watching.get("/podcast/1-uber-x").status == watching.get("/audio/podcast/1-uber-x.mp3").status == 404
    started.put(path.relative_to(started.root).as_posix(), re.sub(r"draft: .*\n", "", path.read_text("utf-8")))
    eventually(lambda: watching.get("/podcast/1-uber-x").status == 200)
    page = watching.get("/podcast/1-uber-x").text
    assert "What Ann *Lee* and I talk about." in page
    assert "{{ x }}" in page
    assert watching.get("/audio/podcast/1-uber-x.mp3").body == mp3.read_bytes()
    assert watching.get("/podcast/feed.xml").text.count("<enclosure") == 1
    assert started.run("check").returncode == 0


def test_a_date_ahead_and_no_draft(started: Site) -> None:
    """An episode made with --no-draft is published by the next reindex, or on its date."""
    assert started.run("new", "episode", "Now", "--no-draft").returncode == 0
    assert started.run("new", "episode", "Later", "--no-draft", "--date", "2999-01-01").returncode == 0
    assert started.run("reindex").stdout.startswith("2 added")
    assert [path.name[-6:] for path in sorted((started.root / "content/podcast").glob("*-[12]-*"))] == [
        "now.md",
        "ter.md",
    ]


def test_mistakes_are_one_line(started: Site, flask: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Each invalid use of `new episode` is reported in one line without a traceback, and nothing is written."""
    before = tree(started.root)
    mistakes = (["A", "--audio", "wsgi.py"], ["A", "--show", "x"], ["…"], [], ["A", "--date", "soon"],
                ["A", "--guest", "?"], ["A", "--audio", "content"])  # fmt: skip
    for made in (
        flask(started, "new", "episode", "A", "--audio", "none.mp3"),
        *(started.run("new", "episode", *command) for command in mistakes),
    ):
        assert (made.returncode, made.stderr.count("\n"), made.stdout) == (1, 1, ""), made.stderr
        assert "found" in made.stderr
    assert tree(started.root) == before


def test_two_runs_at_once_have_two_numbers(started: Site, mp3: Path) -> None:
    """Simultaneous runs of `new episode` make episodes with different numbers, addresses and recordings."""
    with ThreadPoolExecutor() as pool:
        made = list(pool.map(lambda title: started.run_program("new", "episode", title, "--audio", str(mp3)), "abcd"))
    assert [one.returncode for one in made] == [0] * 4
    numbers = [re.search(r"number (\d+)", one.stdout) for one in made]
    assert sorted(found[1] for found in numbers if found) == ["1", "2", "3", "4"]
    assert len(list((started.root / "content/audio/podcast").iterdir())) == 4


def test_ctrl_c_in_the_middle_of_a_big_copy(
    started: Site, tmp_path: Path, long_mp3: bytes, on_terminal: Callable[..., Terminal]
) -> None:
    """`new episode` shows the progress of copying a big recording; Ctrl-C leaves no file, and exits with 130."""
    before = tree(started.root)
    big = tmp_path / "big.mp3"
    big.write_bytes(long_mp3)
    # A sparse file takes no disk space, and the copy is stopped long before its end.
    os.truncate(big, 4_000_000_000)
    terminal = on_terminal(started.root, "new", "episode", "Big", "--audio", str(big))
    terminal.until("Copying")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130, terminal.said
    assert "nothing half-written" in terminal.said
    assert tree(started.root) == before
