"""A paper as a Word file, drawn by code from its ``Document``: what an office has that made no template of its own.

Drawn, not shipped: a template in the tree could not be read in a review, and would have to be drawn anew with every
description. Plain paragraphs and tables only, so that whoever opens it can go on writing. Blocks the thread for some
tens of milliseconds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
import segno
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Cm, Pt

from inbox import exif
from templates.sheets import Document

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def drawn(document: Document, files: Mapping[str, Path], words: Mapping[str, str]) -> bytes:
    """The Word file. ``files``: pictures by the names the document gives them; ``words``: draft, unreadable."""
    word = _opened(document)
    _letterhead(word, document["letterhead"], files)
    if document["draft"]:
        _line(word, words["draft"], align=ALIGN.CENTER, italic=True)
    if document["layout"] == "letter":
        _address(word, document)
    else:
        _line(word, document["title"].upper(), align=ALIGN.CENTER, bold=True, size=13)
        if document["number"]:
            _line(word, document["number"], align=ALIGN.CENTER)
    _body(word, document["blocks"], files, words)
    _signatures(word, document["signatures"])
    if document["cc"]:
        _line(word, words["copies"], space=6)
        _numbered(word, document["cc"])
    _body(word, document["after"] or (), files, words)
    _line_in(word.sections[0].footer.paragraphs[0], document["foot"], size=8.5)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _opened(document: Document) -> Word:
    word = docx.Document()
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(9 if document["layout"] == "book" else 11.5)
    style.paragraph_format.space_after = Pt(4)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(2), Cm(1.6), Cm(2)
    if document["layout"] == "book":
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Cm(29.7), Cm(21)
        page.left_margin = page.right_margin = Cm(1.4)
    word.core_properties.title = _clean(document["title"])
    word.core_properties.author = _clean(document["letterhead"]["lines"][-1])
    return word


def _letterhead(word: Word, head: Mapping[str, Any], files: Mapping[str, Path]) -> None:
    if "logo" in head:
        _picture(word, files.get(head["logo"]), 2.0, "")
    for place, line in enumerate(head["lines"], 1):
        last = place == len(head["lines"])
        _line(word, line.upper(), align=ALIGN.CENTER, bold=last, size=15 if last else 13, after=0)
    paragraph = _line(word, head["reach"], align=ALIGN.CENTER, size=9.5)
    border = OxmlElement("w:pBdr")
    rule = OxmlElement("w:bottom")
    for name, value in {"val": "thickThinSmallGap", "sz": "24", "space": "4", "color": "000000"}.items():
        rule.set(qn(f"w:{name}"), value)
    border.append(rule)
    paragraph._p.get_or_add_pPr().append(border)


def _address(word: Word, document: Document) -> None:
    _line(word, document["dateline"], align=ALIGN.RIGHT)
    _facts(word, document["reference"])
    _line(word, "Yth." if len(document["to"]) > 1 else f"Yth. {''.join(document['to'])}", space=8, after=0)
    if len(document["to"]) > 1:
        _numbered(word, document["to"])
    _line(word, "di tempat", after=8)


def _body(word: Word, blocks: Iterable[Mapping[str, Any]], files: Mapping[str, Path], words: Mapping[str, str]) -> None:
    for block in blocks:
        if block.get("break"):
            word.add_paragraph().paragraph_format.page_break_before = True
            _line(word, block["title"].upper(), align=ALIGN.CENTER, bold=True, size=13)
        for key in block:
            _part(word, key, block, files, words)


def _part(word: Word, key: str, block: Mapping[str, Any], files: Mapping[str, Path], words: Mapping[str, str]) -> None:
    value = block[key]
    if key in _LINES and value:
        _line(word, value, **_LINES[key])
    elif key == "text":
        _text(word, value, boxed=bool(block.get("box")))
    elif key == "facts":
        _facts(word, value, boxed=bool(block.get("box")))
    elif key == "photos":
        _photos(word, value, files, words["unreadable"])
    elif key == "qr" and value:
        _code(word, value, block["caption"])
    elif key in _PARTS:
        _PARTS[key](word, value)


def _text(word: Word, text: str, *, boxed: bool) -> None:
    if boxed:
        _line_in(word.add_table(1, 1, "Table Grid").cell(0, 0).paragraphs[0], text or "\n")
    else:
        _line(word, text, align=ALIGN.JUSTIFY)


def _photos(word: Word, photos: Iterable[Mapping[str, str]], files: Mapping[str, Path], unreadable: str) -> None:
    for photo in photos:
        _picture(word, files.get(photo["file"]), 8.0, unreadable)
        _line(word, photo["caption"], size=9)


def _code(word: Word, text: str, caption: str) -> None:
    code = io.BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=6, border=1)
    word.add_picture(code, width=Cm(2.5))
    _line(word, caption, size=9.5)


def _facts(word: Word, rows: Sequence[Sequence[str]], *, boxed: bool = False) -> None:
    table = word.add_table(0, 2, "Table Grid" if boxed else None)
    for label, text in rows:
        left, right = table.add_row().cells
        left.width, right.width = Cm(4.6), Cm(11.9)
        _line_in(left.paragraphs[0], label, after=1)
        _line_in(right.paragraphs[0], (text or "–") if boxed else f": {text or '–'}", after=1)
    _line(word, "", after=0)


def _table(word: Word, table: Mapping[str, Any]) -> None:
    grid = word.add_table(1, len(table["head"]), "Table Grid")
    for cell, title in zip(grid.rows[0].cells, table["head"], strict=True):
        _line_in(cell.paragraphs[0], title, bold=True, after=1)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)  # heads repeat on every page
    for row in table["rows"]:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            _line_in(cell.paragraphs[0], text, after=1)
    if not table["rows"]:
        _line(word, table.get("empty", "–"))


def _signatures(word: Word, rows: Sequence[Mapping[str, str]]) -> None:
    for start in range(0, len(rows), 2):
        pair = rows[start : start + 2]
        cells = word.add_table(1, 2).rows[0].cells
        for cell, one in zip(cells[-len(pair) :], pair, strict=True):
            _signature(cell, one)


def _signature(cell: Any, one: Mapping[str, str]) -> None:
    _line_in(cell.paragraphs[0], one.get("at", ""), align=ALIGN.CENTER, space=12, after=0)
    for text in (one["role"], one.get("initials", "") or "\n\n"):
        _line_in(cell.add_paragraph(), text, align=ALIGN.CENTER, after=0)
    _line_in(cell.add_paragraph(), one["name"] or "." * 38, align=ALIGN.CENTER, bold=True, after=0)
    _line_in(cell.add_paragraph(), one.get("below", ""), align=ALIGN.CENTER)


def _numbered(word: Word, rows: Sequence[str]) -> None:
    for nth, text in enumerate(rows, 1):
        _line(word, f"{nth}. {text}", after=1)


def _picture(word: Word, path: Path | None, width_cm: float, otherwise: str) -> None:
    """A picture that Word can show, upright, or words in its place."""
    content = path.read_bytes() if path is not None and path.is_file() else b""
    turn = exif.turned(content)
    size = {"height" if turn in (90, 270) else "width": Cm(width_cm)}
    try:
        _turn(word.add_picture(io.BytesIO(content), **size), turn)
    except Exception:  # noqa: BLE001 - python-docx says in many ways that it cannot read a picture
        _line(word, otherwise, italic=True)


def _turn(picture: InlineShape, degrees: int) -> None:
    """Word shows a phone's photo as it lies in the file, and makes room for it by what stands beside its size."""
    if not degrees:
        return
    inline = picture._inline
    shape: Any = inline.graphic.graphicData.pic.spPr
    shape.get_or_add_xfrm().set("rot", str(degrees * 60_000))
    over = (picture.width - picture.height) // 2 if degrees != 180 else 0
    room = OxmlElement("wp:effectExtent")
    for side, more in (("l", -over), ("t", over), ("r", -over), ("b", over)):
        room.set(side, str(max(more, 0)))
    inline.extent.addnext(room)


_LINES: Mapping[str, Mapping[str, Any]] = {
    "heading": {"bold": True, "space": 8, "keep": True},
    "note": {"align": ALIGN.CENTER, "italic": True},
    "center": {"align": ALIGN.CENTER, "bold": True},
    "paragraph": {"align": ALIGN.JUSTIFY},
}
_PARTS: Mapping[str, Callable[[Word, Any], None]] = {"list": _numbered, "table": _table, "sign": _signatures}


def _line(word: Word, text: str, **looks: Any) -> Any:
    return _line_in(word.add_paragraph(), text, **looks)


def _line_in(
    paragraph: Any,
    text: str,
    *,
    align: Any = None,
    bold: bool = False,
    italic: bool = False,
    size: float = 0,
    space: float = 0,
    after: float | None = None,
    keep: bool = False,
) -> Any:
    run = paragraph.add_run(_clean(text))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(space)
    paragraph.paragraph_format.keep_with_next = keep or None
    if after is not None:
        paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold; line ends stay."""
    return _UNWRITABLE.sub("", text)
