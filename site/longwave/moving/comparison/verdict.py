"""The outcome of a comparison for people: its differences grouped by kind, and who will notice them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from longwave.errors import Level
from longwave.moving.comparison.differences import CHANNEL, Audience, Difference, Effect, counted

#: The most places that a group names; JSON names all of them.
_MAX_NAMED = 10
_AUDIENCES: tuple[Audience, ...] = ("subscribers", "directories")
#: The headings of the effects, in the order in which people read about them.
HEADINGS: Mapping[Effect, str] = {"lost": "Lost", "twice": "Sent twice", "changed": "Changed", "gained": "Gained"}
_VERBS: Mapping[Effect, str] = {
    "lost": "lose {}", "twice": "get {} twice", "changed": "find {} changed", "gained": "get {}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The differences of one kind with one effect, of which there is at least one."""

    kind: str
    effect: Effect
    differences: tuple[Difference, ...]

    @property
    def first(self) -> Difference:
        """Return the first difference, which is the example of all."""
        return self.differences[0]

    @property
    def level(self) -> Level | None:
        """Return the worst level of the differences; None if none of them is a problem."""
        levels = {one.level for one in self.differences}
        return "error" if "error" in levels else "warning" if "warning" in levels else None

    @property
    def words(self) -> str:
        """Return the number of the differences and their kind, such as ``3 titles``; ``the cover`` of a channel."""
        is_single = len(self.differences) == 1 and self.first.place == CHANNEL
        return f"the {self.kind}" if is_single else counted(self.kind, len(self.differences))

    def __str__(self) -> str:
        """Return the group in a line: the level, the count, an example, and the names of others."""
        examples = [self.first.example, *(one.place if one.place != CHANNEL else one.example
                                          for one in self.differences[1:_MAX_NAMED])]  # fmt: skip
        more = len(self.differences) - _MAX_NAMED
        named = ", ".join(filter(None, examples)) + (f", and {more:,} more" if more > 0 else "")
        level = f"{self.level}: " if self.level else ""
        hint = f" {self.first.hint}" if self.first.hint and self.level else ""
        return f"{level}{self.words}{f': {named}' if named else ''}".rstrip(".") + f".{hint}"


def grouped(differences: Iterable[Difference]) -> tuple[Group, ...]:
    """Return the differences by effect and kind: losses first, of them errors, of them episodes."""
    found: dict[tuple[Effect, str], list[Difference]] = {}
    for one in differences:
        found.setdefault((one.effect, one.kind), []).append(one)
    groups = [Group(kind, effect, tuple(ones)) for (effect, kind), ones in found.items()]
    ranks: Mapping[Level | None, int] = {"error": 0, "warning": 1, None: 2}
    order = list(HEADINGS)
    return tuple(
        sorted(groups, key=lambda group: (order.index(group.effect), ranks[group.level], group.kind != "episode"))
    )


def summary(differences: Sequence[Difference]) -> str:
    """Return the differences for people, grouped below headings, and the verdict at the end."""
    return "\n".join((*_grouped_lines(grouped(differences)), f"Verdict: {verdict(differences)}"))


def verdict(differences: Sequence[Difference]) -> str:
    """Return in sentences who will notice the differences, and which ones."""
    groups = grouped(differences)
    noticed = [sentence for audience in _AUDIENCES if (sentence := _noticed(groups, audience))]
    if noticed and not any(group.effect != "gained" and group.first.audience in _AUDIENCES for group in groups):
        noticed.insert(0, "Nobody loses anything.")
    return " ".join(noticed) or "Nobody will notice the move."


def _grouped_lines(groups: Sequence[Group]) -> Iterator[str]:
    unnoticed = [group for group in groups if group.effect == "changed" and group.level is None]
    for effect, heading in HEADINGS.items():
        lines = [f"  {group}" for group in groups if group.effect == effect and group not in unnoticed]
        yield from ((f"{heading}:", *lines, "") if lines else ())
    if unnoticed:
        yield from ("Changed, and noticed by nobody:", *(f"  {group}" for group in unnoticed), "")


def _noticed(groups: Sequence[Group], audience: Audience) -> str:
    """Return a sentence about all that an audience notices; empty if that is nothing."""
    seen = [group for group in groups if group.first.audience == audience]
    parts = [
        verb.format(_listed([group.words for group in seen if group.effect == effect]))
        for effect, verb in _VERBS.items()
        if any(group.effect == effect for group in seen)
    ]
    if not parts:
        return ""
    is_gain = all(group.effect == "gained" for group in seen)
    begin = audience.capitalize() if is_gain else f"{audience.capitalize()} will notice: they"
    return f"{begin} {_listed(parts)}."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
