"""A difference between an old feed and the new one: its kind, its effect, and those who notice it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from longwave.edition.check.site_check import PLACEHOLDER_HOST
from longwave.errors import FEED_DIFF, Level, Problem
from longwave.moving.redaction import without_secrets

Effect = Literal["lost", "twice", "changed", "gained"]
Audience = Literal["subscribers", "directories", "nobody"]
#: The place of a difference that concerns the show itself.
CHANNEL = "channel"
_MAX_SHOWN = 120

#: The kinds that are noticed by others than subscribers.
_AUDIENCES: Mapping[str, Audience] = {
    **dict.fromkeys(
        ("author", "category", "owner's name", "owner's e-mail address", "explicit mark", "language", "lock",
         "block", "funding link", "show's description", "length", "medium", "podroll", "publisher", "text record",
         "update frequency"),
        "directories",
    ),
    **dict.fromkeys(
        ("copyright", "isPermaLink", "enclosure's address", "picture's address", "cover's address", "page's address",
         "website's address", "licence", "payment", "form of sound",
         "end of the show"),
        "nobody",
    ),
}  # fmt: skip
#: The words for one difference and for several, of the kinds that English doesn't count by an s.
_COUNTED: Mapping[str, tuple[str, str]] = {
    "guid": ("1 episode", "{} episodes"),
    "category": ("1 category", "{} categories"),
    "person": ("1 person", "{} people"),
    "show notes": ("the notes of 1 episode", "the notes of {} episodes"),
    "chapters": ("the chapters of 1 episode", "the chapters of {} episodes"),
    "form of sound": ("the form of sound of 1 episode", "the form of sound of {} episodes"),
    "isPermaLink": ("the isPermaLink of 1 guid", "the isPermaLink of {} guids"),
    "enclosure's address": ("the address of 1 enclosure", "the addresses of {} enclosures"),
    "picture's address": ("the address of 1 picture", "the addresses of {} pictures"),
    "page's address": ("the address of 1 page", "the addresses of {} pages"),
    "link in the notes": ("1 link in the notes", "{} links in the notes"),
    "place in the order": ("the place of 1 episode", "the places of {} episodes"),
    "guid of its own": ("the guid of 1 episode", "the guids of {} episodes"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of one ``kind``, such as ``title`` or ``enclosure``, at a ``place``: a title, or ``channel``.

    ``old`` and ``new`` are the stated texts; empty where there is none. A change is ``grave`` if apps would show
    episodes again or in another order, or would take the show for another one.
    """

    place: str
    kind: str
    effect: Effect
    old: str = ""
    new: str = ""
    hint: str = ""
    grave: bool = False

    @property
    def audience(self) -> Audience:
        """Return those who notice this difference."""
        return _AUDIENCES.get(self.kind, "subscribers")

    @property
    def level(self) -> Level | None:
        """Return how bad this difference is; None for a gain, and for a change that nobody notices.

        An error is whatever a subscriber would lose or get twice.
        """
        if self.effect == "gained" or (self.effect == "changed" and self.audience == "nobody"):
            return None
        is_error = self.effect == "twice" or self.grave or (self.effect == "lost" and self.audience == "subscribers")
        return "error" if is_error else "warning"

    @property
    def example(self) -> str:
        """Return the place and both texts, as in ``"Hello" (5:00 became 6:00)``."""
        both = (
            f"{_shown(self.old)} became {_shown(self.new)}" if self.old and self.new else _shown(self.old or self.new)
        )
        if self.place == CHANNEL:
            return both
        return f"{self.place} ({both})" if both else self.place

    def problem(self) -> Problem:
        """Return this difference as a problem of the new feed."""
        old, new = _shown(self.old), _shown(self.new)
        expected = f"the {self.kind} {old}".rstrip() if self.old or self.effect != "changed" else f"no {self.kind}"
        found = new or "none"
        rule = f"{FEED_DIFF}/{self.kind.replace(' ', '-')}"
        return Problem(self.place, 0, expected, found, self.hint, self.level or "warning", rule)


def counted(kind: str, count: int) -> str:
    """Return a number of differences of one kind in words, such as ``3 titles``, or ``1 title``."""
    one, several = _COUNTED.get(kind, (f"1 {kind}", f"{{}} {kind}s"))
    return one if count == 1 else several.format(f"{count:,}")


def difference(place: str, kind: str, old: str, new: str, hint: str = "") -> Difference:
    """Return the difference of two unlike texts: a loss if there is no new one, a gain if there was no old one."""
    effect: Effect = "changed" if old and new else "lost" if old else "gained"
    return Difference(place, kind, effect, old, new, hint)


def _shown(text: str) -> str:
    text = without_secrets(" ".join(text.split()).replace(f"https://{PLACEHOLDER_HOST}", "your site"))
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1].rstrip()}…"
