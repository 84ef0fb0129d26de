"""Every paper filled in as an office would, for tests that draw them all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox.models import Disposition, Paper, Task, Ticket, TicketStep
from tests.inbox.house import House, at

NOW = at("2026-11-24 09:15")
LATER = "2026-11-26T02:00:00+00:00"
COMPLAINT = (
    "Ada bangunan ruko tiga lantai di Jalan Merdeka Nomor 5 yang dibangun tanpa papan izin. Truk material menutup "
    "trotoar setiap pagi, anak sekolah terpaksa lewat badan jalan.\n\nMohon diperiksa. Terima kasih 🙏"
)
TEAM = "Agus Prasetyo, Kepala Seksi Evaluasi dan Pengaduan\nEndang Lestari, Staf Bidang Perizinan\nDewi, Satuan Pol PP"
INVITED = (
    "Kepala Satuan Polisi Pamong Praja Kota Blitar\nKepala Dinas Pekerjaan Umum dan Penataan Ruang Kota Blitar\n"
    "Camat Kepanjenkidul\nLurah Kauman\nPemilik bangunan\nKetua RT 02 RW 05"
)
WHERE = {"object": "Ruko tiga lantai", "place": "Jalan Merdeka 5"}
FOUND = "Bangunan berdiri 3 (tiga) lantai; papan izin tidak ada; pekerjaan berlangsung."
LETTER = {
    "concerning": "",
    "text": "Terima kasih atas aduan Saudara tanggal 23 November 2026.\n\nPetugas kami telah memeriksa ke lokasi pada "
    "tanggal 24 November 2026. Bangunan tersebut belum memiliki Persetujuan Bangunan Gedung; pemiliknya telah kami "
    "tegur dan pekerjaan dihentikan sampai izinnya terbit.\n\nDemikian jawaban kami, atas perhatian Saudara kami "
    "ucapkan terima kasih.",
    "cc": "Kepala Dinas (sebagai laporan)\nArsip",
}
CHECK = {
    **WHERE,
    "held_at": LATER,
    "team": TEAM,
    "owner": "Hadi Wijaya",
    "text": FOUND,
    "conclusion": "Objek belum berizin.",
}
WARNING = {
    **WHERE,
    "to": "Sdr. Hadi Wijaya",
    "found": FOUND,
    "text": "1. Menghentikan pekerjaan.\n2. Mengurus izin.",
    "due_at": LATER,
    "permit": "503/0012/2024",
    "cc": "Arsip",
}
REPORT = {"to": "", "text": "Objek belum berizin, pemilik ditegur.", "advice": "Diawasi sampai izin terbit."}
CALL = {"held_at": LATER, "venue": "Ruang rapat dinas, lantai 2"}
MEETING = {**CALL, "led_by": "Endang Lestari"}

SAMPLES: dict[str, dict[str, Any]] = {
    "formulir-aduan": {**WHERE, "text": COMPLAINT, "note": "Pengadu membawa dua foto."},
    "pengaduan-masyarakat": {**WHERE, "text": COMPLAINT, "note": ""},
    "tanda-terima": {"object": "Ruko tiga lantai", "brought": "Fotokopi KTP\nDua lembar foto"},
    "lembar-disposisi": {},
    "salinan-formulir": {
        "what": "1 (satu) lembar salinan formulir aduan",
        "received_by": "Dewi, Satuan Pol PP",
        "received_at": LATER,
        "note": "Diterima lengkap.",
    },
    "formulir-jawaban": {"text": "Objek belum berizin; pemilik ditegur."},
    "resume": {"text": "Warga mengadukan ruko tanpa izin. Perlu peninjauan lapangan bersama Satuan Pol PP."},
    "telaahan-staf": {
        "concerning": "Ruko tanpa izin",
        "problem": "Apakah ruko di Jalan Merdeka 5 berizin?",
        "assumption": "Denah pada aduan benar.",
        "found": FOUND,
        "text": "Menurut ketentuan, bangunan gedung wajib memiliki persetujuan sebelum dibangun.",
        "conclusion": "Pembangunan melanggar.",
        "advice": "Pemilik ditegur tertulis.",
    },
    "surat-tugas": {**WHERE, "team": TEAM, "text": "Memeriksa bangunan yang diadukan.", "held_at": LATER},
    "surat-undangan": {**CALL, "to": INVITED, "agenda": "Peninjauan lapangan", "cc": "Kepala Dinas\nArsip"},
    "undangan-rakor": {**CALL, "to": INVITED, "agenda": "Pemecahan masalah bangunan tanpa izin."},
    "daftar-hadir": {**MEETING, "concerning": "Rapat koordinasi", "present": TEAM},
    "berita-acara": {**MEETING, "present": TEAM, "text": "Rapat bersepakat menegur pemilik."},
    "berita-acara-pemeriksaan": CHECK,
    "berita-acara-peninjauan": CHECK,
    "permintaan-perbaikan": {
        "to": "Kepala Bidang Pelayanan Perizinan",
        "problem": "Berkas izin melewati batas waktu.",
        "cause": "Berkas tertahan di loket.",
        "text": "Periksa antrean setiap pagi.",
        "due_at": LATER,
    },
    "surat-pemberitahuan": {
        **WHERE,
        "to": "Kepala Satuan Polisi Pamong Praja Kota Blitar",
        "text": FOUND,
        "cc": "Arsip",
        "attached": "1 (satu) lembar",
    },
    "surat-teguran": WARNING,
    "surat-peringatan": WARNING,
    "surat-tanggapan": LETTER,
    "surat-jawaban": LETTER,
    "surat-balasan": LETTER,
    "laporan-tindak-lanjut": REPORT,
    "laporan-hasil": REPORT,
}


async def case(house: House, **known: Any) -> Ticket:
    """A complaint with its form and agenda line, laid before the head."""
    ticket = await house.complaint(
        at("2026-11-23 08:05"), text=COMPLAINT, object="Ruko tiga lantai", place="Jalan Merdeka 5", **known
    )
    await house.act(await house.officer("petugas"), ticket.number, "naikkan", at("2026-11-23 08:20"))
    return ticket


async def paper(house: House, ticket: Ticket, template: str, now: datetime = NOW, **values: Any) -> Paper:
    """A paper of that description, of a kind that the office has laid down for it (``every_kind``)."""
    by = await house.officer("kabid", initials="EL")
    row = Paper(
        office="blitar",
        ticket_id=ticket.id,
        paper=f"contoh-{template}",
        values={**SAMPLES[template], **values},
        officer_id=by.officer_id,
        created_at=now,
    )
    if template == "lembar-disposisi":
        row.disposition_id = (await _sheet(ticket, by.officer_id, now)).id
    await row.save()
    return row


async def _sheet(ticket: Ticket, officer_id: int, now: datetime) -> Disposition:
    step = await TicketStep.filter(ticket_id=ticket.id).order_by("-ordinal").first()
    assert step is not None
    sheet = await Disposition.create(
        office="blitar",
        ticket_id=ticket.id,
        step_id=step.id,
        officer_id=officer_id,
        role="kepala-dinas",
        nature="Segera",
        instruction="Periksa berkas perizinan objek yang diadukan, lalu laporkan hasilnya.",
        due_at=now,
        initials="SW",
        created_at=now,
    )
    for role in ("kabid", "kasi"):
        await Task.create(
            office="blitar",
            ticket_id=ticket.id,
            step_id=step.id,
            disposition_id=sheet.id,
            kind="disposition",
            role=role,
            coordinates=role == "kabid",
        )
    return sheet
