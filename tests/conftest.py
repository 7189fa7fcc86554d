"""Settings for all tests, and the browser and the fake old podcast host that they share."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from old_host import OldHost, start
from playwright.sync_api import Browser, Page, sync_playwright

# There is no deadline, as the duration of a Hypothesis example depends on the machine.
settings.register_profile("full", max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", parent=settings.get_profile("full"), max_examples=20)
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need a browser, and keep each file's tests in one process, as they share servers."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.get_closest_marker("xdist_group") is None and item.path.parent.name in ("functional", "clients"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a running Chromium, shared by all tests."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield an empty page of Chromium with an empty profile."""
    with contextlib.closing(browser.new_context()) as context:
        yield context.new_page()


@pytest.fixture
def host() -> Iterator[OldHost]:
    """Yield a running fake of an old podcast host, from which the tests import."""
    host = OldHost()
    server = start(host)
    yield host
    server.shutdown()
    server.server_close()
