"""SOP 10 of Blitar as its record shows it: the steps' names, what officers fill in, and the journal's lines."""

from __future__ import annotations

from typing import Protocol

from tests.journeys.officers import Entry, Officer

STEPS = {
    "terima": "Menerima aduan, menuangkannya dalam formulir aduan, dan langsung menanggapi yang bisa diselesaikan",
    "disposisi": "Membaca formulir aduan yang dinaikkan dan memberi disposisi",
    "kaji": "Mengkaji keluhan atau pengaduan setelah ada disposisi Kepala Dinas",
    "satpol-pp": "Berkoordinasi dengan atau memberi tahu Kantor Satuan Pol PP atas obyek yang belum mempunyai izin",
    "selesaikan": "Menyelesaikan aduan atas obyek yang telah berizin dan mengisi formulir jawaban",
    "jawab": "Memberitahukan hasil penyelesaian kepada pengadu dengan surat tanggapan",
}
DISPOSITION = {
    "Kepada": ["Kepala Bidang Pelayanan Perizinan", "Kepala Seksi Evaluasi dan Pengaduan"],
    "Sifat": "Segera",
    "Isi disposisi": ["Kaji dan laporkan hasilnya"],
}

OPENED = Entry("Warga", "Aduan dibuka menurut Pelayanan Pengaduan melalui SMS, Web/E-mail")
PAPERS = [Entry("Ratna Dewi", "Formulir Aduan dibuat"), Entry("Ratna Dewi", "Buku Agenda Aduan Masuk dibuat")]
ANSWERED = Entry("Ratna Dewi", "Dijawab; menunggu pengadu menyatakan selesai")
CONTENT = Entry("Warga", "Ditutup: pengadu menyatakan selesai")
RAISED = [
    *PAPERS,
    Entry("Ratna Dewi", f"Naikkan ke Kepala Dinas (langkah: {STEPS['terima']})"),
    Entry("Ratna Dewi", f"Masuk langkah {STEPS['disposisi']}"),
    Entry("Hadi Prasetyo", f"Disposisi (Segera) kepada {', '.join(sorted(DISPOSITION['Kepada']))}"),
    Entry("Hadi Prasetyo", "Lembar Disposisi dibuat"),
    Entry("Hadi Prasetyo", f"Beri disposisi (langkah: {STEPS['disposisi']})"),
    Entry("Hadi Prasetyo", f"Masuk langkah {STEPS['kaji']}"),
]
LETTER = [
    Entry("Ratna Dewi", "Surat Tanggapan dibuat"),
    Entry("Ratna Dewi", f"Kirim surat tanggapan (langkah: {STEPS['jawab']})"),
    ANSWERED,
]
DIRECT = [
    Entry("Ratna Dewi", "Jawaban langsung kepada pengadu dibuat"),
    Entry("Ratna Dewi", f"Jawab langsung (langkah: {STEPS['terima']})"),
    ANSWERED,
]
PERMITTED = [
    Entry("Endah Wahyuni", f"Objek telah berizin (langkah: {STEPS['kaji']})"),
    Entry("Endah Wahyuni", f"Masuk langkah {STEPS['selesaikan']}"),
    Entry("Endah Wahyuni", "Formulir Jawaban Aduan dibuat"),
    Entry("Endah Wahyuni", f"Formulir jawaban sudah diisi (langkah: {STEPS['selesaikan']})"),
    Entry("Endah Wahyuni", f"Masuk langkah {STEPS['jawab']}"),
]
UNPERMITTED = [
    Entry("Bambang Sutrisno", f"Objek belum berizin (langkah: {STEPS['kaji']})"),
    Entry("Bambang Sutrisno", f"Masuk langkah {STEPS['satpol-pp']}"),
    Entry("Bambang Sutrisno", "Salinan Formulir Aduan untuk Satuan Pol PP dibuat"),
    Entry("Bambang Sutrisno", f"Salinan formulir sudah diterima Satpol PP (langkah: {STEPS['satpol-pp']})"),
    Entry("Bambang Sutrisno", f"Masuk langkah {STEPS['jawab']}"),
]


def rated(value: int) -> Entry:
    """The line of a citizen's mark."""
    return Entry("Warga", f"Pengadu memberi nilai {value}")


class Complainant(Protocol):
    """Somebody with a ticket, who has heard so many things."""

    number: str
    heard: int


async def deeds(officer: Officer, citizen: Complainant) -> list[Entry]:
    """The journal without the lines on messages, of which there is one for each that the citizen heard."""
    journal = await officer.journal(citizen.number)
    sent = [entry for entry in journal if entry.what.startswith("Pesan terkirim")]
    assert len(sent) == citizen.heard
    return [entry for entry in journal if not entry.what.startswith("Pesan ")]
