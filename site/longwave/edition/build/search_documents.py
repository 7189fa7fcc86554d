"""The documents of an edition's search index: the notes of each episode, and each transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from longwave.catalogue import Catalogue
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.survey import Survey
from longwave.edition.store.edition_store import Store
from longwave.edition.store.records import TRANSCRIPT, has_cues
from longwave.model import Notes
from longwave.search.documents import (
    Document,
    Talk,
    document_hash,
    episode_key,
    is_talk,
    make_document,
    make_talk,
    talk_hash,
    talk_key,
    talk_language,
)


@dataclass(frozen=True, slots=True)
class SearchDocuments:
    """The documents of the edition that a survey of the site's folder and its catalogue describe."""

    survey: Survey
    catalogue: Catalogue
    cache: BuildCache

    def hashes(self) -> Mapping[str, str]:
        """Return the hash of each document that the search index must contain, by the document's key."""
        catalogue, cache = self.catalogue, self.cache
        # The object stands for the names of all guests and tags, so that they are compared once, not for each episode.
        names = cache.names.get("", (catalogue.guests, catalogue.tags, catalogue.guest_slugs), object)

        def hash_of(key: str) -> str:
            episode, source, _ = self.survey.assembly.episodes[key]
            inputs = episode, names, source.text_digest
            return cache.document_hashes.get(key, inputs, lambda: document_hash(catalogue, episode, source.text_digest))

        return {**{key: hash_of(key) for key in self.survey.assembly.episodes}, **self._talk_hashes()}

    def document(self, key: str, store: Store) -> Document | Talk:
        """Return the document with this key: the notes of an episode, from ``store``, or a transcript."""
        episode, source, _ = self.survey.assembly.episodes[episode_key(key)]
        if is_talk(key):
            file = self._transcripts(episode_key(key))[talk_language(key)]
            return make_talk(key, TRANSCRIPT.validate_json(self.survey.intake.sources[file].record))
        body = store.body(source.name)
        return make_document(self.catalogue, episode, body.read() if body else Notes())

    def _talk_hashes(self) -> Mapping[str, str]:
        sources = self.survey.intake.sources
        return {
            talk_key(key, language): talk_hash(sources[file].text_digest)
            for key in self.survey.assembly.episodes
            for language, file in self._transcripts(key).items()
            if has_cues(sources[file].record)
        }

    def _transcripts(self, key: str) -> Mapping[str, str]:
        """Return the names of an episode's transcript files by language; the main one's language is empty."""
        episode, _, main = self.survey.assembly.episodes[key]
        others = {each.language: each.file for each in episode.transcripts if each.file != main}
        return {**({"": main} if main else {}), **others}
