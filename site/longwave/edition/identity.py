"""Which episode is which once its file has another name, and how it keeps the guid and the addresses that it had."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from longwave.content.episodes.episode_file import is_dated
from longwave.content.site.redirects import moved, spellings
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.edition.assembly import Assembly
from longwave.edition.edition_data import Source
from longwave.edition.history import Known, Past
from longwave.edition.orphans import orphans
from longwave.edition.recognition import Sight, recognise, sight, sounds
from longwave.edition.records import read_episode
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.model import Episode, Show
from longwave.routes import ROUTES, path_for

_AUDIO = ROUTES["audio"].prefix


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

    By the files of today, ``seen`` are all episodes, ``numbers`` their numbers in ``Past.episodes``, and ``guids`` the
    guids of what is out. ``kept`` are the lines that would keep guids and addresses without instance/, ``lost`` tells
    what changes for good, once.
    """

    seen: Mapping[str, Sight]
    numbers: Mapping[str, str]
    guids: dict[str, str] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)


def keep(whole: Assembly, sources: Mapping[str, Source], past: Past, content: Path) -> Identity:
    """Give the episodes and shows of ``whole`` the guids and addresses that they had, and say so in its problems.

    The guid that an episode's own front matter or ``guids`` in site.toml names holds all the same.
    """
    seen = dict(_seen(whole, sources, content))
    identity = Identity(seen, recognise(past, seen))
    out = [source.name for _, source, _ in whole.episodes.values()]
    known = {file: past.episodes[identity.numbers[file]] for file in out if file in identity.numbers}
    keeping = _Keeping(whole, past, known, identity)
    keeping.shows({source.show for source in sources.values() if source.kind == "episode"})
    for key, (episode, source, transcript) in whole.episodes.items():
        now = keeping.episode(episode)
        if now is not episode:
            whole.episodes[key] = (now, source, transcript)
        if (was := known.get(source.name)) and was.paths != seen[source.name].paths:
            keeping.miss(now, orphans(content, sources, was, now, transcript))
    if keeping.led.all:
        whole.site = replace(whole.site, redirects={**whole.site.redirects, **keeping.led.all})
    return identity


def _seen(whole: Assembly, sources: Mapping[str, Source], content: Path) -> Iterator[tuple[str, Sight]]:
    """Yield the episodes of all files, unpublished ones too. Of two files with one address only one is published."""
    shows = {show.slug: show for show in whole.site.shows}
    complete = {source.name: episode for episode, source, _ in whole.episodes.values()}
    for source in sources.values():
        if source.kind == "episode" and source.record:
            episode = complete.get(source.name) or read_episode(source.record)
            if source.name in complete or episode.key not in whole.episodes:
                yield source.name, sight(content, whole.site, shows[episode.show], episode, source)


class _Keeping:
    """The episodes and shows of ``whole``, some of which were ``known`` (by file) before."""

    def __init__(self, whole: Assembly, past: Past, known: Mapping[str, Known], identity: Identity) -> None:
        self.whole, self.past, self.known, self.identity = whole, past, known, identity
        self.live = {path for _, source, _ in whole.episodes.values() for path in identity.seen[source.name].paths}
        self.taken = {was.guid: file for file, was in known.items()}
        self.declared = {show.slug for show in whole.site.shows if show.declared}
        #: What the owner leads elsewhere, and what is led there for the sake of the past.
        self.owner, self.led = _Redirects(whole.site.redirects), _Redirects({})

    def episode(self, episode: Episode) -> Episode:
        """Return the episode with the guid and the addresses that it had, or with a guid that no other one has."""
        was, today = self.known.get(episode.source), self.identity.seen[episode.source]
        computed = self.identity.guids[episode.source] = today.guid
        if was is not None and computed == was.guid and was.paths == today.paths:
            return episode
        site = self.whole.site
        show = next(show for show in site.shows if show.slug == episode.show)
        own = episode.guid or show.guids.get(episode.slug, "")
        if was is None:
            return self._apart(episode, computed) if computed in self.taken and not own else episode
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
        self.identity.guids[episode.source] = guid(site, show, now)
        self._tell(episode, now, (was.guid, computed), pages, files)
        return now

    def shows(self, folders: Collection[str]) -> None:
        """Let shows keep the guid of their podcast, and lead the pages of a renamed one to its new address."""
        goals: dict[str, Counter[str]] = defaultdict(Counter)
        for episode, source, _ in self.whole.episodes.values():
            was = self.known.get(source.name)
            if was is not None and was.paths != self.identity.seen[source.name].paths:
                for old in {path.split("/")[1] for path in was.paths} - {"audio"}:
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
        goal = (quote(next(iter(sounds(episode)), "")) if sound.here else sound.url) if sound else ""
        gone = [path for path in was.paths if path not in self.live and not self.owner.goals(path)]
        gone = [path for path in gone if not {episode.path, goal} & self.led.goals(path)]
        if was.key != episode.key and f"/{was.key}" in self.live:
            found, hint = "another episode there", "Links to it lead to the other one now."
            self._problem(self.identity.lost, episode.source, f"the address /{was.key}", found, hint)
        pages = [
            path for path in gone if not path.startswith(_AUDIO) and {*spellings(path)}.isdisjoint(episode.aliases)
        ]
        files = {path: goal for path in gone if path.startswith(_AUDIO) and goal}
        self.led.add(files)
        return pages, files

    def _tell(
        self, episode: Episode, now: Episode, guids: tuple[str, str], pages: Iterable[str], files: Mapping[str, str]
    ) -> None:
        """Say of a renamed episode what it keeps, and by which lines it would do so without history."""
        within = path_for("show", show=episode.show)
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
        hint = f"It is published as {own}. To keep that, write {line} (`longwave check --fix` does)."
        problem = Problem(episode.source, 1, "a guid of its own", f"{computed}, that of {self.taken[computed]}", hint)
        self.whole.problems.append(replace(problem, level="warning", rule="identity"))
        self.identity.kept.append(line)
        self.identity.guids[episode.source] = own
        return replace(episode, guid=own)

    def miss(self, episode: Episode, files: Iterable[tuple[str, str, str]]) -> None:
        """Say which files an episode has lost by its new name."""
        for key, name, path in files:
            line = Kept(episode.source, key, name)
            hint = f"Rename content/{path} like the episode, or write {line} (`longwave check --fix` does)."
            self._problem(self.whole.problems, episode.source, f"the {key} {path}", "none", hint)
            self.identity.kept.append(line)

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
        rules = {
            path_for("show", show=old): path_for("show", show=new),
            path_for("episode", show=old, slug="{page}"): path_for("episode", show=new, slug="{page}"),
            path_for("audio", show=old, file="{file}"): path_for("audio", show=new, file="{file}"),
        }
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
        hint = f"It stays as it was while instance/ is kept; for good by {told} (`longwave check --fix` writes it)."
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
