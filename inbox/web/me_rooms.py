"""The rooms of an officer's own page, put together: who I am here, and how I am reached away from the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from channels.base import Program
from config.schema import Offices
from inbox.database import Database
from inbox.limits import Limits
from inbox.officer_lines import OfficerLines
from inbox.web.bulk import Guard
from inbox.web.me import Me
from inbox.web.rail import Rails
from inbox.web.reaching import Reaching, ReachPages, ReachValues
from inbox.worktime import Calendar

__all__ = ["Reaching", "me_rooms"]


class Room(Protocol):
    """Pages of one subject."""

    def routes(self, officer: Guard) -> list[web.RouteDef]: ...


def me_rooms(
    database: Database,
    offices: Offices,
    rails: Rails,
    calendars: Mapping[str, Calendar],
    *,
    program: Program,
    limits: Limits,
    reach: Reaching | None,
) -> tuple[Room, ...]:
    """``reach``: whoever sends to officers away from the desk."""
    lines = OfficerLines(database, offices)
    values = ReachValues(database, lines, program, calendars, reach=reach)
    me = Me(database, rails, calendars, values)
    return me, ReachPages(lines, values, me, program, limits=limits, reach=reach)
