"""What the reply box needs beside the ticket: drafts, doors with their limits, colleagues to name, who else is there.

Reads for the page, and takes the small requests that a page with scripts sends while somebody writes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from markupsafe import Markup, escape

import templates
from channels.base import Program
from config.schema import ChannelEntry, Office
from inbox.cases import visible
from inbox.drafting import Drafts
from inbox.mentioning import logins
from inbox.models import Message
from inbox.next_door import next_way
from inbox.numbers import normal
from inbox.presence import BEAT_SECONDS, Presence
from inbox.refused import Missing
from inbox.tickets import Tickets
from inbox.together import Reporter
from inbox.undoing import undoable
from inbox.veiling import veiled_ways
from inbox.views import TicketPage
from inbox.ways import Way, of_others, ways_of
from inbox.web.gate import Visit

_NO_CONTENT = 204
_MARK = "\ue000"
_EPOCH = datetime.fromtimestamp(0, UTC)
_COLLEAGUES = "SELECT login, name FROM officer WHERE office = $1 AND active ORDER BY name"
_TEMPLATES = ("jawaban-petugas", "tanya")


class Composing:
    """The reply box's own room. ``letters``: what short messages are counted with, for the browser."""

    def __init__(self, tickets: Tickets, program: Program, presence: Presence, letters: Mapping[str, Any]) -> None:
        self._tickets, self._program, self._presence, self._letters = tickets, program, presence, letters
        self._drafts = Drafts(tickets.database)

    async def values(self, visit: Visit, page: TicketPage, others: Iterable[Reporter] = ()) -> dict[str, Any]:
        """What ``parts/composer.html`` and ``parts/message.html`` read. ``others`` go along with the ticket."""
        people = await self._people(visit)
        async with self._tickets.database.reading():
            known = self._program.abilities
            every = await ways_of(page.ticket, visit.office, page.links, known, visit.now)
        ways = [way for way in every if way.usual]
        heard = {way.key for way in ways}
        every = veiled_ways(page.seal, page.ticket, every)
        besides = [way for one in others for way in of_others(one.links, visit.office, known, visit.now)]
        ways += [way for way in besides if way.key not in heard]
        return {
            "drafts": await self._drafts.of(visit.by, page.ticket.id),
            "ways": ways,
            "offered": every,
            "next_way": lambda talk_id: next_way(every, visit.office, talk_id, _whose(page, talk_id)),
            "closing": closing(ways),
            "shut": shut(visit.office, ways, visit.now),
            "approving": {way.channel for way in [*every, *ways] if self._program.approving(way.channel)},
            "sms": await self._sms(page, ways, visit.now),
            "people": [one for one in people.items() if one[0] != visit.by.login],
            "named": _namer(people),
            "undo_seconds": _seconds_left(visit),
            "at_once": [action for action in page.actions if not action.forms],
            "beat_seconds": BEAT_SECONDS,
        }

    async def draft(self, visit: Visit) -> web.Response:
        """POST /meja/{number}/draf: ``kind`` and ``text``."""
        kind, words = visit.posted.text("kind"), visit.posted.text("text")
        await self._drafts.save(visit.by, visit.office, _number(visit), kind=kind, text=words, now=visit.now)
        return web.Response(status=_NO_CONTENT)

    async def here(self, visit: Visit) -> web.Response:
        """POST /meja/{number}/hadir: this officer is there (``typing``) or goes (``leave``); answers who else is, and
        who has answered since the message ``since``.
        """
        number, posted = normal(_number(visit)), visit.posted
        if posted.text("leave"):
            self._presence.leave(visit.by, number)
            return web.Response(status=_NO_CONTENT)
        answered = await self._answered(visit, number)
        others = self._presence.beat(visit.by, number, visit.now, typing=bool(posted.text("typing")))
        return visit.page("parts/presence.html", others=others, answered=answered)

    async def _answered(self, visit: Visit, number: str) -> Message | None:
        """A colleague's reply that this page has not seen. Raises Missing ``ticket-missing``."""
        since = visit.posted.text("since")
        async with self._tickets.database.reading():
            ticket = await visible(visit.by, visit.office).filter(number=number).only("id").first()
            if ticket is None:
                raise Missing("ticket-missing", number=number[:20])
            said = Message.filter(ticket_id=ticket.id, direction="out", author="officer", undone_at=None)
            said = said.filter(id__gt=int(since[:18]) if since.isdecimal() else 0).select_related("officer")
            return await said.exclude(officer_id=visit.by.officer_id).order_by("-id").first()

    async def _people(self, visit: Visit) -> Mapping[str, str]:
        """Login to name, of everybody at the office."""
        async with self._tickets.database.reading():
            rows = await self._tickets.database.query(_COLLEAGUES, [visit.office.id])
        return {row["login"]: row["name"] for row in rows}

    async def _sms(self, page: TicketPage, ways: list[Way], now: datetime) -> str:
        """What a browser counts short messages with, as JSON; empty where none goes out.

        ``frames``: what stands before and after the officer's words, by template.
        """
        short = [way.abilities for way in ways if way.abilities.scheme == "phone" and way.abilities.style == "short"]
        if not short:
            return ""
        values = await self._tickets.telling.values(page.ticket, now, name=page.citizen)
        folder = self._tickets.offices.messages(page.office.id)
        words = {one: templates.message(one, folder=folder, **values | {"text": _MARK}) for one in _TEMPLATES}
        frames = {name: said.short.partition(_MARK)[::2] for name, said in words.items()}
        longest = min((one.longest for one in short if one.longest), default=0)
        return json.dumps({"frames": frames, "longest": longest, **self._letters}, ensure_ascii=False)


def _whose(page: TicketPage, conversation_id: int | None) -> int:
    """Whose conversation of the ticket's that is."""
    theirs = (link.conversation.address for link in page.links if link.conversation_id == conversation_id)
    return next((address.citizen_id for address in theirs), page.ticket.citizen_id)


def closing(ways: Sequence[Way]) -> datetime | None:
    """When the last of these shuts for a person's words; None where one of them never does, or there is none.

    An address that somebody merely typed is told nothing, and counts for nothing.
    """
    told = [way for way in ways if way.proven]
    ends = [way.window.person_until or _EPOCH for way in told if way.window.state != "always"]
    return max(ends) if ends and len(ends) == len(told) else None


def shut(office: Office, ways: Sequence[Way], now: datetime) -> Mapping[str, str]:
    """The doors that let no words out now: ``officer``: a person's own, empty while one of them does; ``clerk``: its
    news, where the platform shuts them and the office has no template for it. Names of doors, joined.
    """
    until = closing(ways)
    proven = [way for way in ways if way.proven]
    own = proven if until and until < now else []
    mute = [way for way in proven if not (way.window.lets(automatic=True) or _entry(office, way).notice)]
    return {who: _doors(office, found) for who, found in (("officer", own), ("clerk", mute))}


def _doors(office: Office, ways: Iterable[Way]) -> str:
    return ", ".join(dict.fromkeys(_entry(office, way).name or way.channel for way in ways))


def _entry(office: Office, way: Way) -> ChannelEntry:
    return office.channels[way.channel.removeprefix(f"{office.id}-")]


def marked(words: str, people: Mapping[str, str]) -> Markup:
    """A note's text with the names it calls made visible."""
    return Markup("").join(_pieces(words, people))


def _pieces(words: str, people: Mapping[str, str]) -> Iterator[Markup]:
    done = 0
    for start, end, login in logins(words):
        if login in people:
            yield escape(words[done:start])
            yield Markup('<mark class="mention" title="{}">{}</mark>').format(people[login], words[start:end])
            done = end
    yield escape(words[done:])


def _namer(people: Mapping[str, str]) -> Callable[[str], Markup]:
    return lambda words: marked(words, people)


def _seconds_left(visit: Visit) -> Callable[[Message], int]:
    """How long a message can still be taken back by whoever looks; 0 where it cannot."""

    def left(message: Message) -> int:
        mine = undoable(message, visit.by, visit.now)
        return math.ceil((message.sent_at - visit.now).total_seconds()) if mine else 0

    return left


def _number(visit: Visit) -> str:
    return visit.request.match_info["number"]
