"""Copies of a citizen's PDF with words covered, for whoever may have the paper and must not know a name in it.

Made when asked for and kept nowhere; the original stays as it came. What can be covered is text: pictures within a page
stay, and a page without text is covered whole.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import structlog

from inbox.refused import Refused
from inbox.worker import Died, Worker

log = structlog.get_logger()
MOST_WORDS, LONGEST_WORD, SHORTEST_WORD = 40, 100, 2
_LONGEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Covered:
    """The new file, how many places in it were covered, and how many of its pages whole."""

    content: bytes
    places: int
    pages: int


class Covering:
    """One process, which comes up when it is first wanted and goes after each file."""

    def __init__(self) -> None:
        self._worker = Worker("inbox.covering_worker", longest_seconds=_LONGEST_SECONDS)

    async def copy(self, path: Path, written: str) -> Covered:
        """A copy without the words, one a line. Raises Refused ``cover-no-words``, ``cover-words``,
        ``cover-unreadable``, ``cover-nothing``.
        """
        words = _words(written)
        asked = {"path": str(await asyncio.to_thread(path.absolute)), "words": words}
        try:
            mark, answer = await self._worker.ask(json.dumps(asked).encode(), heavy=True)
        except (TimeoutError, Died) as error:
            log.warning("copy not covered", error=type(error).__name__)
            raise Refused("cover-unreadable") from None
        if mark != b"P":
            log.info("copy not covered", error=answer.decode("ascii", "replace"))
            raise Refused("cover-unreadable")
        counts, _, content = answer.partition(b"\n")
        places, pages = json.loads(counts)
        if not places and not pages:
            raise Refused("cover-nothing", field="words")
        return Covered(content, places, pages)


def _words(written: str) -> list[str]:
    words = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    if not words:
        raise Refused("cover-no-words", field="words")
    if len(words) > MOST_WORDS or any(not SHORTEST_WORD <= len(one) <= LONGEST_WORD for one in words):
        raise Refused("cover-words", field="words", most=str(MOST_WORDS), longest=str(LONGEST_WORD))
    return words
