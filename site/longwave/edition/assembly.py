"""What was read becomes what is published: who is out, where the audio is, and which addresses are taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from longwave.audio.locations import locate
from longwave.catalogue import Catalogue, build_catalogue
from longwave.content.fields.timestamps import SECONDS_APART, clock
from longwave.content.folder import Companion, line_of, signature
from longwave.content.media.audio_facts import read_sound
from longwave.content.media.media_files import Media
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.edition.companion_files import Companions
from longwave.edition.edition_data import Sound, Source
from longwave.edition.history import Past
from longwave.edition.intake import Intake, is_out, tag_files
from longwave.edition.memo import Again
from longwave.edition.records import CHAPTERS, FACTS, GUEST, PAGE, dump, read_episode
from longwave.errors import ContentError, Problem
from longwave.isolation import isolated
from longwave.model import Alternate, Appearance, Enclosure, Episode, Guest, Moment, Page, Person, Site

#: The episodes of the build before this one, as they were completed.
_COMPLETE, _CHAPTERED = Again[Episode](), Again[Episode]()


@dataclass(slots=True)
class Assembly:
    """What is published at one instant. ``episodes`` go by key, with their source and their transcript's file.

    The pictures of ``site``, ``guests`` and ``episodes`` are those that exist, spelt as in ``media``; so are the files
    of the episodes' audio in ``audio``, ``audio/<show>/<file>``, readable or not. ``companions`` finds the files of an
    episode by its names. ``next_due`` is when the next episode comes out.
    """

    site: Site
    media: Media
    episodes: dict[str, tuple[Episode, Source, str]] = field(default_factory=dict)
    sounds: dict[str, Sound] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    audio: set[str] = field(default_factory=set)
    next_due: datetime | None = None
    guests: tuple[Guest, ...] = ()
    companions: Companions = field(init=False)


def assemble(  # noqa: PLR0913 - what was read, and what is known
    content: Path, intake: Intake, known: Mapping[str, Sound], now: datetime, *, everything: bool, past: Past
) -> Assembly:
    """Everything that is out at ``now``, whole: audio facts read, pictures found, addresses each taken once.

    With ``everything``, drafts and future episodes are out as well; ``next_due`` says when the next one is out for all.
    Raises FailuresError, by the episodes' files.
    """
    whole = Assembly(intake.site, Media(content))
    out: list[tuple[Episode, Source]] = []
    kept_back: list[tuple[Episode, Source]] = []
    for source in sorted(intake.sources.values(), key=lambda source: source.name):
        if source.kind == "episode" and source.record:
            episode = read_episode(source.record)
            (out if is_out(episode, now, everything=everything, past=past) else kept_back).append((episode, source))
    names = {episode.key: source.name for episode, source in out if past.holders.get(episode.key) == source.name}
    for episode, source in out + kept_back:
        first = names.setdefault(episode.key, source.name)
        if first != source.name:
            hint = "Give one of them another slug; what has the address stays, else the first by name has it."
            whole.problems.append(Problem(source.name, 1, "an address of its own", f"that of {first}", hint))
    companions = whole.companions = Companions(content, intake.sources, (episode for episode, _ in out))

    def published(each: tuple[Episode, Source]) -> tuple[Episode, str]:
        complete = _complete(whole, content, *each, known)
        transcript = _companion(whole, content, companions, complete, "transcript")
        chapters = _chapters(whole, content, companions, complete)
        return _with_chapters(content, complete, each[1], chapters), transcript

    own = [(episode, source) for episode, source in out if names[episode.key] == source.name]
    for (_, source), (episode, transcript) in isolated(own, _file, published):
        whole.episodes[episode.key] = (episode, source, transcript)
    aside = copy(whole)
    aside.audio = set()
    # Whatever is wrong with one that isn't out is told before it comes out.
    for _ in isolated(kept_back, _file, lambda each: _complete(aside, content, *each, known)):
        pass
    whole.problems.extend(companions.shared(whole.sounds))
    planned = out + kept_back if everything else kept_back
    whole.next_due = min((e.date for e, _ in planned if not e.draft and e.date > now), default=None)
    _pages(whole, intake)
    whole.guests = _guests(whole, content, intake)
    whole.site = _site(whole, content, intake.site)
    return whole


def _file(each: tuple[Episode, Source]) -> str:
    return each[1].name


def _complete(whole: Assembly, content: Path, episode: Episode, source: Source, known: Mapping[str, Sound]) -> Episode:
    guests = tuple(_with_avatar(whole, content, source.name, guest) for guest in episode.guests)
    image = _picture(whole, content, source.name, episode.image or whole.companions.picture(episode))
    enclosure = _enclosure(whole, content, episode, source, known)
    alternates = tuple(_alternates(whole, content, episode, source, known))
    if (guests, image, enclosure, alternates) == (episode.guests, episode.image, episode.enclosure, episode.alternates):
        return episode
    return _COMPLETE.make(
        (content, source.name),
        (source.record, guests, image, enclosure, alternates),
        lambda: replace(episode, guests=guests, image=image, enclosure=enclosure, alternates=alternates),
    )


def _with_chapters(content: Path, episode: Episode, source: Source, chapters: tuple[Moment, ...]) -> Episode:
    if chapters == episode.chapters:
        return episode
    of = source.record, episode, chapters
    return _CHAPTERED.make((content, source.name), of, lambda: replace(episode, chapters=chapters))


def _with_avatar(whole: Assembly, content: Path, file: str, guest: Appearance) -> Appearance:
    avatar = _picture(whole, content, file, guest.avatar)
    return guest if avatar == guest.avatar else replace(guest, avatar=avatar)


def _alternates(
    whole: Assembly, content: Path, episode: Episode, source: Source, known: Mapping[str, Sound]
) -> Iterator[Alternate]:
    """The other forms of the audio that exist; the bitrate of those here is what their size and length say."""
    for alternate in episode.alternates:
        stand_in = replace(episode, enclosure=alternate.enclosure)
        found = _enclosure(whole, content, stand_in, source, known)
        if found is None:
            continue
        measured = round(found.bytes * 8 / found.seconds) if found.here and found.seconds else 0
        # A file of sound and pictures looks like one of sound by its suffix; its owner knows better.
        kind = alternate.enclosure.type if alternate.enclosure.type.startswith("video/") else found.type
        yield replace(alternate, enclosure=replace(found, type=kind), bitrate=alternate.bitrate or measured)


def _chapters(whole: Assembly, content: Path, companions: Companions, episode: Episode) -> tuple[Moment, ...]:
    """The chapters of an episode from its front matter, else its file of chapters, else its audio."""
    if episode.chapters:
        return episode.chapters
    name = _companion(whole, content, companions, episode, "chapters")
    chapters = CHAPTERS.validate_json(companions.sources[name].record) if name else ()
    if chapters or episode.enclosure is None or not episode.enclosure.here:
        return chapters
    return FACTS.validate_json(whole.sounds[f"{episode.show}/{episode.enclosure.file}"].facts).chapters


def _picture(whole: Assembly, content: Path, file: str, name: str) -> str:
    if not name or name.startswith(("https://", "http://")):
        return name
    found = whole.media.picture(name)
    if found is None:
        line = _line(content, file, re.escape(name))
        hint = "The page goes without it."
        whole.problems.append(Problem(file, line, f"the picture {name!r} in content/images", "no such file", hint))
    return found or ""


def _line(content: Path, file: str, pattern: str) -> int:
    return (file.startswith("content/") and line_of(content.parent / file, pattern)) or 1


def _enclosure(
    whole: Assembly, content: Path, episode: Episode, source: Source, known: Mapping[str, Sound]
) -> Enclosure | None:
    claimed = episode.enclosure
    if claimed is None or not claimed.file:
        return claimed
    found = whole.media.find(f"audio/{episode.show}/{claimed.file}")
    if found is None:
        show = next(show for show in whole.site.shows if show.slug == episode.show)
        claimed = whole.companions.sound(episode, show, claimed)
        found = whole.media.find(f"audio/{episode.show}/{claimed.file}")
    if found is None:
        return _absent(whole, content, episode.show, claimed, source)
    file = found.split("/", 2)[2]
    name = f"{episode.show}/{file}"
    path = locate(content, episode.show, file) or Path(content, "audio", name)
    whole.audio.add(f"audio/{name}")
    sound = whole.sounds.get(name) or _sound(name, path, known.get(name))
    whole.sounds[name] = sound
    if not sound.facts:
        whole.problems.extend(p for p in sound.problems if p not in whole.problems)
        return None
    facts = FACTS.validate_json(sound.facts)
    for key, said, real, apart in (
        ("mp3_bytes", claimed.bytes, facts.bytes, 0),
        ("mp3_duration", claimed.seconds, facts.seconds, SECONDS_APART),
    ):
        if said and real and abs(said - real) > apart:
            line = _line(content, source.name, rf"(?m)^{key}\s*:")
            told = str(real) if key == "mp3_bytes" else clock(real)
            hint = "What the file says of itself is published."
            problem = Problem(source.name, line, f"{told} as {key}, as the file has it", str(said), hint, "warning")
            whole.problems.append(problem)
    return replace(
        claimed, file=file, here=True, bytes=facts.bytes, seconds=facts.seconds or claimed.seconds, type=facts.type
    )


def _absent(whole: Assembly, content: Path, show: str, claimed: Enclosure, source: Source) -> Enclosure | None:
    """Audio that isn't here, as far as it can be offered: elsewhere, or by its claimed size."""

    def line() -> int:
        named = _line(content, source.name, re.escape(claimed.file))
        return named if named > 1 else _line(content, source.name, r"(?m)^(audio|mp3_\w+)\s*:")

    if claimed.url and not claimed.bytes:
        hint = f'Add mp3_bytes: and its size. Without sound in {show}, write audio_url = "" in [shows.{show}].'
        level: Literal["error", "warning"] = "error" if claimed.expected else "warning"
        whole.problems.append(Problem(source.name, line(), f"the size of {claimed.url}", "no mp3_bytes", hint, level))
    elif claimed.expected and not claimed.url:
        hint = f"Put it into content/audio/{show}/; until then it can't be played."
        whole.problems.append(Problem(source.name, line(), f"the audio {claimed.file!r}", "no such file", hint))
    return claimed if claimed.bytes or (claimed.url and claimed.expected) else None


def _sound(name: str, path: Path, known: Sound | None) -> Sound:
    try:
        mark = signature(path.stat())
    except OSError:
        # It has gone since its folder was listed, as its reader will say.
        mark = ""
    if known and mark and known.signature == mark:
        return known
    try:
        return Sound(name, mark, dump(FACTS, read_sound(path, f"content/audio/{name}")))
    except ContentError as error:
        return Sound(name, mark, "", (error.problem,))


def _companion(whole: Assembly, content: Path, companions: Companions, episode: Episode, kind: Companion) -> str:
    """The file of a kind that belongs to an episode: the one that its front matter names, else by slug or number."""
    named = episode.transcript if kind == "transcript" else episode.chapters_file
    if not named:
        return companions.beside(episode, kind)
    name = companions.named(episode, kind, named)
    if not name:
        line, own = _line(content, episode.source, rf"{kind}\s*:"), companions.folder(episode.show, kind)
        problem = Problem(episode.source, line, f"the {kind} {named!r}", "no such file", f"Put it into {own}/.")
        whole.problems.append(problem)
    return name if name and companions.sources[name].record else ""


def _pages(whole: Assembly, intake: Intake) -> None:
    shows = {show.slug for show in intake.site.shows}
    taken: dict[str, str] = {}
    for source in intake.sources.values():
        if source.kind != "page" or not source.record:
            continue
        slug = PAGE.validate_json(source.record).slug
        first = taken.setdefault(slug, f"the show {slug!r}" if slug in shows else source.name)
        if first != source.name:
            hint = "Rename the file; what had the address first keeps it."
            whole.problems.append(Problem(source.name, 1, "an address of its own", f"that of {first}", hint))


def _guests(whole: Assembly, content: Path, intake: Intake) -> tuple[Guest, ...]:
    guests: dict[str, Guest] = {}
    for source in intake.sources.values():
        if source.kind == "guest" and source.record:
            guest = GUEST.validate_json(source.record)
            avatar = _picture(whole, content, source.name, guest.avatar)
            guests.setdefault(guest.slug, replace(guest, avatar=avatar))
    return tuple(guests.values())


def _site(whole: Assembly, content: Path, site: Site) -> Site:
    people = (*site.hosts, *(host for show in site.shows for host in show.hosts))
    named = {site.image, *(show.image for show in site.shows), *(host.image for host in people)}
    pictures = {name: _picture(whole, content, SITE_FILE, name) for name in named}

    def seen(hosts: tuple[Person, ...]) -> tuple[Person, ...]:
        return tuple(replace(host, image=pictures[host.image]) for host in hosts)

    shows = tuple(replace(show, image=pictures[show.image], hosts=seen(show.hosts)) for show in site.shows)
    return replace(site, image=pictures[site.image], hosts=seen(site.hosts), shows=shows)


def published_pages(shows: Iterable[str], records: Mapping[str, str]) -> Mapping[str, str]:
    """The files of the plain pages that have an address of their own, by slug."""
    shows = set(shows)
    pages = {PAGE.validate_json(record).slug: name for name, record in reversed(list(records.items()))}
    return {slug: name for slug, name in pages.items() if slug not in shows}


def pages_of(intake: Intake) -> Mapping[str, Page]:
    """The plain pages that have an address of their own, by slug; their text is still Liquid."""
    records = {s.name: s.record for s in intake.sources.values() if s.kind == "page" and s.record}
    shows = (show.slug for show in intake.site.shows)
    return {slug: PAGE.validate_json(records[name]) for slug, name in published_pages(shows, records).items()}


def all_problems(intake: Intake, whole: Assembly) -> tuple[Problem, ...]:
    """Every problem of the files and of what they become together, in the order of files and lines."""
    of_files = (problem for source in intake.sources.values() for problem in source.problems)
    return tuple(sorted({*intake.problems, *of_files, *whole.problems}))


def catalogue_of(intake: Intake, whole: Assembly) -> Catalogue:
    """The catalogue as the search index and the feeds need it: without the plain pages."""
    tags = {source.name: source.record for source in intake.sources.values() if source.kind == "tag" and source.record}
    guests = {guest.slug: guest for guest in whole.guests}
    episodes = (episode for episode, _, _ in whole.episodes.values())
    return build_catalogue(whole.site, episodes, tag_files(tags), guests, {})
