"""The proof of a move: an import compares the new feed with the old one, and `longwave check` goes on doing so."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Site

ITEM = """<item><title>Reef {n}</title><guid isPermaLink="false">r-{n}</guid><pubDate>{n:02} Feb 2024 05:00:00 +0000</pubDate>
<enclosure url="https://reef.invalid/{n}.mp3" length="1000" type="audio/mpeg"/><itunes:duration>62</itunes:duration>
<description>We dive at reef {n} and count its fish.</description>
<podcast:transcript url="https://reef.invalid/{n}.vtt?token=geheim77" type="text/vtt"/></item>"""


@pytest.fixture
def reef(tmp_path: Path) -> Site:
    """Return an imported site whose old feed names two transcripts that can't be fetched."""
    home = Site(tmp_path)
    items = "".join(ITEM.format(n=n) for n in (2, 1))
    text = f"""<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Reef</title><itunes:author>Io</itunes:author>
<description>Under water.</description><xyz:odd xmlns:xyz="https://xyz.example/">?</xyz:odd>{items}</channel></rss>"""
    (tmp_path / "old.xml").write_text(text, "utf-8")
    done = home.run("import", "rss", "old.xml", "--into", "new", "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "printed.txt").write_text(done.stdout, "utf-8")
    return Site(tmp_path / "new")


def test_the_report_names_losses_before_all_else(reef: Site) -> None:
    """An import's report names things taken, then lost with a count and examples, then the verdict, then things left."""
    printed = (reef.root.parent / "printed.txt").read_text("utf-8")
    taken, lost, verdict, *rest = printed.splitlines()
    assert taken.startswith("Taken: 2 episodes")
    assert lost == 'Lost: 2 transcripts: "Reef 2" (en), "Reef 1" (en).'
    assert verdict.startswith("Compared with the old feed: Subscribers will notice: they lose 2 transcripts")
    assert any(line.startswith("Left: ") for line in rest)
    report = (reef.root / "import-report.md").read_text("utf-8")
    assert '- "Reef 1" (en)\n' in report
    assert report.index("## Taken") < report.index("## Compared with the old feed") < report.index("## Left")
    assert "geheim77" not in printed + report


def test_check_names_what_is_still_lost(reef: Site) -> None:
    """`longwave check` warns by episode of facts that an import lost, until they are mended or the old feed is deleted."""
    before = reef.run("check").stdout
    assert '"Reef 1": warning: expected the transcript en, found none.' in before
    assert "instance/old-feeds/podcast.xml" in before
    vtt = "WEBVTT\n\n00:01.000 --> 00:04.000\nA parrotfish.\n"
    for episode in (reef.root / "content/podcast").glob("*.md"):
        reef.put(f"content/transcripts/podcast/{episode.stem.split('-', 3)[3]}.vtt", vtt)
    after = reef.run("check").stdout
    assert "the transcript en" not in after, after
    next((reef.root / "content/podcast").glob("*reef-1.md")).unlink()
    assert '"Reef 1": warning: expected the episode with the guid r-1, found none.' in reef.run("check").stdout
    (reef.root / "instance/old-feeds/podcast.xml").unlink()
    assert "Reef 1" not in reef.run("check").stdout


def test_a_kept_feed_that_is_damaged_is_a_warning(reef: Site) -> None:
    """A kept old feed that can't be read any more is a warning of the check, which goes on."""
    reef.put("instance/old-feeds/podcast.xml", "nothing")
    done = reef.run("check")
    assert "old-feeds/podcast.xml" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stdout


def test_the_kept_feed_is_the_old_one(reef: Site) -> None:
    """The feed that an import keeps has the same differences from the new feed as the old feed itself."""
    old, kept = (reef.run("check", "--against", name) for name in ("../old.xml", "instance/old-feeds/podcast.xml"))
    assert old.returncode == kept.returncode == 1
    assert old.stdout.splitlines()[1:] == kept.stdout.splitlines()[1:]
