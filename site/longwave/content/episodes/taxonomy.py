"""The Podcast Taxonomy: the groups and roles that podcast apps know of the people of a show.

It is part of the namespace (https://github.com/Podcastindex-org/podcast-namespace, taxonomy.json).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from longwave.model import Person

#: The group and the role of a person for whom a feed states none.
DEFAULT_GROUP, DEFAULT_ROLE = "cast", "host"
#: The roles that present an episode.
HOSTING = frozenset({"host", "co-host", "guest host"})
#: The roles of each group, as feeds write them.
ROLES: Mapping[str, tuple[str, ...]] = {
    "cast": ("host", "co-host", "guest host", "guest", "voice actor", "narrator", "announcer", "reporter"),
    "creative direction": (
        "director", "assistant director", "executive producer", "senior producer", "producer", "associate producer",
        "development producer", "creative director",
    ),
    "writing": (
        "author", "editorial director", "co-writer", "writer", "songwriter", "guest writer", "story editor",
        "managing editor", "script editor", "script coordinator", "researcher", "editor", "fact checker", "translator",
        "transcriber", "logger",
    ),
    "audio production": (
        "studio coordinator", "technical director", "technical manager", "audio engineer",
        "remote recording engineer", "post production engineer",
    ),
    "audio post-production": (
        "audio editor", "sound designer", "foley artist", "composer", "theme music", "music production",
        "music contributor",
    ),
    "administration": (
        "production coordinator", "booking coordinator", "production assistant", "content manager",
        "marketing manager", "sales representative", "sales manager",
    ),
    "visuals": ("graphic designer", "cover art designer"),
    "community": ("social media manager",),
    "misc.": ("consultant", "intern"),
    "video production": ("camera operator", "lighting designer", "camera grip", "assistant camera"),
    "video post-production": ("editor", "assistant editor"),
}  # fmt: skip


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.lower()))


_ROLES = {_letters(role): role for roles in ROLES.values() for role in roles}
_GROUPS = {_letters(group): group for group in ROLES}
# A role that is in several groups means the first one if no group is given: an ``editor`` edits texts, not videos.
_GROUP_OF = {role: group for group, roles in reversed(tuple(ROLES.items())) for role in roles}


def role_in_taxonomy(role: str) -> str:
    """Return a role as the taxonomy writes it, whatever its case and hyphens; other roles in lower case."""
    return _ROLES.get(_letters(role), " ".join(role.lower().split()))


def group_in_taxonomy(group: str, role: str) -> str:
    """Return a group as the taxonomy writes it; for an empty one, the group of ``role``."""
    if group:
        return _GROUPS.get(_letters(group), " ".join(group.lower().split()))
    return _GROUP_OF.get(role_in_taxonomy(role), DEFAULT_GROUP)


def is_in_taxonomy(group: str, role: str) -> bool:
    """Return whether the taxonomy has the role in that group."""
    return role_in_taxonomy(role) in ROLES.get(group_in_taxonomy(group, role), ())


def hosting(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return those of a show's people who present its episodes; the others, such as a producer, are left out."""
    return tuple(person for person in people if role_in_taxonomy(person.role or DEFAULT_ROLE) in HOSTING)
