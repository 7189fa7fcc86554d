"""The places of Jekyll's posts in the new site: each gets a file in the folder of its show, and an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.folder import DRAFTS_FOLDER
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.errors import ContentError
from longwave.model import Episode, Site
from longwave.moving.import_report import Omission, Report
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.posts import DATED, Post, site_timezone, year_of


def place_posts(
    source: SourceSite, posts: Iterable[Post], shows: Mapping[str, str], now: datetime
) -> tuple[tuple[Post, ...], Report]:
    """Return the posts with their files and episodes in the new site, and the report of those for which none is free.

    ``shows`` are the slugs of shows by the posts' names.
    """
    placer = _Placer(source, now)
    placed = tuple(found for post in posts if (found := placer.place(replace(post, show=shows[post.name]))))
    return placed, Report(omissions=tuple(placer.omissions))


class _Placer:
    """A placer of posts into the folders of shows, which gives no two of them the same file name or address."""

    def __init__(self, source: SourceSite, now: datetime) -> None:
        self.source, self.now = source, now
        self.omissions: list[Omission] = []
        self.targets: set[str] = set()
        self.keys: set[str] = set()
        self.site: Site = parse_site(f'timezone = "{site_timezone(source)}"')[0]

    def place(self, post: Post) -> Post | None:
        """Return a post with its file and episode, and add what is to be told; None if no name is free for it."""
        match = DATED.fullmatch(post.name.rpartition("/")[2])
        stem = (match[4] if match else post.name.rpartition("/")[2].rpartition(".")[0]).rstrip(".")
        placed = self._place(post, _file_name(post.name, match, stem))
        if placed is None:
            return None
        if post.draft and "_drafts" not in post.name.split("/"):
            self.omissions.append(
                Omission(placed.target, "hidden by `defaults` of _config.yml, so it lies among the drafts")
            )
        return placed

    def _place(self, post: Post, file: str) -> Post | None:
        """Return the post with the unused name ``file``, or that with a number added; None if none is free."""
        stem, _, suffix = file.rpartition(".")
        folder = f"content/{post.show}/" + (f"{DRAFTS_FOLDER}/" if post.draft else "")
        for number in range(1, 100):
            target = f"{folder}{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
            episode = self._episode(post, target)
            key = episode.key if episode else target
            if target not in self.targets and (post.draft or key not in self.keys):
                self.targets.add(target)
                if not post.draft:
                    self.keys.add(key)
                return replace(post, target=target, episode=episode)
            if episode and post.meta.get("slug"):
                break
        self.omissions.append(Omission(post.name, "another episode of its show has the same slug in its front matter"))
        return None

    def _episode(self, post: Post, target: str) -> Episode | None:
        try:
            site = with_shows(self.site, [post.show])
            show = next(show for show in site.shows if show.slug == post.show)
            text = self.source.text(post.name)
            return parse_episode(target, text, site, show, self.now.timestamp()).episode
        except ContentError:
            return None


def _file_name(name: str, match: re.Match[str] | None, stem: str) -> str:
    """Return the new name of the post ``name``, from which Longwave reads the date and slug that Jekyll read."""
    file = name.rpartition("/")[2]
    suffix = file.rpartition(".")[2]
    suffix = suffix if suffix.lower() in ("md", "markdown") else "md"
    if match is None:
        return f"{stem.lstrip('_.#')}.{suffix}"
    return f"{year_of(match[1])}-{match[2]}-{match[3]}-{match[4]}.{suffix}"
