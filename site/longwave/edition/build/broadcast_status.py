"""The status of live broadcasts in an edition, which the next edition changes when the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from longwave.edition.store.edition_data import Assembly


def settle_broadcasts(assembly: Assembly, now: datetime) -> None:
    """Give each broadcast in ``assembly`` its status at ``now``, and make the next change of one the next due time."""
    changes = [assembly.next_due] if assembly.next_due else []
    for key, (episode, source, transcript) in list(assembly.episodes.items()):
        live = episode.broadcast
        if live is None:
            continue
        if change := live.next_change(now):
            changes.append(change)
        if (status := live.status_at(now)) != live.status:
            settled = replace(episode, live=replace(live, status=status))
            assembly.episodes[key] = (settled, source, transcript)
    assembly.next_due = min(changes, default=None)
