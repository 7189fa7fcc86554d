"""A lexer that splits a text into Liquid's tokens in linear time, and raises an error for an unclosed tag or output.

python-liquid's own lexer takes quadratic time, because it searches the rest of the text for each unclosed opening.
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
#: The largest product of an expression's length and number of brackets: python-liquid rescans it from each bracket.
_MAX_BRACKET_WORK = 500_000


class UnreadableError(LiquidSyntaxError):
    """An error for Liquid that can't be parsed: after ``token``, ``expected`` should follow, but there is ``found``."""

    def __init__(self, expected: str, token: Token, found: str = "none") -> None:
        super().__init__(f"expected {expected}, found {found}", token=token)
        self.expected, self.found = expected, found


def tokenize(source: str) -> Iterator[Token]:
    """Yield the tokens of a text. Raises UnreadableError for an output or a tag that is never closed."""
    position, trims = 0, False
    while True:
        opening = _OPENING.search(source, position)
        start = opening.start() if opening else len(source)
        text = source[position:start].lstrip() if trims else source[position:start]
        if source.startswith("-", start + 2):
            text = text.rstrip()
        if text:
            yield Token(TOKEN_CONTENT, text, position, source)
        if opening is None:
            return
        position = yield from (_lex_output if opening[0] == "{{" else _lex_tag)(source, start)
        trims = source[position - 3] == "-"


def require_end_tags(lexed: Iterable[Token], ends: Mapping[str, str]) -> list[Token]:
    """Return the tokens as a list. Raises UnreadableError for the last block without an end tag.

    ``ends`` gives the name of the end tag by the name of its block.
    """
    tokens = list(lexed)
    open_blocks: list[Token] = []
    for token in tokens:
        if token.kind == TOKEN_TAG and token.value in ends:
            open_blocks.append(token)
        elif token.kind == TOKEN_TAG and open_blocks and token.value == ends[open_blocks[-1].value]:
            open_blocks.pop()
    if open_blocks:
        name = open_blocks[-1].value
        raise UnreadableError(f"{{% {ends[name]} %}} behind {{% {name} %}}", open_blocks[-1])
    return tokens


def _lex_output(source: str, start: int) -> Generator[Token, None, int]:
    end = source.find("}}", start + 2)
    if end < 0:
        raise UnreadableError("}} behind {{", Token(TOKEN_OUTPUT, "{{", start, source))
    yield Token(TOKEN_OUTPUT, source[start : end + 2], start, source)
    yield _expression_token(source, start + 3 if source[start + 2] == "-" else start + 2, end)
    return end + 2


def _lex_tag(source: str, start: int) -> Generator[Token, None, int]:
    match = _TAG.match(source, start)
    if match is None:
        raise UnreadableError("a tag's name behind {%", Token(TOKEN_TAG, "{%", start, source))
    name, tag = match[1], Token(TOKEN_TAG, match[1], match.start(1), source)
    end = source.find("%}", match.end())
    if end < 0:
        raise UnreadableError(f"%}} behind {{% {name}", tag)
    inside = _expression_token(source, match.end(), end)
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


def _expression_token(source: str, start: int, end: int) -> Token:
    if end > start and source[end - 1] == "-":
        end -= 1
    text = source[start:end].lstrip()
    token = Token(TOKEN_EXPRESSION, text.rstrip(), max(start, end) - len(text), source)
    if (text.count("(") + text.count("[")) * len(text) > _MAX_BRACKET_WORK:
        raise UnreadableError("fewer brackets in a tag", token, "more")
    return token


def _end_of_comment(source: str, position: int) -> re.Match[str] | None:
    depth = 1
    for match in _COMMENT.finditer(source, position):
        depth += 1 if match[1] == "comment" else -1
        if depth == 0:
            return match
    return None
