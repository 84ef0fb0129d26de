"""PDFs without holding anybody up: papers are drawn in a process of their own, started when the first is wanted.

A drawing that takes too long or takes its process down is refused, and the next one gets a new process; so does the
one after a thick book, and every few hundredth, so that nothing grows for ever. What stands on a paper is
``templates.sheets``'.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

import templates
from inbox.refused import Refused

log = structlog.get_logger()
LONGEST_SECONDS = 60.0
LARGEST_BYTES = 24 * 1024 * 1024
LARGEST_FILES_BYTES = 80 * 1024 * 1024
_DRAWN_BY_ONE = 300
_HEAVY_BYTES = 200_000
_FONTS = "manimgx_fonts"
_HEAD = struct.Struct(">cQ")


class Pdf:
    """The press. ``fonts``: folders of fonts that an office brings along, beside the system's and the wheel's."""

    def __init__(self, *fonts: Path, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._fonts = [*(folder for folder in fonts if folder.is_dir()), *_wheel()]
        self._longest_seconds = longest_seconds
        self._turn = asyncio.Lock()
        self._worker: asyncio.subprocess.Process | None = None
        self._drawn = 0

    @property
    def worker_pid(self) -> int | None:
        """The process at work, for whoever watches it; None before the first paper."""
        return self._worker.pid if self._worker else None

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
        # Whoever asked may go away; the answer is read all the same, or the next one would get it.
        return await asyncio.shield(asyncio.ensure_future(self._in_turn(body)))

    async def stop(self) -> None:
        """End the process, if there is one."""
        worker, self._worker, self._drawn = self._worker, None, 0
        if worker is not None and worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()

    async def _in_turn(self, body: bytes) -> bytes:
        async with self._turn:
            if self._drawn >= _DRAWN_BY_ONE:
                await self.stop()
            try:
                mark, answer = await asyncio.wait_for(self._ask(body), self._longest_seconds)
            except TimeoutError:
                await self.stop()
                log.warning("pdf-slow", seconds=self._longest_seconds)
                raise Refused("pdf-slow") from None
            except (OSError, asyncio.IncompleteReadError):
                await self.stop()
                log.warning("pdf-worker-died")
                raise Refused("pdf-broken") from None
            if len(body) > _HEAVY_BYTES:
                await self.stop()
        if mark != b"P":
            log.warning("pdf-broken", detail=answer.decode("utf-8", "replace"))
            raise Refused("pdf-broken")
        return answer

    async def _ask(self, body: bytes) -> tuple[bytes, bytes]:
        worker = await self._working()
        assert worker.stdin is not None  # noqa: S101 - both are pipes: see below
        assert worker.stdout is not None  # noqa: S101
        worker.stdin.write(len(body).to_bytes(8) + body)
        await worker.stdin.drain()
        mark, length = _HEAD.unpack(await worker.stdout.readexactly(_HEAD.size))
        self._drawn += 1
        return mark, await worker.stdout.readexactly(length)

    async def _working(self) -> asyncio.subprocess.Process:
        if self._worker is None or self._worker.returncode is not None:
            self._drawn = 0
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "inbox.pdf_worker", str(templates.FOLDER / "papers"), *map(str, self._fonts)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=templates.FOLDER.parent,
                start_new_session=True,  # Ctrl-C is the program's to answer
            )
        return self._worker


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
