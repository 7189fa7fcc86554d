"""A site whose feed has every tag, with an episode of half an hour, for the podcast programs in tests/clients."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from PIL import Image
from support import Site

FEED = "/podcast/feed.xml"
MP3 = "/audio/podcast/1-hello.mp3"
M4A = "/audio/podcast/1-hello.m4a"
TITLE = "Hello: A & B"
SETTINGS = """
title = "The Station"
url = "https://pod.example"
description = "Everything that a feed can say."
author = "Ann Lee"
owner = {name = "Ann Lee", email = "ann@pod.example"}
hosts = [{name = "Ann Lee", url = "https://ann.example", image = "ann.png"}]
image = "cover.png"
copyright = "© 2026 Ann Lee"

[shows.podcast]
title = "The Podcast"
type = "serial"
categories = ["Arts > Design", "Society & Culture"]
podcast_guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"
locked = true
medium = "podcast"
funding = {"Buy us a coffee" = "https://pod.example/coffee"}
license = {name = "cc-by-4.0", url = "https://creativecommons.example/by/4.0"}
location = {name = "Austin, TX", geo = "geo:30.2672,-97.7431", osm = "R113314"}
txt = [{purpose = "verify", text = "S6lpp-7ZCn8"}]
update_frequency = {text = "Every Monday", rrule = "FREQ=WEEKLY;BYDAY=MO", start = "2026-01-05T09:00:00Z"}
podroll = [{guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810", url = "https://other.example/rss", title = "Another"}]
hubs = ["https://hub.example/"]
seasons = {2 = "The second one"}
value = {suggested = "0.00000015", recipients = [{name = "Ann", address = "02dd", split = 90, custom_key = "7", custom_value = "x"}]}
"""
TRANSCRIPT = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ann Lee>Hello & welcome.\n"
NOTES = "What we talk about.\n\n- 0:00 -- It begins\n- 10:00 -- It goes on\n"


def furnish(site: Site) -> None:
    """Write the site, with half an hour of audio as MP3, and as M4A with its index at the end, as in many files."""
    site.put("content/site.toml", SETTINGS)
    for name, size in (("cover.png", 1400), ("ann.png", 400), ("bob.png", 400), ("hello.png", 1400)):
        (site.root / "content" / "images").mkdir(exist_ok=True)
        Image.new("RGB", (size, size), "teal").save(site.root / "content" / "images" / name)
    site.episode("2026-01-01-0-trailer.md", title="What comes", season=2, episode_type="trailer")
    site.episode(
        "2026-01-05-1-hello.md", title=TITLE, body=NOTES, description="Ann meets Bob.", season=2, image="hello.png",
        guests=[{"name": "Bob Ray", "role": "Reporter", "avatar": "bob.png", "website": "https://bob.example"}],
        soundbites=[{"start": 73, "duration": 60, "title": "The best of it"}], location={"name": "Berlin"},
        license="cc-by-nc-4.0", funding={"Buy Bob a coffee": "https://bob.example/coffee"}, number_display="Ch. 1",
        alternates=[{"audio": "1-hello.m4a", "title": "As M4A", "bitrate": 128000}],
    )  # fmt: skip
    site.put("content/transcripts/podcast/1-hello.vtt", TRANSCRIPT)
    sounds = site.root / "content" / "audio" / "podcast"
    sounds.mkdir(parents=True)
    _record(sounds / "1-hello.mp3", "-write_xing", "0", "-id3v2_version", "0")
    _record(sounds / "1-hello.m4a")
    shutil.copy(sounds / "1-hello.mp3", sounds / "0-trailer.mp3")


def _record(sound: Path, *bare: str) -> None:
    """Write half an hour of audio: one encoded minute, repeated thirty times, as encoding all of it would take long."""
    minute = sound.with_name(f"minute{sound.suffix}")
    playlist = sound.with_name("again.txt")
    playlist.write_text(f"file '{minute}'\n" * 30, "utf-8")
    _ffmpeg("-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*t*(200+t))':d=60", "-b:a", "128k", *bare, str(minute))
    _ffmpeg("-f", "concat", "-safe", "0", "-i", str(playlist), "-c", "copy", str(sound))
    minute.unlink()
    playlist.unlink()


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", *arguments], check=True, timeout=120)
