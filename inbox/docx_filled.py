"""A paper laid into an office's own Word template: what it may name, and what is wrong with it.

It is filled in a sandbox; what people wrote is text in it, never a placeholder. Works in a thread.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import structlog
from docxtpl import DocxTemplate, Listing  # type: ignore[import-untyped]
from jinja2 import Undefined
from jinja2.sandbox import SandboxedEnvironment

from inbox.refused import Refused
from templates.sheets import Document

log = structlog.get_logger()
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def flaw(own: Path) -> str:
    """What is wrong with an office's template, in its reader's words; empty where a paper can be laid into it."""
    row: Document = Document({"role": "", "name": "", "at": ""})
    table = {"table": {"rows": [["", "", "", "", "", ""]]}}
    head = {"letterhead": {"lines": [""]}, "title": "", "blocks": [table] * 3, "cc": [""], "to": [""]}
    try:
        filled(own, Document({**head, "signatures": [row, row]}))
    except Refused as refused:
        return refused.values["detail"]
    return ""


def placeholders(document: Document) -> dict[str, Any]:
    """What an office's template may name, in Indonesian: what stands on the paper, nothing else.

    ``isian`` has every labelled line by its label in small letters ("Nomor aduan" is ``isian.nomor_aduan``).
    """
    facts = [pair for block in document["blocks"] for pair in block.get("facts") or ()]
    reference = {_slug(label): _text(text) for label, text in document["reference"] or ()}
    return {
        "judul": _text(document["title"]),
        "nomor": _text(document["number"].removeprefix("Nomor: ")),
        **reference,
        "tempat_tanggal": _text(document["dateline"]),
        "kepada": [_text(one) for one in document["to"] or ()],
        "isi": _text("\n".join(_said(document))),
        "isian": {_slug(label): _text(text) for label, text in facts},
        "tabel": [
            [[_text(cell) for cell in row] for row in block["table"]["rows"]]
            for block in document["blocks"]
            if "table" in block
        ],
        "tanda_tangan": [
            {"jabatan": _text(one["role"]), "nama": _text(one["name"]), "tempat_tanggal": _text(one.get("at", ""))}
            for one in document["signatures"]
        ],
        "tembusan": [_text(one) for one in document["cc"]],
        "kop": [_text(one) for one in document["letterhead"]["lines"]],
        "kaki": _text(document["foot"]),
    }


def filled(own: Path, document: Document) -> bytes:
    """The Word file. Raises Refused ``docx-broken``."""
    environment = SandboxedEnvironment(autoescape=True, undefined=Undefined)
    try:
        template = DocxTemplate(own)
        template.render(placeholders(document), environment, autoescape=True)
        out = io.BytesIO()
        template.save(out)
    except Exception as error:  # an office wrote the template: whatever is wrong with it is theirs to read
        log.warning("docx-broken", template=own.name, error=type(error).__name__)
        raise Refused("docx-broken", name=own.name, detail=str(error)[:200]) from error
    return out.getvalue()


def _said(document: Document) -> list[str]:
    """The running text of the paper, without its labelled lines and tables."""
    return [block[key] for block in document["blocks"] for key in ("heading", "paragraph", "text") if key in block]


def _text(text: str) -> Listing:
    return Listing(_UNWRITABLE.sub("", text))


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
