"""The rules for feeds, applied to the feeds that the folder would publish now."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from longwave.catalogue import Catalogue
from longwave.edition.assembly import Assembly
from longwave.edition.intake import Intake
from longwave.edition.records import TRANSCRIPT
from longwave.errors import Problem
from longwave.feeds.audit.audited_feed import read_feed
from longwave.feeds.audit.findings import gather
from longwave.feeds.audit.local import Local
from longwave.feeds.audit.validator import audit
from longwave.feeds.entries import entry
from longwave.feeds.feed_data import Part
from longwave.feeds.feed_lists import show_feed
from longwave.feeds.rss import rss
from longwave.model import Episode, Moment, Notes, Transcript

#: What a site may do without, if it isn't meant for the directories.
_MISSING = frozenset({"feed/channel", "feed/item"})


class ReadTexts:
    """The texts of episodes, read but not rendered: of our own notes no rule wants to know more than their size."""

    def __init__(self, intake: Intake, whole: Assembly) -> None:
        self._intake, self._whole = intake, whole

    def feed_html(self, episode: Episode, _link: str) -> str:
        body = self._intake.bodies.get(episode.source)
        # Nothing of it is markup: what runs or loads was never in a feed of ours.
        return html.escape(body.text) if body else ""

    def notes(self, episode: Episode) -> Notes:
        body = self._intake.bodies.get(episode.source)
        return body.read() if body else Notes()

    def has_transcript(self, episode: Episode) -> bool:
        return bool(self.transcript(episode).cues)

    def transcript(self, episode: Episode) -> Transcript:
        """Return what is said in an episode; empty where nobody wrote it down."""
        name = self._whole.episodes[episode.key][2]
        return TRANSCRIPT.validate_json(self._intake.sources[name].record) if name else Transcript()

    def chapters(self, episode: Episode) -> Sequence[Moment]:
        return episode.chapters or self.notes(episode).moments


def feed_findings(
    content: Path, catalogue: Catalogue, base: str, intake: Intake, whole: Assembly
) -> tuple[Problem, ...]:
    """What the rules find in the feed of each show that can be heard, each line once."""
    texts = ReadTexts(intake, whole)
    found = (problem for show in catalogue.shows for problem in _of_show(content, catalogue, show, base, texts))
    return tuple(dict.fromkeys(found))


def feed_now(catalogue: Catalogue, slug: str, base: str, intake: Intake, whole: Assembly) -> bytes:
    """The feed of a show with all of its episodes, as it would be published now; the notes as plain text."""
    feed = show_feed(catalogue, catalogue.shows[slug], base)
    entries = [entry(catalogue, ReadTexts(intake, whole), episode, base) for episode in feed.episodes]
    changed = entries[0].date if entries else datetime.fromtimestamp(0, UTC)
    return rss(feed.channel, entries, Part(changed))


def _of_show(content: Path, catalogue: Catalogue, slug: str, base: str, texts: ReadTexts) -> Iterator[Problem]:
    feed = show_feed(catalogue, catalogue.shows[slug], base)
    heard = [entry(catalogue, texts, episode, base) for episode in feed.page(1)]
    heard = [each for each in heard if each.enclosure]
    if not heard:
        return
    address = f"{feed.channel.address}.xml"
    subject = gather(read_feed(rss(feed.channel, heard, Part(heard[0].date))), address, Local(content / "images", base))
    for verdict in audit(subject):
        for problem in verdict.problems:
            yield replace(problem, level="warning") if problem.rule in _MISSING else problem
