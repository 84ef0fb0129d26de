"""An office's files, spoilt in ways that nobody thought of: what is wrong is said in sentences, nothing is raised."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import config
from config import source
from config.check import check
from templates import sentence
from tests.config.conftest import ENVIRON, OFFICE, SOP
from tests.examples import many

KINDS, MESSAGES, PAPERS, SIGNERS = {"email", "web"}, {"dijawab", "diterima"}, {"formulir"}, {"contoh"}
ODD = (
    "",
    "-",
    "[]",
    "{}",
    "null",
    "true",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "2026-13-41",
    "!x",
    "*y",
    "'",
    '"',
    "\t",
    "☃",
    "a: b",
)
_LINES = (OFFICE.splitlines(), SOP.splitlines())


@st.composite
def spoilt(draw: st.DrawFn, lines: list[str]) -> str:
    """A file with some lines gone, doubled, moved, or with something else in them."""
    now = list(lines)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(now) - 1)) if now else 0
        match draw(st.sampled_from(["gone", "doubled", "value", "indented", "name", "end"])):
            case "gone":
                now[place : place + draw(st.integers(1, 3))] = []
            case "doubled":
                now[place:place] = now[place : place + 2]
            case "value":
                now[place : place + 1] = [re.sub(r":.*", f": {draw(st.sampled_from(ODD))}", now[place])] if now else []
            case "indented":
                now[place : place + 1] = [" " * draw(st.integers(1, 5)) + now[place]] if now else []
            case "name":
                now[place : place + 1] = [now[place].replace("e", draw(st.text(max_size=3)), 1)] if now else []
            case _:
                now = now[: place + 1]
    return "\n".join(now) + "\n"


@many(200)
@given(office=spoilt(_LINES[0]), sop=spoilt(_LINES[1]))
def test_a_spoilt_file_is_explained(office: str, sop: str) -> None:
    """Everything that is said has its file, its line and its sentence; what is said to be right can be used."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "offices", "kecil")
        (home / "sop").mkdir(parents=True)
        (home / "office.yaml").write_text(office, "utf-8")
        (home / "sop" / "kecil-1.yaml").write_text(sop, "utf-8")
        offices, mistakes = config.read(Path(folder), ENVIRON)
        found = [*mistakes, *check(offices, KINDS, MESSAGES, PAPERS, SIGNERS)]
        for one in found:
            assert sentence(one.code, one.values) != one.code, one
            assert one.file.endswith(".yaml")
            assert one.line >= 0
        if not found:
            (own,) = offices.offices.values()
            assert all(step.actions or step.final for one in own.procedures.values() for step in one.steps)


@many(200)
@given(st.text(max_size=400) | st.text("ab: -[]{}'\"|>&*!#\n\t%?,", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Both readers agree on whatever text a file may hold, and raise nothing."""
    quick = source._parse(text, "x.yaml")
    before, source._Quick = source._Quick, None
    try:
        plain = source._parse(text, "x.yaml")
    finally:
        source._Quick = before
    assert (quick.data, bool(quick.mistakes)) == (plain.data, bool(plain.mistakes))
