"""`longwave search`: the results that listeners would get, and why each of them matches."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from longwave.cli.base_command import Command
from longwave.cli.site_folder import content_settings

if TYPE_CHECKING:
    from longwave.config import Settings
    from longwave.edition import Edition, Keeper
    from longwave.search.results import Hit, Results

_MARKED = re.compile("<mark>(.*?)</mark>")


@click.command(cls=Command)
@click.argument("words", nargs=-1, required=True)
@click.option("--exact", is_flag=True, help="Guess no spelling.")
@click.option("--page", default="1", help="The results are shown ten at a time.")
@click.option("--sort", default="relevance", help="relevance, newest or oldest.")
def search(words: tuple[str, ...], exact: bool, page: str, sort: str) -> None:
    """Search the published episodes; show the score of each result and why it matched.

    Example: longwave search "who said this" --sort newest
    """
    from longwave.edition import Keeper
    from longwave.errors import LongwaveError
    from longwave.search.index_reader import SearchError
    from longwave.search.query import BadQuery, read_query

    try:
        query = read_query({"q": " ".join(words), "page": page, "sort": sort, "exact": "1" if exact else ""})
    except BadQuery as error:
        raise click.UsageError(error.message) from None
    here = content_settings()
    with contextlib.closing(Keeper(here)) as keeper, contextlib.closing(_edition(here, keeper)) as edition:
        assert edition.search is not None  # noqa: S101 - _edition() returns one with its index
        try:
            results = edition.search.search(query, edition.catalogue)
        except SearchError as error:
            raise LongwaveError(
                f"expected an answer, found {error}.", "The mistake is Longwave's: please report it."
            ) from None
        first = (query.page - 1) * query.per_page
    for line in _lines(results, first):
        click.echo(line)


def _edition(here: Settings, keeper: Keeper) -> Edition:
    """Return the published edition as a server would open it, and build its search index first if it has none."""
    from longwave.edition import build_edition
    from longwave.edition.serve.edition import open_current
    from longwave.edition.store.index_folder import IndexFolder

    edition = keeper.edition()
    if edition.search and not edition.unread:
        return edition
    build_edition(here)
    return open_current(IndexFolder(here.index), here.content)


def _lines(results: Results, first: int) -> Iterator[str]:
    if results.corrected:
        yield f"Showing results for {_plain(results.corrected)}. Search instead for {_plain(results.query)}: --exact"
    pages = f", page {results.page} of {results.pages}" if results.pages > 1 else ""
    yield f"{results.total} episode{'' if results.total == 1 else 's'}{pages}."
    for rank, hit in enumerate(results.results, first + 1):
        yield from _hit_lines(rank, hit)
    if results.suggestions:
        yield f"These would find something: {', '.join(map(_plain, results.suggestions))}."


def _hit_lines(rank: int, hit: Hit) -> Iterator[str]:
    yield f"\n{rank:3}. {_styled(hit.title_html)}"
    yield f"     {hit.date[:10]}  {hit.url}  score {hit.score:.1f}"
    for reason in hit.why:
        yield f"     {_plain(reason)}"
    for moment in hit.moments:
        speaker = f"{_plain(moment.speaker)}: " if moment.speaker else ""
        language = f"[{moment.language}] " if moment.language else ""
        yield f"     {moment.label:>8}  {language}{speaker}{_styled(moment.html)}"


def _styled(marked: str) -> str:
    """Return a result's HTML as text for a terminal, with the words in ``<mark>`` in bold."""
    parts = _MARKED.split(marked)
    texts = (_plain(html.unescape(part)) for part in parts)
    return "".join(click.style(text, bold=True) if number % 2 else text for number, text in enumerate(texts))


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
