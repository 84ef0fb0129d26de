"""The ticket page: reads one ticket in full and shows it, beside the list it was opened from.

The same page answers a command that was refused: then with what was typed, the sentence beside its field, and the
ticket as it stands now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from channels.base import contact
from config.schema import Right
from inbox import notices, snoozing
from inbox.acting import Acting
from inbox.counter import HANDED
from inbox.database import Database, answers
from inbox.evidence import begun_again, lacking
from inbox.explaining import Standstill
from inbox.forms import door_facts, hand_form
from inbox.outside import outside_of
from inbox.persons import person_of
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.shown import PICTURES
from inbox.steps import ceiling_of, foreign_of
from inbox.ticket_rows import MOST_MESSAGES
from inbox.together import together
from inbox.views import ActionLine, TicketPage, Views, whole_text
from inbox.web.clocks import clock
from inbox.web.composing import Composing
from inbox.web.dues import quick_dues
from inbox.web.files import FILMS, PDF, SOUNDS
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.lists import Lists, address, doors
from inbox.web.rail import Rails
from inbox.web.session import LIVE_HEADER, LOOKING
from inbox.web.step import step_values
from inbox.web.talk import runs
from inbox.worktime import Calendar
from templates.filters import day

NUMBER = r"{number:[A-Za-z]{3}-?\d\d-?\d{6}}"  # in a route
LONGEST_SHOWN = 3000
LARGEST_PICTURE_BYTES = 1_500_000


class TicketPages:
    """GET /meja/{number} and what is read from there."""

    def __init__(
        self,
        *,
        database: Database,
        views: Views,
        acting: Acting,
        calendars: Mapping[str, Calendar],
        lists: Lists,
        rails: Rails,
        composing: Composing,
    ) -> None:
        self._database, self._views, self._acting, self._composing = database, views, acting, composing
        self._calendars, self._lists, self._rails = calendars, lists, rails

    async def show(self, visit: Visit) -> web.Response:
        """The ticket; an officer whose turn it is has then seen what was new, unless a page asks that nobody is at."""
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        looking = visit.request.headers.get(LIVE_HEADER, LOOKING) == LOOKING
        if looking:
            await self._look(visit, page)
        return await self._answer(visit, page, Given())

    async def refused(self, visit: Visit, form: str, refused: Refused) -> web.Response:
        """The ticket again, with what was typed into ``form`` and why it was not done."""
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        lost = form.startswith("act-") and form.removeprefix("act-") not in {action.id for action in page.actions}
        given = Given(form, visit.posted, refused, lost)
        status = 409 if isinstance(refused, Stale) else 403 if isinstance(refused, Forbidden) else 422
        return await self._answer(visit, page, given, status)

    async def message(self, visit: Visit) -> web.Response:
        """GET /meja/{number}/pesan/{id}: all of one message. Raises Missing ``message-missing``."""
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        wanted = int(visit.request.match_info["id"][:18])
        line = next((line for line in page.messages if line.message.id == wanted), None)
        if line is None:
            raise Missing("message-missing")
        rail = await self._rails.of(visit, "")
        whole = await whole_text(page, line.message)
        return visit.page("pages/message.html", page=page, whole=whole, rail=rail)

    async def _look(self, visit: Visit, page: TicketPage) -> None:
        """Take away this officer's mentions on the ticket; where it is their turn, its unread mark and notices too."""
        ticket, mine = page.ticket, (visit.office.id, visit.by.roles, visit.by.officer_id)
        async with self._database.reading():
            news = (notices.of_ticket(*mine, page.ticket.id), snoozing.naming(visit.by, ticket))
            told, named = await answers(news)
        if told and _theirs(visit, page):
            await self._database.transaction(lambda: notices.see(*mine, visit.now, ticket_id=ticket.id))
        if ticket.unread and _theirs(visit, page):
            await self._acting.seen(visit.by, ticket.number, now=visit.now)
        if named:
            await snoozing.opened(self._database, visit.by, ticket, visit.now)

    async def _answer(self, visit: Visit, page: TicketPage, given: Given, status: int = 200) -> web.Response:
        partial = visit.target == "main"
        beside = None if partial else await self._lists.pane(visit, page.ticket.number)
        async with self._database.reading():
            person = await person_of(page.ticket, page.seal)
            besides = await together(page)
            reminder = await snoozing.resting(visit.by, page.ticket)
            outside = await outside_of(page.ticket)
        values = self._values(visit, page, given)
        values |= {"together": besides} | {"list": beside, "rail": beside.rail if beside else None}
        values |= {"person": person}
        last = next(iter(outside.checks), None)
        begun = begun_again(line.row for line in page.steps)
        lacks = {one.id: lacking(one, last, begun) for one in page.step.actions}
        values |= {"reminder": reminder, "outside": outside, "lacking": lacks}
        values |= await self._composing.values(visit, page, besides.reporters)
        return visit.page("pages/ticket.html", status=status, **values)

    def _values(self, visit: Visit, page: TicketPage, given: Given) -> dict[str, Any]:
        office, ticket = visit.office, page.ticket
        calendar = self._calendars[office.id]
        reckoning = page.steps[-1].reckoning
        return {
            "page": page,
            "clock": clock(calendar, ticket.status, ticket.due_at, visit.now),
            "legal": ceiling_of(office, calendar.zone, ticket.kind, ticket.ceiling, ticket.opened_at),
            "foreign": foreign_of(office, calendar.zone, ticket.opened_at),
            "legal_clock": clock(calendar, ticket.status, ticket.ceiling_at, visit.now),
            "talk": runs(page.messages, lambda at: day(at, office.time_zone, visit.by.language)),
            "given": given,
            "stale": isinstance(given.refused, Stale),
            "reckoning": reckoning,
            "waiting": _standing(reckoning.pauses if reckoning else ()),
            "worked": calendar.between,
            "role_names": _namer({id_: role.name for id_, role in office.roles.items()}),
            "field_names": field_names,
            "doors": doors(office),
            "kinds": {one.id: one.name for one in office.kinds},
            "agencies": {one.id: one.name for one in office.agencies},
            "procedures": [(one.id, one.title) for one in office.procedures.values()],
            "colleagues": sorted(page.colleagues.items(), key=lambda one: one[1].casefold()),
            "pictures": PICTURES,
            "originals": page.identity is None and visit.by.may(office, Right.FIELDS),
            "players": {"audio": SOUNDS, "video": FILMS},
            "pdf": PDF,
            "longest": LONGEST_SHOWN,
            "most": MOST_MESSAGES,
            "largest_picture": LARGEST_PICTURE_BYTES,
            "keep": kept(visit),
            "typed": _typed(page),
            "dues": quick_dues(calendar, visit.now),
            "hand": partial(hand_form, f"{visit.now.astimezone(calendar.zone):%Y-%m-%dT%H:%M}"),
            "handed": HANDED,
            "facts": door_facts,
            **step_values(page, visit.by),
        }


def number(visit: Visit) -> str:
    """The ticket's number as the address gives it."""
    return visit.request.match_info["number"]


def kept(visit: Visit) -> str:
    """The query part that keeps the list beside the ticket as it is."""
    return address(visit.request.query, "mulai")


def field_names(action: ActionLine) -> frozenset[str]:
    """The fields that an action's forms have."""
    return frozenset(field.name for form in action.forms for field in form.fields)


def _theirs(visit: Visit, page: TicketPage) -> bool:
    return not page.actors or bool(visit.by.roles & set(page.actors)) or page.ticket.officer_id == visit.by.officer_id


def _standing(pauses: Iterable[Standstill]) -> Standstill | None:
    return next((pause for pause in pauses if pause.until is None), None)


def _namer(names: Mapping[str, str]) -> Callable[[Iterable[str]], str]:
    return lambda ids: ", ".join(names.get(id_, id_) for id_ in ids)


def _typed(page: TicketPage) -> tuple[tuple[str, bool], ...]:
    """Contacts that somebody typed and that are none of the ticket's conversations, and whether each can be read."""
    texts = dict.fromkeys(str(line.message.values.get("contact", "")) for line in page.messages)
    reached = {(link.conversation.address.scheme, link.conversation.address.value) for link in page.links}
    read = [(text, contact(text)) for text in texts if text]
    return tuple((text, found is not None) for text, found in read if found not in reached)
