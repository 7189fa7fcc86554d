"""A new site: a folder that can be served at once, written from the answers to four questions."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from longwave.authoring.inventory import FIRST_SHOW
from longwave.authoring.literals import fits_site_toml, quoted
from longwave.authoring.safe_writing import write_new
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.plain_text import one_line
from longwave.errors import LongwaveError
from longwave.urls import site_address

_FOLDERS = (f"content/audio/{FIRST_SHOW}", "content/images")
_EXPECTED = {
    "title": "a title",
    "url": "an address such as https://podcast.example.com",
    "language": "a language such as en, de or pt-BR",
}
_WSGI = """\
from pathlib import Path
from longwave import create_app
app = create_app(Path(__file__).parent)
"""
_IGNORED = """\
/instance/
__pycache__/
.venv/
"""
#: The files that every site's folder has beside its content, by name. Git ignores index/, which is derived.
SCAFFOLD: Mapping[str, str] = {"wsgi.py": _WSGI, ".gitignore": _IGNORED, "index/.gitignore": "*\n!.gitignore\n"}
#: The placeholder sentence of a new site's only episode, which its owner has to rewrite.
STARTER_DESCRIPTION = "A first page, to be rewritten or deleted."
_HELLO = f"""\
---
title: "Hello"
description: "{STARTER_DESCRIPTION}"
---

This page is the file `{{file}}`. Rewrite it, or delete it once there is something to hear.

A recording becomes an episode with one command, which numbers it and writes its file for you:

```
longwave new episode "What we talk about" --guest "Ann Lee" --audio recording.mp3
```

Below the heading *Show Notes*, a line that begins with a time and a dash plays that second, and search finds it:

```
- 1:21 -- What she built
```
"""


@dataclass(frozen=True, slots=True)
class SiteAnswers:
    """The owner's answers from which a new site is written. ``author`` and ``url`` may be empty."""

    title: str
    author: str = ""
    url: str = ""
    language: str = "en"
    timezone: str = "UTC"


def validated_answer(key: str, text: str) -> str:
    """Return the answer to the question ``key`` in the form that ``site.toml`` takes.

    Raises ValueError, whose message says what was expected.
    """
    answer = one_line(text)
    if key == "url" and answer:
        answer = (answer if "://" in answer else f"https://{answer}").rstrip("/")
        site_address(answer)
    if (key == "title" and not answer) or not fits_site_toml(f"{key} = {quoted(answer)}"):
        raise ValueError(_EXPECTED[key])
    return answer


def suggested_title(folder: Path) -> str:
    """Return the title that the name of a folder suggests, else ``Podcast``."""
    return " ".join(re.sub(r"[\W_]+", " ", folder.name).split()).title() or "Podcast"


def system_language(environment: Mapping[str, str]) -> str:
    """Return the language of a user with these environment variables, such as ``de``; else ``en``."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    match = re.match(r"([a-z]{2,3})(?=[_.@]|$)", locale)
    return match[1] if match else "en"


def system_timezone(environment: Mapping[str, str], local: Path = Path("/etc/localtime")) -> str:
    """Return the name of this machine's time zone, such as ``Europe/Berlin``; ``UTC`` where nothing names one."""
    variable = environment.get("TZ", "").lstrip(":")
    for name in (variable, os.path.realpath(local).partition("/zoneinfo/")[2]):
        if name and fits_site_toml(f"timezone = {quoted(name)}"):
            return name
    return "UTC"


def create_site(folder: Path, answers: SiteAnswers, today: date) -> tuple[str, ...]:
    """Write a new site into ``folder``, which may exist, and return the names of its files.

    Raises LongwaveError, with nothing written, when the folder holds a site or one of these files, or the disk is full.
    """
    files = _files(answers, today)
    _refuse_existing(folder, files)
    made: list[Path] = []
    try:
        for name in (*_FOLDERS, *(str(Path(name).parent) for name in files)):
            _make(folder / name, made)
        for name, text in files.items():
            write_new(folder / name, text)
            made.append(folder / name)
    except BaseException:
        for path in reversed(made):
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise
    return tuple(files)


def _files(answers: SiteAnswers, today: date) -> Mapping[str, str]:
    hello = f"content/{FIRST_SHOW}/{today}-hello.md"
    return {
        **SCAFFOLD,
        SITE_FILE: _site_toml(answers),
        hello: _HELLO.format(file=hello),
    }


def _site_toml(answers: SiteAnswers) -> str:
    url = f"url = {quoted(answers.url)}" if answers.url else '# url = "https://podcast.example.com"'
    author = f"author = {quoted(answers.author)}" if answers.author else '# author = "Ann Lee"'
    return f"""\
# The site. Every line may be left out; `longwave check` tells what can't be used. A line that begins with # says
# nothing yet: take the # away and write your own.

title = {quoted(answers.title)}
{author}
# description = "One sentence for search engines, and for apps that list podcasts."

# Where people find the site. Feeds and shared links are made from it, so write it before you publish.
{url}

# The language of the pages and of search; and the time zone of dates that name none.
language = {quoted(answers.language)}
timezone = {quoted(answers.timezone)}

# What the directories (Apple Podcasts and others) want to know. The cover is square, 1400 to 3000 pixels wide, and lies
# in content/images/.
# image = "cover.jpg"
# owner = {{name = "Ann Lee", email = "ann@example.com"}}
# categories = ["Technology", "Society & Culture > Documentary"]

# The look: a colour, and serif, sans, mono or the name of a font.
# accent = "#8b1e3f"
# font = "serif"

# A table for each show, named like the folder of its episodes. That name is where their addresses begin.
[shows.{FIRST_SHOW}]
title = {quoted(answers.title)}
# links = [{{label = "Apple Podcasts", url = "https://podcasts.apple.com/..."}}]
"""


def _refuse_existing(folder: Path, names: Iterable[str]) -> None:
    """Raise LongwaveError when ``folder`` holds a site or one of these files, or a file in the place of a folder."""
    hint = "Nothing was written. Name another folder: longwave new site FOLDER."
    if os.path.lexists(folder / "content"):
        raise LongwaveError(f"{folder}: expected a folder without a site, found content in it.", hint)
    for path in (folder / name for name in names):
        if os.path.lexists(path):
            raise LongwaveError(f"{path}: expected no file of this name, found one.", hint)
        for parent in path.parents:
            if os.path.lexists(parent) and not parent.is_dir():
                raise LongwaveError(f"{parent}: expected a folder, found something else.", hint)


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and its missing parents, and append each new one to ``made``."""
    for path in (*reversed(folder.parents), folder):
        if not path.is_dir():
            try:
                path.mkdir()
            except OSError as error:
                found = error.strerror or error
                raise LongwaveError(f"{path}: expected room for a folder, found: {found}.") from None
            made.append(path)
