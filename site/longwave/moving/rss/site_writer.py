"""The writer of an imported site: settings, images and an episode file for each item, none of which it overwrites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from longwave.authoring.inventory import FIRST_SHOW
from longwave.authoring.literals import Value
from longwave.authoring.new_site import SCAFFOLD
from longwave.authoring.safe_writing import is_safe_path, short_slug, write_new
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.episodes.notes import read_notes
from longwave.content.fields.content_file import decode
from longwave.content.media.media_types import HLS, canonical
from longwave.content.site.site_toml import SITE_FILE, with_shows
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError
from longwave.fetching import Fetcher
from longwave.model import Episode
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.rss.attachments import AttachmentFetcher
from longwave.moving.rss.channel_settings import image_of, site_toml_from_feed
from longwave.moving.rss.download_manifest import Manifest
from longwave.moving.rss.existing_site import read_existing
from longwave.moving.rss.feed_enclosures import FeedEnclosure
from longwave.moving.rss.feed_items import Item, feed_base
from longwave.moving.rss.feed_people import ItemPeople, people_of
from longwave.moving.rss.feed_source import OldFeed
from longwave.moving.rss.feed_values import host_without_www
from longwave.moving.rss.html_to_markdown import MAX_NOTES_LENGTH, notes_to_markdown
from longwave.moving.rss.item_files import Attachments, Destination, episode_text, slug_of
from longwave.moving.rss.listing_values import other_pictures, picture_value
from longwave.moving.rss.podcasting_values import split_sponsors

#: The label in the report for the number of episodes that earlier runs wrote.
EXISTING_EPISODES = "episodes already here, left as before"


@dataclass(frozen=True, slots=True)
class WantedAudio:
    """The audio that an imported episode needs: its address, its path in the site's folder, its size in the feed."""

    title: str
    url: str
    name: str
    bytes: int


class SiteWriter:
    """A writer that adds the missing files of a feed's site, and collects the omissions and the audio to fetch.

    With ``download`` the episodes name files of audio, else the addresses on the old host.
    """

    def __init__(
        self, feed: OldFeed, items: tuple[Item, ...], manifest: Manifest, fetcher: Fetcher, download: bool
    ) -> None:
        self._feed, self._items, self._download = feed, items, download
        self._root = manifest.root
        self._existing = read_existing(self._root / "content")
        shows = (self._existing.episodes[item.guid].show for item in items if item.guid in self._existing.episodes)
        self._show_name = next(shows, FIRST_SHOW)
        self._fetcher = AttachmentFetcher(fetcher, manifest, self._show_name)
        self._people = ItemPeople(feed.document, self._fetch_portrait)
        self._omissions: list[Omission] = []
        self._written_count = self._existing_count = 0
        self.wanted: list[WantedAudio] = []

    @property
    def show(self) -> str:
        """Return the slug of the show into which the feed is imported."""
        return self._show_name

    def write_settings(self) -> None:
        """Write ``site.toml`` and the files that every site has beside its content, and fetch the images they name."""
        for name, text in SCAFFOLD.items():
            if not (self._root / name).exists():
                write_new(self._root / name, text)
        seasons, images = _seasons(self._items), self._fetch_images()
        settings = site_toml_from_feed(self._feed.document, self._show_name, self._feed.address, seasons, images)
        self._omissions += settings.omissions
        if not (self._root / SITE_FILE).exists():
            write_new(self._root / SITE_FILE, settings.text)
        self._existing = read_existing(self._root / "content")
        self._site = with_shows(self._existing.site, (self._show_name,))
        self._show = next(show for show in self._site.shows if show.slug == self._show_name)

    def _fetch_images(self) -> Mapping[str, str]:
        """Return the file of each picture of the show and of each host's portrait by the image's address."""
        images: dict[str, str] = {}
        cover = image_of(self._feed.channel)
        if cover:
            images[cover] = self._fetcher.image(cover, "cover")
        for number, picture in enumerate(other_pictures(self._feed.channel, cover), 2):
            images[picture.get("href")] = self._fetcher.image(picture.get("href"), f"cover-{number}")
        for person in people_of(self._feed.document):
            if person.get("img"):
                images[person.get("img")] = self._fetch_portrait(person.text, person.get("img"))
        return images

    def _fetch_pictures(self, item: Item, slug: str) -> Iterator[Mapping[str, Value]]:
        """Yield the entries of the key ``images`` for an item's further pictures."""
        for number, picture in enumerate(other_pictures(item.element, item.image), 2):
            file = self._fetcher.image(picture.get("href"), f"{self._show_name}/{slug}-{number}")
            yield picture_value(picture, file)

    def _fetch_portrait(self, name: str, url: str) -> str:
        return self._fetcher.image(url, f"guests/{short_slug(slugify(name)) or 'guest'}") if url else ""

    def write_episode(self, item: Item) -> None:
        """Write the episode of an item, unless a file has its guid."""
        existing = self._existing.episodes.get(item.guid)
        if existing is not None or self._existing.is_broken(item.guid):
            self._existing_count += 1
            if existing is not None:
                self._request_audio(item, existing)
            return
        slug = slug_of(item, self._existing.slugs)
        self._existing.slugs.add(slug)
        name = f"content/{self._show_name}/{item.date:%Y-%m-%d}-{slug}.md"
        base = item.link or feed_base(self._feed.channel, self._feed.address)
        html, sponsors = split_sponsors(item.notes[:MAX_NOTES_LENGTH])
        notes = notes_to_markdown(html, base)
        show = self._show
        destination = Destination(self._site, show, host_without_www(self._feed.channel.first_text("link")))
        text, omissions = episode_text(
            item, name, notes, self._attachments(item, slug, sponsors, notes.body), destination
        )
        self._omissions += omissions
        try:
            episode = parse_episode(name, decode(name, text.encode()), self._site, show, 0).episode
        except ContentError as error:
            self._omissions.append(Omission(item.title, f"it makes no episode: {error.problem}"))
            return
        write_new(self._root / name, text)
        self._written_count += 1
        self._request_audio(item, episode)

    def _attachments(self, item: Item, slug: str, sponsors: Sequence[Value], notes: str) -> Attachments:
        image = item.image if item.image != image_of(self._feed.channel) else ""
        return Attachments(
            audio=self._audio(item, slug),
            image=self._fetcher.image(image, f"{self._show_name}/{slug}") if image else "",
            images=tuple(self._fetch_pictures(item, slug)),
            transcripts=self._fetcher.transcripts(item, slug, self._show.language),
            chapters=self._fetcher.chapters(item, slug, read_notes(notes).moments),
            guests=self._people.guests(item.element),
            hosts=self._people.hosts(item.element),
            sponsors=sponsors,
        )

    def _audio(self, item: Item, slug: str) -> str:
        if item.enclosure is None:
            return ""
        return f"{slug}{item.enclosure.suffix}" if self._is_wanted(item.enclosure) else item.enclosure.url

    def _is_wanted(self, enclosure: FeedEnclosure) -> bool:
        """Return whether the audio comes along, as a stream's playlist doesn't: its segments would be missing."""
        return self._download and canonical(enclosure.type) != HLS

    def _request_audio(self, item: Item, episode: Episode) -> None:
        """Add the item's audio to ``wanted``, the list of downloads, unless the episode's file names its URL."""
        audio = episode.enclosure
        if not item.enclosure or not self._is_wanted(item.enclosure) or not audio or not audio.expected:
            return
        if audio.url == item.enclosure.url:
            reason = "its file names the old address; delete the file and run it again, and its audio comes along"
            self._omissions.append(Omission(item.title, reason))
        # The owner may have written any name into the file since the last run.
        if not audio.url and audio.file and is_safe_path(audio.file):
            name = f"content/audio/{episode.show}/{audio.file}"
            self.wanted.append(WantedAudio(item.title, item.enclosure.url, name, item.enclosure.bytes))

    def report(self) -> Report:
        """Return the counts of written and existing things, and the omissions."""
        imported = [
            Imported("episodes", self._written_count, f"content/{self._show_name}/"),
            Imported(EXISTING_EPISODES, self._existing_count),
        ]
        imported += [Imported(kind, count) for kind, count in self._fetcher.counts.items()]
        return Report(tuple(imported), (*self._omissions, *self._fetcher.omissions))


def _seasons(items: tuple[Item, ...]) -> Mapping[int, str]:
    """Return the seasons' names by number, each from the newest episode that names that season."""
    names: dict[int, str] = {}
    for item in items:
        for season in item.element.all("podcast:season"):
            if item.season and season.get("name"):
                names.setdefault(item.season, one_line(season.get("name")))
    return names
