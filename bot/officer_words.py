"""What officers are told away from the desk, in words: a title and what stands under it, fitted to where it goes.

Numbers, kinds and the office's own names; never a word, a name or an address of a citizen's.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import templates
from channels.base import Abilities
from config.schema import Office
from inbox.digests import Digest
from inbox.models import Notice
from inbox.officer_kinds import switch_of

_MOST, _MOST_SHORT, _MOST_PUSHED = 10, 4, 5


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``pushed_title`` and ``pushed_body`` are its form for browsers, ``path`` where a tap leads."""

    title: str
    body: str
    pushed_title: str
    pushed_body: str
    path: str = "/meja/"
    tag: str = "wadul"

    def whole(self, longest: int = 0) -> str:
        """Title and body as one text, no longer than a channel takes."""
        text = f"{self.title}\n{self.body}".strip()
        return text if not longest or len(text) <= longest else f"{text[: longest - 1].rstrip()}…"

    def pushed(self) -> bytes:
        """What the desk's worker shows."""
        told = {"title": self.pushed_title, "body": self.pushed_body, "path": self.path, "tag": self.tag}
        return json.dumps(told, ensure_ascii=False).encode()


class Wording:
    """``url``: where officers reach the desk, without a slash at its end; empty where links lead nowhere."""

    def __init__(self, url: str) -> None:
        self._url = url

    def news(self, notices: Sequence[Notice], abilities: Abilities, language: str) -> Said:
        """A bundle of notices, the newest first."""
        newest, short = list(reversed(notices)), abilities.style == "short"
        most = _MOST_SHORT if short else _MOST
        title, body = self._filled(
            "news", language, notices=newest[:most], more=max(len(newest) - most, 0), many=len(newest), short=short
        )
        pushed = [(_number(one), switch_of(one.kind)) for one in newest]
        pushed_title, pushed_body = self._filled("push", language, lines=pushed[:_MOST_PUSHED], many=len(pushed))
        one = newest[0]
        if len(newest) > 1:
            return Said(title, body, pushed_title, pushed_body)
        return Said(title, body, pushed_title, pushed_body, f"/meja/kabar/{one.id}", str(one.id))

    def digest(self, digest: Digest, office: Office, language: str) -> Said:
        """The morning's summary."""
        title, body = self._filled("digest", language, digest=digest, office=office)
        short = [line for line in body.splitlines() if line and "://" not in line]
        return Said(title, body, title, "\n".join(short[:4]), "/meja/", "ringkasan")

    def plain(self, kind: str, office: Office, values: Mapping[str, Any], language: str) -> Said:
        """A code, a word of trial, an answer to whoever wrote as an officer."""
        title, body = self._filled(kind, language, office=office, given=values)
        return Said(title, body, title, body.partition("\n")[0])

    def _filled(self, name: str, language: str, **values: Any) -> tuple[str, str]:
        """The title, which is a file's first line, and the rest. Names may hold what HTML writes differently."""
        text = templates.render(f"parts/officer_{name}.txt", language=language, url=self._url, **values)
        title, _, body = html.unescape(text).strip().partition("\n")
        return title.strip(), body.strip()


def _number(notice: Notice) -> str:
    return str(notice.values.get("number", ""))
