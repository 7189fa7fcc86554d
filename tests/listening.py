"""What tests of the player share: the sound of a page, and an episode's words."""

from __future__ import annotations

from playwright.sync_api import Page

CUES = "WEBVTT\n\n" + "\n\n".join(
    f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n<v {'Ann' if n % 20 < 10 else 'Bob'}>"
    f"Sentence number {n} is said here, and it is long enough to be read with some care."
    for n in range(0, 300, 2)
)
SOUND = "document.querySelector('audio')"


def at(page: Page) -> float:
    """The second at which the sound is."""
    return float(page.evaluate(f"{SOUND}.currentTime"))


def plays_from(page: Page, second: float) -> None:
    """Wait until the sound plays within two seconds after ``second``."""
    page.wait_for_function(
        f"() => {{ const a = {SOUND}; return !a.paused && a.currentTime > {second} && a.currentTime < {second + 2}; }}"
    )


def to_the_next(page: Page) -> None:
    """Follow the link to the next episode, at the page's end, where the bar may come up between the halves of a click."""
    page.eval_on_selector(".around a", "(link) => link.click()")
