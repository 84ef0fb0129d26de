"""The complaint of the walk with all that can hang on one, and what stands in the office beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.schema import ChannelEntry
from inbox import models
from inbox.database import Database
from inbox.guests import digest
from inbox.models import Address, Citizen, Message, Ticket
from tests.inbox.test_covering import letter
from tests.inbox.web.desk import Office
from tests.inbox.web.world import LETTER, MARK, OURS, TOKEN, World, settled
from tests.pictures import PNG

PICTURE = PNG
# What stands for each variable, by the words of the address that hold it; the first that fits counts.
_BOX = ChannelEntry(kind="box", name=f"Kotak {OURS}", opened_every_days=7)
_PLAIN = {
    "{action}": "naikkan",
    "{kind}": "surat-jawaban",
    "{register}": "agenda-aduan-masuk",
    "{year}": "2026",
    "{format}": "csv",
    "{procedure}": "blitar-10",
    "{channel}": "blitar-email",
    "{guide}": "kasi-kabid",
    "{nth}": "1",
    "{name}": "desk.css",
    "{token}": TOKEN,
}


@asynccontextmanager
async def laid(
    database: Database, folder: Path, planting: Callable[[Ticket], Awaitable[None]] | None = None
) -> AsyncIterator[World]:
    """Both offices with the complaint and everything that hangs on it, their pages open. ``planting`` adds to it."""
    office = await settled(database, folder)
    with_box(office)
    ticket = await complained(office)
    ids = await everything(office, ticket)
    if planting:
        await planting(await Ticket.get(id=ticket.id))
    async with office.opened():
        yield World(office, ticket.number, ids)


def with_box(office: Office) -> None:
    """A box stands at Blitar's door."""
    blitar = office.house.offices.offices["blitar"]
    boxed = blitar.model_copy(update={"channels": {**blitar.channels, "kotak": _BOX}})
    office.house.offices.offices["blitar"] = office.house.office = boxed  # type: ignore[index]


async def complained(office: Office) -> Ticket:
    """The complaint in the middle of its procedure: told of, given to Kabid and Kasi, with the mark in every word."""
    known = {"object": f"Ruko {MARK}", "place": f"Jalan {MARK}"}
    ticket = await office.complaint(f"Ada {MARK} di sini", name=f"Siti {MARK}", sender=f"{MARK}@example.com", **known)
    await office.act("petugas", ticket.number, "naikkan", {"formulir-aduan.note": f"Catatan {MARK}"})
    sheet = {"to": ["kabid", "kasi"], "nature": "Segera", "instruction": f"Kaji {MARK}", "initials": "SW"}
    values = {f"lembar-disposisi.{name}": value for name, value in sheet.items()}
    await office.act("kepala-dinas", ticket.number, "disposisikan", values)
    await office.house.acting.note(office.by["kasi"], ticket.number, f"Rahasia seksi {MARK} @kabid", now=office.now)
    return ticket


async def everything(office: Office, ticket: Ticket) -> dict[str, str]:
    """Lay all of it; answers what stands for each variable of an address."""
    ids = await _of_the_case(office, ticket) | await _of_the_office(office)
    return {**ids, **_PLAIN, "{number}": ticket.number}


async def _of_the_case(office: Office, ticket: Ticket) -> dict[str, str]:
    said = await office.said(ticket, f"Tambahan {MARK}", full_text=f"Tambahan {MARK} " * 40)
    file = await office.attached(ticket, f"{MARK}.png", "image/png", PICTURE)
    sheet = await office.attached(ticket, f"{MARK}.pdf", "application/pdf", letter())
    await models.Delivery.all().update(state="failed", reason="address-unknown", detail=f"550 {MARK}")
    delivery = await models.Delivery.all().order_by("id").first()
    task = await models.Task.filter(ticket_id=ticket.id, kind="disposition").first()
    paper = await _paper(office, ticket)
    assert delivery is not None
    assert task is not None
    await _to_be_carried(office, ticket)
    link, report = await _lent(office, ticket)
    check, photo = await _in_the_field(office, ticket)
    return {
        "/tamu/{token}/berkas/{id}": f"/tamu/{TOKEN}/berkas/{file.id}",
        "/blitar/cek/berkas/{id}": f"/blitar/cek/berkas/{file.id}",
        "/berkas/{id}/tertutup": f"/berkas/{sheet.id}/tertutup",
        "/berkas/{id}": f"/berkas/{file.id}",
        "/attachments/{id}": f"/attachments/{file.id}",
        "/kirim/{id}": f"/kirim/{delivery.id}",
        "/serah/{id}": f"/serah/{delivery.id}",
        "/deliveries/{id}": f"/deliveries/{delivery.id}",
        "/pesan/{id}": f"/pesan/{said.id}",
        "/messages/{id}": f"/messages/{said.id}",
        "/papers/{id}": f"/papers/{paper.id}",
        "/tasks/{id}": f"/tasks/{task.id}",
        "{message}": str(report),
        "{paper}": str(paper.id),
        "{task}": str(task.id),
        "{joining}": str(await _joined(office, ticket)),
        "{link}": str(link),
        "/pemeriksaan/{check}": "/pemeriksaan/kotak-harian",
        "{check}": str(check),
        "{photo}": str(photo),
        **await _related(office, ticket),
    }


async def _paper(office: Office, ticket: Ticket) -> models.Paper:
    step = await models.TicketStep.filter(ticket_id=ticket.id).order_by("-id").first()
    return await models.Paper.create(
        office="blitar",
        ticket_id=ticket.id,
        step_id=step.id if step else None,
        paper=LETTER,
        values={"text": f"Teguran {MARK}", "to": f"Pemilik {MARK}"},
        officer_id=office.by["petugas"].officer_id,
        created_at=office.now,
        status="drafted",
    )


async def _to_be_carried(office: Office, ticket: Ticket) -> None:
    """A letter that somebody takes there by hand."""
    said = await office.said(ticket, f"Surat {MARK}", direction="out", author="officer", external_id=None)
    talk = await models.Conversation.get(id=said.conversation_id)
    until = {"due_at": office.now, "give_up_at": office.now, "created_at": office.now}
    await models.Delivery.create(
        office="blitar",
        message_id=said.id,
        channel="blitar-email",
        address_id=talk.address_id,
        key="tangan",
        state="handover",
        **until,
    )


async def _lent(office: Office, ticket: Ticket) -> tuple[int, int]:
    """A link for another agency, and what was reported through it: its id, and the note's."""
    by, until = office.by["kabid"].officer_id, office.now + timedelta(days=9)
    link = await models.GuestLink.create(
        office="blitar",
        ticket_id=ticket.id,
        agency="satpol-pp",
        digest=digest(TOKEN),
        copy={"text": f"Ruko {MARK}", "object": "Ruko", "place": "Jalan"},
        officer_id=by,
        created_at=office.now,
        expires_at=until,
        receiver=f"Budi {MARK}",
        accepted_at=office.now,
    )
    note = await office.said(ticket, f"Lapor {MARK}", direction="note", author="officer", officer_id=by, channel=None)
    await models.GuestReport.create(link_id=link.id, key="k", message_id=note.id, created_at=office.now)
    return link.id, note.id


async def _in_the_field(office: Office, ticket: Ticket) -> tuple[int, int]:
    """Kabid goes there; a photo came back."""
    by = office.by["kabid"].officer_id
    check = await models.FieldCheck.create(
        office="blitar",
        ticket_id=ticket.id,
        at=office.now + timedelta(days=1),
        place=f"Jalan {MARK}",
        task=f"Lihat {MARK}",
        team=[by],
        roles=[],
        paper="berita-acara-pemeriksaan",
        officer_id=by,
        created_at=office.now,
    )
    digest_ = await office.files.put(PICTURE)
    known: dict[str, Any] = {"digest": digest_, "officer_id": by, "created_at": office.now}
    photo = await models.FieldPhoto.create(check_id=check.id, key="f", caption=f"Depan {MARK}", **known)
    return check.id, photo.id


async def _joined(office: Office, ticket: Ticket) -> int:
    moved = await Citizen.create(office="blitar", name=f"Sitti {MARK}", created_at=office.now)
    await Address.create(
        office="blitar", citizen_id=moved.id, scheme="phone", value=f"+62811{MARK}", created_at=office.now
    )
    row = await models.Joining.create(
        office="blitar",
        kept_id=ticket.citizen_id,
        moved_id=moved.id,
        reason=f"Sama {MARK}",
        officer_id=office.by["kasi"].officer_id,
        ticket_id=ticket.id,
        created_at=office.now,
    )
    return row.id


async def _related(office: Office, ticket: Ticket) -> dict[str, str]:
    """Another complaint that is its twin."""
    twin = await office.complaint(f"Kembarannya {MARK}", name=f"Tuti {MARK}", sender=f"tuti{MARK}@example.com")
    by = {"office": "blitar", "officer_id": office.by["kasi"].officer_id, "created_at": office.now}
    row = await models.Relation.create(kind="related", ticket_id=ticket.id, other_id=twin.id, **by)
    return {"{relation}": str(row.id), "{twin}": twin.number}


async def _of_the_office(office: Office) -> dict[str, str]:
    by = office.by["sekretaris"].officer_id
    mine: dict[str, Any] = {"office": "blitar", "officer_id": by, "created_at": office.now}
    label = await models.Label.create(office="blitar", name=f"Label {OURS}", created_at=office.now)
    answer = await models.CannedAnswer.create(shortcut="a", title=OURS, text=OURS, updated_at=office.now, **mine)
    view = await models.SavedView.create(name=f"Tampilan {OURS}", query="status=all", **mine)
    aside = await models.SetAside.create(
        office="blitar",
        channel="blitar-email",
        reason="clerk-failed",
        detail=f"KeyError {OURS}",
        original=f"Dari {OURS}".encode(),
        digest="0" * 64,
        created_at=office.now,
    )
    ids = {"{label}": label, "{answer}": answer, "{view}": view, "/sisih/{id}": aside, "{officer}": None}
    found = {name: str(row.id) for name, row in ids.items() if row is not None}
    found["/sisih/{id}"] = f"/sisih/{aside.id}"
    found["{officer}"] = str(office.by["petugas"].officer_id)
    return found | await _beside(office, mine)


async def _beside(office: Office, mine: dict[str, Any]) -> dict[str, str]:
    now, ticket = office.now, await Ticket.all().order_by("id").first()
    assert ticket is not None
    later = {"due_at": now, "give_up_at": now, "created_at": now, "state": "failed"}
    event = await models.HookEvent.create(
        office="blitar",
        hook="blitar/x",
        entry_id=1,
        key="k",
        event="e",
        ticket_id=ticket.id,
        number=ticket.number,
        body="{}",
        **later,
    )
    recap = await models.RecapSending.create(
        office="blitar", recap="bulanan", period=date(2026, 10, 1), recipient=f"{OURS}@example.com", key="r", **later
    )
    run = await models.ImportRun.create(name=f"{OURS}.xlsx", digest="0" * 64, touched_at=now, **mine)
    await models.ImportRow.create(run_id=run.id, line=2, name=f"Lama {OURS}", summary=OURS, opened_at=now)
    opening = await models.BoxOpening.create(
        channel="blitar-kotak", opened_at=now, present=f"Saksi {OURS}", sheets=1, **mine
    )
    await Message.create(
        office="blitar",
        channel="blitar-kotak",
        external_id=f"kotak-{opening.id}-a",
        ticket_id=ticket.id,
        direction="in",
        author="citizen",
        text=f"Lembar {MARK}",
        sent_at=now,
        created_at=now,
    )
    line = await models.OfficerLine.create(channel="blitar-telegram", address="1", label=OURS, linked_at=now, **mine)
    notice = await models.Notice.create(
        office="blitar", officer_id=mine["officer_id"], ticket_id=ticket.id, kind="note", key="n", created_at=now
    )
    block, withheld = await _kept_out(office, mine)
    rows = {"/kabar/{id}": event, "/rekap/{id}": recap, "/kotak/{id}": opening}
    ids = {name: f"{name.partition('{')[0]}{row.id}" for name, row in rows.items()}
    ids |= {"{block}": str(block), "{withheld}": str(withheld)}
    return ids | {"{run}": str(run.id), "{line}": str(line.id), "{notice}": str(notice.id)}


async def _kept_out(office: Office, mine: dict[str, Any]) -> tuple[int, int]:
    """Somebody who is blocked, and what they wrote all the same."""
    who = await Citizen.create(office="blitar", name="", created_at=office.now)
    known = {"office": "blitar", "created_at": office.now}
    address = await Address.create(
        citizen_id=who.id, scheme="email", value=f"iklan@{OURS.lower()}.example.com", **known
    )
    talk = await models.Conversation.create(channel="blitar-email", address_id=address.id, **known)
    until = office.now + timedelta(days=7)
    block = await models.Block.create(address_id=address.id, reason=f"Iklan {OURS}", expires_at=until, **mine)
    said = {"channel": "blitar-email", "external_id": "iklan", "conversation_id": talk.id, "text": f"Beli {OURS}"}
    message = await Message.create(direction="in", author="citizen", sent_at=office.now, **said, **known)
    withheld = await models.Withheld.create(message_id=message.id, address_id=address.id, reason="blocked", **known)
    return block.id, withheld.id
