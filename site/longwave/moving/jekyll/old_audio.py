"""The plan for audio: files of the old site, files that its server had beside it, and addresses on other hosts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from longwave.authoring.inventory import FIRST_SHOW
from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.moving.import_report import Imported, Omission, Report, Task
from longwave.moving.jekyll.awaited_audio import copying_task
from longwave.moving.jekyll.import_parts import ImportPart, NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed, path_on_old_site
from longwave.moving.jekyll.old_media import is_hidden
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.show_patterns import common_pattern, file_name_pattern
from longwave.moving.jekyll.sound_keys import AUDIO_SUFFIXES, KeyedSound, sounds_of
from longwave.moving.jekyll.tracked_addresses import untracked
from longwave.moving.rss.feed_enclosures import FeedEnclosure
from longwave.moving.rss.feed_items import Item
from longwave.routes import ROUTES, path_for

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class OldSound:
    """A post's sound on the old site.

    ``url`` is its address on another host, or else its path on the old site, where its feed stated one. ``file`` is its
    name below the show's folder in content/audio, empty for sound on another host. ``is_here`` tells whether the old
    site's folder has the file. ``item`` is the post's item in the old feed, ``keyed`` the forms that its front matter
    states, and ``others`` the enclosures of the feeds of other formats.
    """

    url: str = ""
    file: str = ""
    is_here: bool = False
    item: Item | None = None
    keyed: tuple[KeyedSound, ...] = ()
    others: tuple[FeedEnclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class AudioPlan:
    """The part of the import for all audio, and the sound of each post by the post's name."""

    part: ImportPart
    sounds: Mapping[str, OldSound]


def plan_audio(source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> AudioPlan:
    """Return the plan for the audio of these posts, and for the files that no post names."""
    names = [name for name in source.files if name.lower().endswith(AUDIO_SUFFIXES) and not is_hidden(name)]
    plan = _Planner(source, names, posts, feeds)
    for show in sorted({post.show for post in posts}):
        plan.plan_show(show, [post for post in posts if post.show == show and post.episode])
    plan.plan_unnamed(Counter(post.show for post in posts))
    part = ImportPart(
        files=tuple(plan.files),
        redirects=plan.redirects,
        report=Report(tuple(plan.counts), tuple(plan.omissions), tuple(plan.tasks)),
        show_settings=plan.settings,
        unnamed=tuple(plan.unnamed),
    )
    return AudioPlan(part, plan.sounds)


def item_of(post: Post, feeds: Iterable[JekyllFeed]) -> Item | None:
    """Return a post's item in the first feed that has it with sound, else in the first that has it at all."""
    items = [feed.entries[post.name] for feed in feeds if post.name in feed.entries]
    return next((item for item in items if item.enclosure), items[0] if items else None)


def other_enclosures(post: Post, feeds: Iterable[JekyllFeed]) -> tuple[FeedEnclosure, ...]:
    """Return a post's enclosures in the feeds of the old site, as far as they differ from that of its first feed."""
    found = (feed.entries[post.name].enclosure for feed in feeds if post.name in feed.entries)
    by_url = {enclosure.url: enclosure for enclosure in found if enclosure}
    return tuple(by_url.values())[1:]


class _Planner:
    """A planner of audio that collects files, redirects, the shows' settings, sounds and omissions."""

    def __init__(
        self, source: SourceSite, names: Iterable[str], posts: Sequence[Post], feeds: Sequence[JekyllFeed]
    ) -> None:
        self.source, self.names, self.feeds = source, frozenset(names), feeds
        self.own_hosts = frozenset({urlsplit(source.url).netloc.removeprefix("www.")})
        self.files: list[NewFile] = []
        self.redirects: dict[str, str] = {}
        self.settings: dict[str, Mapping[str, str]] = {}
        self.sounds: dict[str, OldSound] = {}
        self.used: set[str] = set()
        self.names_in_use: dict[str, str] = {}
        self.counts: list[Imported] = []
        self.omissions: list[Omission] = []
        self.tasks: list[Task] = []
        self.unnamed: list[str] = []
        #: The shows whose episodes have numbers.
        self.numbered = {post.show for post in posts if post.episode and post.episode.number is not None}

    def plan_unnamed(self, shows: Counter[str]) -> None:
        """Plan copies of the audio files that no episode names, so that their old addresses don't become dead links."""
        largest = max(shows, key=lambda show: shows[show], default=FIRST_SHOW)
        for name in sorted(self.names - self.used):
            show = next((show for show in shows if show in name.split("/")), largest)
            file = name.rpartition("/")[2]
            if any(new.name == f"content/audio/{show}/{file}" for new in self.files):
                self.omissions.append(Omission(name, "another file of this name is the audio of an episode"))
                continue
            self.omissions.append(
                Omission(name, f"no episode names this audio: it is in content/audio/{show}/, and in no feed")
            )
            self.files.append(NewFile(f"content/audio/{show}/{file}", self.source.path(name)))
            self.unnamed.append(f"audio/{show}/{file}")
            self.redirects[f"/{name.removeprefix('_')}"] = path_for("audio", show=show, file=file)

    def plan_show(self, show: str, posts: Sequence[Post]) -> None:
        """Plan the audio of one show's posts, and the show's settings ``audio`` and ``audio_url``."""
        found = [self._found(post) for post in posts]
        own = [one for one in found if one.file_name]
        named = [(one.post.episode, one.file_name) for one in found if one.post.episode and not one.names_own_file]
        audio = file_name_pattern(named) or "{slug}.mp3"
        keys = {"audio": audio if audio != "{slug}.mp3" else "", "audio_url": self._audio_url(found)}
        self.settings[show] = {key: value for key, value in keys.items() if value}
        recorded = awaited = 0
        nested: dict[str, str] = {}
        for one in found:
            file = self._plan_file(one, audio) if one.file_name else ""
            recorded += bool(one.local)
            awaited += bool(file and not one.local and one.post.is_published)
            if "/" in file and not one.local:
                nested[one.path] = file
            url = one.path if file else one.address if "://" in one.address else ""
            self.sounds[one.post.name] = OldSound(
                url, file, bool(one.local), one.item, one.keyed, other_enclosures(one.post, self.feeds)
            )
        self.counts.append(Imported("recordings", recorded, f"content/audio/{show}/"))
        if awaited:
            paths = [one.path for one in own if not one.local]
            self.tasks.append(copying_task(show, awaited, paths, nested))

    def _found(self, post: Post) -> _Found:
        item = item_of(post, self.feeds)
        keyed = sounds_of(self.source, post)
        enclosure = item.enclosure if item else None
        stated = enclosure.url if enclosure else keyed[0].address if keyed else ""
        address = untracked(stated, self.own_hosts)
        if address != stated:
            reason = "a service that counts downloads led to this site itself: the feed has the address without it"
            self.omissions.append(Omission(f"{post.name}: {urlsplit(stated).netloc}", reason))
        path = path_on_old_site(self.source, address) if address else ""
        if path and "://" in address and urlsplit(address).query:
            reason = "the query of an address on this site: the new feed has the address without it"
            self.omissions.append(Omission(f"{post.name}: ?{urlsplit(address).query}", reason))
        local = self._local_file(post, address, path)
        # A bare name in front matter is no address: Longwave looks for the file by it.
        is_served = path.startswith("/") and bool(enclosure or "://" in address or local or address.startswith("/"))
        # The feed's address stays as it was, with the old site's ``baseurl``.
        full = unquote(urlsplit(address).path) if "://" in address and is_served else path
        return _Found(post, item, keyed, address, full if is_served else "", local)

    def _local_file(self, post: Post, address: str, path: str) -> str:
        """Return the old site's file at an audio's address, or else the only file named after the episode."""
        bare = path.lstrip("/")
        for name in (bare, f"_{bare}", bare.rpartition("/")[2]):
            if name in self.names:
                return name
        if bare or (address and "://" in address):
            same = [name for name in self.names if bare and name.rpartition("/")[2] == bare.rpartition("/")[2]]
            return same[0] if len(same) == 1 else ""
        stems = {post.slug, post.name.rpartition("/")[2].rpartition(".")[0]}
        named = sorted(name for name in self.names if name.rpartition("/")[2].rpartition(".")[0] in stems)
        return named[0] if len(named) == 1 else self._numbered(post)

    def _numbered(self, post: Post) -> str:
        """Return the only audio file with no number but the episode's in its name; empty where there are more."""
        if post.episode is None or post.episode.number is None:
            return ""
        candidates = []
        for name in self.names:
            numbers = [int(digits) for digits in _NUMBER.findall(name.rpartition("/")[2].rpartition(".")[0])]
            if numbers == [post.episode.number] and (self.numbered == {post.show} or post.show in name.split("/")):
                candidates.append(name)
        return candidates[0] if len(candidates) == 1 else ""

    def _audio_url(self, found: Sequence[_Found]) -> str:
        """Return ``audio_url`` for most of a show's sound: a folder on the site's own host, or else a pattern."""
        remote = [(one.post.episode, one.address) for one in found if one.post.episode and one.is_remote]
        served = [one for one in found if one.path]
        if len(remote) >= len(served):
            silent = [one.post.episode for one in found if one.post.episode and not (one.address or one.local)]
            return common_pattern(
                [(episode, address) for episode, address in remote if episode],
                # A pattern must not give an address to an episode that has no sound.
                lambda pattern: not any(fill_episode_pattern(pattern, episode) for episode in silent),
            )
        folders = Counter(one.path.rpartition("/")[0] for one in served)
        folder, uses = folders.most_common(1)[0]
        return f"{quote(folder)}/{{file}}" if 2 * uses > len(served) else ""

    def _plan_file(self, one: _Found, audio: str) -> str:
        """Plan the copy of a file, if the old site has it, and return its name below the show's folder."""
        post, named = one.post, one.post.meta.get("audio")
        is_named = one.names_own_file
        file = str(named) if is_named else (post.episode and fill_episode_pattern(audio, post.episode)) or one.file_name
        file = file.removeprefix(path_for("audio", show=post.show, file="")).lstrip("/")
        if ".." in file.split("/"):
            self.omissions.append(Omission(f"{post.name}: {file}", "a path that leads out of its folder"))
            return ""
        if not one.local:
            return self._awaited_name(one)
        # A file that has an address keeps the name by which its owner knows it.
        file = one.file_name if one.path else file
        free_name = self._free_name(f"{post.show}/{file}", one.local)
        if free_name != f"{post.show}/{file}" and not one.path:
            reason = (
                "its episode looks for it by a name that another recording has: write the new one there as `audio:`"
            )
            self.omissions.append(Omission(f"{post.target}: {one.local} is content/audio/{free_name}", reason))
        self.used.add(one.local)
        self.files.append(NewFile(f"content/audio/{free_name}", self.source.path(one.local)))
        old = f"/{one.local.removeprefix('_')}"
        if old != one.path or not post.is_published:
            self.redirects[old] = f"{ROUTES['audio'].prefix}{free_name}"
        return free_name.removeprefix(f"{post.show}/")

    def _awaited_name(self, one: _Found) -> str:
        """Return the name for a file that only the old server has: the last parts of its path, enough to be unique."""
        parts = one.path.strip("/").split("/")
        names = ["/".join(parts[-count:]) for count in range(1, len(parts) + 1)]
        key = f"{one.post.show}/{{}}"
        free = (name for name in names if self.names_in_use.setdefault(key.format(name), one.path) == one.path)
        return next(free, names[-1])

    def _free_name(self, wanted: str, name: str) -> str:
        """Return the name below content/audio for an old file: the wanted one, or one with a number if it is in use."""
        path = PurePosixPath(wanted)
        names = chain([wanted], (str(path.with_stem(f"{path.stem}-{number}")) for number in count(2)))
        return next(free for free in names if self.names_in_use.setdefault(free, name) == name)


@dataclass(frozen=True, slots=True)
class _Found:
    """The sound found for a post: its ``address``, its ``path`` if that is on the old site's host, and a local file."""

    post: Post
    item: Item | None
    keyed: tuple[KeyedSound, ...]
    address: str
    path: str
    local: str

    @property
    def is_remote(self) -> bool:
        """Return whether the sound is on another host and in no file here."""
        return "://" in self.address and not self.path and not self.local

    @property
    def file_name(self) -> str:
        """Return the name of the file without its folder; empty for sound on another host, or none."""
        return (self.local or self.path).rpartition("/")[2]

    @property
    def names_own_file(self) -> bool:
        """Return whether the key ``audio`` of the post names a file below content/audio."""
        named = self.post.meta.get("audio")
        return isinstance(named, str) and bool(named) and "://" not in named


def alternates(sound: OldSound, source: SourceSite) -> tuple[Mapping[str, str | int], ...]:
    """Return the further forms of a post's sound, as entries of the key ``alternates``."""
    forms: dict[str, Mapping[str, str | int]] = {}
    stated = [(other.url, other.bytes) for other in sound.others] + [(form.address, form.bytes) for form in sound.keyed]
    for address, size in stated:
        path = path_on_old_site(source, address)
        url = quote(path) if path.startswith("/") else address
        if (url.startswith("/") or "://" in url) and url not in (sound.url, quote(sound.url)):
            forms.setdefault(url, {"url": url, "bytes": size} if size else {"url": url})
    return tuple(forms.values()) if sound.url or sound.file else ()
