"""`flask import jekyll`: a Jekyll podcast site moves in."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from longwave.cli.base_command import Command, copying, tell


@click.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The new site's folder.")
def jekyll(path: Path, folder: Path) -> None:
    """Make a site in a new folder of the Jekyll site in PATH.

    Episodes stay byte for byte as they are, every old address still answers, and the feed keeps its guids. A report
    says what was taken, and what was left and why. Nothing is ever overwritten, so it can be run again.

    \b
    Example: flask import jekyll ../old-site --into ../new-site
    """
    from longwave.moving.import_report import REPORT
    from longwave.moving.jekyll import carry_out, plan

    move = plan(path, (Path.cwd() / folder).resolve(), datetime.now(UTC))
    with copying(move.bytes) as progress:
        report = carry_out(move, progress)
    tell(report.text())
    tell(f"All of this is in {folder / REPORT}. What to do next:")
    tell(f"  cd {shlex.quote(str(folder))}")
    tell("  longwave check     # what is left to mend")
    tell("  longwave serve     # look at it: http://127.0.0.1:8080/")
