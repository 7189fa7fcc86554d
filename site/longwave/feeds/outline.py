"""The outline of an episode: its chapters as lines of plain text in a feed's description.

Apple Podcasts makes chapters of times in a description if there are at least three and the first is 0:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from longwave.content.fields.times import format_seconds
from longwave.content.fields.timestamp_text import timed_text
from longwave.feeds.text import MAX_DESCRIPTION_BYTES, shortened
from longwave.phrases import phrase

_MIN_LINES = 3
#: The bytes of a description that its outline may take, so that the text before it isn't lost.
_MAX_BYTES = MAX_DESCRIPTION_BYTES * 3 // 4


def outline(chapters: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Return a line such as ``1:21 Tea`` for each pair of seconds and title, in order of time, the first at 0:00.

    The result is empty for fewer than three lines, and has no more than fit into three quarters of a description.
    """
    titles = {seconds: " ".join(title.split()) for seconds, title in chapters}
    if not titles:
        return ()
    titles.setdefault(0, phrase("feed.start"))
    lines: list[str] = []
    size = 0
    for seconds in sorted(titles):
        line = f"{format_seconds(seconds)} {titles[seconds]}"
        size += len(line.encode("utf-8", "ignore")) + 1
        if size > _MAX_BYTES:
            break
        lines.append(line)
    return tuple(lines) if len(lines) >= _MIN_LINES else ()


def with_outline(description: str, lines: Sequence[str]) -> str:
    """Return a description with an outline as its last paragraph, in at most 4,000 bytes."""
    if not lines:
        return shortened(description)
    text = "\n".join(lines)
    room = MAX_DESCRIPTION_BYTES - len(text.encode("utf-8", "ignore")) - 2
    return f"{shortened(description, room)}\n\n{text}".lstrip("\n")


def without_outline(description: str) -> str:
    """Return a description without its last paragraph if that is an outline."""
    before, _, last = f"\n\n{description.strip()}".rpartition("\n\n")
    lines = last.split("\n")
    times = [timed_text(line) for line in lines]
    is_outline = len(lines) >= _MIN_LINES and all(times) and times[0] is not None and times[0].seconds == 0
    return before.strip() if is_outline else description


def untimed(lines: Iterable[str]) -> str:
    """Return the lines that don't begin with a time, joined into one line."""
    return " ".join(line for line in lines if timed_text(line) is None)
