"""The addresses of sound that lead through services that count downloads, such as podtrac, to the file itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: The domains of services that redirect to the address in their own path.
_TRACKERS = (
    "podtrac.com",
    "op3.dev",
    "chtbl.com",
    "chrt.fm",
    "pdst.fm",
    "pdcn.co",
    "blubrry.com",
    "pscrb.fm",
    "podscribe.com",
    "mgln.ai",
    "arttrk.com",
    "claritaspod.com",
    "gum.fm",
    "prfx.byspotify.com",
    "swap.fm",
    "vpixl.com",
    "podkite.com",
)


def untracked(url: str, hosts: frozenset[str]) -> str:
    """Return the address on one of ``hosts`` to which a counting service's address leads, else ``url`` itself."""
    try:
        tracker = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return url
    if not tracker.endswith(tuple(f".{domain}" for domain in _TRACKERS)) and tracker not in _TRACKERS:
        return url
    names = "|".join(re.escape(host) for host in sorted(hosts) if host)
    found = re.search(rf"(?<!:/)/(?:https?:/{{1,2}})?((?:www\.)?(?:{names})/.+)", url, re.IGNORECASE) if names else None
    return f"https://{found[1]}" if found else url
