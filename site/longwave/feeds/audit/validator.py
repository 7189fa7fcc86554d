"""All rules in one table, and what comes of them for one feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from longwave.errors import Problem
from longwave.feeds.audit import channel_rules, enclosure_rules, item_rules
from longwave.feeds.audit.findings import Finding, Subject


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one feed: its name, what it wants in a sentence, and what it found."""

    rule: str
    wants: str
    problems: tuple[Problem, ...]


#: Each rule's docstring is its name and what it wants.
RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    channel_rules.required, channel_rules.recommended, channel_rules.values, channel_rules.description,
    channel_rules.categories, channel_rules.self_link, channel_rules.size,
    channel_rules.artwork, channel_rules.artwork_size,
    item_rules.required, item_rules.titles, item_rules.guids, item_rules.dates, item_rules.durations,
    item_rules.numbers, item_rules.notes, item_rules.enclosures, item_rules.file_names, item_rules.podcasting,
    enclosure_rules.there, enclosure_rules.length, enclosure_rules.kind, enclosure_rules.head, enclosure_rules.ranges,
)  # fmt: skip


def audit(subject: Subject) -> tuple[Verdict, ...]:
    """Every rule's verdict, in the order of the table."""
    return tuple(_verdict(rule, subject) for rule in RULES)


def _verdict(rule: Callable[[Subject], Iterator[Finding]], subject: Subject) -> Verdict:
    name, _, wants = (rule.__doc__ or "").partition(": ")
    return Verdict(name, wants, tuple(finding.problem for finding in rule(subject)))
