"""axe-core in a real browser: what it finds wrong with a page for people who see, hear or point differently."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page

INSTALL = "axe-core or Chromium is missing: `make peers` installs them (Debian, as root)."
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
_SCRIPT = Path(__file__).parent / "peers" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (asked) => (await axe.run(document, {runOnly: asked, resultTypes: ["violations"]})).violations.flatMap(
    (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} (${node.any.concat(node.all, node.none)
        .map((check) => check.message).join(" ")})`))"""


def demand() -> None:
    """Skips, or fails where the peers are required."""
    if _SCRIPT.exists() and shutil.which(CHROMIUM):
        return
    if os.environ.get("WADUL_PEERS") == "required":
        pytest.fail(INSTALL)
    pytest.skip(INSTALL)


async def violations(page: Page, *rules: str) -> list[str]:
    """What is wrong with the page that is open, each as rule, element and reason; of some rules, or of all."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_SCRIPT.read_text())
    asked = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": _TAGS}
    return list(await page.evaluate(_RUN, asked))
