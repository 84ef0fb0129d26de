"""What the clerk recognises in a few words: a table of what people really write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.meaning import Form, Keyword, Meaning, Sort
from bot.vocabulary import fold, vocabulary
from bot.words import called, core, gist, understand
from tests.examples import many

NUMBER = "BLT-26-000123"


def read(text: str) -> Meaning:
    """What is made of a text at an installation with one office."""
    return understand(text, vocabulary(), {"BLT"})


KEYWORDS = {
    Keyword.HELP: [
        "BANTUAN",
        "bantuan",
        "Bantuan!",
        "help",
        "INFO",
        "/help",
        "BANTUAM",
        "bantun",
        "cara lapor",
        "menu?",
    ],
    Keyword.START: ["/start", "start", "/start@wadul_bot"],
    Keyword.RESUME: ["MULAI", "mulai", "Mulai."],
    Keyword.STOP: ["STOP", "stop!", "Berhenti", "stopp", "stop kirim pesan ya", "unsubscribe", "berhenti min"],
    Keyword.CHECK: [
        "CEK",
        "cek",
        "Cekk",
        "/cek",
        "#cek",
        "status",
        "cek status aduan saya",
        "mau cek aduan pak",
        f"CEK {NUMBER}",
        "cek blt26000123",
        "cek BLT 26 000123",
        "cek blt-26-123",
        f"/cek {NUMBER} 7F3K9Q",
        f"{NUMBER}",
        f"CEK {NUMBER} kode 7f3k9q",
        "selamat pagi, cek aduan",
    ],
    Keyword.NEW: [
        "BARU",
        "baru",
        "aduan baru",
        "BARU lampu mati",
        "baru: got mampet",
        "aduan baru: pungli",
        "#BARU jalan",
    ],
    Keyword.ADD: ["TAMBAH", "tambah", "TAMBAH fotonya menyusul", "tambahan", "/tambah foto", "TAMBAH: nomornya 12"],
    Keyword.DONE: [
        "SELESAI",
        "selesai",
        "Sudah selesai, terima kasih",
        "sdh beres min makasih",
        "slesai",
        "selesaii",
        "sudah",
        "SELESAI\n\nTerima kasih,\nBudi Santoso",
        "alhamdulillah sudah selesai",
        "selesai 5",
    ],
    Keyword.NOT_YET: [
        "BELUM",
        "belum",
        "blm",
        "belumm",
        "belum selesai",
        "Belum pak, lampunya masih mati",
        "masih mati lampunya",
        "pak belum ada petugas yang datang ke lokasi sampai hari ini padahal katanya kemarin",
    ],
    Keyword.CANCEL: [
        "BATAL",
        "batal",
        "batla",
        "batalkan aduan saya",
        f"BATAL {NUMBER}",
        "gak jadi min",
        "batal karena salah",
    ],
    Keyword.CODE: ["KODE", "kode", "lupa kode", "minta kode aduan", f"kode {NUMBER}", "kode hilang pak"],
    Keyword.UNITE: ["GABUNG", "gabung 0812 3456 7890", "GABUNG dengan WA +62 812-3456-7890", "Gabung siti@example.com"],
    Keyword.SKIP: ["LEWATI", "lewati", "skip", "tidak tahu", "ga tau pak", "sudah saya tulis di atas", "lewat"],
}


@pytest.mark.parametrize(("word", "text"), [(word, text) for word, texts in KEYWORDS.items() for text in texts])
def test_a_keyword_is_understood_however_it_is_typed(word: Keyword, text: str) -> None:
    """Case, spacing, marks, a typing error, a sign of a command, politeness around it: none of it matters."""
    assert read(text).keyword is word


NO_KEYWORD = [
    "Gabung dengan keluhan tetangga saya, HP 081234567890",
    "Tolong cek jalan depan rumah saya rusak",
    "cek jalan rusak",
    "bantuan sosial belum cair sejak Maret",
    "info lowongan kok tidak jelas",
    "Baru saja lampu jalan mati",
    "baru kemarin diaspal sudah rusak",
    "tambah parah jalannya",
    "tambal jalan di sini",
    "tambak udang mencemari sungai",
    "Stop pungli di kantor ini!",
    "berhenti di lampu merah lalu ditilang",
    "mulai kemarin air mati",
    "selesai dibangun tapi rusak lagi",
    "status tanah saya belum jelas",
    "batal berangkat karena jalan rusak",
    "kapan selesai perbaikannya pak",
    "kode etik petugas dilanggar",
    "Natal tahun ini lampu mati",
    "lampu jalan mati",
]


@pytest.mark.parametrize("text", NO_KEYWORD)
def test_a_keyword_within_a_complaint_is_only_a_word(text: str) -> None:
    """What has something of its own to say is never cut short by a word that could be a keyword."""
    assert read(text).keyword is None
    assert read(text).sort is Sort.SUBSTANCE


NOISE = {
    Sort.GREETING: [
        "p",
        "P P P",
        "halo min",
        "Haloo",
        "assalamualaikum",
        "Assalamu'alaikum wr. wb.",
        "tes",
        "test 123",
        "ping",
        "selamat pagi pak",
        "met siang admin",
        "permisi mau tanya",
        "saya mau lapor",
        "halo, apakah ini nomor pengaduan?",
        "kulo nuwun",
        "om swastiastu",
        "mohon bantuannya pak",
        "ktp",
    ],
    Sort.NOD: ["ok", "oke pak", "siap", "iya", "baik bu", "sip mantap"],
    Sort.THANKS: [
        "makasih min",
        "Terima kasih infonya 🙏",
        "terima kasih banyak atas bantuannya, semoga sukses selalu",
        "suwun",
        "matur nuwun pak",
        "tks",
        "Terima kasih atas bantuan",
    ],
    Sort.NOTHING: ["", "   ", "👍", "🙏🙏", "?", "...", "!!!", "\u200b"],
    Sort.DIGITS: ["12345", "081234567890", "1"],
}


@pytest.mark.parametrize(("sort", "text"), [(sort, text) for sort, texts in NOISE.items() for text in texts])
def test_talk_that_complains_of_nothing_is_told_apart(sort: Sort, text: str) -> None:
    """Greetings, nods, thanks, numbers and pictures of faces are each their own thing."""
    assert read(text).sort is sort


COMPLAINTS = [
    "Assalamualaikum, jalan depan rumah rusak",
    "lampu jalan mati",
    "banjir",
    "macet!!!",
    "jalan rusak",
    "got mampet",
    "Selamat pagi pak, saya mau lapor air PDAM keruh",
    "terima kasih, lampu jalan depan rumah mati lagi",
    "jln rusak berlobang",
    "dalane rusak pak",
    "路坏了",
    "المجاري معطلة منذ أسبوع",
    "air mati",
]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_few_words_are_a_complaint(text: str) -> None:
    """Two words, or one long one, with or without a greeting, in any script."""
    assert read(text).sort is Sort.SUBSTANCE
    assert read(text).keyword is None


RATINGS = {
    "5": 5,
    "4 makasih": 4,
    "bintang 5": 5,
    "Bintang 4, petugasnya ramah dan cepat": 4,
    "5/5": 5,
    "nilai 3": 3,
    "4, petugasnya ramah": 4,
    "lima": 5,
    "⭐⭐⭐⭐": 4,
    "selesai 5": 5,
    "5 mantap": 5,
    "6": None,
    "5 hari belum ada kabar": None,
    "dua lampu mati": None,
    "Jalan Merdeka 5": None,
    "15": None,
}


@pytest.mark.parametrize(("text", "rating"), RATINGS.items())
def test_a_rating_is_one_to_five(text: str, rating: int | None) -> None:
    """A mark by itself, with a word of thanks or praise, in stars, or set off from what follows."""
    assert read(text).rating == rating


@pytest.mark.parametrize("text", ["bintang 5", "nilai 2 saja", "⭐⭐⭐"])
def test_some_ratings_can_mean_nothing_else(text: str) -> None:
    """Stars and "bintang 5" count even long after they were asked for."""
    assert read(text).rated


FORMS = {
    "ADUAN#Budi#Jl. Merdeka 5#lampu mati": Form("lampu mati", name="Budi", place="Jl. Merdeka 5"),
    "aduan # Budi # Jl Merdeka # lampu mati": Form("lampu mati", name="Budi", place="Jl Merdeka"),
    "ADUAN#Budi##lampu mati": Form("lampu mati", name="Budi"),
    "ADUAN##Jl Merdeka#lampu mati": Form("lampu mati", place="Jl Merdeka"),
    "ADUAN#lampu mati": Form("lampu mati"),
    "ADUAN#Budi#lampu mati": Form("lampu mati", name="Budi"),
    "ADUAN#Budi#Jl Merdeka#lampu mati#sejak Senin": Form("lampu mati # sejak Senin", name="Budi", place="Jl Merdeka"),
    "ADUAN Budi#Jl Merdeka#lampu mati": Form("lampu mati", name="Budi", place="Jl Merdeka"),
    "Pengaduan#Budi#Jl Merdeka#lampu mati": Form("lampu mati", name="Budi", place="Jl Merdeka"),
    "ADUAN#Budi#Jl Merdeka#": Form("Budi Jl Merdeka"),
    "ADUAN": None,
    "jalan #rusak": None,
    "BLT#Budi#x": None,
}


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_the_old_sms_form_is_read(text: str, form: Form | None) -> None:
    """ADUAN#nama#alamat#isi with blanks, missing parts, or more marks than it should have."""
    assert read(text).form == form


CODES = {
    f"CEK {NUMBER} 7F3K9Q": "7F3K9Q",
    f"cek {NUMBER} kode: abcdef": "ABCDEF",
    "7f3k9q": "7F3K9Q",
    "kodenya 7F3K9Q": "7F3K9Q",
    "ABCDEF": "ABCDEF",
    f"TAMBAH {NUMBER} 7F3K9Q ada foto": "7F3K9Q",
    f"{NUMBER} sampah masih menumpuk di depan pasar": "",
    "status": "",
    "belumm": "",
    "bantun": "",
    "lampu jalan dekat SMPN22 mati pak": "",
    "10OI01": "",
}


@pytest.mark.parametrize(("text", "code"), CODES.items())
def test_a_code_is_seen_where_one_may_stand(text: str, code: str) -> None:
    """Behind a number or in few words; a keyword, or a word of a sentence, is none."""
    assert read(text).code == code


def test_numbers_of_other_offices_codes_only_where_they_exist() -> None:
    """Three letters and eight digits are a ticket's number only with an office's letters."""
    assert read("rekening KTP-35-123456 dan blt-26-000007 serta BLT 26 000008").numbers == (
        "BLT-26-000007",
        "BLT-26-000008",
    )


@pytest.mark.parametrize(
    "text",
    [
        "sudah sampai mana aduan saya?",
        "kapan diperbaiki pak?",
        "sudah selesai belum?",
        "gimana kelanjutannya",
        "kok lama",
    ],
)
def test_a_question_how_it_stands(text: str) -> None:
    """People ask in their own words."""
    assert read(text).asks_status
    assert read(text).keyword is not Keyword.DONE


GISTS = {
    "Selamat pagi pak, saya mau lapor lampu jalan mati": "Lampu jalan mati",
    "Assalamualaikum.\n\nJalan depan rumah   rusak": "Jalan depan rumah rusak",
    "Saya ditipu petugas": "Saya ditipu petugas",
    "halo": "Halo",
    "": "",
}


@pytest.mark.parametrize(("text", "first"), GISTS.items())
def test_a_complaint_is_named_by_its_own_words(text: str, first: str) -> None:
    """The greeting before it does not stand in the list."""
    assert gist(text, vocabulary()) == first


def test_a_long_gist_ends_at_a_word() -> None:
    """Never longer than the list has room for."""
    short = gist("lampu jalan " * 100, vocabulary(), 50)
    assert len(short) <= 50
    assert short.endswith(("jalan…", "lampu…"))


@pytest.mark.parametrize("text", ["saran saya tambah tong sampah", "Keluhan", "empat", "jalan depan rumah rusak", ""])
def test_a_sentence_is_no_name(text: str) -> None:
    """What says something is not written over a letter as somebody's name."""
    assert called(text, vocabulary()) == ""


@pytest.mark.parametrize(
    ("text", "name"), {"nama saya Budi Santoso": "Budi Santoso", "Siti": "Siti", "pak Joko": "Joko"}.items()
)
def test_a_name_comes_without_its_introduction(text: str, name: str) -> None:
    """ "Nama saya Budi" is Budi."""
    assert called(text, vocabulary()) == name


LETTERS = {
    "Assalamualaikum\n\nTiang nomor 3\n\nTerima kasih,\nBudi Santoso": "Tiang nomor 3",
    "Tiang nomor 3\ndi depan pasar": "Tiang nomor 3 di depan pasar",
    "Hormat saya,\nBudi": "Hormat saya, Budi",
    "Budi": "Budi",
    "": "",
}


@pytest.mark.parametrize(("text", "answer"), LETTERS.items())
def test_an_answer_in_a_letter_comes_without_its_courtesies(text: str, answer: str) -> None:
    """What stands between greeting and goodbye, or all of it where nothing else would be left."""
    assert core(text, vocabulary()) == answer


@given(st.text(max_size=300))
@many(300)
def test_any_text_is_understood(text: str) -> None:
    """Whatever is typed, there is a meaning, and no exception."""
    assert isinstance(read(text), Meaning)


@pytest.mark.parametrize(
    "text", ["#" * 100_000, "a " * 100_000, "1" * 100_000, "\n" * 100_000, "5/" * 50_000, "BLT " * 30_000]
)
def test_a_monstrous_text_costs_no_more_than_another(text: str) -> None:
    """Only the beginning is looked at: what comes after it changes nothing."""
    assert read(text) == read(text[:4000])
    assert gist(text, vocabulary()) == gist(text[:4000], vocabulary())


def test_every_word_of_the_list_is_lower_case_and_folds() -> None:
    """A word that could never match would be a typing error of ours."""
    known = vocabulary()
    assert all(word == fold(word) for word in known.known)
    assert {word.value for word in Keyword} == set(known.keywords.values())
