"""Players that an old site's notes hold beside Longwave's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

from longwave.authoring.checks.checked_content import Content
from longwave.content.media.media_files import group_by_folder, list_examples
from longwave.errors import Problem
from longwave.model import Enclosure

_PLAYER = re.compile(r"<(audio|video)\b[^>]*>(?:(?!<\1\b).){0,10000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def second_players(content: Content) -> Iterator[Problem]:
    """Yield a warning for each published episode (or folder of them) whose notes have a second player of its sound."""
    found: dict[str, list[int]] = defaultdict(list)
    for episode in content.catalogue.episodes:
        body = content.intake.bodies.get(episode.source)
        if body is None or episode.enclosure is None:
            continue
        for player in _PLAYER.finditer(body.text):
            if _plays(player[0], episode.enclosure):
                found[episode.source].append(content.line(episode.source, f"<{player[1]}"))
    hint = "Longwave's own stands above the notes: delete this one."
    for name, files in group_by_folder(found):
        seen = f"{len(files)} with a second: {list_examples(files)}" if files else "a second in the notes"
        line = 0 if files else found[name][0]
        yield Problem(name, line, "one player", seen, hint, "warning", "player")


def _plays(player: str, enclosure: Enclosure) -> bool:
    """Return whether a player in HTML plays an enclosure's file, or nothing, as a variable of Jekyll's is gone."""
    sources = ["".join(match).strip() for match in _SOURCE.findall(player)]
    own = {_file(each) for each in (enclosure.file, enclosure.url, enclosure.path) if each}
    return not any(sources) or any(_file(each) in own for each in sources if each)


def _file(address: str) -> str:
    return unquote(address).partition("?")[0].rpartition("/")[2]
