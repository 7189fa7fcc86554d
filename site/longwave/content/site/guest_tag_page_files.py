"""The parsers of ``guests/*.md``, ``tags/*.md`` and ``pages/*.md``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from longwave.content.episodes.appearances import person_links
from longwave.content.fields.content_file import Document, split_front_matter
from longwave.content.fields.declared_keys import keys_of, names_of
from longwave.content.site.site_toml import RESERVED_NAMES
from longwave.content.text.plain_text import slugify
from longwave.errors import ContentError, Problem
from longwave.model import Appearance, Guest, Link, Page, Tag

Problems = tuple[Problem, ...]

#: The names of the front-matter keys that are read, by the kind of file. A guest's may also be any web service's name.
PAGE_FILE_KEYS = {"guest": names_of(Guest), "tag": names_of(Tag), "page": names_of(Page)}
#: The keys of a guest's file that aren't the names of web services.
_NO_SERVICES = (names_of(Guest) - names_of(Appearance)) | {"slug"}


def parse_guest(file: str, text: str) -> tuple[Guest, Problems]:
    """Return the guest of ``guests/<guest>.md``, and a warning for each value that can't be used.

    Raises ContentError.
    """
    values = _Values(split_front_matter(file, text), Guest)
    stem = _stem(file)
    guest = Guest(
        slug=_slug(values.document, stem),
        name=values.text("name") or stem.replace("-", " ").title(),
        title=values.text("title"),
        avatar=values.text("avatar"),
        links=values.links(),
        names=values.texts("names", "a list of the guest's other spellings"),
        description=values.text("description"),
        text=values.document.body,
    )
    return guest, values.warnings


def parse_tag(file: str, text: str) -> tuple[Tag, Problems]:
    """Return the tag of ``tags/<tag>.md``, and a warning for each value that can't be used. Raises ContentError."""
    values = _Values(split_front_matter(file, text), Tag)
    stem = _stem(file)
    tag = Tag(
        slug=_slug(values.document, stem),
        label=values.text("label") or values.text("title") or stem,
        title=values.text("title"),
        description=values.text("description"),
        homepage=values.address("homepage"),
        text=values.document.body,
    )
    return tag, values.warnings


def parse_page(file: str, text: str) -> tuple[Page, int, Problems]:
    """Return the page of ``pages/<name>.md``, the line of the file on which its text begins, and warnings.

    The text still holds Liquid; each warning is about a value that can't be used. Raises ContentError.
    """
    values = _Values(split_front_matter(file, text), Page)
    document = values.document
    slug = _slug(document, values.text("slug") or _stem(file))
    if slug in RESERVED_NAMES:
        hint = f"/{slug} is an address of Longwave's own."
        raise ContentError(document.problem("slug", "a page with another name", slug, hint))
    title = values.text("title")
    if not title:
        raise ContentError(
            document.problem("title", "a title", document.meta.get("title"), 'Add a line such as title: "…"')
        )
    page = Page(slug, title, values.text("description"), document.body, document.meta)
    return page, document.first_line, values.warnings


def _stem(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]


def _slug(document: Document, name: str) -> str:
    slug = slugify(name)
    if not slug:
        raise ContentError(document.problem("", "a file name with letters or digits", name))
    return slug


@dataclass(frozen=True, slots=True)
class _Values:
    """The usable front matter of a file, for fields of the dataclass ``noun``. ``problems`` warn of unusable values."""

    document: Document
    noun: type
    problems: list[Problem] = field(default_factory=list)

    @property
    def warnings(self) -> Problems:
        """Return the warnings about values that can't be used, and about repeated keys."""
        return (*self.document.repeated, *self.problems)

    def leave_out(self, key: str, expected: str, found: object) -> None:
        """Add a warning that the value of ``key`` can't be used."""
        problem = self.document.problem(key, expected, found, "It is left out.")
        self.problems.append(replace(problem, level="warning"))

    def text(self, field: str) -> str:
        """Return the text of a field from the first of its keys that has one, else an empty text."""
        return next((text for name in self._names(field) if (text := self._text(name))), "")

    def address(self, field: str) -> str:
        """Return the web address of a field from the first of its keys that has one, else an empty text."""
        for name in self._names(field):
            value = self._text(name)
            if value.startswith(("https://", "http://")):
                return value
            if value:
                self.leave_out(name, "an address that begins with https://", value)
        return ""

    def texts(self, field: str, expected: str) -> tuple[str, ...]:
        """Return the texts of a field whose value is a list or a single text; report and leave out other values."""
        value = self.document.meta.get(field) or []
        listed = value if isinstance(value, list) else [value]
        for item in listed:
            if not isinstance(item, str):
                self.leave_out(field, expected, item)
        return tuple(item for item in listed if isinstance(item, str))

    def links(self) -> tuple[Link, ...]:
        """Return links to a guest's website and to the guest's profiles at web services."""
        person = {key: value for key, value in self.document.meta.items() if key not in _NO_SERVICES}
        return person_links(person, self.leave_out)

    def _names(self, field: str) -> tuple[str, ...]:
        key = keys_of(self.noun)[field]
        return (key.name, *key.aliases)

    def _text(self, name: str) -> str:
        value = self.document.meta.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return " ".join(str(value).split())
        if value is not None:
            self.leave_out(name, "text", value)
        return ""
