"""The officers' desk and the citizens' pages: one call lays them into an aiohttp application.

Everything a page needs comes through ``build``'s arguments. Nothing here decides about a complaint: handlers read a
form, give one command of the record, and show what it says.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp_session import session_middleware

import templates
from channels.base import Program
from config.schema import Offices
from inbox.acting import Acting
from inbox.canned import Canned
from inbox.daily import Daily
from inbox.database import Database
from inbox.deliveries import Deliveries
from inbox.field_reports import FieldReports
from inbox.fieldwork import Fieldwork
from inbox.figures import Figures
from inbox.files import Files
from inbox.guest_visits import GuestVisits
from inbox.guests import Guests
from inbox.hook_queue import HookTroubles
from inbox.joining import Joinings
from inbox.limits import Limits
from inbox.live import Live
from inbox.next_door import NextDoor
from inbox.officers import Officers
from inbox.opening import Openings
from inbox.paper_reading import PaperReading
from inbox.passkeys import Passkeys, site_of
from inbox.permits import Permits
from inbox.presence import Presence
from inbox.printing import Printing
from inbox.recap_sendings import RecapTroubles
from inbox.saved_views import SavedViews
from inbox.search import Search
from inbox.second_factors import SecondFactors
from inbox.shown import Shown
from inbox.signing import Signer
from inbox.single_sign_on import Provider
from inbox.snoozing import Snoozing
from inbox.staff import Staff
from inbox.standins import StandIns
from inbox.status import Status
from inbox.tickets import Tickets
from inbox.troubles import Troubles
from inbox.undoing import Undoing
from inbox.views import Views
from inbox.web import api, routes
from inbox.web.actions import Actions
from inbox.web.answers import Answers
from inbox.web.approved import ApprovedPages
from inbox.web.blocking import BlockPages
from inbox.web.board import BoardPage
from inbox.web.books import BookPages
from inbox.web.bulk import Bulk
from inbox.web.citizen import CitizenPages
from inbox.web.citizen_data import CitizenData
from inbox.web.citizen_seen import Seen
from inbox.web.commanding import Commanding
from inbox.web.composing import Composing
from inbox.web.covering import CoverPages
from inbox.web.daily import DailyPages
from inbox.web.devices import DevicePages
from inbox.web.door_days import DayPages
from inbox.web.doors import DoorPages
from inbox.web.errors import Trouble
from inbox.web.events import Events
from inbox.web.exports import ExportPages
from inbox.web.fieldwork import FieldPages
from inbox.web.figures import FigurePages
from inbox.web.files import Attachments
from inbox.web.front import front_rooms
from inbox.web.gate import Gate
from inbox.web.guests import GuestDoor, GuestPages
from inbox.web.guides import Guides
from inbox.web.imports import ImportPages
from inbox.web.labels import LabelPages
from inbox.web.lists import Lists
from inbox.web.me_rooms import Reaching, me_rooms
from inbox.web.paper_rooms import paper_rooms
from inbox.web.papers import Papers
from inbox.web.passkey_pages import PasskeyPages
from inbox.web.permits import PermitPages
from inbox.web.privacy import PrivacyPages
from inbox.web.procedures import ProcedurePages
from inbox.web.proving import Proof
from inbox.web.rail import Rails
from inbox.web.recaps import RecapPages
from inbox.web.relations import Relating
from inbox.web.reminders import Reminders
from inbox.web.routes import Guard
from inbox.web.seals import SealPages
from inbox.web.second_pages import SecondPages
from inbox.web.second_step import Pledge
from inbox.web.security import Forgery, Headers
from inbox.web.session import Storage
from inbox.web.settings import SettingsPages
from inbox.web.settings_people import PeoplePages
from inbox.web.signin import SignIn
from inbox.web.sso import SingleSignOnPages
from inbox.web.static import Static
from inbox.web.ticket import NUMBER, TicketPages
from inbox.web.trouble import Replay, TroublePages
from inbox.web.view_forms import ViewForms


class Room(Protocol):
    """Pages of one subject. ``officer`` lets only signed-in officers in."""

    def routes(self, officer: Guard) -> list[web.RouteDef]: ...


def build(
    app: web.Application,
    *,
    database: Database,
    offices: Offices,
    officers: Officers,
    tickets: Tickets,
    acting: Acting,
    files: Files,
    shown: Shown,
    live: Live,
    presence: Presence,
    program: Program,
    replay: Replay,
    limits: Limits,
    now: Callable[[], datetime],
    secret: bytes,
    letters: Mapping[str, Any],
    public_url: str = "",
    demo_sign_in: bool = False,
    signers: Mapping[str, Signer] | None = None,
    providers: Mapping[str, Provider] | None = None,
    reach: Reaching | None = None,
) -> None:
    """Lay the pages into ``app``, with sessions, error pages and security headers for everything it answers.

    Args:
        limits: what one client may have, of all processes together.
        secret: key for the forms' tokens, of this purpose alone.
        letters: the alphabets of short messages (``channels.text.table``).
        public_url: where browsers see us; https there makes cookies travel by https only.
        demo_sign_in: sample officers sign in by one click. Never on a real desk.
        signers: the provider of electronic signatures of each office that has one.
        providers: the single sign-on of each office that has one.
        reach: whoever sends to officers away from the desk.
    """
    here = urlsplit(public_url)
    https = here.scheme == "https"
    static = Static(templates.FOLDER / "static")
    trouble = Trouble(static)
    forgery = Forgery(secret, frozenset({here.netloc} - {""}))
    app.middlewares.append(trouble.middleware)
    app.middlewares.append(session_middleware(Storage(database, now, secure=https)))
    app.on_response_prepare.append(Headers(https=https).lay)

    factors = SecondFactors(database, limits, hmac.digest(secret, b"second step", "sha256"))
    passkey_key = hmac.digest(secret, b"passkey", "sha256")
    passkeys = Passkeys(database, limits, factors, passkey_key, site_of(public_url))
    sso_key, rails = hmac.digest(secret, b"single sign-on", "sha256"), Rails(database, PaperReading(tickets))
    gate = Gate(
        database=database,
        offices=offices,
        forgery=forgery,
        static=static,
        trouble=trouble,
        proof=Proof(officers, factors, passkeys, limits, rails).asked,
        now=now,
        demo=demo_sign_in,
    )
    sign_in = SignIn(
        database=database,
        offices=offices,
        officers=officers,
        limits=limits,
        factors=factors,
        passkeys=passkeys,
        pledge=Pledge(hmac.digest(secret, b"pledge", "sha256")),
        elsewhere={id_: provider.name for id_, provider in (providers or {}).items()},
        forgery=forgery,
        static=static,
        now=now,
        demo=demo_sign_in,
    )
    app.router.add_get("/static/{name}", static.serve)
    app.router.add_get("/meja/pemberitahu.js", static.worker)
    routes.signing_in(app, gate.officer, sign_in)
    app.router.add_get("/meja/peristiwa", gate.officer(Events(database, live).stream))

    calendars, search, views = tickets.cases.calendars, Search(tickets), Views(tickets)
    daily = Daily(tickets)
    lists = Lists(database, calendars, search, rails, daily)
    attachments = Attachments(tickets, files, shown)
    composing = Composing(tickets, program, presence, letters)
    pages = TicketPages(
        database=database,
        views=views,
        acting=acting,
        calendars=calendars,
        lists=lists,
        rails=rails,
        composing=composing,
    )
    books = Papers(Printing(tickets), views, attachments)
    app.router.add_get("/berkas/{id:\\d+}", gate.officer(attachments.serve))
    app.router.add_get("/berkas/{id:\\d+}/asli", gate.officer(attachments.original))
    routes.lists(app, gate.officer, lists, books)
    deliveries = Deliveries(database, offices, live.announce, calendars)
    troubles = TroublePages(
        database=database,
        troubles=Troubles(tickets),
        deliveries=deliveries,
        next_door=NextDoor(tickets),
        hooks=HookTroubles(database, offices),
        recaps=RecapTroubles(database, offices),
        files=files,
        program=program,
        replay=replay,
        rails=rails,
    )
    routes.trouble(app, gate.officer, troubles)
    actions = Actions(acting, Joinings(tickets), Undoing(tickets), pages, program)
    routes.ticket(app, gate.officer, pages, actions, books)
    routes.composing(app, gate.officer, composing, Answers(Canned(tickets), views, tickets, rails))
    bulk, views_kept = Bulk(tickets, acting, lists, program), ViewForms(SavedViews(database))
    desk_papers, prints, recaps = paper_rooms(app, tickets, views, files, shown, attachments, rails, signers or {})
    rooms: list[Room] = [
        *(desk_papers, prints, recaps),
        BlockPages(tickets, program, replay, rails),
        BoardPage(Figures(tickets), rails),
        bulk,
        views_kept,
        Reminders(Snoozing(tickets), pages),
        SealPages(Openings(tickets), Commanding(pages, program), rails),
        ProcedurePages(database, tickets, rails),
        DailyPages(daily, rails),
        DoorPages(tickets, program, rails),
        DayPages(tickets, program, rails),
        PrivacyPages(tickets, files, rails),
        BookPages(tickets, rails),
        PermitPages(Permits(tickets, files), rails),
        GuestPages(Guests(tickets), rails, public_url),
        _field(tickets, files, rails, static, attachments),
        RecapPages(tickets, rails),
        ApprovedPages(tickets, acting, views, program, rails),
        ExportPages(tickets),
        ImportPages(tickets, files, rails),
        second := SecondPages(factors, passkeys, rails),
        PasskeyPages(passkeys, second),
        CoverPages(attachments, rails),
        SingleSignOnPages(
            sign_in,
            providers or {},
            database=database,
            limits=limits,
            rails=rails,
            key=sso_key,
            public_url=public_url,
            now=now,
        ),
        DevicePages(tickets.database, rails),
        *me_rooms(database, offices, rails, calendars, program=program, limits=limits, reach=reach),
        *front_rooms(tickets, program, rails),
    ]
    for room in rooms:
        app.add_routes(room.routes(gate.officer))
    Relating(tickets, pages, program).lay(app.router, gate.officer, f"/meja/{NUMBER}")
    routes.labels(app, gate.officer, LabelPages(database, tickets, rails))
    people = PeoplePages(database, Staff(tickets, officers), StandIns(tickets), rails)
    routes.settings(app, gate.officer, SettingsPages(database, tickets, program, rails), people, Guides(rails))
    api.build(
        app,
        database=database,
        offices=offices,
        tickets=tickets,
        acting=acting,
        files=files,
        live=live,
        program=program,
        attachments=attachments,
        papers=books,
        prints=prints,
        now=now,
        public_url=public_url,
        limits=limits,
    )
    in_figures = FigurePages(offices, Figures(tickets), now=now)
    app.add_routes(in_figures.routes())
    app.add_routes(GuestDoor(GuestVisits(tickets, files), attachments.hand_out, limits, now).routes())
    citizens = CitizenPages(
        offices,
        Status(tickets),
        attachments.hand_out,
        Seen(database, live.announce),
        figures=in_figures.offering,
        limits=limits,
        secret=secret,
        now=now,
        data=CitizenData(database, shown, now),
        demo=demo_sign_in,
        poll_seconds=2 if demo_sign_in else 10,
    )
    app.add_routes(citizens.routes())


def _field(tickets: Tickets, files: Files, rails: Rails, static: Static, attachments: Attachments) -> FieldPages:
    fieldwork = Fieldwork(tickets)
    return FieldPages(fieldwork, FieldReports(tickets, files, fieldwork), rails, static, attachments.hand_out)
