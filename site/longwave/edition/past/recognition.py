"""Recognition of episodes whose files have been renamed, by marks such as the audio, the text or the title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from longwave.content.text.plain_text import slugify
from longwave.edition.past.history import Past
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import digest
from longwave.feeds.guids import guid
from longwave.feeds.text import plain_title
from longwave.memo import Memo
from longwave.model import Enclosure, Episode, Show, Site
from longwave.routes import path_for

#: The kinds of marks by which episodes are recognised, from the most to the least reliable.
_KINDS = ("file", "sound", "text", "title")
#: The digests of empty notes, which can't identify an episode.
_EMPTY = frozenset(digest(text) for text in ("", "\n", "\n\n"))


@dataclass(frozen=True, slots=True)
class Traits:
    """The features by which an episode is recognised after its file was renamed, computed from its current file.

    ``marks`` identify the episode by its audio, text and title (see ``marks``). ``paths`` are the addresses of its page
    and its audio.
    """

    key: str
    guid: str
    paths: tuple[str, ...]
    marks: tuple[str, ...]


def traits_of(site: Site, show: Show, episode: Episode, source: Source, memo: Memo[Traits]) -> Traits:
    """Return the Traits of an episode; ``memo`` has those of the previous build, reused if nothing has changed."""

    def make() -> Traits:
        paths = (episode.path, *audio_paths(episode))
        return Traits(episode.key, guid(site, show, episode), paths, marks(episode, source))

    inputs = episode, source.digest, source.text_digest, site.url, show.guid, show.guids
    return memo.get(source.name, inputs, make)


def audio_paths(episode: Episode) -> tuple[str, ...]:
    """Return the paths on the site of an episode's audio files: the enclosure's and those of its alternates."""
    forms = (episode.enclosure, *(form for each in episode.alternates for form in (each.enclosure, *each.sources)))
    found = tuple(form for form in forms if form and form.here)
    usual = (path_for("audio", show=episode.show, file=form.file) for form in found)
    return (*(form.path for form in found if form.path), *usual)


def marks(episode: Episode, source: Source) -> tuple[str, ...]:
    """Return texts that identify an episode: its file's digest, its audio, and its text and title with the date."""
    date, enclosure = int(episode.date.timestamp()), episode.enclosure
    title = slugify(plain_title(episode))
    by_kind = {
        "file": source.digest,
        "sound": _audio_mark(enclosure) if enclosure else "",
        "text": f"{date} {source.text_digest}" if source.text_digest not in _EMPTY else "",
        "title": f"{date} {title}" if title else "",
    }
    return tuple(f"{kind} {by_kind[kind]}" for kind in _KINDS if by_kind[kind])


def _audio_mark(enclosure: Enclosure) -> str:
    return f"{enclosure.bytes} {enclosure.seconds}" if enclosure.bytes else enclosure.url


def recognise(past: Past, today: Mapping[str, Traits]) -> Mapping[str, str]:
    """Return the key in ``past.episodes`` of each episode that was published before, by the current name of its file.

    An episode is recognised by its address together with one equal trait (its audio, its title and date...), else by a
    trait that no other episode has, else by its address alone, else by its file's name.
    """
    # Episodes of the last edition are added second, to take precedence over withdrawn ones with the same address.
    numbers = {former.key: number for number, former in past.episodes.items() if not former.out}
    numbers |= {former.key: number for number, former in past.episodes.items() if former.out}
    recognised: dict[str, str] = {}
    taken: set[str] = set()

    def claim(pairs: Iterable[tuple[str, str | None]]) -> None:
        for file, number in pairs:
            if number is not None and file not in recognised and number not in taken:
                recognised[file] = number
                taken.add(number)

    at_address = ((file, numbers[traits.key], traits.marks) for file, traits in today.items() if traits.key in numbers)
    claim((file, number) for file, number, own in at_address if _overlap(own, past.episodes[number].marks))
    if unrecognised := {file: traits for file, traits in today.items() if file not in recognised}:
        for kind in _KINDS:
            marked = {file: traits.marks for file, traits in unrecognised.items() if file not in recognised}
            claim(_with_unique_mark(past, marked, taken, kind).items())
        claim((file, numbers.get(traits.key)) for file, traits in unrecognised.items())
        by_file = {former.source: number for number, former in past.episodes.items()}
        claim((file, by_file.get(file)) for file in unrecognised)
    return recognised


def _overlap(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return some == others or not {*some}.isdisjoint(others)


def _with_unique_mark(
    past: Past, left: Mapping[str, tuple[str, ...]], taken: Collection[str], kind: str
) -> dict[str, str]:
    """Return the number in ``past.episodes`` of each file's episode that a mark of one ``kind`` identifies uniquely.

    ``left`` has the marks (see ``marks``) of each file that isn't recognised yet, and ``taken`` the numbers of episodes
    whose files are known. A mark of two files identifies neither; nor does a mark of two former episodes, unless just
    one of them is in the last edition.
    """
    former: dict[str, list[str]] = defaultdict(list)
    for number, episode in past.episodes.items():
        if number not in taken:
            for mark in episode.marks:
                former[mark].append(number)
    files: dict[str, list[str]] = defaultdict(list)
    for file, own in left.items():
        for mark in own:
            if mark.startswith(f"{kind} "):
                files[mark].append(file)
    unique = {}
    for mark, (file, *others) in files.items():
        numbers = [number for number in former[mark] if past.episodes[number].out] or former[mark]
        if len(numbers) == 1 and not others:
            unique[file] = numbers[0]
    return unique
