"""Tools for tests of the player: a site of three episodes with audio, and the state of a page's audio element."""

from __future__ import annotations

from playwright.sync_api import Page
from support import Site

CUES = "WEBVTT\n\n" + "\n\n".join(
    f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n<v {'Ann' if n % 20 < 10 else 'Bob'}>"
    f"Sentence number {n} is said here, and it is long enough to be read with some care."
    for n in range(0, 300, 2)
)
SOUND = "document.querySelector('audio')"
# A script that waits until a frame is drawn and a new request, sent after all others, is answered.
_SETTLED = """
async () => {
  const drawn = () => new Promise(requestAnimationFrame);
  await drawn();
  await fetch("/health", {cache: "no-store"});
  await drawn();
}
"""


def three_episodes(site: Site, sound: bytes) -> None:
    """Write three episodes of five minutes, the first of them with every kind of content."""
    site.episode(
        body="- 0:03 -- Third second\n- 0:45 -- Forty-fifth of [Two](/podcast/2-two#t=1:40)\n- 2:00 -- Two minutes\n\n"
        + "A paragraph.\n\n" * 30,
        chapters=[
            {"start": "0:00", "title": "Beginning"},
            {"start": "1:30", "title": "Middle"},
            {"start": "2:30.5", "title": "Another picture", "toc": False},
        ],
        guest="Ann Lee",
    )
    site.episode("2026-01-03-2-two.md", title="Two", body="- 1:40 -- Zebras")
    site.episode("2026-01-04-3-three.md", title="Three")
    for name in ("1-first", "2-two", "3-three"):
        site.put(f"content/audio/podcast/{name}.mp3", sound)
    site.put("content/transcripts/podcast/1-first.vtt", CUES)


def settle(page: Page) -> None:
    """Wait until the page has drawn a frame and all its earlier requests are answered."""
    page.evaluate(_SETTLED)


def at(page: Page) -> float:
    """Return the current time of the audio, in seconds."""
    return float(page.evaluate(f"{SOUND}.currentTime"))


def plays_from(page: Page, second: float) -> None:
    """Wait until the audio is playing at a time between ``second`` and two seconds later."""
    page.wait_for_function(
        f"() => {{ const a = {SOUND}; return !a.paused && a.currentTime > {second} && a.currentTime < {second + 2}; }}"
    )


def to_the_next(page: Page) -> None:
    """Follow the link to the next episode, by a script, as the player bar may appear over it during a real click."""
    page.eval_on_selector(".neighbours a", "(link) => link.click()")
