"""A site with every key of front matter and of site.toml that a feed says, and the reasons why a feed says no others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image
from support import Site

from longwave.authoring.literals import toml_value
from longwave.content.fields.declared_keys import keys_of
from longwave.content.site.site_keys import SITE_READER

GUID, OTHER = "9b024349-ccf0-5f69-a609-6b82873eab3c", "917393e3-1b1e-5cef-ace4-edaa54e1f810"
PAID = {"type": "lightning", "method": "keysend", "suggested": "0.00000015",
        "recipients": [{"name": "Ann", "address": "02dd", "split": 90, "custom_key": "7", "custom_value": "x"}]}  # fmt: skip
#: The pictures, named as the importer names them, since a feed has their addresses.
PICTURES = ("cover", "cover-2", "guests/ann-lee", "guests/bob-ray", "podcast/1-a-first-boat", "podcast/1-a-first-boat-2",
            "podcast/1-a-first-boat-chapter-2")  # fmt: skip
#: The keys that a show and an episode have in common.
COMMON: Mapping[str, Any] = {
    "image_alt": "A lighthouse at night", "subtitle": "Boats & piers", "author": "Ann Lee",
    "license": "cc-by-4.0",
    "youtube": "https://www.youtube.com/@harbour", "video": "https://vimeo.com/76979871",
    "mastodon": "https://masto.example/@harbour", "bluesky": "https://bsky.app/profile/a.example", "explicit": True,
    "location": [{"name": "Bergen", "rel": "creator", "geo": "geo:60.39,5.32", "osm": "R1", "country": "NO"}],
    "funding": {"Buy us a coffee": "https://give.example/"}, "value": PAID, "block": True,
    "social": [{"uri": "https://so.example/1", "protocol": "activitypub", "account_id": "@ann@so.example"}],
    "txt": [{"purpose": "verify", "text": "S6lpp"}], "ai": ["voice", "cover"],
}  # fmt: skip
SHOW: Mapping[str, Any] = {
    **COMMON, "title": "Harbours", "image": "cover.png",
    "images": [{"file": "cover-2.png", "alt": "The harbour", "purpose": "banner"}], "description": "All about harbours.", "language": "en-GB",
    "owner": {"name": "Ann Lee", "email": "ann@pod.example"}, "copyright": "© 2026 Ann", "categories": ["Arts > Design"],
    "hosts": [{"name": "Ann Lee", "url": "https://ann.example", "image": "guests/ann-lee.png"}], "type": "serial",
    "locked": False, "locked_owner": "rights@pod.example", "managing_editor": "ann@pod.example (Ann)",
    "webmaster": "web@pod.example (Bob)", "ttl": 90, "skip_days": ["Saturday"], "skip_hours": [0, 23],
    "medium": "podcast", "update_frequency": {"text": "Every Monday", "rrule": "FREQ=WEEKLY;BYDAY=MO"},
    "podroll": [{"guid": OTHER, "url": "https://other.example/rss", "title": "Another"}],
    "publisher": {"guid": OTHER, "url": "https://other.example/publisher"}, "podcast_guid": GUID,
    "remote_items": [{"guid": OTHER, "url": "https://other.example/rss", "item_guid": "1"}], "itunes_title": "Ports",
    "complete": True, "seasons": {"2": "The second one"},
}  # fmt: skip
EPISODE: Mapping[str, Any] = {
    **COMMON, "title": "A first boat", "image": "podcast/1-a-first-boat.png",
    "images": [{"file": "podcast/1-a-first-boat-2.png", "alt": "The harbour", "purpose": "banner"}], "description": "How it floats.", "date": "2026-01-02 10:00:00", "number": 1,
    "tags": ["boats", "C++ & C#"], "audio": "https://cdn.example/1.mp3?a=1&b=2", "type": "audio/mp4", "mp3_bytes": 4711,
    "mp3_duration": "31:05", "chapters": [{"start": 0, "title": "A"}, {"start": 5.5, "title": "B", "url": "https://b.example/",
    "image": "podcast/1-a-first-boat-chapter-2.png", "end": 9, "toc": False}], "guid": "tag:pod.example,2026:1", "guid_is_permalink": False,
    "soundbites": [{"start": 73, "duration": 60, "title": "The best of it"}], "youtube": "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "alternates": [{"audio": "https://cdn.example/1.opus", "title": "Small", "bitrate": 32000, "bytes": 9, "language": "en",
    "rel": "music", "codecs": "opus", "default": True, "integrity": {"type": "sri", "value": "sha384-" + "A" * 64},
    "sources": ["https://two.example/1.opus"]}], "number_display": "Ch. 1", "season": 2, "episode_type": "bonus",
    "transcripts": [{"file": "1-a-first-boat.vtt", "language": "en-GB", "rel": "captions"}, {"file": "1-a-first-boat.de.vtt", "language": "de"}],
    "sponsors": [{"name": "Rope & Co", "url": "https://rope.example/", "text": "Ropes."}], "itunes_title": "Boat",
    "comments_url": "https://talk.example/1", "discuss": ["https://forum.example/1"], "hosts": ["Ann Lee"],
    "guests": [{"name": "Bob Ray", "role": "Reporter", "avatar": "guests/bob-ray.png", "website": "https://bob.example"}],
}  # fmt: skip
#: The keys of an episode that has no recording yet.
LIVE = {"title": "On air", "guid": "live-1", "date": "2026-01-04 10:00:00", "live": {
    "start": "2026-01-04T10:00:00Z", "end": "2026-01-04T12:00:00Z", "status": "ended", "url": "https://live.example/1.mp3",
    "chat": {"server": "irc.example", "protocol": "irc"}}}  # fmt: skip
#: The keys that no feed says, or under another key's name, each with the reason.
ELSEWHERE = {
    "summary": "a spelling of description", "tag": "a spelling of tags", "transcript": "a spelling of transcripts",
    "updated_on": "on the page", "slug": "the address", "aliases": "former addresses", "category": "the show",
    "draft": "not published", "published": "not published",
}  # fmt: skip
ELSEWHERE_OF_SITE = {
    "audio_url": "the addresses of enclosures", "audio": "the addresses of enclosures", "guid": "the guids",
    "guids": "the guids", "same_time": "the order", "links": "subscribe buttons, words for browsers",
    "hubs": "the old host's, which the report names", "feed_limit": "the number of pages",
    "new_feed_url": "where the old feed says it is", "url": "the addresses", "timezone": "pages", "html": "pages",
    "redirects": "former addresses", "security": "pages", "shows": "the shows", "repo": "pages", "per_page": "pages",
    "navigation": "pages", "public": "files", "accent": "pages", "font": "pages", "radius": "pages",
    "enclosures": "the facts that an old site stated",
}  # fmt: skip


def furnish(root: Path, place: str, show: Mapping[str, Any] = SHOW, episode: Mapping[str, Any] = EPISODE) -> Site:
    """Write a site with these keys, those of a show in its table or at the top of site.toml where they may stand there."""
    at_top = keys_of(SITE_READER).keys() if place == "site" else {"url"}
    lines = [f"{key} = {toml_value(value)}" for key, value in show.items() if key in at_top]
    table = [f"{key} = {toml_value(value)}" for key, value in show.items() if key not in at_top]
    site = Site(root)
    first = '# url = "https://podcast.example.com"'
    site.put("content/site.toml", "\n".join((first, *lines, "[shows.podcast]", *table, "")))
    for number, name in enumerate(PICTURES):
        path = site.root / f"content/images/{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40 + number, 40), "teal").save(path)
    for name, words in (("1-a-first-boat", "Hello & welcome."), ("1-a-first-boat.de", "Hallo.")):
        site.put(f"content/transcripts/podcast/{name}.vtt", f"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann>{words}\n")
    site.episode("2026-01-02-1-a-first-boat.md", body="What we talk *about*.\n\n- one\n- two\n", **episode)
    site.episode("2026-01-03-plain.md", title="Plain", guid="plain")
    site.episode("2026-01-04-on-air.md", **LIVE)
    return site
