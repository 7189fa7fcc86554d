"""The identifiers by which podcast apps know a show and an episode; they outlive domain, title and deployment."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid5

from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.model import Episode, Show, Site

#: The namespace of feeds' UUIDs: https://podcasting2.org/docs/podcast-namespace/tags/guid
_PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def guid(site: Site, show: Show, episode: Episode) -> str:
    """Return an episode's own ``guid``, else the one in the show's ``guids``, else the show's pattern filled in.

    The last resort is the episode's first permalink under the site's ``url``: a renamed episode's first address is the
    first of its ``aliases`` that lies in the show. The address of the running server plays no part, so that a test
    server and the real one give the same guids.
    """
    declared = episode.guid or show.guids.get(episode.slug) or fill_episode_pattern(show.guid, episode)
    return declared or f"{site.url}{_first_path(episode)}"


def _first_path(episode: Episode) -> str:
    folder = f"/{episode.show}/"
    former = (alias.removesuffix(".html").rstrip("/") for alias in episode.aliases if alias.startswith(folder))
    return next((path for path in former if "/" not in path.removeprefix(folder)), episode.path)


def podcast_guid(site: Site, path: str) -> str:
    """Return the guid of the feed at ``path`` (without ``.xml``) of the site; empty for a site without a ``url``."""
    return feed_guid(f"{site.url}{quote(path)}.xml") if site.url else ""


def feed_guid(url: str) -> str:
    """Return the UUID (version 5) of a feed's URL without its scheme and its trailing slashes."""
    return str(uuid5(_PODCASTS, url.partition("://")[2].rstrip("/") if "://" in url else url.rstrip("/")))
