"""`longwave check --against`: the changes that subscribers of an old feed would notice."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from support import Site, serving

GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"


@pytest.fixture
def moved(site: Site) -> Site:
    """Return a site of two episodes with the guids and dates of an old host's feed."""
    site.put("content/site.toml", f'title = "Old show"\n[shows.podcast]\ntitle = "Old show"\npodcast_guid = "{GUID}"\n')
    for number in (1, 2):
        site.episode(
            f"2024-01-0{number}-{number}-e.md", title=f"Episode {number}", guid=f"g-{number}",
            date=f"2024-01-0{number} 06:00:00 +0100", audio=f"https://old.example/{number}.mp3", mp3_bytes=1000,
            mp3_duration="1:02",
        )  # fmt: skip
    return site


def old(site: Site, *others: tuple[str, str], name: str = "old.xml") -> str:
    """Write the previous host's feed, with these (old, new) replacements in its text, and return its path."""
    items = "".join(
        f"""<item><title>Episode {number}</title><guid isPermaLink="false">g-{number}</guid>
<pubDate>Mon, 0{number} Jan 2024 05:00:00 GMT</pubDate><enclosure url="https://old.example/{number}.mp3" length="1000"
 type="audio/mpeg"/><itunes:duration>62</itunes:duration><itunes:episode>{number}</itunes:episode></item>"""
        for number in (2, 1)
    )
    text = f"""<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Old show</title><podcast:guid>{GUID}</podcast:guid>
{items}</channel></rss>"""
    for was, now in others:
        assert was in text
        text = text.replace(was, now)
    return str(site.put(name, text))


def compare(site: Site, feed: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `check --against` with this feed's path and return the finished process."""
    done = site.run("check", "--against", feed, *options)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_the_same_is_the_same(moved: Site) -> None:
    """A site that equals the old feed passes, and the number of compared episodes and the verdict are printed."""
    done = compare(moved, old(moved))
    assert done.returncode == 0
    first, *_, verdict, count = done.stdout.splitlines()
    assert first == f"2 episodes of {moved.root / 'old.xml'}, compared with the feed of podcast:"
    assert verdict == (
        "Verdict: Nobody loses anything. Subscribers get the website and the notes of 2 episodes. "
        "Directories get the author, the owner's name and the language."
    )
    assert count == "0 problems, 0 warnings."


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("g-1<", "other<", 'error: 1 episode: "Episode 1" (other became g-1). Subscribers would see it twice.'),
        ("Episode 1</title><guid isPermaLink=\"false\">g-1<", "Lost</title><guid>x<", 'error: 1 episode: "Lost" (x became g-1)'),
        ("01 Jan 2024 05:00:00 GMT", "01 Jan 2024 05:00:00 EST",
         'error: 1 date: "Episode 1" (2024-01-01 10:00:00 UTC became 2024-01-01 05:00:00 UTC).'),
        ("01 Jan 2024 05:00:00", "03 Jan 2024 05:00:00", 'error: the place of 1 episode: "Episode 1" (before "Episode 2"'),
        (GUID, "917393e3-1b1e-5cef-ace4-edaa54e1f810",
         f"error: the podcast:guid: 917393e3-1b1e-5cef-ace4-edaa54e1f810 became {GUID}."),
    ],
)  # fmt: skip
def test_what_subscribers_notice_fails(moved: Site, was: str, now: str, line: str) -> None:
    """A changed guid, date or order is reported in a line that names the episode, with exit code 1."""
    done = compare(moved, old(moved, (was, now)))
    assert done.returncode == 1
    assert line in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("<title>Episode 1", "<title>Episode one", 'warning: 1 title: "Episode one" (Episode one became Episode 1).'),
        ("<title>Old show", "<title>The show", "warning: the show's title: The show became Old show."),
        ("<itunes:duration>62", "<itunes:duration>1:22", 'warning: 2 durations: "Episode 2" (1:22 became 1:02), "Episode 1".'),
        ("<itunes:episode>1<", "<itunes:episode>7<", 'warning: 1 number: "Episode 1" (7 became 1).'),
        ('"false">g-1', '"true">g-1', ""),
        ("<title>Old show", "<itunes:block>Yes</itunes:block><title>Old show", "warning: the block: yes."),
    ],
)  # fmt: skip
def test_the_rest_is_a_warning(moved: Site, was: str, now: str, line: str) -> None:
    """Titles, durations and episode numbers that differ from the old feed's are warnings."""
    done = compare(moved, old(moved, (was, now)))
    assert done.returncode == 0, done.stdout
    assert line in done.stdout


def test_a_lost_episode_fails(moved: Site) -> None:
    """An episode of the old feed that is a draft here, or has no audio, is an error."""
    feed = old(moved)
    moved.episode("2024-01-01-1-e.md", title="Episode 1", guid="g-1", date="2024-01-01 06:00:00 +0100", draft=True)
    moved.episode("2024-01-02-2-e.md", title="Episode 2", guid="g-2", date="2024-01-02 06:00:00 +0100")
    done = compare(moved, feed)
    assert done.returncode == 1
    assert 'error: 1 episode: "Episode 1" (with the guid g-1). Is it a draft' in done.stdout
    assert 'error: 1 enclosure: "Episode 2" (https://old.example/2.mp3).' in done.stdout
    assert "Verdict: Subscribers will notice: they lose 1 episode and 1 enclosure" in done.stdout


def test_a_guid_that_is_there_twice_fails(moved: Site) -> None:
    """Two episodes with one guid are an error, as apps show only one of them."""
    moved.episode("2024-01-03-3-e.md", title="Again", guid="g-2", date="2024-01-03 06:00:00 +0100")
    done = compare(moved, old(moved))
    assert done.returncode == 1
    assert 'error: the guid of 1 episode: "Again", "Episode 2" (g-2 in 2 episodes). Apps show only one' in done.stdout


def test_a_new_episode_is_no_problem(moved: Site) -> None:
    """An episode that the old feed lacks is a gain, as subscribers get it as new."""
    moved.episode("2024-01-03-3-e.md", title="New", date="2024-01-03 06:00:00 +0100")
    done = compare(moved, old(moved))
    assert done.returncode == 0
    assert '1 episode: "New" (2024-01-03 05:00:00 UTC).' in done.stdout
    assert "0 problems, 0 warnings." in done.stdout


def test_of_several_shows_the_right_one_is_compared(moved: Site) -> None:
    """The show with most of the old feed's guids is compared, unless --show names one."""
    moved.episode("2024-01-01-1-e.md", show="another", title="Else", guid="else")
    assert "0 problems" in compare(moved, old(moved)).stdout
    other = compare(moved, old(moved), "--show", "another")
    assert other.returncode == 1
    assert "the feed of another" in other.stdout
    assert "--show: expected one of" in compare(moved, old(moved), "--show", "third").stderr


def test_the_folder_of_a_live_site_is_compared(moved: Site, tmp_path: Path) -> None:
    """The folder of another site in place of a feed is compared show by show."""
    live = tmp_path / "live"
    shutil.copytree(moved.root / "content", live / "content")
    assert "Verdict: Nobody will notice the move." in compare(moved, str(live)).stdout
    episode = live / "content/podcast/2024-01-01-1-e.md"
    episode.write_text(episode.read_text("utf-8").replace("g-1", "h-1"), "utf-8")
    done = compare(moved, str(live))
    assert done.returncode == 1
    assert 'error: 1 episode: "Episode 1" (h-1 became g-1).' in done.stdout


def test_a_live_site_is_compared(moved: Site) -> None:
    """The address of a live site in place of a feed's is compared with each of its shows."""
    with serving(moved.root) as server:
        done = compare(moved, server.url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compared with the feed of podcast:" in done.stdout
    assert "0 problems, 0 warnings." in done.stdout


def test_json_has_the_verdict_and_the_gains(moved: Site) -> None:
    """The JSON of a comparison has each difference as a problem of its own kind, the gains and the verdict."""
    feed = old(moved, ("<itunes:duration>62</itunes:duration>", ""), ("g-1<", "other<"))
    result = json.loads(compare(moved, feed, "--format", "json").stdout)
    assert [(problem["file"], problem["rule"]) for problem in result["problems"]] == [('"Episode 1"', "against/guid")]
    assert ("duration", "1:02") in {(gain["kind"], gain["new"]) for gain in result["gains"]}
    assert result["verdict"].startswith("Subscribers will notice: they get 1 episode twice")


def test_the_token_of_a_private_feed_is_not_printed(moved: Site) -> None:
    """The token in a private feed's addresses is in no line of the comparison."""
    feed = old(moved, ('old.example/2.mp3"', 'old.example/2.mp3?token=geheim"'), name="private.xml")
    done = compare(moved, feed)
    assert "token=…" in done.stdout
    assert "geheim" not in done.stdout + done.stderr


def test_what_is_no_feed_is_a_line(moved: Site, tmp_path: Path) -> None:
    """A web page in place of the old feed is reported in one line."""
    (tmp_path / "page.html").write_text("<!doctype html><html></html>", "utf-8")
    done = compare(moved, str(tmp_path / "page.html"))
    assert done.returncode == 1
    assert "expected a podcast's RSS feed, found a web page." in done.stderr


def test_an_episode_keeps_the_colon_in_its_title(moved: Site) -> None:
    """An episode's title with a colon is whole in JSON output and in GitHub's annotations."""
    feed = old(moved, ("Episode 2", "Interview: Guest 1"))
    (problem,) = json.loads(compare(moved, feed, "--format", "json").stdout)["problems"]
    assert problem["file"] == '"Interview: Guest 1"'
    assert '::warning title="Interview%3A Guest 1"::' in compare(moved, feed, "--format", "github").stdout


@pytest.mark.parametrize(
    ("element", "said", "status"),
    [
        ('<itunes:image href="https://old.example/c.jpg"/>', "error: the cover: https://old.example/c.jpg.", 1),
        ('<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>',
         "warning: the category: Arts > Books.", 0),
        ("<itunes:author>Ida</itunes:author>", "warning: the author: Ida became Old show.", 0),
        ("<itunes:owner><itunes:email>i@old.example</itunes:email></itunes:owner>",
         "warning: the owner's e-mail address: i@old.example.", 0),
        ("<description>Of &lt;b&gt;old&lt;/b&gt; times</description>",
         "warning: the show's description: Of old times.", 0),
        ("<itunes:explicit>yes</itunes:explicit>", "warning: the explicit mark: yes became no.", 0),
        ("<itunes:explicit>clean</itunes:explicit>", "0 problems, 0 warnings.", 0),
        ("<copyright>Ida</copyright>", "warning: the copyright: Ida.", 0),
    ],
)  # fmt: skip
def test_the_channel_is_compared(moved: Site, element: str, said: str, status: int) -> None:
    """Each fact of the old channel that the new one lacks gets a line of its own; a lost cover is a problem."""
    done = compare(moved, old(moved, ("</channel>", f"{element}</channel>")))
    assert done.returncode == status
    assert said in done.stdout, done.stdout
