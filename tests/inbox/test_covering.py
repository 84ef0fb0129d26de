"""Copies of PDFs with words covered: what is under the cover is not in the file any more."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pypdfium2
import pytest
import typst
from PIL import Image

from inbox.covering import Covering
from inbox.covering_worker import MOST_PAGES, covered
from inbox.refused import Refused
from tests.pictures import JPEG

LETTER = """
#set page(width: 12cm, height: 8cm, margin: 1cm)
Yang bertanda tangan di bawah ini, SITI AMINAH, NIK 3572014507800001, mengadukan pungutan di pasar. Saya, Siti
#linebreak()
Aminah, tinggal di Jalan Merdeka 5.
"""


def letter(text: str = LETTER) -> bytes:
    """A PDF with text in it."""
    return typst.compile(text.encode())


def scan() -> bytes:
    """A PDF that is a picture."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "PDF")
    return out.getvalue()


def drawn(pdf: bytes, page: int = 0) -> Image.Image:
    """What one sees, in grey."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=2).to_pil().convert("L")


def black(pdf: bytes, page: int = 0) -> float:
    """How much of the page is black."""
    histogram = drawn(pdf, page).histogram()
    return sum(histogram[:16]) / sum(histogram)


def test_the_words_are_gone() -> None:
    """In any case and broken over lines; nothing can be read out of the copy by any program, and the rest is seen."""
    copy, places, whole = covered(letter(), ["siti aminah", "3572014507800001"])
    assert (places, whole) == (3, 0)
    assert pypdf.PdfReader(io.BytesIO(copy)).pages[0].extract_text().strip() == ""
    assert b"AMINAH" not in copy
    _, again, left = covered(letter(), ["pungutan"])
    assert (again, left) == (1, 0)
    assert black(letter()) < 0.02 < black(copy) < 0.2


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page(turn: int) -> None:
    """The cover lies where the words are: the same page with and without them differs by black alone, as upright."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(letter()))
    writer.pages[0].rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    upright, turned = (covered(pdf, ["siti aminah"])[0] for pdf in (letter(), out.getvalue()))
    assert covered(out.getvalue(), ["siti aminah"])[1] == 2
    back = drawn(turned).rotate(turn, expand=True)
    assert back.size == drawn(upright).size
    differing = sum(abs(a - b) > 128 for a, b in zip(back.tobytes(), drawn(upright).tobytes(), strict=True))
    assert differing / len(back.tobytes()) < 0.01


def test_what_else_is_in_a_file_stays_behind() -> None:
    """Attached files, notes on the page, form fields, who wrote it with what."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(letter()))
    writer.add_attachment("rahasia.txt", b"SITI AMINAH")
    writer.add_metadata({"/Author": "Siti Aminah"})
    out = io.BytesIO()
    writer.write(out)
    copy = pypdf.PdfReader(io.BytesIO(covered(out.getvalue(), ["siti"])[0]))
    assert not copy.attachments
    assert "Siti" not in str(copy.metadata)


def test_a_scanned_page_is_covered_whole() -> None:
    """Nobody can look for words on it."""
    copy, places, whole = covered(scan(), ["siti"])
    assert (places, whole) == (0, 1)
    assert black(copy) > 0.99


@pytest.mark.parametrize("word", ["Siti (Aminah)", "a+b*", "[x", "\\d", "$"])
def test_a_word_is_never_a_pattern(word: str) -> None:
    """What stands in it is looked for as it stands."""
    assert covered(letter(), [word])[1] == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", JPEG, letter()[:600], letter("#for n in range(41) [Halaman #n #pagebreak()]")],
    ids=["empty", "head", "picture", "half", "long"],
)
def test_what_cannot_be_read_is_refused(content: bytes) -> None:
    """Whatever is wrong with it."""
    with pytest.raises((ValueError, pypdfium2.PdfiumError)):
        covered(content, ["siti"])
    assert MOST_PAGES == 40


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "cover-no-words"),
        (" \n ", "cover-no-words"),
        ("a", "cover-words"),
        ("x" * 101, "cover-words"),
        ("ab\n" * 41, "cover-words"),
        ("Budi", "cover-nothing"),
    ],
)
async def test_words_that_cannot_be_covered(tmp_path: Path, words: str, code: str) -> None:
    """Said in a sentence, and nothing is handed out."""
    (tmp_path / "a").write_bytes(letter())
    with pytest.raises(Refused) as caught:
        await Covering().copy(tmp_path / "a", words)
    assert caught.value.code == code


async def test_a_hostile_file_harms_its_process_alone(tmp_path: Path) -> None:
    """It is refused, and the next one is covered."""
    (tmp_path / "bad").write_bytes(b"%PDF-1.7\n" + b"1 0 obj<<" * 50_000)
    (tmp_path / "good").write_bytes(letter())
    covering = Covering()
    with pytest.raises(Refused) as caught:
        await covering.copy(tmp_path / "bad", "siti")
    assert caught.value.code == "cover-unreadable"
    assert (await covering.copy(tmp_path / "good", "siti aminah")).places == 2
