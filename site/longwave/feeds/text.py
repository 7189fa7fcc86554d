"""Texts in the shape and the length that the directories want."""

from __future__ import annotations

import re

from longwave.model import Episode

#: Apple's limit for a description.
LIMIT = 4000
_SENTENCE = re.compile(r"[.!?…]['\"”’»)\]]*(?=\s)|[。！？]|\n")
_NUMBERED = re.compile(
    r"(?:(?:episode|ep\.?)\s*)?(?:#|no\.?\s*|nr\.?\s*)?0{0,9}(\d{1,9})\s*[:.\-–—|]\s+(?=\S)", re.IGNORECASE
)


def shortened(text: str, limit: int = LIMIT) -> str:
    """``text`` in at most ``limit`` bytes of UTF-8, cut at the end of a sentence, else of a word.

    Where neither ends in its second half, as in scripts without spaces, it is cut between letters.
    """
    raw = text.encode("utf-8", "ignore")
    if len(raw) <= limit:
        return text
    # Room for the ellipsis, which has three bytes.
    cut = raw[: limit - 3].decode("utf-8", "ignore")
    ends = [found.end() for found in _SENTENCE.finditer(cut)]
    if ends and ends[-1] > len(cut) // 2:
        return cut[: ends[-1]].rstrip()
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > len(cut) // 2 else cut}…"


def whole(number: int | None) -> str:
    """A number as elements and attributes have it; nothing says nothing."""
    return str(number) if number else ""


def plain_title(episode: Episode) -> str:
    """The episode's title without its number, which apps show beside it: ``#12: Hello`` is ``Hello``."""
    return without_number(episode.title, episode.number)


def without_number(title: str, number: int | None) -> str:
    """``title`` without ``number`` before it."""
    found = _NUMBERED.match(title)
    ours = found is not None and number and int(found[1]) == number
    return title[found.end() :] if found and ours else title
