"""The facts of episodes that the old feed or an unknown key states, as the table ``enclosures`` of ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import quote

from longwave.authoring.literals import fits_site_toml, toml_value
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.content_file import split_front_matter
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.media.media_types import AUDIO_TYPES, media_type
from longwave.content.media.picture_likeness import LikePictures
from longwave.content.site.site_toml import toml_key
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError
from longwave.feeds.text import shortened
from longwave.model import Episode, Show, Site
from longwave.moving.import_report import Omission
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_audio import OldSound, alternates
from longwave.moving.jekyll.old_feeds import path_on_old_site
from longwave.moving.jekyll.old_media import IMAGE_SUFFIXES, name_below_images
from longwave.moving.jekyll.posts import READ_AS_UTC, Post
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_values import parse_number, parse_yes_no
from longwave.moving.rss.html_to_markdown import plain_text
from longwave.moving.rss.listing_values import item_listing
from longwave.urls import in_ascii

#: The keys, also those within the maps ``podcast`` and ``itunes``, from which a fact is taken that no feed states.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "number": ("episode_number", "episode_no", "episode", "ep", "itunes_episode", "podcast_episode", "number"),
    "season": ("season_number", "itunes_season", "podcast_season", "season"),
    "episode_type": ("itunes_episode_type", "episode_type", "episodetype", "itunes_type", "type"),
    "explicit": ("itunes_explicit", "podcast_explicit", "explicit"),
    "image": (
        *("itunes_image", "podcast_image", "episode_image", "episode_cover", "episode_art", "album_art", "artwork"),
        *("cover", "cover_image", "image"),
    ),
    "description": (
        *("podcast_description", "description", "itunes_summary", "podcast_summary", "summary"),
        *("itunes_subtitle", "podcast_subtitle", "subtitle", "tagline", "abstract", "lead"),
    ),
}
_DESCRIPTIVE = ("description", "itunes:summary", "googleplay:description")
_TYPES = ("full", "trailer", "bonus")
_WORDS_IN_A_ROW = 4
#: A season and a number in one, such as ``S02E01``.
_SEASON_AND_NUMBER = re.compile(
    r"s(?:eason)?\s*(\d{1,4})[\s,.:x-]*e(?:p|pisode)?\s*(\d{1,6})", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedTable:
    """A show's table ``enclosures``: the facts by slug, and the omissions."""

    facts: Mapping[str, Mapping[str, Any]]
    omissions: tuple[Omission, ...]


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of the new site: names below content/images by paths on the old site. ``cover`` is the show's."""

    source: SourceSite
    names: Mapping[str, str]
    alike: LikePictures
    cover: str = ""

    def name(self, address: str) -> str:
        """Return the picture at an old address: its name, or the address if it is on another host; empty for none."""
        path = path_on_old_site(self.source, address).lstrip("/")
        if not path:
            return address
        is_picture = path.lower().endswith(IMAGE_SUFFIXES)
        # One that only the old server has gets the name that it would have if it were in the old folder.
        below = name_below_images(path)
        return self.names.get(f"/{path}") or (below if is_picture else self.alike.find(below) or "")


def state_facts(  # noqa: PLR0913, PLR0917 - the posts, and all that was found about them
    source: SourceSite,
    site: Site,
    show: Show,
    posts: Sequence[Post],
    sounds: Mapping[str, OldSound],
    pictures: Pictures,
) -> StatedTable:
    """Return the facts of these posts, all of ``show``, that their own files don't give."""
    facts: dict[str, Mapping[str, Any]] = {}
    omissions: list[Omission] = []
    for post in posts:
        with suppress(ContentError):
            text = source.text(post.name)
            episode = parse_episode(post.target, text, site, show, 0).episode
            sound = sounds.get(post.name, OldSound())
            document = split_front_matter(post.name, text)
            stated = {
                **_date(post, episode, document.source),
                **_sound_facts(sound, episode),
                **dict(_item_facts(sound.item, post, episode, show, pictures, omissions)),
                **_texts(sound.item, post, episode, show, document.body),
            }
            others = alternates(sound, source)
            stated |= {"alternates": others} if others else {}
            given = {key: value for key, value in stated.items() if _fits(post, key, value, omissions)}
            if given:
                facts[episode.slug] = given
    return StatedTable(facts, tuple(omissions))


def _fits(post: Post, key: str, value: Any, omissions: list[Omission]) -> bool:
    is_valid = fits_site_toml(f"[shows.x.enclosures]\nx = {{{toml_key(key)} = {toml_value(value)}}}")
    if not is_valid:
        omissions.append(Omission(f"{post.target}: {key} {value!r}", "the old site said so, but it can't be used"))
    return is_valid


def _sound_facts(sound: OldSound, episode: Episode) -> Mapping[str, Any]:
    """Return the address of a post's sound and, if the file isn't here to be measured, its size, duration and type."""
    found = episode.enclosure
    facts: dict[str, Any] = {}
    if found is None or not (sound.url or sound.file):
        return {}
    if sound.file and sound.url and (found.file, found.path, found.url) != (sound.file, sound.url, ""):
        is_usual = sound.url.rpartition("/")[2] == sound.file
        facts = {"url": quote(sound.url), **({} if is_usual else {"file": sound.file})}
    elif sound.file and not sound.url and found.file != sound.file:
        facts = {"file": sound.file}
    elif not sound.file and found.url != _ascii(sound.url):
        facts = {"url": sound.url}
    if sound.is_here:
        return facts
    enclosure, keyed = sound.item.enclosure if sound.item else None, sound.keyed[0] if sound.keyed else None
    size = (enclosure.bytes if enclosure else 0) or (keyed.bytes if keyed else 0)
    seconds = (sound.item.seconds if sound.item else 0) or (keyed.seconds if keyed else 0)
    kind = enclosure.type if enclosure else (keyed.type if keyed else "")
    if size and found.bytes != size:
        facts["bytes"] = size
    if seconds and abs(found.seconds - seconds) > DURATION_TOLERANCE_SECONDS * bool(found.seconds):
        facts["duration"] = format_seconds(seconds)
    usual = AUDIO_TYPES.get(enclosure.suffix) if enclosure else ""
    if re.fullmatch(r"(?:audio|video)/[\w.+-]+", kind) and media_type(sound.url or sound.file) not in (kind, usual):
        facts["type"] = kind
    return facts


def _date(post: Post, episode: Episode, front_matter: str) -> Mapping[str, str]:
    """Return the date of a post that Jekyll read as UTC and that Longwave would read in the site's zone."""
    if episode.date == post.date or not READ_AS_UTC.search(front_matter):
        return {}
    return {"date": f"{post.date.astimezone(UTC):%Y-%m-%d %H:%M:%S} +0000"}


def _ascii(url: str) -> str:
    try:
        return in_ascii(url)
    except ValueError:
        return url


def _item_facts(  # noqa: PLR0913, PLR0917 - as above
    item: Item | None, post: Post, episode: Episode, show: Show, pictures: Pictures, omissions: list[Omission]
) -> Iterator[tuple[str, Any]]:
    """Yield the number, season, type, explicitness and picture that the feed states, else a key that isn't read."""
    number = item.number if item else None
    coded = _SEASON_AND_NUMBER.fullmatch(_keyed(post, "number"))
    number = number if number is not None else parse_number(coded[2] if coded else _keyed(post, "number"))
    if number is not None and number != episode.number:
        yield "number", number
    season = item.season if item else None
    season = season if season is not None else parse_number(_keyed(post, "season") or (coded[1] if coded else ""))
    if season and season != episode.season:
        yield "season", season
    kind = (item.element.first_text("itunes:episodeType") if item else "") or _keyed(post, "episode_type")
    if kind.lower() in _TYPES and kind.lower() != episode.episode_type:
        yield "episode_type", kind.lower()
    explicit = item.explicit if item else None
    explicit = explicit if explicit is not None else parse_yes_no(_keyed(post, "explicit"))
    if explicit is not None and explicit != (show.explicit if episode.explicit is None else episode.explicit):
        yield "explicit", explicit
    image = (item.image if item else "") or _keyed(post, "image")
    if image and image != pictures.cover:
        name = pictures.name(image)
        if not name and not episode.image:
            omissions.append(
                Omission(f"{post.target}: {image}", "the episode's picture, which isn't in the old folder")
            )
        elif name and not _is_same_picture(name, episode.image):
            yield "image", name


def _is_same_picture(name: str, own: str) -> bool:
    return bool(own) and (
        name == own or f"/{name}".endswith(f"/{own.lstrip('/').removeprefix('assets/').removeprefix('images/')}")
    )


def _texts(item: Item | None, post: Post, episode: Episode, show: Show, body: str) -> Mapping[str, str]:
    """Return the description, and the subtitle, short title and author that the feed states and the file doesn't."""
    words = slugify(re.sub(r"\]\([^)]*\)", "] ", body))
    listing = dict(item_listing(item)) if item else {}
    subtitle, short = str(listing.get("subtitle", "")), str(listing.get("itunes_title", ""))
    description = _description(item, post, episode, words, subtitle)
    found = {"description": description}
    if subtitle not in (episode.subtitle, episode.description, description) and not _is_in_notes(subtitle, words):
        found["subtitle"] = subtitle
    if short not in (episode.itunes_title, episode.title):
        found["itunes_title"] = short
    if item and item.author != (episode.author or show.author):
        found["author"] = item.author
    return {key: text for key, text in found.items() if text}


def _description(item: Item | None, post: Post, episode: Episode, notes: str, subtitle: str) -> str:
    """Return the short text of the feed or an unknown key, if the file has none and its notes don't contain it.

    It is empty if the ``subtitle`` is all there is, which then describes the episode, too.
    """
    if episode.description:
        return ""
    texts = [plain_text(item.element.first_text(name)) for name in _DESCRIPTIVE] if item else []
    keyed = "" if subtitle and not _is_in_notes(subtitle, notes) else _keyed(post, "description")
    found = (text for text in map(one_line, (*texts, keyed)) if text and not _is_in_notes(text, notes))
    return shortened(next(found, ""))


def _is_in_notes(text: str, notes: str) -> bool:
    """Return whether most of a text's words stand in the notes, in which Liquid may have filled in others."""
    words = slugify(text).split("-")[:100]
    rows = ["-".join(words[start : start + _WORDS_IN_A_ROW]) for start in range(0, len(words), _WORDS_IN_A_ROW)]
    return 2 * sum(row in notes for row in rows) >= len(rows)


def _bare_key(key: object) -> str:
    """Return a key as its other spellings have it, too: ``episodetype`` for ``episodeType`` and ``episode_type``."""
    return str(key).lower().replace("_", "").replace("-", "")


def _keyed(post: Post, fact: str) -> str:
    """Return the text or number of the first key of front matter that states a fact; empty if there is none."""
    for table in (post.meta, post.meta.get("podcast"), post.meta.get("itunes")):
        if not isinstance(table, Mapping):
            continue
        spelt = {_bare_key(key): value for key, value in table.items()}
        for key in _KEYS[fact]:
            value = table.get(key, spelt.get(_bare_key(key)))
            value = value.get("path") or value.get("url") or value.get("href") if isinstance(value, Mapping) else value
            # YAML reads yes and no as booleans, which only explicitness may be.
            if isinstance(value, (str, int)) and (fact == "explicit" or not isinstance(value, bool)):
                return str(value).strip()
    return ""
