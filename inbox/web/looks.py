"""How a browser shows the desk where no officer is known: the theme it chose, the language its officer reads."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from inbox.actor import LANGUAGES
from templates import SOURCE_LANGUAGE

THEMES = ("auto", "light", "dark")
THEME_COOKIE, LANGUAGE_COOKIE = "tema", "bahasa"
_DESK = ("/meja", "/berkas", "/masuk", "/keluar")
_YEAR_SECONDS = int(timedelta(days=365).total_seconds())


def theme(request: web.Request) -> str:
    """light, dark, or auto: as the browser wishes."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def language(request: web.Request) -> str:
    """What the officer who was here last reads, at the desk's addresses; citizens read Indonesian."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES and at_desk(request) else SOURCE_LANGUAGE


def at_desk(request: web.Request) -> bool:
    """Whether the address is one of the officers' own."""
    return request.path.startswith(_DESK)


def remember(response: web.Response, request: web.Request, cookie: str, value: str) -> None:
    """Keep one of both with the browser for a year."""
    response.set_cookie(cookie, value, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.secure)
