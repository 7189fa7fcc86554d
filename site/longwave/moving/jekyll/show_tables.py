"""The tables of the shows in ``site.toml``: title, guids, audio, the facts of episodes, and what their feeds state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longwave.authoring.literals import toml_value
from longwave.content.media.media_files import list_examples
from longwave.content.media.picture_likeness import LikePictures
from longwave.content.site.site_toml import parse_site, toml_key
from longwave.moving.import_report import Omission, Task
from longwave.moving.jekyll.collected_facts import Pictures, state_facts
from longwave.moving.jekyll.import_parts import ImportPart
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.moving.jekyll.old_audio import AudioPlan
from longwave.moving.jekyll.old_channels import channel_settings
from longwave.moving.jekyll.old_feeds import JekyllFeed
from longwave.moving.jekyll.old_guids import guid_settings, order_setting
from longwave.moving.jekyll.posts import Post, site_timezone
from longwave.moving.jekyll.show_decisions import Shows
from longwave.moving.rss.channel_settings import image_of
from longwave.routes import path_for


@dataclass(frozen=True, slots=True)
class ShowTables:
    """The shows' tables for ``site.toml``, the main show's first, the keys that channels state, omissions and tasks."""

    tables: Mapping[str, Mapping[str, Any]]
    channels: Mapping[str, Mapping[str, Any]]
    omissions: tuple[Omission, ...]
    tasks: tuple[Task, ...] = ()


def plan_shows(  # noqa: PLR0913, PLR0917 - everything that was read and planned before
    source: SourceSite,
    posts: Sequence[Post],
    feeds: Sequence[JekyllFeed],
    shows: Shows,
    audio: AudioPlan,
    images: ImportPart,
) -> ShowTables:
    """Return the tables of all shows. The one with the most audio is first, as ``_config.yml`` probably means it."""
    by_show: dict[str, list[Post]] = {}
    for post in posts:
        by_show.setdefault(post.show, []).append(post)

    def sounding(show: str) -> int:
        sounds = (audio.sounds.get(post.name) for post in by_show[show])
        return sum(bool(sound and (sound.url or sound.file)) for sound in sounds)

    counts = {show: sounding(show) for show in by_show}
    podcasts = [show for show, count in counts.items() if count] or list(by_show)
    tables: dict[str, Mapping[str, Any]] = {}
    channels: dict[str, Mapping[str, Any]] = {}
    omissions: list[Omission] = list(_topics(shows))
    names = _picture_names(images)
    alike = LikePictures(tuple(names.values()))
    for show in sorted(by_show, key=lambda show: (-counts[show], -len(by_show[show]))):
        show_posts = by_show[show]
        feed = next((podcast.feed for podcast in shows.podcasts if podcast.show == show), None)
        pictures = Pictures(source, names, alike, image_of(feed.channel) if feed else "")
        if feed:
            channel = channel_settings(source, feed, pictures)
            channels[show] = channel.values
            omissions += channel.omissions
        guids, lost_guids = guid_settings(source, show, show_posts, feeds)
        order, lost_order = order_setting(show_posts, feeds)
        # A site's only show with sound has the title of the site, unless its feed has another.
        title = source.text_setting("podcast.title", "podcast_title", "title") if podcasts == [show] else ""
        table = {
            **({"title": title} if title else {}),
            **({"guid_is_permalink": True} if feed and _has_permalinks(feed, show_posts) else {}),
            **audio.part.show_settings.get(show, {}),
            **order,
            **guids,
        }
        inherited = {key: channels.get(show, {}).get(key) for key in ("explicit", "author")}
        facts = _facts(source, show, show_posts, {**table, **inherited}, audio, pictures)
        tables[show] = {**table, "enclosures": facts[0]}
        omissions += (*lost_guids, *lost_order, *facts[1])
    return ShowTables(tables, channels, tuple(omissions), tuple(_awaited_pictures(tables, channels, names)))


def _awaited_pictures(
    tables: Mapping[str, Mapping[str, Any]], channels: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[Task]:
    """Yield a task if feeds name pictures that only the old server has."""
    stated = [each.get("image", "") for table in tables.values() for each in table["enclosures"].values()]
    stated += [channel.get("image", "") for channel in channels.values()]
    missing = {image for image in stated if image and "://" not in image} - {*names.values()}
    if missing:
        action = (
            f"copy {len(missing):,} picture{'s' if len(missing) > 1 else ''} from the old server into content/images/"
        )
        yield Task(action, f"the old feed names {list_examples(missing)}, and the old folder doesn't have them")


def _has_permalinks(feed: JekyllFeed, posts: Sequence[Post]) -> bool:
    """Return whether most of the posts' guids in a feed are addresses that apps may open."""
    items = [feed.entries[post.name] for post in posts if post.name in feed.entries]
    return 2 * sum(item.permalink for item in items) > len(items)


def _facts(  # noqa: PLR0913, PLR0917 - as above
    source: SourceSite, show: str, posts: Sequence[Post], table: Mapping[str, Any], audio: AudioPlan, pictures: Pictures
) -> tuple[Mapping[str, Mapping[str, Any]], tuple[Omission, ...]]:
    """Return the table ``enclosures`` of a show whose other keys are those of ``table``."""
    lines = [
        f"url = {toml_value(source.url)}",
        f"timezone = {toml_value(str(site_timezone(source)))}",
        f"[shows.{toml_key(show)}]",
    ]
    lines += [
        f"{key} = {toml_value(value)}" for key, value in table.items() if isinstance(value, (str, bool)) and value != ""
    ]
    site = parse_site("\n".join(lines))[0]
    stated = state_facts(source, site, site.shows[0], posts, audio.sounds, pictures)
    return stated.facts, stated.omissions


def _picture_names(images: ImportPart) -> Mapping[str, str]:
    """Return the name below content/images of each picture by its path on the old site."""
    prefix = path_for("image", size="full", name="")
    return {
        old: new.removeprefix(prefix)
        for old, new in images.redirects.items()
        if "{" not in old and new.startswith(prefix)
    }


def _topics(shows: Shows) -> Iterator[Omission]:
    reason = "a category that is a topic, not a show: write it into the `tags` of its posts, if you wish"
    for category, count in sorted(shows.topics.items()):
        yield Omission(f"{category} ({count:,} post{'' if count == 1 else 's'})", reason)
