"""The clerk as citizens meet it: what it says at once, what it asks, and the words it understands."""

from __future__ import annotations

from tests.journeys.browsing import Upload
from tests.journeys.town import Town
from tests.pictures import JPEG, opened

COMPLAINT = "Petugas loket IMB meminta uang di luar tarif resmi kemarin pagi."


async def test_a_complaint_on_sunday_is_received_at_once_and_promised_for_monday(town: Town) -> None:
    """The acknowledgement gives number, code, the promise in working time, and says that the office is closed."""
    town.clock.shows(22, "10.00")
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)

    mail = await siti.hears("Nomor aduan: BLT-26-000001", "paling lambat Senin, 23 November 2026 pukul 09.15 WIB")
    mail.says("kantor sedang tutup dan buka kembali Senin, 23 November 2026 pukul 08.00 WIB", "CEK", "BANTUAN")
    assert mail.code
    assert mail.message["Auto-Submitted"] == "auto-replied"
    assert mail.message["In-Reply-To"]
    await siti.hears_nothing()


async def test_what_the_procedure_requires_is_asked_one_at_a_time_and_filed_in_its_field(town: Town) -> None:
    """Object, place, name: one question with each answer, and officers find them in the ticket's particulars."""
    budi = town.mail_citizen("Budi Santoso")
    budi.shown_name = ""
    await budi.complains(COMPLAINT)
    (await budi.hears("apa atau siapa yang diadukan?")).hides("Di mana letaknya", "Atas nama siapa")
    await budi.says("Loket IMB lantai 1")
    (await budi.hears("Di mana letaknya?")).hides("Atas nama siapa")
    await budi.says("Kantor DPM Naker PTSP, Jl. Jawa")
    await budi.hears("Atas nama siapa")
    await budi.says("Nama saya Budi Santoso")
    await budi.hears("keterangan Anda sudah kami catat")
    await budi.hears_nothing()

    page = await town.officer("petugas").reads(budi.number)
    facts = page.part("facts")
    for known in (
        "Pengadu Budi Santoso",
        "Objek Loket IMB lantai 1",
        "Lokasi Kantor DPM Naker PTSP, Jl. Jawa",
    ):
        assert known in facts
    assert budi.number == "BLT-26-000001"


async def test_the_questions_are_no_gate(town: Town) -> None:
    """LEWATI skips one; officers can act on the complaint whatever was asked and not answered."""
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)
    await siti.hears("apa atau siapa yang diadukan?")
    await siti.says("lewati")
    await siti.hears("Di mana letaknya?")
    answer = {"Isi jawaban kepada pengadu": "Tidak ada biaya di luar tarif."}
    await town.officer("petugas").does("Jawab langsung", siti.number, answer)
    await siti.hears("Tidak ada biaya di luar tarif.")


async def test_a_greeting_opens_nothing(town: Town) -> None:
    """ "Assalamualaikum min" is greeted back and no ticket is there; the complaint after it becomes the first."""
    siti = town.mail_citizen()
    await siti.says("Assalamualaikum min, selamat pagi", subject="")
    await siti.hears("Silakan tulis aduan Anda dengan bahasa sehari-hari")
    (await town.officer("petugas").opens()).shows("0 peran saya")
    await siti.says(COMPLAINT)
    await siti.hears("Nomor aduan: BLT-26-000001")
    (await town.officer("petugas").opens()).shows("1 peran saya")


async def test_cek_tells_the_owner_status_step_and_next_date(town: Town) -> None:
    """CEK with a small mistake, and without a number where only one is open."""
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    await siti.says("  cekk  ")
    await siti.hears("BLT-26-000001", "sedang dibaca petugas", "Senin, 23 November 2026 pukul 10.30 WIB")
    await town.officer("petugas").does("Naikkan ke Kepala Dinas", siti.number)
    await siti.hears("kami teruskan")
    await siti.says("CEK blt26000001", subject="tanya")
    await siti.hears("ada pada Kepala Dinas untuk disposisi")


async def test_a_foreign_number_gives_nothing_away_without_its_code(town: Town) -> None:
    """A number that exists and one that does not are asked for the code in the same words; the code opens it."""
    siti, tono = town.mail_citizen(), town.mail_citizen("Tono")
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")

    await tono.says("CEK BLT-26-000001", subject="cek")
    real = await tono.hears("kami perlu kodenya")
    await tono.says("CEK BLT-26-000777", subject="cek lagi")
    other = await tono.hears("kami perlu kodenya")
    assert real.read.replace("000001", "000777") == other.read
    real.hides("IMB", "dibaca", "Siti", "10.30", siti.code)

    await tono.says("CEK BLT-26-000001 AAAAAA", subject="cek")
    (await tono.hears("tidak cocok")).hides("IMB", "dibaca", "Siti", "10.30")
    await tono.says(f"CEK BLT-26-000001 {siti.code.lower()}", subject="cek")
    await tono.hears("sedang dibaca petugas", "10.30")
    await siti.hears_nothing()


async def test_a_lost_code_is_sent_again_to_the_same_address_only(town: Town) -> None:
    """KODE from the address that complained brings the code; from any other nothing of the kind."""
    siti, tono = town.mail_citizen(), town.mail_citizen("Tono")
    await siti.complains(COMPLAINT)
    first = await siti.hears("sudah kami terima")
    await siti.says("lupa kode")
    assert (await siti.hears("Kode aduan BLT-26-000001 adalah")).code == first.code

    await tono.says("KODE BLT-26-000001", subject="kode")
    assert first.code not in (await tono.hears("tidak menemukan aduan")).read
    await siti.hears_nothing()


async def test_stop_ends_automatic_messages_but_no_officers_answer_and_mulai_brings_them_back(town: Town) -> None:
    """After STOP no status change is sent; an officer's own words are; after MULAI all as before."""
    siti, ratna = town.mail_citizen(), town.officer("petugas")
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    await siti.says("STOP")
    await siti.hears("pesan otomatis ke alamat ini kami hentikan")
    await ratna.does("Naikkan ke Kepala Dinas", siti.number)
    await siti.hears_nothing()
    (await ratna.reads(siti.number)).shows("minta berhenti")
    await ratna.does("Kirim balasan", siti.number, {"Balasan": "Loketnya nomor berapa, Bu?"})
    await siti.hears("Loketnya nomor berapa, Bu?")
    await siti.says("MULAI")
    await siti.hears("pesan otomatis ke alamat ini aktif")
    disposition = {"Kepada": ["Kepala Bidang Pelayanan Perizinan"], "Isi disposisi": ["Bicarakan dengan saya"]}
    await town.officer("kepala-dinas").does("Beri disposisi", siti.number, disposition)
    await siti.hears("kini dikaji")


async def test_tambah_adds_words_and_files_that_officers_can_open(town: Town) -> None:
    """What comes with TAMBAH is on the ticket, its picture too, and the citizen is told that it was added."""
    siti, ratna = town.mail_citizen(), town.officer("petugas")
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    picture = Upload("loket.jpg", JPEG, "image/jpeg")
    await siti.says("TAMBAH ini foto loketnya", files=[picture])
    await siti.hears("kami tambahkan pada aduan BLT-26-000001")
    page = await ratna.reads(siti.number)
    page.shows("ini foto loketnya", "loket.jpg")
    shown, original = [one.get("href") for one in page.all("//*[@id='messages']//*[has('files')]//a")]
    assert opened(await ratna.browser.downloads(shown)).size == opened(JPEG).size
    assert await ratna.browser.downloads(original) == picture.content


async def test_batal_withdraws_and_the_officers_are_told(town: Town) -> None:
    """BATAL ends it at once; the ticket is closed and its step's officers have a notice."""
    siti, ratna = town.mail_citizen(), town.officer("petugas")
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    await siti.says("batalkan")
    await siti.hears("kami batalkan sesuai permintaan Anda")
    assert any("BLT-26-000001" in line and "Dicabut oleh warga." in line for line in await ratna.notices())
    (await ratna.reads(siti.number)).shows("Aduan selesai")


async def test_baru_takes_back_a_guess(town: Town) -> None:
    """An addition the clerk could only guess about becomes a complaint of its own after BARU."""
    siti, ratna = town.mail_citizen(), town.officer("petugas")
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    town.clock.passes(hours=1)
    await siti.says("Lampu jalan di depan SD Kauman mati sejak Jumat.", subject="Aduan")
    await siti.hears("kami tambahkan pada aduan BLT-26-000001", "BARU")
    await siti.says("BARU")
    await siti.hears("Nomor aduan: BLT-26-000002")
    (await ratna.reads("BLT-26-000002")).shows("Lampu jalan di depan SD Kauman mati")
    assert "Lampu jalan" not in (await ratna.reads("BLT-26-000001")).part("messages")


async def test_the_old_form_of_the_sms_centre_is_understood(town: Town) -> None:
    """ADUAN#nama#alamat#isi fills name and place; only the object is asked for."""
    siti = town.mail_citizen("Siti Aminah")
    siti.shown_name = ""
    await siti.says("ADUAN#Siti Aminah#Jl. Merdeka 10#Trotoar dipakai parkir mobil", subject="")
    await siti.hears("Nomor aduan: BLT-26-000001", "apa atau siapa yang diadukan?")
    await siti.says("Trotoar depan toko emas")
    await siti.hears("sudah kami catat")
    facts = (await town.officer("petugas").reads(siti.number)).part("facts")
    assert "Pengadu Siti Aminah" in facts
    assert "Lokasi Jl. Merdeka 10" in facts


async def test_with_several_open_and_no_clue_the_clerk_asks_which(town: Town) -> None:
    """The words are kept until the citizen says which one they belong to."""
    siti, ratna = town.mail_citizen(), town.officer("petugas")
    for subject, text in (("Loket", COMPLAINT), ("Lampu", "Lampu jalan di depan SD Kauman mati sejak Jumat.")):
        await siti.says(text, subject=subject)
        await siti.hears("sudah kami terima")
    town.clock.passes(days=2)
    siti.last = None
    await siti.says("Tadi pagi terjadi lagi, tolong segera ditangani.", subject="Lampu")
    await siti.hears("pesan ini untuk yang mana?", "1. BLT-26-000002", "2. BLT-26-000001")
    await siti.says("2")
    await siti.hears("kami tambahkan pada aduan BLT-26-000001")
    (await ratna.reads("BLT-26-000001")).shows("Tadi pagi terjadi lagi")
    assert "Tadi pagi" not in (await ratna.reads("BLT-26-000002")).part("messages")


async def test_a_burst_is_one_complaint_with_one_acknowledgement(town: Town) -> None:
    """Three mails within two minutes: one ticket with all three, one answer."""
    siti = town.mail_citizen()
    for text in (COMPLAINT, "Loketnya nomor tiga.", "Orangnya berbaju batik."):
        await siti.says(text, subject="Pungli")
        town.clock.passes(seconds=30)
    await siti.hears("sudah kami terima")
    await siti.hears_nothing()
    (await town.officer("petugas").reads(siti.number)).shows("uang di luar tarif", "nomor tiga", "berbaju batik")


async def test_no_address_gets_more_than_thirty_answers_an_hour(town: Town) -> None:
    """Whoever asks much is answered; the thirty-first answer within the hour is not given, an hour later it is."""
    siti = town.mail_citizen()
    await siti.complains(COMPLAINT)
    await siti.hears("sudah kami terima")
    for _ in range(31):
        await siti.says("CEK", after_minutes=1)
    await siti.hears_nothing_but(29, "sedang dibaca petugas")
    town.clock.passes(hours=1)
    await siti.says("CEK")
    await siti.hears("aduan")


async def test_bantuan_says_what_the_clerk_understands(town: Town) -> None:
    """Every word that citizens may use is named."""
    siti = town.mail_citizen()
    await siti.says("BANTUAN", subject="")
    await siti.hears("CEK", "BARU", "TAMBAH", "SELESAI", "BELUM", "BATAL", "STOP", "MULAI", "KODE")
