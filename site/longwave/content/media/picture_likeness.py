"""Finding the picture that a name means, which may lack the suffix, have another one, or a size that no file has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from longwave.content.text.plain_text import slugify

#: The suffixes of pictures, the first of several forms of one picture first.
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg")
_COMMON_WIDTHS = (
    *(64, 80, 96, 100, 120, 128, 150, 160, 180, 192, 200, 240, 250, 256, 300, 320, 350, 360, 400, 450, 480, 500),
    *(512, 540, 600, 640, 700, 720, 750, 768, 800, 900, 960, 1000, 1024, 1080, 1200, 1280, 1400, 1440, 1500, 1600),
    *(1800, 1920, 2000, 2048, 2400, 2560, 3000, 3840),
)
#: A size at the end of a name: photo-300x300, photo@2x, photo_640w, photo-400px, photo-400, photo-small.
_SIZE = re.compile(
    r"(?:[-_. ](?P<width>\d{2,4})x\d{0,4}|@\dx|[-_. ](?P<wide>\d{2,4})(?:w|px)"
    rf"|[-_. ](?P<common>{'|'.join(map(str, _COMMON_WIDTHS))})"
    r"|[-_. @](?:thumb(?:nail)?|small|medium|large|square|full|original|scaled|xs|sm|md|lg|xl))\Z",
    re.IGNORECASE,
)
_MAX_SIZES = 2


@dataclass(frozen=True, slots=True)
class _Named:
    """The parts of a picture's name: its folders, its words, whether it has a size and which width, and its suffix."""

    folders: tuple[str, ...]
    stem: str
    bare: str
    width: int
    suffix: str


@dataclass(frozen=True, slots=True)
class LikePictures:
    """The pictures below a folder, which are found by names that none of them has exactly.

    ``places`` are the folders, each empty or with a slash at its end, whose pictures are preferred, in this order.
    """

    names: Iterable[str]
    places: tuple[str, ...] = ("",)
    _by_words: Mapping[str, list[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the names by their words."""
        by_words: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(self.names):
            parts = _split(name)
            for words in {parts.stem, parts.bare}:
                by_words[words].append(name)
        object.__setattr__(self, "_by_words", by_words)

    def find(self, name: str) -> str | None:
        """Return the picture that ``name`` means; None where there is none, or where several could be meant.

        One picture in several formats or sizes is one: the largest is taken, and of formats JPEG first.
        """
        name = re.split(r"[?#]", name, maxsplit=1)[0].strip("/")
        wanted = _split(name)
        for words in dict.fromkeys(filter(None, (wanted.stem, wanted.bare))):
            alike = self._by_words.get(words, ())
            folders = (f"{place}{'/'.join(wanted.folders)}".strip("/") for place in self.places)
            for folder in folders:
                if here := [each for each in alike if each.rpartition("/")[0] == folder]:
                    return _best(here, words)
            below = [each for each in alike if _is_below(each, wanted.folders)]
            same = [each for each in below if f"/{each}".endswith(f"/{name}")] or below
            if len({each.rpartition("/")[0] for each in same}) == 1:
                return _best(same, words)
        return None


def _split(name: str) -> _Named:
    above, _, last = name.strip("/").rpartition("/")
    suffix = next((each for each in _SUFFIXES if last.lower().endswith(each)), "")
    text = last[: len(last) - len(suffix)]
    bare, width = text, 0
    for _ in range(_MAX_SIZES):
        size = _SIZE.search(bare)
        if size is None or not size.start():
            break
        width = int(next((each for each in size.group("width", "wide", "common") if each), 0)) or width
        bare = bare[: size.start()]
    return _Named(tuple(above.split("/")) if above else (), slugify(text), slugify(bare), width, suffix)


def _is_below(picture: str, folders: tuple[str, ...]) -> bool:
    return not folders or f"/{picture.rpartition('/')[0]}".endswith(f"/{'/'.join(folders)}")


def _best(names: list[str], words: str) -> str:
    """Return the picture whose name is ``words`` without a size, else the widest; of several formats JPEG first."""

    def rank(name: str) -> tuple[bool, int, int, str]:
        parts = _split(name)
        return parts.stem != words, -parts.width, _SUFFIXES.index(parts.suffix) if parts.suffix else 99, name

    return min(names, key=rank)
