"""What a site's folder holds already: its settings, and its episodes by guid."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.frontmatter import MAX_BYTES, decode
from longwave.content.folder import SourceFile, read, scan
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, LongwaveError
from longwave.feeds.guids import guid
from longwave.model import Episode, Site

_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}-")


@dataclass(slots=True)
class Holdings:
    """The episodes of a folder by guid, the slugs that are taken, and the texts of files that can't be read."""

    site: Site
    episodes: dict[str, Episode] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def is_broken(self, wanted: str) -> bool:
        """Whether a file that can't be read says that it has this guid."""
        line = re.compile(rf"(?m)^guid:\s*[\"']?{re.escape(wanted)}[\"']?\s*$")
        return any(line.search(text) for text in self.broken)


def holdings(content: Path) -> Holdings:
    """All episodes below ``content``, drafts too. Raises LongwaveError when ``site.toml`` can't be read."""
    files = scan(content)[0] if content.is_dir() else ()
    settings = next((file for file in files if file.kind == "site"), None)
    try:
        site, _ = parse_site(_text(settings) if settings else "")
    except ContentError as error:
        raise LongwaveError(str(error.problem)) from None
    episodes = [file for file in files if file.kind == "episode"]
    site = with_shows(site, dict.fromkeys(file.show for file in episodes))
    shows = {show.slug: show for show in site.shows}
    held = Holdings(site)
    for file in episodes:
        raw = b""
        try:
            raw = read(file, MAX_BYTES)
            text = decode(file.name, raw)
            episode = parse_episode(file.name, text, site, shows[file.show], file.modified).episode
        except ContentError:
            held.broken.append(raw.decode("utf-8", "replace"))
            held.slugs.add(slugify(_DATE.sub("", PurePosixPath(file.name).stem)))
            continue
        held.episodes.setdefault(guid(site, shows[file.show], episode), episode)
        held.slugs.add(episode.slug)
    return held


def _text(file: SourceFile) -> str:
    return decode(file.name, read(file, MAX_BYTES))
