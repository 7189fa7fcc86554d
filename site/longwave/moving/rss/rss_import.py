"""A feed becomes a site's folder: first the texts, of which all are there at once, then the audio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from longwave.authoring.inventory import FIRST_SHOW
from longwave.authoring.new_site import SCAFFOLD
from longwave.authoring.safe_writing import replace_file, short_slug, write_new
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.frontmatter import decode
from longwave.content.media.audio_facts import read_sound
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.content.site.site_toml import with_shows
from longwave.content.text.plain_text import one_line
from longwave.content.text.slugs import slugify
from longwave.errors import ContentError, LongwaveError
from longwave.fetching import Fetcher, without_login
from longwave.model import Episode
from longwave.moving.import_report import REPORT, Imported, Omission, Report
from longwave.moving.rss.attachments import Companions
from longwave.moving.rss.audio_download import Downloads, FailedError, Progress
from longwave.moving.rss.channel_settings import hosts_of, image_of, site_file
from longwave.moving.rss.download_manifest import Manifest, sha256_of
from longwave.moving.rss.existing_site import holdings
from longwave.moving.rss.feed_items import Item, default_date, feed_base, read_items
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.moving.rss.feed_values import home_of
from longwave.moving.rss.html_to_markdown import MAX_LETTERS, write_notes
from longwave.moving.rss.item_files import Belongings, Place, episode_text, guest, guests_of, slug_of

_KEPT, _VERIFIED = "episodes already here, left as before", "files of audio already here"
_HERE = frozenset({_KEPT, _VERIFIED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Audio that a site's episode names: its address, and the path in the site's folder where it belongs."""

    title: str
    url: str
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A site whose texts are written. ``wanted`` is the audio that is to be there, ``report`` tells of all else.

    ``earlier`` are the reports of earlier runs.
    """

    root: Path
    manifest: Manifest
    fetcher: Fetcher
    wanted: tuple[Wanted, ...]
    report: Report
    earlier: str


def move_in(typed: str, root: Path, *, download: bool, private: bool, told: Callable[[int, int], None]) -> Moved:
    """Write the site of the feed that was ``typed``, a file or an address, into the folder ``root``.

    What is there already stays as it is. With ``download`` the episodes name files of audio, else the old addresses.
    ``private`` lets this machine's own network be asked. ``told`` hears how many episodes of how many are done. Raises
    LongwaveError.
    """
    fetcher = Fetcher("import", private=private)
    feed = read_source(typed, fetcher)
    items, omissions = read_items(feed.items, default_date(feed.channel), feed_base(feed.channel, feed.address))
    if not items and not feed.channel.first_text("title"):
        raise LongwaveError(f"{typed}: expected a podcast's RSS feed, found one without a title and episodes.")
    manifest = Manifest(root, feed.source)
    writer = _Writer(feed, items, manifest, fetcher, download)
    writer.site_files()
    # The oldest first: of two that came out at once, with one title, the later name is then the younger one's.
    for done, item in enumerate(reversed(items), 1):
        writer.episode(item)
        told(done, len(items))
    report = Report(omissions=(*feed.omissions, *omissions)) + writer.report()
    path = root / REPORT
    earlier = path.read_text("utf-8", "replace") if path.exists() else ""
    return Moved(root, manifest, fetcher, tuple(writer.wanted), report, earlier)


def fetch_audio(moved: Moved, progress: Progress) -> tuple[Report, int]:
    """Fetch the audio that isn't there, and verify what is. What was taken and left, and how many files failed.

    ``progress`` hears how many bytes of how many of all files there are; what the feed claims gives way to what the
    files have. Raises LongwaveError when the disk is full.
    """
    downloads = Downloads(moved.fetcher, moved.manifest.parts)
    counted: Counter[str] = Counter()
    omissions: list[Omission] = []
    done, whole = 0, sum(each.bytes for each in moved.wanted)
    for wanted in moved.wanted:
        path = moved.root / wanted.name
        tally = _Tally(done, whole - wanted.bytes, wanted.bytes, progress)
        if path.exists():
            counted["verified"] += _verify(moved.manifest, wanted, path, omissions)
            tally.told(path.stat().st_size, path.stat().st_size)
        else:
            try:
                moved.manifest.add(wanted.name, downloads.fetch(wanted.url, path, tally.told))
                counted["fetched"] += 1
                omissions += _heard(path, wanted)
            except FailedError as error:
                counted["failed"] += 1
                what = f"{wanted.title}: {without_login(wanted.url)} ({error})"
                omissions.append(Omission(what, "audio that couldn't be had; run it again"))
        done, whole = done + tally.have, whole - wanted.bytes + tally.total
    where = f"content/audio/{_folder(moved.wanted)}"
    taken = (
        Imported("files of audio", counted["fetched"], where),
        Imported(_VERIFIED, counted["verified"], where),
    )
    return Report(taken, tuple(omissions)), counted["failed"]


@dataclass(slots=True)
class _Tally:
    """Counts the bytes of one file among those of all: ``before`` are there, ``others`` are the bytes of the others."""

    before: int
    others: int
    total: int
    progress: Progress
    have: int = 0

    def told(self, have: int, total: int) -> None:
        """So many bytes of so many; a total of 0 isn't known."""
        self.have, self.total = have, max(total or self.total, have)
        self.progress(self.before + have, self.others + self.total)


def _heard(path: Path, wanted: Wanted) -> Iterator[Omission]:
    try:
        read_sound(path, wanted.name)
    except ContentError as error:
        what = f"{wanted.title}: {wanted.name} ({error.problem.found})"
        yield Omission(what, "files in which nothing can be heard; they were fetched as they are")


def write_report(moved: Moved, report: Report) -> Path:
    """Keep the report in the site's folder, above those of earlier runs; one that brought nothing new isn't kept."""
    path = moved.root / REPORT
    if not moved.earlier or any(each.count for each in report.taken if each.what not in _HERE):
        today = datetime.now(UTC).date()
        text = report.markdown(f"What moved here from {moved.manifest.source} on {today}")
        replace_file(path, f"{text}\n{moved.earlier}" if moved.earlier else text)
    return path


def _folder(wanted: tuple[Wanted, ...]) -> str:
    return wanted[0].name.split("/")[2] if wanted else FIRST_SHOW


def _verify(manifest: Manifest, wanted: Wanted, path: Path, omissions: list[Omission]) -> bool:
    known = manifest.of(wanted.name)
    if known is None or (known.bytes == path.stat().st_size and known.sha256 == sha256_of(path)):
        return True
    omissions.append(
        Omission(wanted.name, "files that aren't what was fetched any more; delete one to have it fetched again")
    )
    return False


class _Writer:
    """Writes what isn't there yet."""

    def __init__(
        self, feed: OldFeed, items: tuple[Item, ...], manifest: Manifest, fetcher: Fetcher, download: bool
    ) -> None:
        self._feed, self._items, self._manifest, self._download = feed, items, manifest, download
        self._root = manifest.root
        self._held = holdings(self._root / "content")
        held = (self._held.episodes[item.guid].show for item in items if item.guid in self._held.episodes)
        self._show_name = next(held, FIRST_SHOW)
        self._companions = Companions(fetcher, manifest, self._show_name)
        self._hosts: frozenset[str] = frozenset()
        self._left: list[Omission] = []
        self._written = self._kept = 0
        self.wanted: list[Wanted] = []

    def site_files(self) -> None:
        """``site.toml``, and what every folder of a site has beside it."""
        for name, text in SCAFFOLD.items():
            if not (self._root / name).exists():
                write_new(self._root / name, text)
        self._hosts = frozenset(one_line(person.text) for person in hosts_of(self._feed.document))
        seasons, pictures = _seasons(self._items), self._pictures()
        moved = site_file(self._feed.document, self._show_name, self._feed.address, seasons, pictures)
        self._left += moved.omissions
        if not (self._root / SITE_FILE).exists():
            write_new(self._root / SITE_FILE, moved.text)
        self._held = holdings(self._root / "content")
        self._site = with_shows(self._held.site, (self._show_name,))

    def _pictures(self) -> Mapping[str, str]:
        channel = self._feed.channel
        found: dict[str, str] = {}
        cover = image_of(channel)
        if cover:
            found[cover] = self._companions.picture(cover, "cover")
        for person in hosts_of(self._feed.document):
            if person.get("img"):
                found[person.get("img")] = self._portrait(person.text, person.get("img"))
        return found

    def _portrait(self, name: str, url: str) -> str:
        return self._companions.picture(url, f"guests/{short_slug(slugify(name)) or 'guest'}") if url else ""

    def episode(self, item: Item) -> None:
        """The file of an item, unless there is one with its guid."""
        known = self._held.episodes.get(item.guid)
        if known is not None or self._held.is_broken(item.guid):
            self._kept += 1
            if known is not None:
                self._want(item, known)
            return
        slug = slug_of(item, self._held.slugs)
        self._held.slugs.add(slug)
        name = f"content/{self._show_name}/{item.date:%Y-%m-%d}-{slug}.md"
        notes = write_notes(item.notes[:MAX_LETTERS], item.link or feed_base(self._feed.channel, self._feed.address))
        show = next(show for show in self._site.shows if show.slug == self._show_name)
        place = Place(self._site, show, home_of(self._feed.channel.first_text("link")))
        text, omissions = episode_text(item, name, notes, self._belongings(item, slug), place)
        self._left += omissions
        try:
            episode = parse_episode(name, decode(name, text.encode()), self._site, show, 0).episode
        except ContentError as error:
            self._left.append(Omission(item.title, f"it makes no episode: {error.problem}"))
            return
        write_new(self._root / name, text)
        self._written += 1
        self._want(item, episode)

    def _belongings(self, item: Item, slug: str) -> Belongings:
        cover = image_of(self._feed.channel)
        image = item.image if item.image != cover else ""
        return Belongings(
            audio=self._audio(item, slug),
            image=self._companions.picture(image, f"{self._show_name}/{slug}") if image else "",
            transcript=self._companions.transcript(item, slug),
            chapters=self._companions.chapters(item, slug),
            guests=tuple(
                guest(person, self._portrait(person.text, person.get("img"))) for person in guests_of(item, self._hosts)
            ),
        )

    def _audio(self, item: Item, slug: str) -> str:
        if item.enclosure is None:
            return ""
        return f"{slug}{item.enclosure.suffix}" if self._download else item.enclosure.url

    def _want(self, item: Item, episode: Episode) -> None:
        sound = episode.enclosure
        if not self._download or not item.enclosure or not sound or not sound.expected:
            return
        if sound.url == item.enclosure.url:
            why = "its file names the old address; delete the file and run it again, and its audio comes along"
            self._left.append(Omission(item.title, why))
        if sound.url or not sound.file:
            return
        # The owner may have written anything there by now.
        if all(part and not part.startswith(".") and "\\" not in part for part in sound.file.split("/")):
            name = f"content/audio/{episode.show}/{sound.file}"
            self.wanted.append(Wanted(item.title, item.enclosure.url, name, item.enclosure.bytes))

    def report(self) -> Report:
        """What was written and what wasn't."""
        taken = [Imported("episodes", self._written, f"content/{self._show_name}/"), Imported(_KEPT, self._kept)]
        taken += [Imported(what, count) for what, count in self._companions.taken.items()]
        return Report(tuple(taken), (*self._left, *self._companions.omissions))


def _seasons(items: tuple[Item, ...]) -> Mapping[int, str]:
    """The names of the seasons, as the newest episode that names one has it."""
    names: dict[int, str] = {}
    for item in items:
        for season in item.element.all("podcast:season"):
            if item.season and season.get("name"):
                names.setdefault(item.season, one_line(season.get("name")))
    return names
