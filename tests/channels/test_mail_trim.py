"""Trimming of quoted mail: the citizen's own words stay, whatever the mail program; what is in doubt stays too."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mail_trim import trim

OWN = "Sudah diperbaiki, terima kasih.\nTapi lampu di ujung jalan masih mati."
QUOTE = "> Aduan BLT-26-000001 kami terima.\n> Kabar paling lambat Senin.\n>\n> Dinas Perhubungan"
BARE = "Aduan BLT-26-000001 kami terima.\nKabar paling lambat Senin.\n\nDinas Perhubungan"


def above(announcement: str, quote: str = QUOTE) -> str:
    """The citizen's words above a quote, as most programs lay them."""
    return f"{OWN}\n\n{announcement}\n{quote}\n"


ATTRIBUTIONS = {
    "gmail web": "Pada Sen, 23 Nov 2026 pukul 09.15 Dinas Perhubungan <dishub@kota.example.id> menulis:\n",
    "gmail web, broken over two lines": (
        "Pada Sen, 23 Nov 2026 pukul 09.15 Dinas Perhubungan Kota Contoh <\ndishub@kota.example.id> menulis:\n"
    ),
    "gmail web, broken over three lines": (
        "Pada tanggal Sen, 23 Nov 2026 pukul 09.15 Dinas Perhubungan\nKota Contoh Bagian Pengaduan <\n"
        "dishub@kota.example.id> menulis:\n"
    ),
    "gmail android, long ago": 'Pada 23 Nov 2026 09.15, "Dinas Perhubungan" <dishub@kota.example.id> menulis:\n',
    "gmail english": "On Mon, Nov 23, 2026 at 9:15\u202fAM Dinas <dishub@kota.example.id> wrote:\n",
    "gmail english, broken": (
        "On Mon, Nov 23, 2026 at 9:15 AM Dinas Perhubungan Kota Contoh <\ndishub@kota.example.id> wrote:\n"
    ),
    "apple mail": "Pada 23 Nov 2026, pukul 09.15, Dinas <dishub@kota.example.id> menulis:\n",
    "apple mail english": "On 23 Nov 2026, at 09.15, Dinas <dishub@kota.example.id> wrote:\n",
    "thunderbird": "Pada 23/11/2026 09.15, Dinas Perhubungan menulis:",
    "thunderbird english": "On 23/11/2026 09:15, Dinas Perhubungan wrote:",
    "roundcube": "Pada 23-11-2026 09:15, Dinas Perhubungan menulis:",
    "evolution": "On Mon, 2026-11-23 at 09:15 +0700, Dinas wrote:",
    "proton": "Pada hari Senin, 23 November 2026 pukul 09.15, Dinas <dishub@kota.example.id> menulis:\n",
    "proton english": "On Monday, November 23rd, 2026 at 9:15 AM, Dinas <dishub@kota.example.id> wrote:\n",
    "zoho": "---- Pada Sen, 23 Nov 2026 09:15:22 +0700 Dinas <dishub@kota.example.id> menulis ----\n",
    "kmail, the name first": "Dinas Perhubungan <dishub@kota.example.id> menulis pada 23 November 2026:",
    "gmail in bold": "*Pada Sen, 23 Nov 2026 pukul 09.15 Dinas <dishub@kota.example.id> menulis:*\n",
    "horde": "Mengutip Dinas <dishub@kota.example.id>:\n",
    "horde english": "Quoting Dinas <dishub@kota.example.id>:\n",
    "gmail french": "Le lun. 23 nov. 2026 à 09:15, Dinas <dishub@kota.example.id> a écrit :\n",
    "gmail japanese": "2026年11月23日(月) 9:15 Dinas <dishub@kota.example.id>:\n",
}


@pytest.mark.parametrize("announcement", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
@pytest.mark.parametrize("reply", [True, False], ids=["answer", "no threading"])
def test_quote_below_an_attribution_goes(announcement: str, reply: bool) -> None:
    """What stands below "Pada ... menulis:" is not the citizen's, even where the mailer dropped the threading."""
    assert trim(above(announcement), reply=reply) == OWN


UNMARKED = {
    "yahoo": "   Pada Senin, 23 November 2026 09.15.22 WIB, Dinas <dishub@kota.example.id> menulis:  \n \n " + BARE,
    "yahoo english": (
        "    On Monday, November 23, 2026 at 09:15:22 AM GMT+7, Dinas <dishub@kota.example.id> wrote:  \n \n " + BARE
    ),
    "yahoo android, quote on the same line": (
        "  Pada Sen, 23 Nov 2026 pada 9:15, Dinas<dishub@kota.example.id> menulis:   Aduan kami terima.  " + BARE
    ),
    "outlook": (
        "________________________________\nDari: Dinas Perhubungan <dishub@kota.example.id>\n"
        "Dikirim: Senin, 23 November 2026 09.15\nKepada: Budi <budi@warga.example.id>\nSubjek: Aduan\n\n" + BARE
    ),
    "outlook desktop, names only": (
        "Dari: Dinas Perhubungan\nDikirim: Senin, 23 November 2026 09.15\nKepada: Budi\nPerihal: Aduan\n\n" + BARE
    ),
    "outlook, short date": "Dari: Dinas\nDikirim: 23 November 2026\nKepada: Budi\nSubjek: Aduan\n\n" + BARE,
    "outlook english": (
        "From: Dinas <dishub@kota.example.id>\nSent: Monday, November 23, 2026 9:15 AM\nTo: Budi; Siti;\n Agus\n"
        "Cc: Camat\nSubject: RE: Aduan\n\n" + BARE
    ),
    "outlook in bold": (
        "*Dari:* Dinas <dishub@kota.example.id>\n*Dikirim:* Senin, 23 November 2026 09.15\n*Kepada:* Budi\n"
        "*Subjek:* Aduan\n\n" + BARE
    ),
    "outlook, a line apart": (
        "Dari: Dinas <dishub@kota.example.id>\n\nDikirim: Senin 09.15\n\nKepada: Budi\n\nSubjek: Aduan\n\n" + BARE
    ),
    "outlook for mac": "Dari: Dinas <dishub@kota.example.id>\nTanggal: Senin, 23 November 2026 pukul 09.15\nKe: Budi\n"
    + BARE,
    "hotmail, the date first": (
        "Tanggal: Sen, 23 Nov 2026 09:15:00 +0700\nDari: dishub@kota.example.id\nKe: Budi\nSubjek: Aduan\n\n" + BARE
    ),
    "old outlook": "-----Original Message-----\nFrom: Dinas [mailto:dishub@kota.example.id]\nSent: Monday\nTo: Budi\n\n"
    + BARE,
    "original": "-----Pesan Asli-----\n" + BARE,
    "samsung": (
        "-------- Pesan asli --------\nDari: Dinas <dishub@kota.example.id>\nTanggal: 23/11/26 09.15 (GMT+07:00)\n"
        "Kepada: Budi\nSubjek: Re: Aduan\n\n" + BARE
    ),
    "original without dashes": "Pesan asli\nDari: Dinas <dishub@kota.example.id>\nDikirim: Senin\nKe: Budi\n\n" + BARE,
    "samsung, all on one line": (
        "-------- Pesan asli --------Dari: Dinas <dishub@kota.example.id> Tanggal: 23/11/26  09.15  (GMT+07:00) "
        "Kepada: Budi Subjek: Re: Aduan " + BARE
    ),
    "samsung, another word": "-------- Pesan asal --------\n" + BARE,
    "marked, but not announced": QUOTE,
    "pine, a day without its time": "On Mon, 23 Nov 2026, Dinas Perhubungan wrote:\n\n" + QUOTE,
}


@pytest.mark.parametrize("quote", UNMARKED.values(), ids=UNMARKED.keys())
def test_unmarked_quote_of_an_answer_goes(quote: str) -> None:
    """Programs that quote without ">" are known by the header they copy, in a mail that is an answer."""
    assert trim(f"{OWN}\n\n{quote}", reply=True) == OWN
    assert trim(f"{OWN}\n\n{quote}", subject="Bls: Aduan") == OWN


@pytest.mark.parametrize("quote", UNMARKED.values(), ids=UNMARKED.keys())
def test_correspondence_pasted_into_a_new_mail_stays(quote: str) -> None:
    """In a mail that answers nothing, copied correspondence is evidence: the end of it is still there."""
    assert trim(f"{OWN}\n\n{quote}", subject="Jalan rusak").endswith("Dinas Perhubungan")


SIGNATURES = {
    "iphone": "Dikirim dari iPhone saya",
    "iphone english": "Sent from my iPhone",
    "samsung": "Dikirim dari perangkat Samsung saya",
    "galaxy": "Dikirim dari ponsel cerdas Samsung Galaxy saya.",
    "yahoo": "Dikirim dari Yahoo Mail untuk Android",
    "yahoo, later": "Dikirim dari Yahoo Mail di Android",
    "yahoo english": "Sent from Yahoo Mail on Android",
    "yahoo slogan": "Yahoo Mail: Cari, Atur, Taklukkan",
    "outlook": "Dapatkan Outlook untuk Android<https://aka.ms/AAb9ysg>",
    "outlook ios": "Get Outlook for iOS <https://aka.ms/o0ukef>",
    "windows": "Terkirim dari Mail untuk Windows",
    "windows english": "Sent from Mail<https://go.microsoft.com/fwlink/?LinkId=550986> for Windows",
    "xiaomi": "Terkirim dari Xiaomi saya",
    "proton": "Sent with Proton Mail secure email.",
    "blackberry": "Powered by Telkomsel BlackBerry®",
    "spark": "Sent from Spark",
    "pixel": "Dikirim dari Pixel saya",
    "any phone": "Dikirim dari HP saya",
    "k-9": "Dikirim dari perangkat Android saya dengan K-9 Mail. Mohon maaf jika pesan singkat.",
    "standard": "-- \nBudi Santoso\nJl. Melati 4\n0812 0000 0000\n\nPesan ini rahasia dan hanya untuk penerima.",
    "standard, space lost": "--\nBudi Santoso\nKetua RT 04",
    "two": "-- \nBudi\n\nDikirim dari iPhone saya",
}


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_signature_goes(signature: str) -> None:
    """What the program or the sender puts under every mail is no part of the complaint, with a quote or without."""
    quote = f"\n\n{ATTRIBUTIONS['gmail web']}\n{QUOTE}"
    assert trim(f"{OWN}\n\n{signature}\n") == OWN
    assert trim(f"{OWN}\n\n{signature}{quote}", reply=True) == OWN


KEPT = {
    "a sentence that begins like an attribution": (
        "Pada hari Senin 3 Maret 2026 pukul 09.00 Pak Lurah menulis: jalan akan diperbaiki.\nSampai sekarang belum."
    ),
    "such a sentence at the end of its line": (
        "Pada rapat tanggal 3 Maret 2026 pukul 09.00 Pak Lurah menulis:\n\njalan akan diperbaiki bulan depan\n\n"
        "Mana buktinya?"
    ),
    "a letter's own heading": (
        "Assalamualaikum, berikut aduan saya:\n\nDari: Budi Santoso\nKepada: Kepala Dinas\nTanggal: 23 November 2026\n"
        "Perihal: Jalan rusak\n\nJalan Melati rusak parah."
    ),
    "a letter's heading with an address": (
        "Selamat pagi, ini surat saya.\n\nDari: Budi Santoso, budi@warga.example.id\nTanggal: 23 November 2026\n"
        "Kepada: Kepala Dinas\nPerihal: Jalan rusak\n\nJalan Melati rusak parah."
    ),
    "a form that we asked for": (
        "Perihal: Jalan rusak\nDari: budi@warga.example.id\nTanggal: 23 November 2026\nKepada: Dinas\n\nJalan rusak."
    ),
    "sent from a place": "Saya warga RT 04.\nDikirim dari Kelurahan Sananwetan",
    "dashes as a divider": "Lampu mati.\n--\nSaya sudah melapor dua kali ke kelurahan tetapi tidak ada jawaban.",
    "dashes before much": "Keluhan pertama.\n-- \n"
    + "Keluhan kedua panjang sekali dan tidak boleh hilang.\n" * 60
    + "Selesai.",
    "a sentence about a place on the phone": "Bukti ada.\nDikirim dari mobile banking BRI tanggal 3",
    "a form about a journey": (
        "Laporan angkot:\n\nDari: Terminal Patria\nTanggal: 23/11/2026 09.15\nKe: Pasar Legi\n\nSopir ugal-ugalan."
    ),
    "a sentence under dashes": (
        "Keluhan pertama.\n-- \nKeluhan kedua panjang sekali dan tidak boleh hilang dari aduan ini."
    ),
    "a disclaimer": "Lampu mati.\n\nEmail ini bersifat rahasia. Bila Anda bukan penerima, hapuslah.",
    "list with arrows": "Usul saya:\n> lampu baru\n> marka jalan\nTerima kasih.",
    "a colon and a list": "Yang rusak pada 23/11/2026 09.15:\n- lampu\n- jalan",
    "from and to in a sentence": "Dari: terminal\nKe: pasar\njalannya rusak semua",
    "an address and wrote": "Petugas budi@kota.example.id menulis: sudah selesai. Padahal belum.",
    "original message in a sentence": "Pesan asli saya tidak dijawab.",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
@pytest.mark.parametrize("reply", [True, False], ids=["answer", "new mail"])
def test_citizens_words_that_look_like_a_quote_stay(text: str, reply: bool) -> None:
    """Losing a citizen's words is worse than leaving a quote."""
    if reply and ">" in text:
        assert "Terima kasih." in trim(text, reply=reply)
    else:
        assert trim(text, reply=reply) == text.strip()


FORWARDED = {
    "gmail": (
        "---------- Forwarded message ---------\nDari: Siti <siti@warga.example.id>\nDate: Sen 23 Nov 2026\n\nAir mati."
    ),
    "gmail, long ago": "---------- Pesan terusan ----------\nDari: Siti <siti@warga.example.id>\n\nAir mati.",
    "thunderbird": (
        "-------- Pesan yang Diteruskan --------\nSubjek: Air\nDari: Siti <siti@warga.example.id>\n\nAir mati."
    ),
    "apple": (
        "Mulai meneruskan pesan:\n\n> Dari: Siti <siti@warga.example.id>\n> Tanggal: 23 November 2026 09.15\n>\n"
        "> Air mati."
    ),
    "apple english": "Begin forwarded message:\n\n> From: Siti <siti@warga.example.id>\n>\n> Air mati.",
    "apple, itself quoted": "> Begin forwarded message:\n> \n> From: Siti <siti@warga.example.id>\n>\n> Air mati.",
    "yahoo": (
        "----- Pesan yang Diteruskan -----\nDari: Siti <siti@warga.example.id>\nKe: Budi\nTerkirim: Senin 09.15\n\n"
        "Air mati."
    ),
}


@pytest.mark.parametrize("text", FORWARDED.values(), ids=FORWARDED.keys())
def test_forwarded_mail_is_the_complaint(text: str) -> None:
    """A forwarded mail is kept whole, and so is the citizen's note above it and the signature in it."""
    noted = f"Mohon ditindaklanjuti.\n\n-- \nBudi\n\n{text}\n-- \nSiti"
    assert trim(text) == text
    assert trim(noted) == noted


@pytest.mark.parametrize(
    "subject", ["Fwd: Aduan", "FW: Aduan", "Trs: Aduan", "Terusan: Aduan", "Trs.: Aduan", "[EKSTERNAL] Fwd: Aduan"]
)
def test_forwarding_subject_keeps_everything(subject: str) -> None:
    """Where only the subject says that a mail was forwarded, nothing of it is cut."""
    text = above(UNMARKED["outlook"], "") + "\n-- \nSiti"
    assert trim(text, subject=subject, reply=True) == text.strip()


@pytest.mark.parametrize("text", ["Yang rusak:\n> lampu\n> jalan", "Lubangnya dalam\n>30 cm dan lebar"])
def test_arrows_directly_below_words_are_the_citizens(text: str) -> None:
    """A list with arrows, or a line that begins with "more than", is no quote that nobody announced."""
    assert trim(text, reply=True) == text


def test_answers_announced_between_unmarked_lines_stay() -> None:
    """Who says that the answers stand below has written into the quote: it stays."""
    text = f"Jawaban saya di bawah ini.\n\n{UNMARKED['outlook']}\nDi Jl. Melati 4."
    assert trim(text, reply=True) == text


def test_answer_to_a_forwarded_mail_is_an_answer() -> None:
    """ "Re: Fwd:" is a reply, and a forward inside its quote is part of the quote."""
    quoted = "> ---------- Forwarded message ---------\n> Air mati."
    assert trim(above(ATTRIBUTIONS["gmail web"], quoted), subject="Re: Fwd: Aduan") == OWN


def test_answer_below_the_quote_stays() -> None:
    """Who writes below what he quotes is read as well."""
    text = f"{ATTRIBUTIONS['thunderbird']}\n{QUOTE}\n\n{OWN}\n\n-- \nBudi\n"
    assert trim(text, reply=True) == OWN


def test_interleaved_answers_stay_with_their_questions() -> None:
    """Answers between quoted lines mean nothing without them: the mail stays whole."""
    text = f"{ATTRIBUTIONS['thunderbird']}\n> Di mana?\nJl. Melati 4\n> Sejak kapan?\nSejak Senin"
    assert trim(text, reply=True) == text


def test_words_around_a_quote_keep_it() -> None:
    """Words above and below a quote keep everything: the lower ones may be an answer to it."""
    text = f"Selamat pagi.\n\n{ATTRIBUTIONS['thunderbird']}\n{QUOTE}\n\nYang ini belum benar."
    assert trim(text, reply=True) == text


def test_line_directly_above_the_attribution_stays() -> None:
    """A last line without an empty one after it is not swallowed by the attribution below it."""
    text = f"Pada jalan itu lampu masih mati\n{ATTRIBUTIONS['gmail web, broken over two lines']}\n{QUOTE}"
    assert trim(text, reply=True) == "Pada jalan itu lampu masih mati"


@pytest.mark.parametrize(
    "text", [QUOTE, f"{ATTRIBUTIONS['gmail web']}\n{QUOTE}", "-- \nBudi", "Dikirim dari iPhone saya"]
)
def test_nothing_is_ever_left_of_something(text: str) -> None:
    """Where trimming would leave nothing, the whole text stays."""
    assert trim(text, reply=True) == text


def test_empty_text_is_empty() -> None:
    """A mail with nothing but a file says nothing."""
    assert trim(" \n\n ") == ""


@dataclass(frozen=True)
class Hostile:
    """A text that was made to keep us busy."""

    name: str
    text: str


HOSTILE = [
    Hostile("beginnings of attributions", "Pada\n" * 20_000),
    Hostile("one endless attribution", "Pada " + "a" * 100_000),
    Hostile("attributions without an end", "Pada 2026 09.15 a@b.id x\n" * 4_000),
    Hostile("empty lines", "\n" * 100_000),
    Hostile("spaces", " " * 100_000),
    Hostile("colons", "a:\n" * 33_000),
    Hostile("headers", "Dari: a@b.id\nDikirim: 2026\n\n" * 4_000),
    Hostile("rules", "=====\n" * 16_000 + "Pada 2026 09.15 a@b.id menulis:\n> a"),
    Hostile("quotes", ">\n" * 50_000),
    Hostile("signatures", "-- \n" * 25_000),
    Hostile("devices", "Dikirim dari hp\n" * 6_000),
    Hostile("brackets", "<" * 100_000 + "> menulis"),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: one.name)
def test_hostile_text_costs_little(hostile: Hostile) -> None:
    """100 kB made for the worst case takes no longer than a second, so that one mail cannot hold up the others."""
    began = time.process_time()
    trim(hostile.text, reply=True)
    trim(hostile.text)
    assert time.process_time() - began < 2


@given(st.text(st.sampled_from("> -\n:<@.aPada menulis0923Dri")), st.booleans())
def test_every_word_left_was_there(text: str, reply: bool) -> None:
    """Trimming only ever leaves words out: it changes none, and says nothing only where nothing was said."""
    own = trim(text, reply=reply)
    assert own in text
    assert bool(own) == bool(text.strip())
