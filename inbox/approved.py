"""Message templates that a platform approved: which variables they have, what stands in them by itself, how they read.

Pure. Owns that no variable leaves empty and that what is filled in keeps to what platforms take: one line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.base import Approved, ApprovedText
from inbox.forms import clean
from inbox.refused import Refused
from templates import sentence

APPROVED = "approved"
LONGEST_VALUE = 500
_VARIABLE = re.compile(r"\{\{\s*([^{}]{1,60}?)\s*\}\}")
# What a variable is by its name, or by the words before one that has only a number. The first that fits.
_MEANT = {
    "number": re.compile(r"\b(nomor|no|number|tiket|ticket|aduan|laporan|pengaduan)\b\W*$", re.IGNORECASE),
    "name": re.compile(r"\b(nama|name|halo|hai|yth|kepada|bapak/ibu|bapak|ibu|sdr/i|sdr|saudara)\b\W*$", re.IGNORECASE),
    "status": re.compile(r"\b(status|statusnya|kini|sekarang|saat ini|tahap|langkah)\b\W*$", re.IGNORECASE),
    "url": re.compile(r"\b(tautan|link|url|laman|situs|alamat|di|melalui)\b\W*$", re.IGNORECASE),
    "office": re.compile(r"\b(kantor|dinas|instansi|office)\b\W*$", re.IGNORECASE),
}
KNOWN = tuple(_MEANT)


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values, and how it reads."""

    approved: Approved
    text: str

    def kept(self) -> dict[str, Any]:
        """As a message keeps it in its ``values``."""
        return {**kept(self.approved), "text": self.text}


def kept(approved: Approved) -> dict[str, Any]:
    """A template as the message that it goes out with keeps it."""
    return {"name": approved.name, "language": approved.language, "values": list(approved.values)}


def read(noted: Mapping[str, Any] | None) -> Approved | None:
    """The same read back; None where there is none."""
    return Approved(noted["name"], noted["language"], tuple(noted["values"])) if noted else None


def known(values: Mapping[str, Any]) -> dict[str, str]:
    """What may stand in a variable, by the names of ``KNOWN``, from a ticket's values (``Telling.values``)."""
    plain = values["step_plain"] if values["status"] == "open" else ""
    status = str(plain or sentence(f"standing-{values['status']}"))
    name = values["name"] or sentence("answer-nobody")
    found = {"number": values["number"], "name": name, "status": status, "url": values["url"]}
    return {name: _line(str(text)) for name, text in (found | {"office": values["office"]}).items()}


def variables(one: ApprovedText) -> list[str]:
    """The variables' names in their order, each once: "1", "2" ..., or what the platform calls them."""
    return list(dict.fromkeys(_VARIABLE.findall(one.text)))


def suggested(one: ApprovedText, values: Mapping[str, str]) -> list[str]:
    """What stands in each variable before an officer writes; empty where nothing is known of it.

    ``values`` as of ``known``.
    """
    return [values.get(_meaning(one, name), "") for name in variables(one)]


def reads(one: ApprovedText, values: Sequence[str]) -> str:
    """The text with the values in it; a variable whose value is empty stays to be seen."""
    filled = dict(zip(variables(one), values, strict=False))
    return _VARIABLE.sub(lambda found: filled.get(found[1]) or found[0], one.text)


def fill(one: ApprovedText, given: Sequence[str]) -> Filled:
    """The template with what was given, in the variables' order.

    Raises: Refused ``template-not-approved``; ``template-value-missing`` and ``field-long``, whose ``field`` is
        ``value-<place>``, from 1.
    """
    if one.state != APPROVED:
        raise Refused("template-not-approved", field="template", name=one.name)
    names = variables(one)
    values = [_line(text) for text in given[: len(names)]] + [""] * (len(names) - len(given))
    for place, (name, value) in enumerate(zip(names, values, strict=True), start=1):
        _check(f"value-{place}", name, value)
    return Filled(Approved(one.name, one.language, tuple(values)), reads(one, values))


def _check(field: str, name: str, value: str) -> None:
    label = f"{{{{{name}}}}}"
    if not value:
        raise Refused("template-value-missing", field=field, label=label)
    if len(value) > LONGEST_VALUE:
        raise Refused("field-long", field=field, label=label, longest=str(LONGEST_VALUE), length=str(len(value)))


def _meaning(one: ApprovedText, name: str) -> str:
    """Which of ``KNOWN`` a variable is; empty where nothing says so."""
    spelled = name.replace("_", " ")
    if not name.isdigit():
        return next((meant for meant, words in _MEANT.items() if words.search(spelled)), "")
    place = next(found.start() for found in _VARIABLE.finditer(one.text) if found[1] == name)
    before = one.text[max(0, place - 30) : place]
    return next((meant for meant, words in _MEANT.items() if words.search(before)), "")


def _line(text: str) -> str:
    """One line without blanks at its ends. Source: WhatsApp, template parameters: no new lines, tabs or long blanks."""
    return " ".join(clean(text).split())
