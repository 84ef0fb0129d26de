"""``wadul demo``: the real program with a past to look at, and a mail that goes all the way round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession

from bot import serving
from bot.app import Wadul
from bot.demo.past import moment
from bot.demo.start import apart, staged
from bot.settings import Settings
from inbox.models import Delivery, Notice, Officer, Paper, SetAside, Ticket
from inbox.paper_reading import PaperReading
from inbox.web.gate import actor
from inbox.worktime import Calendar
from tests.shipped import shipped

MONDAY = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
OFFICE = "pengaduan@blitar.example.go.id"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return apart(Settings(data=tmp_path, listen="127.0.0.1:0"))


async def hears(wadul: Wadul, heard: Callable[[list[dict[str, Any]]], bool], port: int) -> list[dict[str, Any]]:
    """Wait until the first phone shows what is waited for; look whenever something happened."""
    async with wadul.live.subscribe("blitar") as events, ClientSession(f"http://127.0.0.1:{port}") as browser:
        while True:
            response = await browser.get("/hp/isi?warga=1&sejak=")
            rows: list[dict[str, Any]] = (await response.json())["surat"]
            if heard(rows):
                return rows
            await events.get()


async def test_the_desk_is_not_empty_at_first_look(settings: Settings) -> None:
    """There is an officer for every role of every office, and tickets in every state, made by the real road."""
    async with staged(settings, now=lambda: MONDAY) as wadul:
        for office in wadul.offices.offices.values():
            officers = await Officer.filter(office=office.id)
            assert {row.login for row in officers} == {f"{role}.{office.id}" for role in office.roles}
            assert {row.name for row in officers} == {role.name for role in office.roles.values()}
        states = set(await Ticket.filter(office="blitar").values_list("status", flat=True))
        assert states == {"open", "waiting", "answered", "handed-on", "closed"}
        assert set(await Ticket.filter(office="mojokerto").values_list("status", flat=True)) == {
            "open",
            "waiting",
            "closed",
        }
        assert set(await Ticket.filter(office="pagaralam").values_list("status", flat=True)) == {"open", "answered"}
        assert set(await Ticket.filter(office="denpasar").values_list("status", flat=True)) == {"open", "answered"}
        late, *fresh = await Ticket.filter(office="blitar", status="open").order_by("opened_at")
        assert late.due_at < MONDAY
        assert all(row.due_at > MONDAY for row in fresh)
        assert await Ticket.filter(status="closed").values_list("rating", flat=True) == [5, 5, 5]
        assert not await SetAside.exists()
        assert set(await Delivery.all().values_list("state", flat=True)) <= {"sent", "delivered", "handover"}
        assert all(row.opened_at < MONDAY for row in await Ticket.all())
        told = await Notice.filter(office="blitar", role="petugas", seen_at=None).values_list("ticket_id", flat=True)
        written = set(await Paper.filter(status="initialled").values_list("ticket_id", flat=True))
        assert set(told) == {row.id for row in fresh} - written


async def test_the_head_has_a_letter_to_sign_at_first_look(begun: Settings) -> None:
    """One paper was issued under its number, and one waits for the head's signature."""
    async with staged(begun, now=lambda: MONDAY) as wadul:
        issued = await Paper.filter(office="blitar").exclude(number="").values_list("paper", "status")
        assert issued == [("surat-teguran", "issued")]
        head = await Officer.get(login="kepala-dinas.blitar").prefetch_related("roles")
        waiting = await PaperReading(wadul.tickets).waiting(actor(head))
        assert [(one.paper.paper, one.turn) for one in waiting] == [("surat-jawaban", "signature")]


async def test_an_office_that_came_with_a_newer_version_can_be_signed_in_to(begun: Settings) -> None:
    """A record that was begun before it existed gets its officers, once; what stands in the record is left alone."""
    async with staged(begun, now=lambda: MONDAY):
        every = await Officer.all().count()
        for row in await Officer.filter(office="mojokerto"):
            await Officer.filter(id=row.id).update(office="lama", login=f"{row.login}.lama")
        tickets = await Ticket.all().count()
    for _ in range(2):
        async with staged(begun, now=lambda: MONDAY) as wadul:
            roles = wadul.offices.office("mojokerto").roles
            assert await Officer.filter(office="mojokerto").count() == len(roles)
            assert await Officer.all().count() == every + len(roles)
            assert await Ticket.all().count() == tickets


async def test_the_past_came_through_every_door(begun: Settings) -> None:
    """Mail, form, short message, chats, and what officers wrote down: each has brought a ticket, and a phone that
    was used shows its talk.
    """
    async with staged(begun, now=lambda: MONDAY) as wadul, serving.running(wadul) as port:
        kinds = {id_: entry.kind for id_, entry in wadul.offices.channels().items()}
        opened = {kinds[channel] for channel in await Ticket.all().values_list("channel", flat=True)}
        handed = {"counter", "letter", "phone", "box", "radio", "social", "service"}
        assert opened == {"email", "web", "android", "telegram", "whatsapp", "instagram"} | handed
        async with ClientSession(f"http://127.0.0.1:{port}") as browser:
            state = await (await browser.get("/hp/isi?warga=3&sejak=")).json()
        talk = [line for line in state["obrolan"] if line["channel"] == "mojokerto-telegram"]
        assert next(line["text"] for line in talk if line["sent"]) == "/start"
        assert {line["pressed"] for line in talk if line["buttons"]} >= {"keluhan", "SELESAI", "5"}
        assert (state["jejak"], state["langkah"]) == ([], [])
        async with ClientSession(f"http://127.0.0.1:{port}") as browser:
            state = await (await browser.get("/hp/isi?warga=4&sejak=")).json()
        talk = [line for line in state["obrolan"] if line["channel"] == "mojokerto-whatsapp"]
        assert "keluhan" in {line["pressed"] for line in talk if line["menu"]}


async def test_a_demo_that_is_started_again_goes_on_where_it_was(settings: Settings) -> None:
    """No second past is played, and the letters on the phones are the same."""
    async with staged(settings, now=lambda: MONDAY):
        before = await Ticket.all().order_by("id").values_list("number", flat=True)
    letters = sorted(path.name for path in (settings.data / "hp").glob("*.eml"))
    async with staged(settings, now=lambda: MONDAY) as wadul:
        async with serving.running(wadul) as port, ClientSession(f"http://127.0.0.1:{port}") as browser:
            form = {"warga": "1", "ke": OFFICE, "subjek": "Jalan rusak", "isi": "Jalan Merdeka berlubang besar"}
            await browser.post("/hp/kirim", data=form)
            await hears(wadul, lambda rows: len(rows) == 2, port)
        after = await Ticket.all().order_by("id").values_list("number", flat=True)
    assert after[:-1] == before
    assert sorted(path.name for path in (settings.data / "hp").glob("*.eml"))[: len(letters)] == letters


async def test_a_mail_goes_all_the_way_round(begun: Settings) -> None:
    """Written on the phone, taken by IMAP, answered by the clerk, delivered by SMTP to the phone, in its thread."""
    async with (
        staged(begun, now=lambda: MONDAY) as wadul,
        serving.running(wadul) as port,
        ClientSession(f"http://127.0.0.1:{port}") as browser,
    ):
        form = {"warga": "1", "ke": OFFICE, "subjek": "Jalan rusak", "isi": "Jalan Merdeka berlubang besar"}
        assert (await browser.post("/hp/kirim", data=form)).status == 200
        rows = await hears(wadul, lambda rows: len(rows) == 2, port)
        ticket = await Ticket.all().order_by("-id").first()
        assert ticket
        assert ticket.number in rows[-1]["text"]
        assert ticket.code in rows[-1]["text"]
        assert rows[0]["thread"] == rows[-1]["thread"]
        assert 'href="/hp/"' in await (await browser.get("/")).text()


# Whoever has nothing open there: one citizen's number is the same at both doors for short messages.
WRITERS = {
    "blitar-sms": "1",
    "blitar-sms-luar": "2",
    "blitar-telegram": "1",
    "mojokerto-telegram": "1",
    "mojokerto-sms": "3",
}


async def lines(browser: ClientSession, channel: str) -> list[dict[str, Any]]:
    state = await (await browser.get(f"/hp/isi?warga={WRITERS[channel]}&sejak=")).json()
    return [line for line in state["obrolan"] if line["channel"] == channel]


async def test_a_message_goes_all_the_way_round(settings: Settings) -> None:
    """Written on the phone, brought to the real door, answered by the clerk, delivered to the phone and reported."""
    async with (
        staged(settings, now=lambda: MONDAY) as wadul,
        serving.running(wadul) as port,
        ClientSession(f"http://127.0.0.1:{port}") as browser,
        browser.get("/hp/peristiwa") as stream,
    ):
        kinds = {id_: entry.kind for id_, entry in wadul.offices.channels().items()}
        assert {id_ for id_, kind in kinds.items() if kind in {"android", "twilio", "telegram"}} == set(WRITERS)
        for channel, writer in WRITERS.items():
            before = len(await lines(browser, channel))
            form = {"warga": writer, "pintu": channel, "isi": "Jalan Merdeka berlubang besar, sudah ada yang jatuh"}
            path = "/hp/telegram" if kinds[channel] == "telegram" else "/hp/sms"
            assert (await browser.post(path, data=form)).status == 200
            while not (said := (await lines(browser, channel))[before:])[1:] or said[0]["state"] != "delivered":
                await stream.content.readuntil(b"\r\n\r\n")
            ticket = await Ticket.filter(channel=channel).order_by("-id").first()
            assert ticket
            assert ticket.number in said[1]["text"]
            assert ticket.code in said[1]["text"]
            reported = "sent" if kinds[channel] == "telegram" else "delivered"
            while await Delivery.filter(channel=channel).exclude(state=reported).exists():
                await stream.content.readuntil(b"\r\n\r\n")
        assert not await SetAside.exists()


async def test_nothing_of_the_demo_touches_real_work(tmp_path: Path) -> None:
    """The demo has its own folder and its own embedded database, whatever the surroundings say."""
    real = Settings(data=tmp_path, database="postgres://kantor@db.example/wadul")
    assert apart(real).database_url == f"sqlite://{(tmp_path / 'peragaan' / 'wadul.db').resolve()}"


@pytest.mark.parametrize(
    ("when", "local"),
    [
        ("9 menit", "2026-11-23 09:06"),
        ("-1 13.10", "2026-11-20 13:10"),
        ("-4 09.12", "2026-11-17 09:12"),
    ],
)
def test_the_past_counts_working_days(when: str, local: str) -> None:
    """A sample happening falls on a working day of the office, whatever day the demo is started on."""
    offices = shipped()
    zone = ZoneInfo("Asia/Jakarta")
    at = moment(when, today=MONDAY, calendar=Calendar(offices.office("blitar"), offices.worktime), zone=zone)
    assert at.astimezone(zone).strftime("%Y-%m-%d %H:%M") == local


def test_a_time_that_cannot_be_read_stops_the_story() -> None:
    """A typing error in the story is said, not played."""
    offices = shipped()
    calendar = Calendar(offices.office("blitar"), offices.worktime)
    with pytest.raises(ValueError, match="kemarin"):
        moment("kemarin", today=MONDAY, calendar=calendar, zone=ZoneInfo("Asia/Jakarta"))
