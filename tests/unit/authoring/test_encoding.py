"""Detection of mis-encoded text."""

from __future__ import annotations

import time

import pytest

from longwave.authoring.checks.encoding import repairs_of


def mend(text: str) -> str:
    """Return the text with its mis-encoded pieces (such as Ã¼) restored (to ü)."""
    for one in reversed([*repairs_of(text)]):
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
    "São João, coração, NÃO, MAÇÃ, TRANSFORMAÇÃO; letra Ã, letra Â",
    "À bientôt ! « Où ça ? » — DÉJÀ VU, ÇA VA, Œuvre, ŒIL, L’ÉCOLE À LA FIN…",
    "IL Y MARQUÉ… ‘Ôter’, “É”, ‚Zitat‘ und ‚üben‘, »so« ›so‹ „so“",
    "Tiếng Việt, Đường phố, Phở, ĐÂY; ștergere ăâîșț; Țară; žluťoučký kůň; őű",
    "töö, öö, jäääär, süüa, müüa, püüdma; üüd, Füße, süß, Grüße aus Üxheim",
    "Øresund, Ærøskøbing, Ångström, Þór, ðe, naïve façade, El Niño, Ünïcödé, Spın̈al Tap",
    "∀x∈ℝ ∃y: x≤y; f′(x)=∂y/∂x; Ω ≈ 3×10⁸ m·s⁻¹; µ±σ; a²+b²=c²; π√2 ∫∞",
    "title: “Ça va” – l’été à Zürich",
    "Π, Σ, Ω, ∆, √9, ©2020 ®, ™, †, ‡, •, ◊, ﬁ ﬂ, ‰, ∏",
    "ไทย สวัสดี, ქართული, Հայերեն, አማርኛ, தமிழ், বাংলা",
    "Otuz üçü geldi, üöä; (üçü) 'üçü'",
    "🏳️‍🌈 👨‍👩‍👧‍👦 ☕️ ❤️ 1️⃣ ™️",
]


@pytest.mark.parametrize("text", RIGHT)
def test_text_that_is_right_is_left_alone(text: str) -> None:
    """Curly quotes, accents, other scripts, mathematics and emoji aren't taken for mis-encoded text."""
    assert mend(text) == text


@pytest.mark.parametrize(
    ("found", "was"),
    [
        ("###### \uf8ffüìÑ References", "###### 📄 References"),
        ("###### ‚öôÔ∏è Tech Stack", "###### ⚙️ Tech Stack"),
        ("###### \uf8ffüõ† Libraries Used", "###### 🛠 Libraries Used"),
        ("###### üìÑ References", "###### 📄 References"),
        ("title: 'üõ† Tools'", "title: '🛠 Tools'"),
        ("Łódź ‚öôÔ∏è", "Łódź ⚙️"),
        ("déjà vu in a cafÃ©", "déjà vu in a café"),
        ("itâ€™s â€œgoodâ€\x9d", "it’s “good”"),
        ("Ren√© talks about caf√©s", "René talks about cafés"),
        ("schÃ¶n ist â€žanders“", "schön ist „anders“"),
    ],
)
def test_what_was_misread_is_known(found: str, was: str) -> None:
    """UTF-8 that was decoded as Mac Roman or Windows-1252 is restored."""
    assert mend(found) == was


def test_code_that_speaks_of_it_stays() -> None:
    """Mis-encoded text between backticks or in a fenced block isn't reported, as it may be an example."""
    assert mend("`Ã©` is what schÃ¶n looks like") == "`Ã©` is what schön looks like"
    text = "```\nschÃ¶n\n```\nschÃ¶n\n"
    assert [one.line for one in repairs_of(text)] == [4]


@pytest.mark.parametrize(
    "code",
    [
        "- ~~~\n  schÃ¶n\n  ~~~\n",
        "Text\n\n    schÃ¶n\n\n    schÃ¶n\n",
        "<pre>\nschÃ¶n\n</pre>\n",
        "{% raw %}\nschÃ¶n\n{% endraw %}\n",
        "{% highlight text %}\nschÃ¶n\n{% endhighlight %}\n",
        "`` schÃ¶n ` `` and <code>schÃ¶n</code>\n",
    ],
)
def test_code_of_every_kind_stays(code: str) -> None:
    """Mis-encoded text in code (fence, indented block, HTML, Liquid, span) isn't reported; the text after it is."""
    assert [one.line for one in repairs_of(f"{code}\nschÃ¶n\n")] == [code.count("\n") + 2]


def test_what_is_indented_in_a_list_or_front_matter_is_no_code() -> None:
    """Mis-encoded text in indented paragraphs of list items and in front matter is reported, as it isn't code."""
    assert [one.line for one in repairs_of("---\ndescription:\n    schÃ¶n\n---\n- a\n\n    schÃ¶n\n")] == [3, 7]


def test_lines_are_those_of_editors() -> None:
    """Reported lines are counted as editors do: a Unicode line separator ends no line, and a carriage return does."""
    text = "a\u2028b\r\nc\rschÃ¶n"
    (repair,) = repairs_of(text)
    assert (repair.line, text[repair.start : repair.end], repair.after) == (3, "Ã¶", "ö")


@pytest.mark.parametrize("bit", ["`", "` ", "`` `", "<code>", "<code ", "{% raw %}", "``` `` ` "])
def test_a_long_line_is_read_in_one_go(bit: str) -> None:
    """A long line with many unclosed code spans is searched for mis-encoded text in linear time."""
    started = time.thread_time()
    for length in (8_000, 400_000):
        assert list(repairs_of(("é" + bit * length)[:length])) == []
    assert time.thread_time() - started < 2
