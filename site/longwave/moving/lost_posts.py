"""The posts of an old site that an import can't read: counted in its verdict, and kept until they are episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from longwave.authoring.safe_writing import replace_file
from longwave.content.text.plain_text import slugify
from longwave.errors import FEED_DIFF, Problem
from longwave.moving.comparison.differences import Difference

_FILE = "lost-posts.txt"
_HINT = "Write it in Markdown, in a file of the same name in the show's folder."


def lost_post(name: str) -> Difference:
    """Return the loss of the post in the file ``name`` of an old site."""
    return Difference(name, "post", "lost", hint=_HINT)


def keep_lost_posts(folder: Path, names: Iterable[str]) -> None:
    """Write the names of lost posts into a site's ``folder`` of old feeds, over those of an earlier import."""
    path, text = folder / _FILE, "".join(f"{name}\n" for name in names)
    if text:
        replace_file(path, text)
    else:
        path.unlink(missing_ok=True)


def posts_still_lost(folder: Path, sources: Iterable[str]) -> Iterator[Problem]:
    """Yield a warning for each lost post kept in ``folder`` of whose name no episode's file in ``sources`` is."""
    path = folder / _FILE
    if not path.is_file():
        return
    stems = {_stem(source) for source in sources}
    for name in path.read_text("utf-8", "replace").splitlines():
        if _stem(name) not in stems:
            hint = f"{_HINT} If it may be lost, delete its line in {folder.parent.name}/{folder.name}/{_FILE}."
            yield Problem(name, 0, "an episode of this post", "none", hint, "warning", f"{FEED_DIFF}/post")


def _stem(name: str) -> str:
    return slugify(PurePosixPath(name).stem)
