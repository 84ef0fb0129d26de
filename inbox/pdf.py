"""PDFs without holding anybody up: papers are drawn in a process of their own, started when the first is wanted.

A drawing that takes too long or takes its process down is refused, and the next one gets a new process; so does the
one after a thick book. What stands on a paper is ``templates.sheets``'.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

import templates
from inbox.refused import Refused
from inbox.worker import Died, Worker

log = structlog.get_logger()
LONGEST_SECONDS = 60.0
LARGEST_BYTES = 24 * 1024 * 1024
LARGEST_FILES_BYTES = 80 * 1024 * 1024
_HEAVY_BYTES = 200_000
_FONTS = "manimgx_fonts"


class Pdf:
    """The press. ``fonts``: folders of fonts that an office brings along, beside the system's and the wheel's."""

    def __init__(self, *fonts: Path, longest_seconds: float = LONGEST_SECONDS) -> None:
        brought = [*(folder for folder in fonts if folder.is_dir()), *_wheel()]
        self.worker = Worker(
            "inbox.pdf_worker", str(templates.FOLDER / "papers"), *map(str, brought), longest_seconds=longest_seconds
        )

    async def render(
        self,
        template: str,
        document: Mapping[str, Any],
        files: Mapping[str, Path] | None = None,
        *,
        at: datetime | None = None,
    ) -> bytes:
        """The PDF of a document by ``templates/papers/<template>``; ``files`` by the names the document gives them.

        Raises: Refused ``pdf-large``, ``pdf-slow``, ``pdf-broken``.
        """
        asked = {
            "template": template,
            "document": document,
            "files": {name: str(path) for name, path in (files or {}).items()},
            "at": int((at or datetime.now(UTC)).timestamp()),
        }
        body = await asyncio.to_thread(_encoded, asked, files or {})
        try:
            mark, answer = await self.worker.ask(body, heavy=len(body) > _HEAVY_BYTES)
        except TimeoutError:
            log.warning("pdf-slow", seconds=self.worker.longest_seconds)
            raise Refused("pdf-slow") from None
        except Died:
            log.warning("pdf-worker-died")
            raise Refused("pdf-broken") from None
        if mark != b"P":
            log.warning("pdf-broken", detail=answer.decode("utf-8", "replace"))
            raise Refused("pdf-broken")
        return answer

    async def stop(self) -> None:
        """End the process, if there is one."""
        await self.worker.stop()


def _encoded(asked: Mapping[str, Any], files: Mapping[str, Path]) -> bytes:
    body = json.dumps(asked).encode()
    if len(body) > LARGEST_BYTES or sum(_size(path) for path in files.values()) > LARGEST_FILES_BYTES:
        raise Refused("pdf-large")
    return body


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _wheel() -> list[Path]:
    """The wheel of Noto fonts, where it is installed: emoji, and scripts that typst's own fonts have not."""
    found = importlib.util.find_spec(_FONTS)
    return [Path(one) for one in found.submodule_search_locations or ()] if found else []
