"""The addresses of the desk, by room: which page or command stands where. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from inbox.web.actions import Actions
from inbox.web.answers import Answers
from inbox.web.composing import Composing
from inbox.web.gate import Handler
from inbox.web.guides import Guides
from inbox.web.labels import LabelPages
from inbox.web.lists import Lists
from inbox.web.papers import Papers
from inbox.web.settings import HOME, SettingsPages
from inbox.web.settings_people import PeoplePages
from inbox.web.signin import SignIn
from inbox.web.ticket import NUMBER, TicketPages
from inbox.web.trouble import TroublePages

Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
"""Makes a handler of a visit one of a request (``Gate.officer``)."""


def signing_in(app: web.Application, officer: Guard, pages: SignIn) -> None:
    """The way in and out."""
    app.router.add_get("/masuk", pages.form)
    app.router.add_post("/masuk", pages.enter)
    app.router.add_post("/masuk/kode", pages.second)
    app.router.add_post("/masuk/kunci", pages.passkey)
    app.router.add_post("/keluar", officer(pages.leave))


def lists(app: web.Application, officer: Guard, lists: Lists, books: Papers) -> None:
    """The queues."""
    router = app.router
    router.add_get("/meja", _home)
    router.add_get("/meja/", officer(lists.page))
    router.add_post("/meja/dibaca", officer(lists.see))
    router.add_get(r"/meja/buku/{register}/{year:\d{4}}", officer(books.book))


def trouble(app: web.Application, officer: Guard, pages: TroublePages) -> None:
    """What did not go by itself."""
    app.router.add_get("/meja/gangguan", officer(pages.page))
    app.router.add_post(r"/meja/gangguan/kirim/{id:\d+}", officer(pages.send))
    app.router.add_get(r"/meja/gangguan/serah/{id:\d+}", officer(pages.hand))
    app.router.add_post(r"/meja/gangguan/kabar/{id:\d+}", officer(pages.event))
    app.router.add_post(r"/meja/gangguan/rekap/{id:\d+}", officer(pages.recap))
    app.router.add_post(r"/meja/gangguan/sisih/{id:\d+}", officer(pages.aside))
    app.router.add_get(r"/meja/gangguan/sisih/{id:\d+}/mentah", officer(pages.raw))


def ticket(app: web.Application, officer: Guard, pages: TicketPages, actions: Actions, books: Papers) -> None:
    """One ticket: its page and its commands."""
    router, ticket = app.router, f"/meja/{NUMBER}"
    router.add_get(ticket, officer(pages.show))
    router.add_get(ticket + r"/pesan/{id:\d+}", officer(pages.message))
    router.add_get(ticket + r"/dokumen/{paper:\d+}", officer(books.paper))
    router.add_post(ticket + "/tindakan/{action}", officer(actions.act))
    router.add_post(ticket + r"/tugas/{task:\d+}", officer(actions.done))
    router.add_post(ticket + r"/batal/{message:\d+}", officer(actions.undo))
    router.add_post(ticket + r"/pisah/{joining:\d+}", officer(actions.separate))
    for path, handler in {
        "balas": actions.reply,
        "catatan": actions.note,
        "lanjut": actions.resume,
        "isian": actions.fields,
        "penanggung": actions.assign,
        "jalur": actions.reroute,
        "alih": actions.hand_on,
        "tutup": actions.close,
        "buka": actions.reopen,
        "gabung": actions.join,
    }.items():
        router.add_post(f"{ticket}/{path}", officer(handler))


def composing(app: web.Application, officer: Guard, composing: Composing, answers: Answers) -> None:
    """The reply box's own."""
    router, ticket = app.router, f"/meja/{NUMBER}"
    router.add_post(ticket + "/draf", officer(composing.draft))
    router.add_post(ticket + "/hadir", officer(composing.here))
    router.add_get(ticket + "/jawaban", officer(answers.page))
    router.add_post(ticket + "/jawaban", officer(answers.add))
    router.add_post(ticket + r"/jawaban/{answer:\d+}", officer(answers.change))


def labels(app: web.Application, officer: Guard, pages: LabelPages) -> None:
    """The office's labels."""
    app.router.add_get("/meja/label", officer(pages.page))
    app.router.add_post("/meja/label", officer(pages.create))
    app.router.add_post(r"/meja/label/{label:\d+}/pensiun", officer(pages.retire))


def settings(app: web.Application, officer: Guard, pages: SettingsPages, people: PeoplePages, guides: Guides) -> None:
    """What changes weekly, and the guides."""
    router = app.router
    for path, show, change in (
        ("", pages.home, pages.practise),
        ("/libur", pages.holidays, pages.holiday),
        ("/jawaban", pages.answers, pages.answer),
        ("/petugas", people.officers, people.add),
        (r"/petugas/{officer:\d+}", people.officer, people.change),
        ("/pengganti", people.standins, people.begin),
    ):
        router.add_get(HOME + path, officer(show))
        router.add_post(HOME + path, officer(change))
    router.add_get(HOME + "/pintu", officer(pages.doors))
    router.add_get(HOME + "/prosedur", officer(pages.procedures))
    router.add_get("/meja/panduan", officer(guides.index))
    router.add_get("/meja/panduan/{guide}", officer(guides.page))


async def _home(_: web.Request) -> web.Response:
    raise web.HTTPFound("/meja/")
