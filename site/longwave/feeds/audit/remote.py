"""Feeds, covers and audio on other hosts: what a validator has to ask of them."""

from __future__ import annotations

import io
import warnings
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, UnidentifiedImageError

from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import MAX_BYTES, number_of
from longwave.feeds.audit.findings import Picture, Sound
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login

#: Bytes of a cover, and requests at a time.
_MAX_COVER, _AT_ONCE = 20_000_000, 4


class Remote:
    """The files behind a feed at ``address``, asked for over HTTP."""

    def __init__(self, address: str) -> None:
        """Raises LongwaveError when it is no address of the web, or its host isn't known."""
        self._address = address
        try:
            # What lies on this machine may name files of this machine; a feed from outside may not.
            self._fetcher = Fetcher.for_typed("feed check", address)
        except (OSError, ValueError) as error:
            raise LongwaveError(
                f"{without_login(address)}: expected a feed's address, found: {error_message(error)}."
            ) from None

    def feed(self) -> bytes:
        """The feed's bytes. Raises LongwaveError."""
        try:
            return self._fetcher.fetch(self._address, limit=MAX_BYTES + 1).body
        except FETCH_ERRORS as error:
            raise LongwaveError(
                f"{without_login(self._address)}: expected a feed, found: {error_message(error)}."
            ) from None

    def picture(self, url: str) -> Picture | str:
        """The cover at an address, or in words why there is none."""
        try:
            body = self._fetcher.fetch(url, limit=_MAX_COVER).body
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP", "GIF")) as opened:
                    return Picture(opened.width, opened.height, opened.format or "", opened.mode)
        except UnidentifiedImageError:
            return "no picture that can be read"
        except (*FETCH_ERRORS, Image.DecompressionBombError) as error:
            return error_message(error)

    def sounds(self, urls: list[str]) -> dict[str, Sound]:
        """What each file answers to HEAD and to a request for its first two bytes."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(urls, pool.map(self._sound, urls), strict=True))

    def _sound(self, url: str) -> Sound:
        head = True
        try:
            asked = self._fetcher.fetch(url, "HEAD")
        except FETCH_ERRORS:
            head, asked = False, None
        try:
            part = self._fetcher.fetch(url, limit=2, headers={"Range": "bytes=0-1"})
        except FETCH_ERRORS as error:
            return Sound(problem=error_message(error))
        told = part.headers.get("Content-Range", "").rpartition("/")[2]
        length = told if part.status == 206 else (asked or part).headers.get("Content-Length", "")
        return Sound(
            bytes=max(0, number_of(length)),
            type=(asked or part).headers.get("Content-Type", ""),
            head=head,
            ranges=part.status == 206 and len(part.body) == 2,
        )
