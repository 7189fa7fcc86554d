"""The tags that Jekyll and jekyll-assets add to Liquid's own."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, TextIO, cast

from liquid import Node, RenderContext, Token
from liquid.ast import BlockNode
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG
from liquid.undefined import is_undefined

from longwave.content.liquid.environment import BUILT_IN_INCLUDES, JekyllEnvironment, environment_of
from longwave.content.liquid.jekyll_filters import asset_path
from longwave.content.liquid.lexing import UnreadableError
from longwave.content.liquid.values import text_of
from longwave.content.text.plain_text import slugify
from longwave.routes import url_for

_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|((?:\{\{[^{}\n]*\}\}|[^\s,])+))""")
_PARAMETER = re.compile(r"""(?<![\w-])([\w-]++)\s*+[=:]\s*+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s,]+))""")
_MEDIA_FILE = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg|mp3|m4a|ogg)$", re.IGNORECASE)
_IMAGE_ATTRIBUTES = ("alt", "class", "id", "title", "width", "height")
(_SERVICES,) = BUILT_IN_INCLUDES


class MarkupNode(Node):
    """A node that parses its markup, the text after the tag's name, by itself, as Jekyll's own tags do."""

    __slots__ = ("markup",)

    def __init__(self, token: Token, markup: Token) -> None:
        super().__init__(token)
        self.markup = markup
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the node's output to ``buffer``, and return the number of characters."""
        return buffer.write(self.output(context))

    def output(self, context: RenderContext) -> str:
        """Return the text that the node renders."""
        raise NotImplementedError


class _MarkupTag(Tag):
    block = False
    node: type[MarkupNode]

    def parse(self, stream: TokenStream) -> Node:
        """Return a node with the tag's markup; leave the stream at the tag's last token, as python-liquid expects."""
        token = stream.current
        markup = token._replace(kind=TOKEN_EXPRESSION, value="")
        if stream.peek.kind == TOKEN_EXPRESSION:
            stream.next_token()
            markup = stream.current
        return self.node(token, markup)


def make_tag(name: str, node: type[MarkupNode]) -> type[Tag]:
    """Return a tag ``name`` that is parsed into a node of the given class."""
    return type(f"{node.__name__}Tag", (_MarkupTag,), {"name": name, "node": node})


def _skip(markup: Token, count: int) -> Token:
    return markup._replace(value=markup.value[count:], start_index=markup.start_index + count)


def _split_name(markup: Token, context: RenderContext) -> tuple[str, Token]:
    """Return the name at the start of a tag's markup, after rendering its Liquid, and the rest of the markup."""
    match = _NAME.match(markup.value)
    if match is None:
        return "", _skip(markup, len(markup.value))
    name = match[1] or match[2] or match[3] or ""
    if "{{" in name:
        name = _render_nested(name, context, markup)
    return name.strip(), _skip(markup, match.end())


def _render_nested(text: str, context: RenderContext, token: Token) -> str:
    """Return the result of rendering Liquid inside the markup of a tag; problems are reported at the tag's token."""
    environment = environment_of(context)
    environment.reports.origins[text] = token
    buffer = context.get_buffer(None)
    try:
        environment.from_string(text).render_with_context(context, buffer, partial=True)
    except UnreadableError as error:
        environment.reports.add_error(error)
    return buffer.getvalue()


def _parameters(markup: Token, context: RenderContext) -> dict[str, Any]:
    """Return the parameters of a tag by name; the value of an unknown variable is None."""
    parameters: dict[str, Any] = {}
    for match in _PARAMETER.finditer(markup.value):
        name, double, single, bare = match.groups()
        token = _skip(markup, match.start())
        if bare is None:
            text = re.sub(r"\\(.)", r"\1", double if double is not None else single)
            parameters[name] = _render_nested(text, context, token) if "{{" in text else text
        elif re.fullmatch(r"-?\d{1,18}", bare):
            parameters[name] = int(bare)
        elif bare in ("true", "false"):
            parameters[name] = bare == "true"
        elif re.fullmatch(r"[A-Za-z_][\w-]*(\.[\w-]+)*", bare):
            value = context.get(list(bare.split(".")), token=token)
            parameters[name] = None if is_undefined(value) else value
        else:
            parameters[name] = bare
    return parameters


class IncludeNode(MarkupNode):
    """A node for ``{% include file.html a="b" c=page.x %}``: the include, with its parameters as ``include.a``."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render the include into ``buffer``; report an unknown one, and return 0 where nothing was written."""
        environment = environment_of(context)
        name, rest = _split_name(self.markup, context)
        if name in environment.includes and _render_include(name, _parameters(rest, context), context, buffer):
            return 1
        if name == _SERVICES:
            return buffer.write(_render_services(context, environment.homepages))
        if name not in environment.includes:
            environment.reports.add("an include", name, self.token, [*environment.includes, _SERVICES])
        return 0


def _render_include(name: str, parameters: dict[str, Any], context: RenderContext, buffer: TextIO) -> bool:
    """Render an existing include into ``buffer``; return False for one that is left out because of an unknown tag."""
    environment = environment_of(context)
    template = environment.include(name)
    if template is None:
        return False
    outer, environment.reports.parameters = environment.reports.parameters, parameters
    with context.extend({"include": parameters}, template=template):
        template.render_with_context(context, buffer, partial=True)
    environment.reports.parameters = outer
    return True


class ImageNode(MarkupNode):
    """A node for ``{% image path alt="…" %}`` of jekyll-assets: an ``img`` element, or with ``@path`` its address."""

    def output(self, context: RenderContext) -> str:
        """Return the `img` element as HTML, or only the picture's address if the tag has ``@path``."""
        name, rest = _split_name(self.markup, context)
        if re.search(r"@path\b", rest.value):
            return asset_path(name)
        parameters = _parameters(rest, context)
        address = asset_path(name, size="1024")
        attributes = {"alt": "", **{key: parameters[key] for key in _IMAGE_ATTRIBUTES if key in parameters}}
        return f'<img src="{address}" {" ".join(f"{k}={_quote(v)}" for k, v in attributes.items())} loading="lazy">'


class AssetPathNode(MarkupNode):
    """A node for ``{% asset_path picture.png %}``: the path at which the file is served."""

    def output(self, context: RenderContext) -> str:
        """Return the path of the asset, whether the file exists or not."""
        return asset_path(_split_name(self.markup, context)[0])


class LinkNode(MarkupNode):
    """A node for ``{% link path %}`` and ``{% post_url name %}``: the address of another file of content."""

    def output(self, context: RenderContext) -> str:
        """Return the address; report a file that doesn't exist, and return an empty text for it."""
        name, _ = _split_name(self.markup, context)
        environment = environment_of(context)
        environment.reports.uses_addresses = True
        address = environment.addresses(name) or (asset_path(name) if _MEDIA_FILE.search(name) else None)
        if address is None:
            environment.reports.add("a file of content", name, self.token)
        return address or ""


class UnknownNode(MarkupNode):
    """A node for a tag of an unknown name: the owner's include of that name, else nothing.

    The text between an unknown tag and its end tag stays.
    """

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Render the include with the tag's markup as ``include.text``; report a tag without one, save an end tag."""
        name, environment = self.token.value, environment_of(context)
        include = environment.include_of_tag(name)
        if include:
            text = self.markup.value.strip()
            text = _render_nested(text, context, self.markup) if "{{" in text else text
            parameters = {"text": re.sub(r"""\A(["'])(.*)\1\Z""", r"\2", text), **_parameters(self.markup, context)}
            _render_include(include, parameters, context, buffer)
        elif not name.startswith("end"):
            environment.reports.add("a tag", name, self.token, environment.known_tags)
        return 1


class _UnknownTag(_MarkupTag):
    node = UnknownNode

    def parse(self, stream: TokenStream) -> Node:
        """Return a node, and note the tag if nothing supplies it."""
        token, environment = stream.current, cast("JekyllEnvironment", self.env)
        if not token.value.startswith("end") and not environment.include_of_tag(token.value):
            environment.unknown.append(token)
        return super().parse(stream)


def make_unknown_tag(name: str) -> type[Tag]:
    """Return a tag for a name that neither Liquid nor Jekyll knows."""
    return type("UnknownTag", (_UnknownTag,), {"name": name})


class HighlightNode(Node):
    """A node for ``{% highlight python %}``: it writes the code as a fenced block of Markdown, and so unchanged."""

    def __init__(self, token: Token, language: str, block: BlockNode) -> None:
        super().__init__(token)
        self.language, self.block = language, block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the code to ``buffer`` between fences that are longer than any fence in the code."""
        inside = context.get_buffer(buffer)
        self.block.render(context, inside)
        code = inside.getvalue().strip("\n")
        fence = "~" * (max((len(run) for run in re.findall(r"~{3,}", code)), default=2) + 1)
        return buffer.write(f"\n{fence} {self.language}\n{code}\n{fence}\n")


class HighlightTag(Tag):
    """The tag ``{% highlight %}``, which encloses a block up to ``{% endhighlight %}``."""

    name = "highlight"
    end = "endhighlight"

    def parse(self, stream: TokenStream) -> Node:
        """Return a node with the language and the block, and leave the stream at the end tag."""
        token = stream.eat(TOKEN_TAG)
        markup = ""
        if stream.current.kind == TOKEN_EXPRESSION:
            markup = stream.next_token().value
        block = get_parser(self.env).parse_block(stream, (self.end,))
        stream.expect(TOKEN_TAG, value=self.end)
        words = re.findall(r"[\w+#.-]+", markup)
        return HighlightNode(token, words[0] if words else "", block)


JEKYLL_TAGS: tuple[type[Tag], ...] = (
    *(make_tag(name, IncludeNode) for name in ("include", "include_cached")),
    *(make_tag(name, ImageNode) for name in ("image", "img", "asset")),
    make_tag("asset_path", AssetPathNode),
    *(make_tag(name, LinkNode) for name in ("link", "post_url")),
    HighlightTag,
)


def _render_services(context: RenderContext, homepages: Mapping[str, tuple[str, str]]) -> str:
    """Return an HTML list of the episode's tags, each linked to its home page, else to its page on this site."""
    tags = context.get(["page", "tags"], token=None)
    items = []
    for tag in tags if isinstance(tags, list | tuple) else []:
        slug = slugify(str(tag))
        label, home = homepages.get(slug, (str(tag), ""))
        address = home or url_for("tag", tag=slug)
        items.append(f"<li><a href={_quote(address)}>{html.escape(label)}</a></li>")
    return '\n<ul class="services-used">\n' + "\n".join(items) + "\n</ul>\n" if items else ""


def _quote(value: object) -> str:
    return f'"{html.escape(text_of(value))}"'
