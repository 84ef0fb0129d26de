"""Papers by API: drafted, initialled, signed, issued and corrected by the desk's own commands, with its checks.

A paper's commands name the ``revision`` that was seen; whoever wrote into it meanwhile makes it 409.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Literal

from inbox import numbers
from inbox.actor import Actor
from inbox.bundle import Keep
from inbox.models import Paper
from inbox.paper_back import PaperBack
from inbox.paper_desk import PaperDesk
from inbox.paper_reading import Awaited, PaperPage, PaperReading
from inbox.refused import Missing, Refused
from inbox.web.api import telling
from inbox.web.api.asked import Asked
from inbox.web.api.case import Form
from inbox.web.api.endpoint import Call, Endpoint, Handler
from inbox.web.api.paper_shapes import (
    Discard,
    Draft,
    Edit,
    FormQuery,
    PaperMark,
    PaperState,
    Revised,
    Scan,
    SendBack,
    Signature,
    WaitingPaper,
    WaitingPapers,
)


class Papering:
    """The handlers of papers with a life. ``keep`` makes the PDF of an issued one: ``PaperPress.kept``."""

    def __init__(self, reading: PaperReading, desk: PaperDesk, back: PaperBack, keep: Keep) -> None:
        self._reading, self._desk, self._back, self._keep = reading, desk, back, keep

    async def waiting(self, call: Call) -> WaitingPapers:
        """What waits for this officer's mark."""
        return WaitingPapers(papers=tuple(_waiting(one) for one in await self._reading.waiting(call.by)))

    async def blank(self, call: Call) -> Form:
        """The form of a draft, filled from the case. Raises Missing: also where the paper is none that is drafted."""
        try:
            page = await self._reading.blank(call.by, call.part("number"), call.asked.paper, call.now)
        except Refused as refused:
            raise (Missing("paper-no-life") if refused.code == "paper-no-life" else refused) from refused
        return telling.form(page.form)

    async def state(self, call: Call) -> PaperState:
        """One paper. Raises Missing."""
        return _state(await self._page(call))

    async def draft(self, call: Call) -> PaperMark:
        """The first draft."""
        asked = call.asked
        return await _mark(call, self._desk.draft(call.by, call.part("number"), asked.paper, asked.values, call.now))

    async def edit(self, call: Call) -> PaperMark:
        """Other words."""
        asked = call.asked
        command = self._desk.edit(
            call.by, call.part("number"), call.id("id"), asked.values, revision=asked.revision, now=call.now
        )
        return await _mark(call, command)

    async def initial(self, call: Call) -> PaperMark:
        """A paraf."""
        return await _mark(call, self._desk.initial(*_which(call), revision=call.asked.revision, now=call.now))

    async def sign(self, call: Call) -> PaperMark:
        """A signature."""
        return await _mark(call, self._desk.sign(*_which(call), revision=call.asked.revision, now=call.now))

    async def issue(self, call: Call) -> PaperMark:
        """Numbered, entered in its book, and fixed; its PDF is made and kept right away."""
        told = await _mark(call, self._desk.issue(*_which(call), revision=call.asked.revision, now=call.now))
        await self._keep(call.by, told.id, call.now)
        return told

    async def correct(self, call: Call) -> PaperMark:
        """The next version of an issued paper, as a draft."""
        return await _mark(call, self._desk.correct(*_which(call), call.now))

    async def send_back(self, call: Call) -> PaperMark:
        """Back to its drafter."""
        asked = call.asked
        command = self._back.send_back(*_which(call), asked.remark, revision=asked.revision, now=call.now)
        return await _mark(call, command)

    async def discard(self, call: Call) -> PaperMark:
        """Thrown away."""
        asked = call.asked
        command = self._back.discard(*_which(call), asked.reason, revision=asked.revision, now=call.now)
        return (await _mark(call, command)).model_copy(update={"status": "discarded"})

    async def scan(self, call: Call) -> PaperMark:
        """The scan of the signed sheet; where its signature is awaited that is the signature."""
        if (await self._page(call)).paper is None:
            raise Missing("paper-missing")
        asked = call.asked
        file = asked.file.attachment()
        return await _mark(call, self._desk.scan(*_which(call), file, revision=asked.revision, now=call.now))

    async def _page(self, call: Call) -> PaperPage:
        return await self._reading.page(*_which(call), call.now)


def endpoints(papering: Papering) -> tuple[Endpoint, ...]:
    """The addresses of papers with a life."""
    one = "/tickets/{number}/papers/{id}"

    def command(
        path: str, summary: str, handler: Handler, body: type[Asked] | None, *, beside: bool = False
    ) -> Endpoint:
        effect: Literal["together", "beside"] = "beside" if beside else "together"
        return Endpoint("POST", f"{one}/{path}", summary, handler, PaperMark, body=body, effect=effect, tag="papers")

    return (
        Endpoint("GET", "/papers", "Papers that wait for this officer", papering.waiting, WaitingPapers, tag="papers"),
        Endpoint(
            "GET",
            "/tickets/{number}/paper-form",
            "The form of a paper to be drafted, filled from the case",
            papering.blank,
            Form,
            query=FormQuery,
            tag="papers",
        ),
        Endpoint(
            "GET", f"{one}/state", "What a paper waits for, and its words", papering.state, PaperState, tag="papers"
        ),
        Endpoint(
            "POST",
            "/tickets/{number}/papers",
            "Draft a paper",
            papering.draft,
            PaperMark,
            body=Draft,
            status=201,
            tag="papers",
        ),
        command("edit", "Write into a draft anew; its marks fall", papering.edit, Edit),
        command("initial", "Put one's paraf on it", papering.initial, Revised),
        command("sign", "Sign it", papering.sign, Revised),
        command("scan", "Lay the scan of the signed sheet onto it", papering.scan, Scan, beside=True),
        command("issue", "Number it and let it stand", papering.issue, Revised, beside=True),
        command("correct", "Begin the next version of an issued one", papering.correct, None),
        command("return", "Send it back to its drafter", papering.send_back, SendBack),
        command("discard", "Throw a draft away", papering.discard, Discard),
    )


def _which(call: Call) -> tuple[Actor, str, int]:
    return call.by, call.part("number"), call.id("id")


async def _mark(call: Call, command: Awaitable[Paper]) -> PaperMark:
    paper = await command
    return PaperMark(
        ticket=numbers.normal(call.part("number")),
        id=paper.id,
        paper=paper.paper,
        status=paper.status,
        revision=paper.revision,
        number=paper.number,
        version=paper.version,
    )


def _state(page: PaperPage) -> PaperState:
    paper = page.paper
    if paper is None:
        raise Missing("paper-missing")
    return PaperState(
        ticket=page.ticket.number,
        id=paper.id,
        paper=paper.paper,
        status=paper.status,
        revision=paper.revision,
        number=paper.number,
        version=paper.version,
        awaits=page.turn.kind,
        roles=page.turn.roles,
        mine=page.mine,
        writes=page.writes,
        marks=tuple(Signature(kind=one.kind, officer=one.officer, role=one.role, at=one.at) for one in page.marks),
        lacking=page.lacking,
        remark=page.remark.text if page.remark else "",
        form=telling.form(page.form),
    )


def _waiting(one: Awaited) -> WaitingPaper:
    return WaitingPaper(
        ticket=one.number,
        id=one.paper.id,
        paper=one.paper.paper,
        name=one.name,
        awaits="paraf" if one.turn == "paraf" else "signature",
        since=one.since,
        concerning=one.concerning,
        revision=one.paper.revision,
    )
