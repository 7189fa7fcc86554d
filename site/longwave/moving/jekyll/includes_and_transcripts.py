"""The plan for Jekyll's includes and transcripts: the files of each that move to the new site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from longwave.content.folder import COMPANIONS
from longwave.content.liquid import BUILT_IN_INCLUDES, Liquid, Surroundings
from longwave.content.text.plain_text import slugify
from longwave.content.transcripts.languages import split_language
from longwave.errors import ContentError
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.import_parts import ImportPart, NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_pages import INCLUDE, LISTS
from longwave.moving.jekyll.posts import Post

INCLUDE_SUFFIXES = (".html", ".md", ".txt", ".svg")


def plan_includes(source: SourceSite, texts: Iterable[str]) -> ImportPart:
    """Return the includes as a part of the import: those that the texts use, directly or through other includes."""
    liquid = Liquid(Surroundings({}, {}, {}, lambda _: None))
    pending = [name for text in texts for name in INCLUDE.findall(text)]
    files: dict[str, NewFile] = {}
    rendered: list[str] = []
    omissions = []
    visited: set[str] = set()
    while pending:
        name = pending.pop()
        file = f"_includes/{name}"
        if name in visited or file not in source:
            continue
        visited.add(name)
        try:
            text = source.text(file)
        except ContentError as error:
            omissions.append(Omission(str(error.problem), "no include that Longwave could read"))
            continue
        taken, found = _judge_include(name, text, liquid.unknown_tags(text))
        omissions += found
        if taken:
            files[name] = NewFile(f"content/includes/{name}", source.path(file))
            rendered.append(text)
            pending.extend(INCLUDE.findall(text))
    report = Report((Imported("includes", len(files), "content/includes/"),), tuple(omissions))
    return ImportPart(tuple(files.values()), report=report, texts=tuple(rendered))


def _judge_include(name: str, text: str, unknown: Sequence[str]) -> tuple[bool, list[Omission]]:
    """Return whether an include is taken, and the omissions of one with these unknown tags."""
    file = f"_includes/{name}"
    lists = LISTS.search(text)
    tags = ", ".join(f"{{% {tag} %}}" for tag in unknown)
    if name in BUILT_IN_INCLUDES and (unknown or "site." in text):
        own = "Longwave has one of its own, which lists an episode's tags with their home pages"
        return False, [Omission(f"{file}: {tags}" if tags else file, own)]
    if not name.lower().endswith(INCLUDE_SUFFIXES):
        return False, [Omission(file, f"an include ends in {', '.join(INCLUDE_SUFFIXES)}")]
    omissions = []
    if unknown:
        made = f"content/includes/{unknown[0]}.html"
        reason = f"a tag that only the old site knows: pages go without this include until {made} makes the tag"
        omissions.append(Omission(f"{file}: {tags}", reason))
    if lists:
        omissions.append(Omission(f"{file}: {lists[0]}", "taken, but it reads what only Jekyll has"))
    return True, omissions


def plan_transcripts(source: SourceSite, posts: Sequence[Post]) -> ImportPart:
    """Return the transcripts in ``_data/transcripts`` as a part of the import, each named after its episode."""
    files: list[NewFile] = []
    omissions = []
    for name in source.files:
        if not name.startswith("_data/transcripts/"):
            continue
        suffix = name.rpartition(".")[2].lower()
        target = _transcript_target(name, posts)
        if f".{suffix}" not in COMPANIONS["transcript"][1] or not target:
            omissions.append(Omission(name, "no transcript of an episode: it has neither slug nor number of one"))
            continue
        files.append(NewFile(target, source.path(name)))
    report = Report((Imported("transcripts", len(files), "content/transcripts/"),), tuple(omissions))
    return ImportPart(tuple(files), report=report)


def _transcript_target(name: str, posts: Sequence[Post]) -> str:
    """Return the new name of a transcript, found by front matter, number or slug; empty if no episode fits."""
    below = name.removeprefix("_data/transcripts/")
    file = below.rpartition("/")[2]
    (stem, language), suffix = split_language(file.rpartition(".")[0]), file.rpartition(".")[2].lower()
    suffix = f"{language}.{suffix}" if language else suffix
    candidates = [post for post in posts if post.show in map(slugify, below.split("/")[:-1])] or list(posts)
    # Where several shows have the same number, the transcript is probably that of an episode with audio.
    candidates.sort(key=lambda post: not (post.episode and post.episode.enclosure and post.episode.enclosure.expected))
    for post in candidates:
        episode = post.episode
        if episode is None:
            continue
        if episode.transcript and episode.transcript.strip("/").rpartition("/")[2] == file:
            return f"content/transcripts/{post.show}/{file}"
        file_stem = post.name.rpartition("/")[2].rpartition(".")[0]
        number = re.fullmatch(r"[A-Za-z]*[-_ ]?0*(\d+)", stem, re.ASCII)
        numbered = number is not None and int(number[1]) == episode.number
        if numbered or slugify(stem) in (episode.slug, slugify(file_stem)):
            return f"content/transcripts/{post.show}/{episode.number if numbered else episode.slug}.{suffix}"
    return ""
