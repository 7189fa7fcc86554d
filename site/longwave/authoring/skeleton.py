"""What a new episode's file says until its author has written more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from longwave.authoring.literals import as_markdown, quoted
from longwave.content.fields.times import format_seconds
from longwave.content.media.audio_facts import AudioFacts

_ABOUT, _BETWEEN, _FIRST_WORDS = "What this episode is about.", " and I talk about.", "What is said first"
#: The sentences of a new file that its author has to rewrite.
STARTERS = (_ABOUT, _FIRST_WORDS)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All that a new file is made of; what is empty isn't written. ``people`` are guests as front matter has them."""

    title: str
    date: str
    draft: bool
    people: tuple[Mapping[str, str], ...] = ()
    facts: AudioFacts | None = None
    audio: str = ""

    def text(self) -> str:
        """Front matter, and show notes with a line for each chapter of the recording."""
        matter = "\n".join(self._front_matter())
        return f"---\n{matter}\n---\n\n{self._opening()}\n\n## Show Notes\n\n{self._moments()}\n"

    def _front_matter(self) -> Iterator[str]:
        yield f"title: {quoted(self.title)}"
        yield 'description: ""  # one sentence for lists, feeds and search results'
        if self.date:
            yield f"date: {quoted(self.date)}"
        if self.draft:
            yield "draft: true  # delete this line to publish"
        if self.audio:
            yield f"audio: {quoted(self.audio)}"
        if self.facts:
            yield f"mp3_bytes: {self.facts.bytes}"
            yield f"mp3_duration: {quoted(format_seconds(self.facts.seconds))}"
        if self.people:
            yield "guests:"
        for person in self.people:
            yield f"  - {{{', '.join(f'{key}: {quoted(value)}' for key, value in person.items())}}}"
        yield "tags: []"

    def _opening(self) -> str:
        if not self.people:
            return _ABOUT
        return f"What {', '.join(as_markdown(person['name']) for person in self.people)}{_BETWEEN}"

    def _moments(self) -> str:
        chapters = self.facts.chapters if self.facts else ()
        lines = (f"- {format_seconds(chapter.seconds)} -- {as_markdown(chapter.text)}" for chapter in chapters)
        return "\n".join(lines) or f"- 0:00 -- {_FIRST_WORDS}"
