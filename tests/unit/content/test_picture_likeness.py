"""Pictures that are named without a suffix, with another one, or with a size that no file has."""

from __future__ import annotations

import pytest

from longwave.content.media.picture_likeness import LikePictures

PICTURES = (
    "avatars/ida-falk.jpg",
    "avatars/ida-falk.webp",
    "guests/Bo_Lind.PNG",
    "team/sam-hay-200x200.png",
    "team/sam-hay-400x400.png",
    "episodes/7.png",
    "press/logo.png",
    "site/logo.svg",
    "show-101.jpg",
    "show.jpg",
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ida-falk", "avatars/ida-falk.jpg"),
        ("Ida Falk", "avatars/ida-falk.jpg"),
        ("avatars/ida-falk", "avatars/ida-falk.jpg"),
        ("ida-falk.png", "avatars/ida-falk.jpg"),
        ("ida-falk-300x300.jpg", "avatars/ida-falk.jpg"),
        ("ida-falk@2x.jpg?v=3", "avatars/ida-falk.jpg"),
        ("ida-falk_400w.jpg", "avatars/ida-falk.jpg"),
        ("ida-falk-thumb.png", "avatars/ida-falk.jpg"),
        ("bo-lind.png", "guests/Bo_Lind.PNG"),
        ("sam-hay", "team/sam-hay-400x400.png"),
        ("sam-hay-200x200", "team/sam-hay-200x200.png"),
        ("team/sam-hay.jpg", "team/sam-hay-400x400.png"),
        ("7", "episodes/7.png"),
        ("logo.svg", "site/logo.svg"),
        ("logo", None),
        ("other/sam-hay", None),
        ("show-102.jpg", None),
        ("ida", None),
        ("falk", None),
        ("", None),
        ("../ida-falk", None),
    ],
)
def test_a_name_means_the_one_picture_of_that_name(name: str, found: str | None) -> None:
    """A picture's name finds the only picture with the same words, regardless of suffix, size, case and folder."""
    assert LikePictures(PICTURES, ("", "avatars/", "guests/")).find(name) == found
