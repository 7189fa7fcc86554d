"""Conversion of show notes from HTML or plain text to Markdown, verified by rendering the result."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from lxml.html import HtmlElement, fragment_fromstring
from markdownify import MarkdownConverter

from longwave.content.liquid import Liquid, Surroundings
from longwave.content.text.markdown import render
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError
from longwave.feeds.cleaning import cleaned
from longwave.feeds.xml import clean
from longwave.moving.rss.tracking_pixels import without_trackers

#: The limit on characters of notes; the longest known notes have a tenth of them.
MAX_NOTES_LENGTH = 400_000
Form = Literal["markdown", "html", "plain"]
#: The names of HTML elements, obsolete ones included. Any other name in angle brackets is text.
_HTML = (
    "a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|big|blink|blockquote|body|br|button"
    "|canvas|caption|center|cite|code|col|colgroup|data|datalist|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed"
    "|fieldset|figcaption|figure|font|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input"
    "|ins|kbd|label|legend|li|link|main|map|mark|marquee|math|menu|meta|meter|nav|nobr|noembed|noframes|noscript|object"
    "|ol|optgroup|option|output|p|param|picture|pre|progress|q|rp|rt|ruby|s|samp|script|search|section|select|slot"
    "|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time"
    "|title|tr|track|tt|u|ul|var|video|wbr|xml"
)
_TAG = re.compile(rf"</?(?:{_HTML})(?:[\s/][^<>]*)?>|<!--", re.IGNORECASE)
#: A ``<`` that begins neither an HTML tag, nor one with a prefix such as Word's ``<o:p>``, nor a comment.
_STRAY = re.compile(rf"<(?!/?(?:{_HTML})[\s/>]|/?(?!mailto:)[a-z]\w*:[a-z]|[!?])", re.IGNORECASE)
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_LINE = re.compile(rf"<({'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)
_WEB = r"\bhttps?://[^\s<>\"'()\[\]{}\\^`|]*[^\s<>\"'()\[\]{}\\^`|.,;:!?*_]"
_PLAIN = re.compile(rf"{_WEB}|[&<>]")
_SPECIAL = re.compile(r"[\\`*_\[\]<>|$\"'~{}]|&(?=#?\w+;)|--|\.\.\.")
#: The characters that end an address in Markdown, or have a meaning there.
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>\[\]\\\"`|{}^]")
_START = re.compile(r"^([#+\-=:>])|^(\d+)([.)])(?=\s|$)")
_LIQUID = re.compile(r"\{(?=[{%])")
_LIQUID_ALONE = Liquid(Surroundings({}, {}, {}, lambda _: None))


@dataclass(frozen=True, slots=True)
class MarkdownNotes:
    """The body of an episode's file, and its form: ``plain`` if neither Markdown nor HTML would show the same text.

    ``trackers`` are the addresses of pictures that only count readers, and were left out.
    """

    body: str
    form: Form = "markdown"
    trackers: tuple[str, ...] = ()


def notes_to_markdown(text: str, base: str) -> MarkdownNotes:
    """Return the Markdown of notes that are HTML or plain text, with relative links resolved against ``base``.

    The result was rendered as the site renders it, and has the same lines of text and the same links as ``text``,
    but for pictures that only count readers.
    """
    source, trackers = without_trackers(notes_as_html(text))
    source = cleaned(source, base)
    lines, links = _lines_and_links(source)
    if not lines and not links:
        return MarkdownNotes("", trackers=trackers)
    converters: Mapping[Form, Callable[[str], str]] = {"markdown": _markdown, "html": _raw_html}
    for form, convert in converters.items():
        try:
            body = _without_liquid(convert(source))
            if _lines_and_links(rendered_html(body)) == (lines, links):
                return MarkdownNotes(body, form, trackers)
        except (RecursionError, ContentError):
            continue
    return MarkdownNotes(_without_liquid("\n\n".join(map(_escaped, lines))), "plain", trackers)


def notes_as_html(text: str) -> str:
    """Return HTML unchanged, and plain text as HTML with its line breaks and with links for its addresses."""
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")
    if not _TAG.search(text):
        text = _PLAIN.sub(_as_markup, entities.unescape(text))
    text = _STRAY.sub("&lt;", text)
    if _LINE.search(text):
        return text
    # In notes without block elements, podcast apps show each line break of the source.
    parts = (part.strip("\n") for part in re.split(r"\n\s*\n", text))
    return "".join("<p>{}</p>".format(part.replace("\n", "<br>\n")) for part in parts if part.strip())


def _as_markup(match: re.Match[str]) -> str:
    """Return a link for a matched address, and an escaped ``&``, ``<`` or ``>``."""
    text = entities.escape(match[0], quote=False)
    return f'<a href="{text}">{text}</a>' if len(match[0]) > 1 else text


def plain_text(text: str) -> str:
    """Return the words of HTML or plain text on one line."""
    return " ".join(" ".join(plain_lines(text)).split())


def plain_lines(text: str) -> list[str]:
    """Return the lines of text that HTML or plain text shows, without blank ones."""
    return _lines_and_links(cleaned(notes_as_html(text), ""))[0]


def rendered_html(body: str) -> str:
    """Return the HTML of a body as the site renders it, with Liquid before Markdown."""
    return render(_LIQUID_ALONE.render(body, {}, file="", first_line=1).text)


def _lines_and_links(html: str) -> tuple[list[str], list[str]]:
    """Return the lines of text, and the addresses of links and images, which a conversion must preserve."""
    if not html.strip():
        return [], []
    root = fragment_fromstring(clean(html), create_parent="div")
    lines = [" ".join(line.split()) for line in "".join(_text_parts(root)).split("\n")]
    links = [unquote(str(link)) for link in root.xpath("//a/@href | //img/@src") if not str(link).startswith("#")]
    return [line for line in lines if line], links


def _text_parts(element: HtmlElement, *, preformatted: bool = False) -> Iterator[str]:
    """Yield the text of an element, with a newline around each block and none within a paragraph."""
    preformatted = preformatted or element.tag == "pre"
    breaks = "\n" if element.tag in _BLOCKS else ""
    yield breaks
    yield _inline(element.text, preformatted)
    for child in element:
        if isinstance(child.tag, str):
            yield from _text_parts(child, preformatted=preformatted)
        yield _inline(child.tail, preformatted)
    yield breaks


def _inline(text: str | None, preformatted: bool) -> str:
    return (text or "") if preformatted else (text or "").replace("\n", " ")


def _without_liquid(body: str) -> str:
    """Return the body with its braces escaped, or within ``{% raw %}``, so that Liquid runs nothing in it."""
    if not _LIQUID.search(body):
        return body
    if re.search(r"\{%-?\s*endraw", body):
        return _LIQUID.sub("&#123;", body)
    return f"{{% raw %}}\n{body}\n{{% endraw %}}"


def _raw_html(source: str) -> str:
    """Return the HTML in a ``<div>``, whose content Markdown leaves unchanged."""
    return f"<div>\n{_LIQUID.sub('&#123;', source)}\n</div>"


def _markdown(source: str) -> str:
    soup = BeautifulSoup(source, "html.parser")
    _wrap_in_paragraphs(soup)
    _trim_after_breaks(soup)
    return re.sub(r"\n{3,}", "\n\n", _Converter(heading_style="atx", bullets="-").convert_soup(soup)).strip()


def _escaped(text: str) -> str:
    """Return Markdown that shows one line of text literally, with its quotes and dashes."""
    text = _SPECIAL.sub(lambda match: "&amp;" if match[0] == "&" else "".join(f"\\{c}" for c in match[0]), text)
    if text.startswith("^"):  # kramdown doesn't let a backslash escape ``^``.
        return f"&#94;{text[1:]}"
    return _START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)


class _Converter(MarkdownConverter):
    """A converter of markdownify's that escapes everything to which kramdown gives a meaning."""

    def escape(self, text: str, _parent_tags: Any) -> str:
        """Return Markdown that shows text literally."""
        line = re.sub(r"\s*\n\s*", " ", text)
        words = line.lstrip(" ")
        return line[: len(line) - len(words)] + _escaped(words)

    def convert_br(self, _el: Tag, _text: str, parent_tags: Any) -> str:
        """Return Markdown's line break for ``<br>``."""
        return " " if "_inline" in parent_tags else "  \n"

    def convert_a(self, el: Tag, text: str, parent_tags: Any) -> str:
        """Return a link, in angle brackets if its text is the address itself."""
        href = str(el.get("href") or "")
        if "_noformat" in parent_tags or not href or not text.strip():
            return text
        if el.get_text() == href and not el.find(True) and re.fullmatch(r"https?://[^\s<>\\]+", href):
            return f"<{href}>"
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        address = _UNSAFE_IN_ADDRESS.sub(lambda match: quote(match[0], safe=""), href)
        if address.count("(") != address.count(")"):
            address = address.replace("(", "%28").replace(")", "%29")
        title = one_line(str(el.get("title") or ""))
        quoted_title = f' "{title}"' if title and '"' not in title else ""
        return f"{before}[{text.strip()}]({address}{quoted_title}){after}"


def _trim_after_breaks(soup: BeautifulSoup) -> None:
    """Remove the white space behind each ``<br>``, which HTML doesn't show."""
    for line_break in soup.find_all("br"):
        following = line_break.next_sibling
        if type(following) is NavigableString and not line_break.find_parent("pre"):
            following.replace_with(following.lstrip())


def _wrap_in_paragraphs(soup: BeautifulSoup) -> None:
    """Wrap text that stands outside of any block in paragraphs."""
    paragraph: Tag | None = None
    for node in list(soup.contents):
        if isinstance(node, Tag) and node.name in _BLOCKS and node.name != "br":
            paragraph = None
            continue
        if paragraph is None:
            paragraph = soup.new_tag("p")
            node.insert_before(paragraph)
        paragraph.append(node.extract())
