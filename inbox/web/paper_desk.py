"""A paper's own page: drafted, read, initialled, signed, issued, corrected; and the list of those that wait for one."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import web

from inbox.models import Paper
from inbox.paper_back import PaperBack
from inbox.paper_desk import PaperDesk
from inbox.paper_press import PaperPress
from inbox.paper_reading import PaperPage, PaperReading
from inbox.paper_turns import names
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.web.bulk import Guard
from inbox.web.files import Attachments
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.ticket import NUMBER, number

_OURS = ("csrf", "revision")


class PaperDeskPages:
    """/meja/naskah, /meja/{number}/naskah/..."""

    def __init__(
        self,
        reading: PaperReading,
        *,
        desk: PaperDesk,
        back: PaperBack,
        press: PaperPress,
        attachments: Attachments,
        rails: Rails,
    ) -> None:
        self._reading, self._desk, self._back, self._press = reading, desk, back, press
        self._attachments, self._rails = attachments, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """All of them."""
        papers, paper = f"/meja/{NUMBER}/naskah", f"/meja/{NUMBER}/naskah" + r"/{paper:\d{1,18}}"
        return [
            web.get("/meja/naskah", officer(self.waiting)),
            web.get(papers + "/baru/{kind}", officer(self.blank)),
            web.post(papers + "/baru/{kind}", officer(self.draft)),
            web.get(paper, officer(self.page)),
            web.get(f"{paper}/pindaian", officer(self.scanned)),
            web.post(f"{paper}/ubah", officer(self.edit)),
            web.post(f"{paper}/paraf", officer(self.initial)),
            web.post(f"{paper}/tanda-tangan", officer(self.sign)),
            web.post(f"{paper}/kembalikan", officer(self.send_back)),
            web.post(f"{paper}/buang", officer(self.discard)),
            web.post(f"{paper}/terbit", officer(self.issue)),
            web.post(f"{paper}/perbaiki", officer(self.correct)),
            web.post(f"{paper}/pindaian", officer(self.scan)),
        ]

    async def waiting(self, visit: Visit) -> web.Response:
        """GET: the papers that wait for this officer's paraf or signature."""
        found = await self._reading.waiting(visit.by)
        return visit.page("pages/papers_waiting.html", rail=await self._rails.of(visit, "papers"), papers=found)

    async def blank(self, visit: Visit) -> web.Response:
        """GET: the form of a paper to be drafted."""
        page = await self._reading.blank(visit.by, number(visit), visit.request.match_info["kind"], visit.now)
        return await self._show(visit, page, Given())

    async def draft(self, visit: Visit) -> web.Response:
        """POST: the first draft."""
        kind = visit.request.match_info["kind"]
        values = visit.posted.values(but=_OURS)
        try:
            paper = await self._desk.draft(visit.by, number(visit), kind, values, visit.now)
        except Missing:
            raise
        except Refused as refused:
            page = await self._reading.blank(visit.by, number(visit), kind, visit.now)
            return await self._show(visit, page, Given("draft", visit.posted, refused))
        return visit.go(_address(visit, paper.id, "draf"))

    async def page(self, visit: Visit) -> web.Response:
        """GET: one paper. Raises Missing ``paper-missing``."""
        return await self._show(visit, await self._read(visit), Given())

    async def scanned(self, visit: Visit) -> web.StreamResponse:
        """GET: the scan of the signed sheet. Raises Missing ``paper-missing``."""
        page = await self._read(visit)
        if page.paper is None or not page.paper.scan_digest:
            raise Missing("paper-missing")
        return await self._attachments.hand_out(page.paper.scan_digest, f"{page.kind.id}-{page.ticket.number}")

    async def edit(self, visit: Visit) -> web.Response:
        """POST: write into the draft anew."""
        values = visit.posted.values(but=_OURS)
        command = self._desk.edit(
            visit.by, number(visit), _paper(visit), values, revision=_revision(visit), now=visit.now
        )
        return await self._done(visit, "edit", command, "naskah-ubah")

    async def initial(self, visit: Visit) -> web.Response:
        """POST: a paraf."""
        command = self._desk.initial(visit.by, number(visit), _paper(visit), revision=_revision(visit), now=visit.now)
        return await self._done(visit, "mark", command, "naskah-paraf")

    async def sign(self, visit: Visit) -> web.Response:
        """POST: a signature."""
        command = self._desk.sign(visit.by, number(visit), _paper(visit), revision=_revision(visit), now=visit.now)
        return await self._done(visit, "mark", command, "naskah-tanda-tangan")

    async def send_back(self, visit: Visit) -> web.Response:
        """POST: back to its drafter, with a remark."""
        remark = visit.posted.text("remark")
        command = self._back.send_back(
            visit.by, number(visit), _paper(visit), remark, revision=_revision(visit), now=visit.now
        )
        return await self._done(visit, "back", command, "naskah-kembali")

    async def discard(self, visit: Visit) -> web.Response:
        """POST: throw the draft away; what is left is the ticket."""
        reason = visit.posted.text("reason")
        try:
            await self._back.discard(
                visit.by, number(visit), _paper(visit), reason, revision=_revision(visit), now=visit.now
            )
        except Missing:
            raise
        except Refused as refused:
            return await self._show(visit, await self._read(visit), Given("discard", visit.posted, refused))
        return visit.go(f"/meja/{number(visit)}?kabar=naskah-buang")

    async def issue(self, visit: Visit) -> web.Response:
        """POST: number it and let it stand; its PDF is made and kept right away."""
        command = self._desk.issue(visit.by, number(visit), _paper(visit), revision=_revision(visit), now=visit.now)
        answer = await self._done(visit, "mark", command, "naskah-terbit")
        await self._press.kept(visit.by, _paper(visit), visit.now)
        return answer

    async def correct(self, visit: Visit) -> web.Response:
        """POST: the next version of an issued paper."""
        command = self._desk.correct(visit.by, number(visit), _paper(visit), visit.now)
        return await self._done(visit, "correct", command, "draf")

    async def scan(self, visit: Visit) -> web.Response:
        """POST: the scan of the signed sheet."""
        files = visit.posted.uploads("scan")
        if not files:
            refused = Refused("file-missing", field="scan", label="")
            return await self._show(visit, await self._read(visit), Given("scan", visit.posted, refused))
        command = self._desk.scan(
            visit.by, number(visit), _paper(visit), files[0], revision=_revision(visit), now=visit.now
        )
        return await self._done(visit, "scan", command, "naskah-pindaian")

    async def _read(self, visit: Visit) -> PaperPage:
        return await self._reading.page(visit.by, number(visit), _paper(visit), visit.now)

    async def _done(self, visit: Visit, form: str, command: Awaitable[Paper], said: str) -> web.Response:
        try:
            paper = await command
        except Missing:
            raise
        except Refused as refused:
            return await self._show(visit, await self._read(visit), Given(form, visit.posted, refused))
        return visit.go(_address(visit, paper.id, said))

    async def _show(self, visit: Visit, page: PaperPage, given: Given) -> web.Response:
        status = 422 if given.refused else 200
        if isinstance(given.refused, Stale | Forbidden):
            status = 409 if isinstance(given.refused, Stale) else 403
        return visit.page(
            "pages/paper.html",
            status=status,
            rail=await self._rails.of(visit, ""),
            page=page,
            given=given,
            role_names=lambda roles: names(visit.office, roles),
            field_names=frozenset(field.name for field in page.form.fields),
        )


def _paper(visit: Visit) -> int:
    return int(visit.request.match_info["paper"])


def _revision(visit: Visit) -> int:
    digits = visit.posted.text("revision")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _address(visit: Visit, paper_id: int, said: str) -> str:
    return f"/meja/{number(visit)}/naskah/{paper_id}?kabar={said}"
