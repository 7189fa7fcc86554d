"""The headings of a text below those of its page, without gaps, so that an outline can be read aloud."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)h([1-6])(?=[\s>])", re.IGNORECASE)


def outlined(html: str) -> str:
    """``html`` with each heading one level below the one that it stands under; the page's title is level 1.

    ``##`` that is followed by ``######`` says how large an author wanted it, not that three levels are missing.
    """
    above: list[int] = []

    def level(match: re.Match[str]) -> str:
        if not match[1]:
            written = int(match[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        return f"<{match[1]}h{min(6, len(above) + 1)}"

    return _TAG.sub(level, html)
