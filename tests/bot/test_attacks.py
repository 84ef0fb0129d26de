"""Who means ill at the clerk's doors: victims are left in peace, strangers learn nothing, every word is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import proxies
from bot.desk import Desk
from bot.lag import LoopLag
from bot.logs import is_ours
from bot.monitoring import Monitoring
from bot.settings import utc_now
from bot.spool import Letter, Spool
from channels.base import Attachment, Health
from channels.http import body
from inbox.models import Attachment as AttachmentRow
from inbox.models import Citizen, Message, SetAside, Ticket
from tests.bot.street import COMPLAINT, Street


async def test_a_victims_address_typed_many_times(any_street: Street) -> None:
    """Twenty forms with somebody else's address send it one message; a week later one more may come."""
    siti = any_street.citizen("siti@example.com", "email")
    for number in range(20):
        await any_street.citizen(f"w{number}", "web").sends_form(f"{COMPLAINT} {number}", kontak=siti.sender)
    assert await siti.hears() == ["konfirmasi"]
    any_street.later(hours=20)
    await any_street.citizen("w99", "web").sends_form(COMPLAINT, kontak=siti.sender)
    assert await siti.hears() == []
    any_street.later(days=8)
    await any_street.citizen("w100", "web").sends_form(COMPLAINT, kontak=siti.sender)
    assert await siti.hears() == ["konfirmasi"]


async def test_numbers_of_many_strangers(any_street: Street) -> None:
    """Whoever types one number after the other makes the office text so many an hour; with later news more hear."""
    most = any_street.office.clerk.first_per_hour
    strangers = [any_street.citizen(f"siti{number}@example.com", "email") for number in range(most + 3)]
    for number, siti in enumerate(strangers):
        await any_street.citizen(f"w{number}", "web").sends_form(f"{COMPLAINT} {number}", kontak=siti.sender)
    assert [await siti.hears() for siti in strangers].count(["konfirmasi"]) == most
    any_street.later(hours=2)
    await any_street.citizen("w99", "web").sends_form(COMPLAINT, kontak="wahyu@example.com")
    assert await any_street.citizen("wahyu@example.com", "email").hears() == ["konfirmasi"]


async def test_an_address_that_answered_is_asked_again(street: Street) -> None:
    """Who says that it is theirs is asked about the next complaint as well."""
    siti = street.citizen("siti@example.com", "email")
    await street.citizen("w1", "web").sends_form(COMPLAINT, kontak=siti.sender)
    (asked,) = await siti.new()
    await siti.says("Ya", answers=(f"<{asked.key}@x>",))
    await siti.hears()
    await street.citizen("w2", "web").sends_form("Pohon tumbang di Jalan Melati", kontak=siti.sender)
    assert await siti.hears() == ["konfirmasi"]


async def test_somebody_elses_number(any_street: Street) -> None:
    """CEK of a foreign number tells the same of one that is there and of one that is not, and locks after guesses."""
    await any_street.citizen("siti@example.com", "email").says(COMPLAINT)
    (ticket,) = await any_street.all()
    mallory = any_street.citizen("mallory@example.com", "email")
    await mallory.says(f"CEK {ticket.number}")
    there = await mallory.reads()
    await mallory.says("CEK BLT-26-999999")
    assert (await mallory.reads()).replace("BLT-26-999999", ticket.number) == there
    any_street.later(hours=2)
    for _ in range(6):
        await mallory.says(f"CEK {ticket.number} AAAAA2")
    await mallory.says(f"CEK {ticket.number} {ticket.code}")
    heard = await mallory.reads()
    assert COMPLAINT not in heard
    assert ticket.code not in heard.replace("AAAAA2", "")
    assert await any_street.on(ticket) == [COMPLAINT]


@pytest.mark.parametrize("claims", ["officer", "proof", "fact"])
async def test_fields_of_a_platforms_form(street: Street, claims: str) -> None:
    """Whoever fills them in decides on their names: nobody is an officer by that, and nothing is proved uncounted."""
    await street.citizen().says(COMPLAINT)
    (ticket,) = await street.all()
    by, thief = await street.officer("petugas"), street.citizen("+6281111111111")
    fields = {
        "officer": {"petugas": by.login, "nama": "Budi"},
        "proof": {"nomor": ticket.number, "kode": ticket.code},
        "fact": {"catatan.surat": "005/12", "nama": "Budi"},
    }[claims]
    await thief.says("Jalan di depan balai desa rusak parah", fields=fields)
    (message,) = await Message.filter(text__contains="balai desa")
    new = await Ticket.exclude(id=ticket.id).get()
    assert (message.ticket_id, message.officer_id) == (new.id, None)
    assert "facts" not in message.values
    assert "registered" not in await street.journal(new)


async def test_threading_to_somebody_elses_mail(any_street: Street) -> None:
    """Who knows a message's id may add to its ticket, and learns its number at most: no code, no state, no end."""
    siti, mallory = (any_street.citizen(f"{name}@example.com", "email") for name in ("siti", "mallory"))
    await siti.says(COMPLAINT, external_id="<siti-1@example.com>")
    (ticket,) = await any_street.all()
    for words in ("BATAL", "SELESAI", "KODE", "CEK", f"CEK {ticket.number}", "5", "Saya saksinya, benar adanya"):
        await mallory.says(words, answers=("<siti-1@example.com>",))
    heard = await mallory.reads()
    assert ticket.code not in heard
    assert COMPLAINT not in heard
    assert (await Ticket.get(id=ticket.id)).status == "open"
    await siti.hears()
    await any_street.answers(ticket, "Rahasia untuk Siti")
    assert "Rahasia" not in await mallory.reads()
    assert "Rahasia" in await siti.reads()


async def test_a_war_of_machines(street: Street) -> None:
    """Something that answers every mail at once, without saying that it is a machine, hears eight mails an hour."""
    machine = street.citizen("mesin@example.com", "email")
    heard = 0
    for number in range(100):
        await machine.says(f"Terima kasih atas surat Anda yang ke-{number}, kami sedang tidak di tempat")
        heard += len(await machine.hears())
    assert heard <= 8


async def test_a_machine_that_says_stop_to_everything(street: Street) -> None:
    """One last word is the last one; MULAI still brings the clerk back."""
    machine = street.citizen()
    heard = []
    for _ in range(5):
        await machine.says("STOP")
        heard += await machine.hears()
    await machine.says("MULAI")
    assert [*heard, *await machine.hears()] == ["berhenti", "mulai"]


async def test_fifty_at_once(street: Street) -> None:
    """Every one is stored once, however many come at the same moment, each of them twice."""
    desk = street.desks["blitar-web"]
    forms = [street.citizen(f"w{number}", "web").message(f"{COMPLAINT} {number}", fields={}) for number in range(50)]
    taken = await asyncio.gather(*(desk.accept(form) for form in forms + forms))
    assert await Ticket.all().count() == 50
    assert await Message.filter(direction="in").count() == 50
    assert len({one.number for (one,) in taken}) == 50
    assert sum(one.duplicate for (one,) in taken) == 50


async def test_words_that_no_database_takes(any_street: Street) -> None:
    """NUL, lone surrogates, marks that turn the writing, ten thousand lines: on record, or set aside; never refused."""
    desk: Desk = any_street.desks["blitar-email"]
    budi = any_street.citizen("budi@example.com", "email")
    hostile = {
        "nul": f"\x00{COMPLAINT}\x00",
        "surrogate": f"\ud800{COMPLAINT}\udfff",
        "turned": f"\u202e{COMPLAINT}\u2066",
        "lines": f"{COMPLAINT}\n" * 10_000,
        "long": "a" * 1_000_000,
        "markup": "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}%(x)s{0}",
    }
    for name, text in hostile.items():
        await desk.accept(budi.message(text, subject=text[:300], sender_name=text[:100], external_id=f"<{name}@x>"))
    assert await Message.filter(direction="in").count() + await SetAside.all().count() == len(hostile)
    assert await Message.filter(direction="in").count() == len(hostile)


async def test_files_that_no_database_takes(any_street: Street) -> None:
    """A size beyond every number, a reference with NUL: the words are taken, the file waits or is refused."""
    budi = any_street.citizen("budi@example.com", "email")
    files = (
        Attachment("a.jpg", "image/jpeg", reference="a\x00b", size_bytes=10),
        Attachment("b.jpg", "image/jpeg", reference="b", size_bytes=10**30),
    )
    await any_street.desks["blitar-email"].accept(budi.message(COMPLAINT, files=files))
    assert await SetAside.all().count() == 0
    assert [one.state for one in await AttachmentRow.all().order_by("id")] == ["pending", "refused"]


@pytest.mark.parametrize("counter", ["", "x", "1"], ids=["empty", "spoiled", "behind"])
async def test_no_letter_is_laid_over_another(tmp_path: Path, counter: str) -> None:
    """A power cut may take the spool's counter back; what was kept before stays, and the next comes after it."""
    spool = Spool(tmp_path)
    for word in ("satu", "dua"):
        await spool.keep("blitar-wa", Letter(aside=word.encode(), reason="x"))
    (tmp_path / "blitar-wa" / ".number").write_text(counter)
    await spool.keep("blitar-wa", Letter(aside=b"tiga", reason="x"))
    lying = [(await spool.read(path)).aside for path in spool.letters("blitar-wa")]
    assert lying == [b"satu", b"dua", b"tiga"]


async def test_a_strangers_broken_body_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """The server's library would write forty lines for each; a mistake of ours it still tells."""

    async def handle(request: web.Request) -> web.Response:
        await body(request, 1000)
        raise LookupError("ours")

    app = web.Application()
    app.add_routes([web.post("/", handle)])
    async with TestClient(TestServer(app)) as client:
        assert (await client.post("/", data=b"abcde")).status == 500
        assert (await client.post("/", data=b"abcde", headers={"Content-Encoding": "gzip"})).status == 400
    told = [record for record in caplog.records if record.name == "aiohttp.server"]
    assert len(told) > 1
    assert ["ours" in str(record.exc_info) for record in told if is_ours(record)] == [True]


async def test_figures_are_for_this_machine_alone(street: Street) -> None:
    """A web server in front of us that nobody told us of does not make the figures everybody's."""
    app = web.Application()
    app.add_routes(
        Monitoring(
            street.database,
            ("blitar-web",),
            lambda _: Health("ok"),
            lag=LoopLag(),
            spool=Spool(Path("nowhere")),
            now=utc_now,
        ).routes()
    )
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/metrics")).status == 200
        assert (await (await client.get("/healthz")).json())["doors"]
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto", "Via"):
            passed_on = {name: "192.0.2.1"}
            assert (await client.get("/metrics", headers=passed_on)).status == 404, name
            assert not (await (await client.get("/healthz", headers=passed_on)).json())["doors"], name


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (None, 404),
        ("192.0.2.1", 404),
        ("127.0.0.1, 192.0.2.1", 404),
        ("192.0.2.1, 127.0.0.1", 404),
        ("siapa", 404),
        ("127.0.0.1", 200),
    ],
)
async def test_a_server_in_front_that_says_nothing_of_whom_it_asks_for_sees_no_figures(
    street: Street, said: str | None, status: int
) -> None:
    """Its line is this machine's, and so would be everybody's who comes by it; the machine's own monitor says so."""
    trusted = ("127.0.0.1",)
    app = web.Application(middlewares=[proxies.middleware(trusted)])
    pages = Monitoring(
        *(street.database, ("blitar-web",), lambda _: Health("ok")),
        lag=LoopLag(),
        spool=Spool(Path("nowhere")),
        now=utc_now,
        trusted=trusted,
    )
    app.add_routes(pages.routes())
    async with TestClient(TestServer(app)) as client:
        headers = {} if said is None else {"X-Forwarded-For": said}
        assert (await client.get("/metrics", headers=headers)).status == status
        told = await (await client.get("/healthz", headers=headers)).json()
        assert bool(told["doors"]) == (status == 200)


async def test_a_name_turns_no_line_round(any_street: Street) -> None:
    """Marks that write backwards would make an officer read another name; an album's name holds nothing strange."""
    budi = any_street.citizen("budi@example.com", "email")
    await budi.says(COMPLAINT, sender_name="Budi \u202eitaG\u2066", subject="Gelap\u202e", group="album\x00\n7")
    (ticket,) = await any_street.all()
    assert (await Citizen.get(id=ticket.citizen_id)).name == "Budi itaG"
    assert await any_street.on(ticket) == [COMPLAINT]
