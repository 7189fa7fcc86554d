"""The identity of episodes and shows: one whose file or folder is renamed keeps its guid and its old addresses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from longwave.content.episodes.episode_file import is_dated
from longwave.content.folder import find_line
from longwave.content.site.redirects import path_spellings, redirect_target
from longwave.content.site.site_toml import SITE_FILE, toml_key
from longwave.edition.past.history import FormerEpisode, Past
from longwave.edition.past.identity_lines import IdentityLine, find_orphans
from longwave.edition.past.recognition import Traits, audio_paths, recognise, traits_of
from longwave.edition.store.edition_data import Assembly, Source
from longwave.errors import Problem
from longwave.feeds.guids import guid, podcast_guid
from longwave.memo import Memo
from longwave.model import Episode, Show
from longwave.routes import ROUTES, path_for

_AUDIO = ROUTES["audio"].prefix


@dataclass(slots=True)
class Identity:
    """The identity of each episode (its guid and addresses, also former ones), and the consequences for the site.

    ``today`` has the traits of all episodes, ``numbers`` their numbers in ``Past.episodes``, and ``guids`` the computed
    guids of the published ones, each by the current name of the episode's file. ``lines`` are lines for the owner's
    files that keep guids and addresses even without ``instance/``, and ``lost`` are warnings about guids and addresses
    that change for good.
    """

    today: Mapping[str, Traits]
    numbers: Mapping[str, str]
    guids: dict[str, str] = field(default_factory=dict)
    lines: list[IdentityLine] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)


def keep_identity(  # noqa: PLR0913, PLR0917 - present, past and two caches
    assembly: Assembly,
    sources: Mapping[str, Source],
    past: Past,
    content: Path,
    memo: Memo[Traits],
    read_episode: Callable[[str], Episode],
) -> Identity:
    """Give renamed episodes and shows in ``assembly`` their former guids and addresses, and report each as a problem.

    A guid in an episode's own front matter, or in ``guids`` of site.toml, takes precedence.
    """
    today = dict(_all_traits(assembly, sources, memo, read_episode))
    identity = Identity(today, recognise(past, today))
    out = [source.name for _, source, _ in assembly.episodes.values()]
    former = {file: past.episodes[identity.numbers[file]] for file in out if file in identity.numbers}
    keeper = _IdentityKeeper(assembly, past, former, identity)
    keeper.keep_shows({source.show for source in sources.values() if source.kind == "episode"})
    for key, (episode, source, transcript) in assembly.episodes.items():
        updated = keeper.keep_episode(episode)
        if updated is not episode:
            assembly.episodes[key] = (updated, source, transcript)
        if (was := former.get(source.name)) and was.paths != today[source.name].paths:
            keeper.report_orphans(updated, find_orphans(content, sources, was, updated, transcript))
    assembly.problems.extend(_shared_guids(assembly, identity.guids, former, content))
    if keeper.added.all:
        assembly.site = replace(assembly.site, redirects={**assembly.site.redirects, **keeper.added.all})
    return identity


def _all_traits(
    assembly: Assembly, sources: Mapping[str, Source], memo: Memo[Traits], read_episode: Callable[[str], Episode]
) -> Iterator[tuple[str, Traits]]:
    """Yield the file name and the Traits of each episode, published or not, except files whose address is taken."""
    shows = {show.slug: show for show in assembly.site.shows}
    complete = {source.name: episode for episode, source, _ in assembly.episodes.values()}
    for source in sources.values():
        if source.kind == "episode" and source.record:
            episode = complete.get(source.name) or read_episode(source.record)
            if source.name in complete or episode.key not in assembly.episodes:
                yield source.name, traits_of(assembly.site, shows[episode.show], episode, source, memo)


def _shared_guids(
    assembly: Assembly, guids: Mapping[str, str], former: Mapping[str, FormerEpisode], content: Path
) -> Iterator[Problem]:
    """Yield a problem for each episode whose guid belongs to another episode, which had it first or is older."""
    by_guid: dict[str, list[Episode]] = defaultdict(list)
    for episode, source, _ in assembly.episodes.values():
        by_guid[guids[source.name]].append(episode)
    for own, episodes in by_guid.items():
        first, *others = sorted(episodes, key=lambda each: (each.source not in former, each.date, each.source))
        for episode in others:
            line = find_line(content.parent / episode.source, r"(?m)^guid\s*:") or 1
            found, hint = f"{own}, that of {first.source}", "Apps show only one of the two. Write another one, or none."
            problem = Problem(episode.source, line, "a guid of its own", found, hint, rule="identity")
            yield replace(problem, level="warning") if episode.draft else problem


class _IdentityKeeper:
    """A keeper of the guids and addresses that the episodes and shows of ``assembly`` had in earlier editions.

    ``former`` has the record of each episode that was published before, by the current name of the episode's file.
    """

    def __init__(self, assembly: Assembly, past: Past, former: Mapping[str, FormerEpisode], identity: Identity) -> None:
        self.assembly, self.past, self.former, self.identity = assembly, past, former, identity
        out = (source.name for _, source, _ in assembly.episodes.values())
        self.live = {path for file in out for path in identity.today[file].paths}
        self.taken = {was.guid: file for file, was in former.items()}
        self.declared = {show.slug for show in assembly.site.shows if show.declared}
        #: The redirects that the owner wrote, and those that are added here for former addresses.
        self.owned, self.added = _Redirects(assembly.site.redirects), _Redirects({})

    def keep_episode(self, episode: Episode) -> Episode:
        """Return the episode with its former guid and addresses, or if it is new, with a guid that no other one has."""
        was, today = self.former.get(episode.source), self.identity.today[episode.source]
        computed = self.identity.guids[episode.source] = today.guid
        if was is not None and computed == was.guid and was.paths == today.paths:
            return episode
        site = self.assembly.site
        show = next(show for show in site.shows if show.slug == episode.show)
        own = episode.guid or show.guids.get(episode.slug, "")
        if was is None:
            return self._with_free_guid(episode, computed) if computed in self.taken and not own else episode
        pages, files = self._former_addresses(episode, was)
        updated = replace(episode, aliases=(*episode.aliases, *pages)) if pages else episode
        if not (is_dated(episode.source) or episode.page.get("date")):
            # The date of an undated episode is its file's time, which renaming may have changed.
            updated = replace(updated, date=was.date)
        becomes = guid(site, show, updated)
        # A guid may change when a site gets its first address, as nobody could subscribe to its feeds before.
        was_private = not self.past.last.get("url") and becomes == f"{site.url}{was.guid}"
        if becomes != was.guid and (own or was_private):
            self._report_lost_guid(episode, was.guid, becomes, private=was_private)
        elif becomes != was.guid:
            updated = replace(updated, guid=was.guid)
        self.identity.guids[episode.source] = guid(site, show, updated)
        self._report_kept(episode, updated, (was.guid, computed), pages, files)
        return updated

    def keep_shows(self, folders: Collection[str]) -> None:
        """Keep the guid of each show's podcast, and redirect the pages of a renamed show to its new address."""
        goals: dict[str, Counter[str]] = defaultdict(Counter)
        for episode, source, _ in self.assembly.episodes.values():
            was = self.former.get(source.name)
            if was is not None and was.paths != self.identity.today[source.name].paths:
                for old in {path.split("/")[1] for path in was.paths} - {"audio"}:
                    goals[old][episode.show] += 1
        renamed = {old: new.most_common(1)[0][0] for old, new in goals.items() if old not in folders}
        old_names = {new: old for old, new in renamed.items() if new not in self.past.shows}
        site = self.assembly.site
        shows = (
            self._with_podcast_guid(show, old_names.get(show.slug, show.slug))
            for show in site.shows
            if show.slug not in renamed
        )
        self.assembly.site = replace(site, shows=tuple(shows))
        for old, new in renamed.items():
            self._redirect_show(old, new)

    def _former_addresses(self, episode: Episode, was: FormerEpisode) -> tuple[list[str], dict[str, str]]:
        """Return the former addresses of an episode's page, and those of its audio with their current addresses.

        Addresses that the owner's own redirects lead to the episode are left out.
        """
        audio = episode.enclosure
        goal = (quote(next(iter(audio_paths(episode)), "")) if audio.here else audio.url) if audio else ""
        gone = [path for path in was.paths if path not in self.live and not self.owned.goals(path)]
        gone = [path for path in gone if not {episode.path, goal} & self.added.goals(path)]
        if was.key != episode.key and f"/{was.key}" in self.live:
            found, hint = "another episode there", "Links to it lead to the other one now."
            self._warn(self.identity.lost, episode.source, f"the address /{was.key}", found, hint)
        pages = [
            path for path in gone if not path.startswith(_AUDIO) and {*path_spellings(path)}.isdisjoint(episode.aliases)
        ]
        files = {path: goal for path in gone if path.startswith(_AUDIO) and goal}
        self.added.add(files)
        return pages, files

    def _report_kept(
        self, episode: Episode, updated: Episode, guids: tuple[str, str], pages: Iterable[str], files: Mapping[str, str]
    ) -> None:
        """Add a warning that a renamed episode keeps its guid and addresses only as long as the history exists.

        ``updated`` is ``episode`` with its former guid and addresses, and ``guids`` are the former guid and the one
        computed for the new name. ``pages`` are former paths of the page; ``files`` map those of the audio to new ones.
        """
        folder = path_for("show", show=episode.show)
        lines = [IdentityLine(episode.source, "aliases", path.removeprefix(folder)) for path in pages]
        lines += [IdentityLine(episode.source, "guid", updated.guid)] if updated.guid != episode.guid else []
        lines += [IdentityLine(SITE_FILE, path, goal, "redirects") for path, goal in files.items()]
        if not lines:
            return
        was, becomes = guids
        addresses = [f"the address {path}" for path in (*pages, *files)]
        found = [*([episode.path] if pages else ()), *dict.fromkeys(files.values())]
        if was != becomes:
            addresses, found = [*addresses, f"the guid {was}"], [*found, becomes]
        self._suggest(episode.source, " and ".join(addresses), " and ".join(found), lines)

    def _report_lost_guid(self, episode: Episode, was: str, becomes: str, *, private: bool) -> None:
        line = IdentityLine(episode.source, "guid", was)
        hint = f"Apps will show the episode once more. To keep it, write {line}."
        if private and not episode.guid:
            hint = f"Without url nobody could subscribe, so it changes now and never again; {line} would keep it."
        self._warn(self.identity.lost, episode.source, f"the guid {was}", becomes, hint)

    def _with_free_guid(self, episode: Episode, computed: str) -> Episode:
        """Return a new episode with a guid made of its address, as an older episode has the guid ``computed``."""
        own = f"{self.assembly.site.url}{episode.path}"
        own = own if own not in self.taken else f"{own}#{episode.date:%Y-%m-%d}"
        line = IdentityLine(episode.source, "guid", own)
        hint = f"It is published as {own}. To keep that, write {line} (`{self.past.fix_command}` does)."
        problem = Problem(episode.source, 1, "a guid of its own", f"{computed}, that of {self.taken[computed]}", hint)
        self.assembly.problems.append(replace(problem, level="warning", rule="identity"))
        self.identity.lines.append(line)
        self.identity.guids[episode.source] = own
        return replace(episode, guid=own)

    def report_orphans(self, episode: Episode, files: Iterable[tuple[str, str, str]]) -> None:
        """Add a warning about each of ``files``, which are no longer found for an episode because it was renamed.

        Each is a key of front matter that could name the file, the file's name, and its path below content.
        """
        for key, name, path in files:
            line = IdentityLine(episode.source, key, name)
            hint = f"Rename content/{path} like the episode, or write {line} (`{self.past.fix_command}` does)."
            self._warn(self.assembly.problems, episode.source, f"the {key} {path}", "none", hint)
            self.identity.lines.append(line)

    def _with_podcast_guid(self, show: Show, old_name: str) -> Show:
        was, computed = self.past.shows.get(old_name, ""), podcast_guid(self.assembly.site, f"/{show.slug}/feed")
        becomes = show.feed.guid or computed
        if not was or was == becomes:
            return show
        line = IdentityLine(SITE_FILE, "podcast_guid", was, f"shows.{toml_key(show.slug)}")
        if show.feed.guid:
            hint = f"Directories may take it for another podcast. To keep it, write {line} into [{line.table}]."
            self._warn(self.identity.lost, SITE_FILE, f"the podcast:guid {was}", becomes, hint)
            return show
        self._suggest(SITE_FILE, f"the podcast:guid {was} of {show.slug}", becomes or "none", [line])
        return replace(show, feed=replace(show.feed, guid=was))

    def _redirect_show(self, old: str, new: str) -> None:
        """Redirect the pages, the feeds and the files of a show whose folder was renamed from ``old`` to ``new``."""
        rules = {
            path_for("show", show=old): path_for("show", show=new),
            path_for("episode", show=old, slug="{page}"): path_for("episode", show=new, slug="{page}"),
            path_for("audio", show=old, file="{file}"): path_for("audio", show=new, file="{file}"),
        }
        rules = {path: goal for path, goal in rules.items() if not self.owned.goals(path)}
        self.added.add(rules)
        lines = [IdentityLine(SITE_FILE, path, goal, "redirects") for path, goal in rules.items()]
        if old in self.declared:
            lines.append(IdentityLine(SITE_FILE, f"shows.{toml_key(old)}", f"shows.{toml_key(new)}"))
        if lines:
            self._suggest(SITE_FILE, f"the show /{old}/ and its feed", f"/{new}/", lines)

    def _suggest(self, file: str, was: str, found: str, lines: Iterable[IdentityLine]) -> None:
        """Add a warning about ``file`` that suggests ``lines`` which keep a guid or an address without the history.

        ``was`` describes what was published (`the guid …`), ``found`` what would replace it.
        """
        by_table: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            self.identity.lines.append(line)
            by_table[line.table].append(str(line))
        places = {table: f" below [{table}] in site.toml" if table else "" for table in by_table}
        written = "; ".join(f"{', '.join(some)}{places[table]}" for table, some in by_table.items())
        command = self.past.fix_command
        hint = f"It stays as it was while instance/ is kept; for good by {written} (`{command}` writes it)."
        self._warn(self.assembly.problems, file, was, found, hint)

    def _warn(self, problems: list[Problem], file: str, was: str, found: str, hint: str) -> None:
        problems.append(Problem(file, 1, f"{was}, as published", found, hint, "warning", "identity"))


class _Redirects:
    """A collection of redirects that is fast even if hundreds of addresses are looked up."""

    def __init__(self, redirects: Mapping[str, str]) -> None:
        self.all: dict[str, str] = {}
        self._patterns: dict[str, str] = {}
        self.add(redirects)

    def add(self, redirects: Mapping[str, str]) -> None:
        """Add redirects, which map an old path or a pattern of old paths to a target."""
        self.all |= redirects
        self._patterns |= {path: goal for path, goal in redirects.items() if "{" in path}

    def goals(self, path: str) -> set[str]:
        """Return the targets to which the redirects lead from a path or its other spellings."""
        found = (self.all.get(each) or redirect_target(self._patterns, each) for each in path_spellings(path))
        return {goal for goal in found if goal}
