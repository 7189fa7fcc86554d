"""The plan for images: their new places, and redirects from their old addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from longwave.moving.import_report import Imported, Omission, Report
from longwave.moving.jekyll.import_parts import ImportPart, NewFile
from longwave.moving.jekyll.jekyll_site import SourceSite
from longwave.routes import path_for

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg")
#: The folders whose content moves to content/images itself: assets/images/a.png becomes content/images/a.png.
_IMAGE_FOLDERS = (
    "_assets/images/",
    "_assets/img/",
    "_assets/image/",
    "_assets/",
    "assets/images/",
    "assets/",
    "images/",
)


def plan_images(source: SourceSite) -> ImportPart:
    """Return all images as a part of the import, named so that front matter and ``{% asset %}`` find them."""
    files, redirects, omissions = [], {}, []
    sources: dict[str, str] = {}
    for name in source.files:
        if not name.lower().endswith(IMAGE_SUFFIXES) or is_hidden(name):
            continue
        below = name_below_images(name)
        if sources.setdefault(below, name) != name:
            omissions.append(Omission(name, f"{sources[below]} is content/images/{below} already"))
            continue
        files.append(NewFile(f"content/images/{below}", source.path(name)))
        redirects[f"/{name.removeprefix('_')}"] = path_for("image", size="full", name=below)
    assets = (name for name in source.files if name in sources.values() and name.startswith("_assets/"))
    redirects |= _digest_redirects(redirects, assets)
    report = Report((Imported("pictures", len(files), "content/images/"),), tuple(omissions))
    return ImportPart(tuple(files), redirects, report)


def name_below_images(name: str) -> str:
    """Return the name below content/images of a picture that has this name in the old site's folder."""
    for folder in _IMAGE_FOLDERS:
        if name.startswith(folder):
            return name.removeprefix(folder)
    return name


def _digest_redirects(redirects: Mapping[str, str], names: Iterable[str]) -> Mapping[str, str]:
    """Return redirects from the addresses of jekyll-assets, in which file names end in a digest."""
    rules = {}
    for name in names:
        below = name_below_images(name)
        stem, _, suffix = below.rpartition(".")
        new = path_for("image", size="full", name=below)
        rules[f"/assets/{stem}-{{digest}}.{suffix}"] = new
        rules[f"/assets/{below}"] = new
    # The longest comes first, as the pattern ann-{digest}.png would match ann-lee-<digest>.png, too.
    return {old: rules[old] for old in sorted(rules, key=len, reverse=True) if old not in redirects}


def is_hidden(name: str) -> bool:
    """Return whether a file lies in a folder that Jekyll doesn't serve."""
    folders = name.split("/")[:-1]
    return any(part.startswith((".", "_")) and part != "_assets" for part in folders)


def redirects_by_folder(redirects: Mapping[str, str]) -> Mapping[str, str]:
    """Return the redirects, joined into one such as ``/old/{file}`` for each folder whose files keep their names."""
    rules: dict[str, str] = {}
    single: dict[str, str] = {}
    for old, new in redirects.items():
        (folder, _, file), (target, _, name) = old.rpartition("/"), new.rpartition("/")
        rule = f"{folder}/{{file}}"
        if file == name and rules.setdefault(rule, f"{target}/{{file}}") == f"{target}/{{file}}":
            continue
        single[old] = new
    return {**single, **rules}
