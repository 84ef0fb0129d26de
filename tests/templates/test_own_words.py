"""The words of every shipped office's own: held to what the common ones are held to, with the office's values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

import templates
from channels.base import Abilities
from channels.forms import Limits
from config.schema import Office
from inbox.fitting import fit
from templates import Words
from tests.shipped import shipped
from tests.templates.test_messages import LONGEST, OFFICERS_WORDS, SEGMENT, SMS, lean, septets, variants

OFFICES = shipped()
NAMES = sorted(templates.names("messages", ".txt"))
EVERY = [(office.id, name) for office in OFFICES.offices.values() for name in NAMES]
TOLD_CODE = {"diterima", "terima-komentar", "kode-terkirim", "surat", "surat-jawaban"}


def known(office: Office) -> dict[str, Any]:
    """What stays the same in every message of an office, each at its longest."""
    plain = [step.plain for one in office.procedures.values() for step in one.steps]
    return {
        "office": office.name,
        "prefix": office.code,
        "number": f"{office.code}-26-999999",
        "kinds": office.kinds,
        "kind": max((kind.name for kind in office.kinds), key=len),
        "step_plain": max(plain, key=len),
        "week": office.worktime.week(OFFICES.worktime),
    }


def said(office_id: str, name: str, *, whole: bool = False) -> Iterator[tuple[Words, dict[str, Any]]]:
    """A message of an office in every state and for each of its kinds; ``whole``: nothing left out."""
    office = OFFICES.office(office_id)
    nouns = {
        manner: max((k.noun for k in office.kinds if k.manner == manner), key=len, default="pertanyaan")
        for manner in ("complaint", "suggestion", "question", "information")
    }
    for values in (*variants(name), *(() if whole else lean(name))):
        given = values | known(office) | {"noun": nouns[values["manner"]]}
        given |= {key: "" for key in ("number", "step_plain") if not values[key]} | (
            {} if whole else {"text": "Sudah."}
        )
        yield templates.message(name, folder=OFFICES.messages(office_id), **given), given


@pytest.mark.parametrize(("office", "name"), EVERY)
def test_a_short_form_fits_one_sms(office: str, name: str) -> None:
    """With its menu, in every state, for every kind: one segment of 160 GSM-7 characters."""
    for words, values in said(office, name, whole=True):
        short = fit(words, SMS, words.choices).text
        assert words.short, values
        assert septets(short) <= (SEGMENT // 2 if name in OFFICERS_WORDS else SEGMENT), short


@pytest.mark.parametrize(("office", "name"), EVERY)
def test_both_forms_read_well(office: str, name: str) -> None:
    """No gap, no doubled blank, no leftover of a template, no sentence broken by a missing value."""
    for words, _ in said(office, name):
        for text in (words.long, words.short, words.subject):
            assert text == text.strip()
            assert text or name in OFFICERS_WORDS
            assert "\n\n\n" not in text
            assert not re.search(r"[{}]|  | [.,;:?]|\(\)|\bNone\b|\bTrue\b", text), text
        assert "\n" not in words.short + words.subject


@pytest.mark.parametrize(("office", "name"), EVERY)
def test_the_words_name_every_answer_they_offer(office: str, name: str) -> None:
    """A door without buttons adds nothing but the numbered menu: typing a word of the text is answering."""
    for words, _ in said(office, name, whole=True):
        for style in ("long", "short"):
            text = fit(words, Abilities("phone", style=style), words.choices).text
            assert text.startswith(getattr(words, style))
            assert len(text.removeprefix(getattr(words, style)).split("\n")) in {1, words.menu + 2}
        for value, label in words.choices:
            assert 0 < len(value.encode()) <= 64
            assert 0 < len(label) <= 20


@pytest.mark.parametrize("office", list(OFFICES.offices))
def test_a_suggestion_is_never_asked_whether_it_is_settled(office: str) -> None:
    """It is thanked for; a question is asked whether it is answered, a complaint whether it is settled."""
    given = LONGEST | known(OFFICES.office(office)) | {"status": "answered", "guessed": False, "text": "Baik."}
    for name in ("dijawab", "status", "terima-kasih", "digabung"):
        told = templates.message(
            name, folder=OFFICES.messages(office), **given | {"manner": "suggestion", "noun": "saran"}
        )
        assert not re.search(r"SELESAI|BELUM|[Ss]udah selesai", told.long + told.short), told
        assert told.choices == ()
    for manner, word in (("complaint", "selesai"), ("question", "jawab"), ("information", "cukup")):
        told = templates.message("dijawab", folder=OFFICES.messages(office), **given | {"manner": manner})
        assert [value for value, _ in told.choices] == ["SELESAI", "BELUM"]
        assert word in told.choices[0][1]
        assert word in told.short


@pytest.mark.parametrize(("office", "name"), [pair for pair in EVERY if pair[1] not in TOLD_CODE])
def test_a_code_is_told_only_where_it_belongs(office: str, name: str) -> None:
    """No office's own words give the code away."""
    for words, _ in said(office, name, whole=True):
        assert LONGEST["code"] not in words.long + words.short + words.subject


def test_an_offices_tone_is_everywhere() -> None:
    """Greeting and goodbye are parts of their own: what Mojokerto does not rewrite sounds like Curhat Ning Ita, too."""
    given = LONGEST | known(OFFICES.office("mojokerto"))
    words = templates.message("diubah-jalur", folder=OFFICES.messages("mojokerto"), **given)
    assert words.long.startswith("Halo Bapak/Ibu Raden")
    assert "Salam hangat,\nCurhat Ning Ita" in words.long
    assert "Salam hormat" in templates.message("diubah-jalur", folder=OFFICES.messages("blitar"), **given).long


def test_the_office_says_its_own_hours() -> None:
    """As its file has them."""
    given = LONGEST | known(OFFICES.office("mojokerto"))
    words = templates.message("salam", folder=OFFICES.messages("mojokerto"), **given)
    assert "Senin-Kamis 07.30-15.30, Jumat 07.30-14.30" in words.long


@pytest.mark.parametrize(
    ("office", "shown", "hidden"),
    [("mojokerto", ("Curhat Ning Ita", "Isi pesan", "Perihal"), "diadukan"), ("blitar", ("Isi aduan",), "Isi pesan")],
)
def test_a_form_calls_things_by_the_services_name(office: str, shown: tuple[str, ...], hidden: str) -> None:
    """Where more than complaints come, nothing is called one before it is; every kind can be chosen."""
    own = OFFICES.office(office)
    kept = dict.fromkeys(("isi", "objek", "tempat", "jenis", "nama", "kontak", "rahasia", "kontak_ditolak"), "")
    around = {"wrong": [], "notice": "", "words": "", "again": [], "minutes": 0, "tanda": "", "path": f"/{office}/"}
    page = templates.render("pages/citizen/aduan.html", office=own, kept=kept, limits=Limits(), **around)
    assert all(word in page for word in (*shown, *(kind.name for kind in own.kinds)))
    assert hidden not in page
