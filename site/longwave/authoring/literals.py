"""What somebody typed, as it has to stand in a file: in YAML and TOML, and in Markdown that Liquid reads first."""

from __future__ import annotations

import json
import re

from longwave.content.text.plain_text import one_line

_MARKUP = re.compile(r"[\\`*_<\[\]|$]")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def quoted(text: str) -> str:
    """``text`` on one line between quotes, as YAML and TOML both read it."""
    # Once control characters are gone, what JSON escapes is what the others do.
    return json.dumps(one_line(text), ensure_ascii=False)


def as_markdown(text: str) -> str:
    """Markdown that shows ``text``, on one line. Liquid finds nothing to run in it."""
    plain = _ENTITY.sub("&amp;", one_line(text))
    return _MARKUP.sub(r"\\\g<0>", plain).replace("{", "&#123;")
