"""The attachments of imported episodes: images, transcripts and chapters are fetched, validated and put in place."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence

from PIL import Image

from longwave.authoring.safe_writing import write_new
from longwave.content.fields.content_file import MAX_BYTES
from longwave.content.transcripts.languages import is_same_language
from longwave.content.transcripts.transcript_file import (
    MAX_TRANSCRIPT_BYTES,
    decode_transcript,
    parse_transcript,
    transcript_suffix,
)
from longwave.errors import ContentError
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login
from longwave.model import Moment
from longwave.moving.import_report import Omission
from longwave.moving.rss.download_manifest import Fetched, Manifest
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_values import web_host
from longwave.moving.rss.offered_chapters import chapters_file, offered_chapters
from longwave.moving.rss.transcript_offers import FetchedTranscript, Offer, offers_by_language

_MAX_IMAGE_BYTES = 20_000_000
_FORMS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}


class AttachmentFetcher:
    """A fetcher of images, transcripts and chapters into the folder of ``manifest``, which fetches no address twice.

    ``omissions`` collects the failures, and ``counts`` counts the files fetched of each kind.
    """

    def __init__(self, fetcher: Fetcher, manifest: Manifest, show: str) -> None:
        self._fetcher, self._manifest, self._show = fetcher, manifest, show
        self._missing: set[str] = set()
        self.omissions: list[Omission] = []
        self.counts: dict[str, int] = {"pictures": 0, "transcripts": 0, "chapters": 0}

    def image(self, url: str, name: str) -> str:
        """Return an image's path below ``content/images``, which is ``name`` with a suffix.

        The result is ``url`` itself where the image can't be fetched, and empty where ``url`` is no web address.
        """
        existing = self._manifest.name_of(url, "content/images") or self._existing_image(f"content/images/{name}")
        if existing or not web_host(url) or url in self._missing:
            return existing.removeprefix("content/images/") or (url if web_host(url) else "")
        body = self._fetch(url, _MAX_IMAGE_BYTES, "pictures that stay at the old address")
        suffix = _image_suffix(body) if body else ""
        if body and not suffix:
            self.omissions.append(Omission(without_login(url), "it is no picture that can be read"))
        if not body or not suffix:
            self._missing.add(url)
            return url
        file = self._place(f"content/images/{name}{suffix}", url, body)
        self.counts["pictures"] += 1
        return file.removeprefix("content/images/")

    def _existing_image(self, stem: str) -> str:
        """Return the existing image of this name without suffix, such as a portrait fetched for another episode."""
        names = (f"{stem}{suffix}" for suffix in _FORMS.values())
        return next((name for name in names if (self._manifest.root / name).exists()), "")

    def transcripts(self, item: Item, slug: str, language: str) -> tuple[FetchedTranscript, ...]:
        """Fetch the episode's best transcript in each language, first that in the show's ``language``.

        The file of the first is named like the episode; others, and one in another language than the show's, have
        their language in the name.
        """
        found: list[FetchedTranscript] = []
        for spoken, offers in offers_by_language(item.element.all("podcast:transcript"), language).items():
            is_main = not found and is_same_language(spoken, language)
            stem = f"content/transcripts/{self._show}/{slug if is_main else f'{slug}.{spoken}'}"
            fetched = next(filter(None, (self._transcript(item, stem, offer) for offer in offers)), "")
            if fetched:
                rel = next((offer.rel for offer in offers if offer.rel), "")
                found.append(FetchedTranscript(fetched.rpartition("/")[2], spoken, rel))
        self.counts["transcripts"] += len(found)
        return tuple(found)

    def _transcript(self, item: Item, stem: str, offer: Offer) -> str:
        """Return the name of the file of a transcript, ``stem`` with a suffix; empty if it can't be had or read."""
        body = self._fetch(offer.url, MAX_TRANSCRIPT_BYTES, "transcripts that couldn't be had")
        if body is None:
            return ""
        name = f"{stem}{offer.suffix or '.txt'}"
        try:
            text = decode_transcript(name, body)
            _, problems = parse_transcript(name, text)
        except ContentError as error:
            self._reject("transcripts", item, offer.url, error)
            return ""
        if problems:
            reason = "transcripts of which something was left out: longwave check names the lines"
            self.omissions.append(Omission(f"{item.title}: {without_login(offer.url)}", reason))
        return self._place(f"{stem}{transcript_suffix(name, text)}", offer.url, body)

    def chapters(self, item: Item, slug: str, moments: Sequence[Moment]) -> str:
        """Fetch the episode's chapters with their pictures; return their name below ``content/chapters/<show>``.

        The name is empty if there are none, or if they are those of the notes, ``moments``.
        """

        def picture(url: str, number: int) -> str:
            return self.image(url, f"{self._show}/{slug}-chapter-{number}")

        for offer in offered_chapters(item, lambda url: self._fetch(url, MAX_BYTES, "chapters that couldn't be had")):
            try:
                body = chapters_file(offer.read(), moments, picture)
            except ContentError as error:
                self._reject("chapters", item, offer.name, error)
                continue
            if body is None:
                return ""
            self.counts["chapters"] += 1
            return self._place(f"content/chapters/{self._show}/{slug}.json", offer.name, body).rpartition("/")[2]
        return ""

    def _reject(self, kind: str, item: Item, url: str, error: ContentError) -> None:
        reason = f"{kind} that can't be read: {error.problem.found}"
        self.omissions.append(Omission(f"{item.title}: {without_login(url)}", reason))

    def _fetch(self, url: str, limit: int, reason: str) -> bytes | None:
        """Return the body at an address; None, with an omission for ``reason``, where it can't be fetched."""
        try:
            answer = self._fetcher.fetch(url, limit=limit + 1)
        except FETCH_ERRORS as error:
            self.omissions.append(Omission(f"{without_login(url)[:300]} ({error_message(error)})", reason))
            return None
        if answer.is_truncated:
            self.omissions.append(Omission(f"{without_login(url)[:300]} (more than {limit:,} bytes)", reason))
            return None
        return answer.body

    def _place(self, name: str, url: str, body: bytes) -> str:
        """Write ``body``, fetched from ``url``, to the file ``name``, unless that file exists; return ``name``."""
        if not (self._manifest.root / name).exists():
            write_new(self._manifest.root / name, body)
            self._manifest.add(name, Fetched(url, len(body), hashlib.sha256(body).hexdigest()))
        return name


def _image_suffix(body: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(body), formats=tuple(_FORMS)) as opened:
                return _FORMS[opened.format or ""]
    except (OSError, ValueError, KeyError, Image.DecompressionBombError):
        return ""
