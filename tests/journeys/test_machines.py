"""Machines at the mail door: auto-replies and bounces are on record, nobody answers them, and wars fall silent."""

from __future__ import annotations

from email.utils import make_msgid

import pytest

from tests.journeys.mail import MailCitizen
from tests.journeys.town import Town
from tests.mail_peers import REFUSED

COMPLAINT = "Parkir liar di depan stasiun menutup trotoar."
AWAY = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


async def complained(town: Town) -> MailCitizen:
    """Somebody who has complained and heard so."""
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    return siti


async def test_an_auto_reply_is_on_its_ticket_and_nobody_answers_it(town: Town) -> None:
    """Out of office: recorded as a machine's words; no answer, no ticket of its own, nothing for officers to do."""
    siti = await complained(town)
    ratna = town.officer("petugas")
    await ratna.does("Kirim balasan", siti.number, {"Balasan": "Sedang kami periksa."})
    await siti.hears("Sedang kami periksa.")
    await siti.says("Saya sedang di luar kota sampai tanggal 30.", headers=AWAY)
    await siti.hears_nothing()
    page = await ratna.reads(siti.number)
    page.shows("Saya sedang di luar kota", "pesan mesin")
    (await ratna.opens()).shows("1 peran saya")
    assert not any("menambahkan" in entry.what for entry in await ratna.journal(siti.number))


async def test_a_machine_that_writes_first_opens_nothing(town: Town) -> None:
    """A newsletter and a stray auto-reply are no complaints and get no answer."""
    siti = town.mail_citizen()
    await siti.says("Diskon 50 persen minggu ini!", subject="Promo", headers={"List-Id": "<promo.example.test>"})
    await siti.says("Terima kasih atas surel Anda.", subject="Balasan otomatis", headers=AWAY)
    await siti.hears_nothing()
    (await town.officer("petugas").opens()).shows("0 peran saya")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_a_bounce_fails_the_delivery_and_buries_the_address_until_an_officer_tries_again(town: Town) -> None:
    """The officer sees why, what is said meanwhile is not sent there; "coba lagi" brings it to a mended mailbox."""
    siti = await complained(town)
    ratna = town.officer("petugas")
    await ratna.does("Kirim balasan", siti.number, {"Balasan": "Sedang kami periksa."})
    answer = await siti.hears("Sedang kami periksa.")
    bounce = _bounce(str(answer.message["Message-ID"]), siti.address, town.office_address)
    await siti.sends(bounce, to=str(answer.message["Reply-To"].addresses[0].addr_spec), sender="")
    await siti.hears_nothing()

    assert any("gagal terkirim" in line for line in await ratna.notices())
    page = await ratna.reads(siti.number)
    page.shows("alamat mati", "gagal:")
    trouble = await ratna.opens("/meja/gangguan")
    trouble.shows(siti.number, siti.address, "gagal")
    await ratna.does("Naikkan ke Kepala Dinas", siti.number)
    await siti.hears_nothing()

    trouble = await ratna.opens("/meja/gangguan")
    again = await ratna.browser.presses(trouble, "Coba lagi")
    again.shows("Pesan akan dicoba kirim lagi.")
    await siti.hears("Sedang kami periksa.")
    assert "alamat mati" not in (await ratna.reads(siti.number)).part("facts")


async def test_an_address_that_the_server_refuses_is_told_to_the_officers(town: Town) -> None:
    """The server knows nobody of that name: the acknowledgement fails at once, with the server's own words."""
    nobody = town.mail_citizen("Tidak Ada", REFUSED)
    await nobody.complains(COMPLAINT)
    await town.settles()
    ratna = town.officer("petugas")
    trouble = await ratna.opens("/meja/gangguan")
    trouble.shows("BLT-26-000001", REFUSED, "gagal", "Invalid recipient")
    again = await ratna.browser.presses(trouble, "Coba lagi")
    again.shows("Pesan akan dicoba kirim lagi.")
    await town.settles()
    (await ratna.opens("/meja/gangguan")).shows(REFUSED, "gagal")


async def test_a_war_of_two_machines_falls_silent(town: Town) -> None:
    """A robot that answers everything, without saying that it is one, soon hears nothing more."""
    robot = town.mail_citizen("Robot")
    await robot.says("Kantor kami tutup sampai tahun baru, surel Anda dibaca nanti.", subject="Tutup")
    answered = 0
    while await robot.has_mail():
        await robot.hears()
        answered += 1
        assert answered <= 8, "the war goes on"
        await robot.says("Kantor kami tutup sampai tahun baru, surel Anda dibaca nanti.")
    assert answered >= 1


def _bounce(message_id: str, dead: str, office: str) -> bytes:
    """What a mail server says when a mailbox is gone (RFC 3464)."""
    lines = f"""From: Mail Delivery System <MAILER-DAEMON@mail.example.test>
To: {office}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: {make_msgid(domain="mail.example.test")}
Date: Mon, 23 Nov 2026 09:20:00 +0700
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=zzz

--zzz
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--zzz
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.test

Final-Recipient: rfc822; {dead}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--zzz
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {dead}
From: {office}

--zzz--
"""
    return lines.replace("\n", "\r\n").encode()
