"""What the four offices' own documents say, row by row, written down by hand from the documents and not from our files.

``time`` is in the document's words ("" where it gives none); ``actors`` are whom the row's own text names, () where
the flow chart's lost symbols are all there was; ``requires`` and ``outputs`` are the document's names; ``ways`` are the
branches its text tells apart, as phrases that the labels of the row's actions must hold between them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One row of a document's table, or a paragraph."""

    number: int | str
    time: str
    phrase: str
    requires: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    citizen: bool = False
    ways: tuple[str, ...] = ()


BLITAR_09 = (
    Row(1, "30 menit", "datang langsung ke meja pengaduan", ("Kartu Identitas",), citizen=True),
    Row(2, "15 menit", "mengisi formulir aduan", ("Formulir Aduan",), actors=("Petugas Pelayanan Pengaduan",)),
    Row(
        3,
        "",
        "dapat diselesaikan/dijawab langsung oleh petugas pengaduan",
        outputs=("Disposisi", "Jawaban langsung/lisan"),
        actors=("Petugas Pelayanan Pengaduan",),
        ways=("Jawab langsung", "Tidak dapat langsung ditanggapi"),
    ),
    Row(
        4,
        "1 hari kerja",
        "telah diterima dan akan segera ditindaklanjuti dengan pengecekan administrasi dan lokasi (jika diperlukan)",
        ways=("administrasi saja", "administrasi dan lokasi"),
    ),
    Row(
        5,
        "",
        "pengecekan administrasi/lokasi",
        outputs=("Berita Acara Pemeriksaan Lokasi",),
        ways=("belum berizin", "telah berizin"),
    ),
    Row(6, "15 menit", "belum mempunyai izin", outputs=("Laporan tindak lanjut hasil pengaduan",)),
    Row(7, "30 menit", "telah berizin", outputs=("Surat Peringatan/teguran",)),
    Row(8, "15 menit", "secara tertulis/surat", outputs=("Surat Jawaban atas aduan",)),
)

BLITAR_10 = (
    Row(
        1,
        "15 menit",
        "langsung menanggapi",
        ("Formulir Aduan", "Buku Agenda Aduan Masuk"),
        ("Formulir Aduan",),
        ("Kepala Seksi Evaluasi dan Pengaduan", "Kepala Bidang Pelayanan Perizinan"),
        ways=("Jawab langsung", "Naikkan ke Kepala Dinas"),
    ),
    Row(2, "5 menit", "disposisi", ("Formulir Aduan", "Lembar Disposisi"), ("Formulir Aduan",), ("Kepala Dinas",)),
    Row(
        3,
        "15 menit",
        "setelah ada disposisi Kepala Dinas",
        ("Formulir Aduan", "Lembar Disposisi"),
        ("Formulir Aduan", "Lembar Disposisi"),
        ways=("belum berizin", "telah berizin"),
    ),
    Row(
        4,
        "15 menit",
        "belum mempunyai izin",
        ("Formulir Aduan", "Lembar Disposisi"),
        ("Salinan Formulir Aduan",),
        ways=("diterima Satpol PP",),
    ),
    Row(5, "30 menit", "telah berizin", ("Formulir Aduan",), ("Formulir Jawaban Aduan",)),
    Row(6, "10 menit", "surat tanggapan", ("Formulir Aduan",), ("Surat Tanggapan",)),
)

BLITAR_11 = (
    Row(1, "5 menit", "mengendalikan surat", ("Surat aduan", "Identitas pengadu dan obyek aduan")),
    Row(2, "30 menit", "substansi pengaduannya", outputs=("Disposisi",), actors=("Kepala Dinas",)),
    Row(
        3,
        "1 hari",
        "pengecekan lokasi (bila diperlukan)",
        outputs=("Berita Acara Pengecekan lokasi",),
        ways=("Cukup pengecekan administrasi", "Lokasi sudah dicek"),
    ),
    Row(4, "30 menit", "berizin atau belum", ways=("belum berizin", "telah berizin")),
    Row(
        5,
        "1 hari",
        "Kantor Satuan Pol PP",
        outputs=("Surat Pemberitahuan", "Surat Teguran/peringatan"),
        ways=("diterima Satpol PP", "teguran"),
    ),
    Row(6, "1 hari", "surat tanggapan", outputs=("Surat Jawaban atas aduan",)),
)

PAGARALAM = (
    Row(
        1,
        "15 Menit",
        "menjelaskan setiap kebutuhan informasi pengaduan",
        ("Pengaduan Tertulis", "Pengaduan Lisan"),
        ("Informasi pengaduan",),
    ),
    Row(
        2,
        "30 Menit",
        "meneruskan berkas pengaduan kepada Kepala Seksi",
        ("Formulir Pengaduan", "Agenda", "Tanda Terima Pengaduan"),
        ("Data-data pengaduan",),
    ),
    Row(
        3,
        "1 Jam",
        "memutuskan untuk melakukan peninjauan lapangan",
        ("Berkas pengaduan",),
        ("Berkas pengaduan",),
        ways=("Lakukan peninjauan lapangan", "Tidak perlu peninjauan lapangan"),
    ),
    Row(
        4,
        "3 Hari",
        "pihak-pihak terkait",
        ("Undangan Peninjauan Lapangan kepada pihak-pihak terkait",),
        ("Surat Undangan",),
    ),
    Row(5, "5 Hari", "pertimbangan teknis (BAP)", ("Berita Acara Hasil Peninjauan Lapangan",), ("Rapat teknis",)),
    Row(
        6,
        "2 Hari",
        "telaahan usulan penyelesaian permasalahan",
        ("Berita Acara Hasil Peninjauan Lapangan", "Telaahan staf"),
        ("Usulan penyelesaian",),
    ),
    Row(
        7,
        "1 Hari",
        "memberikan disposisi untuk proses selanjutnya",
        ("Berita Acara Hasil Peninjauan Lapangan", "Telaahan staf", "Disposisi Kepala DPM-PTSP"),
        ("Keputusan penyelesaian",),
        ("Kepala Dinas",),
    ),
    Row(
        8,
        "2 Jam",
        "Menyiapkan surat balasan",
        ("Disposisi Kepala DPM-PTSP", "Draft Surat balasan"),
        ("Draft Surat",),
    ),
    Row(9, "1 Jam", "Menandatangani surat balasan", ("Surat balasan",), ("Surat balasan",)),
    Row(10, "15 Menit", "Menyampaikan surat balasan", ("Agenda Surat Keluar",), ("Penyelesaian pengaduan",)),
)

_COMPLAINT, _BOOK = "Pengaduan Masyarakat", "Buku Registrasi Pengaduan Masyarakat"
_CITIZEN = Row(1, "30 menit", "melalui medsos", (_COMPLAINT,), (_COMPLAINT,), citizen=True)
_HEAD, _FIELD, _SECTION = (
    "Kepala Dinas",
    "Kepala Bidang Pengaduan, Kebijakan dan Pelaporan Layanan",
    "Kepala Seksi Monev dan Pengaduan",
)
_DIRECTS = ("Beri arahan", "Minta pendapat")
_GIVES = ("Beri resume", "Perintahkan Kasi")

MOJOKERTO_48 = (
    _CITIZEN,
    Row(2, "30 menit", "mendaftarkan pengaduan", (_COMPLAINT,), (_BOOK,), ("Petugas Front Office",)),
    Row(3, "120 menit", "arahan tindak lanjut", (_COMPLAINT, _BOOK), ("Lembar Disposisi",), (_HEAD,), ways=_DIRECTS),
    Row(4, "120 menit", "resume", ("Lembar Disposisi",), ("Disposisi Penyelesaian",), (_FIELD,), ways=_GIVES),
    Row(
        5,
        "180 menit",
        "jawaban tertulis",
        ("Disposisi Penyelesaian",),
        ("Jawaban atas Pengaduan Masyarakat",),
        (_SECTION,),
        ways=("jawaban tertulis", "rapat koordinasi"),
    ),
)

MOJOKERTO_50 = (
    _CITIZEN,
    Row(2, "30 menit", "meregistrasi pengaduan", (_COMPLAINT,), (_BOOK,), ("Petugas Front Office",)),
    Row(3, "60 menit", "arahan tindak lanjut", (_COMPLAINT, _BOOK), ("Lembar Disposisi",), (_HEAD,), ways=_DIRECTS),
    Row(4, "1 hari", "resume", ("Lembar Disposisi",), ("Disposisi Penyelesaian",), (_FIELD,), ways=_GIVES),
    Row(
        5,
        "1 hari",
        "rapat koordinasi dengan Tim Teknis",
        ("Disposisi Penyelesaian",),
        ("Disposisi arahan penyelesaian", "Undangan Rapat Koordinasi"),
        (_SECTION,),
        ways=("Kirim jawaban", "rapat koordinasi"),
    ),
    Row(
        6,
        "180 menit",
        "dipimpin Kepala Bidang",
        ("Undangan Rapat Koordinasi",),
        ("Berita Acara Penyelesaian Pengaduan Masyarakat",),
        ("Tim Teknis", _FIELD),
    ),
    Row(
        7,
        "30 menit",
        "menyampaikan resume",
        ("Berita Acara Penyelesaian Pengaduan Masyarakat",),
        ("Resume sesuai Berita Acara",),
        (_FIELD,),
    ),
    Row(8, "60 menit", "mempelajari resume", ("Resume sesuai Berita Acara",), ("Disposisi Kepala Dinas",), (_HEAD,)),
    Row(
        9,
        "60 menit",
        "memerintahkan Kepala Bidang",
        ("Disposisi Kepala Dinas",),
        ("Disposisi Kepala Bidang",),
        (_HEAD,),
    ),
    Row(
        10,
        "180 menit",
        "memerintahkan Kepala Seksi",
        ("Disposisi Kepala Bidang",),
        ("Surat Dinas tentang Jawaban atas Pengaduan Masyarakat",),
        (_FIELD, _SECTION),
    ),
)

_CLERK, _DPS_SECTION, _DPS_HEAD = (
    "Petugas Informasi dan Pengaduan",
    "Kepala Seksi Pengaduan dan Informasi Layanan",
    "Kepala Dinas",
)
_FORM, _REPORT = "Formulir Permintaan Tindakan Perbaikan", "Laporan Hasil Penanganan Pengaduan"

_FROM_913 = (
    Row("9.1.3", "", "sesuai jenis pelayanan", outputs=(_FORM,)),
    Row("9.1.4", "", "menganalisis permasalahan", actors=(_DPS_SECTION,)),
    Row("9.1.5", "", "saran pemecahan masalah", actors=(_FIELD, "Sekretaris", _DPS_HEAD), ways=("dengan", "tanpa")),
    Row("9.1.6", "", "peninjauan lokasi", outputs=("Surat Undangan Pelaksanaan Rapat",), actors=(_CLERK,)),
    Row("9.1.7", "", "daftar hadir peserta rapat", outputs=("Daftar Hadir Peserta Rapat",)),
    Row("9.1.8", "", "paraf", outputs=(_REPORT,), actors=(_CLERK, _DPS_SECTION, _FIELD)),
    Row("9.1.9", "", "mengetahui", actors=("Sekretaris", _DPS_HEAD)),
    Row("9.1.10", "", "mengarsip", actors=(_CLERK,)),
    Row("9.1.11", "", "monitoring kembali"),
)

DENPASAR_91 = (
    Row("9.1.1", "", "datang langsung", citizen=True),
    Row(
        "9.1.2",
        "",
        "penjelasan sederhana",
        actors=(_CLERK,),
        ways=("Selesaikan dengan penjelasan", "Tidak dapat diselesaikan langsung"),
    ),
    *_FROM_913,
)

DENPASAR_92 = (
    Row(
        "9.2.1",
        "",
        "kotak pengaduan, surat, email, PRO Denpasar dan website",
        actors=(_CLERK,),
        ways=("cukup", "informasi tambahan"),
    ),
    Row("9.2.2", "", "agar datang", actors=(_CLERK,), ways=("Wawancara", "sulit dihubungi")),
    Row(
        "9.2.3",
        "",
        "sulit dihubungi",
        outputs=(_FORM,),
        actors=(_CLERK, _DPS_SECTION, _FIELD, "Sekretaris", _DPS_HEAD),
    ),
    *_FROM_913,
)

FACTS = {
    "blitar-09": BLITAR_09,
    "blitar-10": BLITAR_10,
    "blitar-11": BLITAR_11,
    "pagaralam": PAGARALAM,
    "mojokerto-48": MOJOKERTO_48,
    "mojokerto-50": MOJOKERTO_50,
    "denpasar-9.1": DENPASAR_91,
    "denpasar-9.2": DENPASAR_92,
}

# The papers that the documents list beside their tables (Peralatan, Pencatatan, Denpasar's 10), by office.
RECORDS = {
    "blitar": {"Formulir Aduan", "Formulir Jawaban Aduan", "Buku Agenda Aduan Masuk"},
    "pagaralam": {"Formulir Pengaduan"},
    "mojokerto": {"Buku Registrasi Pengaduan Masyarakat"},
    "denpasar": {
        "Kertas Pengaduan",
        "Formulir Permintaan Tindakan Perbaikan",
        "Surat Undangan Pelaksanaan Rapat",
        "Daftar Hadir Peserta Rapat",
        "Berita Acara Penanganan Pengaduan",
        "Laporan Hasil Penanganan Pengaduan",
    },
}
