"""What a podcast app knows a show and an episode by. It must outlive the domain, the title and the deployment."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid5

from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.model import Episode, Show, Site

#: https://podcasting2.org/docs/podcast-namespace/tags/guid
_PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def guid(site: Site, show: Show, episode: Episode) -> str:
    """The episode's own ``guid``, else the one that its show has for it, else the show's pattern filled in.

    Else it is the first permalink under the site's ``url``. The first of the ``aliases`` that is an address in the show
    is where a renamed episode was first. The deployment's address never enters, so that a test server and the real one
    give the same.
    """
    told = episode.guid or show.guids.get(episode.slug) or fill_episode_pattern(show.guid, episode)
    return told or f"{site.url}{_first_path(episode)}"


def _first_path(episode: Episode) -> str:
    within = f"/{episode.show}/"
    former = (alias.removesuffix(".html").rstrip("/") for alias in episode.aliases if alias.startswith(within))
    return next((path for path in former if "/" not in path.removeprefix(within)), episode.path)


def podcast_guid(site: Site, path: str) -> str:
    """The guid of the feed at ``path``, without ``.xml``, under the site's own ``url``; empty where it has none."""
    return feed_guid(f"{site.url}{quote(path)}.xml") if site.url else ""


def feed_guid(url: str) -> str:
    """The UUID that everybody makes of a feed's address: ``podnews.net/rss`` with or without a scheme and slashes."""
    return str(uuid5(_PODCASTS, url.partition("://")[2].rstrip("/") if "://" in url else url.rstrip("/")))
