"""axe-core in a real browser: what it finds wrong with a page for people who see, hear or point differently."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

INSTALL = "axe-core is missing: `make peers` installs it (Debian, as root)."
_SCRIPT = Path(__file__).parent / "peers" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (asked) => (await axe.run(document, {runOnly: asked, resultTypes: ["violations"]})).violations.flatMap(
    (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} (${node.any.concat(node.all, node.none)
        .map((check) => check.message).join(" ")})`))"""


def demand() -> None:
    """Skips, or fails where the peers are required."""
    if _SCRIPT.exists():
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
