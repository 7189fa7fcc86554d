"""WebSub (https://www.w3.org/TR/websub/): a ping to each hub when an episode is published, so that apps needn't poll.

The queue of pings and the episodes announced so far are in a database in ``instance/``, so that nothing is announced
again if the index is built anew.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from longwave.catalogue import Catalogue
from longwave.disk import make_private_folder
from longwave.edition.serve.edition import Edition
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message
from longwave.model import Episode
from longwave.routes import url_for

_FILE = "websub.sqlite"
#: The seconds until another process may send a ping that one process has taken.
_LEASE = 300
#: The seconds before the second attempt, the most between two attempts, and those until a ping is given up.
_FIRST_RETRY, _MAX_RETRY, _GIVE_UP = 30, 3600, 86_400
#: The seconds until the next attempt to queue pings, if ``instance/`` can't be written.
_RETRY_NOTE = 30
_SCHEMA = """
create table if not exists known (key text primary key);
create table if not exists pings (
  hub text, topic text, made real not null, due real not null, tries integer not null, primary key (hub, topic));
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class Ping:
    """A message to a hub that a feed (``topic``) has changed, with its time (epoch seconds) and attempts so far."""

    hub: str
    topic: str
    made: float
    tries: int


class HubAnnouncer:
    """An announcer of new episodes to WebSub hubs; ``instance`` is the folder of its database."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._announced, self._retry_at = "", 0.0
        self._pinging: threading.Thread | None = None

    def announce(self, edition: Edition) -> None:
        """Queue pings for the new episodes of a served edition, and send due pings in a separate thread."""
        if self._announced != edition.fingerprint and time.monotonic() >= self._retry_at:
            try:
                queue_pings(self._instance, edition.catalogue, edition.url, time.time())
                self._announced = edition.fingerprint
            except OSError as error:
                _log.warning("The hubs can't be told of new episodes yet: %s", error)
                self._retry_at = time.monotonic() + _RETRY_NOTE
        is_idle = self._pinging is None or not self._pinging.is_alive()
        if is_idle and has_due_ping(self._instance, time.time()):
            # The thread keeps a hub that doesn't respond from delaying the next edition.
            self._pinging = threading.Thread(
                target=send_due_pings, args=(self._instance,), name="longwave-hubs", daemon=True
            )
            self._pinging.start()


def queue_pings(instance: Path, catalogue: Catalogue, base: str, now: float) -> None:
    """Queue a ping to each hub of the feeds that have an episode with news which was never announced before.

    ``base`` is the site's public address; without one, and without hubs, nothing is queued. The first call treats all
    episodes as announced. Raises OSError when ``instance`` can't be written.
    """
    if not base or not (catalogue.site.hubs or any(show.hubs for show in catalogue.shows.values())):
        return
    with _opened(instance) as database:
        announced = {key for (key,) in database.execute("select key from known")}
        news = {each: episode for episode in catalogue.episodes for each in _news(episode) if each not in announced}
        database.executemany("insert into known values (?)", [(each,) for each in news])
        new = news.values()
        if not announced or not new:
            return
        topics = [(hub, url_for("site_feed", form="xml", base=base)) for hub in catalogue.site.hubs]
        for slug in dict.fromkeys(episode.show for episode in new):
            topic = url_for("show_feed", show=slug, form="xml", base=base)
            topics += [(hub, topic) for hub in catalogue.shows[slug].hubs]
        rows = [(hub, topic, now, now) for hub, topic in topics]
        database.executemany("insert or replace into pings values (?, ?, ?, ?, 0)", rows)


def _news(episode: Episode) -> Iterator[str]:
    """Yield the names of the events by which an episode became news: its publication, its broadcast, its recording."""
    yield episode.key
    if episode.broadcast is None and episode.live is not None:
        yield f"{episode.key} recorded"
    elif episode.broadcast is not None and episode.broadcast.status == "live":
        yield f"{episode.key} live"


def send_due_pings(instance: Path, now: float | None = None) -> None:
    """Send each ping that is due once; one that fails is due again later, in any process. Raises nothing."""
    now = time.time() if now is None else now
    try:
        for ping in _take_due(instance, now):
            problem = _send(ping)
            with _opened(instance) as database:
                _settle(database, ping, problem, time.time())
    except OSError as error:
        _log.warning("The hubs can't be told of new episodes: %s", error)


def has_due_ping(instance: Path, now: float) -> bool:
    """Return whether a ping waits in the queue that is due by ``now``."""
    if not (instance / _FILE).exists():
        return False
    try:
        with _opened(instance) as database:
            return bool(database.execute("select 1 from pings where due <= ? limit 1", (now,)).fetchone())
    except OSError:
        return False


def _take_due(instance: Path, now: float) -> list[Ping]:
    """Return the pings that are due, and lease them, so that no other process sends them meanwhile."""
    if not (instance / _FILE).exists():
        return []
    with _opened(instance) as database:
        rows = database.execute("select hub, topic, made, tries from pings where due <= ?", (now,)).fetchall()
        database.execute("update pings set due = ? where due <= ?", (now + _LEASE, now))
    return [Ping(*row) for row in rows]


def _settle(database: sqlite3.Connection, ping: Ping, problem: str, now: float) -> None:
    """Delete a ping that was sent (no ``problem``) or is given up, else queue it again with exponential backoff."""
    where = (ping.hub, ping.topic, ping.made)
    if problem and not ping.tries:
        _log.warning("The hub %s can't be told of %s yet: %s", ping.hub, ping.topic, problem)
    if problem and now - ping.made < _GIVE_UP:
        due = now + min(_MAX_RETRY, _FIRST_RETRY * 2**ping.tries)
        change = "update pings set due = ?, tries = tries + 1 where hub = ? and topic = ? and made = ?"
        database.execute(change, (due, *where))
        return
    if problem:
        _log.warning("The hub %s was not told of %s for a day, and is given up: %s", ping.hub, ping.topic, problem)
    database.execute("delete from pings where hub = ? and topic = ? and made = ?", where)


def _send(ping: Ping) -> str:
    """Send a ping, and return the problem in words, or an empty text if the hub accepted the ping."""
    form = {"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}
    try:
        Fetcher("WebSub", private=_is_named_inside(ping.hub)).fetch(ping.hub, "POST", limit=1000, form=form)
    except FETCH_ERRORS as error:
        return error_message(error)
    return ""


def _is_named_inside(hub: str) -> bool:
    """Return whether a hub's URL shows that the hub is in a private network: the host is an IP address or has no dot.

    A name in the public DNS doesn't count, as it may resolve to a hub today and to this machine's router tomorrow.
    """
    host = urlsplit(hub).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." not in host
    return True


@contextlib.contextmanager
def _opened(instance: Path) -> Iterator[sqlite3.Connection]:
    """Yield the database of pings inside a transaction, which only one process can have at a time. Raises OSError."""
    try:
        make_private_folder(instance)
        database = sqlite3.connect(instance / _FILE, timeout=10, isolation_level=None)
        try:
            database.executescript(_SCHEMA)
            database.execute("begin immediate")
            yield database
            database.execute("commit")
        finally:
            database.close()
    except sqlite3.Error as error:
        raise OSError(f"{instance / _FILE}: {error}") from error
