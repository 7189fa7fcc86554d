"""LONGWAVE_WATCH with each way in which editors and git save: a reader sees the old page or the new one, complete."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support import Server, Site, serving, wait_until

from longwave.config import read_settings
from longwave.edition import build_edition

FILE = "2026-01-02-1-first.md"


def _run(*command: str, text: str = "", cwd: Path | None = None) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    subprocess.run(command, input=text, text=True, cwd=cwd, check=True, timeout=60, capture_output=True)


def _vim(path: Path, old: str, new: str) -> None:
    _run(
        "vim",
        "-N",
        "-u",
        "NONE",
        "-es",
        "-c",
        "set backup backupcopy=no",
        "-c",
        f"%s/{old}/{new}/g",
        "-c",
        "wq",
        str(path),
    )


def _vim_in_place(path: Path, old: str, new: str) -> None:
    _run("vim", "-N", "-u", "NONE", "-es", "-c", "set backupcopy=yes", "-c", f"%s/{old}/{new}/g", "-c", "wq", str(path))


def _sed(path: Path, old: str, new: str) -> None:
    _run("sed", "-i.bak", f"s/{old}/{new}/g", str(path))


def _ed(path: Path, old: str, new: str) -> None:
    _run("ed", "-s", str(path), text=f",s/{old}/{new}/g\nw\nq\n")


def _emacs(path: Path, old: str, new: str) -> None:
    """Save as Emacs does: a lock that is a dangling symbolic link, an autosave, and the old file as a backup."""
    text = path.read_text().replace(old, new)
    lock, saved = path.with_name(f".#{path.name}"), path.with_name(f"#{path.name}#")
    lock.symlink_to("ann@machine.1234:1700000000")
    saved.write_text(text)
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text)
    lock.unlink()
    saved.unlink()


def _gnome(path: Path, old: str, new: str) -> None:
    """Save as GNOME's and KDE's programs, rsync and most others do: write a new file beside the old, and rename it."""
    beside = path.with_name(".goutputstream-ABCD12")
    beside.write_text(path.read_text().replace(old, new))
    beside.replace(path)


def _jetbrains(path: Path, old: str, new: str) -> None:
    """Save as JetBrains' "safe write" does: the old file is moved away first."""
    beside, aside = (path.with_name(f"{path.name}___jb_{what}___") for what in ("tmp", "old"))
    beside.write_text(path.read_text().replace(old, new))
    path.rename(aside)
    beside.rename(path)
    aside.unlink()


def _truncating(path: Path, old: str, new: str) -> None:
    """Save as VS Code and nano do: truncate the file, then write it, with a pause between."""
    text = path.read_text().replace(old, new)
    with path.open("w") as file:
        time.sleep(0.7)
        file.write(text)


def _without_front_matter(path: Path, old: str, new: str) -> None:
    """Save in place as over a slow network: at first the file has only a part of its front matter."""
    text = path.read_text().replace(old, new)
    with path.open("w") as file:
        file.write(text[:15])
        file.flush()
        time.sleep(0.7)
        file.write(text[15:])


EDITORS: tuple[Callable[[Path, str, str], None], ...] = (
    _vim, _vim_in_place, _sed, _ed, _emacs, _gnome, _jetbrains, _truncating, _without_front_matter,
)  # fmt: skip


@dataclass
class Seen:
    """The responses for a page, without repetitions in a row, each as its status and the words of interest in it."""

    answers: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def reading(server: Server, path: str, words: tuple[str, ...]) -> Iterator[Seen]:
    """Request a page repeatedly in a thread; record each response's status and which of the words are in it."""
    seen, over = Seen(), threading.Event()

    def read() -> None:
        while not over.is_set():
            answer = server.get(path)
            answer_seen = (answer.status, " ".join(word for word in words if word in answer.text))
            if not seen.answers or seen.answers[-1] != answer_seen:
                seen.answers.append(answer_seen)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@pytest.fixture(scope="module")
def watching(shared_site: Site) -> Iterator[Server]:
    """Yield a server with LONGWAVE_WATCH of a site with two episodes."""
    shared_site.episode(FILE, body="Beginning 0. " + "More words. " * 3000 + "\n\nEnding 0.")
    shared_site.episode("2026-01-01-2-other.md", title="Other")
    with serving(shared_site.root, LONGWAVE_WATCH="1") as server:
        yield server


@pytest.mark.parametrize("save", EDITORS, ids=lambda save: save.__name__.strip("_"))
def test_an_editor_is_followed(watching: Server, shared_site: Site, save: Callable[[Path, str, str], None]) -> None:
    """However an editor saves, a reader gets the old page or the new one, and no backup or lock becomes an episode."""
    path = shared_site.root / f"content/podcast/{FILE}"
    word_in_file = next(word for word in path.read_text().split() if word[0].isdigit() and word.endswith("."))
    old, new = f"ning {word_in_file}", f"ning {int(word_in_file[:-1]) + 1}."
    words = (f"Begin{old}", f"Begin{new}")
    with reading(watching, "/podcast/1-first", words) as seen:
        wait_until(lambda: seen.answers)
        save(path, f"\\({old[:-1]}\\)\\." if save in (_vim, _vim_in_place, _sed, _ed) else old, new)
        wait_until(lambda: seen.answers[-1] == (200, f"Begin{new}"))
    assert [answer for answer in seen.answers if answer[0] != 200] == []
    assert {said for _, said in seen.answers} <= {f"Begin{old}", f"Begin{new}"}
    assert "Ending 0." in watching.get("/podcast/1-first").text
    for left in (shared_site.root / "content/podcast").iterdir():
        if left.name not in (FILE, "2026-01-01-2-other.md"):
            left.unlink()
    wait_until(lambda: watching.get("/ready").json["problems"] == 0)
    assert watching.get("/ready").json["episodes"] == 2


def test_a_file_that_is_away_for_a_moment_is_not_deleted(site: Site) -> None:
    """An edition that is built between the two renames of an editor's save still has the episode."""
    settings = read_settings({}, site.root)
    path, aside = site.episode(FILE), site.root / "aside"
    build_edition(settings)
    for number in range(10):
        site.episode("2026-01-01-2-other.md", title=f"Title {number}")
        path.rename(aside)
        back = threading.Timer(0.02, aside.rename, (path,))
        back.start()
        report = build_edition(settings)
        back.join()
        assert report is not None
        assert report.removed == 0
    path.unlink()
    report = build_edition(settings)
    assert report is not None
    assert report.removed == 1


def git(root: Path, *command: str, check: bool = True) -> None:
    """Run a git command in this folder."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    named = ["-c", "user.name=Ann", "-c", "user.email=ann@pod.example", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *named, *command], cwd=root, check=check, timeout=60, capture_output=True)


@pytest.fixture
def branches(site: Site) -> Site:
    """Return a site in git with two branches that name half of the files differently; a checkout pauses midway."""
    site.put(".gitignore", "/index/\n/instance/\n")
    # Git writes this file by a filter program, which waits for a file called `go`.
    slow = site.put("slow", "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.05; done\nexec cat\n")
    slow.chmod(0o755)
    site.put(".gitattributes", "content/podcast/*-21-*.md filter=slow\n")
    git(site.root, "init", "--quiet", "--initial-branch=one")
    git(site.root, "config", "filter.slow.smudge", "./slow")
    git(site.root, "config", "filter.slow.clean", "cat")
    for number in range(1, 41):
        site.episode(f"2026-01-01-{number}-old.md", title=f"Title {number}", body="One.")
    git(site.root, "add", "--all")
    git(site.root, "commit", "--quiet", "--message", "One")
    git(site.root, "checkout", "--quiet", "-b", "two")
    for number in range(1, 41):
        (site.root / f"content/podcast/2026-01-01-{number}-old.md").unlink()
        site.episode(f"2026-01-01-{number}-{'new' if number % 2 else 'old'}.md", title=f"Title {number}", body="Two.")
    git(site.root, "add", "--all")
    git(site.root, "commit", "--quiet", "--message", "Two")
    site.put("go", "")
    git(site.root, "checkout", "--quiet", "one")
    (site.root / "go").unlink()
    return site


def _half_way(site: Site) -> bool:
    names = [path.name for path in (site.root / "content/podcast").iterdir()]
    return (site.root / ".git/index.lock").exists() and len(names) < 40


@pytest.mark.slow
@pytest.mark.parametrize("worktree", [False, True])
def test_half_a_checkout_is_not_published(branches: Site, tmp_path: Path, worktree: bool) -> None:
    """During a git checkout all episodes are shown as in the old branch; after it, all as in the new one."""
    root, site = branches.root, branches
    if worktree:
        git(root, "checkout", "--quiet", "--detach")
        shutil.copy(root / "slow", tmp_path / "slow")
        site.put("go", "")
        git(root, "worktree", "add", "--quiet", str(tmp_path / "tree"), "one")
        (root / "go").unlink()
        site = Site(tmp_path / "tree")
        shutil.copy(root / "slow", site.root / "slow")
    lock = next((root / ".git").glob("worktrees/*/"), root / ".git") / "index.lock"
    with serving(site.root, LONGWAVE_WATCH="1") as server:
        before = server.get("/podcast/feed.xml").text
        assert before.count("One.") == 80
        checkout = threading.Thread(target=git, args=(site.root, "checkout", "--quiet", "two"))
        checkout.start()
        wait_until(lambda: lock.exists() and len(list((site.root / "content/podcast").iterdir())) < 40)
        # Nothing shows that the server has ignored the changed files, so the test waits.
        time.sleep(2)
        assert server.get("/podcast/feed.xml").text == before
        site.put("go", "")
        checkout.join()
        wait_until(lambda: server.get("/podcast/feed.xml").text.count("Two.") == 80)
        assert "One." not in server.get("/podcast/feed.xml").text


@pytest.mark.slow
def test_a_checkout_that_was_killed_is_told(branches: Site) -> None:
    """The lock file of a killed git is reported with a remedy; changed files are published once it is deleted."""
    with serving(branches.root, LONGWAVE_WATCH="1") as server:
        with subprocess.Popen(["git", "checkout", "--quiet", "two"], cwd=branches.root) as checkout:
            wait_until(lambda: _half_way(branches))
            checkout.kill()
        output = ""
        assert server.process.stdout is not None
        for line in server.process.stdout:
            output += line
            if "index.lock" in line:
                break
        assert (
            f"{branches.root}/.git/index.lock: expected git to be done, found its lock. Delete it if no git" in output
        )
        assert server.get("/podcast/feed.xml").text.count("One.") == 80
        (branches.root / ".git/index.lock").unlink()
        branches.put("go", "")
        git(branches.root, "checkout", "--quiet", "--force", "two")
        wait_until(lambda: server.get("/podcast/feed.xml").text.count("Two.") == 80)
