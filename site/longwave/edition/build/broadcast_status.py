"""The status (pending, live or ended) of the live broadcasts in an edition, set by the time of the build."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from longwave.edition.store.edition_data import Assembly


def settle_broadcasts(assembly: Assembly, now: datetime) -> None:
    """Give each broadcast in ``assembly`` its status at ``now``: pending, live or ended.

    ``assembly.next_due`` becomes the time at which the next status changes, unless an episode is due before.
    """
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
