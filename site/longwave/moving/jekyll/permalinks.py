"""Jekyll's rules for the addresses of posts and pages (Jekyll 4.3)."""

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


def permalink_template(style: str) -> str:
    """Return the template of a ``permalink`` setting, which is the name of a built-in style or the template itself."""
    return _STYLES.get(style or "date", style)


def fill_permalink(template: str, values: Mapping[str, str]) -> str:
    """Return the address that a template makes of the values; unknown keys such as ``:x`` stay in it."""

    def value(match: re.Match[str]) -> str:
        for key in (match[1], match[1].removesuffix("_")):
            if key in values:
                return values[key] + "_" * (len(match[1]) - len(key))
        return match[0]

    return clean_address(_KEY.sub(value, template))


def clean_address(address: str) -> str:
    """Return an address as Jekyll cleans it: without double slashes and without ``..``."""
    return re.sub("/+", "/", f"/{address}".replace("..", "/").replace("./", ""))


def permalink_values(slug: str, stem: str, categories: tuple[str, ...], date: datetime) -> Mapping[str, str]:
    """Return the values for the keys of a post's template.

    ``slug`` is from the front matter or the file's name, ``stem`` is that name without its suffix, and ``date`` is in
    the site's time zone.
    """
    return {
        "title": jekyll_slug(slug, pretty=True),
        "slug": jekyll_slug(slug),
        "name": jekyll_slug(stem),
        "categories": "/".join(dict.fromkeys(category.lower() for category in categories)),
        "slugified_categories": "/".join(dict.fromkeys(jekyll_slug(category) for category in categories)),
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


def escape_address(address: str) -> str:
    """Return an address percent-encoded as Jekyll does it."""
    return quote(address, safe="/:@!$&'()*+,;=~-._%")


def post_id(address: str, slug: str) -> str:
    """Return a post's ``post.id``, of which jekyll-feed makes guids."""
    # Ruby's File.dirname ignores a slash at the end.
    return posixpath.join(posixpath.dirname(address.rstrip("/")), slug)


def page_address(name: str, permalink: str, style: str) -> str:
    """Return the address of the page in the file ``name``, by its own ``permalink`` or by the site's ``style``."""
    folder, _, file = name.rpartition("/")
    stem, dot, suffix = file.rpartition(".")
    is_html = suffix.lower() in ("md", "markdown", "mkd", "mkdn", "mkdown", "html", "htm", "xhtml")
    values = {
        "path": folder,
        "basename": stem,
        "title": stem,
        "slug": jekyll_slug(stem),
        "name": stem,
        "output_ext": ".html" if is_html else f"{dot}{suffix}",
    }
    return fill_permalink(permalink or _page_template(stem, style, is_html=is_html), values)


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


def jekyll_slug(text: str, *, pretty: bool = False) -> str:
    """Return a text as Jekyll's ``slugify`` makes it.

    ``pretty`` keeps upper case, and the punctuation that addresses may contain.
    """
    allowed = "._~!$&'()+,;=@" if pretty else ""
    cleaned = "".join(c if _is_word(c) or c in allowed else "\0" for c in text)
    slug = re.sub("^-|-$", "", re.sub("\0+", "-", cleaned))
    return slug if pretty else slug.lower()


def _is_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LM" or category == "Nd"
