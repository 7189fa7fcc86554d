"""A text cut into Liquid's tokens, in a time that its length bounds; what is opened and never closed is told here.

python-liquid's own lexer looks for the end of the text behind every opening that has no end.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping

from liquid.exceptions import LiquidSyntaxError
from liquid.token import TOKEN_COMMENT, TOKEN_CONTENT, TOKEN_DOC, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

_OPENING = re.compile(r"\{[{%]")
_TAG = re.compile(r"\{%-?\s*+(#|\w++)")
_COMMENT = re.compile(r"\{%-?\s*+(comment|endcomment)\b[^%]*+%\}")
_ENDS = {name: re.compile(rf"\{{%-?\s*+end{name}\s*+-?%\}}") for name in ("raw", "doc")}
#: The library looks behind each bracket of an expression for what may belong to it.
_MOST_LOOKS = 500_000


class UnreadableError(LiquidSyntaxError):
    """Liquid that leaves open what belongs to it: ``expected`` stands nowhere behind ``token``."""

    def __init__(self, expected: str, token: Token, found: str = "none") -> None:
        super().__init__(f"expected {expected}, found {found}", token=token)
        self.expected, self.found = expected, found


def tokens(source: str) -> Iterator[Token]:
    """The tokens of a text. Raises UnreadableError."""
    place, trims = 0, False
    while True:
        opening = _OPENING.search(source, place)
        start = opening.start() if opening else len(source)
        text = source[place:start].lstrip() if trims else source[place:start]
        if source.startswith("-", start + 2):
            text = text.rstrip()
        if text:
            yield Token(TOKEN_CONTENT, text, place, source)
        if opening is None:
            return
        place = yield from (_output if opening[0] == "{{" else _tag)(source, start)
        trims = source[place - 3] == "-"


def closed(found: Iterable[Token], ends: Mapping[str, str]) -> list[Token]:
    """The same tokens as a list; ``ends`` are the end tags of blocks. Raises UnreadableError where a block has none."""
    every = list(found)
    blocks: list[Token] = []
    for token in every:
        if token.kind == TOKEN_TAG and token.value in ends:
            blocks.append(token)
        elif token.kind == TOKEN_TAG and blocks and token.value == ends[blocks[-1].value]:
            blocks.pop()
    if blocks:
        name = blocks[-1].value
        raise UnreadableError(f"{{% {ends[name]} %}} behind {{% {name} %}}", blocks[-1])
    return every


def _output(source: str, start: int) -> Generator[Token, None, int]:
    end = source.find("}}", start + 2)
    if end < 0:
        raise UnreadableError("}} behind {{", Token(TOKEN_OUTPUT, "{{", start, source))
    yield Token(TOKEN_OUTPUT, source[start : end + 2], start, source)
    yield _expression(source, start + 3 if source[start + 2] == "-" else start + 2, end)
    return end + 2


def _tag(source: str, start: int) -> Generator[Token, None, int]:
    match = _TAG.match(source, start)
    if match is None:
        raise UnreadableError("a tag's name behind {%", Token(TOKEN_TAG, "{%", start, source))
    name, tag = match[1], Token(TOKEN_TAG, match[1], match.start(1), source)
    end = source.find("%}", match.end())
    if end < 0:
        raise UnreadableError(f"%}} behind {{% {name}", tag)
    inside = _expression(source, match.end(), end)
    if name in _ENDS and not inside.value:
        closing = _ENDS[name].search(source, end + 2)
        if closing is None:
            raise UnreadableError(f"{{% end{name} %}} behind {{% {name} %}}", tag)
        kind = TOKEN_CONTENT if name == "raw" else TOKEN_DOC
        yield Token(kind, source[end + 2 : closing.start()], end + 2, source)
        return closing.end()
    yield tag
    if inside.value:
        yield inside
    if name != "comment":
        return end + 2
    closing = _end_of_comment(source, end + 2)
    if closing is None:
        raise UnreadableError("{% endcomment %} behind {% comment %}", tag)
    yield Token(TOKEN_COMMENT, source[end + 2 : closing.start()], end + 2, source)
    yield Token(TOKEN_TAG, "endcomment", closing.start(1), source)
    return closing.end()


def _expression(source: str, start: int, end: int) -> Token:
    if end > start and source[end - 1] == "-":
        end -= 1
    text = source[start:end].lstrip()
    token = Token(TOKEN_EXPRESSION, text.rstrip(), max(start, end) - len(text), source)
    if (text.count("(") + text.count("[")) * len(text) > _MOST_LOOKS:
        raise UnreadableError("fewer brackets in a tag", token, "more")
    return token


def _end_of_comment(source: str, place: int) -> re.Match[str] | None:
    depth = 1
    for match in _COMMENT.finditer(source, place):
        depth += 1 if match[1] == "comment" else -1
        if depth == 0:
            return match
    return None
