"""`longwave searches`: the queries that listeners search for."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from longwave.cli.base_command import Command, print_info
from longwave.cli.site_folder import settings
from longwave.errors import LongwaveError

if TYPE_CHECKING:
    from longwave.search.search_counts import SearchCount

_WIDTH = 44


@click.command(cls=Command)
@click.option(
    "--most", "limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to show of each."
)
@click.option("--forget", is_flag=True, help="Delete all counts.")
def searches(limit: int, forget: bool) -> None:
    """Show the most frequent searches, and those that found nothing. No addresses are stored.

    Example: longwave searches --most 50
    """
    from longwave.search.search_counts import SearchCounts

    here = settings()
    counts = SearchCounts(here.instance, on=here.count_searches)
    try:
        if forget:
            counts.forget()
            print_info("Every count is deleted.")
            return
        frequent, fruitless = counts.most_frequent(limit), counts.without_results(limit)
    except (sqlite3.Error, OSError) as error:
        raise LongwaveError(
            f"The counts of searches can't be read: {error}.", "Delete instance/searches.sqlite."
        ) from None
    if not counts.on:
        click.echo("Searches are not counted: LONGWAVE_COUNT_SEARCHES is off.")
    if not frequent:
        click.echo("No search was counted yet.")
        return
    _table("Most frequent", frequent)
    _table("Found nothing", fruitless)


def _table(title: str, rows: Sequence[SearchCount]) -> None:
    if not rows:
        return
    click.echo(f"\n{title:{_WIDTH}}  times  results  last\n{'-' * (_WIDTH + 28)}")
    for row in rows:
        query = row.query if len(row.query) <= _WIDTH else f"{row.query[: _WIDTH - 1]}…"
        click.echo(f"{query:{_WIDTH}}  {row.times:5}  {row.found:7}  {row.last:%Y-%m-%d}")
