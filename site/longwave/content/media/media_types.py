"""Media types: by a file's suffix, as somebody states them, and which of two spellings of one type is published."""

from __future__ import annotations

import re

#: HLS playlists as Apple registered them (RFC 8216).
HLS = "application/vnd.apple.mpegurl"
#: The media types of sound that podcast apps know, by the file's suffix in lower case.
AUDIO_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".weba": "audio/webm",
    ".mka": "audio/x-matroska",
    ".wma": "audio/x-ms-wma",
}
#: The media types of films, by suffix.
VIDEO_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".wmv": "video/x-ms-wmv",
}
#: The media types of playlists and documents, which a feed may enclose and no player of ours plays.
DOCUMENT_TYPES = {
    ".m3u8": HLS,
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".zip": "application/zip",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
}
#: The types of containers for many kinds of documents (a DOCX is a ZIP), which only the stated type tells apart.
_CONTAINERS = frozenset({"application/zip", "application/x-ole-storage"})
_BY_SUFFIX = {**AUDIO_TYPES, **VIDEO_TYPES, **DOCUMENT_TYPES}
#: The spellings that people write for MP3, none of which is a media type.
_MP3 = frozenset({"audio/mp3", "audio/x-mp3", "audio/mpeg3", "audio/x-mpeg", "audio/x-mpeg3", "audio/x-mpeg-3",
                  "audio/mpg", "audio/x-mpg", "application/mp3", "application/x-mp3", "mpeg", "audio"})  # fmt: skip
#: Other spellings of a type, each with the one by which this program knows it.
_SYNONYMS = {
    **dict.fromkeys(("audio/x-m4a", "audio/m4a", "audio/x-m4b", "audio/m4b", "audio/x-mp4", "audio/mp4a-latm"),
                    "audio/mp4"),
    **dict.fromkeys(("audio/aacp", "audio/x-aac", "audio/x-hx-aac-adts"), "audio/aac"),
    **dict.fromkeys(("audio/opus", "audio/vorbis", "audio/x-ogg", "audio/x-vorbis", "audio/speex"), "audio/ogg"),
    **dict.fromkeys(("audio/wave", "audio/x-wav", "audio/vnd.wave", "audio/x-pn-wav"), "audio/wav"),
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    **dict.fromkeys(("video/x-m4v", "video/m4v", "video/x-mp4", "application/mp4"), "video/mp4"),
    **dict.fromkeys(("application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"), HLS),
    "application/x-pdf": "application/pdf",
}  # fmt: skip
#: The types that browsers don't play on every system, so that pages have a link in place of a player.
_UNPLAYABLE = frozenset({
    HLS, "audio/aiff", "audio/x-matroska", "video/x-matroska", "audio/x-ms-wma", "video/x-ms-wmv", "video/x-ms-asf",
    "video/x-msvideo", "video/avi", "video/x-flv", "video/mpeg", "video/mp2t", "audio/midi", "audio/amr",
})  # fmt: skip
_TYPE = re.compile(r"(?:audio|video|application|text)/[a-z0-9][a-z0-9.+-]{0,100}")
#: The types that say nothing about a file, as some servers state them for every kind of file.
_GENERIC = frozenset({
    "application/octet-stream", "binary/octet-stream", "application/ogg", "application/download",
    "application/x-download", "application/force-download", "application/unknown", "application/xml",
    "application/json", "text/html", "text/plain", "text/xml", "audio/unknown", "video/unknown",
})  # fmt: skip


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name or an address in lower case, such as ``.mp3``; empty where there is none."""
    last = re.split(r"[?#]", name, maxsplit=1)[0].lower().rpartition("/")[2]
    return last[last.rfind(".") :] if "." in last else ""


def known_type(name: str) -> str:
    """Return the media type of a file or an address by its suffix; empty for a suffix that isn't known."""
    return _BY_SUFFIX.get(suffix_of(name), "")


def media_type(name: str) -> str:
    """Return the media type of a file or an address by its suffix; ``audio/mpeg`` for an unknown suffix."""
    return known_type(name) or "audio/mpeg"


def suffix_for(kind: str) -> str:
    """Return the usual suffix of files of a media type, such as ``.mp3``; empty for a type that isn't known."""
    if kind in ("audio/opus", "audio/x-m4b", "audio/m4b", "video/x-m4v"):
        return {"audio/opus": ".opus", "video/x-m4v": ".m4v"}.get(kind, ".m4b")
    return next((suffix for suffix, own in _BY_SUFFIX.items() if own == canonical(kind)), "")


def stated_type(text: str) -> str:
    """Return the media type that a feed or a person states, in lower case, without parameters.

    A suffix such as ``mp3`` and a wrong spelling such as ``audio/mp3`` become the type that they mean. The result is
    empty for a text that names no type, and for a type that says nothing, such as ``application/octet-stream``.
    """
    plain = text.partition(";")[0].strip().lower().lstrip(".")
    if plain in _MP3:
        return "audio/mpeg"
    if "/" not in plain:
        return _BY_SUFFIX.get(f".{plain}", HLS if plain == "hls" else "")
    return plain if _TYPE.fullmatch(plain) and plain not in _GENERIC else ""


def canonical(kind: str) -> str:
    """Return the one spelling by which this program knows a type: ``audio/mp4`` for ``audio/x-m4a``."""
    return _SYNONYMS.get(kind, kind)


def settled_type(found: str, stated: str) -> str:
    """Return the media type to publish for a file: ``stated``, by its owner, if it means the same type as ``found``.

    So ``audio/x-m4a``, Apple's spelling, is published for an MP4, but ``video/mp4`` isn't for an MP3: ``found``, which
    the bytes show, is published instead. If the bytes show no type (``found`` is empty), the stated one is published.
    """
    is_same = canonical(found) == canonical(stated) or (found in _CONTAINERS and is_document(stated))
    return stated if not found or is_same else found


def is_video(kind: str) -> bool:
    """Return whether a media type is a film's."""
    return kind.startswith("video/")


def is_document(kind: str) -> bool:
    """Return whether a media type is neither that of sound nor that of a film, such as a PDF or an HLS playlist."""
    return not kind.startswith(("audio/", "video/")) or canonical(kind) == HLS


def is_playable(kind: str) -> bool:
    """Return whether a page can offer a player for a media type, since browsers know the type."""
    return kind.startswith(("audio/", "video/")) and canonical(kind) not in _UNPLAYABLE
