"""WebSub (https://www.w3.org/TR/websub/): hubs are told when an episode comes out, so that apps needn't ask every hour.

What is to be said lies in ``instance/``, with the episodes that are known already: an index made anew is no news.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from longwave.catalogue import Catalogue
from longwave.disk import make_private
from longwave.fetching import FETCH_ERRORS, Fetcher, said
from longwave.routes import url_for

_FILE = "websub.sqlite"
#: Seconds: until another process may try what one has taken, before the second try, between tries at most, and until
#: a hub is given up.
_LEASE, _FIRST, _LONGEST, _GIVEN_UP = 300, 30, 3600, 86_400
_SCHEMA = """
create table if not exists known (key text primary key);
create table if not exists pings (
  hub text, topic text, made real not null, due real not null, tries integer not null, primary key (hub, topic));
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class Ping:
    """A hub that is to be told of a feed, when that came up (epoch seconds), and how often it was tried."""

    hub: str
    topic: str
    made: float
    tries: int


def announce(instance: Path, catalogue: Catalogue, base: str, now: float) -> None:
    """Note whom to tell of the episodes that are new in ``catalogue``.

    ``base`` is the site's public address; without one, and without hubs, nobody is told. The first time, all episodes
    are old ones. Raises OSError when ``instance`` can't be written.
    """
    if not base or not (catalogue.site.hubs or any(show.hubs for show in catalogue.shows.values())):
        return
    with _opened(instance) as database:
        known = {key for (key,) in database.execute("select key from known")}
        fresh = [episode for episode in catalogue.episodes if episode.key not in known]
        database.executemany("insert into known values (?)", [(episode.key,) for episode in fresh])
        if not known or not fresh:
            return
        topics = [(hub, url_for("site_feed", form="xml", base=base)) for hub in catalogue.site.hubs]
        for slug in dict.fromkeys(episode.show for episode in fresh):
            topic = url_for("show_feed", show=slug, form="xml", base=base)
            topics += [(hub, topic) for hub in catalogue.shows[slug].hubs]
        rows = [(hub, topic, now, now) for hub, topic in topics]
        database.executemany("insert or replace into pings values (?, ?, ?, ?, 0)", rows)


def tell(instance: Path, now: float | None = None) -> None:
    """Send what is due, once each; what fails is due again later, in this process or another. Raises nothing."""
    now = time.time() if now is None else now
    try:
        for ping in _taken(instance, now):
            problem = _sent(ping)
            with _opened(instance) as database:
                _settle(database, ping, problem, time.time())
    except OSError as error:
        _log.warning("The hubs can't be told of new episodes: %s", error)


def is_due(instance: Path, now: float) -> bool:
    """Whether there is something to send."""
    if not (instance / _FILE).exists():
        return False
    try:
        with _opened(instance) as database:
            return bool(database.execute("select 1 from pings where due <= ? limit 1", (now,)).fetchone())
    except OSError:
        return False


def _taken(instance: Path, now: float) -> list[Ping]:
    """What is due, which no other process takes meanwhile."""
    if not (instance / _FILE).exists():
        return []
    with _opened(instance) as database:
        rows = database.execute("select hub, topic, made, tries from pings where due <= ?", (now,)).fetchall()
        database.execute("update pings set due = ? where due <= ?", (now + _LEASE, now))
    return [Ping(*row) for row in rows]


def _settle(database: sqlite3.Connection, ping: Ping, problem: str, now: float) -> None:
    where = (ping.hub, ping.topic, ping.made)
    if problem and not ping.tries:
        _log.warning("The hub %s can't be told of %s yet: %s", ping.hub, ping.topic, problem)
    if problem and now - ping.made < _GIVEN_UP:
        due = now + min(_LONGEST, _FIRST * 2**ping.tries)
        change = "update pings set due = ?, tries = tries + 1 where hub = ? and topic = ? and made = ?"
        database.execute(change, (due, *where))
        return
    if problem:
        _log.warning("The hub %s was not told of %s for a day, and is given up: %s", ping.hub, ping.topic, problem)
    database.execute("delete from pings where hub = ? and topic = ? and made = ?", where)


def _sent(ping: Ping) -> str:
    """Tell one hub of one feed; in words what went wrong, empty when nothing did."""
    form = {"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}
    try:
        Fetcher("WebSub", private=_is_named_inside(ping.hub)).ask(ping.hub, "POST", limit=1000, form=form)
    except FETCH_ERRORS as error:
        return said(error)
    return ""


def _is_named_inside(hub: str) -> bool:
    """Return whether an address says by itself that it lies inside: by digits, or by a name without a dot.

    A name that others give out isn't believed: today it may lead to their hub, and tomorrow to this machine's router.
    """
    host = urlsplit(hub).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." not in host
    return True


@contextlib.contextmanager
def _opened(instance: Path) -> Iterator[sqlite3.Connection]:
    """The database, for one process at a time. Raises OSError when it can't be used."""
    try:
        make_private(instance)
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
