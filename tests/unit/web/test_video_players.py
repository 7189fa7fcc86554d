"""The embedded players of video sites: which addresses of videos get one, and which don't."""

from __future__ import annotations

import pytest

from longwave.model import Listing
from longwave.web.video_players import service_of, video_player

ID = "dQw4w9WgXcQ"
YOUTUBE = f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1"


@pytest.mark.parametrize(
    ("address", "player"),
    [
        (f"https://www.youtube.com/watch?v={ID}", YOUTUBE),
        (f"https://youtu.be/{ID}?t=90", f"{YOUTUBE}&start=90"),
        (f"https://m.youtube.com/watch?v={ID}&t=1h2m3s", f"{YOUTUBE}&start=3723"),
        (f"https://www.youtube.com/live/{ID}", YOUTUBE),
        ("https://www.youtube.com/@pod", ""),
        ("https://www.youtube.com/watch?v=%22%3E%3Cscript", ""),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
        ("https://vimeo.com/76979871/abcdef12", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1&h=abcdef12"),
        ("https://vimeo.com/pod", ""),
        ("https://tube.example/w/9c9de5e8-0a1e", "https://tube.example/videos/embed/9c9de5e8-0a1e?autoplay=1&p2p=0"),
        ("https://me@tube.example/w/9c9de5e8", "https://tube.example/videos/embed/9c9de5e8?autoplay=1&p2p=0"),
        ("https://other.example/w/9c9de5e8-0a1e", ""),
        ("https://notyoutube.com/watch?v=" + ID, ""),
        ("https://youtube.com.evil.example/watch?v=" + ID, ""),
    ],
)
def test_only_known_players_are_framed(address: str, player: str) -> None:
    """Videos of YouTube, Vimeo and allowed PeerTube servers get a player without cookies or tracking; no others do."""
    found = video_player(Listing(video=address), ["https://tube.example"])
    assert (found.url if found else "") == player


def test_the_first_video_with_a_player_is_shown() -> None:
    """If an episode's `youtube` names a channel instead of a video, the player of its `video` is shown."""
    listing = Listing(youtube="https://www.youtube.com/@pod", video="https://vimeo.com/76979871")
    found = video_player(listing, ())
    assert found is not None
    assert (found.service, found.origin) == ("Vimeo", "https://player.vimeo.com")


def test_a_service_is_named_as_people_name_it() -> None:
    """A video service is called YouTube or Vimeo, and any other one by its host name."""
    names = [service_of(url) for url in ("https://youtu.be/x", "https://vimeo.com/1", "https://www.tube.example/w/1")]
    assert names == ["YouTube", "Vimeo", "tube.example"]
