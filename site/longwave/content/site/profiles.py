"""The optional files that enrich a site: ``guests/*.md``, ``tags/*.md`` and ``pages/*.md``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from longwave.content.episodes.people import person_links
from longwave.content.fields.frontmatter import Document, split
from longwave.content.site.site_toml import RESERVED
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, Problem
from longwave.model import Guest, Link, Page, Tag

Problems = tuple[Problem, ...]

#: The keys of front matter that are read, by the kind of file. A guest's file may name any service of the web besides.
EXTRA_KEYS = {
    "guest": frozenset({"name", "names", "title", "avatar", "picture", "image", "description", "website", "slug"}),
    "tag": frozenset({"title", "name", "description", "homepage", "home_page", "url", "website", "tag"}),
    "page": frozenset({"title", "description", "slug"}),
}


def parse_guest(file: str, text: str) -> tuple[Guest, Problems]:
    """Return the guest of ``guests/<guest>.md``, and warnings of what can't be used. Raises ContentError."""
    told = _Told(split(file, text))
    stem = _stem(file)
    guest = Guest(
        slug=_slug(told.document, stem),
        name=told.text("name") or stem.replace("-", " ").title(),
        title=told.text("title"),
        avatar=told.text("avatar", "picture", "image"),
        links=told.links(),
        names=told.names(),
        description=told.text("description"),
        text=told.document.body,
    )
    return guest, tuple(told.problems)


def parse_tag(file: str, text: str) -> tuple[Tag, Problems]:
    """Return the tag of ``tags/<tag>.md``, and warnings of what can't be used. Raises ContentError."""
    told = _Told(split(file, text))
    stem = _stem(file)
    tag = Tag(
        slug=_slug(told.document, stem),
        label=told.text("title", "name") or stem,
        description=told.text("description"),
        homepage=told.homepage(),
        text=told.document.body,
    )
    return tag, tuple(told.problems)


def parse_page(file: str, text: str) -> tuple[Page, int, Problems]:
    """Return the page of ``pages/<name>.md``, its text still Liquid, the line where that begins, and such warnings.

    Raises ContentError.
    """
    told = _Told(split(file, text))
    document = told.document
    slug = _slug(document, told.text("slug") or _stem(file))
    if slug in RESERVED:
        hint = f"/{slug} is an address of Longwave's own."
        raise ContentError(document.problem("slug", "a page with another name", slug, hint))
    title = told.text("title")
    if not title:
        raise ContentError(
            document.problem("title", "a title", document.meta.get("title"), 'Add a line such as title: "…"')
        )
    page = Page(slug, title, told.text("description"), document.body, document.meta)
    return page, document.first_line, tuple(told.problems)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _slug(document: Document, name: str) -> str:
    slug = slugify(name)
    if not slug:
        raise ContentError(document.problem("", "a file name with letters or digits", name))
    return slug


@dataclass(frozen=True, slots=True)
class _Told:
    """The usable values of a file; ``problems`` are warnings for the rest."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def leave_out(self, key: str, expected: str, found: object) -> None:
        """Remember that a value can't be used."""
        problem = self.document.problem(key, expected, found, "It is left out.")
        self.problems.append(replace(problem, level="warning"))

    def text(self, *keys: str) -> str:
        """Return the text of the first of these keys that has one."""
        for key in keys:
            value = self.document.meta.get(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                if value != "":
                    return " ".join(str(value).split())
            elif value is not None:
                self.leave_out(key, "text", value)
        return ""

    def homepage(self) -> str:
        """Return the address of a technology's own site."""
        for key in ("homepage", "home_page", "url", "website"):
            value = self.text(key)
            if value.startswith(("https://", "http://")):
                return value
            if value:
                self.leave_out(key, "an address that begins with https://", value)
        return ""

    def names(self) -> tuple[str, ...]:
        """Return the other spellings of a name."""
        names = self.document.meta.get("names") or []
        listed = names if isinstance(names, list) else [names]
        for name in listed:
            if not isinstance(name, str):
                self.leave_out("names", "a list of the guest's other spellings", name)
        return tuple(name for name in listed if isinstance(name, str))

    def links(self) -> tuple[Link, ...]:
        """Return somebody's addresses elsewhere."""
        ours = {"names", "description", "slug"}
        person = {key: value for key, value in self.document.meta.items() if key not in ours}
        return person_links(person, self.leave_out)
