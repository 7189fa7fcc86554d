"""Run tests/clients, and print the table of docs/clients.md: the requests of podcast programs and Longwave's responses.

    .venv/bin/python docs/demo/clients.py

Needs the programs that `.ci/run` installs. Leaves out what differs in each run: the digits of ETags, dates, the port.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ASKED = ("Range", "If-Range", "If-None-Match", "If-Modified-Since", "Accept-Encoding")
GOT = ("Content-Type", "Content-Encoding", "Content-Length", "Content-Range", "ETag", "Last-Modified")
#: ETags and dates in headers, which differ in each run.
LOOSE = re.compile(r'"[0-9a-f-]{12,}?(-gzip|-br)?"|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT')


class Recorder:
    """A pytest plugin that stores the tests' proxy, in which the clients' requests and responses are recorded."""

    proxy: Any = None

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Store the recording proxy if the test has it as a fixture."""
        self.proxy = getattr(item, "funcargs", {}).get("proxy", self.proxy)


def rows(proxy: Any) -> Iterator[str]:
    """Yield a row for each recorded request for audio or a feed; a row equal to the one before is left out."""
    before = ""
    for recording in proxy.recordings:
        for each in recording.exchanges:
            if not re.search(r"/audio/|/feed\.|\.opml$", each.path):
                continue
            asked, got = _told(each.request, ASKED), _told(each.response, GOT)
            cells = (recording.client, recording.act, f"{each.method} {each.path}", asked, str(each.status), got)
            row = f"| {' | '.join(cells)} |"
            if row != before:
                yield row
            before = row


def _told(headers: Message, names: tuple[str, ...]) -> str:
    present = (f"`{name}: {_even(headers[name])}`" for name in names if headers[name] is not None)
    return "<br>".join(present)


def _even(value: str) -> str:
    return LOOSE.sub(lambda match: f'"…{match[1] or ""}"' if match[0].startswith('"') else "…", value)


def main() -> int:
    """Print the table; return 1 if a client failed."""
    recorder = Recorder()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        failed = pytest.main(["-q", str(ROOT / "tests" / "clients")], plugins=[recorder])
    if failed or recorder.proxy is None:
        print(said.getvalue(), file=sys.stderr)
        return 1
    print("| client | does | asks | with | gets | with |\n|---|---|---|---|---|---|")
    print(*rows(recorder.proxy), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
