"""`flask import jekyll`: a Jekyll podcast site moves in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from longwave.cli.command import Command, tell
from longwave.moving.jekyll import import_jekyll
from longwave.moving.jekyll.moving import REPORT


@click.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The folder of the new site.")
def jekyll(path: Path, folder: Path) -> None:
    """Make a site in a new folder of the Jekyll site in PATH.

    Episodes stay byte for byte as they are, every old address still answers, and the feed keeps its guids. A report
    says what was taken, and what was left and why. Nothing is ever overwritten, so it can be run again.

    \b
    Example: flask import jekyll ../old-site --into ../new-site
    """
    report = import_jekyll(path, folder, datetime.now(UTC))
    tell(report.text())
    tell(f"All of it is in {folder / REPORT}. Next: go to {folder}, run `flask check`, then `flask serve`.")
