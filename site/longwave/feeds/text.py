"""Texts of a feed, fitted to the form and the length that podcast directories require."""

from __future__ import annotations

import re

from longwave.model import Episode

#: The most bytes of UTF-8 that Apple allows in a description.
MAX_DESCRIPTION_BYTES = 4000
_SENTENCE_END = re.compile(r"[.!?…]['\"”’»)\]]*(?=\s)|[。！？]|\n")
_NUMBERED = re.compile(
    r"(?:(?:episode|ep\.?)\s*)?(?:#|no\.?\s*|nr\.?\s*)?0{0,9}(\d{1,9}(?:\.\d{1,3})?)\s*[:.\-–—|]\s+(?=\S)",
    re.IGNORECASE,
)


def shortened(text: str, limit: int = MAX_DESCRIPTION_BYTES) -> str:
    """Return ``text`` in at most ``limit`` bytes of UTF-8, cut at the end of a sentence, else of a word.

    If no sentence and no word ends in the second half of these bytes, as in scripts without spaces, the text is cut
    after any character.
    """
    encoded = text.encode("utf-8", "ignore")
    if len(encoded) <= limit:
        return text
    # The ellipsis needs three bytes.
    cut = encoded[: limit - 3].decode("utf-8", "ignore")
    ends = [match.end() for match in _SENTENCE_END.finditer(cut)]
    if ends and ends[-1] > len(cut) // 2:
        return cut[: ends[-1]].rstrip()
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > len(cut) // 2 else cut}…"


def plain_title(episode: Episode) -> str:
    """Return an episode's title without its number, which apps show beside the title: ``Hello`` of ``#12: Hello``."""
    return without_number(episode.title, episode.number)


def without_number(title: str, number: float | None) -> str:
    """Return ``title`` without ``number`` at its start; a different number stays."""
    match = _NUMBERED.match(title)
    return title[match.end() :] if match and number and float(match[1]) == number else title
