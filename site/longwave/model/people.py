"""People as a site's files describe them, and labelled links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from longwave.model.key import Key

#: The declarations of those keys of a guest that both an episode's front matter and the guest's own file may have.
TITLE = Key("a profession or a position", appears_in="page")
AVATAR = Key(
    "a picture below `content/images/`, or its address", appears_in="page, `podcast:person`", aliases=("image",)
)
WEBSITE = Key(
    "a home page; any service by its name stands beside it: `mastodon`, `github`, …",
    appears_in="page, `podcast:person`",
    name="website",
    aliases=("website_href",),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address with a label: a subscribe button, a guest's website, an entry of the navigation."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """A host, author or owner, as given in ``site.toml``. ``image`` is a path below ``content/images`` or a URL.

    Among the hosts of a show may be people with another ``role``, such as producer; an empty role is that of a host.
    ``group`` is the Podcast Taxonomy's, and empty if it follows from the role.
    """

    name: str
    email: str = ""
    url: str = ""
    image: str = ""
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A guest or host as one episode's front matter describes them.

    ``avatar`` is a path below ``content/images`` or a URL.
    """

    name: Annotated[str, Key("required", appears_in="page, search, `podcast:person`")]
    role: Annotated[
        str,
        Key(
            "what they do in this episode, best as the [Podcast Taxonomy](https://podcasttaxonomy.com/) says it",
            default="`guest`; among `hosts`: `host`",
            appears_in="page, `podcast:person`",
        ),
    ] = "guest"
    title: Annotated[str, TITLE] = ""
    avatar: Annotated[str, AVATAR] = ""
    links: Annotated[tuple[Link, ...], WEBSITE] = ()
    group: Annotated[
        str,
        Key("the taxonomy's group of the role", default="follows from the role", appears_in="`podcast:person`"),
    ] = ""
