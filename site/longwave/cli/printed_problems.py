"""Problems as people and programs read them: grouped on a terminal, a line each in a pipe, JSON, or for GitHub."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import click

from longwave.cli.base_command import is_quiet, tell
from longwave.cli.shell_command import as_typed
from longwave.cli.site_folder import content_settings
from longwave.errors import Problem


def print_problems(found: Sequence[Problem], form: str = "text") -> None:
    """Print them as "text", "json" or "github", and how many there are; as "count" only that.

    Exits with 1 for an error.
    """
    errors = sum(one.level == "error" for one in found)
    warnings = len(found) - errors
    if form == "json":
        click.echo(
            json.dumps({"errors": errors, "warnings": warnings, "problems": [_record(one) for one in found]}, indent=1)
        )
    elif form == "github":
        for one in found:
            click.echo(_annotation(one))
    else:
        if form == "text":
            print_lines(found)
        tell(f"{errors} problem{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}.")
    if errors:
        raise click.exceptions.Exit(1)


def print_lines(found: Sequence[Problem]) -> None:
    """One line for each; on a terminal below a heading for each file."""
    lines: list[str] = []
    if not sys.stdout.isatty():
        lines += (as_typed(str(one)) for one in found)
    else:
        for place, group in groupby(found, lambda one: one.file):
            lines += [click.style(place, bold=True), *map(_below, group), *([] if is_quiet() else [""])]
    if lines:
        # All at once: to print thousands of lines one by one takes longer than to find them.
        click.echo("\n".join(lines))


def diff_in_colour(diff: str) -> str:
    """A unified diff as terminals show it."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines()
    return "\n".join(
        click.style(line, bold=True) if line[:3] in ("+++", "---") else click.style(line, fg=colours.get(line[:1]))
        for line in lines
    )


def _below(one: Problem) -> str:
    """A problem without its place, which stands above."""
    line = f"{one.line:5}" if one.line else " " * 5
    level = click.style("error", fg="red") if one.level == "error" else click.style("warning", fg="yellow")
    return f"{line}  {level}  {as_typed(one.text)}"


def _record(one: Problem) -> dict[str, object]:
    return {
        "file": one.file,
        "line": one.line,
        "level": one.level,
        "rule": one.rule,
        "expected": one.expected,
        "found": one.found,
        "hint": one.hint,
    }


def _annotation(one: Problem) -> str:
    """A workflow command: ``::error file=content/podcast/1.md,line=3::expected …``."""
    where = (
        f"title={_escaped(one.file)}"
        if one.is_in_feed
        else f"file={_escaped(_from_repository(one.file))},line={max(1, one.line)}"
    )
    return f"::{one.level} {where}::{one.text.replace('%', '%25')}"


def _from_repository(file: str) -> str:
    """A file's name as GitHub knows it, where the site is a folder of a larger repository."""
    workspace, file_here = os.environ.get("GITHUB_WORKSPACE", ""), content_settings().root / file
    below = workspace and file_here.is_relative_to(Path(workspace).resolve())
    return file_here.relative_to(Path(workspace).resolve()).as_posix() if below else file


def _escaped(value: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(char, code)
    return value
