"""What uses the files of content/audio and content/images: those that only unpublished episodes use are withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from longwave.content.broken import files_in, told
from longwave.content.frontmatter import MAX_BYTES
from longwave.content.pictures import find_picture
from longwave.edition.contents import Source
from longwave.edition.intake import pictures
from longwave.model import Episode, Guest, Site

#: What is shown to everybody, besides the episodes.
_SHOWN = ("site", "guest", "tag", "page", "theme")


def uses(episode: Episode, source: Source) -> set[str]:
    """What an episode uses, there or not, as ``audio/<show>/<file>`` and ``images/<path>``."""
    names = {episode.image, *(guest.avatar for guest in episode.guests), *source.pictures}
    files = {f"images/{name}" for name in names if name}
    for sound in (episode.enclosure, *(alternate.enclosure for alternate in episode.alternates)):
        if sound and sound.file:
            files.add(f"audio/{episode.show}/{sound.file}")
    return files


def may_use(content: Path, site: Site, source: Source) -> set[str]:
    """What an episode uses whose file can't be read, as far as its name and the text in it tell, likewise."""
    text = _text(content.parent / source.name)
    show = next(show for show in site.shows if show.slug == source.show)
    episode = told(source.name, text, site, show)
    files = uses(episode, source) if episode else set()
    if not source.record:
        # It never could be read: any name in it may be one of its files.
        named = {*pictures(text), *files_in(text)}
        files |= {f"images/{name}" for name in named}
        files |= {f"audio/{show.slug}/{name.removeprefix(f'/audio/{show.slug}/')}" for name in named}
    shown = (find_picture(content / "images", name.removeprefix("images/")) for name in files)
    return files | {f"images/{name}" for name in shown if name}


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(MAX_BYTES)
    except OSError:
        return ""


def pictures_of(site: Site) -> set[str]:
    """What site.toml names for the site, its shows and all hosts; empty where one of them has none."""
    hosts = (*site.hosts, *(host for show in site.shows for host in show.hosts))
    return {site.image, *(show.image for show in site.shows), *(host.image for host in hosts)}


def used_beside(site: Site, guests: Iterable[Guest], sources: Mapping[str, Source]) -> set[str]:
    """What all that isn't an episode uses, likewise."""
    names = pictures_of(site) | {guest.avatar for guest in guests}
    for source in sources.values():
        if source.kind in _SHOWN:
            names |= {*source.pictures, *pictures(source.record)}
    return {f"images/{name}" for name in names if name}
