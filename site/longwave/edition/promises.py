"""What an edition adds to the history, and which addresses it gives up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from longwave.catalogue import Catalogue
from longwave.content.sitefile import FILE as SITE_FILE
from longwave.edition.addresses import is_served, pages, target
from longwave.edition.clock import APART
from longwave.edition.contents import Contents, Source
from longwave.edition.history import Good, Known, Past
from longwave.edition.identity import Identity, marks, sounds
from longwave.edition.records import SITE, read_episode
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.model import Episode, Site


def given_up(past: Past, catalogue: Catalogue, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Tell each address that the last edition had and that would answer nothing now; ``catalogue`` has all pages."""
    for known in past.episodes.values():
        source = sources.get(known.source)
        # What can't be read is told, and stays as it was.
        if known.out and not (source and not source.record) and not _answers(catalogue, f"/{known.key}"):
            what = f"the episode at /{known.key} with the guid {known.guid}"
            yield _gone(known.source, what, f"/{known.key}", f"/{known.key.partition('/')[0]}/")
    for path, out in past.pages.items():
        if out and not _answers(catalogue, path):
            yield _gone(SITE_FILE, f"the page {path}", path, "/")


def _answers(catalogue: Catalogue, path: str) -> bool:
    return is_served(catalogue, path) or target(catalogue, path) is not None


def _gone(file: str, what: str, path: str, goal: str) -> Problem:
    hint = (
        f'Links to it find nothing. To lead them elsewhere, write "{path}" = "{goal}" below [redirects] in site.toml.'
    )
    return Problem(file, 0, f"{what}, as published", "nothing", hint, "warning", "identity")


def behind(past: Past, now: datetime) -> Problem | None:
    """Return a warning where the clock says a time before that of the last edition."""
    if past.at is None or (past.at - now).total_seconds() < APART:
        return None
    expected = f"a clock that is past {past.at:%Y-%m-%d %H:%M:%S} UTC, when the site was published last"
    hint = "Is the clock right? What is out stays out; `reindex` takes the clock for right from then on."
    return Problem("instance/published.sqlite", 0, expected, f"{now:%Y-%m-%d %H:%M:%S}", hint, "warning", "clock")


def past_of(before: Contents) -> Past:
    """Return the past as far as an edition tells it, where there is no history."""
    if not before.published:
        return Past()
    found = {}
    site = SITE.validate_json(before.meta["site"])
    for number, published in enumerate(before.published.values()):
        episode, source = read_episode(published.record), before.sources[published.source]
        # What is an alias of the episode but not of its file was kept.
        own = read_episode(source.record).aliases
        kept = tuple(alias for alias in episode.aliases if alias not in own)
        found[str(number)] = _known(site, episode, source, kept)
    return Past(found, shows=_podcasts(site), feeds=before.feeds, last={"url": before.meta["url"]})


def remembered(  # noqa: PLR0913, PLR0917 - all that is remembered
    past: Past,
    identity: Identity,
    episodes: Iterable[tuple[Episode, Source]],
    catalogue: Catalogue,
    contents: Contents,
    text: Callable[[str], str | None],
    now: datetime,
    *,
    by_hand: bool,
) -> Past:
    """Return the past as it is once ``contents`` are published; ``catalogue`` has all pages, ``text`` gives bodies."""
    kept = {number: replace(known, out=False) if known.out else known for number, known in past.episodes.items()}
    free = max(map(int, kept), default=-1) + 1
    paths = set()
    for episode, source in episodes:
        number = identity.numbers.get(source.name, "")
        if not number:
            number, free = str(free), free + 1
        was = past.episodes.get(number)
        known = _known(catalogue.site, episode, source, was.paths if was else ())
        kept[number] = was if was and was == known else known
        paths.add(episode.path)
    shows = _podcasts(catalogue.site)
    new = Past(
        episodes=kept,
        pages={**dict.fromkeys(past.pages, False), **{path: True for path in pages(catalogue) if path not in paths}},
        shows={**{slug: one for slug, one in past.shows.items() if one not in shows.values()}, **shows},
        feeds=contents.feeds,
        good=dict(_good(past, contents, text)),
        last={**past.last, "url": str(contents.meta["url"])},
    )
    if new == past and not (by_hand and behind(past, now)):
        return past
    at = now if by_hand or past.at is None else max(past.at, now)
    return replace(new, last={**new.last, "at": at.isoformat()})


def _known(site: Site, episode: Episode, source: Source, paths: tuple[str, ...]) -> Known:
    show = next(show for show in site.shows if show.slug == episode.show)
    had = tuple(dict.fromkeys((*paths, episode.path, *sounds(episode))))
    told = guid(site, show, episode)
    return Known(episode.key, source.name, told, episode.date.astimezone(UTC), had, marks(episode, source))


def _podcasts(site: Site) -> Mapping[str, str]:
    found = {show.slug: show.feed.guid or podcast_guid(site, f"/{show.slug}/feed") for show in site.shows}
    return {slug: one for slug, one in found.items() if one}


def _good(past: Past, contents: Contents, text: Callable[[str], str | None]) -> Iterator[tuple[str, Good]]:
    """Yield the last good version of each file that is broken now."""
    for source in contents.sources.values():
        if source.record and any(problem.level == "error" for problem in source.problems):
            known = past.good.get(source.name)
            body = text(source.name) if source.kind in ("episode", "page") else ""
            if body is not None:
                good = Good(source, body)
                yield source.name, known if known == good else good
            elif known:
                yield source.name, known
