"""The ways to a case's people: the conversations that speak of it, and the other doors at which its complainant can be
reached.

Owns where an answer goes by itself (back where each person last wrote) and what an officer may choose instead. An
address that nobody has proven to be the person's is offered as what it is, and never used by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from channels.base import Abilities
from config.schema import Office
from inbox import journal, people, reading
from inbox.database import Database
from inbox.models import Address, Conversation, Ticket, TicketLink
from inbox.people import READABLE
from inbox.reading import Question
from inbox.refused import Refused
from inbox.window import Window, window

_MOST = 20
_EPOCH = datetime.fromtimestamp(0, UTC)
_THEIRS = f"WHERE t.citizen_id = $1 AND t.dead_at IS NULL ORDER BY t.id DESC LIMIT {_MOST}"
# By door, as the index over conversations goes.
_SPOKEN = f"""WHERE t.channel IN ({{channels}})
AND t.address_id IN (SELECT id FROM address WHERE citizen_id = $1 AND dead_at IS NULL)
ORDER BY t.last_in_at DESC LIMIT {_MOST}"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach somebody about a case.

    Attributes:
        key: what a form posts: ``c<conversation>``, or ``a<address>.<channel>`` where nobody has spoken yet.
        proven: the address answered, or belongs to whoever wrote; False where somebody merely typed it.
        usual: an answer goes there where nothing else is chosen.
        own: it is the complainant's; False for another reporter's.
    """

    key: str
    channel: str
    address: Address
    abilities: Abilities
    window: Window
    heard_at: datetime | None
    proven: bool
    usual: bool = False
    own: bool = True

    @property
    def reads(self) -> bool:
        """Whether the address says something to an officer; a chat's or a form's does not."""
        value = self.address.value
        return bool(value) and (self.address.scheme in READABLE or value.startswith("+"))

    @property
    def shut(self) -> bool:
        """Whether a person's own words would be refused there now."""
        return not self.window.lets(automatic=False)


@dataclass(frozen=True, slots=True)
class Through:
    """A way that was chosen instead of the usual ones, with its conversation."""

    way: Way
    conversation_id: int


def answering(
    links: Iterable[TicketLink], abilities: Callable[[str], Abilities], now: datetime, *, follows: bool = False
) -> list[TicketLink]:
    """Where an officer's answer goes by itself, of the links that hear: each person where they last wrote.

    Doors where they never wrote (a contact that was typed, a letter) hear it too; a typed contact not at once where
    what lies unread in a chat ``follows`` there by itself. A closed window or a dead address counts only where the
    same person hears nowhere else.
    """
    found: list[TicketLink] = []
    hearing = [link for link in links if link.hears]
    for citizen_id in dict.fromkeys(link.conversation.address.citizen_id for link in hearing):
        theirs = [link for link in hearing if link.conversation.address.citizen_id == citizen_id]
        found += _of_person(theirs, abilities, now, follows=follows)
    return sorted(found, key=lambda link: link.id)


def _of_person(
    links: list[TicketLink], abilities: Callable[[str], Abilities], now: datetime, *, follows: bool
) -> list[TicketLink]:
    proven = [link for link in links if link.confirmed]
    free = [link for link in proven if not _shut(link, abilities, now)] or proven
    talks = [link for link in free if _talks(link, abilities)]
    last = max(talks, key=lambda link: (_heard(link), link.id), default=None)
    besides = [link for link in free if link not in talks]
    if follows and last and abilities(last.conversation.channel).scheme == "chat":
        besides = [link for link in besides if not _only_confirmed(link)]
    return [link for link in links if link is last or not link.confirmed or link in besides]


def _talks(link: TicketLink, abilities: Callable[[str], Abilities]) -> bool:
    """Whether the person wrote there themselves, at a door that carries answers back."""
    able = abilities(link.conversation.channel)
    wrote = link.conversation.last_in_at is not None and not _only_confirmed(link)
    return wrote and not able.offline and able.scheme != "web"


def _only_confirmed(link: TicketLink) -> bool:
    """Whether all that was heard from a typed contact is that it is theirs: nobody asked anything there."""
    confirmed_at = link.conversation.address.confirmed_at
    return link.probed_at is not None and confirmed_at is not None and _heard(link) <= confirmed_at


def _heard(link: TicketLink) -> datetime:
    return link.conversation.last_in_at or _EPOCH


def _shut(link: TicketLink, abilities: Callable[[str], Abilities], now: datetime) -> bool:
    talk = link.conversation
    return talk.address.dead_at is not None or not window(abilities(talk.channel), talk.last_in_at, now).lets(
        automatic=False
    )


async def ways_of(
    ticket: Ticket,
    office: Office,
    links: Sequence[TicketLink],
    abilities: Callable[[str], Abilities],
    now: datetime,
    *,
    person: int = 0,
) -> list[Way]:
    """Every way, the one last written from first; inside ``database.reading``. Dead addresses are none.

    ``links`` are the ticket's, with conversations and addresses at hand. ``person``: another reporter of it, whose
    own doors are looked for instead of the complainant's.
    """
    known = _Known(office, abilities, now)
    person = person or ticket.citizen_id
    places = ", ".join(f"${place}" for place, _ in enumerate(known.channels, start=2)) or "NULL"
    addresses = Question(Address, _THEIRS, (person,))
    talks = Question(Conversation, _SPOKEN.format(channels=places), (person, *known.channels))
    read = await reading.ask(addresses, talks)
    theirs = {one.id: one for one in read.rows(addresses)}
    here = [link for link in links if known.door(link.conversation.channel)]
    usual = {link.id for link in answering(here, abilities, now, follows=office.next_door.follows)}
    found = [known.linked(link, person, usual=link.id in usual) for link in here]
    spoken = [talk for talk in read.rows(talks) if talk.address_id in theirs]
    linked = {link.conversation_id for link in links}
    found += [known.spoken(talk, theirs[talk.address_id]) for talk in spoken if known.offers(talk, linked)]
    taken = {(link.conversation.channel, link.conversation.address_id) for link in links}
    taken |= {(talk.channel, talk.address_id) for talk in spoken}
    found += [way for address in theirs.values() for way in known.unspoken(address, taken)]
    alive = [way for way in found if way.address.dead_at is None or way.usual]
    return sorted(alive, key=lambda way: (way.heard_at or _EPOCH, way.proven), reverse=True)


def of_others(
    links: Sequence[TicketLink], office: Office, abilities: Callable[[str], Abilities], now: datetime
) -> list[Way]:
    """The usual ways to another reporter, by their ``links``: what is said on the leading ticket goes there too."""
    known = _Known(office, abilities, now)
    here = [link for link in links if known.door(link.conversation.channel)]
    return [
        known.linked(link, 0, usual=True) for link in answering(here, abilities, now, follows=office.next_door.follows)
    ]


class _Known:
    """One office's doors at one moment."""

    def __init__(self, office: Office, abilities: Callable[[str], Abilities], now: datetime) -> None:
        self._now = now
        self._doors: dict[str, Abilities] = {}
        for name in office.channels:
            try:
                self._doors[f"{office.id}-{name}"] = abilities(f"{office.id}-{name}")
            except KeyError:
                continue

    @property
    def channels(self) -> tuple[str, ...]:
        """The doors' ids."""
        return tuple(self._doors)

    def door(self, channel: str) -> Abilities | None:
        """What it can do; None for one that the office has no longer."""
        return self._doors.get(channel)

    def offers(self, talk: Conversation, linked: set[int]) -> bool:
        """Whether a conversation that does not speak of the case may: a form's or a counter's is one case's."""
        able = self._doors.get(talk.channel)
        return able is not None and not able.offline and able.scheme != "web" and talk.id not in linked

    def linked(self, link: TicketLink, person: int, *, usual: bool) -> Way:
        talk = link.conversation
        own = bool(person) and (talk.address.citizen_id == person or not link.confirmed)
        way = self._way(f"c{talk.id}", talk.channel, talk.address, talk.last_in_at)
        return replace(way, proven=link.confirmed, usual=usual, own=own)

    def spoken(self, talk: Conversation, address: Address) -> Way:
        return self._way(f"c{talk.id}", talk.channel, address, talk.last_in_at)

    def unspoken(self, address: Address, taken: set[tuple[str, int]]) -> Iterator[Way]:
        """The doors that can begin to write to such an address."""
        for channel, able in self._doors.items():
            writes = able.scheme == address.scheme and address.scheme in READABLE and not able.offline
            if writes and (channel, address.id) not in taken:
                yield self._way(f"a{address.id}.{channel}", channel, address, None)

    def _way(self, key: str, channel: str, address: Address, heard_at: datetime | None) -> Way:
        able, proven = self._doors[channel], address.confirmed_at is not None
        return Way(key, channel, address, able, window(able, heard_at, self._now), heard_at, proven)


async def linked(ticket: Ticket) -> list[TicketLink]:
    """The ticket's links with conversations and addresses at hand, oldest first."""
    return await TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address")


async def spoken_through(database: Database, way: Way, now: datetime) -> int:
    """The conversation of a way; begun, in a transaction of its own, where nobody has spoken yet.

    Not in the one that holds the ticket: whoever writes from there holds the conversation and waits for the ticket.
    """
    if way.key.startswith("c"):
        return int(way.key[1:])
    address = way.address
    talk = await database.transaction(lambda: people.conversation(address.office, way.channel, address, now))
    return int(talk.id)


async def link(ticket: Ticket, way: Way, conversation_id: int, now: datetime) -> TicketLink:
    """Let the chosen conversation speak of the ticket, in the caller's transaction; a proven one hears it from now on.

    One that speaks of it already stays as it is.
    """
    row = TicketLink(
        office=ticket.office,
        ticket_id=ticket.id,
        conversation_id=conversation_id,
        hears=way.proven,
        confirmed=way.proven,
        created_at=now,
    )
    await TicketLink.bulk_create([row], ignore_conflicts=True)
    found = TicketLink.filter(ticket_id=ticket.id, conversation_id=conversation_id)
    return await found.select_related("conversation__address").get()


async def note(ticket: Ticket, way: Way, actor: str, now: datetime) -> None:
    """Keep on record that words were sent to an address that nobody has proven to be theirs; in the transaction."""
    if not way.proven:
        await journal.write(
            ticket.office, "unproven-used", actor=actor, at=now, ticket_id=ticket.id, channel=way.channel
        )


def find(ways: Sequence[Way], chosen: str) -> Way:
    """The way of that key, or the best through the door of that id: proven, the complainant's, last written from.

    Raises: Refused ``way-unknown``.
    """
    ranked = sorted(ways, key=lambda way: way.proven and way.own, reverse=True)
    for way in (*(one for one in ways if one.key == chosen), *(one for one in ranked if one.channel == chosen)):
        return way
    raise Refused("way-unknown", field="through")
