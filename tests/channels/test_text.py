"""Short messages: how many parts a text takes, what is mended, and who is a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import phone
from channels.text import Segments, plain_gsm, segments, sender

ACKNOWLEDGEMENT = (
    "Aduan BLT-26-001234 diterima, kode 7F3K9Q. Petugas menelaah, kabar paling lambat Selasa 23/11 09.15 WITA. "
    "Kantor tutup. Balas CEK utk status, BANTUAN utk cara."
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", Segments("gsm", 0, 1, 160)),
        ("a" * 160, Segments("gsm", 160, 1, 0)),
        ("a" * 161, Segments("gsm", 161, 2, 145)),
        ("a" * 306, Segments("gsm", 306, 2, 0)),
        ("a" * 307, Segments("gsm", 307, 3, 152)),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r", Segments("gsm", 44, 1, 116)),
        ("€" * 80, Segments("gsm", 160, 1, 0)),
        ("^{}\\[~]|\f", Segments("gsm", 18, 1, 142)),
        ("€" * 81, Segments("gsm", 162, 2, 143)),
        ("a" * 152 + "€" + "a" * 10, Segments("gsm", 164, 2, 141)),
        ("ê" * 70, Segments("ucs2", 70, 1, 0)),
        ("ê" * 71, Segments("ucs2", 71, 2, 63)),
        ("`", Segments("ucs2", 1, 1, 69)),
        ("ç", Segments("ucs2", 1, 1, 69)),
        ("😀" * 35, Segments("ucs2", 70, 1, 0)),
        ("😀" * 36, Segments("ucs2", 72, 2, 61)),
        ("ê" * 66 + "😀" * 3, Segments("ucs2", 72, 2, 61)),
        ("ꦮꦢꦸꦭ꧀", Segments("ucs2", 5, 1, 65)),
    ],
    ids=range(18),
)
def test_parts_are_counted_as_they_travel(text: str, parts: Segments) -> None:
    """Septets or UTF-16 units; joined parts hold fewer; no letter is torn."""
    assert segments(text) == parts


@given(st.text(max_size=600))
def test_counting_never_fails_and_adds_up(text: str) -> None:
    """There is a part for every unit, and room left only in the last."""
    parts = segments(text)
    alone, joined = (160, 153) if parts.encoding == "gsm" else (70, 67)
    if parts.count == 1:
        assert parts.units + parts.room == alone
    else:
        torn = parts.count * joined - parts.room - parts.units
        assert 0 <= torn < parts.count


def test_our_longest_acknowledgement_is_one_part() -> None:
    """What every citizen gets costs the office one message."""
    assert segments(ACKNOWLEDGEMENT).count == 1


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Jalan” – ‘rusak’…", "\"Jalan\" - 'rusak'..."),
        ("Rp\u00a050.000\u2009–\u202f60.000", "Rp 50.000 - 60.000"),
        ("• satu\r\n• dua\tx", "- satu\n- dua x"),
        ("e\u0301kor", "ékor"),
        ("a\u200bb\ufeffc\u00adf", "abcf"),
        ("`kutip´", "'kutip'"),
        ("2½ m² 😀 3×4", "2½ m² 😀 3x4"),
        ("sama saja", "sama saja"),
    ],
)
def test_typographic_characters_are_made_plain(text: str, plain: str) -> None:
    """What reads the same costs less; what would lose its meaning stays."""
    assert plain_gsm(text) == plain
    assert plain_gsm(plain) == plain


@pytest.mark.parametrize(
    "written",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "08‑1234‑567‑890",
        "6281234567890",
        "+6281234567890",
        "+62 812 3456 7890",
        "+62 (0) 812-3456-7890",
        "+62081234567890",
        "006281234567890",
        "812 3456 7890",
        " tel:+6281234567890\u200e",
        "０８１２３４５６７８９０",
    ],
)
def test_one_number_however_it_is_written(written: str) -> None:
    """National, international, with or without plus: one address."""
    assert phone(written) == "+6281234567890"
    assert sender(written) == ("+6281234567890", False)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("62812345678", "+62812345678"),
        ("(021) 345-6789", "+62213456789"),
        ("14155552671", "+14155552671"),
        ("+15005550006", "+15005550006"),
        ("3636", ""),
        ("112", ""),
        ("1500888", ""),
        ("+6281", ""),
        ("+62+62812345", ""),
        ("0812345678901234567890", ""),
        ("nomor saya 0812", ""),
        ("", ""),
        ("0" * 10_000, ""),
    ],
)
def test_what_is_a_number(written: str, number: str) -> None:
    """A country code without plus is one; short codes and words are none."""
    assert phone(written) == number


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("TELKOMSEL", ("TELKOMSEL", True)),
        ("Bank  Jatim ", ("BANK JATIM", True)),
        ("3636", ("3636", True)),
        ("1500888", ("1500888", True)),
        ("+99912345678", ("+99912345678", False)),
        ("15551234567", ("+15551234567", False)),
        ("", ("", True)),
        ("\x00\u200e", ("", True)),
    ],
)
def test_machines_are_known_by_their_names(written: str, who: tuple[str, bool]) -> None:
    """Nobody answers a name or a short code; a full number is believed even where it is new."""
    assert sender(written) == who
