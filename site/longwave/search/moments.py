"""The moments of an episode that match a query best."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.content.timestamps import clock
from longwave.model import Episode, Moment, Words
from longwave.search.marking import Marker
from longwave.search.results import HitMoment

_MOST = 5


def best_moments(episode: Episode, words: Words, marker: Marker) -> tuple[HitMoment, ...]:
    """At most five: those with the most of the query's words first, then in order of time.

    Where one has several words of the query, those with less than half as many are left out.
    """
    ranked = [(marker.matched(moment.text), moment) for moment in _moments(episode, words)]
    ranked = sorted((pair for pair in ranked if pair[0]), key=lambda pair: (-pair[0], pair[1].seconds))[:_MOST]
    return tuple(_hit(moment, episode, marker) for matched, moment in ranked if 2 * matched >= ranked[0][0])


def _moments(episode: Episode, words: Words) -> Iterator[Moment]:
    yield from words.notes.moments
    yield from episode.chapters
    for cue in words.transcript.cues:
        yield Moment(int(cue.start), cue.text, "cue", cue.speaker)


def _hit(moment: Moment, episode: Episode, marker: Marker) -> HitMoment:
    label = clock(moment.seconds)
    return HitMoment(
        seconds=moment.seconds,
        label=label,
        html=marker.whole(moment.text),
        url=f"{episode.path}#t={label}",
        source=moment.source,
        speaker=moment.speaker,
    )
