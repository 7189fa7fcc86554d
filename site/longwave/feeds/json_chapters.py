"""An episode's chapters as podcast apps fetch them: the JSON chapters of Podcasting 2.0, version 1.2.0."""

from __future__ import annotations

import json
from collections.abc import Iterable

from longwave.feeds.xml import clean
from longwave.model import Moment

TYPE = "application/json+chapters; charset=utf-8"


def chapters_json(chapters: Iterable[Moment], title: str, show: str) -> str:
    """The chapters of the episode ``title`` of the podcast ``show``, in their order."""
    entries = [{"startTime": chapter.seconds, "title": clean(chapter.text)} for chapter in chapters]
    told = {"version": "1.2.0", "title": clean(title), "podcastName": clean(show), "chapters": entries}
    return json.dumps(told, ensure_ascii=False)
