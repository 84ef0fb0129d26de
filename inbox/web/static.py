"""The pages' own files: style, behaviour, pictures of ours, and htmx out of its package. Nothing comes from elsewhere.

Read and compressed once at the start. An address with the content's mark may be kept for a year by browsers; without it
they ask each time whether something changed.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from aiohttp import web

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".ogg": "audio/ogg",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_YEAR = "public, max-age=31536000, immutable"
_ASK = "public, no-cache"
_WORKER = "desk_worker.js"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    type: str
    mark: str


class Static:
    """``folder``: where our own files lie (``templates/static``)."""

    def __init__(self, folder: Path) -> None:
        own = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
        htmx = resources.files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
        self._files = {name: _file(name, content) for name, content in {**own, "htmx.js": htmx.read_bytes()}.items()}

    def url(self, name: str) -> str:
        """The address of a file, marked with its content. Raises KeyError."""
        return f"/static/{name}?v={self._files[name].mark}"

    async def serve(self, request: web.Request) -> web.Response:
        """GET /static/{name}."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return _answer(request, file)

    async def worker(self, request: web.Request) -> web.Response:
        """GET /meja/pemberitahu.js: a worker serves what lies beside it, and the desk alone is to have this one."""
        return _answer(request, self._files[_WORKER])


def _answer(request: web.Request, file: _File) -> web.Response:
    headers = {"Cache-Control": _YEAR if request.query.get("v") == file.mark else _ASK, "Vary": "Accept-Encoding"}
    headers["ETag"] = f'"{file.mark}"'
    if any(tag.value == file.mark for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=file.packed, content_type=file.type, charset=_charset(file.type), headers=headers)
    return web.Response(body=file.content, content_type=file.type, charset=_charset(file.type), headers=headers)


def _file(name: str, content: bytes) -> _File:
    packed = gzip.compress(content, 9, mtime=0)
    return _File(content, packed, _TYPES[Path(name).suffix], hashlib.sha256(content).hexdigest()[:12])


def _charset(type_: str) -> str | None:
    return "utf-8" if type_.startswith("text/") else None
