"""Every page, file and answer of the machines' door as an officer who may not know who complained.

The complaint of the walk over the rights (``world_case.py``), sealed, and the complainant's name and ways to reach them
planted wherever the record keeps them. An address that is added later is walked by itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pypdf
import pytest

from inbox import models
from inbox.blocking import Blocks
from inbox.database import Database
from inbox.joining import Joinings
from inbox.models import Address, Citizen, Message, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.sealing import HIDDEN
from inbox.secrecy import SEALED
from tests.inbox.web import world_case
from tests.inbox.web.test_rights import RULES, SEARCHES, VALUES
from tests.inbox.web.world import BLIND, MARK, Caller, World, caller

NAME, MAIL, NUMBER, TYPED = "Wati Qzzelok", "qzzpos@example.com", "+6281298765432", "0812-9876-5432"
# As they may stand in a text: the name, a word of it, the mail address, the number in any writing.
PLANTED = ("qzzelok", "qzzpos", "98765432", "9876-5432", "9876 5432")
ASKED = (NAME, "Qzzelok", MAIL, NUMBER, "081298765432")
NOT_READ = {"GET /meja/peristiwa"}


@pytest.fixture
async def world(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The complaint, sealed, with everything that hangs on it."""
    async with world_case.laid(sqlite_database, tmp_path, _planted) as world:
        yield world


async def _planted(ticket: Ticket) -> None:
    """Who complained, wherever it is written."""
    await Citizen.filter(id=ticket.citizen_id).update(name=NAME)
    own = Address.filter(conversations__links__ticket_id=ticket.id)
    await Address.filter(id__in=[one.id for one in await own]).update(value=MAIL)
    known = {"office": ticket.office, "citizen_id": ticket.citizen_id, "created_at": ticket.opened_at}
    await Address.create(scheme="phone", value=NUMBER, confirmed_at=ticket.opened_at, **known)
    moved = await models.Joining.get(kept_id=ticket.citizen_id)
    await Citizen.filter(id=moved.moved_id).update(name=f"{NAME} lama")
    values = {"name": NAME, "contact": TYPED, "facts": {"call_back": TYPED, "link": f"https://x.example/{MAIL}"}}
    text = f"Ada {MARK} di sini. Salam, {NAME}, HP {TYPED}, {MAIL}"
    raw = f"From: {NAME} <{MAIL}>\r\n\r\n{text}".encode()
    said: dict[str, Any] = {"text": text, "subject": f"Aduan dari {NAME}", "original": raw}
    reported = [one.message_id for one in await models.GuestReport.all()]  # what another agency wrote, it reads again
    await Message.filter(ticket_id=ticket.id, id__not_in=reported).update(
        **said, values=values, full_text=f"{text}\n" * 40
    )
    await models.Attachment.all().update(name=f"KTP {NAME}.png")
    await models.Delivery.all().update(detail=f"550 {MAIL} unknown", reason="address-unknown")
    await models.Paper.filter(ticket_id=ticket.id).update(
        values={"name": NAME, "contact": TYPED, "text": f"Dari {NAME} ({TYPED})", "to": f"Sdr. {NAME}", "address": MAIL}
    )
    await models.Task.filter(ticket_id=ticket.id).update(report=f"Sudah menelepon {NAME}")
    await models.PrivacyRequest.create(
        office="blitar",
        ticket_id=ticket.id,
        citizen_id=ticket.citizen_id,
        kind="correct",
        text=f"Nama saya {NAME}",
        state="asked",
        created_at=ticket.opened_at,
    )
    await models.Disposition.filter(ticket_id=ticket.id).update(instruction=f"Hubungi {NAME} di {TYPED}")
    await models.TicketStep.filter(ticket_id=ticket.id).update(reason=f"Kata {NAME}")
    await Ticket.filter(id=ticket.id).update(secrecy=SEALED, summary=f"Saya {NAME}, HP {TYPED}")


def _read(body: bytes, type_: str) -> str:
    """All that a person could read in an answer."""
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if type_ == "application/pdf" and body:
        pdf = pypdf.PdfReader(io.BytesIO(body))
        texts = [page.extract_text() for page in pdf.pages] + [str(pdf.metadata)]
        return " ".join([*texts, *(name for name in pdf.attachments)])
    return body.decode("utf-8", "replace")


async def _asks(world: World, by: Caller, method: str, path: str, values: dict[str, Any]) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {by._token}"} if path.startswith("/api/") else {}
    sent = {"data": {"csrf": by._csrf, **values}} if method == "POST" else {}
    url = world.office.url + path
    async with (
        aiohttp.ClientSession(cookies=dict(by.cookies)) as session,
        session.request(method, url, headers=headers, allow_redirects=False, **sent) as answer,
    ):
        return answer.status, _read(await answer.read(), answer.content_type) + str(answer.headers)


def _slips(text: str, path: str = "") -> list[str]:
    read, asked = text.casefold(), path.casefold()
    return [word for word in PLANTED if word in read and word not in asked]


def _pages() -> list[str]:
    return [route for route in [*RULES, *SEARCHES] if route.startswith("GET ") and route not in NOT_READ]


async def _walked(world: World, login: str) -> dict[str, list[str]]:
    """What each page lets slip."""
    by, found = await caller(world.office, login), {}
    for route in _pages():
        path = world.path(route.removeprefix("GET ").replace("{mark}", MARK).replace("{sender}", "x@example.com"))
        status, text = await _asks(world, by, "GET", path, {})
        assert status < 500, route
        if slips := _slips(text, path):
            found[route] = slips
    return found


async def test_no_page_says_who_complained(world: World) -> None:
    """No page, list, file, book, paper or answer to a machine has the name or a way to reach them."""
    assert await _walked(world, BLIND) == {}


async def test_the_walk_would_find_it(world: World) -> None:
    """Whoever holds the right reads it all over: the walk looks where it can be seen."""
    found = await _walked(world, "semua")
    seen = {
        "GET /meja/?antrean=semua&status=all",
        "GET /meja/{number}",
        "GET /meja/gangguan",
        "GET /meja/penyerahan",
        "GET /api/v1/deliveries",
    }
    seen |= {"GET /api/v1/tickets", "GET /api/v1/tickets/{number}/ways", "GET /meja/{number}/berkas.pdf"}
    seen |= {
        "GET /meja/{number}/tanda-terima",
        "GET /meja/unduh.csv?antrean=semua&status=all",
        "GET /meja/{number}/dokumen/{paper}.docx",
    }
    assert seen <= set(found), sorted(found)


async def test_nobody_is_found_by_what_they_must_not_know(world: World) -> None:
    """A search by name, address or number finds the sealed complaint for who may know, and for nobody else."""
    blind, knowing = await caller(world.office, BLIND), await caller(world.office, "semua")
    for asked in ASKED:
        for page in ("/meja/?status=all", "/meja/unduh.csv?antrean=semua&status=all"):
            path = f"{page}&q={quote(asked)}"
            assert world.number not in (await _asks(world, blind, "GET", path, {}))[1], path
            assert world.number in (await _asks(world, knowing, "GET", path, {}))[1], path


@pytest.mark.parametrize("route", ["POST /meja/baru/kenal", "POST /meja/{number}/templat", "POST /meja/{number}/hadir"])
async def test_no_answer_to_a_form_says_who_complained(world: World, route: str) -> None:
    """What is known of a number that is typed at the counter is nothing, where a seal lies over it."""
    by = await caller(world.office, BLIND)
    values = {
        **VALUES[route],
        "contact": TYPED,
        "text": f"Saya {NAME} melapor lagi",
        "object": "Ruko",
        "place": "Jalan",
    }
    status, text = await _asks(world, by, "POST", world.path(route.removeprefix("POST ")), values)
    assert status < 500
    assert not [slip for slip in _slips(text) if slip != "qzzelok" or route != "POST /meja/baru/kenal"]


async def test_a_seal_is_opened_with_a_reason(world: World) -> None:
    """Whoever opens it reads the name until the day is over; the head is told, and whoever may know sees who looked."""
    office = world.office
    page = f"/meja/{world.number}"
    browser = await office.browser("kabid")
    shown = await browser.opens(page)
    assert not _slips(shown.html)
    assert "Identitas pelapor disegel" in shown.html
    refused = await browser.sends(shown, f"{page}/segel/buka", {"reason": " "})
    assert not _slips(refused.html)
    opened = await browser.sends(shown, f"{page}/segel/buka", {"reason": "Memanggil pelapor untuk klarifikasi"})
    assert NAME in opened.html
    assert await office.house.notices("seal-opened") == [("seal-opened", "kepala-dinas")]
    lines = await models.Entry.filter(event="seal-opened").order_by("id")
    assert [set(line.values) for line in lines] == [{"opening"}]
    again = await office.browser("sekretaris")
    assert not _slips((await again.opens(page)).html), "a seal is open to whoever opened it"
    office.later(days=1)
    shut = (await (await office.browser("kabid")).opens(page)).html
    assert "Identitas pelapor disegel" in shut, "and shut on the day after"
    assert not _slips(shut)


async def test_who_looked_is_written_down(world: World) -> None:
    """A look by right is on record once a day; the page of looks tells the reasons, to who may know alone."""
    office, page = world.office, f"/meja/{world.number}"
    kabid, head = await office.browser("kabid"), await office.browser("semua")
    await kabid.sends(await kabid.opens(page), f"{page}/segel/buka", {"reason": "Memanggil pelapor"})
    for _ in range(2):
        assert NAME in (await head.opens(page)).html
    reads = models.Entry.filter(event="identity-read")
    assert [line.actor for line in await reads] == [office.by["semua"].mark]
    office.later(days=1)
    kabid, head = await office.browser("kabid"), await office.browser("semua")
    await head.opens(page)
    assert await reads.count() == 2
    looks = (await head.opens(f"{page}/segel")).html
    assert "Memanggil pelapor" in looks
    assert looks.count("<article") == 3
    assert (await kabid.opens(f"{page}/segel")).status == 403


async def test_an_answer_needs_no_name(world: World) -> None:
    """Who may not know answers all the same, and the words go where the citizen wrote from."""
    by = await world.office.browser(BLIND)
    shown = await by.opens(f"/meja/{world.number}")
    answered = await by.sends(shown, f"/meja/{world.number}/balas", {"text": "Sedang kami periksa"})
    assert not _slips(answered.html)
    sent = await models.Delivery.all().order_by("-id").select_related("address").first()
    assert sent is not None
    assert (sent.address.value, sent.state) == (MAIL, "queued")


async def test_a_sealed_person_is_joined_with_nobody(world: World) -> None:
    """By whose number or name it is guessed: who may not know learns nothing by joining, correcting or blocking."""
    house, by = world.office.house, world.office.by[BLIND]
    twin = await Ticket.get(number=world.ids["{twin}"])
    sealed, now = await Ticket.get(number=world.number), world.office.now
    address = await Address.get(value=NUMBER)
    for other in (world.number, f"a{address.id}"):
        with pytest.raises(Refused, match="person-unknown"):
            await Joinings(house.tickets).join(by, twin.number, other, "Sama", version=twin.version, now=now)
    with pytest.raises(Forbidden, match="sealed"):
        await Joinings(house.tickets).join(by, world.number, twin.number, "Sama", version=sealed.version, now=now)
    with pytest.raises(Forbidden, match="sealed"):
        await house.acting.fields(by, world.number, {"name": "X"}, version=sealed.version, now=now)
    with pytest.raises(Missing, match="address-missing"):
        await Blocks(house.tickets).add(by, f"a{address.id}", "Coba", "7", now)


async def test_a_draft_keeps_what_its_writer_may_not_see(world: World) -> None:
    """A paper that is written on by who may not know keeps the name that was in it."""
    office = world.office
    paper = await models.Paper.get(id=int(world.ids["{paper}"]))
    hidden = await office.house.tickets.seal(office.by[BLIND]).identity(await Ticket.get(number=world.number))
    assert hidden is not None
    shown = hidden.hide(paper.values["to"])
    assert shown == f"Sdr. {HIDDEN}"
    assert hidden.kept(paper.values["to"], shown) == paper.values["to"]
    assert hidden.kept(paper.values["to"], "Sdr. Lain") == "Sdr. Lain"


async def test_an_officer_lays_a_seal(world: World) -> None:
    """Pressed on the complaint's page it holds at once, for whoever pressed it too, and no officer takes it away."""
    await Ticket.filter(number=world.number).update(secrecy="open")
    kabid, page = await world.office.browser("kabid"), f"/meja/{world.number}"
    before = await kabid.opens(page)
    assert NAME in before.html
    sealed = await kabid.sends(before, f"{page}/segel", {})
    assert "Identitas pelapor disegel" in sealed.html
    assert not _slips(sealed.html)
    assert (await kabid.sends(before, f"{page}/segel", {})).status == 422
    assert await models.Entry.filter(event="identity-sealed").count() == 1
