"""Decompression bombs of each picture format: a server that scales them runs out of neither memory nor time."""

from __future__ import annotations

import io
import itertools
import re
import socket
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from support import Server, Site, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("alone")]
#: The largest side in pixels of a picture that is still scaled.
SIDE = 7740


def _saved(form: str, side: int = 64, mode: str = "RGB", **how: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, (side, side)).save(stream, form, **how)  # type: ignore[arg-type]
    return stream.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_with(*chunks: bytes) -> bytes:
    """Return a small PNG with extra chunks behind its header."""
    image = _saved("PNG")
    return image[:33] + b"".join(chunks) + image[33:]


def _zeros(size: int) -> bytes:
    packing = zlib.compressobj(9)
    return b"".join(packing.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)) + packing.flush()


def _png_of(side: int) -> bytes:
    image = _saved("PNG")
    header = struct.pack(">II", side, side) + image[24:29]
    return image[:8] + _chunk(b"IHDR", header) + image[33:]


def _jpeg_of(side: int) -> bytes:
    image = _saved("JPEG")
    place = image.index(b"\xff\xc0") + 5
    return image[:place] + struct.pack(">HH", side, side) + image[place + 4 :]


def _jpeg_scans(count: int, side: int = 2000) -> bytes:
    """Return a progressive JPEG with this count of scans."""
    image = _saved("JPEG", side, progressive=True)
    starts = [match.start() for match in re.finditer(rb"\xff\xda", image)] + [len(image) - 2]
    scans = [image[start:end] for start, end in itertools.pairwise(starts)]
    return image[:-2] + min(scans, key=len) * count + image[-2:]


def _jpeg_exif() -> bytes:
    """Return a JPEG whose EXIF directories point at each other in a circle."""
    directory = struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    exif = b"Exif\0\0II*\0" + struct.pack("<I", 8) + directory
    image = _saved("JPEG")
    return image[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + image[2:]


def _gif_of(side: int) -> bytes:
    image = _saved("GIF")
    return image[:6] + struct.pack("<HH", side, side) + image[10:]


def _gif_frames(count: int) -> bytes:
    image = _saved("GIF", 8, "P")
    frame = image[image.index(b",") : -1]
    return image[:-1] + frame * count + b";"


def _webp_of(side: int) -> bytes:
    image = _saved("WEBP", lossless=True)
    place = image.index(b"VP8L") + 9
    (bits,) = struct.unpack_from("<I", image, place)
    return image[:place] + struct.pack("<I", (bits & ~0xFFFFFFF) | (side - 1) | (side - 1) << 14) + image[place + 4 :]


def _avif_of(side: int) -> bytes:
    image = _saved("AVIF")
    place = image.index(b"ispe") + 8
    return image[:place] + struct.pack(">II", side, side) + image[place + 8 :]


ENTITIES = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
SVG = f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "lol">{ENTITIES}]><svg xmlns="http://www.w3.org/2000/svg"><text>&m;</text></svg>'
BOMBS: dict[str, Callable[[], bytes]] = {
    "most.png": lambda: _saved("PNG", SIDE, "RGBA"),
    "most.gif": lambda: _saved("GIF", SIDE, "P"),
    "most.webp": lambda: _saved("WEBP", SIDE),
    "most.avif": lambda: _saved("AVIF", SIDE, speed=10),
    "most.jpg": lambda: _saved("JPEG", SIDE, progressive=True),
    "pixels.png": lambda: _png_of(65_000),
    "text.png": lambda: _png_with(_chunk(b"zTXt", b"a\0\0" + _zeros(500_000_000))),
    "itxt.png": lambda: _png_with(_chunk(b"iTXt", b"a\0\1\0\0\0" + _zeros(500_000_000))),
    "profile.png": lambda: _png_with(_chunk(b"iCCP", b"a\0\0" + _zeros(500_000_000))),
    "chunks.png": lambda: _png_with(_chunk(b"aaAa", b"") * 400_000),
    "frames.png": lambda: _png_with(_chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))),
    "pixels.jpg": lambda: _jpeg_of(65_000),
    "exif.jpg": _jpeg_exif,
    "pixels.gif": lambda: _gif_of(65_535),
    "frames.gif": lambda: _gif_frames(50_000),
    "pixels.webp": lambda: _webp_of(16_384),
    "pixels.avif": lambda: _avif_of(65_535),
    "a-tiff.png": lambda: _saved("TIFF"),
    "a-bitmap.png": lambda: b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
    "an-icon.png": lambda: b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 10_000, 22) + _png_of(65_000),
    "a-program.jpg": lambda: _saved("EPS"),
    "a-document.jpg": lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/OpenAction<</S/Launch/F(/bin/sh)>>>>endobj\n",
    "packed.jpg": lambda: b"\x1f\x8b\x08\0\0\0\0\0\0\3" + _zeros(100_000_000),
    "entities.svg": SVG.encode,
    "entities.png": SVG.encode,
}  # fmt: skip


def _memory(server: Server) -> int:
    """Return the server's peak memory in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert match is not None
    return int(match[1]) * 1000


def test_a_bomb_costs_neither_memory_nor_time(site: Site, serve: Callable[..., Server]) -> None:
    """A decompression bomb is scaled or a 404; pages are served meanwhile, and the server's memory hardly grows."""
    site.episode()
    for name, make in BOMBS.items():
        site.put(f"content/images/{name}", make())
    site.put(
        "content/pages/all.md",
        "---\ntitle: All\n---\n" + "".join(f"![]( /images/{s}/{n})\n" for n in BOMBS for s in ("64", "full")),
    )
    server = serve()
    server.get("/podcast/1-first")
    before = _memory(server)
    for name in BOMBS:
        for size in ("64", "full"):
            began = time.monotonic()
            answer = server.get(f"/images/{size}/{name}")
            assert time.monotonic() - began < 60, name
            assert answer.status in (200, 404), name
            if answer.status == 200 and size == "64" and name != "entities.svg":
                with Image.open(io.BytesIO(answer.body)) as shown:
                    assert max(shown.size) <= 64
            forbidden = name.startswith(("pixels", "a-", "an-", "packed")) or name == "entities.png"
            assert (answer.status == 404) or not forbidden, name
    assert _memory(server) - before < 60_000_000
    drawing = server.get("/images/64/entities.svg")
    assert drawing.body == SVG.encode()
    assert drawing.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_a_picture_that_cannot_be_shown_is_named(site: Site) -> None:
    """`check` warns of the pictures that pages can't show, and of no others."""
    site.episode()
    for name in ("pixels.png", "pixels.gif", "a-tiff.png", "packed.jpg"):
        site.put(f"content/images/{name}", BOMBS[name]())
    site.put("content/images/big.png", _saved("PNG", 7800, "1"))
    for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF"):
        site.put(f"content/images/right.{form.lower()}", _saved(form))
    site.put("content/images/right.svg", SVG)
    output = site.run("check").stdout
    assert "content/images/big.png: warning: expected a picture that pages can show, found 7800x7800." in output
    assert (
        "content/images/pixels.png: warning: expected a picture that pages can show, found one of far too many pixels."
        in output
    )
    assert "content/images/a-tiff.png: warning: expected a picture that pages can show, found something else" in output
    assert output.count("a picture that pages can show") == 5


def test_a_picture_that_takes_for_ever_is_given_up(site: Site, serve: Callable[..., Server]) -> None:
    """Scaling a JPEG of thousands of scans is given up, and only tried once; pages are served meanwhile."""
    site.episode()
    site.put("content/images/scans.jpg", _jpeg_scans(40_000))
    site.put("content/images/other.png", _saved("PNG", 300))
    site.put("content/images/kept.png", _saved("PNG", 301))
    site.put(
        "content/pages/all.md",
        "---\ntitle: All\n---\n![](/images/64/scans.jpg) ![](/images/64/other.png) ![](/images/64/kept.png)\n",
    )
    server = serve()
    assert server.get("/images/64/kept.png").status == 200
    # A request whose client disconnects at once suffices to start the scaling.
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as asking:
        asking.sendall(b"GET /images/64/scans.jpg HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1)
        for path in ("/podcast/1-first", "/images/64/kept.png", "/images/64/other.png"):
            began = time.monotonic()
            assert server.get(path).status == 200
            # A picture that isn't cached yet waits up to five seconds for other pictures to be scaled.
            assert time.monotonic() - began < 12
        # Until then the picture is served unscaled.
        wait_until(lambda: server.get("/images/64/scans.jpg").status == 404, 300)
    began = time.monotonic()
    assert server.get("/images/64/scans.jpg").status == 404
    assert time.monotonic() - began < 3
