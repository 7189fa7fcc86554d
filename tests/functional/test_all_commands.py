"""Conventions of all commands."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from support import Site

import longwave
from longwave.cli import COMMANDS


def each(commands: tuple[click.Command, ...], above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its full name, subcommands too."""
    for command in commands:
        typed = f"{above} {command.name}".strip()
        if isinstance(command, click.Group):
            yield from each(tuple(command.commands.values()), typed)
        else:
            yield typed, command


ALL = dict(each(COMMANDS))


@pytest.mark.parametrize("typed", ALL)
def test_help_shows_an_example_and_quiet(site: Site, typed: str) -> None:
    """Each command's help has an example that runs as it is printed, and lists --quiet."""
    helped = site.run_program(*typed.split(), "--help")
    assert helped.returncode == 0
    assert f"{sys.executable} -m longwave {typed}" in " ".join(helped.stdout.split()).partition("Example:")[2]
    assert "--quiet" in helped.stdout


def test_longwave_is_the_command_everywhere() -> None:
    """No source, page, template or generated file says `flask <command>`, as not every shell finds flask."""
    names = "|".join(sorted({typed.split()[0] for typed in ALL}))
    command = re.compile(rf"(?<!from )flask ({names})\b")
    for folder in (Path(longwave.__file__).parent, Path(__file__).parents[2] / "templates"):
        files = (path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".toml", ".js", ".md", ".txt"))
        named = [f"{path}: {found[0]}" for path in files if (found := command.search(path.read_text("utf-8")))]
        assert named == []


def test_a_show_moves_in_where_no_site_is(tmp_path: Path) -> None:
    """`flask import` works in a folder without a Flask application."""
    helped = subprocess.run(
        [sys.executable, "-m", "flask", "import", "rss", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (helped.returncode, helped.stderr) == (0, "")


def test_wrong_arguments_exit_with_two(site: Site) -> None:
    """An unknown option is reported in one line, with exit code 2, which no fault in the content causes."""
    result = site.run_program("reindex", "--ful")
    assert result.returncode == 2
    assert "No such option" in result.stderr
    assert "Traceback" not in result.stderr


def test_quiet_prints_problems_only(site: Site) -> None:
    """With --quiet a successful command prints nothing, and a failed one still prints why."""
    site.episode()
    made = site.run_program("reindex", "--quiet")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    site.put("content/podcast/2026-01-03-bad.md", "---\ntitle: [\n---\n")
    checked = site.run_program("check", "-q")
    assert checked.returncode == 1
    assert "2026-01-03-bad.md:" in checked.stdout
    assert "problem" not in checked.stdout.splitlines()[-1]
