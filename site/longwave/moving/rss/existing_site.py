"""The existing content of the site's folder: its settings, and its episodes by guid."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from longwave.authoring.inventory import read_site
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.content_file import MAX_BYTES, decode
from longwave.content.folder import read_file, scan_folder
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError
from longwave.feeds.guids import guid
from longwave.model import Episode, Site

_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-")


@dataclass(slots=True)
class ExistingSite:
    """The settings of a site, its episodes by guid, the slugs in use, and the texts of files that can't be parsed."""

    site: Site
    episodes: dict[str, Episode] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def is_broken(self, wanted: str) -> bool:
        """Return whether an episode's file that can't be parsed contains the guid ``wanted``."""
        line = re.compile(rf"(?m)^guid:\s*[\"']?{re.escape(wanted)}[\"']?\s*$")
        return any(line.search(text) for text in self.broken)


def read_existing(content: Path) -> ExistingSite:
    """Return the site in ``content``, drafts included. Raises LongwaveError when ``site.toml`` can't be read."""
    files = scan_folder(content)[0] if content.is_dir() else ()
    site = read_site(files)
    shows = {show.slug: show for show in site.shows}
    existing = ExistingSite(site)
    for file in (file for file in files if file.kind == "episode"):
        raw = b""
        try:
            raw = read_file(file, MAX_BYTES)
            text = decode(file.name, raw)
            episode = parse_episode(file.name, text, site, shows[file.show], file.modified).episode
        except ContentError:
            existing.broken.append(raw.decode("utf-8", "replace"))
            existing.slugs.add(slugify(_DATE.sub("", PurePosixPath(file.name).stem)))
            continue
        existing.episodes.setdefault(guid(site, shows[file.show], episode), episode)
        existing.slugs.add(episode.slug)
    return existing
