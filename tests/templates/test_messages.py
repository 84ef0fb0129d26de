"""Every word the clerk says: each template in every state, and every short form in one SMS at its longest."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

import templates
from channels.base import Abilities
from config.hours import Hours
from inbox.fitting import fit

NAMES = sorted(
    {
        *("diterima", "diteruskan", "dikaji", "satpol-pp", "dijawab", "jawaban-petugas", "tanya", "salam", "bantuan"),
        *("status", "minta-kode", "kode-salah", "kode-terkirim", "tanya-objek", "tanya-tempat", "tanya-nama"),
        *("terima-isian", "pilih-aduan", "daftar-aduan", "digabung", "tambah", "terima-kasih", "selesai-rating"),
        *("rating-terima", "dibuka-lagi", "tak-bisa-dibuka", "dibatalkan", "berhenti", "mulai", "tak-ada-aduan"),
        *("terlambat", "ombudsman", "dialihkan", "ditutup", "ditutup-otomatis", "konfirmasi", "diubah-jalur"),
        *("ajak-pribadi", "pastikan", "surat", "surat-jawaban", "ajak-komentar", "terima-komentar"),
        *("tanya-jenis", "terima-jenis", "dirapatkan", "dicek", "pintu-lain"),
        *("kode-gabung", "gabung-cara", "gabung-diminta", "gabung-salah", "gabung-selesai"),
        *("gabung-di-sana", "tertahan"),
        *("data-anda", "hapus-diminta", "koreksi-cara", "koreksi-diminta", "koreksi-selesai", "permintaan-ditolak"),
        *("gabung-di-sana", "rahasia", "rahasia-dulu", "terbuka", "terbuka-cara"),
    }
)
FREE = {
    "salam",
    "ajak-pribadi",
    "ajak-komentar",
    "bantuan",
    "berhenti",
    "mulai",
    "tak-ada-aduan",
    "terima-kasih",
    "pastikan",
    "rahasia-dulu",
    "kode-gabung",
    "gabung-cara",
    "gabung-di-sana",
    "gabung-diminta",
    "gabung-salah",
    "gabung-selesai",
    "tertahan",
}
OFFICERS_WORDS = {"dijawab", "jawaban-petugas", "tanya"}
# The basic table of GSM 03.38 (3GPP TS 23.038, 6.2.1), and the extension table, whose characters count twice.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = set("^{}\\[~]|€")
SEGMENT = 160
SMS = Abilities(scheme="phone", style="short")
STATES = ("open", "waiting", "answered", "closed", "handed-on")
LONGEST_DAY = datetime(2026, 11, 24, 1, 15, tzinfo=UTC)  # Selasa 24/11 09.15 WITA: no weekday is longer


def listed(count: int) -> list[SimpleNamespace]:
    """So many tickets, with the longest numbers and summaries there are."""
    summary = "Lampu penerangan jalan umum di depan pasar mati sejak bulan lalu dan belum diperbaiki " * 3
    return [
        SimpleNamespace(number=f"BLT-26-99999{place}", summary=summary[:200], status=STATES[place % 5])
        for place in range(count)
    ]


MANNERS = ("complaint", "suggestion", "question", "information")
KINDS = tuple(
    SimpleNamespace(id=name.lower(), name=name)
    for name in ("Pengaduan", "Keluhan", "Masalah", "Saran", "Pertanyaan", "Informasi")
)

LONGEST: dict[str, Any] = {
    "number": "WWW-26-999999",
    "code": "WWWWWW",
    "office": "Dinas Perumahan, Kawasan Permukiman dan Pertanahan Kabupaten Tulungagung",
    "zone": "Asia/Makassar",
    "promise_at": LONGEST_DAY,
    "due_at": LONGEST_DAY,
    "closed_now": True,
    "next_open_at": LONGEST_DAY,
    "step_plain": "aduan Anda sedang dibahas oleh tim teknis lintas bidang bersama kecamatan dan kelurahan setempat",
    "status": "open",
    "url": "https://pengaduan.kabupaten-tulungagung.example.go.id/dinas-perumahan/cek",
    "text": "",
    "agency": "Balai Besar Pelaksanaan Jalan Nasional Jawa Timur dan Bali, Kementerian Pekerjaan Umum",
    "contact": "Jalan Raya Waru nomor 20 Sidoarjo, telepon 031-8531085, balai@pu.example.go.id",
    "reason": "objek yang diadukan berada di luar wilayah administrasi kota dan sudah ditangani instansi lain",
    "name": "Raden Mas Haryo Kusumo Wardhana Djojohadikusumo Suryaningrat",
    "noun": "pertanyaan",
    "manner": "complaint",
    "kind": "Permintaan informasi",
    "kinds": KINDS,
    "prefix": "WWW",
    "week": {"senin": Hours(spans=((time(7, 30), time(15, 30)),))},
    "rating": 2,
    "guessed": True,
    "word": "BATAL",
    "proof": "MMMMMM",
    "intent": "",
    "tickets": listed(5),
    "locked": False,
    "hidden": False,
    "secrecy": "open",
    "seen_by": ("Kepala Seksi Pengaduan dan Informasi", "Kepala Bidang Pengaduan, Kebijakan", "Kepala Dinas"),
}


def variants(name: str) -> Iterator[dict[str, Any]]:
    """The longest values in every state a template tells apart."""
    for status, guessed, locked, closed, intent in itertools.product(
        STATES, (True, False), (True, False), (True, False), ("", "selesai")
    ):
        yield LONGEST | {
            "status": status,
            "guessed": guessed,
            "locked": locked,
            "closed_now": closed,
            "intent": intent,
        }
    for status, guessed, manner in itertools.product(STATES, (True, False), MANNERS[1:]):
        yield LONGEST | {"status": status, "guessed": guessed, "manner": manner}
    for secrecy, hidden, guessed in itertools.product(("anonymous", "sealed"), (True, False), (True, False)):
        yield LONGEST | {"secrecy": secrecy, "hidden": hidden, "guessed": guessed}
    yield LONGEST | {"tickets": listed(999), "rating": 5} if name == "daftar-aduan" else LONGEST | {"rating": 5}


def lean(name: str) -> Iterator[dict[str, Any]]:
    """The values with everything left out that may be missing; all of the ticket's where there is none."""
    empty = dict.fromkeys(("step_plain", "url", "agency", "contact", "reason", "name"), "")
    for values in variants(name):
        yield values | empty | {"promise_at": None, "due_at": None}
    if name in FREE:
        yield LONGEST | empty | {"number": "", "code": "", "status": "", "promise_at": None, "closed_now": False}


def septets(text: str) -> int:
    """How much of a segment a text takes; raises where a character would force UCS-2."""
    foreign = set(text) - GSM - EXTENSION
    assert not foreign, f"not in GSM-7: {foreign}"
    return len(text) + sum(letter in EXTENSION for letter in text)


def test_every_message_has_its_words() -> None:
    """The names that the clerk and the office say are exactly the files there are."""
    assert templates.names("messages", ".txt") == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_short_form_fits_one_sms(name: str) -> None:
    """The short form fits one segment of 160 GSM-7 characters with its longest values, in every state."""
    for values in variants(name):
        words = templates.message(name, **values)
        short = fit(words, SMS, words.choices).text
        assert words.short, values
        assert septets(short) <= SEGMENT, short


@pytest.mark.parametrize("name", sorted(OFFICERS_WORDS))
def test_the_frame_around_an_officers_words_leaves_them_room(name: str) -> None:
    """What we write around an officer's words takes at most half of a segment."""
    assert septets(templates.message(name, **LONGEST).short) <= SEGMENT // 2


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_read_well(name: str) -> None:
    """No gap, no doubled blank, no leftover of a template, no sentence broken by a missing value."""
    for values in (*variants(name), *lean(name)):
        words = templates.message(name, **values | {"text": "Sudah."})
        for text in (words.long, words.short, words.subject):
            assert text == text.strip()
            assert text
            assert "\n\n\n" not in text
            assert not re.search(r"[{}]|  | [.,;:?]|\(\)|\bNone\b|\bTrue\b", text), text
        assert "\n" not in words.short
        assert "\n" not in words.subject
        assert words.long[-1] not in ",:;", words.long


@pytest.mark.parametrize("name", NAMES)
def test_choices_have_a_value_and_a_label(name: str) -> None:
    """Each choice has what comes back and what is read, short enough for a button (Telegram: 64 bytes)."""
    for values in variants(name):
        for value, label in templates.message(name, **values).choices:
            assert 0 < len(value.encode()) <= 64
            assert 0 < len(label) <= 20 or label.startswith(("BLT-", "WWW-"))


NUMBERLESS = {
    "rahasia-dulu",
    "salam",
    "ajak-pribadi",
    "ajak-komentar",
    "bantuan",
    "berhenti",
    "mulai",
    "tak-ada-aduan",
    "kode-salah",
    "daftar-aduan",
    "kode-gabung",
    "gabung-cara",
    "gabung-di-sana",
    "gabung-diminta",
    "gabung-salah",
    "gabung-selesai",
    "tertahan",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_words_name_every_answer_they_offer(name: str) -> None:
    """A door without buttons adds nothing to them: typing one of the words in the text is answering."""
    for values in variants(name):
        words = templates.message(name, **values)
        for style in ("long", "short"):
            fitted = fit(replace(words, menu=0), Abilities("phone", style=style), words.choices[words.menu :])
            assert fitted.text == getattr(words, style)


TICKET_MAILS = sorted(set(NAMES) - NUMBERLESS)


@pytest.mark.parametrize("name", TICKET_MAILS)
def test_a_mail_about_a_ticket_says_its_number(name: str) -> None:
    """Whoever reads it knows which complaint it is about."""
    words = templates.message(
        name, **LONGEST | {"status": "answered", "tickets": [SimpleNamespace(**LONGEST, summary="")]}
    )
    assert LONGEST["number"] in words.long + words.subject
    assert LONGEST["number"] in words.short or name == "rating-terima"


STATUS_PAGE = sorted(
    {"diterima", "diteruskan", "dikaji", "satpol-pp", "dijawab", "jawaban-petugas", "tanya", "status", "terima-isian"}
)


@pytest.mark.parametrize("name", STATUS_PAGE)
def test_a_mail_about_progress_shows_where_to_look(name: str) -> None:
    """The status page's address stands in it, where there is one."""
    assert LONGEST["url"] in templates.message(name, **LONGEST).long
    assert "http" not in templates.message(name, **LONGEST | {"url": ""}).long


@pytest.mark.parametrize(
    "name", sorted(set(NAMES) - {"diterima", "terima-komentar", "kode-terkirim", "surat", "surat-jawaban"})
)
def test_a_code_is_told_only_where_it_belongs(name: str) -> None:
    """Only the acknowledgement, the answer to a lost code, and what says where a letter lies hold the code."""
    for values in variants(name):
        words = templates.message(name, **values)
        assert LONGEST["code"] not in words.long + words.short + words.subject


def test_the_typed_address_hears_nothing_of_the_complaint() -> None:
    """The one message to an address that somebody typed names the number and nothing else of it."""
    words = templates.message("konfirmasi", **LONGEST)
    told = words.long + words.short + words.subject
    assert LONGEST["number"] in told
    for secret in ("code", "name", "step_plain", "reason"):
        assert LONGEST[secret] not in told


def test_the_acknowledgement_says_all_that_it_must() -> None:
    """Number, code, what happens next, the promise, how to ask again, and that the office is closed."""
    words = templates.message("diterima", **LONGEST)
    for text in (words.long, words.short):
        for part in ("WWW-26-999999", "WWWWWW", "elaah", "CEK", "BANTUAN", "09.15 WITA", "utup"):
            assert part in text
    assert "Kantor tutup" not in templates.message("diterima", **LONGEST | {"closed_now": False}).short


@pytest.mark.parametrize(
    ("name", "greeted"),
    [("Siti", "Bapak/Ibu Siti"), ("Ibu Sri", "Ibu Sri"), ("Bpk. Joko", "Bpk. Joko"), ("Budiman", "Bapak/Ibu Budiman")],
)
def test_a_name_with_its_own_title_gets_no_second_one(name: str, greeted: str) -> None:
    """Citizens write "Ibu Sri" where their name is asked for."""
    assert f"Yth. {greeted},\n" in templates.message("diterima", **LONGEST | {"name": name}).long


def test_a_question_stands_within_the_acknowledgement() -> None:
    """Where messages may be long, the first question is part of the same letter, before its end."""
    long = templates.message("diterima", **LONGEST, question="Di mana letaknya?").long
    assert long.index("Di mana letaknya?") < long.index("Salam hormat")


def test_an_office_has_its_own_words(tmp_path: Any) -> None:
    """A file of the same name in the office's folder goes before ours."""
    (tmp_path / "salam.txt").write_text(
        "{% block long %}Sugeng rawuh{% endblock %}{% block short %}Nggih{% endblock %}"
    )
    assert templates.message("salam", folder=tmp_path, **LONGEST).long == "Sugeng rawuh"
    assert templates.message("bantuan", folder=tmp_path, **LONGEST).short


@pytest.mark.parametrize("name", ["dijawab", "jawaban-petugas", "surat-jawaban", "tanya"])
@pytest.mark.parametrize("manner", MANNERS)
def test_nobody_is_asked_to_reply_to_a_paper(name: str, manner: str) -> None:
    """What somebody hands over or reads out says where else an answer goes; what is sent asks for a reply."""
    values = LONGEST | {"manner": manner}
    assert "balas" not in templates.message(name, **values, by_hand=True).long.casefold()
    assert "di bawah dengan nomor dan kode Anda" in templates.message(name, **values, by_hand=True).long
    assert "balas" in templates.message(name, **values, by_hand=False).long.casefold()
    assert "layanan pesan" not in templates.message(name, **values, by_hand=True).long
