"""The check of the feeds that would be published now from the site's folder, by the rules for feeds."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from longwave.catalogue import Catalogue
from longwave.content.episodes.chapter_entries import chapters_of_notes
from longwave.edition.store.edition_data import Assembly, Intake
from longwave.edition.store.records import has_cues
from longwave.edition.store.transcript_records import read_transcripts
from longwave.errors import Problem
from longwave.feeds.audit.audited_feed import read_feed
from longwave.feeds.audit.findings import gather
from longwave.feeds.audit.linked_files import Local
from longwave.feeds.audit.validator import audit
from longwave.feeds.entries import entry
from longwave.feeds.feed_data import FeedPage
from longwave.feeds.feed_lists import show_feed
from longwave.feeds.rss import rss
from longwave.model import Chapter, Episode, Notes, Words

#: The rules for feeds whose problems are only warnings, as a site outside podcast directories may break them.
_OPTIONAL = frozenset({"feed/channel", "feed/item"})


class UnrenderedTexts:
    """The texts of episodes for feeds, without rendering, as the rules for feeds examine only the size of notes."""

    def __init__(self, intake: Intake, assembly: Assembly) -> None:
        self._intake, self._assembly = intake, assembly

    def feed_html(self, episode: Episode, _link: str) -> str:
        body = self._intake.bodies.get(episode.source)
        # Escaped Markdown is enough for the rules, as Longwave's feeds never contain scripts or embedded content.
        return html.escape(body.text) if body else ""

    def notes(self, episode: Episode) -> Notes:
        body = self._intake.bodies.get(episode.source)
        return body.read() if body else Notes()

    def has_transcript(self, episode: Episode) -> bool:
        return has_cues(self._record(self._assembly.episodes[episode.key][2]))

    def words(self, episode: Episode) -> Words:
        """Return the searchable texts of an episode."""
        language = next(show.language for show in self._assembly.site.shows if show.slug == episode.show)
        name = self._assembly.episodes[episode.key][2]
        main, *others = read_transcripts(episode, name, language, self._record)
        return Words(self.notes(episode), main, tuple(others))

    def _record(self, name: str) -> str:
        return self._intake.sources[name].record if name else ""

    def chapters(self, episode: Episode) -> Sequence[Chapter]:
        return episode.chapters or chapters_of_notes(self.notes(episode).moments)


def check_feeds(
    content: Path, catalogue: Catalogue, base: str, intake: Intake, assembly: Assembly
) -> tuple[Problem, ...]:
    """Return the problems in the feed of each show that has audio, without duplicates."""
    texts = UnrenderedTexts(intake, assembly)
    problems = (
        problem for show in catalogue.shows for problem in _show_problems(content, catalogue, show, base, texts)
    )
    return tuple(dict.fromkeys(problems))


def render_feed(catalogue: Catalogue, slug: str, base: str, intake: Intake, assembly: Assembly) -> bytes:
    """Return the complete feed of a show as it would be published now, but with the notes as plain text."""
    feed = show_feed(catalogue, catalogue.shows[slug], base)
    entries = [entry(catalogue, UnrenderedTexts(intake, assembly), episode, base) for episode in feed.episodes]
    changed = entries[0].episode.date if entries else datetime.fromtimestamp(0, UTC)
    return rss(feed.channel, entries, FeedPage(changed))


def _show_problems(
    content: Path, catalogue: Catalogue, slug: str, base: str, texts: UnrenderedTexts
) -> Iterator[Problem]:
    feed = show_feed(catalogue, catalogue.shows[slug], base)
    playable = [entry(catalogue, texts, episode, base) for episode in feed.page(1)]
    playable = [each for each in playable if each.enclosure or each.episode.broadcast]
    if not playable:
        return
    document = read_feed(rss(feed.channel, playable, FeedPage(playable[0].episode.date)))
    subject = gather(document, f"{feed.channel.address}.xml", Local(content, base))
    for verdict in audit(subject):
        for problem in verdict.problems:
            yield replace(problem, level="warning") if problem.rule in _OPTIONAL else problem
