"""Sites of other generators, and exports, which aren't imported but named together with what helps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from longwave.errors import LongwaveError
from longwave.fetching import Fetcher
from longwave.moving.jekyll import plan
from longwave.moving.rss.feed_source import read_source

NOW = datetime(2026, 1, 31, tzinfo=UTC)
FEED = '<rss version="2.0"><channel><item><enclosure url="https://cdn.example/1.mp3"/></item></channel></rss>'
WXR = """<?xml version="1.0"?><!-- an export --><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<title>Quay</title><link>https://quay.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://quay.example/blog</wp:base_blog_url></channel></rss>"""
GHOST = '{"db": [{"meta": {"version": "5.1"}, "data": {"posts": [{"url": "https://quay.example/one/"}]}}]}'


@pytest.mark.parametrize(
    ("files", "kind", "help_"),
    [
        ({"hugo.toml": 'baseURL = "https://quay.example/"', "content/podcast/1.md": ""}, "a Hugo site",
         "https://quay.example/podcast/index.xml"),
        ({"config.yaml": "baseURL: https://quay.example\ntitle: Quay", "content/1.md": ""}, "a Hugo site",
         "https://quay.example/index.xml"),
        ({"config/_default/hugo.toml": "baseURL = 'https://quay.example/'\n[params]\nrssURL = 'https://quay.example/pod.rss'"},
         "a Hugo site", "import rss https://quay.example/pod.rss"),
        ({"config.toml": 'title = "Quay"', "archetypes/default.md": "", "public/episode/index.xml": FEED,
          "public/index.xml": "<rss></rss>"}, "a Hugo site", "public/episode/index.xml"),
        ({"eleventy.config.mjs": "export default {}", "src/_data/site.json": '{"url": "https://quay.example"}'},
         "an Eleventy site", "https://quay.example/feed.xml"),
        ({"package.json": '{"devDependencies": {"@11ty/eleventy": "3"}}', "_site/pod.xml": FEED}, "an Eleventy site",
         "_site/pod.xml"),
        ({"gatsby-config.js": "module.exports = {siteMetadata: {siteUrl: `https://quay.example`}}"}, "a Gatsby site",
         "https://quay.example/rss.xml"),
        ({"astro.config.mjs": "export default defineConfig({ site: 'https://quay.example' })"}, "an Astro site",
         "https://quay.example/rss.xml"),
        ({"Rakefile": "# Octopress\n", "source/index.html": ""}, "an Octopress site", "import rss FEED"),
        ({"config.production.json": '{"url": "https://quay.example"}'}, "a Ghost installation",
         "https://quay.example/rss/"),
        ({"wp-config.php": "<?php"}, "a WordPress installation", "import rss FEED"),
        ({"quay.2026-01-01.xml": WXR}, "a WordPress export", "https://quay.example/blog/feed/podcast/"),
        ({"quay.ghost.json": GHOST}, "a Ghost export", "https://quay.example/rss/"),
        ({"pelicanconf.py": "SITEURL = 'https://quay.example'"}, "a Pelican site", "https://quay.example/feeds/all.rss.xml"),
        ({"config.toml": 'base_url = "https://quay.example"'}, "a Zola site", "https://quay.example/rss.xml"),
        ({"package.json": '{"dependencies": {"hexo": "7"}}', "source/about.md": ""}, "a Hexo site", "import rss FEED"),
    ],
)  # fmt: skip
def test_other_sites_are_named(tmp_path: Path, files: dict[str, str], kind: str, help_: str) -> None:
    """The import of another generator's site ends with its name and with its built feed or the feed's address."""
    for name, text in files.items():
        path = tmp_path / "old" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with pytest.raises(LongwaveError) as caught:
        plan(tmp_path / "old", tmp_path / "new", NOW)
    assert f"found {kind}." in str(caught.value)
    assert help_ in str(caught.value)
    assert "_config.yml lies" not in str(caught.value)


@pytest.mark.parametrize(("text", "name", "kind"), [(WXR, "quay.xml", "WordPress"), (GHOST, "quay.json", "Ghost")])
def test_exports_are_named(tmp_path: Path, text: str, name: str, kind: str) -> None:
    """The import of a file that is an export ends with the name of the program that wrote it."""
    (tmp_path / name).write_text(text)
    with pytest.raises(LongwaveError, match=f"found a {kind} export"):
        plan(tmp_path / name, tmp_path / "new", NOW)


def test_a_wordpress_export_is_no_feed(tmp_path: Path) -> None:
    """WordPress's export given as a feed is named, with the addresses at which the podcast's feed may be."""
    (tmp_path / "quay.xml").write_text(WXR)
    with pytest.raises(LongwaveError, match="found a WordPress export") as caught:
        read_source(str(tmp_path / "quay.xml"), Fetcher("tests"))
    assert "https://quay.example/blog/feed/podcast/" in str(caught.value)


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": "[" * 100_000},
        {"package.json": "[]"},
        {"conf.py": "extensions = []"},
        {"a.xml": FEED},
        {"b.json": "{}"},
        {},
    ],
)
def test_an_unknown_folder_is_no_generators(tmp_path: Path, files: dict[str, str]) -> None:
    """The import of a folder that no generator is known by says that a Jekyll site was expected."""
    (tmp_path / "old").mkdir()
    for name, text in files.items():
        (tmp_path / "old" / name).write_text(text)
    with pytest.raises(LongwaveError, match="expected a Jekyll site with a folder _posts"):
        plan(tmp_path / "old", tmp_path / "new", NOW)
