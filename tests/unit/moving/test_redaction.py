"""Removal of passwords and tokens from the web addresses in an import's reports."""

import pytest

from longwave.moving.redaction import without_secrets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ann:pw@x.example/feed", "https://x.example/feed"),
        ("see https://x.example/f?token=abc&p=2, then", "see https://x.example/f?token=…&p=2, then"),
        ("https://x.example/f?p=12", "https://x.example/f?p=12"),
        ("https://x.example/f?auth_key=1#t=5", "https://x.example/f?auth_key=…#t=5"),
        ("https://x.example/f?u=0123456789abcdef0123", "https://x.example/f?u=…"),
        ("https://x.example/a/b (gone)", "https://x.example/a/b (gone)"),
    ],
)
def test_secrets_in_addresses_are_left_out(text: str, expected: str) -> None:
    """Logins, tokens and keys are removed from the addresses in a text; harmless query parameters stay."""
    assert without_secrets(text) == expected
