"""The report of an import: counts of imported things, and omissions with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longwave.moving.redaction import without_secrets

#: The name of the report's file in the new site's folder.
REPORT = "import-report.md"
#: The most things that the terminal lists in one line; import-report.md lists all of them.
_MAX_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """A count of imported things of one kind, such as ``Imported("episodes", 108, "content/podcast/")``.

    ``kind`` begins with a plural that ends in s.
    """

    kind: str
    count: int
    place: str = ""

    def __str__(self) -> str:
        """Return text such as `108 episodes (content/podcast/)`, or `1 file of audio`."""
        plural, *more = self.kind.split(" ", 1)
        kind = " ".join((plural.removesuffix("s"), *more)) if self.count == 1 else self.kind
        return f"{self.count:,} {kind}" + (f" ({self.place})" if self.place else "")


@dataclass(frozen=True, slots=True)
class Omission:
    """A thing that wasn't imported, or was changed, such as ``Omission("a.exe", "Longwave serves only pages")``.

    Omissions with the same ``reason`` are listed together, so the reason names the rule and ``subject`` the case.
    """

    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """A thing that is left for the owner to do, such as ``Task("copy 107 files into content/audio/")``, and why."""

    action: str
    reason: str = ""

    def __str__(self) -> str:
        """Return the task as a sentence."""
        return f"{self.action[:1].upper()}{self.action[1:]}{f': {self.reason}' if self.reason else ''}."


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of thing in which the new feed differs from the old one, such as ``Finding("Lost", "2 transcripts", …)``.

    ``cases`` name the episodes, each with the stated text; ``hint`` says what helps.
    """

    effect: str
    words: str
    cases: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the imported things and the omissions. Each step of an import returns one, and ``+`` joins them::

    report = Report((Imported("episodes", 3),)) + Report(omissions=(Omission("a.exe", "no content"),))
    write_new(folder / REPORT, report.markdown("What moved from here to there"))
    print(report.text())
    """

    imported: tuple[Imported, ...] = ()
    omissions: tuple[Omission, ...] = ()
    tasks: tuple[Task, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[str, ...] = ()

    def __add__(self, other: Report) -> Report:
        """Return both reports in one, with the counts of one kind and place added up."""
        counted: dict[tuple[str, str], int] = {}
        for entry in (*self.imported, *other.imported):
            counted[entry.kind, entry.place] = counted.get((entry.kind, entry.place), 0) + entry.count
        imported = tuple(Imported(kind, count, place) for (kind, place), count in counted.items())
        return Report(
            imported,
            tuple(dict.fromkeys((*self.omissions, *other.omissions))),
            tuple(dict.fromkeys((*self.tasks, *other.tasks))),
            (*self.findings, *other.findings),
            (*self.verdicts, *other.verdicts),
        )

    def text(self) -> str:
        """Return the report for a terminal: things taken and lost, tasks, and things left."""
        return "\n".join(self._text())

    def _text(self) -> Iterator[str]:
        yield "Taken: " + ("; ".join(str(entry) for entry in self.imported if entry.count) or "nothing") + "."
        for finding in self.findings:
            hint = f" {finding.hint}" if finding.hint else ""
            yield f"{finding.effect}: {f'{finding.words}: {_some(finding.cases)}'.rstrip(': .')}.{hint}"
        yield from (f"Compared with the old feed: {verdict}" for verdict in self.verdicts)
        yield from (f"To do: {task}" for task in self.tasks)
        for reason, cases in self._reasons().items():
            yield f"Left: {_some(cases)}: {reason}."

    def markdown(self, title: str) -> str:
        """Return the complete report in Markdown, with a heading."""
        return "\n".join(self._markdown(title)) + "\n"

    def _markdown(self, title: str) -> Iterator[str]:
        yield from (f"# {without_secrets(title)}", "", "## Taken", "")
        yield from ([f"- {entry}" for entry in self.imported if entry.count] or ["Nothing."])
        if self.findings or self.verdicts:
            yield from ("", "## Compared with the old feed", "")
        for verdict in self.verdicts:
            yield from (verdict, "")
        for finding in self.findings:
            yield from (f"{finding.effect}: {finding.words}. {finding.hint}".rstrip(), "")
            yield from (*(f"- {case}" for case in finding.cases), "")
        if self.tasks:
            yield from ("", "## To do", "", *(f"- {task}" for task in self.tasks))
        yield from ("", "## Left", "")
        if not self.omissions:
            yield "Nothing."
        for reason, cases in self._reasons().items():
            yield from (f"{reason[:1].upper()}{reason[1:]}:", "", *(f"- {case}" for case in cases), "")

    def _reasons(self) -> dict[str, list[str]]:
        """Return a list for each reason of omissions: the things that weren't imported for that reason."""
        reasons: dict[str, list[str]] = {}
        for omission in self.omissions:
            subject = without_secrets(" ".join(omission.subject.split()))
            reasons.setdefault(" ".join(omission.reason.split()), []).append(subject)
        return reasons


def _some(cases: Sequence[str]) -> str:
    """Return the first cases, and the number of the others."""
    more = f", and {len(cases) - _MAX_SHOWN:,} more" if len(cases) > _MAX_SHOWN else ""
    return ", ".join(cases[:_MAX_SHOWN]) + more
