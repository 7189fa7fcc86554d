"""What a move brought along, and what it left behind and why: printed at its end, and kept as import-report.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: The report's file in the new site's folder.
REPORT = "import-report.md"
#: Lines that a terminal shows of one reason; the file has them all.
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """So many things of a kind that are there now: ``Taken("episodes", 108, "content/podcast/")``.

    ``what`` begins with a plural that an s makes.
    """

    what: str
    count: int
    where: str = ""

    def __str__(self) -> str:
        """`108 episodes (content/podcast/)`, or `1 file of audio`."""
        things, *more = self.what.split(" ", 1)
        what = " ".join((things.removesuffix("s"), *more)) if self.count == 1 else self.what
        return f"{self.count:,} {what}" + (f" ({self.where})" if self.where else "")


@dataclass(frozen=True, slots=True)
class Omission:
    """What isn't there, or not as it was: ``Left("_layouts/post.html", "Longwave has templates of its own")``.

    Things with the same ``why`` are listed together, so it names the rule and ``what`` the case.
    """

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was taken and what was left. Each step of a move returns one, and ``+`` puts them together::

    report = Report(taken=(Taken("episodes", 3),)) + Report(left=(Left("a.exe", "no content"),))
    write_new(folder / "import-report.md", report.markdown("What moved from here to there"))
    tell(report.text())
    """

    taken: tuple[Imported, ...] = ()
    omissions: tuple[Omission, ...] = ()

    def __add__(self, other: Report) -> Report:
        """Both, in their order; of what was taken to the same place, the counts are added."""
        counted: dict[tuple[str, str], int] = {}
        for each in (*self.taken, *other.taken):
            counted[each.what, each.where] = counted.get((each.what, each.where), 0) + each.count
        taken = tuple(Imported(what, count, where) for (what, where), count in counted.items())
        return Report(taken, tuple(dict.fromkeys((*self.omissions, *other.omissions))))

    def text(self) -> str:
        """For a terminal: every count, and of each reason the first cases."""
        return "\n".join(self._text())

    def _text(self) -> Iterator[str]:
        yield "Taken: " + ("; ".join(str(each) for each in self.taken if each.count) or "nothing") + "."
        for why, cases in self._reasons().items():
            more = f", and {len(cases) - _SHOWN:,} more" if len(cases) > _SHOWN else ""
            yield f"Left: {', '.join(cases[:_SHOWN])}{more}: {why}."

    def markdown(self, title: str) -> str:
        """All of it, as a file that people read."""
        return "\n".join(self._markdown(title)) + "\n"

    def _markdown(self, title: str) -> Iterator[str]:
        yield from (f"# {title}", "", "## Taken", "")
        yield from ([f"- {each}" for each in self.taken if each.count] or ["Nothing."])
        yield from ("", "## Left", "")
        if not self.omissions:
            yield "Nothing."
        for why, cases in self._reasons().items():
            yield from (f"{why[:1].upper()}{why[1:]}:", "", *(f"- {case}" for case in cases), "")

    def _reasons(self) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for each in self.omissions:
            reasons.setdefault(" ".join(each.why.split()), []).append(" ".join(each.what.split()))
        return reasons
