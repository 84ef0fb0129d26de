"""A copy of a PDF with words covered: the page that asks which, and the file."""

from __future__ import annotations

from aiohttp import web

from inbox.covering import Covering
from inbox.refused import Forbidden, Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.files import PDF, Attachments, headers
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails

_FORM = "cover"


class CoverPages:
    """/berkas/{id}/tertutup."""

    def __init__(self, attachments: Attachments, rails: Rails) -> None:
        self._attachments, self._rails, self._covering = attachments, rails, Covering()

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = r"/berkas/{id:\d+}/tertutup"
        return [web.get(path, officer(self.page)), web.post(path, officer(self.copy))]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: which words. Raises Missing ``attachment-missing``, ``file-held``."""
        file, _ = await self._attachments.kept(visit, PDF)
        return visit.page(
            "pages/cover.html",
            status=422 if given else 200,
            file=file,
            form=_FORM,
            given=given or Given(),
            rail=await self._rails.of(visit, ""),
        )

    async def copy(self, visit: Visit) -> web.StreamResponse:
        """POST ``words``: the file, to be saved."""
        _, path = await self._attachments.kept(visit, PDF)
        try:
            made = await self._covering.copy(path, visit.posted.text("words"))
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.page(visit, Given(_FORM, visit.posted, refused))
        name = f"berkas-{visit.request.match_info['id'][:18]}-tertutup.pdf"  # its own may say who sent it
        return web.Response(body=made.content, content_type=PDF, headers=headers(name) | {"Cache-Control": "no-store"})
