"""What a site already holds, drafts and broken files too: which numbers and addresses are taken, and who is known."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from longwave.content.episodes.people import described
from longwave.content.episodes.salvaged_episode import told
from longwave.content.fields.frontmatter import MAX_BYTES, decode
from longwave.content.folder import SourceFile, read, scan
from longwave.content.site.profiles import parse_guest
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, LongwaveError
from longwave.model import Episode, Guest, Show, Site

#: The folder of a site's first show, and so the first part of its episodes' addresses.
FIRST_SHOW = "podcast"


@dataclass(frozen=True, slots=True)
class Library:
    """A site's folder as its owner sees it. ``episodes`` are all of them, the newest first."""

    site: Site
    episodes: tuple[Episode, ...]
    guests: tuple[Guest, ...]

    def number(self, show: str) -> int:
        """The number after the highest of a show."""
        return max((episode.number or 0 for episode in self.episodes if episode.show == show), default=0) + 1

    def person(self, name: str) -> Mapping[str, str]:
        """A guest as the newest episode with them has it, else by name alone; spelt as the site spells them."""
        file = self._file(name)
        spellings = {slugify(spelling) for spelling in (name, *((file.slug, file.name, *file.names) if file else ()))}
        seen = next(_found(self.episodes, spellings), {"name": " ".join(name.split())})
        return {**seen, "name": file.name} if file else seen

    def _file(self, name: str) -> Guest | None:
        slug = slugify(name)
        return next((g for g in self.guests if slug in {g.slug, *map(slugify, (g.name, *g.names))}), None)


def read_library(content: Path) -> Library:
    """Read the folder ``content``. Broken episodes count; raises LongwaveError when ``site.toml`` can't be read."""
    files, _ = scan(content)
    try:
        settings = next((_text(file) for file in files if file.kind == "site"), "")
        site, _ = parse_site(settings)
    except ContentError as error:
        raise LongwaveError(str(error.problem)) from None
    site = with_shows(site, dict.fromkeys(file.show for file in files if file.kind == "episode"))
    shows = {show.slug: show for show in site.shows}
    episodes = [e for file in files if file.kind == "episode" for e in _episode(file, site, shows[file.show])]
    episodes.sort(key=lambda episode: episode.date, reverse=True)
    guests = tuple(guest for file in files if file.kind == "guest" for guest in _guest(file))
    return Library(site, tuple(episodes), guests)


def _text(file: SourceFile) -> str:
    return decode(file.name, read(file, MAX_BYTES))


def _episode(file: SourceFile, site: Site, show: Show) -> Iterator[Episode]:
    text = ""
    with contextlib.suppress(ContentError):
        text = _text(file)
    episode = told(file.name, text, site, show, file.modified)
    if episode:
        yield episode


def _guest(file: SourceFile) -> Iterator[Guest]:
    try:
        yield parse_guest(file.name, _text(file))[0]
    except ContentError:
        return


def _found(episodes: Iterable[Episode], spellings: set[str]) -> Iterator[Mapping[str, str]]:
    for episode in episodes:
        for _, person in described(episode.page, lambda *_: None):
            if slugify(str(person.get("name"))) in spellings:
                yield {key: str(value) for key, value in person.items() if _is_told(key, value)}


def _is_told(key: str, value: object) -> bool:
    # What somebody was in one episode, such as its editor, says nothing of the next.
    return key != "role" and re.fullmatch("[a-z_]+", key) is not None and isinstance(value, (str, int)) and value != ""
