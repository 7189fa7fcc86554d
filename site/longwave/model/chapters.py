"""Chapters, which divide an episode into named parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of an episode. ``start`` and ``end`` are seconds with up to three decimals; an unknown end is 0.

    ``url`` is the address of a page about the chapter. ``image`` is the address of a picture, or the name of one: a
    path below ``content/images``, or ``chapters/<show>/<audio file>/<name>`` for a picture within the audio. A chapter
    whose ``toc`` is False has no place in lists of chapters, such as one that only changes the picture.
    """

    start: float
    title: str = ""
    end: float = 0
    url: str = ""
    image: str = ""
    toc: bool = True

    @property
    def is_listed(self) -> bool:
        """Return whether lists of chapters have this one: it has a title, and isn't hidden."""
        return self.toc and bool(self.title)
