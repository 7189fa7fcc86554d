"""Faults: errors in Longwave's own code while it handles one file, which affect that file and never the edition.

The parsers raise ContentError for a problem that the owner has to correct. A fault is any other exception. It is
reported as a problem of the file: the last good version of the file stays published, and a new file is left out.
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
from longwave.disk import read_regular_text
from longwave.edition.store.edition_data import Body
from longwave.edition.store.records import NOTES, dump
from longwave.errors import LongwaveError, MistakeError, Problem
from longwave.isolation import FailuresError
from longwave.search.analysis import analyzer, composed

T = TypeVar("T")
_log = logging.getLogger("longwave")
_HINT = "Its last good version stays, if there is one. The mistake is Longwave's: please report it with this line."


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of Longwave's own code on a file; with ``last_good`` False, even on the file's last good version."""

    problem: Problem
    last_good: bool = True


def retry_without_faulty(root: Path, make: Callable[[Mapping[str, Fault]], T]) -> T:
    """Call ``make`` until it raises no FailuresError, and return its result.

    ``make`` gets the faults so far, by the names of their files below ``root``, and has to use the last good versions
    of these files, or to leave them out.
    """
    faults: dict[str, Fault] = {}
    while True:
        try:
            return make(faults)
        except FailuresError as failures:
            for name, error in failures.errors.items():
                earlier = faults.get(name)
                if earlier is not None and not earlier.last_good:
                    raise error from None
                problem = problem_of(name, line_at_fault(root / name) or 1, error)
                faults[name] = Fault(problem, last_good=earlier is None)


@contextmanager
def mistakes_raised() -> Iterator[None]:
    """Raise MistakeError in place of any exception in the block that neither a user nor the disk has caused."""
    try:
        yield
    except (LongwaveError, OSError):
        raise
    except Exception as error:
        _log.debug("Nothing can be published.", exc_info=error)
        hint = "What was published before stays. The mistake is Longwave's: please report it."
        raise MistakeError(f"expected content that can be published, found {_in_words(error)}.", hint) from error


def with_notes(body: Body, parsed: Document | None = None) -> Body:
    """Return a body with its notes (timestamps and plain text), after rendering its Markdown as a test.

    ``parsed`` is the body's Markdown, if it was parsed before; rendering changes it. Raises any exception of the
    renderer.
    """
    document = parsed or parse_document(body.text)
    noted = replace(body, notes=dump(NOTES, extract_notes(document)))
    render(body.text, parsed=document)
    return noted


def problem_of(file: str, line: int, error: Exception) -> Problem:
    """Return an exception in Longwave's code as a problem of the file, and log the traceback for debugging."""
    _log.debug("%s can't be published.", file, exc_info=error)
    return Problem(file, line, "a file that can be read", _in_words(error), _HINT)


def _in_words(error: Exception) -> str:
    """Return an exception's type and message with the file and line of code that raised it, for a bug report."""
    frames = extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}"[:120] + place


@contextmanager
def failures_by_file(root: Path, files: Callable[[str], Iterable[str]]) -> Iterator[None]:
    """Convert a FailuresError that lists exceptions by episode key into one that lists them by file name.

    ``files`` returns the names, below ``root``, of an episode's files. An exception is assigned to the first of them
    with a line that can't be rendered by itself, or else to the first file.
    """
    try:
        yield
    except FailuresError as failures:
        errors = {}
        for key, error in failures.errors.items():
            names = [name for name in files(key) if name]
            errors[next((name for name in names if line_at_fault(root / name)), names[0])] = error
        raise FailuresError(errors) from None


def line_at_fault(path: Path) -> int:
    """Return the number of the first line that can't be rendered or analysed by itself, or 0 if each line can."""
    try:
        text = read_regular_text(path, MAX_BYTES)
    except OSError:
        return 0
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            if path.name.lower().endswith(EPISODE_SUFFIXES):
                render(line)
            list(analyzer("en").scan(composed(line)))
        except Exception:  # noqa: BLE001 - any exception means that this line fails
            return number
    return 0
