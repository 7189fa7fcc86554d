"""The quality of pages, as judged by axe-core, the Nu HTML checker and Lighthouse."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from page_visit import OPEN, SIZES, axe, needs, visiting
from playwright.sync_api import Browser
from showcase import NOTES
from support import Server

pytestmark = pytest.mark.slow
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_no_violation(browser: Browser, showcase: Server, addresses: list[str], size: str) -> None:
    """axe-core finds no violation in any page, light and dark, on a desktop and, with all details open, on a phone."""
    needs("axe-core")
    lines = []
    with contextlib.closing(visiting(browser, size)) as context:
        page = context.new_page()
        for path in addresses:
            page.emulate_media(color_scheme="light")
            page.goto(showcase.url + path)
            if size == "phone":
                page.evaluate(OPEN)
            violations = axe(page)
            for mode in ("light", "dark"):
                page.emulate_media(color_scheme=mode)
                lines += [f"{path} ({size}, {mode}): {violation}" for violation in violations()]
    assert not lines, "\n".join(lines)


def test_html_is_valid(showcase: Server, addresses: list[str], tmp_path: Path) -> None:
    """The Nu HTML checker finds no error in any page."""
    jar = needs("vnu-jar") / "build" / "dist" / "vnu.jar"
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    for path in addresses:
        (tmp_path / f"{quote(path, safe='')}.html").write_bytes(showcase.get(path).body)
    command = ["java", "-Xss1m", "-jar", str(jar), "--stdout", "--format", "json", "--errors-only", "--skip-non-html"]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, timeout=300, check=False)
    messages = json.loads(done.stdout)["messages"]
    counted = Counter((unquote(unquote(Path(line["url"]).stem)), line["message"]) for line in messages)
    extracts = {line["message"]: line.get("extract", "").strip() for line in messages}
    lines = [
        f"{path}: {message} ({times} times, as in {extracts[message]})" for (path, message), times in counted.items()
    ]
    assert not lines, "\n".join(lines)
    assert done.returncode == 0, done.stderr


def test_lighthouse_gives_all_points(showcase: Server, tmp_path: Path) -> None:
    """Lighthouse gives 100 for accessibility, best practices and SEO to the home, an episode and the search page."""
    program = needs("lighthouse") / "cli" / "index.js"
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("node") is None:
        pytest.skip("chromium or node is not installed")
    running = {}
    for path in ("/", NOTES, "/search"):
        report = tmp_path / f"{quote(path, safe='')}.json"
        command = ["node", str(program), showcase.url + path, "--quiet", "--output=json", f"--output-path={report}"]
        command += [
            "--only-categories=accessibility,best-practices,seo",
            "--preset=desktop",
            f"--chrome-flags={_FLAGS}",
        ]
        command += ["--disable-full-page-screenshot"]
        running[report] = subprocess.Popen(command, env={**os.environ, "CHROME_PATH": chromium}, stderr=subprocess.PIPE)
    lines = []
    for report, process in running.items():
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()
        result = json.loads(report.read_text("utf-8"))
        lines += [
            f"{result['finalDisplayedUrl']}: {result['categories'][name]['score']} {name}, for {lost(result, name)}"
            for name in result["categories"]
            if result["categories"][name]["score"] != 1
        ]
    assert not lines, "\n".join(lines)


def lost(result: dict, category: str) -> list[str]:
    """Return the titles of Lighthouse's audits in a category that lost points."""
    audits = (result["audits"][part["id"]] for part in result["categories"][category]["auditRefs"] if part["weight"])
    return [audit["title"] for audit in audits if (audit["score"] or 0) < 1 and audit["scoreDisplayMode"] == "binary"]
