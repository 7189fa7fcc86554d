"""What is written and counted of a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from json.encoder import encode_basestring_ascii

#: Where the observer leaves what it saw.
SEEN = "longwave.seen"
_LONGEST = 300


@dataclass(frozen=True, eq=False)
class Seen:
    """An answer; the same one as often as it is given. ``sent``: the bytes of its body, None where a proxy sends it.

    ``ends``: it is the end of a download, which was counted when it began.
    """

    method: str
    path: str
    status: int
    sent: int | None
    cache: str
    edition: str
    ends: bool = False

    @cached_property
    def words(self) -> tuple[str, str]:
        """Its part of a log's line: what stands before the client, and what follows."""
        # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
        path = self.path[: 4 * _LONGEST].encode("latin-1", "replace").decode("utf-8", "replace")
        sent = "null" if self.sent is None else self.sent
        return (
            f'"method": {escaped(self.method)}, "path": {escaped(path)}, "status": {self.status}, "bytes": {sent}',
            f'"cache": "{self.cache}", "edition": "{self.edition}"',
        )


#: When (since 1970) and how it was answered, how long that took, and whom: address, agent, referer, the name that a
#: trusted proxy gave it, and its Range. Seconds. Plain, as on a fast server there are fifty thousand in a second.
Request = tuple[float, Seen, float, str | None, str | None, str | None, str | None, str | None]


def escaped(text: str) -> str:
    """A stranger's text as JSON, cut."""
    return encode_basestring_ascii(text[:_LONGEST])
