"""The old feed, read from a file or an address with all of its pages (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import MAX_BYTES
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login
from longwave.moving.import_report import Omission
from longwave.moving.other_generators import is_wordpress_export, wordpress_export
from longwave.moving.rss.feed_parser import MAX_ITEMS, Document, Element, read_document

_MAX_PAGES = 1000
_ACCEPT = "application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class OldFeed:
    """A feed, joined from its pages.

    ``source`` is the address or the absolute path that was typed. ``address`` is the feed's own ``self`` link, or else
    the address it was fetched from; empty for a file without such a link. Neither contains a password. ``missing``
    says why a further page couldn't be read; empty for a complete feed.
    """

    source: str
    address: str
    document: Document
    missing: str = ""

    @property
    def channel(self) -> Element:
        """Return the channel of the feed's first page."""
        return self.document.channel

    @property
    def items(self) -> tuple[Element, ...]:
        """Return the items of all pages in their order."""
        return self.document.items

    @property
    def omissions(self) -> tuple[Omission, ...]:
        """Return the repairs that the XML of the feed's pages needed, each as an omission for the import's report."""
        return self.document.omissions


def read_source(typed: str, fetcher: Fetcher, *, partial: bool = False) -> OldFeed:
    """Return the feed that was ``typed``, a file's name or an address. Raises LongwaveError when it can't be read.

    With ``partial`` a further page that can't be read ends the feed, else it is an error, too.
    """
    remote = typed.lower().startswith(("https://", "http://"))
    name = without_login(typed) if remote else typed
    source = name if remote else str(Path(typed).resolve())
    try:
        source.encode()
    except UnicodeEncodeError:
        readable = source.encode("utf-8", "replace").decode()
        raise LongwaveError(f"{readable}: expected a name in UTF-8, found other bytes.", "Rename it.") from None
    raw, address = _fetch(typed, fetcher) if remote else (_read(Path(typed)), "")
    text = raw.decode("utf-8", "replace")
    if is_wordpress_export(text):
        found = wordpress_export(text)
        raise LongwaveError(f"{name}: expected a podcast's feed, found {found.name}.", found.hint)
    first = read_document(raw, name)
    pages, missing = [first], ""
    try:
        pages.extend(_further_pages(first, address, len(raw), fetcher))
    except LongwaveError as error:
        if not partial:
            raise
        missing = str(error)
    items = tuple(item for page in pages for item in page.items)
    if len(items) > MAX_ITEMS:
        raise LongwaveError(f"{name}: expected at most {MAX_ITEMS:,} episodes, found {len(items):,}.")
    omissions = tuple(dict.fromkeys(omission for page in pages for omission in page.omissions))
    self_link = next((link for link in first.links("self") if link.startswith(("https://", "http://"))), "")
    return OldFeed(source, without_login(self_link or address), Document(first.channel, items, omissions), missing)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        hint = "" if path.exists() else "An address begins with https://."
        found = error.strerror or str(error)
        raise LongwaveError(f"{path}: expected a feed's file or address, found: {found}.", hint) from None


def _fetch(url: str, fetcher: Fetcher) -> tuple[bytes, str]:
    try:
        answer = fetcher.fetch(url, limit=MAX_BYTES + 1, headers={"Accept": _ACCEPT})
    except FETCH_ERRORS as error:
        hint = "Is it yours? Then --allow-private lets it be asked." if "own network" in str(error) else ""
        raise LongwaveError(f"{without_login(url)}: expected a feed, found: {error_message(error)}.", hint) from None
    return answer.body, answer.url


def _further_pages(first: Document, address: str, size: int, fetcher: Fetcher) -> Iterator[Document]:
    """Yield the pages behind the first one.

    Raises LongwaveError when one can't be read, because a feed without its end would lose episodes.
    """
    visited = {address, *first.links("self")}
    page, base = first, address
    while following := next(iter(page.links("next") or page.links("prev-archive")), ""):
        try:
            url = urljoin(base, following)
        except ValueError:
            raise LongwaveError(f"{following}: expected the address of the feed's next page, found none.") from None
        if url in visited:
            return
        name = without_login(url)
        if len(visited) > _MAX_PAGES:
            raise LongwaveError(f"{name}: expected at most {_MAX_PAGES:,} pages of a feed, found more.")
        visited.add(url)
        raw, base = _fetch(url, fetcher)
        size += len(raw)
        if size > 2 * MAX_BYTES:
            raise LongwaveError(f"{name}: expected pages of {2 * MAX_BYTES // 1_000_000} MB in all, found more.")
        page = read_document(raw, name)
        yield page
