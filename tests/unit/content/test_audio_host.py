"""The setting ``audio_url``: the address, or the pattern of addresses, of a show's audio files on another host."""

import pytest

from longwave.content.media.audio_host import audio_url_pattern, fill_pattern


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("https://cdn.example.com", "https://cdn.example.com/{show}/{file}"),
        (" https://cdn.example.com/a/ ", "https://cdn.example.com/a/{show}/{file}"),
        ("https://cdn.example.com/{file}", "https://cdn.example.com/{file}"),
        ("https://cdn.example.com/get?id={show}-{number}&v=1", "https://cdn.example.com/get?id={show}-{number}&v=1"),
        ("https://stats.example.com/e/https://cdn.example.com/{slug}.mp3", "https://stats.example.com/e/https://cdn.example.com/{slug}.mp3"),
    ],
)  # fmt: skip
def test_an_address_becomes_a_pattern(text: str, pattern: str) -> None:
    """An ``audio_url`` without placeholders gets /{show}/{file} appended; one with placeholders stays as it is."""
    assert audio_url_pattern(text) == pattern


@pytest.mark.parametrize(
    "text",
    ["cdn.example.com", "//audio", "/../audio", "ftp://a.example/{file}", "https://{show}.example.com/{file}", "https://a.example/{show}/",
     "https://a.example/{name}/{file}", "https://a.example/get?x=1", "https://a.example/{}/{file}", "https://a b/{file}"],
)  # fmt: skip
def test_what_gives_no_address_of_its_own_is_refused(text: str) -> None:
    """An ``audio_url`` with a placeholder in its host, an unknown one, or one address for all files is refused."""
    with pytest.raises(ValueError, match=r"a pattern with|an address such as"):
        audio_url_pattern(text)


def test_values_are_encoded() -> None:
    """In an audio file's address special characters of its name are percent-encoded; slashes between folders stay."""
    values = {"show": "pod", "file": "s1/a b#c?d%.mp3"}
    assert fill_pattern("https://a.example/{show}/{file}", values) == "https://a.example/pod/s1/a%20b%23c%3Fd%25.mp3"
    assert fill_pattern("", values) == ""
