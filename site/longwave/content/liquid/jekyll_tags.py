"""The tags that Jekyll and jekyll-assets add to Liquid's own."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from liquid import Node, RenderContext, Token
from liquid.ast import BlockNode
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG
from liquid.undefined import is_undefined

from longwave.content.liquid.jekyll_filters import asset_path
from longwave.content.liquid.lexing import UnreadableError
from longwave.content.liquid.values import text_of
from longwave.content.text.slugs import slugify
from longwave.routes import url_for

if TYPE_CHECKING:
    from longwave.content.liquid.renderer import JekyllEnvironment

_FIRST = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|((?:\{\{[^{}\n]*\}\}|[^\s,])+))""")
_PARAMETER = re.compile(r"""(?<![\w-])([\w-]++)\s*+[=:]\s*+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s,]+))""")
_MEDIA = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg|mp3|m4a|ogg)$", re.IGNORECASE)
_ATTRIBUTES = ("alt", "class", "id", "title", "width", "height")


class _Marked(Node):
    """A tag with what stands behind its name, unparsed: Jekyll's own tags have a grammar of their own."""

    __slots__ = ("markup",)

    def __init__(self, token: Token, markup: Token) -> None:
        super().__init__(token)
        self.markup = markup
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write what the tag stands for."""
        environment: JekyllEnvironment = context.env  # type: ignore[assignment]  # these tags live nowhere else
        return buffer.write(self.written(environment, context))

    def written(self, environment: JekyllEnvironment, context: RenderContext) -> str:
        """What the tag stands for."""
        raise NotImplementedError


class _MarkedTag(Tag):
    block = False
    node: type[_Marked]

    def parse(self, stream: TokenStream) -> Node:
        """A node with the rest of the tag as it stands."""
        token = stream.current
        markup = token._replace(kind=TOKEN_EXPRESSION, value="")
        # The parser moves on from the last token of a tag by itself.
        if stream.peek.kind == TOKEN_EXPRESSION:
            stream.next_token()
            markup = stream.current
        return self.node(token, markup)


def _from(markup: Token, start: int) -> Token:
    return markup._replace(value=markup.value[start:], start_index=markup.start_index + start)


def _first(markup: Token, context: RenderContext) -> tuple[str, Token]:
    """The name with which a tag's markup begins, filled in, and the rest."""
    match = _FIRST.match(markup.value)
    if match is None:
        return "", _from(markup, len(markup.value))
    name = match[1] or match[2] or match[3] or ""
    if "{{" in name:
        name = _filled(name, context, markup)
    return name.strip(), _from(markup, match.end())


def _filled(text: str, context: RenderContext, place: Token) -> str:
    environment: JekyllEnvironment = context.env  # type: ignore[assignment]
    environment.reports.origins[text] = place
    buffer = context.get_buffer(None)
    try:
        environment.from_string(text).render_with_context(context, buffer, partial=True)
    except UnreadableError as error:
        environment.reports.add_error(error)
    return buffer.getvalue()


def _parameters(markup: Token, context: RenderContext) -> dict[str, Any]:
    """The parameters of a tag; None for a variable that doesn't exist."""
    found: dict[str, Any] = {}
    for match in _PARAMETER.finditer(markup.value):
        name, double, single, bare = match.groups()
        place = _from(markup, match.start())
        if bare is None:
            text = re.sub(r"\\(.)", r"\1", double if double is not None else single)
            found[name] = _filled(text, context, place) if "{{" in text else text
        elif re.fullmatch(r"-?\d{1,18}", bare):
            found[name] = int(bare)
        elif bare in ("true", "false"):
            found[name] = bare == "true"
        elif re.fullmatch(r"[A-Za-z_][\w-]*(\.[\w-]+)*", bare):
            value = context.get(list(bare.split(".")), token=place)
            found[name] = None if is_undefined(value) else value
        else:
            found[name] = bare
    return found


class IncludeNode(_Marked):
    """``{% include file.html a="b" c=page.x %}``: the snippet, with its parameters as ``include.a``."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render the snippet in place."""
        environment: JekyllEnvironment = context.env  # type: ignore[assignment]
        name, rest = _first(self.markup, context)
        if name not in environment.includes:
            if name == "services-used.html":
                return buffer.write(_services(context, environment.homepages))
            known = [*environment.includes, "services-used.html"]
            environment.reports.add("an include", name, self.token, known)
            return 0
        template = environment.snippet(name)
        parameters = _parameters(rest, context)
        outer, environment.reports.parameters = environment.reports.parameters, parameters
        with context.extend({"include": parameters}, template=template):
            template.render_with_context(context, buffer, partial=True)
        environment.reports.parameters = outer
        return 1


class ImageNode(_Marked):
    """``{% image path alt="…" %}`` of jekyll-assets: the picture; with ``@path`` only its address."""

    def written(self, environment: JekyllEnvironment, context: RenderContext) -> str:  # noqa: ARG002 - the others need it
        """An ``img`` element, or an address."""
        name, rest = _first(self.markup, context)
        if re.search(r"@path\b", rest.value):
            return asset_path(name)
        parameters = _parameters(rest, context)
        address = asset_path(name, size="1024")
        shown = {"alt": "", **{key: parameters[key] for key in _ATTRIBUTES if key in parameters}}
        return f'<img src="{address}" {" ".join(f"{k}={_quoted(v)}" for k, v in shown.items())} loading="lazy">'


class AssetPathNode(_Marked):
    """``{% asset_path picture.png %}``: where the file is served."""

    def written(self, environment: JekyllEnvironment, context: RenderContext) -> str:  # noqa: ARG002
        """The address."""
        return asset_path(_first(self.markup, context)[0])


class LinkNode(_Marked):
    """``{% link path %}`` and ``{% post_url name %}``: the address of another file of content."""

    def written(self, environment: JekyllEnvironment, context: RenderContext) -> str:
        """The address; nothing where there is no such file."""
        name, _ = _first(self.markup, context)
        environment.reports.uses_addresses = True
        found = environment.addresses(name) or (asset_path(name) if _MEDIA.search(name) else None)
        if found is None:
            environment.reports.add("a file of content", name, self.token)
        return found or ""


class UnknownNode(_Marked):
    """A tag that doesn't exist: it renders as nothing, and what it encloses stays."""

    def written(self, environment: JekyllEnvironment, context: RenderContext) -> str:  # noqa: ARG002
        """Nothing; the end of an unknown block isn't reported again."""
        name = self.token.value
        if not name.startswith("end"):
            environment.reports.add("a tag", name, self.token, environment.known_tags)
        return ""


class HighlightNode(Node):
    """``{% highlight python %}``: code, as a fenced block that Markdown leaves alone."""

    def __init__(self, token: Token, language: str, block: BlockNode) -> None:
        super().__init__(token)
        self.language, self.block = language, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the code between fences that are longer than any in it."""
        inside = context.get_buffer(buffer)
        self.block.render(context, inside)
        code = inside.getvalue().strip("\n")
        fence = "~" * (max((len(run) for run in re.findall(r"~{3,}", code)), default=2) + 1)
        return buffer.write(f"\n{fence} {self.language}\n{code}\n{fence}\n")


class HighlightTag(Tag):
    """Parses ``{% highlight %}`` up to ``{% endhighlight %}``."""

    name = "highlight"
    end = "endhighlight"

    def parse(self, stream: TokenStream) -> Node:
        """A node with the language and the block."""
        token = stream.eat(TOKEN_TAG)
        markup = ""
        if stream.current.kind == TOKEN_EXPRESSION:
            markup = stream.next_token().value
        block = get_parser(self.env).parse_block(stream, (self.end,))
        stream.expect(TOKEN_TAG, value=self.end)
        words = re.findall(r"[\w+#.-]+", markup)
        return HighlightNode(token, words[0] if words else "", block)


def marked(name: str, node: type[_Marked]) -> type[Tag]:
    """A tag ``name`` whose node reads the rest of it by itself."""
    return type(f"{node.__name__}Tag", (_MarkedTag,), {"name": name, "node": node})


JEKYLL_TAGS: tuple[type[Tag], ...] = (
    *(marked(name, IncludeNode) for name in ("include", "include_cached")),
    *(marked(name, ImageNode) for name in ("image", "img", "asset")),
    marked("asset_path", AssetPathNode),
    *(marked(name, LinkNode) for name in ("link", "post_url")),
    HighlightTag,
)


def _services(context: RenderContext, homepages: Mapping[str, tuple[str, str]]) -> str:
    """The episode's tags as links to their technology's home page; to their page here where that isn't known."""
    tags = context.get(["page", "tags"], token=None)
    items = []
    for tag in tags if isinstance(tags, list | tuple) else []:
        slug = slugify(str(tag))
        label, home = homepages.get(slug, (str(tag), ""))
        address = home or url_for("tag", tag=slug)
        items.append(f"<li><a href={_quoted(address)}>{html.escape(label)}</a></li>")
    return '\n<ul class="services-used">\n' + "\n".join(items) + "\n</ul>\n" if items else ""


def _quoted(value: object) -> str:
    return f'"{html.escape(text_of(value))}"'
