"""The OpenSearch 1.1 description document: by it browsers and other programs search the site."""

from __future__ import annotations

from lxml import etree

from longwave.feeds.xml import clean, document

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"


def opensearch(base: str, title: str, description: str) -> bytes:
    """The document of the site at ``base``. Its names are cut to the lengths that the standard allows."""
    default: dict[str | None, str] = {None: _NAMESPACE}
    root = etree.Element(f"{{{_NAMESPACE}}}OpenSearchDescription", nsmap=default)  # type: ignore[arg-type]  # the stubs know no default
    _add(root, "ShortName", title[:16])
    _add(root, "LongName", title[:48])
    _add(root, "Description", (description or title)[:1024])
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "Image", f"{base}/favicon.ico", type="image/x-icon", width="32", height="32")
    page = f"{base}/search?q={{searchTerms}}&page={{startPage?}}"
    _add(root, "Url", type="text/html", template=page, rel="results")
    _add(root, "Url", type="application/json", template=page.replace("/search?", "/search.json?"))
    _add(root, "Url", type="application/opensearchdescription+xml", template=f"{base}/opensearch.xml", rel="self")
    return document(root)


def _add(root: etree._Element, tag: str, text: str = "", **attributes: str) -> None:
    child = etree.SubElement(root, f"{{{_NAMESPACE}}}{tag}", {name: clean(value) for name, value in attributes.items()})
    child.text = clean(text) or None
