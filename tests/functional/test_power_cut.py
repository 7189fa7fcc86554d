"""Simulated power cuts at any moment: unsynced writes are lost, and the site starts on the rest."""

from __future__ import annotations

import fcntl
import io
import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from power_cut import Disk, State, can_record, digest, lay, record
from support import Client, Site
from versioned_site import PATHS, disagreements, mark

from longwave import create_app
from longwave.edition.serve.edition import open_current
from longwave.edition.store.index_folder import IndexFolder
from longwave.web.request_context import KEEPER

PICTURE = "/images/128/dot.png"
#: A Python program that opens the site in the current folder and requests the paths given as arguments.
SHOW = """
import sys
from longwave import create_app
from longwave.web.request_context import KEEPER
app = create_app(".")
for path in sys.argv[1:]:
    assert app.test_client().get(path).status_code == 200, path
app.extensions[KEEPER].close()
"""
SHOWN = (sys.executable, "-c", SHOW, *PATHS, PICTURE)
REINDEX = (sys.executable, "-m", "longwave", "reindex")
pytestmark = pytest.mark.slow
#: Number of possible disk states after a power cut that a run tries (all would take too long), and the random seed.
TRIED, SEED = 30, 7


@pytest.mark.skipif(not can_record(), reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize(
    ("first", "command", "change"),
    [
        pytest.param(None, SHOWN, 1, id="first start"),
        pytest.param(1, SHOWN, 2, id="start after a change"),
        pytest.param(1, (*REINDEX, "--full"), 2, id="reindex --full"),
        pytest.param(1, REINDEX, 1, id="reindex after files were touched"),
    ],
)
def test_a_power_cut_leaves_an_edition_or_none(
    site: Site, tmp_path: Path, first: int | None, command: tuple[str, ...], change: int
) -> None:
    """After any power cut an edition that can be opened is complete, and the next start shows the current files."""
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(stream, "PNG")
    site.put("content/images/dot.png", stream.getvalue())
    site.put("content/theme.css", f"body {{ background: url({PICTURE}) }}")
    (site.root / "index").mkdir()
    if first is not None:
        mark(site, first)
        assert site.run("reindex").returncode == 0
        _shown(site, first)
    mark(site, change)
    disk = Disk(site.root / "index")
    record([*command], site.root, tmp_path / "trace")
    dice, states = random.Random(SEED), dict[str, tuple[str, State]]()
    for number, call in enumerate(disk.replay(tmp_path / "trace")):
        for kind, state in disk.states(dice):
            states.setdefault(digest(state), (f"{number}, {call}, {kind}", state))
    assert disk.seen() == Disk(site.root / "index").seen(), "the model of the disk is wrong"
    tried = list(states.values())
    count = int(os.environ.get("POWER_CUTS", TRIED))
    tried = dice.sample(tried, min(count, len(tried)))
    wrong = []
    for name, state in tried:
        shutil.rmtree(site.root / "index")
        lay(state, site.root / "index")
        wrong += [f"{name}: {line}" for line in (*_opened(site, {first, change}), *_shown(site, change))]
    assert not wrong, "\n".join(wrong)


def _opened(site: Site, numbers: set[int | None]) -> list[str]:
    """Return errors if the index opens but its pages show different version numbers, or one not in ``numbers``."""
    index = IndexFolder(site.root / "index")
    try:
        open_current(index, site.root / "content").close()
    except Exception:  # noqa: BLE001 - the next start builds a damaged edition again
        return []
    with (index.path / "lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        return _asked(site, numbers)


def _shown(site: Site, number: int) -> list[str]:
    return _asked(site, {number})


def _asked(site: Site, numbers: set[int | None]) -> list[str]:
    app = create_app(site.root)
    app.test_client_class = Client
    get: Callable[[str], object] = app.test_client().get
    try:
        numbers_seen, wrong = disagreements(get)
        picture = app.test_client().get(PICTURE)
    finally:
        app.extensions[KEEPER].close()
    try:
        Image.open(io.BytesIO(picture.data)).load()
    except OSError as error:
        wrong.append(f"the picture is damaged: {error}")
    return wrong if numbers_seen <= numbers else [*wrong, f"the pages say {numbers_seen}, not of {numbers}"]
