"""An inventory of the site's folder, drafts and broken files included: numbers, addresses and guests in use."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from longwave.content.episodes.appearances import guest_entries
from longwave.content.episodes.episode_file import salvage_episode
from longwave.content.fields.content_file import MAX_BYTES, decode
from longwave.content.folder import SourceFile, read_file, scan_folder
from longwave.content.site.guest_tag_page_files import parse_guest
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, LongwaveError
from longwave.model import Episode, Guest, Show, Site

#: The folder of a site's first show, which is also the first part of its episodes' addresses.
FIRST_SHOW = "podcast"


@dataclass(frozen=True, slots=True)
class Inventory:
    """The content of a site's folder. ``episodes`` includes drafts and future ones, the newest first."""

    site: Site
    episodes: tuple[Episode, ...]
    guests: tuple[Guest, ...]

    def next_number(self, show: str) -> int:
        """Return one more than the highest episode number of a show."""
        return max((int(episode.number or 0) for episode in self.episodes if episode.show == show), default=0) + 1

    def guest(self, name: str) -> Mapping[str, str]:
        """Return a guest's entry (name, website...) from the newest episode with that guest; else the name alone.

        The name is spelt as in the guest's own file, if there is one.
        """
        file = self._file(name)
        spellings = {slugify(spelling) for spelling in (name, *((file.slug, file.name, *file.names) if file else ()))}
        keys = next(_appearances(self.episodes, spellings), {"name": " ".join(name.split())})
        return {**keys, "name": file.name} if file else keys

    def _file(self, name: str) -> Guest | None:
        slug = slugify(name)
        spellings = ({guest.slug, *map(slugify, (guest.name, *guest.names))} for guest in self.guests)
        return next((guest for guest, slugs in zip(self.guests, spellings, strict=True) if slug in slugs), None)


def read_inventory(content: Path) -> Inventory:
    """Return the inventory of the folder ``content``. Raises LongwaveError when ``site.toml`` can't be read."""
    files, _ = scan_folder(content)
    site = read_site(files)
    shows = {show.slug: show for show in site.shows}
    episodes = [e for file in files if file.kind == "episode" for e in _episode(file, site, shows[file.show])]
    episodes.sort(key=lambda episode: episode.date, reverse=True)
    guests = tuple(guest for file in files if file.kind == "guest" for guest in _guest(file))
    return Inventory(site, tuple(episodes), guests)


def read_site(files: Iterable[SourceFile]) -> Site:
    """Return the settings of the site to which the files belong, with all of its shows.

    Raises LongwaveError when ``site.toml`` can't be read.
    """
    files = list(files)
    try:
        settings = next((_text(file) for file in files if file.kind == "site"), "")
        site, _ = parse_site(settings)
    except ContentError as error:
        raise LongwaveError(str(error.problem)) from None
    return with_shows(site, dict.fromkeys(file.show for file in files if file.kind == "episode"))


def _text(file: SourceFile) -> str:
    return decode(file.name, read_file(file, MAX_BYTES))


def _episode(file: SourceFile, site: Site, show: Show) -> Iterator[Episode]:
    text = ""
    with contextlib.suppress(ContentError):
        text = _text(file)
    episode = salvage_episode(file.name, text, site, show, file.modified)
    if episode:
        yield episode


def _guest(file: SourceFile) -> Iterator[Guest]:
    try:
        yield parse_guest(file.name, _text(file))[0]
    except ContentError:
        return


def _appearances(episodes: Iterable[Episode], spellings: set[str]) -> Iterator[Mapping[str, str]]:
    """Yield a guest's entry (name, website...) from the front matter of each episode that names the guest.

    ``spellings`` are the slugs of the guest's name. Keys that concern one episode only, such as ``role``, are left out.
    """
    for episode in episodes:
        for _, person in guest_entries(episode.page, lambda *_: None):
            if slugify(str(person.get("name"))) in spellings:
                yield {key: str(value) for key, value in person.items() if _is_lasting(key, value)}


def _is_lasting(key: str, value: object) -> bool:
    # The role in one episode, such as editor, says nothing about the next one.
    return key != "role" and re.fullmatch("[a-z_]+", key) is not None and isinstance(value, (str, int)) and value != ""
