"""The live broadcast of an episode, which is announced, goes on air and ends before there is a recording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from longwave.model.people import Link

LiveStatus = Literal["pending", "live", "ended"]
#: The duration of a broadcast whose end nobody stated.
_USUAL_DURATION = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat room: its ``url``, or a ``server`` with a ``protocol`` such as ``irc``, an account and a ``space``."""

    url: str = ""
    server: str = ""
    protocol: str = ""
    account_id: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A live broadcast. ``url`` is the address of its sound or film, of the media type ``type``.

    ``stated`` is the status in the front matter, which may be empty; ``status`` is that of the edition: the stated one,
    or else that by the clock. ``links`` lead to pages with the broadcast.
    """

    start: datetime
    end: datetime | None = None
    url: str = ""
    type: str = ""
    chat: Chat | None = None
    stated: LiveStatus | Literal[""] = ""
    status: LiveStatus = "pending"
    links: tuple[Link, ...] = ()

    @property
    def assumed_end(self) -> datetime:
        """Return the end of the broadcast, two hours after its start if none is stated."""
        return self.end or self.start + _USUAL_DURATION

    def status_at(self, now: datetime) -> LiveStatus:
        """Return the stated status, or else the one that the clock gives at ``now``."""
        if self.stated:
            return self.stated
        if now < self.start:
            return "pending"
        return "live" if now < self.assumed_end else "ended"

    def next_change(self, now: datetime) -> datetime | None:
        """Return the time after ``now`` at which the clock changes the status; None if it no longer does."""
        if self.stated:
            return None
        return next((change for change in (self.start, self.assumed_end) if change > now), None)
