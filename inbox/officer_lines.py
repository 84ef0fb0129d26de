"""Lines to officers outside the desk: linked with a code or by a browser's own consent, chosen, tried, let go.

One line is one officer: an address that is linked belongs to whoever linked it, until they let it go. Nothing here is
a citizen's: no address, no conversation, no ticket is touched.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from channels.base import Abilities, contact
from config.schema import Office, Offices
from inbox import journal, officer_sendings
from inbox.actor import Actor
from inbox.database import Database
from inbox.models import Notice, OfficerLine
from inbox.officer_kinds import SWITCHES, USUAL, offered
from inbox.refused import Missing, Refused

PUSH = "push"
# Whose browser a pushed line is, among its keys: the digest of the session in which it was linked.
SESSION = "session"
CODE_LASTS = timedelta(minutes=15)
EVERY_MINUTES = (5, 15, 60)
_MOST_LINES = 12
_MOST_TRIES = 5
_DIGITS = "23456789"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ" + _DIGITS
_LONGEST_ENDPOINT, _LONGEST_KEY = 2000, 200


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser's consent to be pushed to: where, and its keys (base64url). ``label``: what it calls itself.

    ``session``: the digest of the session there, with which the line ends; without one it lasts until it is let go.
    """

    endpoint: str
    p256dh: str
    auth: str
    label: str = ""
    session: str = ""


def linkable(abilities: Abilities) -> bool:
    """Whether an officer can be reached through such a channel: whoever is behind it has an address of their own."""
    return not abilities.offline and abilities.scheme not in {"web", "chat"}


class OfficerLines:
    """The officers' commands on their own lines; nobody has any on another's."""

    def __init__(self, database: Database, offices: Offices) -> None:
        self._database, self._offices = database, offices

    async def of(self, by: Actor) -> list[OfficerLine]:
        """The officer's lines, oldest first, those that wait for their code among them."""
        async with self._database.reading():
            return await OfficerLine.filter(officer_id=by.officer_id).order_by("id")

    async def begin(self, by: Actor, channel: str, address: str, now: datetime, *, called: str = "") -> OfficerLine:
        """A code to link an address at a channel with: to be sent there, or with ``address`` sent to that mail address.

        ``called``: what the officer writes to there, to be shown with the line.

        Raises: Refused ``line-address``, ``line-taken``, ``lines-many``.
        """
        mail = _mail(address) if address else ""

        async def work() -> OfficerLine:
            await self._room(by)
            if mail and await OfficerLine.filter(channel=channel, address=mail).exists():
                raise Refused("line-taken", field="address")
            waiting = OfficerLine.filter(officer_id=by.officer_id, channel=channel, linked_at=None)
            line = await waiting.select_for_update().first() or _new(by, channel, now)
            line.code, line.code_until, line.tries, line.label = new_code(), now + CODE_LASTS, 0, mail or called[:120]
            line.trouble = ""
            await line.save()
            if mail:
                await officer_sendings.lay(line, "code", line.code, now, address=mail, values={"code": line.code})
            return line

        return await self._database.transaction(work)

    async def confirm(self, by: Actor, line_id: int, code: str, now: datetime) -> None:
        """The code that came by mail. Raises Missing ``line-missing``; Refused ``line-code``, ``line-taken``."""

        async def work() -> bool:
            line = await _own(by, line_id)
            if not _fits(line, code, now):
                line.tries += 1
                await line.save(update_fields=["tries"])
                return False
            await linked(line, line.label, now)
            return True

        if not await self._database.transaction(work):
            raise Refused("line-code", field="code")

    async def subscribe(self, by: Actor, browser: Browser, now: datetime) -> None:
        """This browser is the officer's, whoever used it before. Raises Refused ``push-unreadable``, ``lines-many``."""
        _check_browser(browser)
        address = hashlib.sha256(browser.endpoint.encode()).hexdigest()
        keys = {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth, SESSION: browser.session}

        async def work() -> None:
            line = await OfficerLine.filter(channel=PUSH, address=address).select_for_update().first()
            if line is not None and line.officer_id == by.officer_id:
                await OfficerLine.filter(id=line.id).update(keys=keys, trouble="")
                return
            if line is not None:
                await line.delete()
            await self._room(by)
            fresh = _new(by, PUSH, now)
            fresh.keys, fresh.label = keys, browser.label[:120]
            await linked(fresh, address, now)

        await self._database.transaction(work)

    async def choose(self, by: Actor, line_id: int, kinds: Collection[str], every: int, now: datetime) -> None:
        """What the line is told of, and how often at most. Raises Missing ``line-missing``; Refused ``line-every``."""
        if every not in EVERY_MINUTES:
            raise Refused("line-every", field="every")
        wanted = [kind for kind in offered(self._offices.office(by.office), by) if kind in kinds]

        async def work() -> None:
            line = await _own(by, line_id)
            await OfficerLine.filter(id=line.id).update(kinds=wanted, every_minutes=every)
            await _journal(line, "line-chosen", now)

        await self._database.transaction(work)

    async def let_go(self, by: Actor, line_id: int, now: datetime) -> None:
        """Nothing goes there any more. Raises Missing ``line-missing``."""

        async def work() -> None:
            await let_go(await _own(by, line_id), now)

        await self._database.transaction(work)

    async def leave(self, by: Actor, endpoint: str, now: datetime) -> None:
        """The same for a browser, which knows its endpoint alone; one that is not the officer's is left as it is."""
        address = hashlib.sha256(endpoint.encode()).hexdigest()

        async def work() -> None:
            line = await OfficerLine.filter(channel=PUSH, address=address, officer_id=by.officer_id).first()
            if line is not None:
                await let_go(line, now)

        await self._database.transaction(work)

    async def test(self, by: Actor, line_id: int, now: datetime) -> None:
        """Send a word of trial there, once a minute. Raises Missing ``line-missing``; Refused ``line-unlinked``."""

        async def work() -> None:
            line = await _own(by, line_id)
            if line.linked_at is None:
                raise Refused("line-unlinked")
            await OfficerLine.filter(id=line.id).update(rests_until=None)
            await officer_sendings.lay(line, "test", f"{now:%Y%m%d%H%M}", now)

        await self._database.transaction(work)

    async def notice(self, by: Actor, notice_id: int) -> Notice:
        """A notice that this officer was told of. Raises Missing ``notice-missing``."""
        async with self._database.reading():
            notice = await Notice.filter(id=notice_id, office=by.office).first()
        if notice is None or not (notice.officer_id == by.officer_id or notice.role in by.roles):
            raise Missing("notice-missing")
        return notice

    async def _room(self, by: Actor) -> None:
        if await OfficerLine.filter(officer_id=by.officer_id).count() >= _MOST_LINES:
            raise Refused("lines-many", most=str(_MOST_LINES))


async def link(office: Office, channel: str, sender: str, code: str, now: datetime) -> tuple[str, OfficerLine | None]:
    """A code came from an address at a channel, in the caller's transaction: what is to be said to that, and the line.

    ``linked``, ``line-again`` (it is that officer's already), ``line-taken``, ``code-unknown``.
    """
    known = await OfficerLine.filter(channel=channel, address=sender).first()
    waiting = OfficerLine.filter(office=office.id, channel=channel, code=code, linked_at=None, officer__active=True)
    line = await waiting.select_for_update().first()
    if line is None or not _fits(line, code, now):
        return ("line-again", known) if known and known.code == code else ("code-unknown", None)
    if known is not None:
        if known.officer_id == line.officer_id:
            await line.delete()
        return ("line-again" if known.officer_id == line.officer_id else "line-taken"), known
    await linked(line, sender, now)
    return "linked", line


async def linked(line: OfficerLine, address: str, now: datetime) -> None:
    """The line leads to that address from now on. Raises Refused ``line-taken``."""
    if await OfficerLine.filter(channel=line.channel, address=address).exists():
        raise Refused("line-taken", field="code")
    last = await Notice.filter(office=line.office).order_by("-id").first()
    line.address, line.linked_at, line.heard_at, line.code_until = address, now, now, None
    line.told_upto, line.trouble, line.rests_until = last.id if last else 0, "", None
    await line.save()
    await _journal(line, "line-linked", now)


async def let_go(line: OfficerLine, now: datetime, *, lost: bool = False) -> None:
    """Forget the line with all that is on its way there; in the caller's transaction. ``lost``: nobody asked for it."""
    if line.linked_at is not None:
        await _journal(line, "line-lost" if lost else "line-let-go", now)
    await line.delete()


def new_code() -> str:
    """Eight letters and digits without 0 O 1 I, a digit among them, so that no word is taken for one."""
    code = [secrets.choice(_LETTERS) for _ in range(7)]
    code.insert(secrets.randbelow(8), secrets.choice(_DIGITS))
    return "".join(code)


def _new(by: Actor, channel: str, now: datetime) -> OfficerLine:
    return OfficerLine(
        office=by.office,
        officer_id=by.officer_id,
        channel=channel,
        kinds=list(USUAL),
        every_minutes=EVERY_MINUTES[1],
        created_at=now,
    )


def _fits(line: OfficerLine, code: str, now: datetime) -> bool:
    given = "".join(code.split()).upper()
    good = bool(line.code) and secrets.compare_digest(line.code.encode(), given.encode())
    return good and line.linked_at is None and line.tries < _MOST_TRIES and (line.code_until or now) > now


async def _own(by: Actor, line_id: int) -> OfficerLine:
    line = await OfficerLine.filter(id=line_id, officer_id=by.officer_id).select_for_update().first()
    if line is None:
        raise Missing("line-missing")
    return line


async def _journal(line: OfficerLine, event: str, now: datetime) -> None:
    mark = journal.SYSTEM if event == "line-lost" else journal.officer(line.officer_id)
    await journal.write(line.office, event, actor=mark, at=now, channel=line.channel)


def _mail(address: str) -> str:
    found = contact(address)
    if found is None or found[0] != "email" or found[1] != address.strip().lower():
        raise Refused("line-address", field="address")
    return found[1]


def _check_browser(browser: Browser) -> None:
    """Only an https address, without credentials in it; what lies behind it is looked at when it is sent to."""
    try:
        parts = urlsplit(browser.endpoint)
        good = parts.scheme == "https" and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        good = False
    long = len(browser.endpoint) > _LONGEST_ENDPOINT or max(len(browser.p256dh), len(browser.auth)) > _LONGEST_KEY
    if not good or long or not (browser.p256dh and browser.auth):
        raise Refused("push-unreadable")


def wishes(line: OfficerLine) -> Mapping[str, bool]:
    """Every switch of the line, on or off."""
    return {kind: kind in line.kinds for kind in (*SWITCHES, *USUAL)}
