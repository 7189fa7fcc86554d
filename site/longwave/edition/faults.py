"""Whatever goes wrong over one file of content costs that file: its last good version stays, a new one is left out.

What its owner has to mend, the parsers say. A fault is a mistake of Longwave's own that a file has brought to light. It
is found by doing for each file what is done for all, and becomes a problem of the file like any other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

from longwave.content.episodes.notes import extract_notes
from longwave.content.fields.content_file import MAX_BYTES
from longwave.content.folder import EPISODE_SUFFIXES
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.tree import Document
from longwave.content.text.markdown import render
from longwave.edition.edition_data import Body
from longwave.edition.records import NOTES, dump
from longwave.errors import LongwaveError, MistakeError, Problem
from longwave.isolation import FailuresError
from longwave.search.analysis import analyzer, composed

T = TypeVar("T")
_log = logging.getLogger("longwave")
_HINT = "Its last good version stays, if there is one. The mistake is Longwave's: please report it with this line."


@dataclass(frozen=True, slots=True)
class Fault:
    """The problem that came up over a file. Without ``last_good`` it did so over the last good version, too."""

    problem: Problem
    last_good: bool = True


def without_faulty(root: Path, make: Callable[[Mapping[str, Fault]], T]) -> T:
    """Call ``make`` until it raises no FailuresError, and return its result.

    ``make`` is given the faults that came up so far, by the names of the files below ``root`` over which they did; it
    has to take the last good versions of these files, or do without them.
    """
    faults: dict[str, Fault] = {}
    while True:
        try:
            return make(faults)
        except FailuresError as failures:
            for name, error in failures.errors.items():
                known = faults.get(name)
                if known is not None and not known.last_good:
                    raise error from None
                problem = mishap(name, line_at_fault(root / name) or 1, error)
                faults[name] = Fault(problem, last_good=known is None)


@contextmanager
def told() -> Iterator[None]:
    """Raise MistakeError for whatever isn't a user's to mend, nor the disk's."""
    try:
        yield
    except (LongwaveError, OSError):
        raise
    except Exception as error:
        _log.debug("Nothing can be published.", exc_info=error)
        hint = "What was published before stays. The mistake is Longwave's: please report it."
        raise MistakeError(f"expected content that can be published, found {_said(error)}.", hint) from error


def tried(body: Body, parsed: Document | None = None) -> Body:
    """Return the body with its notes read. Raises whatever goes wrong when the body is rendered.

    ``parsed`` is the body as a document, where that has been parsed already; rendering changes the document.
    """
    document = parsed or parse_document(body.text)
    noted = replace(body, notes=dump(NOTES, extract_notes(document)))
    render(body.text, parsed=document)
    return noted


def mishap(file: str, line: int, error: Exception) -> Problem:
    """Return the problem that a mistake of ours is to the owner of a file; the log has the traceback, for debugging."""
    _log.debug("%s can't be published.", file, exc_info=error)
    return Problem(file, line, "a file that can be read", _said(error), _HINT)


def _said(error: Exception) -> str:
    """Return the error in words, with its place in the code, so that a report of them says enough."""
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}"[:120] + place


@contextmanager
def blamed(root: Path, files: Callable[[str], Iterable[str]]) -> Iterator[None]:
    """Turn a FailuresError by keys into one by files; ``files`` gives the names of those that belong to a key.

    Of these names the first is taken whose file has a line that can't be read by itself, else the first.
    """
    try:
        yield
    except FailuresError as failures:
        errors = {}
        for key, error in failures.errors.items():
            among = [name for name in files(key) if name]
            errors[next((name for name in among if line_at_fault(root / name)), among[0])] = error
        raise FailuresError(errors) from None


def line_at_fault(path: Path) -> int:
    """Return the number of the first line that can't be rendered or cut into words by itself; 0 where each can."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            text = stream.read(MAX_BYTES)
    except OSError:
        return 0
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if path.name.lower().endswith(EPISODE_SUFFIXES):
                render(line)
            list(analyzer("en").scan(composed(line)))
        except Exception:  # noqa: BLE001 - whatever it is, it is this line's
            return number
    return 0
