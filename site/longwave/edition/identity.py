"""Which episode is which once its file has another name, and how it keeps the guid and the addresses that it had."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from longwave.content.episode import is_dated
from longwave.content.redirects import moved, spellings
from longwave.content.sitefile import FILE as SITE_FILE
from longwave.content.slugs import slugify
from longwave.edition.assembly import Assembly
from longwave.edition.contents import Source
from longwave.edition.history import Known, Past
from longwave.edition.records import digest, read_episode
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.feeds.text import plain_title
from longwave.model import Enclosure, Episode, Show

#: By what an episode is recognised under another address, the surest first.
_RANKS = ("file", "sound", "text", "title")
#: What stands for notes in which nothing is said.
_SILENT = frozenset(digest(text) for text in ("", "\n", "\n\n"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that would keep what instance/ keeps now: in front matter, or in a ``table`` of site.toml.

    Of site.toml without a table it is the heading ``key`` that becomes ``value``.
    """

    file: str
    key: str
    value: str
    table: str = ""

    def __str__(self) -> str:
        """Return the line as it would be written."""
        if self.file == SITE_FILE and not self.table:
            return f"[{self.value}] instead of [{self.key}] in site.toml"
        value = json.dumps(self.value, ensure_ascii=False)
        return f"{_toml_key(self.key)} = {value}" if self.table else f"{self.key}: {value}"


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


@dataclass(slots=True)
class Identity:
    """What became of what was published before.

    ``numbers`` are those of ``Past.episodes`` by the files of today. ``kept`` are the lines that would keep guids and
    addresses without instance/, ``lost`` tells what changes for good, once.
    """

    numbers: Mapping[str, str] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)


def marks(episode: Episode, source: Source) -> tuple[str, ...]:
    """Return what tells an episode from others, whatever its file is called."""
    when, sound = int(episode.date.timestamp()), episode.enclosure
    title = slugify(plain_title(episode))
    found = {
        "file": source.digest,
        "sound": _sound(sound) if sound else "",
        "text": f"{when} {source.text_digest}" if source.text_digest not in _SILENT else "",
        "title": f"{when} {title}" if title else "",
    }
    return tuple(f"{rank} {found[rank]}" for rank in _RANKS if found[rank])


def _sound(sound: Enclosure) -> str:
    return f"{sound.bytes} {sound.seconds}" if sound.bytes else sound.url


def recognise(past: Past, episodes: Iterable[tuple[Episode, Source]]) -> Mapping[str, str]:
    """Return the number in ``past`` of each of these episodes that was published before, by the file's name.

    It has the same address and something else in common, or something that no other has; else the same address, or the
    same file.
    """
    seen = {source.name: (episode.key, marks(episode, source)) for episode, source in episodes}
    # Of two that had one address, the one that has it still.
    at = {known.key: number for number, known in sorted(past.episodes.items(), key=lambda item: item[1].out)}
    of_file = {known.source: number for number, known in past.episodes.items()}
    mine: dict[str, str] = {}
    taken: set[str] = set()

    def claim(pairs: Iterable[tuple[str, str | None]]) -> None:
        for file, number in pairs:
            if number is not None and file not in mine and number not in taken:
                mine[file] = number
                taken.add(number)

    same = ((file, at[key], have) for file, (key, have) in seen.items() if key in at)
    claim((file, number) for file, number, have in same if not {*have}.isdisjoint(past.episodes[number].marks))
    for rank in _RANKS:
        left = {file: have for file, (_, have) in seen.items() if file not in mine}
        claim(_alike(past, left, taken, rank).items() if left else ())
    claim((file, at.get(key)) for file, (key, _) in seen.items())
    claim((file, of_file.get(file)) for file in seen)
    return mine


def _alike(past: Past, left: Mapping[str, tuple[str, ...]], taken: Collection[str], rank: str) -> dict[str, str]:
    """Return those of the files ``left`` that have a mark of one episode alone, which no other of them has."""
    known: dict[str, list[str]] = defaultdict(list)
    for number, one in past.episodes.items():
        if number not in taken:
            for mark in one.marks:
                known[mark].append(number)
    files: dict[str, list[str]] = defaultdict(list)
    for file, have in left.items():
        for mark in have:
            if mark.startswith(f"{rank} "):
                files[mark].append(file)
    found = {}
    for mark, (file, *others) in files.items():
        numbers = [number for number in known[mark] if past.episodes[number].out] or known[mark]
        if len(numbers) == 1 and not others:
            found[file] = numbers[0]
    return found


def keep(whole: Assembly, sources: Mapping[str, Source], past: Past) -> Identity:
    """Give the episodes and shows of ``whole`` the guids and addresses that they had, and say so in its problems.

    The guid that an episode's own front matter or ``guids`` in site.toml names holds all the same.
    """
    complete = {source.name: episode for episode, source, _ in whole.episodes.values()}
    files = [source for source in sources.values() if source.kind == "episode" and source.record]
    numbers = recognise(past, ((complete.get(s.name) or read_episode(s.record), s) for s in files))
    known = {file: past.episodes[number] for file, number in numbers.items() if file in complete}
    keeping = _Keeping(whole, past, known, Identity(numbers))
    keeping.shows({source.show for source in files})
    for key, (episode, source, transcript) in whole.episodes.items():
        now = keeping.episode(episode)
        if now is not episode:
            whole.episodes[key] = (now, source, transcript)
    if keeping.led.all:
        whole.site = replace(whole.site, redirects={**whole.site.redirects, **keeping.led.all})
    return keeping.identity


def sounds(episode: Episode) -> tuple[str, ...]:
    """Return the addresses on the site of an episode's own sound, in all of its forms."""
    forms = (episode.enclosure, *(alternate.enclosure for alternate in episode.alternates))
    return tuple(f"/audio/{episode.show}/{sound.file}" for sound in forms if sound and sound.here)


class _Keeping:
    """The episodes and shows of ``whole``, some of which were ``known`` (by file) before."""

    def __init__(self, whole: Assembly, past: Past, known: Mapping[str, Known], identity: Identity) -> None:
        self.whole, self.past, self.known, self.identity = whole, past, known, identity
        episodes = [episode for episode, _, _ in whole.episodes.values()]
        self.live = {path for episode in episodes for path in (episode.path, *sounds(episode))}
        self.taken = {was.guid: file for file, was in known.items()}
        self.declared = {show.slug for show in whole.site.shows if show.declared}
        #: What the owner leads elsewhere, and what is led there for the sake of the past.
        self.owner, self.led = _Redirects(whole.site.redirects), _Redirects({})

    def episode(self, episode: Episode) -> Episode:
        """Return the episode with the guid and the addresses that it had, or with a guid that no other one has."""
        site = self.whole.site
        show = next(show for show in site.shows if show.slug == episode.show)
        own, computed = episode.guid or show.guids.get(episode.slug, ""), guid(site, show, episode)
        was = self.known.get(episode.source)
        if was is None:
            return self._apart(episode, computed) if computed in self.taken and not own else episode
        if computed == was.guid and {*was.paths} <= {episode.path, *sounds(episode)}:
            return episode
        pages, files = self._moved(episode, was)
        now = replace(episode, aliases=(*episode.aliases, *pages)) if pages else episode
        if not (is_dated(episode.source) or episode.page.get("date")):
            # Its file may be as new as its name.
            now = replace(now, date=was.date)
        becomes = guid(site, show, now)
        # To a site without an address nobody could subscribe.
        was_nowhere = not self.past.last.get("url") and becomes == f"{site.url}{was.guid}"
        if becomes != was.guid and (own or was_nowhere):
            self._lose(episode, was.guid, becomes, private=was_nowhere)
        elif becomes != was.guid:
            now = replace(now, guid=was.guid)
        self._tell(episode, now, (was.guid, computed), pages, files)
        return now

    def shows(self, folders: Collection[str]) -> None:
        """Let shows keep the guid of their podcast, and lead the pages of a renamed one to its new address."""
        goals: dict[str, Counter[str]] = defaultdict(Counter)
        for episode, source, _ in self.whole.episodes.values():
            was = self.known.get(source.name)
            for old in {path.split("/")[1] for path in was.paths} - {"audio"} if was else ():
                goals[old][episode.show] += 1
        led = {old: new.most_common(1)[0][0] for old, new in goals.items() if old not in folders}
        former = {new: old for old, new in led.items() if new not in self.past.shows}
        site = self.whole.site
        shows = (self._with_guid(show, former.get(show.slug, show.slug)) for show in site.shows if show.slug not in led)
        self.whole.site = replace(site, shows=tuple(shows))
        for old, new in led.items():
            self._lead(old, new)

    def _moved(self, episode: Episode, was: Known) -> tuple[list[str], dict[str, str]]:
        """Return the former addresses of an episode's page, and those of its sound with where they lead now.

        Those that lead there by what the owner wrote are left out.
        """
        sound = episode.enclosure
        goal = (next(iter(sounds(episode)), "") if sound.here else sound.url) if sound else ""
        gone = [path for path in was.paths if path not in self.live and not self.owner.goals(path)]
        gone = [path for path in gone if not {episode.path, goal} & self.led.goals(path)]
        if was.key != episode.key and f"/{was.key}" in self.live:
            found, hint = "another episode there", "Links to it lead to the other one now."
            self._problem(self.identity.lost, episode.source, f"the address /{was.key}", found, hint)
        pages = [
            path for path in gone if not path.startswith("/audio/") and {*spellings(path)}.isdisjoint(episode.aliases)
        ]
        files = {path: goal for path in gone if path.startswith("/audio/") and goal}
        self.led.add(files)
        return pages, files

    def _tell(
        self, episode: Episode, now: Episode, guids: tuple[str, str], pages: Iterable[str], files: Mapping[str, str]
    ) -> None:
        """Say of a renamed episode what it keeps, and by which lines it would do so without history."""
        within = f"/{episode.show}/"
        lines = [Kept(episode.source, "aliases", path.removeprefix(within)) for path in pages]
        lines += [Kept(episode.source, "guid", now.guid)] if now.guid != episode.guid else []
        lines += [Kept(SITE_FILE, path, goal, "redirects") for path, goal in files.items()]
        if not lines:
            return
        was, becomes = guids
        addresses = [f"the address {path}" for path in (*pages, *files)]
        found = [*([episode.path] if pages else ()), *dict.fromkeys(files.values())]
        if was != becomes:
            addresses, found = [*addresses, f"the guid {was}"], [*found, becomes]
        self._keep(episode.source, " and ".join(addresses), " and ".join(found), lines)

    def _lose(self, episode: Episode, was: str, becomes: str, *, private: bool) -> None:
        line = Kept(episode.source, "guid", was)
        hint = f"Apps will show the episode once more. To keep it, write {line}."
        if private and not episode.guid:
            hint = f"Without url nobody could subscribe, so it changes now and never again; {line} would keep it."
        self._problem(self.identity.lost, episode.source, f"the guid {was}", becomes, hint)

    def _apart(self, episode: Episode, computed: str) -> Episode:
        """Return a new episode with another guid than that of an older one."""
        own = f"{self.whole.site.url}{episode.path}"
        own = own if own not in self.taken else f"{own}#{episode.date:%Y-%m-%d}"
        line = Kept(episode.source, "guid", own)
        hint = f"It is published as {own}. To keep that, write {line} (`check --fix` does)."
        problem = Problem(episode.source, 1, "a guid of its own", f"{computed}, that of {self.taken[computed]}", hint)
        self.whole.problems.append(replace(problem, level="warning", rule="identity"))
        self.identity.kept.append(line)
        return replace(episode, guid=own)

    def _with_guid(self, show: Show, former: str) -> Show:
        was, computed = self.past.shows.get(former, ""), podcast_guid(self.whole.site, f"/{show.slug}/feed")
        becomes = show.feed.guid or computed
        if not was or was == becomes:
            return show
        line = Kept(SITE_FILE, "podcast_guid", was, f"shows.{_toml_key(show.slug)}")
        if show.feed.guid:
            hint = f"Directories may take it for another podcast. To keep it, write {line} into [{line.table}]."
            self._problem(self.identity.lost, SITE_FILE, f"the podcast:guid {was}", becomes, hint)
            return show
        self._keep(SITE_FILE, f"the podcast:guid {was} of {show.slug}", becomes or "none", [line])
        return replace(show, feed=replace(show.feed, guid=was))

    def _lead(self, old: str, new: str) -> None:
        """Lead the pages, the feeds and the files of a show whose folder has another name now to where they are."""
        rules = {f"/{old}/": f"/{new}/", f"/{old}/{{page}}": f"/{new}/{{page}}",
                 f"/audio/{old}/{{file}}": f"/audio/{new}/{{file}}"}  # fmt: skip
        rules = {path: goal for path, goal in rules.items() if not self.owner.goals(path)}
        self.led.add(rules)
        lines = [Kept(SITE_FILE, path, goal, "redirects") for path, goal in rules.items()]
        if old in self.declared:
            lines.append(Kept(SITE_FILE, f"shows.{_toml_key(old)}", f"shows.{_toml_key(new)}"))
        if lines:
            self._keep(SITE_FILE, f"the show /{old}/ and its feed", f"/{new}/", lines)

    def _keep(self, file: str, was: str, found: str, lines: Iterable[Kept]) -> None:
        by_table: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            self.identity.kept.append(line)
            by_table[line.table].append(str(line))
        where = {table: f" below [{table}] in site.toml" if table else "" for table in by_table}
        told = "; ".join(f"{', '.join(some)}{where[table]}" for table, some in by_table.items())
        hint = f"It stays as it was while instance/ is kept; for good by {told} (`check --fix` writes it)."
        self._problem(self.whole.problems, file, was, found, hint)

    def _problem(self, found_in: list[Problem], file: str, was: str, found: str, hint: str) -> None:
        found_in.append(Problem(file, 1, f"{was}, as published", found, hint, "warning", "identity"))


class _Redirects:
    """Redirects, of which hundreds are looked through for each of hundreds of addresses."""

    def __init__(self, redirects: Mapping[str, str]) -> None:
        self.all: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        self.add(redirects)

    def add(self, redirects: Mapping[str, str]) -> None:
        """Add some."""
        self.all |= redirects
        self._patterns |= {path: goal for path, goal in redirects.items() if "{" in path}

    def goals(self, path: str) -> set[str]:
        """Return where they lead from a path, however it is written."""
        found = (self.all.get(each) or moved(self._patterns, each) for each in spellings(path))
        return {goal for goal in found if goal}
