"""What a citizen hears of a ticket: the same words to every conversation that listens, each by its own rules.

Owns who is spoken to: an address somebody merely typed gets one message until it answers, one that said STOP hears
only an officer, one that is dead nobody, and no address more automatic messages an hour than the office allows. What
is not said is written in the journal, so that the ticket's record is complete without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import templates
from channels.base import Abilities, Approved
from inbox import approved_list, journal, leading, notices, outbox
from inbox.approved import Filled, known
from inbox.approved_list import Chosen
from inbox.cases import Cases
from inbox.files import StoredFile
from inbox.models import Address, Citizen, Message, Ticket, TicketLink
from inbox.refused import Refused
from inbox.secrecy import SEALED
from inbox.steps import roles_at_hand
from inbox.ways import answering, linked
from inbox.window import CLOSED, window

_PROBE = "konfirmasi"
_UNANSWERED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to be told: the template, its values, and the officer whose words they are (None: the clerk's).

    ``approved``: the platform's own template goes out; the value ``text`` is how it reads.
    """

    template: str
    values: dict[str, Any]
    now: datetime
    officer_id: int | None = None
    files: tuple[StoredFile, ...] = ()
    approved: Approved | None = None

    @property
    def automatic(self) -> bool:
        """Whether nobody in person says it."""
        return self.officer_id is None


class Telling:
    """Fills the templates and queues them on the ticket's links; in the caller's transaction."""

    def __init__(self, cases: Cases, abilities: Callable[[str], Abilities], public_url: str) -> None:
        self._cases, self._abilities, self._public_url = cases, abilities, public_url

    async def tell(
        self,
        ticket: Ticket,
        template: str,
        now: datetime,
        values: Mapping[str, Any],
        *,
        officer_id: int | None = None,
        files: Sequence[StoredFile] = (),
        alone: bool = False,
    ) -> list[Message]:
        """Say it on every link that hears; returns what was queued. ``files`` go with an officer's words.

        Whose ticket goes on as part of this one hears it too, under that number; not where it is said of this one
        ``alone``. Nobody hears the same twice.
        """
        said = Said(template, dict(values), now, officer_id, tuple(files))
        reached: set[int] = set()
        spoken = await self._to(ticket, said, reached)
        for other in [] if alone else await leading.followers(ticket):
            spoken += await self._to(other, said, reached)
        return spoken

    async def _to(self, ticket: Ticket, said: Said, reached: set[int]) -> list[Message]:
        """One ticket's own conversations, but for those that were ``reached``."""
        known = await self._filled(ticket, said)
        links = TicketLink.filter(ticket_id=ticket.id, hears=True).exclude(conversation_id__in=list(reached))
        every = await links.order_by("id").select_related("conversation__address")
        found = [link for link in every if self._stands(link)]
        reached |= {link.conversation_id for link in found}
        spoken = [await self._through(ticket, link, known) for link in found]
        return [message for message in spoken if message is not None]

    async def answer(self, ticket: Ticket, said: Said, chosen: TicketLink | None = None) -> list[Message]:
        """An officer's words where they were asked (``ways.answering``), on the ticket and those that go along with it.

        ``chosen``: the conversation for the ticket's own, proven or not, instead.

        Raises: Refused ``window-closed`` where they would leave by no door at all.
        """
        follows = self._cases.offices.office(ticket.office).next_door.follows
        found = [(ticket, chosen)] if chosen else []
        for one in [*([] if chosen else [ticket]), *await leading.followers(ticket)]:
            known = [link.conversation_id for _, link in found]
            fresh = [link for link in await linked(one) if link.conversation_id not in known and self._stands(link)]
            found += [(one, link) for link in answering(fresh, self._abilities, said.now, follows=follows)]
        # An address that was merely typed is asked whose it is, and told nothing: it is no door that is open.
        proven = [link for _, link in found if link.confirmed or link is chosen]
        if proven and not any(self._lets(link, said) for link in proven):
            raise Refused(CLOSED, field="text")
        spoken = [await self._through(one, link, await self._filled(one, said), link is chosen) for one, link in found]
        return [message for message in spoken if message is not None]

    async def answer_through(self, ticket: Ticket, link: TicketLink, said: Said) -> list[Message]:
        """An officer's words on one conversation that was chosen, proven or not. Raises as ``answer``."""
        if not self._lets(link, said):
            raise Refused(CLOSED, field="text")
        return [await self._queue(ticket, link, await self._filled(ticket, said))]

    async def _filled(self, ticket: Ticket, said: Said) -> Said:
        return replace(said, values=await self.values(ticket, said.now) | said.values)

    def closes(self, now: datetime) -> Callable[[Message], datetime | None]:
        """When the window closes for an officer's words that were just queued; None where it does not."""

        def moment(message: Message) -> datetime | None:
            talk = message.conversation
            if talk is None or "approved" in message.values:
                return None
            return window(self._abilities(talk.channel), talk.last_in_at, now).ends_at

        return moment

    def _stands(self, link: TicketLink) -> bool:
        """Whether the office still has the door of a conversation."""
        try:
            self._abilities(link.conversation.channel)
        except KeyError:
            return False
        return True

    def _lets(self, link: TicketLink, said: Said) -> bool:
        """Whether the window of the conversation lets it out now."""
        talk = link.conversation
        here = window(self._abilities(talk.channel), talk.last_in_at, said.now)
        return here.lets(automatic=said.automatic, approved=said.approved is not None)

    async def probe(self, ticket: Ticket, link: TicketLink, now: datetime) -> Message | None:
        """The one message that an address which somebody typed gets: that there is a ticket, and nothing of it.

        Whoever types the same address again and again sends it nothing more, until it answers or a week is over.
        """
        if link.probed_at is not None:
            return None
        said = Said(_PROBE, await self.values(ticket, now, name="") | {"code": ""}, now)
        if why := await self._unasked(ticket, link, now):
            await self._unsaid(ticket, link, said, why)
            return None
        link.probed_at = now
        await link.save(update_fields=["probed_at"])
        return await self._unless_silent(ticket, link, said)

    async def _unasked(self, ticket: Ticket, link: TicketLink, now: datetime) -> str:
        """Why an address that never wrote is not asked now; with the next news of its ticket it may be."""
        if await _unanswered(link, now):
            return "asked-already"
        most = self._cases.offices.office(ticket.office).clerk.first_per_hour
        lately = TicketLink.filter(office=ticket.office, probed_at__gt=now - timedelta(hours=1))
        return "office-hour-full" if await lately.count() >= most else ""

    async def values(self, ticket: Ticket, now: datetime, *, name: str | None = None) -> dict[str, Any]:
        """Every value a message template may use, for this ticket as it stands. ``name`` None asks the database."""
        office, calendar = self._cases.offices.office(ticket.office), self._cases.calendars[ticket.office]
        ahead = await leading.leader(ticket) or ticket
        procedure = await self._cases.versions.procedure(ahead.procedure_id)
        agency = next((one for one in office.agencies if one.id == ticket.agency), None)
        kind = office.kind(ticket.kind)
        return {
            "number": ticket.number,
            "code": ticket.code,
            "noun": kind.noun,
            "manner": kind.manner,
            "kind": kind.name,
            "kinds": office.kinds,
            "prefix": office.code,
            "week": office.worktime.week(self._cases.offices.worktime),
            "office": office.name,
            "zone": office.time_zone,
            "promise_at": ticket.promise_at,
            "due_at": ticket.due_at,
            "closed_now": not calendar.is_open(now),
            "next_open_at": calendar.next_open(now),
            "step_plain": procedure.step(ahead.step).plain,
            "status": ticket.status,
            "url": f"{self._public_url}/{office.id}/cek" if self._public_url else "",
            "text": "",
            "agency": agency.name if agency else "",
            "contact": agency.contact if agency else "",
            "reason": "",
            "secrecy": ticket.secrecy,
            "seen_by": office.seeing,
            "name": await self._called(ticket, name),
        }

    async def _called(self, ticket: Ticket, name: str | None) -> str:
        """The name that a letter begins with; none behind a seal: letters lie open, and others read a telephone too."""
        if ticket.secrecy == SEALED:
            return ""
        return await _name(ticket.citizen_id) if name is None else name

    async def _through(
        self,
        ticket: Ticket,
        link: TicketLink,
        said: Said,
        chosen: bool = False,
    ) -> Message | None:
        if not (link.confirmed or chosen):
            return await self.probe(ticket, link, said.now)
        return await self._unless_silent(ticket, link, said)

    async def _unless_silent(self, ticket: Ticket, link: TicketLink, said: Said) -> Message | None:
        why = await self._silence(ticket, link.conversation.address, said) if said.automatic else ""
        if not why:
            return await self._queue(ticket, link, said)
        await self._unsaid(ticket, link, said, why)
        return None

    async def _unsaid(self, ticket: Ticket, link: TicketLink, said: Said, why: str) -> None:
        await journal.write(
            ticket.office,
            "not-sent",
            actor=journal.CLERK,
            at=said.now,
            ticket_id=ticket.id,
            template=said.template,
            reason=why,
            channel=link.conversation.channel,
        )

    async def _silence(self, ticket: Ticket, address: Address, said: Said) -> str:
        """Why the clerk says nothing to this address; empty where it may. An officer is never silenced."""
        if address.dead_at is not None:
            await self._say_dead(ticket, address, said.now)
            return "address-dead"
        if address.stopped_at is not None:
            return "address-stopped"
        most = self._cases.offices.office(ticket.office).clerk.automatic_per_hour
        return "hour-full" if await outbox.automatic_lately(address.id, said.now, asked=False) >= most else ""

    async def _say_dead(self, ticket: Ticket, address: Address, now: datetime) -> None:
        for role in await roles_at_hand(ticket.id):
            key = f"undelivered-address:{ticket.id}:{address.id}:{role}"
            await notices.tell(
                ticket.office,
                "undelivered-address",
                key=key,
                now=now,
                role=role,
                ticket_id=ticket.id,
                number=ticket.number,
            )

    async def _queue(self, ticket: Ticket, link: TicketLink, said: Said) -> Message:
        said = await self._addressed(ticket, link, said)
        instead = await self._notice(link.conversation.channel, said)
        if instead and not self._lets(link, said):
            said = replace(said, values={**said.values, "text": instead.text}, approved=instead.approved)
        abilities = self._abilities(link.conversation.channel)
        words = self._words(ticket, said, by_hand=abilities.offline and not said.automatic)
        return await outbox.queue(
            link.conversation,
            words,
            abilities=abilities,
            ticket=ticket,
            author="clerk" if said.automatic else "officer",
            officer_id=said.officer_id,
            automatic=said.automatic,
            choices=words.choices,
            files=said.files,
            template=said.template,
            approved=said.approved,
            instead=None if said.approved else instead,
            now=said.now,
        )

    async def _addressed(self, ticket: Ticket, link: TicketLink, said: Said) -> Said:
        """Everybody is addressed by their own name: another reporter never reads the complainant's."""
        person = link.conversation.address.citizen_id
        if person == ticket.citizen_id:
            return said
        return replace(said, values={**said.values, "name": await _name(person)})

    async def _notice(self, channel: str, said: Said) -> Filled | None:
        """The office's template for the clerk's news at a door, filled; None where it has none that may be sent now."""
        try:
            notice = self._cases.offices.channel(channel)[1].notice if said.automatic else None
        except KeyError:
            return None
        if notice is None:
            return None
        values = known(said.values)
        chosen = Chosen(notice.template, notice.language, tuple(values[name] for name in notice.values))
        try:
            return await approved_list.filled_of(channel, chosen)
        except Refused:
            return None

    def _words(self, ticket: Ticket, said: Said, *, by_hand: bool) -> templates.Words:
        """What it reads as: an approved template by itself, anything else in the office's frame.

        ``by_hand``: on paper, by telephone or elsewhere in public, where nobody can send back a word.
        """
        if said.approved:
            return templates.Words.plain(said.values["text"])
        return templates.message(
            said.template, folder=self._cases.offices.messages(ticket.office), **said.values, by_hand=by_hand
        )


async def _unanswered(link: TicketLink, now: datetime) -> bool:
    """Whether the same address was asked about another ticket of late, and has not answered."""
    others = TicketLink.filter(conversation_id=link.conversation_id, confirmed=False, probed_at__gt=now - _UNANSWERED)
    return await others.exists()


async def _name(citizen_id: int) -> str:
    return str(await Citizen.filter(id=citizen_id).get().values_list("name", flat=True))
