"""What stands around the episodes: tags, plain pages, includes, transcripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longwave.authoring.literals import quoted
from longwave.content.fields.frontmatter import Document, decode, split
from longwave.content.site.profiles import parse_page, parse_tag
from longwave.content.site.site_toml import RESERVED
from longwave.content.text.slugs import slugify
from longwave.errors import ContentError
from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.import_parts import File
from longwave.moving.jekyll.jekyll_site import Source
from longwave.moving.jekyll.permalinks import page_address
from longwave.moving.jekyll.posts import MARKDOWN, Post, defaults

INCLUDES = (".html", ".md", ".txt", ".svg")
_INCLUDE = re.compile(r"\{%-?\s*include(?:_cached|_relative)?\s+[\"']?([\w./-]+)")
#: What only Jekyll has: lists of everything else.
_LISTS = re.compile(r"\bsite\.(posts|tags|categories|pages|html_pages|collections|documents|static_files)\b")
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LOOP = re.compile(r"\{%-?\s*for\b.*?\bendfor\s*-?%\}", re.DOTALL)
#: Longwave's own include of this name knows every tag's home page.
_BUILT_IN = "services-used.html"


@dataclass(frozen=True, slots=True)
class Extras:
    """Files of the new site, old addresses with their new ones, the texts that run Liquid, and what was left."""

    files: tuple[File, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)


def is_tag_file(name: str) -> bool:
    """Whether a file is the page of a tag."""
    folder = name.split("/")[0]
    return folder in ("tags", "_tags", "tag", "_tag") and name.count("/") == 1 and name.endswith(MARKDOWN)


def tags(source: Source, posts: Sequence[Post]) -> Extras:
    """The pages of tags, as files that Longwave reads; those of tags that no episode has lead to all tags."""
    used = {slugify(tag) for post in posts if post.out and post.episode for tag in post.episode.tags}
    files: dict[str, File] = {}
    moved: dict[str, str] = {}
    omissions = []
    for name in filter(is_tag_file, source.files):
        try:
            document = split(name, source.text(name))
        except ContentError as error:
            omissions.append(Omission(str(error.problem), "no tag that Longwave could read"))
            continue
        slug = _tag_slug(document, name, used)
        target = f"content/tags/{slug}.md"
        if not slug or target in files or (slug == "index"):
            omissions.append(Omission(name, "no tag of its own"))
            continue
        data, why = _tag_file(document, target)
        files[target] = File(target, source.path(name) if data is None else data)
        omissions.extend([Omission(name, why)] if why else [])
        for address in _page_addresses(source, name, document.meta):
            moved[address] = f"/tags/{slug}" if slug in used else "/tags/"
    report = Report((Imported("tags", len(files), "content/tags/"),), tuple(omissions))
    return Extras(tuple(files.values()), moved, (), report)


def _tag_slug(document: Document, name: str, used: set[str]) -> str:
    """The tag that a page is about: the first of its names that an episode has, else that of the file."""
    stem = name.rpartition("/")[2].rpartition(".")[0]
    named = (document.meta.get(key) for key in ("tag", "tag_name", "slug", "name"))
    names = [slugify(one) for one in (*(n for n in named if isinstance(n, str)), stem, str(document.meta.get("title")))]
    return next((slug for slug in names if slug in used), slugify(stem))


def _tag_file(document: Document, target: str) -> tuple[bytes | None, str]:
    """What the file has to become (None: what it was), and what that costs."""
    meta = document.meta
    body = _LIQUID.sub("", _LOOP.sub("", document.body)).strip()
    label = next((meta[key] for key in ("title", "name", "tag", "tag_name") if isinstance(meta.get(key), str)), "")
    try:
        told = parse_tag(target, f"{document.source}{document.body}")[0].label
    except ContentError:
        told = None
    if told == (label or target.rpartition("/")[2].removesuffix(".md")) and body == document.body.strip():
        return None, ""
    homes = {key: meta.get(key) for key in ("homepage", "home_page", "url", "website")}
    kept = {"title": label, "description": meta.get("description")}
    kept |= {key: home for key, home in homes.items() if str(home).startswith(("http://", "https://"))}
    lines = "".join(f"{key}: {quoted(said)}\n" for key, said in kept.items() if isinstance(said, str) and said)
    text = f"---\n{lines}---\n" + (f"\n{body}\n" if body else "")
    return text.encode(), "taken without its Liquid, and without what can't be used"


def _page_addresses(source: Source, name: str, meta: Mapping[str, Any]) -> Iterator[str]:
    """Where a page was, and where it had been before."""
    label = name.split("/")[0].removeprefix("_")
    given = {**defaults(source, name, label if name.startswith("_") else "pages"), **meta}
    style = str(given.get("permalink") or "")
    if name.startswith("_") and not style:
        collections = source.config.get("collections")
        own = collections.get(label) if isinstance(collections, dict) else None
        style = str(own.get("permalink") or "") if isinstance(own, dict) else ""
        style = style.replace(":collection", label).replace(":path", ":basename") or f"/{label}/:basename:output_ext"
    yield page_address(name.removeprefix("_"), style, source.text_setting("permalink"))
    yield from former(meta)


def former(meta: Mapping[str, Any]) -> tuple[str, ...]:
    """``redirect_from`` of jekyll-redirect-from: one address or several."""
    value = meta.get("redirect_from")
    listed = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return tuple(f"/{str(one).strip().lstrip('/')}" for one in listed if str(one).strip())


def pages(source: Source, shows: Iterable[str]) -> Extras:
    """The plain pages. One that only lists what Longwave lists itself becomes a redirect to that list."""
    reader = _Pages(source, set(shows))
    for name in source.files:
        hidden = any(part.startswith(("_", ".")) for part in name.removeprefix("_pages/").split("/"))
        if not hidden and not is_tag_file(name) and name.lower().endswith((*MARKDOWN, ".html", ".htm")):
            reader.page(name)
    report = Report((Imported("pages", len(reader.files), "content/pages/"),), tuple(reader.omissions))
    return Extras(tuple(reader.files.values()), reader.moved, tuple(reader.texts), report)


class _Pages:
    def __init__(self, source: Source, shows: set[str]) -> None:
        self.source, self.shows = source, shows
        self.files: dict[str, File] = {}
        self.moved: dict[str, str] = {}
        self.texts: list[str] = []
        self.omissions: list[Omission] = []

    def page(self, name: str) -> None:
        """Take a page, or say why not."""
        stem = name.rpartition("/")[2].partition(".")[0].lower()
        try:
            text = self.source.text(name)
            document = split(name, text)
        except ContentError as error:
            why = "no page: Jekyll copies it as it is, and Longwave serves only pages with front matter"
            self.omissions.append(
                Omission(name if "front matter" in error.problem.expected else str(error.problem), why)
            )
            return
        goal = document.meta.get("redirect_to")
        goal = goal[0] if isinstance(goal, list) and goal else goal
        if isinstance(goal, str) and goal.startswith(("/", "http://", "https://")):
            self._lead(name, document, goal)
        elif document.meta.get("published") is False:
            self.omissions.append(Omission(name, "a page that isn't published"))
        elif stem == "404":
            self.omissions.append(Omission(name, "Longwave has a page of its own for that"))
        elif stem == "index" or _LISTS.search(document.body) or "paginator." in document.body:
            self._lead(name, document, self._list(name, document.body))
            self.omissions.append(Omission(name, "a list: Longwave makes its own, and the old address leads there"))
        else:
            self._take(name, document, text)

    def _take(self, name: str, document: Document, text: str) -> None:
        address = next(_page_addresses(self.source, name, document.meta))
        slug = slugify(address.removesuffix(".html").strip("/").rpartition("/")[2])
        if not slug or slug in RESERVED or slug in self.shows or f"content/pages/{slug}.md" in self.files:
            self.omissions.append(
                Omission(name, "its address belongs to a show, to another page or to Longwave itself")
            )
            return
        target = f"content/pages/{slug}.md"
        try:
            same = parse_page(target, text)[0].slug == slug
        except ContentError:
            same = False
        if not same:
            title = str(document.meta.get("title") or slug.replace("-", " ").capitalize())
            said = document.meta.get("description")
            more = f"description: {quoted(said)}\n" if isinstance(said, str) else ""
            text = f"---\ntitle: {quoted(title)}\n{more}---\n{document.body}"
            self.omissions.append(Omission(name, "taken with other front matter, as a page needs a title"))
        self.files[target] = File(target, self.source.path(name) if same else text.encode())
        self.texts.append(text)
        self._lead(name, document, f"/{slug}")

    def _lead(self, name: str, document: Document, goal: str) -> None:
        for address in _page_addresses(self.source, name, document.meta):
            self.moved[address] = goal

    def _list(self, name: str, body: str) -> str:
        show = next((show for show in sorted(self.shows) if re.search(rf"\b{re.escape(show)}\b", f"{name} {body}")), "")
        if re.search(r"\bsite\.tags\b", body) or name.startswith("tags"):
            return "/tags/"
        folder = name.partition("/")[0] if "/" in name else name.partition(".")[0]
        return f"/{folder}/" if folder in self.shows else f"/{show}/" if show and "site.posts" not in body else "/"


def includes(source: Source, texts: Iterable[str]) -> Extras:
    """The snippets that these texts include, and those that they include in turn."""
    wanted = [name for text in texts for name in _INCLUDE.findall(text)]
    files: dict[str, File] = {}
    read: list[str] = []
    omissions = []
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        file = f"_includes/{name}"
        if name in seen or file not in source:
            continue
        seen.add(name)
        try:
            text = decode(file, source.path(file).read_bytes()[:1_000_001])
        except ContentError as error:
            omissions.append(Omission(str(error.problem), "no include that Longwave could read"))
            continue
        lists = _LISTS.search(text)
        if name == _BUILT_IN and "site." in text:
            omissions.append(
                Omission(file, "Longwave has one of its own, which lists an episode's tags with their home pages")
            )
        elif not name.lower().endswith(INCLUDES):
            omissions.append(Omission(file, f"an include ends in {', '.join(INCLUDES)}"))
        else:
            if lists:
                omissions.append(Omission(f"{file}: {lists[0]}", "taken, but it reads what only Jekyll has"))
            files[name] = File(f"content/includes/{name}", source.path(file))
            read.append(text)
            wanted.extend(_INCLUDE.findall(text))
    report = Report((Imported("includes", len(files), "content/includes/"),), tuple(omissions))
    return Extras(tuple(files.values()), {}, tuple(read), report)


def transcripts(source: Source, posts: Sequence[Post]) -> Extras:
    """``_data/transcripts``: each file belongs to the episode whose slug, number or file name it has."""
    files: list[File] = []
    omissions = []
    for name in source.files:
        if not name.startswith("_data/transcripts/"):
            continue
        suffix = name.rpartition(".")[2].lower()
        target = _transcript(name, posts)
        if suffix not in ("vtt", "srt", "json", "yml", "yaml") or not target:
            omissions.append(Omission(name, "no transcript of an episode: it has neither slug nor number of one"))
            continue
        files.append(File(target, source.path(name)))
    report = Report((Imported("transcripts", len(files), "content/transcripts/"),), tuple(omissions))
    return Extras(tuple(files), {}, (), report)


def _transcript(name: str, posts: Sequence[Post]) -> str:
    below = name.removeprefix("_data/transcripts/")
    file = below.rpartition("/")[2]
    stem, suffix = file.rpartition(".")[0], file.rpartition(".")[2].lower()
    within = [post for post in posts if post.show in map(slugify, below.split("/")[:-1])] or list(posts)
    # Where two shows count, it is more likely about what can be heard.
    within.sort(key=lambda post: not (post.episode and post.episode.enclosure and post.episode.enclosure.expected))
    for post in within:
        episode = post.episode
        if episode is None:
            continue
        if episode.transcript and episode.transcript.strip("/").rpartition("/")[2] == file:
            return f"content/transcripts/{post.show}/{file}"
        own = post.name.rpartition("/")[2].rpartition(".")[0]
        number = re.fullmatch(r"[A-Za-z]*[-_ ]?0*(\d+)", stem, re.ASCII)
        numbered = number is not None and int(number[1]) == episode.number
        if numbered or slugify(stem) in (episode.slug, slugify(own)):
            return f"content/transcripts/{post.show}/{episode.number if numbered else episode.slug}.{suffix}"
    return ""
