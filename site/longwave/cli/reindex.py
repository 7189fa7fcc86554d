"""`longwave reindex`: build an edition of the folder, which every running server then shows."""

from __future__ import annotations

import sys

import click

from longwave.cli.base_command import Command, as_typed, is_quiet, print_info, shows_progress
from longwave.cli.site_folder import content_settings


@click.command(cls=Command)
@click.option("--full", is_flag=True, help="Read, index and render everything again, not only what changed.")
def reindex(full: bool) -> None:
    """Publish what is in the folder now; running servers change to it within two seconds.

    Example: longwave reindex --full
    """
    from longwave.edition import build_edition

    here = content_settings()
    if shows_progress():
        with click.progressbar(length=1, label="Indexing", file=sys.stderr) as bar:

            def progress(done: int, total: int) -> None:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

            report = build_edition(here, full=full, progress=progress, busy=_print_waiting, by_hand=True)
    else:
        report = build_edition(here, full=full, busy=_print_waiting, by_hand=True)
    assert report is not None  # noqa: S101 - None is for builds that don't wait for the lock
    for problem in sorted((*report.problems, *report.lost)):
        click.echo(as_typed(str(problem)), err=True)
    for line in report.withdrawals():
        print_info(line)
    if report.moved:
        old, new = (url or "no address" for url in report.moved)
        hint = "A server with another LONGWAVE_URL than this shell's stays with what it shows."
        click.echo(f"warning: the site was at {old}, and is at {new}. {hint}", err=True)
    renamed = f"{report.renamed} renamed, " if report.renamed else ""
    print_info(
        f"{report.added} added, {report.changed} changed, {renamed}{report.removed} removed, "
        f"{report.unchanged} unchanged; {report.seconds:.1f} s."
    )


def _print_waiting(pid: int) -> None:
    if not is_quiet():
        holder = f"process {pid}" if pid else "another process"
        click.echo(f"Waiting for {holder}, which is making an edition.", err=True)
