"""The listing of a show or an episode in directories and other services: pictures, links, titles, and blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from longwave.model.key import Key

#: The word that stands for every directory in the key ``block``.
ALL_SERVICES = "all"
#: The purpose of the picture that stands for a show or an episode.
COVER = "artwork"
ITUNES_TITLE = Key(
    "a title for podcast apps, where it differs from `title`", default="the title", appears_in="`itunes:title`"
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a show or an episode. ``file`` is a path below ``content/images`` or a URL.

    ``purpose`` is a list of words such as ``banner social``, separated by spaces. ``width`` and ``height`` are pixels,
    0 if unknown; ``aspect_ratio``, such as ``16/9``, is needed only where they are unknown.
    """

    file: str
    alt: str = ""
    purpose: str = ""
    width: int = 0
    height: int = 0
    type: str = ""
    aspect_ratio: str = ""

    def serves(self, purpose: str) -> bool:
        """Return whether the picture is meant for a purpose such as ``social``."""
        return purpose in self.purpose.split()


@dataclass(frozen=True, slots=True)
class Block:
    """The services that may not list a show or an episode: slugs such as ``spotify``, or ``all`` of them.

    ``except_for`` are the slugs of services that may list it although ``all`` are blocked. With ``search``, search
    engines may not list its pages.
    """

    services: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()
    search: bool = False

    def hides_from(self, service: str) -> bool:
        """Return whether the service with this slug may not list the show or the episode."""
        return service not in self.except_for and not {service, ALL_SERVICES}.isdisjoint(self.services)


UNBLOCKED = Block()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The settings that a show and an episode share for directories and other services.

    ``pictures`` are the cover and then ``images``, all existing and measured; an edition has them.
    """

    image_alt: Annotated[
        str,
        Key(
            "the picture in words, for people who can't see it; also `image: {path, alt}`",
            "a sentence that says what the picture shows",
            appears_in="pages, `podcast:image`",
        ),
    ] = ""
    images: Annotated[
        tuple[Picture, ...],
        Key(
            'further pictures: `[{file: "wide.jpg", alt: "…", purpose: "banner"}]`; those with the purpose `social` '
            "appear where a page is shared",
            "a list of pictures, such as {file: wide.jpg, alt: …, purpose: banner}",
            appears_in="`podcast:image`",
        ),
    ] = ()
    pictures: tuple[Picture, ...] = ()
    subtitle: Annotated[str, Key("a few words below the title", appears_in="page, `itunes:subtitle`")] = ""
    youtube: Annotated[
        str,
        Key(
            "the address on YouTube, the id of a video, or `@channel`",
            "an address on YouTube, the id of a video, or a channel such as @channel",
            appears_in="page, `atom:link`",
        ),
    ] = ""
    video: Annotated[
        str,
        Key(
            "the address of a video elsewhere, such as `https://vimeo.com/76979871`",
            "the address of a video",
            appears_in="page, `atom:link`",
        ),
    ] = ""
    mastodon: Annotated[
        str,
        Key(
            "a profile such as `@show@fosstodon.org`, or the address of a post",
            "a profile such as @show@fosstodon.org, or an address",
            appears_in="page, `atom:link`",
        ),
    ] = ""
    bluesky: Annotated[
        str,
        Key(
            "a profile such as `@show.bsky.social`, or the address of a post",
            "a profile such as @show.bsky.social, or an address",
            appears_in="page, `atom:link`",
        ),
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelListing(Listing):
    """The settings of a show for directories, and for programs that fetch its feed."""

    block: Annotated[
        Block,
        Key(
            '`true`: no directory may list the show; or a list of [services](#block): `["spotify", "youtube"]`; with '
            "`search`, search engines don't list its pages",
            'true, or a list of services such as ["spotify", "youtube"]',
            appears_in="`itunes:block`, `podcast:block`, pages",
        ),
    ] = UNBLOCKED
    locked_owner: Annotated[
        str,
        Key(
            "the email address that another host asks before it imports the show",
            default="the owner's",
            appears_in="`podcast:locked`",
        ),
    ] = ""
    managing_editor: Annotated[
        str, Key("the email address of the editor: `ann@example.com (Ann Lee)`", appears_in="`managingEditor`")
    ] = ""
    webmaster: Annotated[
        str, Key("the email address for technical questions: `web@example.com (Bob Ray)`", appears_in="`webMaster`")
    ] = ""
    ttl: Annotated[
        int, Key("for how many minutes programs may keep the feed before they ask again", appears_in="`ttl`")
    ] = 0
    skip_days: Annotated[
        tuple[str, ...],
        Key(
            'days on which programs needn\'t ask for the feed: `["Saturday", "Sunday"]`',
            "a list of days such as Saturday",
            appears_in="`skipDays`",
        ),
    ] = ()
    skip_hours: Annotated[
        tuple[int, ...],
        Key(
            "hours (0-23, in GMT) in which programs needn't ask for the feed",
            "a list of hours from 0 to 23",
            appears_in="`skipHours`",
        ),
    ] = ()
