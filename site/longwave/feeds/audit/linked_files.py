"""The files to which a feed points, found in the site's folder (``Local``) or requested over HTTP (``Remote``)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from PIL import Image, UnidentifiedImageError

from longwave.content.media.paths import resolve_inside
from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import MAX_BYTES, number_of, parts_of
from longwave.feeds.audit.findings import Picture, Sound
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login
from longwave.routes import ROUTES, url_for

#: The most bytes of a cover that are read, and the most requests at the same time.
_MAX_COVER_BYTES, _MAX_REQUESTS = 20_000_000, 4


class Local:
    """The files of the site at the URL ``base``, whose images and audio lie in the folder ``content``."""

    def __init__(self, content: Path, base: str) -> None:
        self._images, self._prefix = content / "images", url_for("image", size="full", name="", base=base)
        self._audio, self._audio_prefix = content / "audio", f"{base}{ROUTES['audio'].prefix}"

    def picture(self, url: str) -> Picture | str | None:
        """Return the facts about a cover, or a text that says why there is none; None for a cover on another host."""
        if not url.startswith(self._prefix):
            return None
        path = resolve_inside(self._images, unquote(url.removeprefix(self._prefix)))
        if path is None:
            return "no such file"
        try:
            return _picture(path, ("JPEG", "PNG", "WEBP", "GIF", "AVIF"))
        except (OSError, ValueError, Image.DecompressionBombError):
            return "no picture that can be read"

    def sounds(self, _urls: list[str]) -> Mapping[str, Sound]:
        """Return an empty map: sizes and types in our feeds come from the files themselves, so they need no check."""
        return {}

    def path(self, url: str) -> str:
        """Return the path of an audio file, relative where the file lies below the current folder."""
        if not url.startswith(self._audio_prefix):
            return _file_name(url)
        path = self._audio.absolute() / unquote(url.removeprefix(self._audio_prefix))
        return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class Remote:
    """The files to which the feed at the URL ``address`` points, requested over HTTP."""

    def __init__(self, address: str) -> None:
        """Prepare requests; raise LongwaveError when ``address`` isn't an HTTP URL, or its host is unknown."""
        self._address = address
        try:
            # A feed on this machine may name files of this machine; a feed from outside may not.
            self._fetcher = Fetcher.for_typed("feed check", address)
        except (OSError, ValueError) as error:
            problem = f"{without_login(address)}: expected a feed's address, found: {error_message(error)}."
            raise LongwaveError(problem) from None

    def feed(self) -> bytes:
        """Return the feed's bytes. Raises LongwaveError."""
        try:
            return self._fetcher.fetch(self._address, limit=MAX_BYTES + 1).body
        except FETCH_ERRORS as error:
            problem = f"{without_login(self._address)}: expected a feed, found: {error_message(error)}."
            raise LongwaveError(problem) from None

    def picture(self, url: str) -> Picture | str:
        """Return the facts about the image at a URL, or a text that says why there is none."""
        try:
            return _picture(io.BytesIO(self._fetcher.fetch(url, limit=_MAX_COVER_BYTES).body))
        except UnidentifiedImageError:
            return "no picture that can be read"
        except (*FETCH_ERRORS, Image.DecompressionBombError) as error:
            return error_message(error)

    def sounds(self, urls: list[str]) -> dict[str, Sound]:
        """Return, by URL, the answer of each file's server to a HEAD request and a request for the first two bytes."""
        with ThreadPoolExecutor(_MAX_REQUESTS) as pool:
            return dict(zip(urls, pool.map(self._sound, urls), strict=True))

    def path(self, url: str) -> str:
        """Return the file name at the end of an audio URL: the file's folder is known only to its owner."""
        return _file_name(url)

    def _sound(self, url: str) -> Sound:
        head = True
        try:
            headers_only = self._fetcher.fetch(url, "HEAD")
        except FETCH_ERRORS:
            head, headers_only = False, None
        try:
            part = self._fetcher.fetch(url, limit=2, headers={"Range": "bytes=0-1"})
        except FETCH_ERRORS as error:
            return Sound(problem=error_message(error))
        size = part.headers.get("Content-Range", "").rpartition("/")[2]
        length = size if part.status == 206 else (headers_only or part).headers.get("Content-Length", "")
        return Sound(
            bytes=max(0, number_of(length)),
            type=(headers_only or part).headers.get("Content-Type", ""),
            head=head,
            ranges=part.status == 206 and len(part.body) == 2,
        )


def _file_name(url: str) -> str:
    """Return the name of the file at a URL, in a form that no program takes for an option."""
    name = unquote(parts_of(url).path).rpartition("/")[2]
    return f"./{name}" if name.startswith("-") else name


def _picture(file: Path | IO[bytes], formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "GIF")) -> Picture:
    """Return the facts about an image file. Raises OSError, ValueError and Pillow's DecompressionBombError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file, formats=formats) as image:
            return Picture(image.width, image.height, image.format or "", image.mode)
