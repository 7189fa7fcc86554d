"""Which files of content/audio and content/images an edition serves: those that something published names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from longwave.catalogue import Catalogue
from longwave.content.media.media_files import Media
from longwave.content.media.mentions import file_at, in_source, in_values
from longwave.content.media.paths import in_one_form
from longwave.content.text.slugs import slugify
from longwave.edition.addresses import is_served, target
from longwave.edition.assembly import Assembly, published_pages
from longwave.edition.edition_data import Source
from longwave.edition.intake import Intake
from longwave.edition.memo import Again
from longwave.routes import path_for
from longwave.urls import path_on_site

#: What site.toml says and no page shows: a redirect leads to what is published, and publishes nothing.
_UNSHOWN = frozenset({"public", "redirects"})
#: Where paths lead by redirects, while these are the same: an old site's has hundreds, and notes many old addresses.
_GOALS = Again[dict[str, str | None]]()
#: More redirects than this lead in a circle.
_HOPS = 5


def served_files(
    intake: Intake, whole: Assembly, catalogue: Catalogue, templates: Mapping[str, bytes], url: str
) -> frozenset[str]:
    """Return the files that exist and that something published names, as ``audio/<show>/<file>`` and ``images/<path>``.

    Each is spelt as pages and feeds spell it: as the disk does. ``catalogue`` is of ``whole``; ``templates`` are the
    site's own. ``url`` is its address here, which may be another than the owner's own; empty where there is none.
    """
    files = whole.audio | _pictures(catalogue)
    goals = _GOALS.make("", (catalogue.site.redirects, catalogue.redirects), dict)
    leads = _Leads(whole.media, catalogue, tuple({url, intake.site.url} - {""}), goals)
    for page, addresses in _mentions(intake, whole, catalogue, templates):
        files.update(name for address in addresses if (name := leads.file(address, page)))
    for pattern in intake.site.public:
        files.update(whole.media.matching(pattern))
    return frozenset(files)


def unserved_files(media: Media, served: Collection[str]) -> set[str]:
    """Return the files that could be served and aren't among those ``served``."""
    return set(media.all()).difference(media.find(name) or name for name in served)


@dataclass(frozen=True, slots=True)
class _Leads:
    """The ways of addresses on the site that is at ``sites``. ``goals`` are the redirects that were followed before."""

    media: Media
    catalogue: Catalogue
    sites: tuple[str, ...]
    goals: dict[str, str | None]

    def file(self, address: str, page: str) -> str | None:
        """Return the file to which an address on the page at ``page`` leads, by redirects if need be."""
        goal: str | None = address
        for _ in range(_HOPS):
            found = path_on_site(goal, page, self.sites) if goal else None
            if found is None:
                return None
            path, _fragment = found
            name = file_at(path)
            # A text is shown as it is written: another case than the disk's leads nowhere, another normal form does.
            if name and in_one_form(self.media.find(name) or "") == in_one_form(name):
                return name
            if is_served(self.catalogue, path):
                return None
            if path not in self.goals:
                self.goals[path] = target(self.catalogue, path)
            goal = self.goals[path]
        return None


def _pictures(catalogue: Catalogue) -> set[str]:
    """Return the pictures that front matter and site.toml name for what is shown."""
    site, shows = catalogue.site, catalogue.shows.values()
    names = {site.image, *(host.image for host in site.hosts), *(guest.avatar for guest in catalogue.guests.values())}
    for show in shows:
        names |= {show.image, *(host.image for host in show.hosts)}
    for episode in catalogue.episodes:
        names.add(episode.image)
        names.update(guest.avatar for guest in episode.guests)
    return {f"images/{name}" for name in names if name and "://" not in name}


def _mentions(
    intake: Intake, whole: Assembly, catalogue: Catalogue, templates: Mapping[str, bytes]
) -> Iterator[tuple[str, Collection[str]]]:
    """Yield the path of each page and the addresses in its text; what is shown on any page has the path ``/``."""
    for episode, source, _ in whole.episodes.values():
        yield episode.path, source.mentions
    records = {
        source.name: source.record for source in intake.sources.values() if source.kind == "page" and source.record
    }
    for slug, name in published_pages((show.slug for show in catalogue.site.shows), records).items():
        yield path_for("page", page=slug), intake.sources[name].mentions
    # Of two files for one guest or tag, the first counts.
    lists: dict[str, Source] = {}
    for source in intake.sources.values():
        if source.kind in ("theme", "include"):
            yield "/", source.mentions
        elif source.kind in ("guest", "tag") and source.record:
            slug = slugify(PurePosixPath(source.name).stem)
            lists.setdefault(path_for(source.kind, **{source.kind: slug}), source)
    yield from ((path, source.mentions) for path, source in lists.items() if is_served(catalogue, path))
    for data in templates.values():
        yield "/", in_source(data.decode("utf-8", "replace"))
    yield "/", in_values([value for key, value in intake.site.extra.items() if key not in _UNSHOWN])
