"""The reading of content files: each is read again only if it has changed, and a broken one doesn't affect others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from longwave.content.episodes.episode_file import ParsedEpisode, is_dated
from longwave.content.fields.content_file import MAX_BYTES, decode
from longwave.content.folder import SourceFile, read_file
from longwave.content.kramdown.blocks import parse_document
from longwave.content.liquid import Liquid
from longwave.content.media.media_references import may_reference_media, media_in_references, media_in_values
from longwave.content.text.references import references
from longwave.content.transcripts.transcript_file import decode_transcript
from longwave.edition.build.faults import Fault, problem_of, with_notes
from longwave.edition.build.record_parsers import Parse, mentions_of
from longwave.edition.store.edition_data import Body, Source
from longwave.edition.store.records import digest
from longwave.errors import ContentError, Problem
from longwave.model import Episode
from longwave.routes import path_for


@dataclass(slots=True)
class SourceReader:
    """A reader of content files. ``previous`` has the parsed files of the previous edition, reused if unchanged.

    With ``reread``, they are reused only for files that are broken. The files named in ``faults`` aren't read.
    ``sources`` and ``bodies`` collect the parsed files and their texts. ``unrendered`` has the episodes and pages that
    were read again and whose Liquid hasn't run yet.
    """

    previous: Mapping[str, Source]
    faults: Mapping[str, Fault]
    reread: bool
    sources: dict[str, Source] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    unrendered: dict[str, ParsedEpisode] = field(default_factory=dict)

    def read(
        self, file: SourceFile, surroundings: str, parse: Parse, limit: int = MAX_BYTES, *, reread: bool = False
    ) -> None:
        """Read and parse a file of at most ``limit`` bytes, or reuse the result in the previous edition.

        ``surroundings`` is the digest of everything else on which the result depends, such as settings and includes.
        """
        fault = self.faults.get(file.name)
        if fault is not None:
            source = self._after_mistake(file, surroundings, fault.problem)
            self.sources[file.name] = source if fault.last_good else replace(source, record="")
            return
        previous = self.previous.get(file.name)
        if previous and (reread or self.reread or previous.surroundings != surroundings):
            previous = None
        if previous and file.signature and previous.signature == file.signature:
            self.sources[file.name] = previous
            return
        total = ""
        try:
            raw = read_file(file, limit)
            total = digest(raw)
            # The date of an undated episode is its file's modification time; once that changes, it is parsed again.
            dated_by_file = file.kind == "episode" and not is_dated(file.name)
            if previous and previous.digest == total and not dated_by_file:
                source = replace(previous, signature=file.signature)
            else:
                is_transcript = file.kind == "transcript"
                text = decode_transcript(file.name, raw) if is_transcript else decode(file.name, raw, limit)
                source = _parsed(file, surroundings, parse, text, total)
        except ContentError as error:
            source = self._last_good(file, surroundings, total, error.problem)
        except Exception as error:  # noqa: BLE001 - a mistake of Longwave's costs this file only
            source = self._after_mistake(file, surroundings, problem_of(file.name, 1, error))
        self.sources[file.name] = source

    def defer(self, file: SourceFile) -> None:
        """Leave a file for a later build, which will read it as one that has changed."""
        self.sources[file.name] = Source(file.name, file.kind, file.show, "", "", "", "")

    def is_new(self, file: SourceFile) -> bool:
        """Return whether no build has read a file yet."""
        previous = self.previous.get(file.name)
        return previous is None or previous.is_deferred

    def run_liquid(self, file: SourceFile, liquid: Liquid, addresses: str) -> None:
        """Run Liquid over the body of a file that was read again; if that fails, keep the file's last good version.

        ``addresses`` is the digest of the site's addresses, on which the body may depend.
        """
        parsed = self.unrendered.pop(file.name)
        source = self.sources[file.name]
        try:
            rendered = liquid.render(
                parsed.body, _liquid_page(parsed.episode), file=file.name, first_line=parsed.first_line
            )
            body, mentions = Body(file.name, rendered.text), media_in_values(parsed.episode.page)
            if may_reference_media(rendered.text):
                document = parse_document(rendered.text)
                mentions += media_in_references(references(document))
                body = with_notes(body, document)
        except ContentError as error:
            self.sources[file.name] = self._last_good(file, source.surroundings, source.digest, error.problem)
            return
        except Exception as error:  # noqa: BLE001 - a mistake of Longwave's costs this file only
            problem = problem_of(file.name, parsed.first_line, error)
            self.sources[file.name] = self._after_mistake(file, source.surroundings, problem)
            return
        self.bodies[file.name] = body
        self.sources[file.name] = replace(
            source,
            problems=(*source.problems, *rendered.problems),
            text_digest=digest(rendered.text),
            mentions=mentions,
            addresses=addresses if rendered.uses_addresses else "",
        )

    def _after_mistake(self, file: SourceFile, surroundings: str, problem: Problem) -> Source:
        """Return the last good version of a file on which Longwave's code has failed.

        Its signature (size and times) is empty: the next build reads the file again, as the cause may lie elsewhere.
        """
        return replace(self._last_good(file, surroundings, "", problem), signature="")

    def _last_good(self, file: SourceFile, surroundings: str, total: str, problem: Problem) -> Source:
        """Return the last good version of a file, or an empty one, with the file's current ``problem``.

        ``surroundings`` and ``total`` are the digests that ``Source`` has as ``surroundings`` and ``digest``.
        """
        self.unrendered.pop(file.name, None)
        previous = self.previous.get(file.name)
        if previous is None:
            return Source(file.name, file.kind, file.show, file.signature, total, surroundings, "", (problem,))
        return replace(previous, signature=file.signature, digest=total, surroundings=surroundings, problems=(problem,))


def _parsed(file: SourceFile, surroundings: str, parse: Parse, text: str, total: str) -> Source:
    record, problems = parse(file, text)
    return Source(
        file.name,
        file.kind,
        file.show,
        file.signature,
        total,
        surroundings,
        record,
        problems,
        text_digest=digest(record),
        mentions=mentions_of(file.kind, record),
    )


def _liquid_page(episode: Episode) -> Mapping[str, Any]:
    """Return the variables of ``page`` in Liquid; a plain page is represented by an episode without a show."""
    ours: dict[str, Any] = {"title": episode.title, "description": episode.description, "slug": episode.slug}
    if episode.show:
        ours |= {
            "url": episode.path,
            "date": episode.date.isoformat(sep=" "),
            "category": episode.show,
            "number": episode.number,
            "tags": list(episode.tags),
        }
    else:
        ours["url"] = path_for("page", page=episode.slug)
    return {"categories": [episode.show] if episode.show else [], **episode.page, **ours}
