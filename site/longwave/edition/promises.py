"""What an edition adds to the history, and which addresses it gives up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from longwave.catalogue import Catalogue
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.addresses import is_served, pages, target
from longwave.edition.clock import APART
from longwave.edition.edition_data import Contents, Source
from longwave.edition.history import Good, Known, Past
from longwave.edition.identity import Identity
from longwave.edition.recognition import marks, sounds
from longwave.edition.records import SITE, read_episode
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.model import Episode, Site


def given_up(past: Past, catalogue: Catalogue, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Tell each address that the last edition had and that would answer nothing now; ``catalogue`` has all pages."""
    served = {episode.key for episode in catalogue.episodes}
    for known in past.episodes.values():
        if not known.out or known.key in served:
            continue
        source = sources.get(known.source)
        # What can't be read is told, and stays as it was.
        if not (source and not source.record) and not _answers(catalogue, f"/{known.key}"):
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


def behind(made: datetime | None, now: datetime) -> Problem | None:
    """Return a warning where the clock says a time before that at which the last edition was ``made``."""
    if made is None or (made - now).total_seconds() < APART:
        return None
    expected = f"a clock that is past {made:%Y-%m-%d %H:%M:%S} UTC, when the site was published last"
    hint = "Is the clock right? What is out stays out; `longwave reindex` takes the clock for right from then on."
    return Problem("instance/published.sqlite", 0, expected, f"{now:%Y-%m-%d %H:%M:%S}", hint, "warning", "clock")


def past_of(before: Contents) -> Past:
    """Return the past as far as an edition tells it, where there is no history."""
    if not before.published:
        return Past()
    found = {}
    site = SITE.validate_json(before.meta["site"])
    shows = {show.slug: show for show in site.shows}
    for number, published in enumerate(before.published.values()):
        episode, source = read_episode(published.record), before.sources[published.source]
        # What is an alias of the episode but not of its file was kept.
        own = read_episode(source.record).aliases
        paths = (*(alias for alias in episode.aliases if alias not in own), episode.path, *sounds(episode))
        told = guid(site, shows[episode.show], episode)
        found[str(number)] = _known(None, episode, told, paths, marks(episode, source))
    return Past(found, shows=_podcasts(site), feeds=before.feeds, last={"url": before.meta["url"]})


def remembered(  # noqa: PLR0913, PLR0917 - all that is remembered
    past: Past,
    identity: Identity,
    episodes: Iterable[Episode],
    catalogue: Catalogue,
    contents: Contents,
    text: Callable[[str], str | None],
    now: datetime,
    *,
    by_hand: bool,
) -> Past:
    """Return the past as it is once ``contents`` are published; ``catalogue`` has all pages, ``text`` gives bodies."""
    known = dict(_of_episodes(past, identity, episodes))
    gone = {number: one for number, one in past.episodes.items() if number not in known}
    shows = _podcasts(catalogue.site)
    out = {episode.path for episode in catalogue.episodes}
    new = Past(
        episodes={**{number: replace(one, out=False) if one.out else one for number, one in gone.items()}, **known},
        pages={**dict.fromkeys(past.pages, False), **{path: True for path in pages(catalogue) if path not in out}},
        shows={**{slug: one for slug, one in past.shows.items() if one not in shows.values()}, **shows},
        feeds=contents.feeds,
        good=dict(_good(past, contents, text)),
        last={**past.last, "url": str(contents.meta["url"])},
    )
    if new == past and not (by_hand and behind(past.made, now)):
        return past
    made = now if by_hand or past.made is None else max(past.made, now)
    return replace(new, last={**new.last, "made": made.isoformat()})


def _of_episodes(past: Past, identity: Identity, episodes: Iterable[Episode]) -> Iterator[tuple[str, Known]]:
    free = max(map(int, past.episodes), default=-1) + 1
    for episode in episodes:
        number = identity.numbers.get(episode.source, "")
        was = past.episodes.get(number)
        if was is None:
            number, free = str(free), free + 1
        today = identity.seen[episode.source]
        yield number, _known(was, episode, identity.guids[episode.source], today.paths, today.marks)


def _known(was: Known | None, episode: Episode, told: str, paths: tuple[str, ...], have: tuple[str, ...]) -> Known:
    """Return the episode as it is known from now on, which is ``was`` itself where nothing of it has changed."""
    if was is not None:
        paths = was.paths if was.paths == paths else tuple(dict.fromkeys((*was.paths, *paths)))
        before = was.key, was.source, was.guid, was.date, was.paths, was.marks, was.out
        if before == (episode.key, episode.source, told, episode.date, paths, have, True):
            return was
    return Known(episode.key, episode.source, told, episode.date.astimezone(UTC), paths, have)


def _podcasts(site: Site) -> Mapping[str, str]:
    found = {show.slug: show.feed.guid or podcast_guid(site, f"/{show.slug}/feed") for show in site.shows}
    return {slug: one for slug, one in found.items() if one}


def _good(past: Past, contents: Contents, text: Callable[[str], str | None]) -> Iterator[tuple[str, Good]]:
    """Yield the last good version of each file that is broken now."""
    for source in contents.sources.values():
        if source.problems and source.record and any(problem.level == "error" for problem in source.problems):
            known = past.good.get(source.name)
            body = text(source.name) if source.kind in ("episode", "page") else ""
            if body is not None:
                good = Good(source, body)
                yield source.name, known if known == good else good
            elif known:
                yield source.name, known
