"""The people of a feed: those of the show, and the hosts and guests of each item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, without_empty
from longwave.content.episodes.taxonomy import DEFAULT_ROLE, HOSTING, group_in_taxonomy, role_in_taxonomy
from longwave.content.text.plain_text import one_line, slugify
from longwave.moving.rss.feed_parser import Document, Element
from longwave.moving.rss.feed_values import host_without_www, web_host
from longwave.routes import path_for

#: The limit on the people of one episode.
_MAX_PEOPLE = 100


def people_of(document: Document) -> tuple[Element, ...]:
    """Return the channel's people; where it names nobody, the hosts of at least half of the episodes."""
    people = tuple(person for person in document.channel.all("podcast:person") if person.text)
    if people:
        return people[:_MAX_PEOPLE]
    counted: dict[str, list[Element]] = {}
    for item in document.items:
        for person in item.all("podcast:person"):
            if person.text and is_host(person):
                counted.setdefault(one_line(person.text), []).append(person)
    return tuple(people[0] for people in counted.values() if len(people) * 2 >= len(document.items))


def is_host(person: Element) -> bool:
    """Return whether a person presents the show or the episode, by the role that a feed states."""
    return role_in_taxonomy(person.get("role") or DEFAULT_ROLE) in HOSTING


def role_and_group(person: Element, usual: str) -> Mapping[str, str]:
    """Return a person's role and group for a file, each empty if it is the usual one."""
    role = one_line(person.get("role")) or DEFAULT_ROLE
    group = one_line(person.get("group"))
    is_usual_group = group_in_taxonomy(group, role) == group_in_taxonomy("", role)
    return {"role": "" if role_in_taxonomy(role) == usual else role, "group": "" if is_usual_group else group}


class ItemPeople:
    """The people of the items of a feed, whose ``regular`` hosts are those of the show.

    ``portrait`` returns the file of a person's picture, given the name and the picture's address.
    """

    def __init__(self, document: Document, portrait: Callable[[str, str], str]) -> None:
        self._portrait = portrait
        self._old_host = host_without_www(document.channel.first_text("link"))
        self._regular = frozenset(one_line(person.text) for person in people_of(document) if is_host(person))
        self._items_name_hosts = any(
            is_host(person) for item in document.items for person in item.all("podcast:person") if person.text
        )

    def hosts(self, item: Element) -> Sequence[Value] | bool | None:
        """Return the hosts of an item; None for those of the show, and False for nobody.

        A feed that names hosts in its items names all of them there; one that doesn't leaves them to its channel.
        """
        people = _distinct(item)
        hosts = [person for person in people if is_host(person)]
        names = [one_line(person.text) for person in hosts]
        if not people or frozenset(names) == self._regular or not (hosts or self._items_name_hosts):
            return None
        return [self._host(name, person) for name, person in zip(names, hosts, strict=True)] or False

    def guests(self, item: Element) -> tuple[Mapping[str, Value], ...]:
        """Return the people of an item who aren't its hosts."""
        return tuple(self._entry(person, "guest") for person in _distinct(item) if not is_host(person))

    def _host(self, name: str, person: Element) -> Value:
        """Return the name of a regular host, whose picture and link the site knows, else a host's whole entry."""
        is_known = name in self._regular and role_in_taxonomy(person.get("role") or DEFAULT_ROLE) == DEFAULT_ROLE
        entry = self._entry(person, DEFAULT_ROLE)
        return name if is_known or entry.keys() == {"name"} else entry

    def _entry(self, person: Element, usual: str) -> Mapping[str, Value]:
        """Return a person's entry for front matter; ``usual`` is the role of a person for whom none is written."""
        name = one_line(person.text)
        return without_empty(
            name=name,
            **role_and_group(person, usual),
            avatar=self._portrait(name, person.get("img")),
            website="" if self._is_page(name, person.get("href")) else person.get("href"),
        )

    def _is_page(self, name: str, url: str) -> bool:
        """Return whether an address is no website, or that of the page which the person has on a site of Longwave's."""
        if not web_host(url):
            return True
        page = path_for("guest", guest=slugify(name))
        return host_without_www(url) == self._old_host and unquote(urlsplit(url).path) == page


def _distinct(item: Element) -> Iterable[Element]:
    """Return the people of an item without those of a name that came before."""
    people: dict[str, Element] = {}
    for person in item.all("podcast:person"):
        if person.text and slugify(one_line(person.text)):
            people.setdefault(one_line(person.text), person)
    return list(people.values())[:_MAX_PEOPLE]
