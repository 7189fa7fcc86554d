"""The cache of results that a build leaves for the next build in the same process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from longwave.content.media.picture_facts import PictureFacts
from longwave.edition.past.history import Past
from longwave.edition.past.recognition import Traits
from longwave.edition.store.edition_data import Contents, Published
from longwave.edition.store.records import EPISODE
from longwave.memo import Latest, Memo
from longwave.model import Episode
from longwave.search.index_cache import IndexCache

#: The most records of episodes that are cached; each takes a few kilobytes.
_MAX_RECORDS = 50_000


def _record_reader() -> Callable[[str], Episode]:
    return lru_cache(_MAX_RECORDS)(EPISODE.validate_json)


@dataclass(frozen=True, slots=True)
class BuildCache:
    """A cache of the results of a site's builds that later builds in the same process can reuse.

    A server has one cache for all of its builds; a command builds once and has none. ``read_episode`` returns
    the episode of a JSON record, always the identical object for the same record. Each memo has a result for
    each source file, by its name (``completed``, ``with_chapters``, ``traits``), or for each episode, by its key
    (``published``, ``document_hashes``), for each picture, by its name (``picture_facts``), or a single result
    (``names``: all guests and tags; ``redirect_goals``: the path or address to which each redirect leads).
    """

    read_episode: Callable[[str], Episode] = field(default_factory=_record_reader)
    contents: Latest[Contents] = field(default_factory=Latest)
    past: Latest[Past] = field(default_factory=Latest)
    search: IndexCache = field(default_factory=IndexCache)
    completed: Memo[Episode] = field(default_factory=Memo)
    with_chapters: Memo[Episode] = field(default_factory=Memo)
    traits: Memo[Traits] = field(default_factory=Memo)
    published: Memo[Published] = field(default_factory=Memo)
    document_hashes: Memo[str] = field(default_factory=Memo)
    names: Memo[object] = field(default_factory=Memo)
    picture_facts: Memo[PictureFacts] = field(default_factory=Memo)
    redirect_goals: Memo[dict[str, str | None]] = field(default_factory=Memo)
