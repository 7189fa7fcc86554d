"""The files in content/audio and content/images that an edition serves: those that published content mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from longwave.catalogue import Catalogue
from longwave.content.media.media_files import Media
from longwave.content.media.media_references import media_file_at, media_in_source, media_in_values
from longwave.content.media.paths import normalize_name
from longwave.content.text.plain_text import slugify
from longwave.edition.addresses import is_served, target
from longwave.edition.build.assembly import page_files
from longwave.edition.store.edition_data import Assembly, Intake, Source
from longwave.memo import Memo
from longwave.routes import path_for
from longwave.urls import path_on_site

#: Keys of site.toml in which the mention of a file doesn't publish the file, as no page shows their values.
_UNSHOWN = frozenset({"public", "redirects"})
#: The most redirects that are followed from one address, as redirects may form a loop.
_MAX_REDIRECTS = 5


def served_files(  # noqa: PLR0913, PLR0917 - each argument may mention files
    intake: Intake,
    assembly: Assembly,
    catalogue: Catalogue,
    templates: Mapping[str, bytes],
    url: str,
    memo: Memo[dict[str, str | None]],
) -> frozenset[str]:
    """Return the files that published content mentions and that exist: ``audio/<show>/<file>`` and ``images/<path>``.

    Names are spelt as on the disk. ``catalogue`` is that of ``assembly``, ``templates`` are the site's own, and ``url``
    is the site's address on this server (empty if unknown), which may differ from that in site.toml. ``memo`` caches
    the targets of redirected paths, as old sites have hundreds of redirects.
    """
    files = assembly.audio | _pictures(catalogue)
    goals = memo.get("", (catalogue.site.redirects, catalogue.redirects), dict)
    resolver = _Resolver(assembly.media, catalogue, tuple({url, intake.site.url} - {""}), goals)
    for page, addresses in _mentions(intake, assembly, catalogue, templates):
        files.update(name for address in addresses if (name := resolver.file(address, page)))
    for pattern in intake.site.public:
        files.update(assembly.media.matching(pattern))
    return frozenset(files)


def unserved_files(media: Media, served: Collection[str]) -> set[str]:
    """Return the files in content/audio and content/images that aren't among those ``served``."""
    return set(media.names()).difference(media.find(name) or name for name in served)


@dataclass(frozen=True, slots=True)
class _Resolver:
    """A resolver of addresses to media files, on a site with the URLs ``sites``. ``goals`` caches redirect targets."""

    media: Media
    catalogue: Catalogue
    sites: tuple[str, ...]
    goals: dict[str, str | None]

    def file(self, address: str, page: str) -> str | None:
        """Return the file to which an address on the page at ``page`` leads, through redirects if need be, or None."""
        goal: str | None = address
        for _ in range(_MAX_REDIRECTS):
            location = path_on_site(goal, page, self.sites) if goal else None
            if location is None:
                return None
            path, _fragment = location
            name = media_file_at(path)
            # Browsers request an address as written: another Unicode normal form still finds the file, another case
            # doesn't.
            if name and normalize_name(self.media.find(name) or "") == normalize_name(name):
                return name
            if is_served(self.catalogue, path):
                return None
            if path not in self.goals:
                self.goals[path] = target(self.catalogue, path)
            goal = self.goals[path]
        return None


def _pictures(catalogue: Catalogue) -> set[str]:
    """Return the names of the pictures of the site and its shows, episodes, guests and hosts."""
    site, shows = catalogue.site, catalogue.shows.values()
    names = {site.image, *(host.image for host in site.hosts), *(guest.avatar for guest in catalogue.guests.values())}
    names |= {picture.file for picture in site.feed.pictures}
    for show in shows:
        names |= {show.image, *(host.image for host in show.hosts), *(each.file for each in show.feed.pictures)}
    for episode in catalogue.episodes:
        names |= {episode.image, *(picture.file for picture in episode.pictures)}
        names.update(person.avatar for person in (*episode.guests, *(episode.hosts or ())))
        names.update(chapter.image for chapter in episode.chapters)
    return {f"images/{name}" for name in names if name and "://" not in name}


def _mentions(
    intake: Intake, assembly: Assembly, catalogue: Catalogue, templates: Mapping[str, bytes]
) -> Iterator[tuple[str, Collection[str]]]:
    """Yield the path of each page with the addresses in its text; the path is ``/`` for text that any page may show."""
    for episode, source, _ in assembly.episodes.values():
        yield episode.path, source.mentions
    records = {
        source.name: source.record for source in intake.sources.values() if source.kind == "page" and source.record
    }
    for slug, name in page_files((show.slug for show in catalogue.site.shows), records).items():
        yield path_for("page", page=slug), intake.sources[name].mentions
    # The page of each guest or tag, with its content file; if two files have the same slug, the first is used.
    lists: dict[str, Source] = {}
    for source in intake.sources.values():
        if source.kind in ("theme", "include"):
            yield "/", source.mentions
        elif source.kind in ("guest", "tag") and source.record:
            slug = slugify(PurePosixPath(source.name).stem)
            lists.setdefault(path_for(source.kind, **{source.kind: slug}), source)
    yield from ((path, source.mentions) for path, source in lists.items() if is_served(catalogue, path))
    for name, data in templates.items():
        yield "/", media_in_source(data.decode("utf-8", "replace"), "css" if name.endswith(".css") else "jinja")
    yield "/", media_in_values([value for key, value in intake.site.extra.items() if key not in _UNSHOWN])
