"""Run every regular expression for foreign text against strings that are made to be slow (ReDoS).

    .venv/bin/python benchmarks/redos.py [length]

For every pattern of the package strings are made of the characters that its own parts match: each of them, each pair, and all in a row,
repeated up to `length` (2,000), with and without an end that doesn't match. Each goes to all parsers of foreign text: requests,
queries, Markdown, transcripts, feeds, dates. The slowest are run at twice the length, too: 2 is linear, 4 grows with the square.
Exits with 1 if one took longer than a second.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import pkgutil
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import longwave
from longwave.authoring.checks.encoding import repairs_of
from longwave.content.fields.content_file import split_front_matter
from longwave.content.fields.times import parse_seconds
from longwave.content.kramdown.blocks import parse_document
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.site.redirects import path_spellings, redirect_target
from longwave.content.text.markdown import render
from longwave.content.text.plain_text import slugify
from longwave.content.text.references import references
from longwave.content.transcripts.transcript_file import parse_transcript
from longwave.errors import ContentError
from longwave.search.query import BadQuery, read_query
from longwave.web.caching.cached_response import best_coding

LIMIT = 1
#: Redirects by patterns such as the importers write, and by patterns with more placeholders.
REDIRECTS = dict.fromkeys(
    ("/{year}-{month}-{day}-{slug}.html", "/{a}-{b}-{c}-{d}", "/{a}.{b}.{c}/{a}", "/{slug}/{number}"), "/podcast/{slug}"
)
LIQUID = Liquid(Surroundings({}, {}, {}, lambda _: None))
#: The parsers of text that visitors, owners or feeds supply, by the kind of text.
READERS: dict[str, Callable[[str], object]] = {
    "a query": lambda text: read_query({"q": text}),
    "Markdown": render,
    "front matter": lambda text: split_front_matter("x.md", f"---\n{text}\n---\n"),
    "links": lambda text: references(parse_document(text)),
    "WebVTT": lambda text: parse_transcript("x.vtt", f"WEBVTT\n\n00:00.000 --> 00:01.000\n{text}\n"),
    "SRT": lambda text: parse_transcript("x.srt", f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n"),
    "mis-encoding": lambda text: list(repairs_of(text)),
    "a slug": slugify,
    "a time": parse_seconds,
    "a path": lambda text: [redirect_target(REDIRECTS, spelling) for spelling in path_spellings(f"/{text}")],
    "Liquid": lambda text: LIQUID.render(text, {}, file="x.md", first_line=1),
    "Accept-Encoding": best_coding,
}


def modules() -> Iterator[ModuleType]:
    """Yield every module of the package."""
    for found in pkgutil.walk_packages(longwave.__path__, "longwave."):
        if not found.name.endswith(("__main__", "build_process")):
            yield importlib.import_module(found.name)


def patterns() -> set[re.Pattern[str]]:
    """Return every compiled regular expression in the package's global variables, those in dicts and lists included."""
    return {one for module in modules() for value in vars(module).values() for one in _within(value)}


def _within(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_within, value.values()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from itertools.chain.from_iterable(map(_within, value))


def characters(pattern: re.Pattern[str]) -> list[str]:
    """Return up to twelve characters, each of which a part of the regular expression matches."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = _parser.parse(pattern.pattern, pattern.flags)
    return list(dict.fromkeys(_walk(tree)))[:12] or ["a"]


def _walk(node: Any) -> Iterator[str]:
    for op, value in node:
        if op is _constants.LITERAL:
            yield chr(value)
        elif op in (_constants.NOT_LITERAL, _constants.ANY):
            yield "x"
        elif op is _constants.RANGE:
            yield chr(value[0])
        elif op is _constants.CATEGORY:
            yield {"DIGIT": "7", "SPACE": " "}.get(str(value).rpartition("_")[2], "a")
        elif op is _constants.IN:
            yield from _walk(value)
        elif isinstance(value, (list, tuple)):
            yield from _deeper(value)


def _deeper(value: Any) -> Iterator[str]:
    for child in value:
        if isinstance(child, _parser.SubPattern):
            yield from _walk(child)
        elif isinstance(child, (list, tuple)):
            yield from _deeper(child)


def pumps() -> list[str]:
    """Return the strings to repeat: each pattern's characters, one by one, in pairs, and all in a row."""
    found: dict[str, None] = {}
    for pattern in patterns():
        known = characters(pattern)
        for pump in (*known, *map("".join, itertools.permutations(known, 2)), "".join(known)):
            found[pump] = None
    return sorted(found)


def taken(read: Callable[[str], object], pump: str, end: str, length: int) -> float:
    """Return the seconds that ``read`` takes for ``pump`` repeated to ``length`` characters, with ``end`` behind it."""
    text = pump * (length // len(pump)) + end
    began = time.perf_counter()
    with contextlib.suppress(ContentError, BadQuery, ValueError):
        read(text)
    return time.perf_counter() - began


def main() -> int:
    """Print the slowest string of each parser; return 1 if one took longer than a second."""
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    known, worst = pumps(), 0.0
    print(f"{len(patterns())} patterns, {2 * len(known)} strings of {length} characters\n")
    print("| read as | worst, ms | at twice the length, times | with |\n|---|--:|--:|---|")
    for name, read in READERS.items():
        found = max((taken(read, pump, end, length), pump, end) for pump in known for end in ("", "\n\x00x"))
        seconds, pump, end = found
        once, twice = (min(taken(read, pump, end, size) for _ in range(5)) for size in (length, 2 * length))
        worst = max(worst, seconds)
        print(f"| {name} | {seconds * 1000:.1f} | {twice / once:.1f} | `{pump!r}` |", flush=True)
    return int(worst > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
