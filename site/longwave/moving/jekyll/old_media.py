"""Pictures and audio of the old site: where they go, and where their old addresses lead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import PurePosixPath

from longwave.content.episodes.episode_file import fill
from longwave.model import Episode
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.import_parts import File
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.old_feeds import OldFeed, old_path
from longwave.moving.jekyll.posts import FIRST_SHOW, Post
from longwave.moving.jekyll.show_patterns import pattern_for

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
SOUNDS = (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac", ".mp4")
#: Front matter in which Jekyll podcasts name the file or the address of the audio.
_KEYS = (
    "audio",
    "mp3",
    "audio_url",
    "mp3_url",
    "audio_file",
    "audiofile",
    "enclosure",
    "podcast_file",
    "file",
    "media",
)
#: The folders from which pictures go straight into content/images.
_ROOTS = ("_assets/images/", "_assets/img/", "_assets/image/", "_assets/", "assets/images/", "assets/", "images/")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Media:
    """What was found: files to copy, old addresses with their new ones, and keys of ``site.toml`` for each show.

    ``unnamed`` are those of the files that no episode has, below content/.
    """

    files: tuple[File, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    shows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    unnamed: tuple[str, ...] = ()


def pictures(source: Source, posts: Sequence[Post]) -> Media:
    """Every picture, where front matter, ``{% asset %}`` and ``/assets/…`` find it."""
    files, moved, omissions = [], {}, []
    taken: dict[str, str] = {}
    for name in source.files:
        if not name.lower().endswith(PICTURES) or _is_hidden(name):
            continue
        below = _below_images(name)
        if taken.setdefault(below, name) != name:
            omissions.append(Omission(name, f"{taken[below]} is content/images/{below} already"))
            continue
        files.append(File(f"content/images/{below}", source.path(name)))
        old = f"/{name.removeprefix('_')}"
        moved[old] = f"/images/full/{below}"
    moved |= _hashed(moved, (name for name in source.files if name in taken.values() and name.startswith("_assets/")))
    report = Report((Imported("pictures", len(files), "content/images/"),), tuple(omissions))
    return Media((*files, *_named(posts, files)), moved, {}, report)


def _below_images(name: str) -> str:
    for folder in _ROOTS:
        if name.startswith(folder):
            return name.removeprefix(folder)
    return name


def _hashed(moved: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """The addresses that jekyll-assets gave: with a digest at the end of the name, whatever that was."""
    rules = {}
    for name in names:
        below = _below_images(name)
        stem, _, suffix = below.rpartition(".")
        rules[f"/assets/{stem}-{{digest}}.{suffix}"] = f"/images/full/{below}"
        rules[f"/assets/{below}"] = f"/images/full/{below}"
    # ann-lee comes before ann.
    return {old: rules[old] for old in sorted(rules, key=len, reverse=True) if old not in moved}


def _named(posts: Sequence[Post], files: Sequence[File]) -> Iterator[File]:
    """Copies of pictures that front matter names, where their own place isn't one in which Longwave looks."""
    there = {file.name.removeprefix("content/images/"): file for file in files}
    for post in posts:
        episode = post.episode
        wanted = [("avatars/", guest.avatar) for guest in episode.guests] if episode else []
        wanted += [("", episode.image)] if episode else []
        for folder, name in wanted:
            bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
            if not bare or "://" in name or any(f"{place}{bare}" in there for place in ("", "avatars/", "guests/")):
                continue
            same = [file for known, file in there.items() if f"/{known}".endswith(f"/{bare}")]
            if len(same) == 1 and ".." not in bare.split("/"):
                there[f"{folder}{bare}"] = File(f"content/images/{folder}{bare}", same[0].data)
                yield there[f"{folder}{bare}"]


def _is_hidden(name: str) -> bool:
    folders = name.split("/")[:-1]
    return any(part.startswith((".", "_")) and part != "_assets" for part in folders)


def sounds(source: Source, posts: Sequence[Post], feeds: Sequence[OldFeed]) -> Media:
    """The audio of every episode, as far as it lies here or the old feeds say where it lies."""
    known = [name for name in source.files if name.lower().endswith(SOUNDS) and not _is_hidden(name)]
    found = _Sounds(source, known, posts, feeds)
    for show in sorted({post.show for post in posts}):
        found.show(show, [post for post in posts if post.show == show and post.episode])
    found.rest(Counter(post.show for post in posts))
    report = Report(tuple(found.taken), tuple(found.omissions))
    return Media(tuple(found.files), found.moved, found.shows, report, tuple(found.unnamed))


class _Sounds:
    def __init__(self, source: Source, known: Iterable[str], posts: Sequence[Post], feeds: Sequence[OldFeed]) -> None:
        self.source, self.known, self.feeds = source, frozenset(known), feeds
        self.files: list[File] = []
        self.moved: dict[str, str] = {}
        self.shows: dict[str, Mapping[str, str]] = {}
        self.used: set[str] = set()
        self.placed: dict[str, str] = {}
        self.taken: list[Imported] = []
        self.omissions: list[Omission] = []
        self.unnamed: list[str] = []
        #: The shows whose episodes have numbers.
        self.numbered = {post.show for post in posts if post.episode and post.episode.number is not None}

    def rest(self, shows: Counter[str]) -> None:
        """Take the audio that no episode has, so that its addresses answer."""
        largest = max(shows, key=lambda show: shows[show], default=FIRST_SHOW)
        for name in sorted(self.known - self.used):
            show = next((show for show in shows if show in name.split("/")), largest)
            file = name.rpartition("/")[2]
            if any(each.name == f"content/audio/{show}/{file}" for each in self.files):
                self.omissions.append(Omission(name, "another file of this name is the audio of an episode"))
                continue
            self.omissions.append(
                Omission(name, f"no episode names this audio: it is in content/audio/{show}/, and in no feed")
            )
            self.files.append(File(f"content/audio/{show}/{file}", self.source.path(name)))
            self.unnamed.append(f"audio/{show}/{file}")
            self.moved[f"/{name.removeprefix('_')}"] = f"/audio/{show}/{file}"

    def show(self, show: str, posts: Sequence[Post]) -> None:
        """Find the audio of one show."""
        addresses = {post.name: self._address(post) for post in posts}
        here = {post.name: self._here(post, addresses[post.name]) for post in posts}
        unsaid = [post for post in posts if post.episode and not post.meta.get("audio")]
        away = [post for post in unsaid if "://" in addresses[post.name] and not here[post.name]]
        audio = _pattern([(post.episode, here[post.name]) for post in unsaid if post.episode]) or "{slug}.mp3"
        keys = {"audio": audio if audio != "{slug}.mp3" else "", "audio_url": self._elsewhere(away, addresses)}
        self.shows[show] = {key: value for key, value in keys.items() if value}
        recorded = [(post, post.episode, here[post.name]) for post in posts if post.episode and here[post.name]]
        for post, episode, name in recorded:
            self._take(post, episode, name, audio)
        self.taken.append(Imported("recordings", len(recorded), f"content/audio/{show}/"))

    def _address(self, post: Post) -> str:
        for feed in self.feeds:
            item = feed.items.get(post.name)
            if item and item.audio:
                return item.audio
        for key in _KEYS:
            value = post.meta.get(key)
            value = value.get("url") if isinstance(value, dict) else value
            if isinstance(value, str) and value.lower().partition("?")[0].endswith(SOUNDS):
                return value
        return ""

    def _here(self, post: Post, address: str) -> str:
        """The file in the old site that is the audio at this address, else one that is named like the episode."""
        path = old_path(self.source, address).lstrip("/") if address else ""
        for name in (path, f"_{path}", path.rpartition("/")[2]):
            if name in self.known:
                return name
        if path or (address and "://" in address):
            same = [name for name in self.known if path and name.rpartition("/")[2] == path.rpartition("/")[2]]
            return same[0] if len(same) == 1 else ""
        stems = {post.slug, post.name.rpartition("/")[2].rpartition(".")[0]}
        named = sorted(name for name in self.known if name.rpartition("/")[2].rpartition(".")[0] in stems)
        return named[0] if len(named) == 1 else self._numbered(post)

    def _numbered(self, post: Post) -> str:
        if post.episode is None or post.episode.number is None:
            return ""
        found = []
        for name in self.known:
            numbers = [int(digits) for digits in _NUMBER.findall(name.rpartition("/")[2].rpartition(".")[0])]
            if numbers == [post.episode.number] and (self.numbered == {post.show} or post.show in name.split("/")):
                found.append(name)
        return found[0] if len(found) == 1 else ""

    def _elsewhere(self, away: Sequence[Post], addresses: Mapping[str, str]) -> str:
        """``audio_url`` of a show whose audio lies on another host."""
        values = [(post, post.episode, addresses[post.name]) for post in away if post.episode]
        pattern = pattern_for([(episode, address) for _, episode, address in values])
        why = "an address of audio that the show's pattern doesn't give: write it into the file, as `audio:`"
        other = (f"{post.target}: {address}" for post, episode, address in values if fill(pattern, episode) != address)
        self.omissions.extend(Omission(what, why) for what in other)
        return pattern

    def _take(self, post: Post, episode: Episode, name: str, audio: str) -> None:
        said = post.meta.get("audio")
        file = str(said) if said else fill(audio, episode) or f"{episode.slug}.mp3"
        if "://" in file:
            self.used.add(name)
            return
        file = file.removeprefix(f"/audio/{post.show}/").lstrip("/")
        if ".." in file.split("/"):
            self.omissions.append(Omission(f"{post.name}: {file}", "a path that leads out of its folder"))
            return
        placed = self._placed(f"{post.show}/{file}", name)
        if placed != f"{post.show}/{file}":
            why = "its episode looks for it by a name that another recording has: write the new one there as `audio:`"
            self.omissions.append(Omission(f"{post.target}: {name} is content/audio/{placed}", why))
        self.used.add(name)
        self.files.append(File(f"content/audio/{placed}", self.source.path(name)))
        self.moved[f"/{name.removeprefix('_')}"] = f"/audio/{placed}"

    def _placed(self, wanted: str, name: str) -> str:
        """Where below content/audio a file of the old site goes: as is wanted, else beside the one that is there."""
        path = PurePosixPath(wanted)
        names = chain([wanted], (str(path.with_stem(f"{path.stem}-{number}")) for number in count(2)))
        return next(each for each in names if self.placed.setdefault(each, name) == name)


def _pattern(files: Sequence[tuple[Episode, str]]) -> str:
    """The pattern by which most episodes' files are named, if each file has its own name then.

    Nor may an episode without a file (empty) be given that of another.
    """

    def tells_apart(pattern: str) -> bool:
        given: dict[str, str] = {}
        filled = ((fill(pattern, episode), file) for episode, file in files)
        return all(given.setdefault(name, file) == file for name, file in filled if name)

    return pattern_for([(episode, file.rpartition("/")[2]) for episode, file in files if file], tells_apart)


def by_folder(moved: Mapping[str, str]) -> Mapping[str, str]:
    """The same redirects with one for each folder whose files keep their names."""
    rules: dict[str, str] = {}
    kept: dict[str, str] = {}
    for old, new in moved.items():
        (folder, _, file), (goal, _, name) = old.rpartition("/"), new.rpartition("/")
        rule = f"{folder}/{{file}}"
        if file == name and rules.setdefault(rule, f"{goal}/{{file}}") == f"{goal}/{{file}}":
            continue
        kept[old] = new
    return {**kept, **rules}
