"""Scanning of the content folder."""

import os
from pathlib import Path

import pytest

from longwave.content.folder import file_signature, scan_folder
from longwave.errors import LongwaveError


def put(root: Path, *names: str) -> None:
    """Create files of these names below a folder."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ntitle: A\n---\n")


def test_every_file_has_its_kind(tmp_path: Path) -> None:
    """A folder with Markdown is a show; guests, tags, pages, includes, transcripts and chapters have own folders."""
    put(
        tmp_path,
        "site.toml",
        "theme.css",
        "podcast/1-a.md",
        "guests/ann.md",
        "tags/aws.md",
        "pages/about.md",
        "includes/x.html",
        "transcripts/podcast/1-a.vtt",
        "chapters/podcast/1-a.json",
        "chapters/podcast/1-a.odt",
        "audio/podcast/1-a.mp3",
        "images/a.png",
        "notes.txt",
    )
    files, problems = scan_folder(tmp_path)
    assert problems == ()
    assert {(file.kind, file.name) for file in files} == {
        ("site", "content/site.toml"),
        ("theme", "content/theme.css"),
        ("episode", "content/podcast/1-a.md"),
        ("guest", "content/guests/ann.md"),
        ("tag", "content/tags/aws.md"),
        ("page", "content/pages/about.md"),
        ("include", "content/includes/x.html"),
        ("transcript", "content/transcripts/podcast/1-a.vtt"),
        ("chapters", "content/chapters/podcast/1-a.json"),
    }


def test_hidden_files_and_drafts_of_editors_are_no_content(tmp_path: Path) -> None:
    """Files whose names begin with a dot, an underscore or a #, or end in ~, are ignored."""
    put(tmp_path, "podcast/.a.md", "podcast/_b.md", "podcast/#c.md", "podcast/d.md~", "_drafts/e.md", "podcast/f.md")
    files, problems = scan_folder(tmp_path)
    assert ([file.name for file in files], problems) == (["content/podcast/f.md"], ())


def test_a_link_may_not_leave_the_folder(tmp_path: Path) -> None:
    """A symbolic link out of the content folder is a problem and isn't followed; a link within it is a normal file."""
    put(tmp_path, "outside/secret.md", "content/podcast/a.md")
    (tmp_path / "content/podcast/b.md").symlink_to(tmp_path / "outside/secret.md")
    (tmp_path / "content/podcast/c.md").symlink_to("a.md")
    (tmp_path / "content/other").symlink_to(tmp_path / "outside")
    (tmp_path / "content/podcast/d.md").symlink_to("nowhere")
    files, problems = scan_folder(tmp_path / "content")
    assert [file.name for file in files] == ["content/podcast/a.md", "content/podcast/c.md"]
    assert {problem.file for problem in problems} == {"content/other", "content/podcast/b.md", "content/podcast/d.md"}


def test_a_link_to_itself_costs_only_itself(tmp_path: Path) -> None:
    """A symbolic link to itself is neither folder nor file, whatever its name and place."""
    put(tmp_path, "podcast/a.md")
    for name in ("loop", "loop.md", "podcast/loop", "podcast/loop.md", "podcast/_drafts", "tags", "transcripts"):
        (tmp_path / name).symlink_to(tmp_path / name)
    files, problems = scan_folder(tmp_path)
    assert [file.name for file in files] == ["content/podcast/a.md"]
    assert [problem.file for problem in problems] == ["content/podcast/loop.md"]


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    """A named pipe with an episode's name is reported, not read."""
    put(tmp_path, "podcast/a.md")
    os.mkfifo(tmp_path / "podcast/b.md")
    files, problems = scan_folder(tmp_path)
    assert [file.name for file in files] == ["content/podcast/a.md"]
    assert problems[0].file == "content/podcast/b.md"


def test_a_show_may_not_take_an_address_of_longwave(tmp_path: Path) -> None:
    """A show whose folder is named like a route, or unfit for an address, is a problem."""
    put(tmp_path, "static/a.md", "my show/a.md", "ok/a.md")
    files, problems = scan_folder(tmp_path)
    assert [file.show for file in files] == ["ok"]
    assert {problem.file for problem in problems} == {"content/static", "content/my show"}


def test_a_file_that_was_just_written_is_not_trusted(tmp_path: Path) -> None:
    """A file just written has no signature (which reveals changes), as its next change may have the same time."""
    put(tmp_path, "a.md")
    assert file_signature((tmp_path / "a.md").stat()) == ""
    os.utime(tmp_path / "a.md", (1, 1))


def test_no_folder_is_not_an_empty_one(tmp_path: Path) -> None:
    """A missing content folder is an error; an empty one has no files."""
    with pytest.raises(LongwaveError, match="content: expected a folder, found none"):
        scan_folder(tmp_path / "content")
    assert scan_folder(tmp_path) == ((), ())


def test_drafts_and_snippets_may_lie_deeper(tmp_path: Path) -> None:
    """Files in a show's _drafts are its episodes, even if it has no others; includes may lie in subfolders."""
    put(tmp_path, "podcast/a.md", "podcast/_drafts/b.md", "soon/_drafts/c.md", "includes/x/y/z.html")
    (tmp_path / "includes/x/again").symlink_to(tmp_path / "includes")
    files, problems = scan_folder(tmp_path)
    assert problems == ()
    assert [(file.kind, file.name, file.show) for file in files] == [
        ("include", "content/includes/x/y/z.html", ""),
        ("episode", "content/podcast/a.md", "podcast"),
        ("episode", "content/podcast/_drafts/b.md", "podcast"),
        ("episode", "content/soon/_drafts/c.md", "soon"),
    ]


def test_episodes_that_lie_too_deep_are_told(tmp_path: Path) -> None:
    """Markdown in a folder below a show is reported; drafts, ignored names and other
    files aren't.
    """
    put(
        tmp_path,
        "podcast/a.md",
        "podcast/2024/b.md",
        "podcast/2025/01/c.MD",
        "podcast/_old/d.md",
        "podcast/_drafts/e/f.md",
    )
    put(tmp_path, "podcast/files/g.pdf", "podcast/.git/h.md", "podcast/x/_i.md", "sorted/2024/j.md", "pages/k/l.md")
    (tmp_path / "podcast/again").symlink_to(tmp_path / "podcast")
    files, problems = scan_folder(tmp_path)
    assert [file.name for file in files] == ["content/podcast/a.md"]
    folders = [f"content/{name}" for name in ("podcast/2024", "podcast/2025/01", "podcast/again", "sorted/2024")]
    assert [(problem.file, problem.level) for problem in problems] == [(folder, "warning") for folder in folders]
