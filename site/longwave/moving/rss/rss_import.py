"""The import of a podcast's feed into a site's folder: first all texts and images, then the audio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from longwave.authoring.inventory import FIRST_SHOW
from longwave.authoring.safe_writing import replace_file
from longwave.config import read_settings
from longwave.content.media.audio_facts import read_audio_facts
from longwave.disk import read_regular_text
from longwave.edition.check.site_check import render_feeds
from longwave.errors import ContentError, LongwaveError
from longwave.fetching import Fetcher, without_login
from longwave.moving.import_report import REPORT, Finding, Imported, Omission, Report
from longwave.moving.proof import prove
from longwave.moving.rss.audio_download import DownloadError, Downloads, Progress
from longwave.moving.rss.download_manifest import Manifest, sha256_of
from longwave.moving.rss.feed_items import default_date, feed_base, read_items
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.moving.rss.site_writer import EXISTING_EPISODES, SiteWriter, WantedAudio

_EXISTING_AUDIO = "files of audio already here"
_EXISTING = frozenset({EXISTING_EPISODES, _EXISTING_AUDIO})


@dataclass(frozen=True, slots=True)
class ImportedFeed:
    """A feed whose texts are written into the site's folder ``root``, while its audio is still to be fetched.

    ``wanted`` is the audio that the site needs, ``report`` is about everything else, and ``earlier_reports`` is the
    text of the reports of earlier runs. ``feed`` is the old feed, and ``show`` the slug of its show.
    """

    root: Path
    manifest: Manifest
    fetcher: Fetcher
    wanted: tuple[WantedAudio, ...]
    report: Report
    earlier_reports: str
    feed: OldFeed
    show: str

    @property
    def missing(self) -> str:
        """Return why a page of the feed couldn't be read; empty for a complete feed."""
        return self.feed.missing


def import_feed(
    typed: str, root: Path, *, download: bool, private: bool, progress: Callable[[int, int], None]
) -> ImportedFeed:
    """Write the site of the feed ``typed``, a file's name or an address, into the folder ``root``.

    No existing file is overwritten. With ``download`` the episodes name files of audio, else the addresses on the old
    host. ``private`` allows requests to this machine's own network. ``progress`` is called with the number of episodes
    done and of all. Raises LongwaveError when the feed can't be read or a file can't be written.
    """
    fetcher = Fetcher("import", private=private)
    feed = read_source(typed, fetcher, partial=True)
    items, omissions = read_items(feed.items, default_date(feed.channel), feed_base(feed.channel, feed.address))
    if not items and not feed.channel.first_text("title"):
        raise LongwaveError(f"{typed}: expected a podcast's RSS feed, found one without a title and episodes.")
    manifest = Manifest(root, feed.source)
    writer = SiteWriter(feed, items, manifest, fetcher, download)
    writer.write_settings()
    # The oldest comes first, so that of two items with one date and title the younger one gets the number in its slug.
    for done, item in enumerate(reversed(items), 1):
        writer.write_episode(item)
        progress(done, len(items))
    gone = (Omission(feed.missing, "a page of the feed is missing, and so are its episodes"),) if feed.missing else ()
    report = Report(omissions=(*gone, *feed.omissions, *omissions)) + writer.report()
    path = root / REPORT
    earlier_reports = read_regular_text(path) if path.exists() else ""
    return ImportedFeed(root, manifest, fetcher, tuple(writer.wanted), report, earlier_reports, feed, writer.show)


def fetch_audio(feed: ImportedFeed, progress: Progress) -> tuple[Report, int]:
    """Fetch the missing audio and verify the existing files; return the report of both and the number of failures.

    ``progress`` is called with the bytes done and the bytes of all files; sizes stated in the feed are corrected by
    those of the actual files. Raises LongwaveError when the disk is full.
    """
    downloads = Downloads(feed.fetcher, feed.manifest.parts)
    counts: Counter[str] = Counter()
    omissions: list[Omission] = []
    done, total = 0, sum(wanted.bytes for wanted in feed.wanted)
    for wanted in feed.wanted:
        path = feed.root / wanted.name
        tally = _Tally(done, total - wanted.bytes, wanted.bytes, progress)
        if path.exists():
            counts["verified"] += _verify(feed.manifest, wanted, path, omissions)
            tally.update(path.stat().st_size, path.stat().st_size)
        else:
            try:
                feed.manifest.add(wanted.name, downloads.fetch(wanted.url, path, tally.update))
                counts["fetched"] += 1
                omissions += _without_sound(path, wanted)
            except DownloadError as error:
                counts["failed"] += 1
                subject = f"{wanted.title}: {without_login(wanted.url)} ({error})"
                omissions.append(Omission(subject, "audio that couldn't be had; run it again"))
        done, total = done + tally.done, total - wanted.bytes + tally.total
    place = f"content/audio/{_show_of(feed.wanted)}"
    imported = (
        Imported("files of audio", counts["fetched"], place),
        Imported(_EXISTING_AUDIO, counts["verified"], place),
    )
    return Report(imported, tuple(omissions)), counts["failed"]


def prove_import(feed: ImportedFeed) -> Report:
    """Return a report of that in which the new site's feed differs from the old one.

    The feeds are compared when all audio is here, as an episode without its audio has no enclosure.
    """
    settings = read_settings({}, feed.root)
    try:
        rendered = render_feeds(settings)
    except LongwaveError as error:
        return Report(findings=(Finding("Lost", "the new feed", (str(error).rstrip("."),)),))
    return prove(settings, rendered, feed.show, feed.feed.document, feed.feed.address)


def write_report(feed: ImportedFeed, report: Report) -> Path:
    """Write the report into the site's folder, above those of earlier runs, and return its path.

    The report of a run that imported nothing new isn't written if an earlier report exists.
    """
    path = feed.root / REPORT
    if not feed.earlier_reports or any(entry.count for entry in report.imported if entry.kind not in _EXISTING):
        today = datetime.now(UTC).date()
        text = report.markdown(f"What moved here from {feed.manifest.source} on {today}")
        replace_file(path, f"{text}\n{feed.earlier_reports}" if feed.earlier_reports else text)
    return path


@dataclass(slots=True)
class _Tally:
    """A counter of one file's bytes in the progress bar of all files."""

    before: int
    others: int
    total: int
    progress: Progress
    done: int = 0

    def update(self, done: int, total: int) -> None:
        """Move the progress bar: ``done`` of this file's ``total`` bytes are fetched; a total of 0 is unknown."""
        self.done, self.total = done, max(total or self.total, done)
        self.progress(self.before + done, self.others + self.total)


def _without_sound(path: Path, wanted: WantedAudio) -> Iterator[Omission]:
    try:
        read_audio_facts(path, wanted.name)
    except ContentError as error:
        subject = f"{wanted.title}: {wanted.name} ({error.problem.found})"
        yield Omission(subject, "files in which nothing can be heard; they were fetched as they are")


def _show_of(wanted: tuple[WantedAudio, ...]) -> str:
    return wanted[0].name.split("/")[2] if wanted else FIRST_SHOW


def _verify(manifest: Manifest, wanted: WantedAudio, path: Path, omissions: list[Omission]) -> bool:
    """Return whether an existing file is unchanged since it was fetched, or was never fetched; else add an omission."""
    fetched = manifest.fetched(wanted.name)
    if fetched is None or (fetched.bytes == path.stat().st_size and fetched.sha256 == sha256_of(path)):
        return True
    reason = "files that aren't what was fetched any more; delete one to have it fetched again"
    omissions.append(Omission(wanted.name, reason))
    return False
