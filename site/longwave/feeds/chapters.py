"""An episode's chapters as podcast apps fetch them: JSON chapters 1.2.0 of Podcasting 2.0."""

from __future__ import annotations

import json
from collections.abc import Iterable

from longwave.model import Moment

TYPE = "application/json+chapters"


def chapters_json(chapters: Iterable[Moment], title: str, show: str) -> str:
    """The chapters in order, each with its second and its title."""
    listed = [{"startTime": chapter.seconds, "title": chapter.text} for chapter in chapters]
    said = {"version": "1.2.0", "title": title, "podcastName": show, "chapters": listed}
    return json.dumps(said, ensure_ascii=False)
