"""The table of all rules, and the audit of a feed by them."""

from __future__ import annotations

from dataclasses import dataclass

from longwave.errors import Problem
from longwave.feeds.audit import (
    channel_rules,
    conversation_rules,
    credit_rules,
    enclosure_rules,
    item_rules,
    listing_rules,
    media_rules,
    transcript_rules,
)
from longwave.feeds.audit.findings import Rule, Subject


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one rule for one feed: the rule's name, its requirement in words, and the violations."""

    rule: str
    wants: str
    problems: tuple[Problem, ...]


RULES: tuple[Rule, ...] = (
    channel_rules.required, channel_rules.recommended, channel_rules.values, channel_rules.description,
    channel_rules.categories, channel_rules.self_link, channel_rules.size,
    channel_rules.artwork, channel_rules.artwork_size,
    listing_rules.blocks, listing_rules.moves, listing_rules.pictures, listing_rules.asking, listing_rules.people,
    item_rules.required, item_rules.titles, item_rules.guids, item_rules.dates, item_rules.durations,
    item_rules.numbers, item_rules.notes, item_rules.enclosures, item_rules.file_names, item_rules.podcasting,
    credit_rules.people, credit_rules.places, credit_rules.licenses, credit_rules.funding, credit_rules.value,
    credit_rules.episodes,
    conversation_rules.conversation, conversation_rules.live, conversation_rules.other_feeds,
    media_rules.media, media_rules.alternates,
    transcript_rules.transcripts,
    enclosure_rules.there, enclosure_rules.size, enclosure_rules.kind, enclosure_rules.head, enclosure_rules.ranges,
)  # fmt: skip


def audit(subject: Subject) -> tuple[Verdict, ...]:
    """Return every rule's verdict, in the order of the table."""
    return tuple(Verdict(rule.name, rule.wants, tuple(rule.problems(subject))) for rule in RULES)
