"""The owner's task to copy the audio that only the old server has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from longwave.moving.import_report import Task


def copying_task(show: str, awaited: int, paths: Sequence[str], nested: Mapping[str, str]) -> Task:
    """Return the task to copy a show's ``awaited`` files from their old ``paths``.

    ``nested`` maps the paths of files that are awaited in folders to their names below the show's folder.
    """
    folders = Counter(path.rpartition("/")[0] or "/" for path in paths)
    where = ", ".join(folder for folder, _ in folders.most_common(3))
    return Task(
        f"copy {awaited:,} file{'s' if awaited > 1 else ''} of audio from {where} on the old server into "
        f"content/audio/{show}/",
        f"{_placing(nested, len(folders))}the site serves them at their old addresses, and "
        "`longwave check` counts those that aren't there",
    )


def _placing(nested: Mapping[str, str], folders: int) -> str:
    """Return the words that say by which names the awaited files of several folders are found; empty for one folder."""
    if folders < 2 and not nested:
        return ""
    few = [f"{old} as {new}" for old, new in sorted(nested.items())[:5]]
    more = f", and {len(nested) - 5:,} more that `longwave check` names" if len(nested) > 5 else ""
    return f"each without its old folder{', but ' if few else ''}{', '.join(few)}{more}; "
