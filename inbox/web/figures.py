"""An office's figures for everybody: the board without persons, kept for some minutes.

A small number could point at somebody, so that one below five is told as such. Where a table hides one, all others are
told to the nearest five: nobody finds the hidden number by subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

import templates
from config.schema import Office, Offices
from inbox.figures import Cohort, Figures, Part, Standing
from inbox.web.citizen_status import door_path, html

FEW = 5
PATHS = {"30-hari": "days", "tahun": "year"}
_KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says; ``about``: every number to the nearest five."""

    standing: Standing
    cohort: Cohort
    about: bool

    def number(self, count: int) -> str:
        """A number as everybody may read it."""
        if 0 < count < FEW:
            return f"kurang dari {FEW}"
        return f"sekitar {round(count / FEW) * FEW}" if self.about and count else str(count)


class FigurePages:
    """/<office>/angka, where the office wants it."""

    def __init__(self, offices: Offices, figures: Figures, *, now: Callable[[], datetime]) -> None:
        self._offices, self._figures, self._now = offices, figures, now
        self._pages: dict[tuple[str, str], tuple[datetime, str]] = {}

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """One page for each office."""
        return [self._route(office) for office in self._offices.offices.values()]

    async def offering(self) -> dict[str, str]:
        """Where the figures of each office are that publishes them."""
        offices = self._offices.offices.values()
        return {one.id: f"{_path(one)}angka" for one in offices if await self._figures.published(one)}

    def _route(self, office: Office) -> web.AbstractRouteDef:
        async def show(request: web.Request) -> web.StreamResponse:
            asked = request.query.get("masa", "")
            return await self._show(office, asked if asked in PATHS else next(iter(PATHS)))

        return web.get(f"{_path(office)}angka", show)

    async def _show(self, office: Office, asked: str) -> web.StreamResponse:
        """What was read some minutes ago is shown as it is; but a page that was switched off is gone at once."""
        if not await self._figures.published(office):
            raise web.HTTPNotFound
        now = self._now()
        read_at, page = self._pages.get((office.id, asked), (now - _KEPT, ""))
        if not page or not timedelta() <= now - read_at < _KEPT:
            page = await self._page(office, asked, now)
            self._pages[office.id, asked] = (now, page)
        return html(page)

    async def _page(self, office: Office, asked: str, now: datetime) -> str:
        standing, cohort = await self._figures.public(office, PATHS[asked], now)
        return templates.render(
            "pages/citizen/angka.html",
            office=office,
            path=_path(office),
            has_form=door_path(office) is not None,
            told=told(standing, cohort),
            periods=PATHS,
            few=FEW,
            now=now,
            zone=office.time_zone,
        )


def told(standing: Standing, cohort: Cohort) -> Told:
    """What may be said: numbers are exact only where no table hides one."""
    about = any(_hides(parts) for parts in (cohort.doors, cohort.kinds, cohort.statuses))
    return Told(standing, cohort, about)


def _hides(parts: Iterable[Part]) -> bool:
    return any(0 < part.count < FEW for part in parts)


def _path(office: Office) -> str:
    return door_path(office) or f"/{office.id}/"
