"""The reader of transcripts in HTML, as the podcast namespace describes them: ``<cite>``, ``<time>`` and ``<p>``."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree, html

from longwave.content.transcripts.reading import Reading, plain, with_ends
from longwave.content.transcripts.timed_text import read_timed_text
from longwave.model import Cue

_EXPECTED = "speakers in <cite>, times in <time> and texts in <p>"
_SILENT = frozenset({"head", "script", "style", "template", "noscript", "nav", "h1", "button", "svg", "title"})
_BLOCKS = frozenset({"p", "div", "li", "tr", "br", "section", "article", "blockquote", "dt", "dd", "h2", "h3", "h4"})
_MARKS = ("cite", "time")


def read_html(_file: str, text: str) -> Reading:
    """Return the cues of a page: each text has the last ``<time>`` and ``<cite>`` before it.

    A page without ``<time>`` is read as the text that it shows.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return Reading(_EXPECTED)
    if next(root.iter("time"), None) is None:
        return read_timed_text("", "".join(_shown(root)))
    reading = Reading(_EXPECTED)
    reading.cues = with_ends([cue for cue in _cues(root) if cue.text])
    return reading


def _cues(root: html.HtmlElement) -> Iterator[Cue]:
    """Yield a cue for each text between two ``<time>`` or ``<cite>``; each ends at its start, as no end is known."""
    start: float | None = None
    speaker = ""
    said: list[str] = []
    for mark, text in _pieces(root):
        if not mark:
            said.append(text)
            continue
        if start is not None:
            yield Cue(start, start, speaker, plain("".join(said)))
        said = []
        if mark == "cite":
            speaker = text.strip().strip(":").strip()
        else:
            times = [cue.start for cue in read_timed_text("", f"[{text.strip().strip('[]()')}] x").cues]
            start = times[0] if times else start
    if start is not None:
        yield Cue(start, start, speaker, plain("".join(said)))


def _pieces(root: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield each text of a page in order: its element (``cite``, ``time``, or empty for all others), and the text."""
    # The depth is counted instead of recursing, as a page may nest its elements a thousand deep.
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = str(element.tag)
        is_silent = name in _SILENT or name in _MARKS
        if event == "start":
            if name in _MARKS and not silent:
                yield name, " ".join(element.itertext())
            silent += is_silent
            yield "", "" if silent else element.text or ""
        else:
            silent -= is_silent
            if not silent:
                yield "", (" " if name in _BLOCKS else "") + (element.tail or "")


def _shown(root: html.HtmlElement) -> Iterator[str]:
    """Yield the text that a page shows, with a line break after each block."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = str(element.tag)
        if event == "start":
            silent += name in _SILENT
            yield "" if silent else (element.text or "").replace("\n", " ")
        else:
            silent -= name in _SILENT
            if not silent:
                yield ("\n" if name in _BLOCKS else "") + (element.tail or "").replace("\n", " ")
