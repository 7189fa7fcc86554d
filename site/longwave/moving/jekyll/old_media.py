"""The plan for images and audio files: their new places, and redirects from their old addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import PurePosixPath

from longwave.authoring.inventory import FIRST_SHOW
from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.model import Episode
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.import_parts import ImportPart, NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_feeds import JekyllFeed, path_on_old_site
from longwave.moving.jekyll.posts import Post
from longwave.moving.jekyll.show_patterns import common_pattern, file_name_pattern
from longwave.routes import ROUTES, path_for

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
AUDIO_SUFFIXES = (".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac", ".mp4")
#: The keys of front matter in which Jekyll podcasts name the file or the address of the audio.
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
#: The folders whose content moves to content/images itself: assets/images/a.png becomes content/images/a.png.
_IMAGE_FOLDERS = (
    "_assets/images/",
    "_assets/img/",
    "_assets/image/",
    "_assets/",
    "assets/images/",
    "assets/",
    "images/",
)
_NUMBER = re.compile(r"\d+")


def plan_images(source: SourceSite, posts: Sequence[Post]) -> ImportPart:
    """Return all images as a part of the import, named so that front matter and ``{% asset %}`` find them."""
    files, redirects, omissions = [], {}, []
    sources: dict[str, str] = {}
    for name in source.files:
        if not name.lower().endswith(IMAGE_SUFFIXES) or _is_hidden(name):
            continue
        below = _name_below_images(name)
        if sources.setdefault(below, name) != name:
            omissions.append(Omission(name, f"{sources[below]} is content/images/{below} already"))
            continue
        files.append(NewFile(f"content/images/{below}", source.path(name)))
        redirects[f"/{name.removeprefix('_')}"] = path_for("image", size="full", name=below)
    assets = (name for name in source.files if name in sources.values() and name.startswith("_assets/"))
    redirects |= _digest_redirects(redirects, assets)
    report = Report((Imported("pictures", len(files), "content/images/"),), tuple(omissions))
    return ImportPart((*files, *_named_images(posts, files)), redirects, report)


def _name_below_images(name: str) -> str:
    for folder in _IMAGE_FOLDERS:
        if name.startswith(folder):
            return name.removeprefix(folder)
    return name


def _digest_redirects(redirects: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """Return redirects from the addresses of jekyll-assets, in which file names end in a digest."""
    rules = {}
    for name in names:
        below = _name_below_images(name)
        stem, _, suffix = below.rpartition(".")
        new = path_for("image", size="full", name=below)
        rules[f"/assets/{stem}-{{digest}}.{suffix}"] = new
        rules[f"/assets/{below}"] = new
    # The longest comes first, as the pattern ann-{digest}.png would match ann-lee-<digest>.png, too.
    return {old: rules[old] for old in sorted(rules, key=len, reverse=True) if old not in redirects}


def _named_images(posts: Sequence[Post], files: Sequence[NewFile]) -> Iterator[NewFile]:
    """Yield copies of images that front matter names and that Longwave wouldn't find in their own places."""
    images = {file.name.removeprefix("content/images/"): file for file in files}
    for post in posts:
        episode = post.episode
        named = [("avatars/", guest.avatar) for guest in episode.guests] if episode else []
        named += [("", episode.image)] if episode else []
        for folder, name in named:
            bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
            if not bare or "://" in name or any(f"{place}{bare}" in images for place in ("", "avatars/", "guests/")):
                continue
            same = [file for image, file in images.items() if f"/{image}".endswith(f"/{bare}")]
            if len(same) == 1 and ".." not in bare.split("/"):
                images[f"{folder}{bare}"] = NewFile(f"content/images/{folder}{bare}", same[0].data)
                yield images[f"{folder}{bare}"]


def _is_hidden(name: str) -> bool:
    folders = name.split("/")[:-1]
    return any(part.startswith((".", "_")) and part != "_assets" for part in folders)


def plan_audio(source: SourceSite, posts: Sequence[Post], feeds: Sequence[JekyllFeed]) -> ImportPart:
    """Return the audio as a part of the import: files of the old site, or else addresses from the old feeds."""
    names = [name for name in source.files if name.lower().endswith(AUDIO_SUFFIXES) and not _is_hidden(name)]
    audio = _AudioPlan(source, names, posts, feeds)
    for show in sorted({post.show for post in posts}):
        audio.plan_show(show, [post for post in posts if post.show == show and post.episode])
    audio.plan_unnamed(Counter(post.show for post in posts))
    return ImportPart(
        files=tuple(audio.files),
        redirects=audio.redirects,
        report=Report(tuple(audio.counts), tuple(audio.omissions)),
        show_settings=audio.settings,
        unnamed=tuple(audio.unnamed),
    )


class _AudioPlan:
    """A plan for audio that collects files, redirects, the shows' settings and omissions."""

    def __init__(
        self, source: SourceSite, names: Iterable[str], posts: Sequence[Post], feeds: Sequence[JekyllFeed]
    ) -> None:
        self.source, self.names, self.feeds = source, frozenset(names), feeds
        self.files: list[NewFile] = []
        self.redirects: dict[str, str] = {}
        self.settings: dict[str, Mapping[str, str]] = {}
        self.used: set[str] = set()
        self.names_in_use: dict[str, str] = {}
        self.counts: list[Imported] = []
        self.omissions: list[Omission] = []
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
        addresses = {post.name: self._address(post) for post in posts}
        local = {post.name: self._local_file(post, addresses[post.name]) for post in posts}
        without_key = [post for post in posts if post.episode and not post.meta.get("audio")]
        remote = [post for post in without_key if "://" in addresses[post.name] and not local[post.name]]
        named = [(post.episode, local[post.name]) for post in without_key if post.episode]
        audio = file_name_pattern(named) or "{slug}.mp3"
        keys = {
            "audio": audio if audio != "{slug}.mp3" else "",
            "audio_url": self._audio_url_pattern(remote, addresses),
        }
        self.settings[show] = {key: value for key, value in keys.items() if value}
        recorded = [(post, post.episode, local[post.name]) for post in posts if post.episode and local[post.name]]
        for post, episode, name in recorded:
            self._plan_file(post, episode, name, audio)
        self.counts.append(Imported("recordings", len(recorded), f"content/audio/{show}/"))

    def _address(self, post: Post) -> str:
        """Return the audio's address or file name, from the old feeds or the front matter; empty for none."""
        for feed in self.feeds:
            entry = feed.entries.get(post.name)
            if entry and entry.audio:
                return entry.audio
        for key in _KEYS:
            value = post.meta.get(key)
            value = value.get("url") if isinstance(value, dict) else value
            if isinstance(value, str) and value.lower().partition("?")[0].endswith(AUDIO_SUFFIXES):
                return value
        return ""

    def _local_file(self, post: Post, address: str) -> str:
        """Return the old site's file at an audio's address, or else the only file named after the episode."""
        path = path_on_old_site(self.source, address).lstrip("/") if address else ""
        for name in (path, f"_{path}", path.rpartition("/")[2]):
            if name in self.names:
                return name
        if path or (address and "://" in address):
            same = [name for name in self.names if path and name.rpartition("/")[2] == path.rpartition("/")[2]]
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

    def _audio_url_pattern(self, posts: Sequence[Post], addresses: Mapping[str, str]) -> str:
        """Return ``audio_url`` for a show whose audio is on another host; addresses that don't fit are omissions."""
        values = [(post, post.episode, addresses[post.name]) for post in posts if post.episode]
        pattern = common_pattern([(episode, address) for _, episode, address in values])
        reason = "an address of audio that the show's pattern doesn't give: write it into the file, as `audio:`"
        different = (
            f"{post.target}: {address}"
            for post, episode, address in values
            if fill_episode_pattern(pattern, episode) != address
        )
        self.omissions.extend(Omission(subject, reason) for subject in different)
        return pattern

    def _plan_file(self, post: Post, episode: Episode, name: str, audio: str) -> None:
        named = post.meta.get("audio")
        file = str(named) if named else fill_episode_pattern(audio, episode) or f"{episode.slug}.mp3"
        if "://" in file:
            self.used.add(name)
            return
        file = file.removeprefix(path_for("audio", show=post.show, file="")).lstrip("/")
        if ".." in file.split("/"):
            self.omissions.append(Omission(f"{post.name}: {file}", "a path that leads out of its folder"))
            return
        free_name = self._free_name(f"{post.show}/{file}", name)
        if free_name != f"{post.show}/{file}":
            reason = (
                "its episode looks for it by a name that another recording has: write the new one there as `audio:`"
            )
            self.omissions.append(Omission(f"{post.target}: {name} is content/audio/{free_name}", reason))
        self.used.add(name)
        self.files.append(NewFile(f"content/audio/{free_name}", self.source.path(name)))
        self.redirects[f"/{name.removeprefix('_')}"] = f"{ROUTES['audio'].prefix}{free_name}"

    def _free_name(self, wanted: str, name: str) -> str:
        """Return the name below content/audio for an old file: the wanted one, or one with a number if it is in use."""
        path = PurePosixPath(wanted)
        names = chain([wanted], (str(path.with_stem(f"{path.stem}-{number}")) for number in count(2)))
        return next(free for free in names if self.names_in_use.setdefault(free, name) == name)


def redirects_by_folder(redirects: Mapping[str, str]) -> Mapping[str, str]:
    """Return the redirects, joined into one such as ``/old/{file}`` for each folder whose files keep their names."""
    rules: dict[str, str] = {}
    single: dict[str, str] = {}
    for old, new in redirects.items():
        (folder, _, file), (target, _, name) = old.rpartition("/"), new.rpartition("/")
        rule = f"{folder}/{{file}}"
        if file == name and rules.setdefault(rule, f"{target}/{{file}}") == f"{target}/{{file}}":
            continue
        single[old] = new
    return {**single, **rules}
