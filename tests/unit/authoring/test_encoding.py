"""Mis-encoded text is known, and text that is right is left alone."""

from __future__ import annotations

import pytest

from longwave.authoring.checks.encoding import mended


def mend(text: str) -> str:
    """The text as it was before somebody read it in a wrong encoding."""
    for one in reversed([*mended(text)]):
        text = text[: one.start] + one.after + text[one.end :]
    return text


RIGHT = [
    "“Curly” – it’s fine… ‘really’",
    "Ça déjà été à l’hôtel — naïve cœur",
    "Zürich, Köln, Ærø, Łódź, Đà Nẵng, Dvořák’s “Žaludek”, Ümit Öz, São Tomé, İstanbul ğüşiöç",
    "ÀÉÎÕÜ àéîõü ßþð ÅØÆ",
    "日本語のテキスト、中文文本，한국어 텍스트",
    "Привет «мир» № 5; Ελληνικά; עברית; العربية; हिन्दी",
    "∑∫√≤≥ ≠ µ±° × ÷ ½ €5 £3 ¥ § ¶ † ‡ • ™ © ®",
    "emoji 😀 ✅ ⚙️ 👩‍💻 🇩🇪",
    "¿Qué? ¡Olé! 10 °C, 3′ 4″, a → b",
]


@pytest.mark.parametrize("text", RIGHT)
def test_text_that_is_right_is_left_alone(text: str) -> None:
    """Curly quotes, accents, other scripts, mathematics and emoji give no finding."""
    assert mend(text) == text


@pytest.mark.parametrize(
    ("found", "was"),
    [
        ("###### \uf8ffüìÑ References", "###### 📄 References"),
        ("###### ‚öôÔ∏è Tech Stack", "###### ⚙️ Tech Stack"),
        ("###### \uf8ffüõ† Libraries Used", "###### 🛠 Libraries Used"),
        ("Ren√© talks about caf√©s", "René talks about cafés"),
        ("schÃ¶n ist â€žanders“", "schön ist „anders“"),
    ],
)
def test_what_was_misread_is_known(found: str, was: str) -> None:
    """UTF-8 that was read as Mac Roman or as Windows-1252 becomes what it was."""
    assert mend(found) == was


def test_code_that_speaks_of_it_stays() -> None:
    """What stands between backticks or in a fence may be about broken text."""
    assert mend("`Ã©` is what schÃ¶n looks like") == "`Ã©` is what schön looks like"
    text = "```\nschÃ¶n\n```\nschÃ¶n\n"
    assert [one.line for one in mended(text)] == [4]
