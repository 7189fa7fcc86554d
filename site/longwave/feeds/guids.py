"""What a podcast app knows an episode by. It must outlive the domain, the title and the deployment."""

from __future__ import annotations

from longwave.content.episode import fill
from longwave.model import Episode, Show, Site


def guid(site: Site, show: Show, episode: Episode) -> str:
    """The episode's own ``guid``, else the show's pattern filled in, else the permalink under the site's own ``url``.

    The deployment's address never enters, so that a test server and the real one give the same.
    """
    return episode.guid or fill(show.guid, episode) or f"{site.url}{episode.path}"
