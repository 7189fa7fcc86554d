"""The data that the history records after a build, and warnings about former addresses that no longer work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from longwave.catalogue import Catalogue
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.addresses import is_served, pages, target
from longwave.edition.past.clock import clock_problem
from longwave.edition.past.history import FormerEpisode, LastGood, Past
from longwave.edition.past.identity import Identity
from longwave.edition.past.recognition import audio_paths, marks
from longwave.edition.store.edition_data import Contents, Source
from longwave.edition.store.records import EPISODE, SITE
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.model import Episode, Site


def broken_promises(past: Past, catalogue: Catalogue, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Yield a warning for each address of the last edition that no longer works; ``catalogue`` must have all pages."""
    published = {episode.key for episode in catalogue.episodes}
    for former in past.episodes.values():
        if not former.out or former.key in published:
            continue
        source = sources.get(former.source)
        # An episode whose file can't be read gets no warning here, as reading the file has reported a problem already.
        if not (source and not source.record) and not _responds(catalogue, f"/{former.key}"):
            subject = f"the episode at /{former.key} with the guid {former.guid}"
            yield _not_found(former.source, subject, f"/{former.key}", f"/{former.key.partition('/')[0]}/")
    for path, out in past.pages.items():
        if out and not _responds(catalogue, path):
            yield _not_found(SITE_FILE, f"the page {path}", path, "/")


def lost_url(past: Past, url: str, sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Yield a problem if site.toml named an address in the last edition and names none now (``url`` is empty)."""
    if url or not past.last.get("own_url"):
        return
    if SITE_FILE not in sources:
        yield lost_site_file(past)
    else:
        hint = "Feeds and shared links would lead to the address on which the server happens to listen."
        expected = f'url = "{past.last["own_url"]}", as published'
        yield Problem(SITE_FILE, 0, expected, "none", hint, "warning", "identity")


def lost_site_file(past: Past) -> Problem:
    """Return a problem which says that site.toml, which named the site's address, is missing."""
    expected = f"a file with the settings with which {past.last['own_url']} was published"
    hint = "Bring it back. For a site without settings, leave an empty file there."
    return Problem(SITE_FILE, 0, expected, "none", hint, rule="identity")


def _responds(catalogue: Catalogue, path: str) -> bool:
    return is_served(catalogue, path) or target(catalogue, path) is not None


def _not_found(file: str, subject: str, path: str, goal: str) -> Problem:
    hint = (
        f'Links to it find nothing. To lead them elsewhere, write "{path}" = "{goal}" below [redirects] in site.toml.'
    )
    return Problem(file, 0, f"{subject}, as published", "nothing", hint, "warning", "identity")


def past_of_edition(previous: Contents) -> Past:
    """Return the history of a site that has none recorded, made from its previous edition alone."""
    if not previous.published:
        return Past()
    episodes = {}
    site = SITE.validate_json(previous.meta["site"])
    shows = {show.slug: show for show in site.shows}
    for number, published in enumerate(previous.published.values()):
        episode, source = EPISODE.validate_json(published.record), previous.sources[published.source]
        # Any other alias of the published episode was added by a build because the episode had that address before.
        own = EPISODE.validate_json(source.record).aliases
        paths = (*(alias for alias in episode.aliases if alias not in own), episode.path, *audio_paths(episode))
        own_guid = guid(site, shows[episode.show], episode)
        episodes[str(number)] = _former(None, episode, own_guid, paths, marks(episode, source))
    return Past(
        episodes,
        shows=_podcast_guids(site),
        feeds=previous.feeds,
        last={"url": previous.meta["url"], "own_url": site.url},
    )


def past_after(  # noqa: PLR0913, PLR0917 - the past is computed from this many inputs
    past: Past,
    identity: Identity,
    episodes: Iterable[Episode],
    catalogue: Catalogue,
    contents: Contents,
    text: Callable[[str], str | None],
    now: datetime,
    *,
    trust_clock: bool,
) -> Past:
    """Return what the history has to record once ``contents`` are published.

    ``catalogue`` must have all pages, and ``text`` returns the body of a file after Liquid. The time of the last
    edition never decreases, unless ``trust_clock`` says that ``now`` is right.
    """
    published = dict(_number_episodes(past, identity, episodes))
    gone = {
        number: replace(former, out=False) if former.out else former
        for number, former in past.episodes.items()
        if number not in published
    }
    shows = _podcast_guids(catalogue.site)
    out = {episode.path for episode in catalogue.episodes}
    new = Past(
        episodes={**gone, **published},
        pages={**dict.fromkeys(past.pages, False), **{path: True for path in pages(catalogue) if path not in out}},
        shows={**{slug: own for slug, own in past.shows.items() if own not in shows.values()}, **shows},
        feeds=contents.feeds,
        good=dict(_last_good(past, contents, text)),
        last={**past.last, "url": str(contents.meta["url"]), "own_url": catalogue.site.url},
    )
    if new == past and not (trust_clock and clock_problem(past.made, now)):
        return past
    made = now if trust_clock or past.made is None else max(past.made, now)
    return replace(new, last={**new.last, "made": made.isoformat()})


def _number_episodes(
    past: Past, identity: Identity, episodes: Iterable[Episode]
) -> Iterator[tuple[str, FormerEpisode]]:
    """Yield each published episode's number (an unused one for a new episode) and its record for the history."""
    free = max(map(int, past.episodes), default=-1) + 1
    for episode in episodes:
        number = identity.numbers.get(episode.source, "")
        former = past.episodes.get(number)
        if former is None:
            number, free = str(free), free + 1
        today = identity.today[episode.source]
        yield number, _former(former, episode, identity.guids[episode.source], today.paths, today.marks)


def _former(
    former: FormerEpisode | None, episode: Episode, own_guid: str, paths: tuple[str, ...], own_marks: tuple[str, ...]
) -> FormerEpisode:
    """Return the history's new record of an episode, which is the previous record ``former`` if nothing has changed.

    ``own_guid`` is the episode's guid in the new edition, ``paths`` are its current addresses (of the page and of the
    audio), and ``own_marks`` are its ``marks`` (see ``recognition``).
    """
    if former is not None:
        paths = former.paths if former.paths == paths else tuple(dict.fromkeys((*former.paths, *paths)))
        before = former.key, former.source, former.guid, former.date, former.paths, former.marks, former.out
        if before == (episode.key, episode.source, own_guid, episode.date, paths, own_marks, True):
            return former
    return FormerEpisode(episode.key, episode.source, own_guid, episode.date.astimezone(UTC), paths, own_marks)


def _podcast_guids(site: Site) -> Mapping[str, str]:
    guids = {show.slug: show.feed.guid or podcast_guid(site, f"/{show.slug}/feed") for show in site.shows}
    return {slug: own for slug, own in guids.items() if own}


def _last_good(past: Past, contents: Contents, text: Callable[[str], str | None]) -> Iterator[tuple[str, LastGood]]:
    """Yield the name of each content file that is broken now, and the file's last valid version, for the history."""
    for source in contents.sources.values():
        if source.problems and source.record and any(problem.level == "error" for problem in source.problems):
            earlier = past.good.get(source.name)
            body = text(source.name) if source.kind in ("episode", "page") else ""
            if body is not None:
                good = LastGood(source, body)
                yield source.name, earlier if earlier == good else good
            elif earlier:
                yield source.name, earlier
