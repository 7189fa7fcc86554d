"""Of an episode that can't be read, the name of its file and the text in it still tell something."""

from __future__ import annotations

import contextlib
import re

from longwave.content.episodes.episode_file import parse_episode
from longwave.errors import ContentError
from longwave.model import Episode, Show, Site

#: The lines of front matter on which an episode's number, its address, and its files depend.
_TELLING = re.compile(r"^(?:slug|number|season|audio|image)[ \t]*:.*$", re.MULTILINE)


def told(file: str, text: str, site: Site, show: Show, modified: float = 0) -> Episode | None:
    """The episode as it is, else by the lines of its front matter that tell where it is, else by its name alone.

    None where that tells nothing either; ``text`` may be empty.
    """
    for lines in (text, f"---\ntitle: broken\n{_told(text)}\n---\n", "---\ntitle: broken\n---\n"):
        with contextlib.suppress(ContentError):
            return parse_episode(file, lines, site, show, modified).episode
    return None


def _told(text: str) -> str:
    # Of a key that comes twice, YAML believes the last.
    return "\n".join({line.partition(":")[0]: line for line in _TELLING.findall(text)}.values())
