"""What the clerk decides: conversations as a table of situation, message and decision, and what must hold for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decision import (
    OPENED,
    AskData,
    Confirm,
    Decision,
    Effect,
    File,
    Fill,
    Hide,
    Ignore,
    Join,
    Keep,
    OpenTicket,
    Rate,
    Reopen,
    Say,
    Show,
    Start,
    Stop,
    Welcome,
    Withdraw,
)
from bot.dialogue import RULES, decide, overdue
from bot.hearing import hear
from bot.talk import Expects, Kept, Known, Limits, Memory, Said, Scene
from bot.vocabulary import vocabulary
from channels.base import Attachment, Inbound, Kind, Place
from tests.examples import many

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AN_HOUR_AGO = NOW - timedelta(hours=1)
FIVE_MINUTES_AGO = NOW - timedelta(minutes=5)
ME = 99  # the id of the message that is decided on
ASKS = ("object", "place", "name")
COMPLAINT = "Lampu jalan di depan pasar mati"


def ago(**span: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**span)


def ticket(id_: int, status: str = "open", *, spoken: datetime = AN_HOUR_AGO, **more: Any) -> Known:
    """A ticket of the sender's: number BLT-26-00000<id>."""
    return Known(id_, f"BLT-26-{id_:06d}", status, spoken, summary=f"Aduan {id_}", **more)


def memory(expects: Expects = Expects.NOTHING, *, asked: datetime = FIVE_MINUTES_AGO, **more: Any) -> Memory:
    """A memory with a question asked five minutes ago."""
    return Memory(expects=expects, asked_at=asked if expects else None, **more)


def about(*tickets: Known, **more: Any) -> Scene:
    """A scene with these tickets, the first of them spoken of last."""
    given: dict[str, Any] = {"tickets": tickets, "lately": tickets[0].id if tickets else 0, "asks": ASKS}
    return Scene(**given | more)


ONE = ticket(1)
ANSWERED = ticket(1, "answered", reopenable=True)
WAITING = ticket(1, "waiting")
CLOSED = ticket(1, "closed", reopenable=True)
LONG_CLOSED = ticket(1, "closed", spoken=ago(days=90))
HANDED_ON = ticket(1, "handed-on")
TWO = (ticket(1, spoken=ago(days=3)), ticket(2, spoken=ago(days=4)))
FRESH_TWO = (ticket(1), ticket(2, spoken=ago(days=4)))
TYPED = ticket(1, confirmed=False)
FOREIGN = ticket(7)
STRANGER = ticket(7, owned=False)
AT_ONCE = {"filed": 1, "filed_at": ago(seconds=30)}
WHICH = memory(Expects.WHICH, offered=(1, 2), kept=(7,))
CODE = memory(Expects.CODE, number="BLT-26-000007", intent="cek")
WRONG = tuple(ago(minutes=minute) for minute in (50, 40, 30, 20, 10))
LONG_WRONG = tuple(at - timedelta(hours=1) for at in WRONG)

SITUATIONS: dict[str, Scene] = {
    "nobody": about(),
    "one": about(ONE),
    "one, just now": about(ONE, memory=memory(**AT_ONCE)),
    "one, long ago": about(ticket(1, spoken=ago(days=40))),
    "one, by guess": about(
        ONE, memory=memory(filed=1, filed_at=ago(minutes=9), guessed=(5,)), kept=(Kept(5, "Got mampet"),)
    ),
    "answered": about(ANSWERED),
    "answered a week ago": about(ticket(1, "answered", spoken=ago(days=7))),
    "two answered": about(ANSWERED, ticket(2, "answered")),
    "one answered, one open": about(ticket(2), ANSWERED),
    "waiting": about(WAITING),
    "one waiting, one open": about(ticket(2, spoken=ago(days=3)), ticket(1, "waiting", spoken=ago(days=5))),
    "closed": about(CLOSED),
    "closed long ago": about(LONG_CLOSED),
    "handed on": about(HANDED_ON),
    "two": about(*TWO),
    "two, one fresh": about(*FRESH_TWO),
    "six": about(*(ticket(id_, spoken=ago(days=2 + id_)) for id_ in range(1, 7))),
    "typed for me": about(TYPED, lately=0),
    "asked object": about(ONE, memory=memory(Expects.PART, ticket=1, part="object", then=("place", "name"), filed=1)),
    "asked object by mail": about(
        ONE, memory=memory(Expects.PART, ticket=1, part="object", filed=1, subject="Lampu mati di pasar")
    ),
    "asked place": about(ONE, memory=memory(Expects.PART, ticket=1, part="place", then=("name",), filed=1)),
    "asked name": about(ONE, memory=memory(Expects.PART, ticket=1, part="name", filed=1)),
    "asked object, this second": about(
        ONE, memory=memory(Expects.PART, asked=ago(seconds=2), ticket=1, part="object", then=("place",), **AT_ONCE)
    ),
    "asked object, two days ago": about(
        ONE, memory=memory(Expects.PART, asked=ago(days=2), ticket=1, part="object", then=("place",), filed=1)
    ),
    "asked object two days ago, threaded": about(
        ONE,
        memory=memory(Expects.PART, asked=ago(days=2), ticket=1, part="object", then=("place",), filed=1),
        threaded=ONE,
    ),
    "asked object, last week": about(
        ONE, memory=memory(Expects.PART, asked=ago(days=6), ticket=1, part="object", then=("place",), filed=1)
    ),
    "asked object, two open": about(
        *TWO, memory=memory(Expects.PART, ticket=1, part="object", then=("place", "name"), filed=1)
    ),
    "asked which": about(*TWO, memory=WHICH, kept=(Kept(7, "Pohon tumbang"),)),
    "asked which to settle": about(
        ANSWERED, ticket(2, "answered"), memory=memory(Expects.WHICH, offered=(1, 2), intent="selesai")
    ),
    "asked code": about(memory=CODE),
    "asked code, right": about(memory=CODE, proven=FOREIGN),
    "asked code to add": about(memory=replace(CODE, intent="", kept=(7,)), proven=FOREIGN),
    "asked code to add, wrong": about(memory=replace(CODE, intent="", kept=(7,))),
    "four wrong": about(memory=replace(CODE, wrong=WRONG[:4])),
    "five wrong": about(memory=replace(CODE, wrong=WRONG), proven=FOREIGN),
    "five wrong, long ago": about(
        memory=replace(CODE, wrong=tuple(at - timedelta(hours=1) for at in WRONG)), proven=FOREIGN
    ),
    "nobody, asked for secrecy": about(memory=memory(Expects.COMPLAINT, wish="sealed")),
    "two, asked whose name": about(*TWO, memory=memory(Expects.WHICH, intent="sealed", offered=(1, 2))),
    "right code given": about(ONE, proven=FOREIGN),
    "asked rating": about(CLOSED, memory=memory(Expects.RATING, ticket=1)),
    "asked for the complaint": about(ONE, memory=memory(Expects.COMPLAINT)),
    "asked for the addition": about(*TWO, memory=memory(Expects.ADDITION, ticket=2)),
    "threaded": about(*TWO, threaded=TWO[1]),
    "threaded to an answered one": about(ANSWERED, ticket(2), threaded=ANSWERED),
    "threaded to a closed one": about(CLOSED, threaded=CLOSED),
    "threaded to a long closed one": about(LONG_CLOSED, threaded=LONG_CLOSED),
    "threaded to a stranger's": about(threaded=STRANGER),
    "under our invitation": about(ONE, threaded=ONE, invited=True),
    "under our invitation to another": about(threaded=STRANGER, invited=True),
    "threaded, typed for me": about(TYPED, lately=0, threaded=TYPED),
    "on the status page": about(proven=ONE, lately=1),
    "on the status page, answered": about(proven=ANSWERED),
    "on the status page, closed": about(proven=CLOSED),
    "on the status page, closed long ago": about(proven=LONG_CLOSED),
    "on the status page, asked object": about(
        proven=ONE, memory=memory(Expects.PART, ticket=1, part="object", then=("place",), filed=1)
    ),
    "stopped": about(ONE, stopped=True),
    "stopped, nobody": about(stopped=True),
    "spoke too much": about(ONE, sent_lately=30),
    "spoke almost too much": about(sent_lately=29),
    "greeted just now": about(memory=Memory(greeted_at=ago(seconds=40))),
    "album to one": about(ONE, memory=Memory(filed=1, filed_at=ago(minutes=30), group="a")),
    "album kept": about(*TWO, memory=replace(WHICH, group="a")),
    "edited, on one": about(ONE, original=1),
    "edited, on none": about(original=0),
    "edited, unknown": about(),
    "named": about(name_known=True),
}

PHOTO = {"files": (Attachment("a.jpg", "image/jpeg", b"x"),)}
LOGO = {"files": (Attachment("logo.png", "image/png", b"x", inline=True),)}
HERE = {"place": Place(-8.0954, 112.1609)}
PROOF = {"fields": {"nomor": "BLT-26-000001", "kode": "7F3K9Q"}}
MACHINE = {"automatic": True}
CROWD = {"public": True}
COMMENT: dict[str, Any] = {"public": True, "kind": Kind.COMMENT}
NEW_MAIL = {"subject": "Got mampet di Sananwetan"}
REPLY = {"subject": "Re: Aduan sudah kami terima"}


def press(value: str) -> dict[str, Any]:
    """A button."""
    return {"choice": value}


ASK = "open, say diterima + tanya-objek"
Row = tuple[str, str | tuple[str, Mapping[str, Any]], str]

TABLE: list[Row] = [
    # A complaint, and what is none.
    ("nobody", COMPLAINT, ASK),
    ("nobody", "lampu jalan mati", ASK),
    ("nobody", "Assalamualaikum, jalan depan rumah rusak", ASK),
    ("nobody", "banjir", ASK),
    ("nobody", "p", "say salam"),
    ("nobody", "halo min", "say salam"),
    ("nobody", "assalamualaikum", "say salam"),
    ("nobody", "tes", "say salam"),
    ("nobody", "ping", "say salam"),
    ("nobody", "selamat pagi pak", "say salam"),
    ("nobody", "?", "say salam"),
    ("nobody", "👍", "say salam"),
    ("nobody", "", "say salam"),
    ("nobody", "12345", "say salam"),
    ("nobody", "ok", "say salam"),
    ("nobody", "saya mau lapor", "say salam"),
    ("nobody", "makasih min", "say terima-kasih"),
    ("greeted just now", "p", "ignore greeted"),
    ("greeted just now", "halo?", "ignore greeted"),
    ("greeted just now", COMPLAINT, ASK),
    ("nobody", ("", PHOTO), ASK),
    ("nobody", ("halo", PHOTO), ASK),
    ("nobody", ("halo", LOGO), "say salam"),
    ("nobody", ("", HERE), "open, say diterima + tanya-objek"),
    ("named", COMPLAINT, ASK),
    ("nobody", "ADUAN#Budi#Jl. Merdeka 5#lampu mati", ASK),
    ("one", "ADUAN#Budi#Jl. Merdeka 5#lampu mati", ASK),
    ("nobody", "Terima kasih, lampu depan rumah mati lagi", ASK),
    ("nobody", "tambah macet saja jalan ini", ASK),
    ("nobody", "Baru saja lampu mati", ASK),
    ("nobody", "Belum ada lampu jalan di desa kami", ASK),
    ("nobody", "TAMBAH lampu di gang kami", ASK),
    # Words understood on every door.
    ("nobody", "BANTUAN", "say bantuan"),
    ("one", "bantuam", "say bantuan"),
    ("nobody", "/start", "say salam"),
    ("nobody", ("Mulai", press("GET_STARTED")), "say salam"),
    ("nobody", ("Cara mengadu", press("ICE_BREAKER_1")), "say bantuan"),
    ("nobody", (COMPLAINT, press("ICE_BREAKER_2")), ASK),
    ("one", "/help", "say bantuan"),
    ("nobody", "CEK", "say tak-ada-aduan"),
    ("one", "cek", "file 1, say status 1"),
    ("one", "/cek BLT-26-000001", "file 1, say status 1"),
    ("one", "blt 26 000001", "file 1, say status 1"),
    ("answered", "status", "file 1, say status 1"),
    ("closed", "CEK", "file 1, say status 1"),
    ("two", "CEK", "say daftar-aduan"),
    ("two", "CEK BLT-26-000002", "file 2, say status 2"),
    ("one", "sudah sampai mana aduan saya?", "join 1, say status 1"),
    ("one", "?", "file 1, say status 1"),
    ("one", "belum ada kabar", "join 1, say status 1"),
    ("two, one fresh", "gimana kelanjutannya pak", "join 1, say status 1"),
    ("nobody", "kapan diperbaiki lampu jalan depan pasar?", ASK),
    ("one", "KODE", "file 1, say kode-terkirim 1"),
    ("closed", "lupa kode", "file 1, say kode-terkirim 1"),
    ("two", "kode", "say pilih-aduan 1 2 (kode)"),
    ("nobody", "kode", "say tak-ada-aduan"),
    ("nobody", "KODE BLT-26-000007", "say tak-ada-aduan"),
    ("typed for me", "KODE", "say tak-ada-aduan"),
    # A number that is not the sender's.
    ("nobody", "CEK BLT-26-000007", "say minta-kode"),
    ("one", "CEK BLT-26-000007", "say minta-kode"),
    ("nobody", "CEK BLT-26-000007 ABCDEF", "say kode-salah"),
    ("right code given", "CEK BLT-26-000007 7F3K9Q", "file 7, say status 7"),
    ("asked code", "7F3K9Q", "say kode-salah"),
    ("asked code, right", "7F3K9Q", "file 7, say status 7"),
    ("asked code, right", "kodenya 7f3k9q pak", "file 7, say status 7"),
    ("asked code", COMPLAINT, ASK),
    ("four wrong", "7F3K9Q", "say kode-salah (locked)"),
    ("five wrong", "7F3K9Q", "say kode-salah (locked)"),
    ("five wrong", "CEK BLT-26-000007 7F3K9Q", "say kode-salah (locked)"),
    ("five wrong, long ago", "7F3K9Q", "file 7, say status 7"),
    ("nobody", "Menyambung aduan BLT-26-000007, lampunya masih mati", "keep minta-kode, say minta-kode"),
    ("five wrong", "Menyambung aduan BLT-26-000007, lampunya masih mati", ASK),
    ("asked code to add", "7F3K9Q", "join 7 +7 hears, say digabung 7"),
    ("asked code to add, wrong", "7F3K9Q", "say kode-salah"),
    ("right code given", "BLT-26-000007 7F3K9Q lampunya masih mati", "join 7 hears, say digabung 7"),
    ("right code given", "TAMBAH BLT-26-000007 7F3K9Q ada fotonya", "join 7 hears, say digabung 7"),
    ("nobody", "BATAL BLT-26-000007", "say minta-kode"),
    ("right code given", "BATAL BLT-26-000007 7F3K9Q", "file 7, withdraw 7, say dibatalkan 7"),
    # Where a message belongs.
    ("threaded", "masih mati juga", "join 2, say digabung 2"),
    ("threaded", ("Fotonya menyusul", REPLY), "join 2, say digabung 2"),
    ("threaded", ("saya mau tambahkan nama jalan", NEW_MAIL), "join 2, say digabung 2"),
    ("two", "BLT-26-000002 lampunya di tiang nomor tiga", "join 2, say digabung 2"),
    ("one", "Lampunya di tiang nomor tiga dekat gapura", "join 1, say digabung 1 (guessed)"),
    ("one, just now", "Sejak seminggu yang lalu", "join 1"),
    ("one, just now", ("", PHOTO), "join 1"),
    ("one, just now", "halo", "file 1"),
    ("one, long ago", "Lampunya mati di gang sebelah", ASK),
    ("answered", "tetapi lampu di sebelahnya redup", "join 1, say digabung 1 (guessed)"),
    ("answered a week ago", "Got di depan sekolah mampet", ASK),
    ("waiting", "Sejak tanggal sepuluh", "join 1, say digabung 1 (guessed)"),
    ("one waiting, one open", "Sejak tanggal sepuluh", "join 1, say digabung 1 (guessed)"),
    ("closed", "Got di depan sekolah mampet", ASK),
    ("two, one fresh", "Warnanya kuning", "join 1, say digabung 1 (guessed)"),
    ("two", "Warnanya kuning sekali", "keep pilih-aduan, say pilih-aduan 1 2"),
    ("six", "Warnanya kuning sekali", "keep pilih-aduan, say pilih-aduan 1 2 3 4 5"),
    ("one", ("Got di depan rumah mampet", NEW_MAIL), ASK),
    ("one", ("Got di depan rumah mampet", {"subject": "Fwd: Got mampet"}), ASK),
    ("one", ("Got di depan rumah mampet", REPLY), "join 1, say digabung 1 (guessed)"),
    ("one", "BARU got mampet di depan sekolah", ASK),
    ("one", "BARU", "say salam"),
    ("one, by guess", "BARU", "open +5, say diterima + tanya-objek"),
    ("one, by guess", press("BARU"), "open +5, say diterima + tanya-objek"),
    ("asked for the complaint", "Got mampet di depan sekolah", ASK),
    ("asked for the complaint", "halo", "say salam"),
    ("threaded to a closed one", "Lampunya mati lagi kemarin", "join 1, say digabung 1"),
    ("threaded to a long closed one", "Lampunya mati lagi kemarin", ASK),
    ("threaded to a stranger's", "Saya tetangganya, memang mati", "join 7, say digabung 7"),
    ("threaded to a stranger's", "BATAL", "join 7, say digabung 7"),
    ("threaded to a stranger's", "CEK", "say tak-ada-aduan"),
    ("typed for me", "Got di depan sekolah mampet", ASK),
    ("typed for me", "YA", "welcome 1, file 1, say status 1"),
    ("threaded, typed for me", "ya benar", "welcome 1, file 1, say status 1"),
    ("threaded, typed for me", "Lampunya masih mati", "welcome 1, join 1, say digabung 1"),
    ("threaded, typed for me", "STOP", "stop, say berhenti"),
    ("album to one", ("", PHOTO | {"group": "a"}), "join 1"),
    ("album kept", ("", PHOTO | {"group": "a"}), "keep pilih-aduan"),
    # Which one was meant.
    ("asked which", "2", "join 2 +7, say digabung 2"),
    ("asked which", "2.", "join 2 +7, say digabung 2"),
    ("asked which", "BLT-26-000001", "join 1 +7, say digabung 1"),
    ("asked which", press("BLT-26-000002"), "join 2 +7, say digabung 2"),
    ("asked which", "BARU", "open +7, say diterima + tanya-objek"),
    ("asked which", "3", "say salam"),
    ("asked which", "CEK BLT-26-000002", "file 2, say status 2"),
    ("asked which", "Warnanya kuning sekali", "keep pilih-aduan, say pilih-aduan 1 2"),
    ("asked which to settle", "1", "file 1, confirm 1, say selesai-rating 1"),
    # TAMBAH.
    ("one", "TAMBAH fotonya menyusul", "join 1, say digabung 1"),
    ("one", "tambah", "file 1, say tambah 1"),
    ("two", "tambah", "say pilih-aduan 1 2 (tambah)"),
    ("two", "TAMBAH fotonya menyusul", "keep pilih-aduan, say pilih-aduan 1 2"),
    ("two, one fresh", "TAMBAH fotonya menyusul", "join 1, say digabung 1"),
    ("asked for the addition", "Fotonya menyusul besok", "join 2, say digabung 2"),
    ("nobody", "tambah", "say tak-ada-aduan"),
    # SELESAI and the rating.
    ("answered", "SELESAI", "file 1, confirm 1, say selesai-rating 1"),
    ("answered", "Sudah selesai, terima kasih", "file 1, confirm 1, say selesai-rating 1"),
    ("answered", "selesai 5", "file 1, confirm 1, rate 1 5, say rating-terima 1"),
    ("answered", press("SELESAI"), "file 1, confirm 1, say selesai-rating 1"),
    ("one answered, one open", "selesai", "file 1, confirm 1, say selesai-rating 1"),
    ("two answered", "SELESAI", "say pilih-aduan 1 2 (selesai)"),
    ("threaded to an answered one", "SELESAI", "file 1, confirm 1, say selesai-rating 1"),
    ("one", "SELESAI", "file 1, say status 1"),
    ("one", "sudah dibantu, terima kasih", "file 1"),
    ("closed", "SELESAI", "file 1, say status 1"),
    ("nobody", "SELESAI", "say tak-ada-aduan"),
    ("asked rating", "5", "file 1, rate 1 5, say rating-terima 1"),
    ("asked rating", "bintang 4", "join 1, rate 1 4, say rating-terima 1"),
    ("asked rating", "4 makasih", "file 1, rate 1 4, say rating-terima 1"),
    ("asked rating", press("3"), "file 1, rate 1 3, say rating-terima 1"),
    ("asked rating", "1, petugasnya kasar sekali", "join 1, rate 1 1, say rating-terima 1"),
    ("asked rating", "lewati", "file 1, say terima-kasih 1"),
    ("asked rating", "terima kasih", "file 1"),
    ("asked rating", "Lampu di gang sebelah juga mati", ASK),
    ("closed", "bintang 5", "join 1, rate 1 5, say rating-terima 1"),
    ("one", "5", "say salam"),
    # BELUM.
    ("answered", "BELUM", "file 1, reopen 1, say dibuka-lagi 1"),
    ("answered", "Belum pak, lampunya masih mati", "file 1, reopen 1, say dibuka-lagi 1"),
    ("answered", ("BELUM, ini fotonya", PHOTO), "join 1, reopen 1, say dibuka-lagi 1"),
    ("answered", press("BELUM"), "file 1, reopen 1, say dibuka-lagi 1"),
    ("closed", "BELUM", "file 1, reopen 1, say dibuka-lagi 1"),
    ("closed long ago", "BELUM", "file 1, say tak-bisa-dibuka 1"),
    ("handed on", "BELUM", "file 1, say tak-bisa-dibuka 1"),
    ("two answered", "belum", "say pilih-aduan 1 2 (belum)"),
    ("one", "BELUM", "file 1, say status 1"),
    ("one", "Belum ada petugas ke lokasi kami", "join 1, say digabung 1 (guessed)"),
    ("threaded to a closed one", "belum", "file 1, reopen 1, say dibuka-lagi 1"),
    ("nobody", "BELUM", "say tak-ada-aduan"),
    # DATA, HAPUS, KOREKSI.
    ("one", "DATA", "file 1, ask 1 data, say data-anda 1"),
    ("one", "minta data saya", "file 1, ask 1 data, say data-anda 1"),
    ("closed", "HAPUS", "file 1, ask 1 erase, say hapus-diminta 1"),
    ("one", "tolong hapus data saya", "file 1, ask 1 erase, say hapus-diminta 1"),
    ("one", "KOREKSI nama saya Siti", "join 1, ask 1 correct, say koreksi-diminta 1"),
    ("one", "KOREKSI", "file 1, say koreksi-cara 1"),
    ("on the status page", press("HAPUS"), "file 1, ask 1 erase, say hapus-diminta 1"),
    ("nobody", "HAPUS", "say tak-ada-aduan"),
    ("nobody", "HAPUS BLT-26-000007", "say minta-kode"),
    ("right code given", "HAPUS BLT-26-000007 7F3K9Q", "file 7, ask 7 erase, say hapus-diminta 7"),
    ("right code given", "DATA BLT-26-000007 7F3K9Q", "file 7, ask 7 data, say data-anda 7"),
    ("threaded to a stranger's", "HAPUS", "say tak-ada-aduan"),
    ("nobody", "Koreksi nilai rapor anak saya tidak adil", ASK),
    ("nobody", "Data penerima bansos di RT kami keliru", ASK),
    ("nobody", "Hapus tulisan di tembok sekolah itu", ASK),
    # BATAL.
    ("one", "BATAL", "file 1, withdraw 1, say dibatalkan 1"),
    ("two", "BATAL", "say pilih-aduan 1 2 (batal)"),
    ("two", "BATAL BLT-26-000002", "file 2, withdraw 2, say dibatalkan 2"),
    ("closed", "BATAL", "say tak-ada-aduan"),
    ("nobody", "BATAL", "say tak-ada-aduan"),
    # RAHASIA and ANONIM: before the words, alone, in a sentence; TERBUKA only with the code.
    ("nobody", "RAHASIA", "say rahasia-dulu"),
    ("nobody", "Pak, RAHASIA: ada pungli di loket dua", "open sealed, say diterima + tanya-objek"),
    ("nobody", "anonim. Ada pungli di loket dua", "open anonymous, say diterima + tanya-objek"),
    ("nobody", "Ada pungli di loket dua, mohon identitas saya dirahasiakan", "open sealed, say diterima + tanya-objek"),
    ("nobody", "Rahasia umum kalau parkir di pasar dipungut dua kali", "open, say diterima + tanya-objek"),
    ("nobody", "Surat rahasia dinas tercecer di jalan", "open, say diterima + tanya-objek"),
    ("nobody, asked for secrecy", "Ada pungli di loket dua", "open sealed, say diterima + tanya-objek"),
    ("one", "RAHASIA", "file 1, hide 1 sealed, say rahasia 1"),
    ("one", "tolong rahasiakan identitas saya ya pak", "file 1, hide 1 sealed, say rahasia 1"),
    ("one", "RAHASIA BLT-26-000001", "file 1, hide 1 sealed, say rahasia 1"),
    ("one", ("", press("RAHASIA")), "file 1, hide 1 sealed, say rahasia 1"),
    ("one", "Petugasnya minta uang lagi, jangan sebut nama saya", "join 1, hide 1 anonymous, say digabung 1 (guessed)"),
    ("two", "RAHASIA", "say pilih-aduan 1 2 (sealed)"),
    ("two, asked whose name", "2", "file 2, hide 2 sealed, say rahasia 2"),
    ("asked place", "rahasia", "file 1, hide 1 sealed, say rahasia 1 + tanya-nama"),
    ("nobody", "RAHASIA BLT-26-000007", "say minta-kode"),
    ("right code given", "ANONIM BLT-26-000007 ABC234", "file 7, hide 7 anonymous, say rahasia 7"),
    ("one", "TERBUKA", "file 1, say terbuka-cara 1"),
    ("one", "Selokan terbuka di depan sekolah", "join 1, say digabung 1 (guessed)"),
    ("right code given", "TERBUKA BLT-26-000007 ABC234", "file 7, show 7, say terbuka 7"),
    ("nobody", "TERBUKA", "say tak-ada-aduan"),
    # Particulars, one at a time and never as a gate.
    ("asked object", "Lampu jalan tiang tiga", "join 1, fill 1 object=Lampu jalan tiang tiga, say tanya-tempat 1"),
    ("asked place", "depan pasar Legi", "join 1, fill 1 place=depan pasar Legi, say tanya-nama 1"),
    ("asked place", ("", HERE), "join 1, fill 1 place=-8.09540, 112.16090, say tanya-nama 1"),
    ("asked name", "nama saya Budi Santoso", "join 1, fill 1 name=Budi Santoso, say terima-isian 1"),
    ("asked name", "Budi", "join 1, fill 1 name=Budi, say terima-isian 1"),
    ("asked name", "Lampu di gang sebelah rumah pak lurah juga mati semua", "join 1, say digabung 1 (guessed)"),
    ("asked name", "saran saya tambah tong sampah", "join 1, say digabung 1 (guessed)"),
    ("asked name", "081234567890", "say salam"),
    ("asked object", "2", "say salam"),
    ("asked object", "lewati", "file 1, say tanya-tempat 1"),
    ("asked object", "tidak tahu", "file 1, say tanya-tempat 1"),
    ("asked object", "-", "file 1, say tanya-tempat 1"),
    ("asked object", "BATAL", "file 1, say tanya-tempat 1"),
    ("asked object", "BATAL BLT-26-000001", "file 1, withdraw 1, say dibatalkan 1"),
    ("asked object", press("LEWATI"), "file 1, say tanya-tempat 1"),
    ("asked name", "lewati", "file 1, say terima-isian 1"),
    ("asked object", "maksudnya apa?", "join 1, say digabung 1 (guessed)"),
    ("asked object", "CEK", "file 1, say status 1"),
    ("asked object", "halo", "say salam"),
    ("asked object", "ok", "file 1"),
    ("asked object", "panjang sekali " * 40, "join 1, say digabung 1 (guessed)"),
    ("asked object", (COMPLAINT, NEW_MAIL), ASK),
    ("asked object by mail", ("Tiang tiga", {"subject": "Lampu mati di pasar"}), "join 1, say digabung 1 (guessed)"),
    ("asked object by mail", ("Tiang tiga", REPLY), "join 1, fill 1 object=Tiang tiga, say terima-isian 1"),
    ("asked object, this second", "di jalan Merdeka", "join 1"),
    ("asked object, two days ago", "Lampu jalan tiang tiga", "join 1, say digabung 1 (guessed)"),
    ("asked object two days ago, threaded", "Tiang tiga", "join 1, fill 1 object=Tiang tiga, say tanya-tempat 1"),
    ("asked object, last week", "Lampu jalan tiang tiga", "join 1, say digabung 1 (guessed)"),
    (
        "asked object, two open",
        "Lampu jalan tiang tiga",
        "join 1, fill 1 object=Lampu jalan tiang tiga, say tanya-tempat 1",
    ),
    (
        "on the status page, asked object",
        ("Lampu jalan", PROOF),
        "join 1, fill 1 object=Lampu jalan, say tanya-tempat 1",
    ),
    ("on the status page, asked object", ("", PROOF | press("BATAL")), "file 1, withdraw 1, say dibatalkan 1"),
    # The status page.
    ("on the status page", ("Fotonya menyusul", PROOF), "join 1, say digabung 1"),
    ("on the status page", ("", PROOF | PHOTO), "join 1, say digabung 1"),
    ("on the status page", ("Tambahan dari saya", PROOF), "join 1, say digabung 1"),
    ("one", ("tambah", PHOTO), "join 1, say digabung 1"),
    ("threaded", ("Tambahan foto dari saya", PHOTO), "join 2, say digabung 2"),
    ("threaded", ("Tambahan dari saya", PHOTO), "join 2, say digabung 2"),
    ("on the status page, answered", ("", PROOF | press("SELESAI")), "file 1, confirm 1, say selesai-rating 1"),
    ("on the status page, answered", ("masih mati", PROOF | press("BELUM")), "file 1, reopen 1, say dibuka-lagi 1"),
    ("on the status page, closed", ("", PROOF | press("4")), "file 1, rate 1 4, say rating-terima 1"),
    ("on the status page, closed long ago", ("Lampunya mati lagi", PROOF), "join 1, say digabung 1"),
    ("nobody", ("Fotonya menyusul", PROOF), "ignore proof-wrong"),
    # Courtesies.
    ("one", "makasih min", "file 1"),
    ("one", "👍", "file 1"),
    ("one", "siap pak", "file 1"),
    ("answered", "Terima kasih infonya 🙏", "file 1, say terima-kasih 1"),
    ("closed", "terima kasih", "file 1"),
    ("one", "halo", "say salam"),
    # Machines, changes.
    ("nobody", (COMPLAINT, MACHINE), "ignore automatic"),
    ("one", ("Saya sedang cuti", MACHINE), "ignore automatic"),
    # In front of others.
    ("nobody", (COMPLAINT, CROWD), "say ajak-pribadi"),
    ("one", ("BLT-26-000001 bagaimana?", CROWD), "say ajak-pribadi"),
    ("nobody", ("", CROWD), "say ajak-pribadi"),
    ("threaded", ("Saya sedang cuti", MACHINE), "file 2"),
    ("one", ("Undelivered: BLT-26-000001", MACHINE), "file 1"),
    ("threaded to an answered one", ("SELESAI", MACHINE), "file 1"),
    ("edited, on one", ("Lampu jalan mati (diperbaiki)", {"kind": Kind.EDIT, "about": "m1"}), "join 1"),
    ("edited, on none", (COMPLAINT, {"kind": Kind.EDIT, "about": "m1"}), ASK),
    ("edited, on one", ("", {"kind": Kind.DELETE, "about": "m1"}), "file 1"),
    ("edited, unknown", ("", {"kind": Kind.DELETE, "about": "m1"}), "ignore change"),
    ("edited, on one", ("👍", {"kind": Kind.REACTION, "about": "m1"}), "file 1"),
    # Under a post: one answer in private, and to a new complaint the invitation for everybody.
    ("nobody", (COMPLAINT, COMMENT), "open, say terima-komentar, say ajak-komentar"),
    ("nobody", (COMPLAINT, COMMENT | {"kind": Kind.EDIT}), "open, say terima-komentar, say ajak-komentar"),
    ("nobody", ("Mantap pak 👍", COMMENT), "ignore comment"),
    ("nobody", ("halo min", COMMENT), "ignore comment"),
    ("one", ("Lampunya di tiang nomor tiga", COMMENT), "join 1, say digabung 1 (guessed)"),
    ("one", ("CEK", COMMENT), "file 1, say status 1"),
    ("one", ("makasih min", COMMENT), "file 1"),
    ("under our invitation", ("Sudah saya kirim ya", COMMENT), "file 1"),
    ("under our invitation to another", ("Mantap", COMMENT), "ignore invited"),
    ("under our invitation to another", (COMPLAINT, COMMENT), "open, say terima-komentar, say ajak-komentar"),
    ("threaded to a stranger's", (COMPLAINT, COMMENT), "open, say terima-komentar, say ajak-komentar"),
    ("stopped, nobody", (COMPLAINT, COMMENT), "open, say terima-komentar"),
    # STOP and MULAI.
    ("one", "STOP", "stop, say berhenti"),
    ("stopped", "MULAI", "start, say mulai"),
    ("stopped", "/start", "start, say mulai"),
    ("stopped", "CEK", "file 1, say status 1"),
    ("stopped", "Lampunya di tiang nomor tiga", "join 1"),
    ("stopped, nobody", COMPLAINT, "open, say diterima"),
    ("stopped, nobody", "halo", ""),
    # No more than its share.
    ("spoke too much", "CEK", "file 1"),
    ("spoke too much", "Lampunya di tiang nomor tiga", "join 1"),
    ("spoke almost too much", COMPLAINT, "open, say diterima"),
]


def said(what: str | tuple[str, Mapping[str, Any]] | Mapping[str, Any], *, form: bool = False) -> Said:
    """A message as the clerk hears it."""
    text, more = (what, {}) if isinstance(what, str) else ("", what) if isinstance(what, dict) else what
    inbound = Inbound(external_id="x", sender="y", sent_at=NOW, text=text, **more)
    return hear(inbound, vocabulary(), {"BLT"}, form=form or "nomor" in inbound.fields, now=NOW).said(ME)


def told(decision: Decision) -> str:
    """A decision as the table writes it."""
    return ", ".join(filter(None, (line(effect) for effect in decision.effects)))


def line(effect: Effect) -> str:
    """One effect in few words."""
    match effect:
        case OpenTicket():
            level = [] if effect.secrecy == "open" else [effect.secrecy]
            return " ".join(["open", *level, *(f"+{id_}" for id_ in effect.messages)])
        case Join():
            extra = [*(f"+{id_}" for id_ in effect.messages), *(["hears"] if effect.hears else [])]
            return " ".join(["join", str(effect.ticket), *extra])
        case Hide(id_, level):
            return f"hide {id_} {level}"
        case File(id_) | Confirm(id_) | Reopen(id_) | Withdraw(id_) | Welcome(id_) | Show(id_):
            return f"{type(effect).__name__.lower()} {id_}"
        case AskData():
            return f"ask {effect.ticket} {effect.kind}"
        case Fill():
            return f"fill {effect.ticket} {effect.part}={effect.value}"
        case Rate():
            return f"rate {effect.ticket} {effect.rating}"
        case Keep():
            return f"keep {effect.template}"
        case Ignore():
            return f"ignore {effect.reason}"
        case Stop() | Start():
            return type(effect).__name__.lower()
        case Say():
            return spoken(effect)


def spoken(say: Say) -> str:
    """What is said, about which ticket, with what makes a difference to the words."""
    numbers = [] if say.ticket in {None, OPENED} else [str(say.ticket)]
    listed = [str(one.id) for one in say.tickets] if say.template == "pilih-aduan" else []
    marks = [name for name in ("locked", "guessed") if say.values.get(name)]
    intent = [say.values["intent"]] if say.values.get("intent") and say.template == "pilih-aduan" else []
    brackets = [f"({mark})" for mark in (*marks, *intent)]
    return " ".join(["say", say.template, *numbers, *listed, *brackets, *(["+", say.then] if say.then else [])])


@pytest.mark.parametrize(
    ("situation", "what", "outcome"),
    TABLE,
    ids=[f"{row[0]}: {row[1]}"[:70] + f" #{place}" for place, row in enumerate(TABLE)],
)
def test_the_clerk_decides(situation: str, what: Any, outcome: str) -> None:
    """Each row: the situation, what the citizen sends, and all that the clerk does."""
    assert told(decide(said(what), SITUATIONS[situation], NOW)) == outcome


def test_the_table_is_long() -> None:
    """A policy is only as good as the cases it was held against."""
    assert len(TABLE) >= 120
    assert {row[0] for row in TABLE} == set(SITUATIONS)


ADDED = st.sampled_from([None, PHOTO, HERE, NEW_MAIL, REPLY, PROOF, MACHINE, {"group": "a"}, press("SELESAI")])
KNOWN_TEXTS = st.sampled_from([row[1] for row in TABLE if isinstance(row[1], str)])


@given(situation=st.sampled_from(sorted(SITUATIONS)), text=KNOWN_TEXTS | st.text(max_size=60), added=ADDED)
@many(600)
def test_every_message_has_a_decision(situation: str, text: str, added: Any) -> None:
    """Whatever is said wherever: one decision, the same again, that only speaks of tickets there are."""
    scene, what = SITUATIONS[situation], said((text, added or {}))
    decision = decide(what, scene, NOW)
    assert decision == decide(what, scene, NOW)
    known = {one.id for one in (*scene.tickets, scene.threaded, scene.proven) if one} | {scene.original, OPENED}
    for effect in decision.effects:
        id_ = getattr(effect, "ticket", None)
        assert id_ is None or id_ in known
    assert len([one for one in decision.effects if isinstance(one, Say)]) <= 1
    assert len([one for one in decision.effects if isinstance(one, OpenTicket | Join | File | Keep)]) <= 1


@given(situation=st.sampled_from(sorted(SITUATIONS)), text=KNOWN_TEXTS | st.text(max_size=60))
@many(300)
def test_a_machine_is_never_answered(situation: str, text: str) -> None:
    """An auto-reply is on record at most: it opens nothing, changes nothing, and hears nothing."""
    decision = decide(said((text, MACHINE)), SITUATIONS[situation], NOW)
    assert all(isinstance(effect, File | Ignore) for effect in decision.effects)


@given(situation=st.sampled_from(sorted(SITUATIONS)), text=KNOWN_TEXTS | st.text(max_size=60))
@many(300)
def test_nobody_hears_more_than_their_share(situation: str, text: str) -> None:
    """Beyond the office's limit everything is done as always, and nothing is said."""
    scene = SITUATIONS[situation]
    decision = decide(said(text), replace(scene, sent_lately=scene.limits.answers_per_hour), NOW)
    assert not any(isinstance(effect, Say) for effect in decision.effects)


@given(situation=st.sampled_from(sorted(SITUATIONS)), text=st.text(min_size=12, max_size=200))
@many(300)
def test_what_somebody_says_at_length_is_never_dropped(situation: str, text: str) -> None:
    """Words of substance always end on a ticket, or are kept until it is known on which."""
    what = said(f"jembatan gantung {text}")
    decision = decide(what, SITUATIONS[situation], NOW)
    assert any(isinstance(effect, OpenTicket | Join | File | Keep) for effect in decision.effects)


def test_every_rule_says_what_it_stands_for() -> None:
    """The table of rules reads as a policy."""
    assert all((rule.__doc__ or "").strip() for rule in RULES)


def test_a_complaint_is_opened_with_all_that_is_known() -> None:
    """Words, name, place and the point on the map go with the ticket."""
    scene = SITUATIONS["nobody"]
    opening = decide(said(("Assalamualaikum. " + COMPLAINT, HERE | {"sender_name": "Siti"})), scene, NOW).effects[0]
    assert isinstance(opening, OpenTicket)
    assert (opening.summary, opening.name, opening.point) == (COMPLAINT, "Siti", HERE["place"])


def test_the_old_sms_form_fills_the_fields() -> None:
    """ADUAN#nama#alamat#isi opens with name and place, and only the object is asked for."""
    decision = decide(said("ADUAN#Budi#Jl. Merdeka 5#lampu mati"), SITUATIONS["nobody"], NOW)
    opening = decision.effects[0]
    assert isinstance(opening, OpenTicket)
    assert (opening.summary, opening.name, opening.place) == ("Lampu mati", "Budi", "Jl. Merdeka 5")
    assert (decision.memory.part, decision.memory.then) == ("object", ())


FIELDS = {"nama": "Siti", "kontak": "siti@example.com", "jenis": "informasi", "objek": "lampu", "tempat": "pasar"}


def test_a_web_form_is_always_a_new_complaint() -> None:
    """Its fields are the ticket's, whatever is open, and nothing is asked that it says."""
    decision = decide(said((COMPLAINT, {"fields": FIELDS}), form=True), SITUATIONS["one"], NOW)
    opening = decision.effects[0]
    assert isinstance(opening, OpenTicket)
    assert (opening.kind, opening.object, opening.place) == ("informasi", "lampu", "pasar")
    assert (opening.name, opening.contact) == ("Siti", "siti@example.com")
    assert told(decision) == "open, say diterima"


@pytest.mark.parametrize(
    ("text", "fields", "outcome"),
    [
        ("halo min", {}, "say salam"),
        ("tes", {"nama": "Siti"}, "say salam"),
        ("tes", {"objek": "lampu"}, "open, say diterima + tanya-tempat"),
        ("STOP", {}, "say salam"),
        ("datang sendiri", {"petugas": "rini"}, "open, say diterima + tanya-objek"),
        ("p", {"petugas": "rini"}, "open, say diterima + tanya-objek"),
    ],
)
def test_a_form_without_a_complaint(text: str, fields: dict[str, str], outcome: str) -> None:
    """A greeting typed into the form opens nothing; what an officer writes down for somebody always does."""
    assert told(decide(said((text, {"fields": fields}), form=True), SITUATIONS["nobody"], NOW)) == outcome


@pytest.mark.parametrize(
    ("what", "gist"),
    [
        ((COMPLAINT, {"subject": "Pengaduan"}), COMPLAINT),
        ((COMPLAINT, {"subject": "Lampu mati di pasar Legi"}), "Lampu mati di pasar Legi"),
        (("", {"subject": "Lampu mati di pasar Legi"}), "Lampu mati di pasar Legi"),
        (("", PHOTO), "Kiriman tanpa tulisan (lihat lampiran)"),
        ("BARU: got mampet", "Got mampet"),
    ],
)
def test_a_ticket_is_named_by_what_says_most(what: Any, gist: str) -> None:
    """A telling subject, else the first words without the greeting."""
    opening = decide(said(what), SITUATIONS["nobody"], NOW).effects[0]
    assert isinstance(opening, OpenTicket)
    assert opening.summary == gist


def test_a_mail_may_say_it_all_in_its_subject() -> None:
    """An empty mail "CEK BLT-26-000001" is a question, one "STOP" a wish."""
    scene = SITUATIONS["two"]
    assert told(decide(said(("", {"subject": "CEK BLT-26-000002"})), scene, NOW)) == "file 2, say status 2"
    assert told(decide(said(("", {"subject": "STOP"})), scene, NOW)) == "stop, say berhenti"
    assert told(decide(said(("halo", {"subject": "Lampu mati di pasar Legi"})), SITUATIONS["nobody"], NOW)) == ASK


def test_questions_come_one_at_a_time_and_then_end() -> None:
    """Object, place, name, each after the answer to the one before; skipping is an answer too."""
    decision = decide(said(COMPLAINT), SITUATIONS["nobody"], NOW)
    opened = replace(decision.memory, ticket=1, filed=1)
    asked = []
    for words in ("tiang nomor tiga", "lewati", "Budi Santoso"):
        scene = about(ONE, memory=replace(opened, asked_at=ago(minutes=1)))
        decision = decide(said(words), scene, NOW)
        asked += [effect.template for effect in decision.effects if isinstance(effect, Say)]
        opened = decision.memory
    assert asked == ["tanya-tempat", "tanya-nama", "terima-isian"]
    assert opened.expects is Expects.NOTHING


@pytest.mark.parametrize("number", ["BLT-26-000007", "BLT-26-999999"])
def test_a_foreign_number_gives_nothing_away(number: str) -> None:
    """Whether there is such a ticket or not, the answer is the same, with a code or without."""
    bare, coded = (decide(said(f"CEK {number}{code}"), about(ONE), NOW) for code in ("", " ABCDEF"))
    assert (told(bare), told(coded)) == ("say minta-kode", "say kode-salah")
    assert bare.effects[-1] == Say("minta-kode", values={"number": number, "locked": False}, asked=True)


def test_the_fifth_wrong_code_within_an_hour_shuts_the_door() -> None:
    """And it opens again an hour after the first of them."""
    scene = about()
    for _ in range(5):
        decision = decide(said("CEK BLT-26-000007 ABCDEF"), scene, NOW)
        scene = about(memory=decision.memory)
    assert told(decision) == "say kode-salah (locked)"
    right = replace(scene, proven=FOREIGN)
    assert told(decide(said("CEK BLT-26-000007 7F3K9Q"), right, NOW)) == "say kode-salah (locked)"
    later = NOW + timedelta(minutes=61)
    assert told(decide(said("CEK BLT-26-000007 7F3K9Q"), right, later)) == "file 7, say status 7"


def test_the_status_page_is_not_locked_by_wrong_codes() -> None:
    """It counts by itself."""
    scene = about(memory=Memory(wrong=WRONG), proven=ONE)
    assert told(decide(said(("Fotonya menyusul", PROOF)), scene, NOW)) == "join 1, say digabung 1"


def test_two_clerks_fall_silent() -> None:
    """Two machines that do not say that they are machines stop talking at the hour's limit."""
    scene, sent = about(ONE), 0
    for _ in range(40):
        decision = decide(said("Pesan Anda kami terima dan segera kami proses"), scene, NOW)
        says = sum(isinstance(effect, Say) for effect in decision.effects)
        if not says:
            break
        sent += says
        scene = replace(scene, sent_lately=sent, memory=replace(decision.memory, filed_at=ago(minutes=9)))
    assert sent == Limits().automatic_per_hour


@pytest.mark.parametrize(
    ("question", "situation", "outcome"),
    [
        ("pilih-aduan", "asked which", "join 1 +7, say digabung 1 (guessed)"),
        ("pilih-aduan", "nobody", "open +7, say diterima + tanya-objek"),
        ("minta-kode", "asked code", "open +7, say diterima + tanya-objek"),
        ("minta-kode", "one", "open +7, say diterima + tanya-objek"),
    ],
)
def test_words_that_waited_too_long_are_filed(question: str, situation: str, outcome: str) -> None:
    """To the ticket spoken of last where one was asked for, else as a complaint of their own."""
    decision = overdue(said("Warnanya kuning sekali"), SITUATIONS[situation], NOW, question=question, others=(7,))
    assert told(decision) == outcome
    assert decision.memory.expects in {Expects.NOTHING, Expects.PART}


def test_memory_survives_being_written_down() -> None:
    """What is remembered comes back as it was, and what an older program remembered does not hurt."""
    full = Memory(
        expects=Expects.WHICH,
        asked_at=NOW,
        ticket=3,
        part="place",
        then=("name",),
        intent="batal",
        offered=(1, 2),
        kept=(7, 8),
        number="BLT-26-000007",
        filed=3,
        filed_at=NOW,
        group="a",
        subject="Got mampet",
        guessed=(5,),
        greeted_at=NOW,
        wrong=(NOW, NOW),
    )
    assert Memory.from_json(full.to_json()) == full
    assert Memory().to_json() == {}
    assert Memory.from_json({"forgotten": 1, "filed": 3}) == Memory(filed=3)
