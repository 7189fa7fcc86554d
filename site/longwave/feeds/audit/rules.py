"""All rules in one table, and what comes of them for one feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from longwave.feeds.audit import audio, channel, items
from longwave.feeds.audit.findings import Finding, Subject


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one feed: its name, what it wants in a sentence, and what it found."""

    rule: str
    wants: str
    findings: tuple[Finding, ...]


#: Each rule's docstring is its name and what it wants.
RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    channel.required, channel.recommended, channel.values, channel.description, channel.categories, channel.self_link,
    channel.size, channel.artwork, channel.artwork_size,
    items.required, items.titles, items.guids, items.dates, items.durations, items.numbers, items.notes,
    items.enclosures, items.file_names, items.podcasting,
    audio.there, audio.length, audio.kind, audio.head, audio.ranges,
)  # fmt: skip


def audit(subject: Subject) -> tuple[Verdict, ...]:
    """Every rule's verdict, in the order of the table."""
    return tuple(_verdict(rule, subject) for rule in RULES)


def _verdict(rule: Callable[[Subject], Iterator[Finding]], subject: Subject) -> Verdict:
    name, _, wants = (rule.__doc__ or "").partition(": ")
    return Verdict(name, wants, tuple(rule(subject)))
