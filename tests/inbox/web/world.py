"""An office with one complaint that everything hangs on, beside another office; and everybody who might come for it.

Whatever belongs to the complaint has ``MARK`` in it, whatever is the office's own ``OURS``: who must not read it finds
neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from config.schema import Office as OfficeFile
from config.schema import Offices, Right, Role
from inbox.database import Database
from inbox.tokens import Tokens
from tests.inbox.house import House, at
from tests.inbox.web.desk import NAMES, Office
from tests.shipped import shipped

MARK, OURS = "Zqxkasus", "Zqxkantor"
TOKEN = "t" * 43
EVERYTHING = tuple(Right)
# Roles of the walk beside the shipped ones: all rights on what they see, no more than reading, and nothing at all.
ROLES = {
    "semua": Role(name="Semua", may=EVERYTHING),
    "sebelah": Role(name="Seksi sebelah", may=tuple(right for right in EVERYTHING if right != Right.SEE_ALL)),
    "pembaca": Role(name="Pembaca", may=(Right.SEE_ALL,)),
    "magang": Role(name="Magang", may=()),
}
# Every right but to know who complained behind a seal; walks by itself, in test_sealed.py.
BLIND = "tanpa-identitas"
BLINDLY = Role(name="Tanpa identitas", may=tuple(right for right in EVERYTHING if right != Right.IDENTITY))
OUTSIDER, FOREIGN = "orang-luar", "kantor-lain"
LETTER = "surat-peringatan"


@dataclass(frozen=True)
class Answer:
    """What came back, with all of its text: of a sheet that is packed, too."""

    status: int
    led: str
    text: str

    @property
    def verdict(self) -> str:
        """door (sign in first), refused, absent, or in."""
        if self.status == 401 or self.led.startswith("/masuk"):
            return "door"
        return {403: "refused", 404: "absent"}.get(self.status, "in")


class Caller:
    """Somebody with a browser and a token, or with neither."""

    def __init__(self, office: Office, cookies: Mapping[str, str], csrf: str, token: str) -> None:
        self._office, self._csrf, self._token = office, csrf, token
        self.cookies = cookies

    async def asks(self, method: str, path: str, values: Mapping[str, str] | None = None) -> Answer:
        """One request, with whatever opens doors; a form brings its token, a machine its key."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        sent: dict[str, Any] = {}
        if method == "POST" and path.startswith("/api/"):
            sent["json"] = dict(values or {})
            headers["Idempotency-Key"] = hashlib.sha256(path.encode()).hexdigest()
        elif method == "POST":
            sent["data"] = {"csrf": self._csrf, **(values or {})}
        async with aiohttp.ClientSession(cookies=dict(self.cookies)) as session:
            url = self._office.url + path
            async with session.request(method, url, headers=headers, allow_redirects=False, **sent) as answer:
                if "event-stream" in answer.content_type:
                    return Answer(answer.status, "", "")
                body = await answer.read()
                return Answer(answer.status, answer.headers.get("Location", ""), body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class World:
    """The desk, the complaint's number, and what stands for each variable of an address, by the address's own words."""

    office: Office
    number: str
    ids: Mapping[str, str]

    def path(self, route: str) -> str:
        """An address with everything filled in that belongs to the complaint and its office."""
        for key, value in self.ids.items():
            route = route.replace(key, value)
        return route


def two_offices() -> Offices:
    """Blitar with the walk's roles, and Denpasar, whose officer of the walk may do everything there."""
    offices = shipped()
    both = (
        _with(offices.office("blitar"), {**ROLES, BLIND: BLINDLY}),
        _with(offices.office("denpasar"), {"semua": ROLES["semua"]}),
    )
    return Offices(offices.folder, {one.id: one for one in both}, offices.worktime)


def _with(office: OfficeFile, roles: Mapping[str, Role]) -> OfficeFile:
    return office.model_copy(update={"roles": {**office.roles, **roles}})


async def settled(database: Database, folder: Path) -> Office:
    """The desk of both offices, before its pages are open, with an officer of every role."""
    house = House(database, folder / "files", two_offices())
    await house.tickets.prepare(at("2026-11-01 00:00"))
    office = Office(house, folder)
    office.accepted = replace(office.accepted, number="BLT-26-009999")
    for login in (*NAMES, *ROLES, BLIND):
        await office.hires(login)
    await office.hires(FOREIGN, "semua", office=house.offices.office("denpasar"))
    return office


async def caller(office: Office, login: str) -> Caller:
    """Somebody of ``settled``, signed in and with a token; or a stranger."""
    if login == OUTSIDER:
        return Caller(office, {}, "", "")
    browser = await office.browser(login)
    csrf = (await browser.opens("/meja/saya")).value("/keluar", "csrf")
    _, token = await Tokens(office.house.database).create(login, "jalan", ("read", "write"), now=office.now)
    return Caller(office, browser.cookies, csrf, token)
