"""The press: what comes out of it, and what it does with hostile words and with its own death."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from inbox.pdf import Pdf
from inbox.refused import Refused

HOSTILE = '#read("/etc/passwd") *tebal* $x^2$ <label> @cite #import "naskah.typ" \\ {{ 7*7 }} </p>'


def paper(text: str = "Isi.", **more: Any) -> dict[str, Any]:
    """A small paper of that text."""
    head = {"lines": ["Pemerintah Kota Blitar", "Dinas Penanaman Modal"], "reach": ""}
    blocks = [{"facts": [["Nama", text]]}, {"text": text, "box": True}]
    usual = {"layout": "form", "title": "Formulir", "letterhead": head, "blocks": blocks}
    return usual | {"signatures": [], "cc": [], "foot": "Kaki", "substitutes": "Pengganti."} | more


def read(pdf: bytes) -> str:
    """What a reader copies out of the PDF, white space as one blank."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
async def press() -> AsyncIterator[Pdf]:
    """A press of its own."""
    pdf = Pdf()
    yield pdf
    await pdf.stop()


async def test_a_paper_is_a_pdf_for_the_archive(press: Pdf) -> None:
    """It says that it is PDF/A-2b, has its title, and the same words are the same bytes."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    made = await press.render("paper.typ", paper(), at=now)
    assert made.startswith(b"%PDF-1.")
    assert b"pdfaid:part>2<" in made.replace(b"&gt;", b">")
    assert b"pdfaid:conformance>B<" in made
    assert pypdf.PdfReader(io.BytesIO(made)).metadata.title == "Formulir"  # type: ignore[union-attr]
    assert made == await press.render("paper.typ", paper(), at=now)


async def test_what_people_wrote_is_text(press: Pdf) -> None:
    """No markup, no call, no file is read."""
    said = read(await press.render("paper.typ", paper(HOSTILE, title=HOSTILE)))
    assert '#read("/etc/passwd") *tebal* $x^2$ <label> @cite #import "naskah.typ" \\ {{ 7*7 }} </p>' in said
    assert "root:" not in said


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Terima kasih 🫨", "Terima kasih [emoji]"),
        (
            "Kami 👨‍👩‍👧 dari 🇮🇩 mohon 🙏🏻🙏🏻",
            "Kami [emoji] dari [bendera ID] mohon [tangan terkatup][tangan terkatup]",
        ),
        ("ꦲꦤꦕꦫꦏ", "□□□□□"),
        ("街道", "□□"),
        ("Jalan → Merdeka ✓", "Jalan → Merdeka ✓"),
        ("Ibu Şükran Łuczak", "Ibu Şükran Łuczak"),
        ("a\x07b", "ab"),
    ],
)
async def test_nothing_vanishes(monkeypatch: pytest.MonkeyPatch, written: str, printed: str) -> None:
    """What no font has is seen to be missing, and a line says so."""
    monkeypatch.setattr("inbox.pdf._wheel", list)
    pdf = Pdf()
    try:
        said = read(await pdf.render("paper.typ", paper(written)))
    finally:
        await pdf.stop()
    assert printed in said or written in said  # a machine with the fonts prints it as it was
    assert ("Pengganti." in said) is (written not in said and "\x07" not in written)


async def test_a_long_book_repeats_its_heads(press: Pdf) -> None:
    """Five hundred rows over many pages, the head on each, each row once."""
    table = {"head": ["No.", "Isi"], "widths": [1, 8], "rows": [[str(n), f"Baris ke-{n}."] for n in range(1, 501)]}
    made = await press.render("paper.typ", paper(layout="book", blocks=[{"table": table}]))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    assert len(pages) > 10
    assert all("Isi" in page for page in pages)
    assert all(sum(f"ke-{n}." in page for page in pages) == 1 for n in (1, 250, 500))


async def test_pictures_stand_on_the_paper_and_broken_ones_are_named(press: Pdf, tmp_path: Path) -> None:
    """A picture that cannot be read does not cost the paper."""
    good, bad = tmp_path / "a", tmp_path / "b"
    good.write_bytes(PNG)
    bad.write_bytes(b"\x89PNG broken")
    photos = [{"file": "baik", "caption": "Depan"}, {"file": "rusak", "caption": "Belakang"}]
    blocks = [{"photos": photos}]
    document = paper(blocks=blocks, unreadable="Foto tidak dapat dibaca")
    made = await press.render("paper.typ", document, {"baik": good, "rusak": bad})
    assert "Foto tidak dapat dibaca Belakang" in read(made)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages[0].images) == 1


async def test_a_picture_that_unpacks_to_gigabytes_is_named(press: Pdf, tmp_path: Path) -> None:
    """A hundred kilobytes that would be thirty thousand by thirty thousand points cost neither paper nor press."""
    good, bomb = tmp_path / "a", tmp_path / "b"
    good.write_bytes(PNG)
    bomb.write_bytes(vast(30_000))
    photos = [{"file": "rusak", "caption": "Belakang"}, {"file": "baik", "caption": "Depan"}]
    document = paper(blocks=[{"photos": photos}], unreadable="Foto tidak dapat dibaca")
    made = await press.render("paper.typ", document, {"rusak": bomb, "baik": good})
    assert "Foto tidak dapat dibaca Belakang" in read(made)
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages[0].images) == 1


def vast(side: int) -> bytes:
    """A PNG of so many black points each way."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    line = bytes(1 + (side + 7) // 8)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(line * side)) + part(b"IEND", b"")


async def test_a_dead_worker_is_replaced(press: Pdf) -> None:
    """Whoever's paper it had in hand hears of it; the next paper is drawn by a new one."""
    await press.render("paper.typ", paper())
    first = press.worker.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    asked = asyncio.ensure_future(press.render("paper.typ", paper()))
    while not press.worker.turn.locked():  # noqa: ASYNC110 - nothing tells when a lock is taken
        await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(Refused, match="pdf-broken"):
        await asked
    assert await press.render("paper.typ", paper())
    assert press.worker.pid != first


async def test_a_drawing_that_hangs_is_stopped() -> None:
    """After the limit, with its process; the next one is drawn."""
    pdf = Pdf()
    try:
        await pdf.render("paper.typ", paper())
        first = pdf.worker.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        pdf.worker.longest_seconds = 0.2
        with pytest.raises(Refused, match="pdf-slow"):
            await pdf.render("paper.typ", paper())
        pdf.worker.longest_seconds = 60
        assert await pdf.render("paper.typ", paper())
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
    finally:
        await pdf.stop()


async def test_too_much_is_refused_before_it_is_drawn(press: Pdf) -> None:
    """A paper of thirty million letters never reaches the press."""
    with pytest.raises(Refused, match="pdf-large"):
        await press.render("paper.typ", paper("a" * 30_000_000))
    assert press.worker.pid is None


async def test_an_answer_nobody_waits_for_is_not_the_next_ones(press: Pdf) -> None:
    """Whoever asks after a page that was closed gets their own paper."""
    await press.render("paper.typ", paper())
    left = asyncio.ensure_future(press.render("paper.typ", paper("Pertama")))
    await asyncio.sleep(0)
    left.cancel()
    assert "Kedua" in read(await press.render("paper.typ", paper("Kedua")))


async def test_two_hundred_papers_leave_the_memory_where_it_was(press: Pdf) -> None:
    """Each with words of its own; the process does not grow by more than 60 MB, and the program stays awake."""
    for n in range(20):
        await press.render("paper.typ", paper(f"Aduan {n}"))
    before = _resident_mb(press)
    for n in range(200):
        await press.render("paper.typ", paper(f"Aduan {n} tentang jalan berlubang"))
    assert _resident_mb(press) - before < 60


async def test_the_press_stops_with_the_program(press: Pdf) -> None:
    """No process is left behind."""
    await press.render("paper.typ", paper())
    pid = press.worker.pid
    assert pid is not None
    await press.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _resident_mb(press: Pdf) -> float:
    status = Path(f"/proc/{press.worker.pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a7300000011494441"
    "54789c6338a1a000440c60f204001cee0421cb1874bf0000000049454e44ae426082"
    ""
)
