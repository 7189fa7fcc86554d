"""Where Jekyll serves what: its rules for the addresses of posts and pages (Jekyll 4.3)."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_KEY = re.compile(r":([a-z_]+)")


def template_of(style: str) -> str:
    """The template that a ``permalink`` setting means: a built-in style, or the template itself."""
    return _STYLES.get(style or "date", style)


def filled(template: str, values: Mapping[str, str]) -> str:
    """The address that a template gives. A key that nobody knows stays as it stands."""

    def value(match: re.Match[str]) -> str:
        for key in (match[1], match[1].removesuffix("_")):
            if key in values:
                return values[key] + "_" * (len(match[1]) - len(key))
        return match[0]

    return tidy(_KEY.sub(value, template))


def tidy(address: str) -> str:
    """An address as Jekyll cleans it: one slash at a time, and no way up."""
    return re.sub("/+", "/", f"/{address}".replace("..", "/").replace("./", ""))


def post_values(slug: str, stem: str, categories: tuple[str, ...], date: datetime) -> Mapping[str, str]:
    """What a post's template may hold. ``slug`` is its front matter's or its name's, the date in the site's zone."""
    return {
        "title": slugged(slug, pretty=True),
        "slug": slugged(slug),
        "name": slugged(stem),
        "categories": "/".join(dict.fromkeys(category.lower() for category in categories)),
        "slugified_categories": "/".join(dict.fromkeys(slugged(category) for category in categories)),
        "collection": "posts",
        "output_ext": ".html",
        **{key: date.strftime(code) for key, code in _DATES.items()},
        "i_day": str(date.day),
        "i_month": str(date.month),
    }


_DATES = {
    "year": "%Y", "month": "%m", "day": "%d", "hour": "%H", "minute": "%M", "second": "%S", "short_month": "%b",
    "long_month": "%B", "short_year": "%y", "w_year": "%G", "week": "%V", "w_day": "%u", "short_day": "%a",
    "long_day": "%A", "y_day": "%j",
}  # fmt: skip


def escaped(address: str) -> str:
    """An address as Jekyll writes it."""
    return quote(address, safe="/:@!$&'()*+,;=~-._%")


def identity(address: str, slug: str) -> str:
    """``post.id``, which jekyll-feed makes its guids of."""
    # Ruby's File.dirname sees no empty last part.
    return posixpath.join(posixpath.dirname(address.rstrip("/")), slug)


def page_address(name: str, permalink: str, style: str) -> str:
    """The address of the page in the file ``name``, with its own ``permalink`` or in the ``style`` of the site."""
    folder, _, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    is_html = suffix.lower() in ("md", "markdown", "mkd", "mkdn", "mkdown", "html", "htm", "xhtml")
    values = {
        "path": folder,
        "basename": stem,
        "title": stem,
        "slug": slugged(stem),
        "name": stem,
        "output_ext": ".html" if is_html else f"{dot}{suffix}",
    }
    return filled(permalink or _page_template(stem, style, is_html=is_html), values)


def _page_template(stem: str, style: str, *, is_html: bool) -> str:
    if not is_html:
        return "/:path/:basename:output_ext"
    if stem == "index":
        return "/:path/"
    if style in ("date", "ordinal", "none", ""):
        return "/:path/:basename:output_ext"
    if style == "pretty" or style.endswith("/"):
        return "/:path/:basename/"
    return "/:path/:basename:output_ext" if style.endswith(":output_ext") else "/:path/:basename"


def slugged(text: str, *, pretty: bool = False) -> str:
    """Jekyll's ``slugify``. ``pretty`` keeps the case, and what addresses may hold besides letters and digits."""
    kept = "._~!$&'()+,;=@" if pretty else ""
    shown = "".join(c if _is_word(c) or c in kept else "\0" for c in text)
    slug = re.sub("^-|-$", "", re.sub("\0+", "-", shown))
    return slug if pretty else slug.lower()


def _is_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LM" or category == "Nd"
