"""Show notes as HTML or plain text become Markdown that shows the same text, proven by rendering it."""

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

from longwave.content.fields.times import split_moment
from longwave.content.liquid import Liquid, Surroundings
from longwave.content.text.markdown import render
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError
from longwave.feeds.cleaning import cleaned
from longwave.feeds.xml import clean

#: Characters of notes that are read; the longest that are known have a tenth of that.
MAX_LETTERS = 400_000
Form = Literal["markdown", "html", "plain"]
#: The elements of HTML, old ones too, of which editors and hosts make notes. Other names are somebody's words.
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
#: A ``<`` that begins neither a tag, nor one with a prefix such as Word's ``<o:p>``, nor what is no element.
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
#: What ends an address in Markdown, or means something else there.
_AWKWARD = re.compile(r"[\s<>\[\]\\\"`|{}^]")
_START = re.compile(r"^([#+\-=:>])|^(\d+)([.)])(?=\s|$)")
_LIQUID = re.compile(r"\{(?=[{%])")
_LIQUID_ALONE = Liquid(Surroundings({}, {}, {}, lambda _: None))


@dataclass(frozen=True, slots=True)
class Written:
    """Notes as a file's body has them, and in what form; ``plain`` where even HTML wouldn't show the same."""

    body: str
    form: Form = "markdown"


def write_notes(text: str, base: str) -> Written:
    """The notes in ``text``, which is HTML or plain text as feeds have it; relative links are below ``base``.

    What it returns was rendered as the site renders it, and has the same lines of text and the same links.
    """
    source = cleaned(as_html(text), base)
    wanted = _shape(source)
    if not wanted[0] and not wanted[1]:
        return Written("")
    ways: Mapping[Form, Callable[[str], str]] = {"markdown": _markdown, "html": _raw}
    for form, make in ways.items():
        try:
            body = _guarded(make(source))
            if _shape(shown(body)) == wanted:
                return Written(body, form)
        except (RecursionError, ContentError):
            continue
    return Written(_guarded("\n\n".join(_escaped(line) for line in wanted[0])), "plain")


def as_html(text: str) -> str:
    """HTML as it stands; plain text with its line breaks, and with links of its addresses."""
    text = clean(text).replace("\r\n", "\n").replace("\r", "\n")
    if not _TAG.search(text):
        text = _PLAIN.sub(_as_markup, entities.unescape(text))
    text = _STRAY.sub("&lt;", text)
    if _LINE.search(text):
        return text
    # Nothing in it breaks lines but the lines themselves, and that is how the apps show it.
    parts = (part.strip("\n") for part in re.split(r"\n\s*\n", text))
    return "".join("<p>{}</p>".format(part.replace("\n", "<br>\n")) for part in parts if part.strip())


def _as_markup(match: re.Match[str]) -> str:
    """A link to an address, and any other mark as it is written in HTML."""
    text = entities.escape(match[0], quote=False)
    return f'<a href="{text}">{text}</a>' if len(match[0]) > 1 else text


def plain_text(text: str) -> str:
    """The words of HTML or plain text on one line."""
    return " ".join(" ".join(_shape(cleaned(as_html(text), ""))[0]).split())


def shown(body: str) -> str:
    """The HTML of a body, as the site renders it: Liquid first."""
    return render(_LIQUID_ALONE.render(body, {}, file="", first_line=1).text)


def _shape(html: str) -> tuple[list[str], list[str]]:
    """What must stay the same: the lines of text, and the addresses of links and pictures."""
    if not html.strip():
        return [], []
    root = fragment_fromstring(clean(html), create_parent="div")
    lines = [" ".join(line.split()) for line in "".join(_spoken(root)).split("\n")]
    links = [unquote(str(link)) for link in root.xpath("//a/@href | //img/@src") if not str(link).startswith("#")]
    return [line for line in lines if line], links


def _spoken(element: HtmlElement, *, laid_out: bool = False) -> Iterator[str]:
    laid_out = laid_out or element.tag == "pre"
    breaks = "\n" if element.tag in _BLOCKS else ""
    yield breaks
    yield _flowing(element.text, laid_out)
    for child in element:
        if isinstance(child.tag, str):
            yield from _spoken(child, laid_out=laid_out)
        yield _flowing(child.tail, laid_out)
    yield breaks


def _flowing(text: str | None, laid_out: bool) -> str:
    return (text or "") if laid_out else (text or "").replace("\n", " ")


def _guarded(body: str) -> str:
    """The body so that Liquid finds nothing to run in it."""
    if not _LIQUID.search(body):
        return body
    if re.search(r"\{%-?\s*endraw", body):
        return _LIQUID.sub("&#123;", body)
    return f"{{% raw %}}\n{body}\n{{% endraw %}}"


def _raw(source: str) -> str:
    """The HTML itself, in a block that Markdown leaves alone."""
    return f"<div>\n{_LIQUID.sub('&#123;', source)}\n</div>"


def _markdown(source: str) -> str:
    soup = BeautifulSoup(source, "html.parser")
    _gather(soup)
    _list_moments(soup)
    return re.sub(r"\n{3,}", "\n\n", _Converter(heading_style="atx", bullets="-").convert_soup(soup)).strip()


def _escaped(text: str) -> str:
    """Markdown that shows the text of one line as it is, quotes and dashes included."""
    text = _SPECIAL.sub(lambda match: "&amp;" if match[0] == "&" else "".join(f"\\{c}" for c in match[0]), text)
    if text.startswith("^"):  # which no backslash makes plain
        return f"&#94;{text[1:]}"
    return _START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)


class _Converter(MarkdownConverter):
    """markdownify, with kramdown's grammar in mind: what would be more than text there is escaped."""

    def escape(self, text: str, _parent_tags: Any) -> str:
        """Text that is to be shown as it is."""
        flowing = re.sub(r"\s*\n\s*", " ", text)
        words = flowing.lstrip(" ")
        return flowing[: len(flowing) - len(words)] + _escaped(words)

    def convert_br(self, el: Tag, _text: str, parent_tags: Any) -> str:
        """A line break; the space behind it shows nowhere."""
        following = el.next_sibling
        if type(following) is NavigableString:
            following.replace_with(following.lstrip())
        return " " if "_inline" in parent_tags else "  \n"

    def convert_a(self, el: Tag, text: str, parent_tags: Any) -> str:
        """A link; an address that is its own text stays one."""
        href = str(el.get("href") or "")
        if "_noformat" in parent_tags or not href or not text.strip():
            return text
        if el.get_text() == href and not el.find(True) and re.fullmatch(r"https?://[^\s<>\\]+", href):
            return f"<{href}>"
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        address = _AWKWARD.sub(lambda match: quote(match[0], safe=""), href)
        if address.count("(") != address.count(")"):
            address = address.replace("(", "%28").replace(")", "%29")
        title = one_line(str(el.get("title") or ""))
        named = f' "{title}"' if title and '"' not in title else ""
        return f"{before}[{text.strip()}]({address}{named}){after}"


def _gather(soup: BeautifulSoup) -> None:
    """Put text that stands outside of any block into paragraphs."""
    paragraph: Tag | None = None
    for node in list(soup.contents):
        if isinstance(node, Tag) and node.name in _BLOCKS and node.name != "br":
            paragraph = None
            continue
        if paragraph is None:
            paragraph = soup.new_tag("p")
            node.insert_before(paragraph)
        paragraph.append(node.extract())


def _list_moments(soup: BeautifulSoup) -> None:
    """Make lists of lines that begin with a time and a dash: such items are moments, and play."""
    for block in soup.find_all(["p", "div"]):
        lines = _lines(block)
        moments = [bool(split_moment("".join(node.get_text() for node in line).strip())) for line in lines]
        first = next((place for place, is_moment in enumerate(moments) if is_moment), None)
        if first is None or not all(moments[first:]) or not all(isinstance(c, NavigableString | Tag) for c in block):
            continue
        if any(isinstance(child, Tag) and child.name != "br" and child.name in _BLOCKS for child in block.children):
            continue
        listed = soup.new_tag("ul")
        for line in lines[first:]:
            item = soup.new_tag("li")
            for node in line:
                item.append(node.extract())
            listed.append(item)
        while block.contents and isinstance(block.contents[-1], Tag) and block.contents[-1].name == "br":
            block.contents[-1].extract()
        block.insert_after(listed)


def _lines(block: Tag) -> list[list[Any]]:
    lines: list[list[Any]] = [[]]
    for child in block.children:
        if isinstance(child, Tag) and child.name == "br":
            lines.append([])
        else:
            lines[-1].append(child)
    return [line for line in lines if "".join(node.get_text() for node in line).strip()]
