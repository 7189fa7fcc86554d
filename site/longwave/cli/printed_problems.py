"""Problems as people and programs read them: grouped on a terminal, a line each in a pipe, JSON, or for GitHub."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from longwave.cli.base_command import as_typed, is_quiet, print_info
from longwave.cli.site_folder import content_settings
from longwave.errors import Problem


def print_problems(problems: Sequence[Problem], form: str = "text", more: Mapping[str, object] | None = None) -> None:
    """Print problems as "text", "json" or "github", and their number; as "count", the number alone.

    ``more`` are further members of the object in JSON. Exits with 1 if one of the problems is an error.
    """
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    if form == "json":
        records = [asdict(problem) for problem in problems]
        click.echo(json.dumps({"errors": errors, "warnings": warnings, "problems": records, **(more or {})}, indent=1))
    elif form == "github":
        for problem in problems:
            click.echo(_annotation(problem))
    else:
        if form == "text":
            print_lines(problems)
        print_info(f"{errors} problem{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}.")
    if errors:
        raise click.exceptions.Exit(1)


def print_lines(problems: Sequence[Problem]) -> None:
    """Print a line for each problem, which begins with its file; on a terminal, each file is a heading instead."""
    lines: list[str] = []
    if not sys.stdout.isatty():
        lines += (as_typed(str(problem)) for problem in problems)
    else:
        for place, group in groupby(problems, lambda problem: problem.file):
            lines += [click.style(place, bold=True), *map(_below, group), *([] if is_quiet() else [""])]
    if lines:
        # To print thousands of lines one by one takes longer than to find the problems.
        click.echo("\n".join(lines))


def diff_in_colour(diff: str) -> str:
    """Return a unified diff with the colours of terminals."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines()
    return "\n".join(
        click.style(line, bold=True) if line[:3] in ("+++", "---") else click.style(line, fg=colours.get(line[:1]))
        for line in lines
    )


def _below(problem: Problem) -> str:
    """Return a problem's line number, level and text, for the lines below the heading of its file."""
    line = f"{problem.line:5}" if problem.line else " " * 5
    level = click.style("error", fg="red") if problem.level == "error" else click.style("warning", fg="yellow")
    return f"{line}  {level}  {as_typed(problem.text)}"


def _annotation(problem: Problem) -> str:
    """Return a problem as a workflow command of GitHub: ``::error file=content/podcast/1.md,line=3::expected …``."""
    if problem.is_in_feed:
        place = f"title={_escaped(problem.file)}"
    else:
        place = f"file={_escaped(_from_repository(problem.file))},line={max(1, problem.line)}"
    return f"::{problem.level} {place}::{problem.text.replace('%', '%25')}"


def _from_repository(file: str) -> str:
    """Return a site file's path from the top of its Git repository, of which the site may be a subfolder."""
    workspace, file_here = os.environ.get("GITHUB_WORKSPACE", ""), content_settings().root / file
    below = workspace and file_here.is_relative_to(Path(workspace).resolve())
    return file_here.relative_to(Path(workspace).resolve()).as_posix() if below else file


def _escaped(value: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(char, code)
    return value
