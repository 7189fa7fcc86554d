"""A module for each kind of page: find in the edition, shape a page context, render the template."""

from longwave.web.views import (
    audio,
    embeds,
    episode_files,
    episodes,
    feeds,
    guests,
    health,
    home,
    plain_pages,
    search_page,
    shows,
    tags,
    well_known_files,
)

#: Flask takes the first route that fits; addresses of shows and plain pages come last.
VIEWS = (
    *(home, well_known_files, health, feeds, audio, episode_files, embeds, tags, guests, search_page),
    *(shows, episodes, plain_pages),
)
