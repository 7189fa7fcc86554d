"""The assembly of an edition from parsed files: complete episodes at unique addresses, guests and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from longwave.catalogue import Catalogue, build_catalogue
from longwave.content.media.media_files import Media, list_examples
from longwave.content.site.site_toml import SITE_FILE
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.companion_files import Companions
from longwave.edition.build.due import is_out
from longwave.edition.build.episode_assembly import EpisodeAssembler
from longwave.edition.past.history import Past
from longwave.edition.past.recognition import marks
from longwave.edition.store.edition_data import Assembly, AudioRecord, Intake, Source
from longwave.edition.store.records import GUEST, PAGE, TAG
from longwave.errors import AWAITED, Problem
from longwave.isolation import isolated
from longwave.model import Episode, Guest, Page, Person, Site, Syndication, Tag

_Candidate = tuple[Episode, Source]


def assemble(  # noqa: PLR0913 - an assembly has this many inputs
    content: Path,
    intake: Intake,
    known: Mapping[str, AudioRecord],
    now: datetime,
    *,
    everything: bool,
    past: Past,
    cache: BuildCache,
) -> Assembly:
    """Return the episodes, guests and site published at ``now``; with ``everything``, also drafts and future episodes.

    ``intake`` is the content that was read, ``known`` has the previous edition's records of audio files, ``past`` is
    the site's history, and ``cache`` has results of earlier builds. Raises FailuresError, which lists exceptions by the
    episode's file.
    """
    assembly = Assembly(intake.site, Media(content))
    out, held_back = _candidates(intake, now, everything=everything, past=past, cache=cache)
    if not everything:
        out, held_back = _with_renamed(assembly.media, content, intake, known, out, held_back, past, cache)
    names = _holders(assembly, out, held_back, past)
    companions = Companions(content, intake.sources, (episode for episode, _ in out))
    assembler = EpisodeAssembler(assembly, content, companions, known, cache)
    own = [(episode, source) for episode, source in out if names[episode.key] == source.name]
    for (_, source), (episode, transcript) in isolated(own, _file, lambda each: assembler.publish(*each)):
        assembly.episodes[episode.key] = (episode, source, transcript)
    aside = copy(assembly)
    aside.audio = set()
    rehearsal = replace(assembler, assembly=aside)
    # Unpublished episodes are assembled as well, so that their problems are reported before they are published.
    for _ in isolated(held_back, _file, lambda each: rehearsal.complete(*each)):
        pass
    assembly.problems.extend(companions.ambiguous_files(assembly.sounds))
    assembly.problems.extend(_awaited_audio(assembly))
    planned = out + held_back if everything else held_back
    assembly.next_due = min((e.date for e, _ in planned if not e.draft and e.date > now), default=None)
    _check_page_addresses(assembly, intake)
    assembly.guests = _guests(assembler, intake)
    assembly.site = _site(assembler, intake.site)
    return assembly


def _awaited_audio(assembly: Assembly) -> Iterator[Problem]:
    """Yield a problem for each show whose audio, which the old site served, isn't all in content/audio yet."""
    for show, files in sorted(assembly.awaited.items()):
        missing = set(files)
        here = sum(name.startswith(f"{show}/") for name in assembly.sounds)
        expected = f"{here + len(missing):,} file{'s' if here + len(missing) > 1 else ''} of audio"
        hint = f"Copy {list_examples(missing)} from the old server; until then there is nothing to play."
        yield Problem(f"content/audio/{show}/", 0, expected, f"{here:,} of them", hint, rule=AWAITED)


def all_problems(intake: Intake, assembly: Assembly) -> tuple[Problem, ...]:
    """Return every problem found while reading the content files and assembling the edition, by file and line."""
    of_files = (problem for source in intake.sources.values() for problem in source.problems)
    return tuple(sorted({*intake.problems, *of_files, *assembly.problems}))


def catalogue_of(intake: Intake, assembly: Assembly) -> Catalogue:
    """Return the assembly's catalogue without plain pages, which neither the search index nor the feeds need."""
    tags = {source.name: source.record for source in intake.sources.values() if source.kind == "tag" and source.record}
    guests = {guest.slug: guest for guest in assembly.guests}
    episodes = (episode for episode, _, _ in assembly.episodes.values())
    return build_catalogue(assembly.site, episodes, read_tags(tags), guests, {})


def read_tags(records: Mapping[str, str]) -> Mapping[str, Tag]:
    """Return the tags of ``tags/*.md`` by slug; of two files for one tag, the first by name is used."""
    tags = [TAG.validate_json(record) for record in records.values()]
    return {tag.slug: tag for tag in reversed(tags)}


def page_files(shows: Iterable[str], records: Mapping[str, str]) -> Mapping[str, str]:
    """Return the names of the files of plain pages, by slug, without pages whose address belongs to one of ``shows``.

    ``records`` are JSON records of pages, by their files' names; of two files for one page, the first is used.
    """
    shows = set(shows)
    pages = {PAGE.validate_json(record).slug: name for name, record in reversed(list(records.items()))}
    return {slug: name for slug, name in pages.items() if slug not in shows}


def pages_of(intake: Intake) -> Mapping[str, Page]:
    """Return the plain pages by slug, with their text before Liquid."""
    records = {s.name: s.record for s in intake.sources.values() if s.kind == "page" and s.record}
    shows = (show.slug for show in intake.site.shows)
    return {slug: PAGE.validate_json(records[name]) for slug, name in page_files(shows, records).items()}


def _candidates(
    intake: Intake, now: datetime, *, everything: bool, past: Past, cache: BuildCache
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Return the published and the unpublished episodes, each list with the episodes' source files, by file name."""
    out: list[_Candidate] = []
    held_back: list[_Candidate] = []
    for source in sorted(intake.sources.values(), key=lambda source: source.name):
        if source.kind == "episode" and source.record:
            episode = cache.read_episode(source.record)
            (out if is_out(episode, now, everything=everything, past=past) else held_back).append((episode, source))
    return out, held_back


def _with_renamed(  # noqa: PLR0913, PLR0917 - what was read, and what is known
    media: Media,
    content: Path,
    intake: Intake,
    known: Mapping[str, AudioRecord],
    out: list[_Candidate],
    held_back: list[_Candidate],
    past: Past,
    cache: BuildCache,
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Return the lists ``out`` (published) and ``held_back``, after moving renamed published episodes into ``out``.

    An episode that was published before may be in ``held_back`` if its file was renamed and the machine's clock is
    behind the episode's date.
    """
    there = {episode.key for episode, _ in out}
    absent = {former.key: former for former in past.episodes.values() if former.out and former.key not in there}
    dates = {former.date for former in absent.values()}
    dated = [each for each in held_back if not each[0].draft and each[0].date in dates]
    if not dated:
        return out, held_back
    companions = Companions(content, intake.sources, (episode for episode, _ in (*out, *dated)))
    # This assembly only finds the audio by which episodes are recognised; the real one reports the problems later.
    assembler = EpisodeAssembler(Assembly(intake.site, media), content, companions, known, cache)
    renamed = []
    marked = isolated(dated, _file, lambda each: {*marks(assembler.complete(*each), each[1])})
    for (episode, source), own in marked:
        same = (key for key, each in absent.items() if each.date == episode.date and not own.isdisjoint(each.marks))
        if key := next(same, ""):
            del absent[key]
            renamed.append((episode, source))
    return sorted(out + renamed, key=_file), [each for each in held_back if each not in renamed]


def _holders(assembly: Assembly, out: list[_Candidate], held_back: list[_Candidate], past: Past) -> Mapping[str, str]:
    """Return the one file that has each episode key (``<show>/<slug>``); report other files with the same key."""
    names = {episode.key: source.name for episode, source in out if past.holders.get(episode.key) == source.name}
    for episode, source in out + held_back:
        first = names.setdefault(episode.key, source.name)
        if first != source.name:
            hint = "Give one of them another slug; what has the address stays, else the first by name has it."
            assembly.problems.append(Problem(source.name, 1, "an address of its own", f"that of {first}", hint))
    return names


def _file(candidate: _Candidate) -> str:
    return candidate[1].name


def _check_page_addresses(assembly: Assembly, intake: Intake) -> None:
    """Report each plain page whose address belongs to a show or to another page."""
    shows = {show.slug for show in intake.site.shows}
    taken: dict[str, str] = {}
    for source in intake.sources.values():
        if source.kind != "page" or not source.record:
            continue
        slug = PAGE.validate_json(source.record).slug
        first = taken.setdefault(slug, f"the show {slug!r}" if slug in shows else source.name)
        if first != source.name:
            hint = "Rename the file; what had the address first keeps it."
            assembly.problems.append(Problem(source.name, 1, "an address of its own", f"that of {first}", hint))


def _guests(assembler: EpisodeAssembler, intake: Intake) -> tuple[Guest, ...]:
    guests: dict[str, Guest] = {}
    for source in intake.sources.values():
        if source.kind == "guest" and source.record:
            guest = GUEST.validate_json(source.record)
            avatar = assembler.picture(source.name, guest.avatar)
            guests.setdefault(guest.slug, replace(guest, avatar=avatar))
    return tuple(guests.values())


def _site(assembler: EpisodeAssembler, site: Site) -> Site:
    """Return the site with the names of its pictures, and those of its shows and hosts, as spelt on the disk."""
    people = (*site.hosts, *(host for show in site.shows for host in show.hosts))
    named = {site.image, *(show.image for show in site.shows), *(host.image for host in people)}
    pictures = {name: assembler.picture(SITE_FILE, name) for name in named}

    def with_pictures(hosts: tuple[Person, ...]) -> tuple[Person, ...]:
        return tuple(replace(host, image=pictures[host.image]) for host in hosts)

    def with_listing(feed: Syndication, image: str) -> Syndication:
        return replace(feed, pictures=assembler.pictures(SITE_FILE, pictures[image], feed))

    shows = tuple(
        replace(
            show,
            image=pictures[show.image],
            hosts=with_pictures(show.hosts),
            feed=with_listing(show.feed, show.image),
        )
        for show in site.shows
    )
    feed = with_listing(site.feed, site.image)
    return replace(site, image=pictures[site.image], hosts=with_pictures(site.hosts), shows=shows, feed=feed)
