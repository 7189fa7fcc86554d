"""What episodes have beside their notes: pictures, transcripts and chapters, fetched, looked at, and put in place."""

from __future__ import annotations

import hashlib
import io
import json
import warnings
from collections.abc import Iterator
from urllib.parse import urlsplit

from PIL import Image

from longwave.authoring.safe_writing import write_new
from longwave.content.episodes.chapters import parse_chapters
from longwave.content.episodes.transcript_file import MAX_BYTES as MAX_TRANSCRIPT
from longwave.content.episodes.transcript_file import parse_transcript
from longwave.content.fields.frontmatter import MAX_BYTES, decode
from longwave.errors import ContentError
from longwave.fetching import FETCH_ERRORS, Fetcher, said, without_login
from longwave.moving.import_report import Omission
from longwave.moving.rss.download_manifest import Fetched, Manifest
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import precise, web_host

_MAX_PICTURE = 20_000_000
#: Of one kind, for one episode.
_MOST = 8
_FORMS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
#: In the order in which they are wanted: those with voices first, of which VTT has the finest times.
_TRANSCRIPTS = {
    "text/vtt": ".vtt", "application/x-subrip": ".srt", "application/srt": ".srt", "text/srt": ".srt",
    "application/json": ".json",
}  # fmt: skip
_WANTED = (".vtt", ".srt", ".json")


class Companions:
    """Fetches what belongs to episodes, each thing once. What can't be had is noted in ``left``."""

    def __init__(self, fetcher: Fetcher, manifest: Manifest, show: str) -> None:
        self._fetcher, self._manifest, self._show = fetcher, manifest, show
        self._missing: set[str] = set()
        self.omissions: list[Omission] = []
        self.taken: dict[str, int] = {"pictures": 0, "transcripts": 0, "chapters": 0}

    def picture(self, url: str, name: str) -> str:
        """The picture's path below ``content/images``, as ``name`` with a suffix; its address where it can't be had."""
        known = self._manifest.name_of(url, "content/images") or self._named(f"content/images/{name}")
        if known or not web_host(url) or url in self._missing:
            return known.removeprefix("content/images/") or (url if web_host(url) else "")
        body = self._fetch(url, _MAX_PICTURE, "pictures that stay at the old address")
        suffix = _picture_suffix(body) if body else ""
        if body and not suffix:
            self.omissions.append(Omission(without_login(url), "it is no picture that can be read"))
        if not body or not suffix:
            self._missing.add(url)
            return url
        file = self._place(f"content/images/{name}{suffix}", url, body)
        self.taken["pictures"] += 1
        return file.removeprefix("content/images/")

    def _named(self, name: str) -> str:
        """A picture that has this name already, such as a guest's of another episode."""
        names = (f"{name}{suffix}" for suffix in _FORMS.values())
        return next((each for each in names if (self._manifest.root / each).exists()), "")

    def transcript(self, item: Item, slug: str) -> str:
        """The name of the episode's transcript below ``content/transcripts/<show>``; empty where there is none."""
        offered = [(_transcript_form(each), each.get("url")) for each in item.element.all("podcast:transcript")[:_MOST]]
        known = sorted((pair for pair in offered if pair[0]), key=lambda pair: _WANTED.index(pair[0]))
        for form, url in known:
            name = f"content/transcripts/{self._show}/{slug}{form}"
            body = self._fetch(url, MAX_TRANSCRIPT, "transcripts that couldn't be had")
            if body is None:
                continue
            try:
                parse_transcript(name, decode(name, body, MAX_TRANSCRIPT))
            except ContentError as error:
                what = f"{item.title}: {without_login(url)}"
                self.omissions.append(Omission(what, f"transcripts that can't be read: {error.problem.found}"))
                continue
            self.taken["transcripts"] += 1
            return self._place(name, url, body).rpartition("/")[2]
        if offered and not known:
            self.omissions.append(Omission(item.title, "its transcript is neither WebVTT nor SRT nor JSON"))
        return ""

    def chapters(self, item: Item, slug: str) -> str:
        """The name of the episode's chapters below ``content/chapters/<show>``; empty where there are none."""
        name = f"content/chapters/{self._show}/{slug}.json"
        for url, body in self._chapter_files(item):
            try:
                parse_chapters(name, decode(name, body))
            except ContentError as error:
                what = f"{item.title}: {without_login(url)}"
                self.omissions.append(Omission(what, f"chapters that can't be read: {error.problem.found}"))
                continue
            self.taken["chapters"] += 1
            return self._place(name, url, body).rpartition("/")[2]
        return ""

    def _chapter_files(self, item: Item) -> Iterator[tuple[str, bytes]]:
        for each in item.element.all("podcast:chapters")[:_MOST]:
            body = self._fetch(each.get("url"), MAX_BYTES, "chapters that couldn't be had")
            if body is not None:
                yield each.get("url"), body
        for simple in item.element.all("psc:chapters"):
            chapters = [
                {"startTime": start, "title": each.get("title")}
                for each in simple.all("psc:chapter")
                if (start := precise(each.get("start"))) is not None
            ]
            if chapters:
                told = {"version": "1.2.0", "chapters": chapters}
                yield "psc:chapters", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()

    def _fetch(self, url: str, limit: int, why: str) -> bytes | None:
        try:
            answer = self._fetcher.ask(url, limit=limit + 1)
        except FETCH_ERRORS as error:
            self.omissions.append(Omission(f"{without_login(url)[:300]} ({said(error)})", why))
            return None
        if answer.cut:
            self.omissions.append(Omission(f"{without_login(url)[:300]} (more than {limit:,} bytes)", why))
            return None
        return answer.body

    def _place(self, name: str, url: str, body: bytes) -> str:
        """Write a file where none is; what lies there already is its owner's and stays."""
        if not (self._manifest.root / name).exists():
            write_new(self._manifest.root / name, body)
            self._manifest.add(name, Fetched(url, len(body), hashlib.sha256(body).hexdigest()))
        return name


def _picture_suffix(body: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(body), formats=tuple(_FORMS)) as opened:
                return _FORMS[opened.format or ""]
    except (OSError, ValueError, KeyError, Image.DecompressionBombError):
        return ""


def _transcript_form(element: Element) -> str:
    """The suffix of a form that Longwave reads; empty for others."""
    kind = element.get("type").lower().partition(";")[0].strip()
    path = urlsplit(element.get("url")).path.lower() if web_host(element.get("url")) else ""
    own = next((suffix for suffix in _WANTED if path.endswith(suffix)), "")
    return (_TRANSCRIPTS.get(kind) or own) if path else ""
