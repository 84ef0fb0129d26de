"""An office walking its procedure, over the record alone: a case comes by a door, officers take their turns.

Each turn is first tried with nothing filled in: where the action asks for a paper that is not there, it must be
refused for that paper and change nothing. Then it is filled in and done; a paper with a life is drafted, initialled,
signed and issued first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

import channels
from channels.base import Attachment
from config.schema import Action, Offices, PaperKind
from inbox import journal, papers, people, sop
from inbox.acting import Acting
from inbox.actor import Actor
from inbox.cases import Case, visible
from inbox.database import Database
from inbox.files import Files
from inbox.forms import FormField, action_forms
from inbox.models import Message, Officer, OfficerRole, Paper, RegisterEntry, Ticket, TicketStep
from inbox.paper_case import form_of
from inbox.paper_desk import PaperDesk
from inbox.permits import Permits
from inbox.refused import Refused
from inbox.tickets import Tickets
from tests.inbox.house import upload
from tests.shipped import shipped

# Tuesday, 09:00 in Denpasar and 08:00 elsewhere.
MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
_SHEET = {"nature": "Biasa", "instruction": "Tindak lanjuti sesuai ketentuan", "initials": "AB"}


@dataclass
class Bureau:
    """One shipped office over a database; ``clock`` moves on five minutes with every turn."""

    database: Database
    folder: Path
    id: str
    clock: datetime = MORNING
    _who: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = shipped()
        self.office = known.office(self.id)
        self.zone = ZoneInfo(self.office.time_zone)
        doors = {id_: entry for id_, entry in known.channels().items() if id_.startswith(f"{self.id}-")}
        schemes = {"web": "web", "email": "email", "android": "phone", "twilio": "phone", "telegram": "telegram"}
        self._abilities = {
            id_: channels.base.Abilities(scheme=schemes.get(entry.kind, "web")) for id_, entry in doors.items()
        }
        offices = Offices(known.folder, {self.id: self.office}, known.worktime)
        self.tickets = Tickets(
            self.database, offices, self._abilities.__getitem__, lambda _: None, "https://wadul.example"
        )
        self.acting = Acting(self.tickets, Files(self.folder))
        self.desk = PaperDesk(self.tickets, Files(self.folder))

    async def opened(self, door: str) -> str:
        """A case that came by a door; its number."""
        await self.tickets.prepare(self.clock - timedelta(days=20))

        async def work() -> Ticket:
            channel = f"{self.id}-{door}"
            scheme = self._abilities[channel].scheme
            address = await people.meet(self.id, scheme, uuid4().hex, name="Siti", now=self.clock, confirmed=True)
            talk = await people.conversation(self.id, channel, address, self.clock)
            message = await Message.create(
                office=self.id,
                channel=channel,
                external_id=uuid4().hex,
                conversation_id=talk.id,
                direction="in",
                author="citizen",
                text="Ada bangunan tanpa izin di Jalan Merdeka",
                sent_at=self.clock,
                created_at=self.clock,
            )
            ticket = await self.tickets.open(
                self.office,
                citizen_id=address.citizen_id,
                conversation=talk,
                kind="",
                summary=message.text,
                channel=channel,
                now=self.clock,
            )
            await Message.filter(id=message.id).update(ticket_id=ticket.id)
            return ticket

        return str((await self.database.transaction(work)).number)

    async def officer(self, role: str) -> Actor:
        """The officer of a role."""
        if role not in self._who:
            row = await Officer.create(
                office=self.id, login=f"{role}.{self.id}", name=role, initials="AB", created_at=self.clock
            )
            await OfficerRole.create(officer_id=row.id, office=self.id, role=role)
            self._who[role] = Actor(row.id, row.login, self.id, row.name, "AB", frozenset({role}))
        return self._who[role]

    async def walks(self, number: str, turns: Sequence[str]) -> None:
        """Everybody's turns, "role action" each."""
        for turn in turns:
            role, action = turn.split()
            await self.turn(number, role, action)

    async def turn(self, number: str, role: str, action: str) -> None:
        """One turn: refused while its papers are missing, then done."""
        self.clock += timedelta(minutes=5)
        by = await self.officer(role)
        case, option = await self._option(number, by, action)
        if option.awaited:
            await self._is_refused(number, by, action, set())
        for kind in option.awaited:
            await self._issue(number, case, kind, by)
        if option.action.evidence:
            await self._looks_up(number, by, option.action)
        fields = await self._fields(number, by, action)
        blank = {one.name.partition(".")[0] for one in fields if one.required and not one.value}
        if blank:
            await self._is_refused(number, by, action, blank)
        files = {one.name: upload("berkas.pdf", b"%PDF-1.7 berkas") for one in fields if one.kind == "file"}
        await self._act(number, by, action, self._values(fields), files)

    async def papers(self, number: str) -> list[str]:
        """The ids of the papers on the ticket, in the order they were made."""
        rows = Paper.filter(ticket__number=number).order_by("id")
        return [str(id_) for id_ in await rows.values_list("paper", flat=True)]

    async def steps(self, number: str) -> list[str]:
        """Every step entered, in order."""
        rows = TicketStep.filter(ticket__number=number).order_by("ordinal")
        return [str(id_) for id_ in await rows.values_list("step", flat=True)]

    async def status(self, number: str) -> str:
        """How the case stands."""
        return str((await Ticket.get(number=number)).status)

    async def sees(self, by: Actor, number: str) -> bool:
        """Whether the case is an officer's to see."""
        return bool(await visible(by, self.office).filter(number=number).exists())

    async def due(self, number: str) -> dict[str, str]:
        """By step, when it was due in the office's own time; the last of a step entered twice."""
        rows = await TicketStep.filter(ticket__number=number).order_by("ordinal")
        return {row.step: f"{row.due_at.astimezone(self.zone):%d/%m %H.%M}" if row.due_at else "" for row in rows}

    async def promised(self, number: str) -> str:
        """By when the citizen was promised an answer, in the office's own time."""
        at = (await Ticket.get(number=number)).promise_at
        return f"{at.astimezone(self.zone):%d/%m %H.%M}" if at else ""

    async def heard(self, number: str) -> list[str]:
        """The names of the messages that went to the citizen, oldest first."""
        rows = Message.filter(ticket__number=number, direction="out").order_by("id")
        return [str(name) for name in await rows.values_list("template", flat=True)]

    async def numbers(self, number: str) -> list[str]:
        """The numbers of its issued letters, in order."""
        rows = Paper.filter(ticket__number=number).exclude(number="").order_by("issued_at", "id")
        return [str(one) for one in await rows.values_list("number", flat=True)]

    async def entries(self, number: str) -> list[tuple[str, int]]:
        """Book and number of every line the case has in one."""
        rows = RegisterEntry.filter(ticket__number=number).order_by("id")
        return [(str(book), int(no)) for book, no in await rows.values_list("register", "number")]

    async def says(self, number: str, *, settled: bool) -> None:
        """The citizen presses SELESAI or BELUM under the answer."""
        ticket = await Ticket.get(number=number)
        self.clock += timedelta(minutes=5)
        if settled:
            await self.database.transaction(lambda: self.tickets.confirm(ticket, self.clock))
        else:
            await self.database.transaction(lambda: self.tickets.reopen(ticket, self.clock, journal.CITIZEN))

    async def _option(self, number: str, by: Actor, action: str) -> tuple[Case, sop.Option]:
        """The action as this officer has it before them."""
        ticket = await Ticket.get(number=number)
        case = await self.database.transaction(lambda: self.tickets.cases.hold(ticket, self.clock, journal.CITIZEN))
        have = await papers.at_hand(case)
        options = sop.options(self.office, case.procedure, ticket.step, by.roles, have)
        return case, next(one for one in options if one.action.id == action)

    async def _fields(self, number: str, by: Actor, action: str) -> list[FormField]:
        """What the action asks of this officer now."""
        case, option = await self._option(number, by, action)
        own = papers.acting_roles(case, by)
        forms = action_forms(self.office, option.action, option.missing, {"initials": "AB"}, own)
        return [one for form in forms for one in form.fields]

    async def _issue(self, number: str, case: Case, kind: PaperKind, by: Actor) -> None:
        """A paper with a life: drafted by whoever is about to act, initialled in order, signed, issued."""
        values = self._values((await form_of(case, kind, by)).fields)
        paper = await self.desk.draft(by, number, kind.id, values, self.clock)
        for role in kind.initials:
            await self._marks(number, paper, self.desk.initial, role)
        if kind.signed_by:
            await self._marks(number, paper, self.desk.sign, kind.signed_by[0])
        await self._marks(number, paper, self.desk.issue, next(iter(by.roles)))

    async def _looks_up(self, number: str, by: Actor, action: Action) -> None:
        """The object's permit: refused until it was asked for, and while the decision says the contrary."""
        licensed = action.evidence == "permit"
        contrary = "evidence-unlicensed" if licensed else "evidence-licensed"
        await self._is_refused(number, by, action.id, set(), code="evidence-missing")
        await self._decides(number, by, licensed=not licensed)
        await self._is_refused(number, by, action.id, set(), code=contrary)
        await self._decides(number, by, licensed=licensed)

    async def _decides(self, number: str, by: Actor, *, licensed: bool) -> None:
        asked, note = "Jalan Merdeka", "Aslinya ditunjukkan pemilik" if licensed else ""
        permits = Permits(self.tickets, Files(self.folder))
        await permits.decide(by, number, licensed=licensed, permit_id=0, asked=asked, note=note, now=self.clock)

    async def _marks(self, number: str, paper: Paper, command: Callable[..., Awaitable[Paper]], role: str) -> None:
        revision = (await Paper.get(id=paper.id)).revision
        await command(await self.officer(role), number, paper.id, revision=revision, now=self.clock)

    async def _is_refused(
        self, number: str, by: Actor, action: str, missing: Collection[str], *, code: str = "papers-unissued"
    ) -> None:
        """Nothing changes, and the refusal names one of the papers that are missing, or else it has this code."""
        before = await Ticket.get(number=number)
        with pytest.raises(Refused) as caught:
            await self._act(number, by, action, {}, {})
        if missing:
            assert caught.value.field.partition(".")[0] in missing
        else:
            assert caught.value.code == code
        after = await Ticket.get(number=number)
        assert (after.step, after.version) == (before.step, before.version)

    async def _act(
        self,
        number: str,
        by: Actor,
        action: str,
        values: Mapping[str, str | Sequence[str]],
        files: Mapping[str, Attachment],
    ) -> None:
        seen = (await Ticket.get(number=number)).version
        await self.acting.act(by, number, action, values, version=seen, now=self.clock, files=files)

    def _values(self, fields: Iterable[FormField]) -> dict[str, str | list[str]]:
        return {one.name: self._filled(one) for one in fields if one.kind != "file" and _worth_filling(one)}

    def _filled(self, one: FormField) -> str | list[str]:
        """Something right for a field."""
        name = one.name.rpartition(".")[2]
        if one.kind == "moment":
            ahead = timedelta(days=1) if one.when == "future" else timedelta(minutes=-1)
            return f"{(self.clock + ahead).astimezone(self.zone):%Y-%m-%dT%H:%M}"
        if one.kind == "roles":
            return [value for value, _ in one.choices][:2]
        if one.kind == "choice":
            return one.choices[0][0]
        return _SHEET.get(name, f"Isi {one.label}")


def _worth_filling(one: FormField) -> bool:
    return one.required or one.name.endswith(".instruction")
