"""The catalogue: episodes by show, tag and guest."""

from dataclasses import replace
from datetime import UTC, datetime

from longwave.catalogue import Catalogue, build_catalogue
from longwave.model import Appearance, Enclosure, Episode, Guest, Link, Person, Show, Site, Tag

ME = Person("Ada")
SHOW = Show("podcast", "Podcast", "", "en", "Ada", ME)
SITE = Site("Site", "", "", "en", "UTC", "Ada", ME, shows=(SHOW, Show("empty", "Empty", "", "en", "Ada", ME)))


def episode(
    day: int, tags: tuple[str, ...] = (), guests: tuple[Appearance, ...] = (), aliases: tuple[str, ...] = ()
) -> Episode:
    """Return an episode dated on this day of January 2026."""
    date = datetime(2026, 1, day, tzinfo=UTC)
    return Episode(
        "podcast", f"e{day}", f"content/podcast/e{day}.md", f"E{day}", date, tags=tags, guests=guests, aliases=aliases
    )


def catalogue(*episodes: Episode, tags: tuple[Tag, ...] = (), guests: tuple[Guest, ...] = ()) -> Catalogue:
    """Return the catalogue of these episodes, with files of tags and guests."""
    return build_catalogue(SITE, episodes, {t.slug: t for t in tags}, {g.slug: g for g in guests}, {})


def test_the_newest_comes_first_and_knows_its_neighbours() -> None:
    """Episodes are sorted from new to old; previous is the older, next the newer one, and the ends have none."""
    view = catalogue(episode(1), episode(3), episode(2))
    assert [e.slug for e in view.episodes_of_show("podcast")] == ["e3", "e2", "e1"]
    first, two = view.episode("podcast", "e1"), view.episode("podcast", "e2")
    assert first is not None
    assert two is not None
    assert (view.previous(two), view.next(first), view.previous(first)) == (first, two, None)


def test_a_show_without_episodes_is_none() -> None:
    """A show with neither an episode nor a table in site.toml isn't in the catalogue."""
    assert set(catalogue(episode(1)).shows) == {"podcast"}


def test_spellings_of_a_tag_are_one() -> None:
    """Spellings with the same slug are one tag, labelled as in the tag's file, else by the most frequent one."""
    view = catalogue(
        episode(1, ("AWS",)), episode(2, ("aws",)), episode(3, ("aws", "C#", "C")), tags=(Tag("c", "The C language"),)
    )
    assert {slug: tag.label for slug, tag in view.tags.items()} == {
        "aws": "aws",
        "c": "The C language",
        "c-sharp": "C#",
    }
    assert len(view.episodes_with_tag("aws")) == 3


def test_a_tag_without_an_episode_is_none() -> None:
    """A tag's or guest's file whose name no episode uses adds no tag or guest to the catalogue."""
    view = catalogue(episode(1), tags=(Tag("ghost", "Ghost"),), guests=(Guest("ghost", "Ghost"),))
    assert (dict(view.tags), dict(view.guests)) == ({}, {})


def test_a_guest_in_two_episodes_is_one() -> None:
    """Appearances with one slug, or with names of one guest's file, are one guest with the newest title and picture."""
    old = Appearance("José Núñez", title="Intern", avatar="old.png")
    new = Appearance("Jose Nunez", title="Boss", links=(Link("Web", "https://j.example"),))
    alias = Appearance("Pepe")
    view = catalogue(
        episode(1, guests=(old,)),
        episode(2, guests=(new,)),
        episode(3, guests=(alias,)),
        guests=(Guest("jose-nunez", "José Núñez", names=("Pepe",)),),
    )
    guest = view.guests["jose-nunez"]
    assert (guest.name, guest.title, guest.avatar) == ("José Núñez", "Boss", "old.png")
    assert len(view.episodes_with_guest("jose-nunez")) == 3


def test_an_alias_never_shadows_a_page() -> None:
    """An episode's alias redirects to it unless another episode is served at that address."""
    view = catalogue(episode(1, aliases=("/old", "/podcast/e2")), episode(2))
    assert view.redirects == {"/old": "/podcast/e1"}


def test_an_episode_is_known_by_its_audio() -> None:
    """The look-up of an audio file's name gives the show's newest episode with it, and None in another show."""
    old, new = (replace(episode(day), enclosure=Enclosure("a.mp3", "https://cdn.example/a.mp3")) for day in (1, 2))
    view = catalogue(old, new, replace(episode(3), enclosure=Enclosure("", "https://cdn.example/b.mp3")))
    assert view.episode_of_audio("podcast", "a.mp3") == new
    assert [view.episode_of_audio("podcast", ""), view.episode_of_audio("other", "a.mp3")] == [None, None]


def test_which_of_one_date_is_newer() -> None:
    """The higher number of two episodes of one date counts as newer, or the later file name if the show says so."""
    nine, ten = (replace(episode(1), slug=f"{n}", number=n, source=f"content/podcast/{n}.md") for n in (9, 10))
    by_name = replace(SITE, shows=(replace(SHOW, same_time="name"),))
    assert [e.number for e in catalogue(nine, ten).episodes] == [10, 9]
    assert [e.number for e in build_catalogue(by_name, (nine, ten), {}, {}, {}).episodes] == [9, 10]


def test_a_spelling_without_letters_is_nobodys() -> None:
    """A guest's file that lists a symbol as a spelling gets no other guest's episodes."""
    view = catalogue(
        episode(1, guests=(Appearance("\U0001f3b8"),)), guests=(Guest("ann", "Ann", names=("\U0001f3b8",)),)
    )
    assert all(view.episodes_with_guest(slug) for slug in view.guests)
