"""Pictures in show notes that only count readers."""

import pytest

from longwave.moving.rss.html_to_markdown import notes_to_markdown


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://count.example/a.gif?u=1" width="1" height="1">',
        '<img src="https://count.example/a.gif" width="1px" height="1px" alt="">',
        '<img src="https://count.example/a.gif" height="0">',
        '<img src="https://count.example/a.gif" style="width:1px;height:1px">',
        '<img src="https://count.example/a.gif" style="border:0; display: none !important">',
        '<img src="https://pixel.count.example/a">',
        '<img src="https://count.example/path/1x1.gif">',
        '<a href="https://x.example/"><img src="https://feeds.feedburner.com/~r/show/~4/abc"></a>',
    ],
)
def test_tracking_pixels_are_left_out(image: str) -> None:
    """An invisible picture, or one from a host that counts readers, is left out of imported notes and reported."""
    notes = notes_to_markdown(f"<p>About boats. {image}</p>", "")
    assert notes.body.startswith("About boats.")
    assert "<img" not in notes.body
    assert "![" not in notes.body
    assert len(notes.trackers) == 1
    assert "?" not in notes.trackers[0]


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://x.example/boat.jpg">',
        '<img src="https://x.example/boat.jpg" width="600" height="400">',
        '<img src="https://x.example/boat.jpg" width="100%">',
        '<img src="https://x.example/pixel-art.png" style="width:100px">',
    ],
)
def test_other_pictures_stay(image: str) -> None:
    """A picture that readers see stays in imported notes."""
    notes = notes_to_markdown(f"<p>About boats. {image}</p>", "")
    assert "![" in notes.body
    assert not notes.trackers
