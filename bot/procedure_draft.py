"""A procedure file drafted from an SOP's table, for a person to check: what the table says, and what it leaves open.

Every step leads to the next and the last one to the end; a row that speaks of a choice, an actor nobody knows, a time
that cannot be read and a paper the office does not have are each said in a comment beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from bot.procedure_table import Line
from config.procedure import Span
from config.schema import Office
from templates import sentence

_CHOICE = re.compile(r"\b(?:atau|apabila|jika|bila|dan/ ?atau|memutuskan)\b", re.IGNORECASE)
_LISTED = re.compile(r"\n|;|(?:^|\s)(?:\d{1,2}|[a-z])[.)]\s")
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """The file's text, and how many doubts are marked in it."""

    text: str
    doubts: int


def draft(id_: str, lines: Sequence[Line], office: Office | None) -> Draft:
    """The draft of the procedure ``id_``. ``office`` lends its roles and papers; None knows neither."""
    known = _Known(office)
    steps = [_step(line, own, after, known) for line, own, after in _chained(lines)]
    body = [line for step in steps for line in step]
    promise = _promise(lines)
    head = [
        f"# {_said('draft-head')}",
        f"# {_said('draft-actions')}",
        f"id: {id_}",
        'number: ""' + _doubt("draft-number"),
        f"title: {_text(id_.replace('-', ' ').title())}" + _doubt("draft-title"),
        f"source: {_text(sentence('draft-source'))}" + _doubt("draft-source-doubt"),
        f"promise: {promise or '1 hari kerja'}" + _doubt("draft-promise-sum" if promise else "draft-promise"),
        f"first: {_ids(lines)[0]}",
        "steps:",
        *body,
        "  - {id: selesai, final: true}",
    ]
    text = "\n".join(head) + "\n"
    return Draft(text, text.count(f"# {sentence('draft-mark')}"))


class _Known:
    """The office's roles and papers by their names."""

    def __init__(self, office: Office | None) -> None:
        roles = office.roles.items() if office else ()
        self.roles = {_slug(name): id_ for id_, role in roles for name in (id_, role.name, role.short) if name}
        self.papers = {_slug(name): one.id for one in (office.papers if office else ()) for name in (one.id, one.name)}

    def role(self, name: str) -> str | None:
        return self.roles.get(_slug(name))

    def paper(self, name: str) -> str | None:
        return self.papers.get(_slug(name))


def _chained(lines: Sequence[Line]) -> Iterator[tuple[Line, str, str]]:
    """Each row with its step's id and the next one's."""
    ids = [*_ids(lines), "selesai"]
    return zip(lines, ids[:-1], ids[1:], strict=True)


def _ids(lines: Sequence[Line]) -> list[str]:
    ids: list[str] = []
    for line in lines:
        base = _slug(" ".join(line.activity.split()[:2])) or "langkah"
        same = sum(1 for id_ in ids if id_ == base or id_.startswith(f"{base}-"))
        ids.append(f"{base}-{same + 1}" if same or base == "selesai" else base)
    return ids


def _step(line: Line, id_: str, after: str, known: _Known) -> list[str]:
    actors = [known.role(name) or _slug(name) for name in line.actors]
    lost = [name for name in line.actors if known.role(name) is None]
    choice = _doubt("draft-choice") if _CHOICE.search(line.activity) else ""
    number = line.number.rstrip(".) ")
    return [
        f"  - id: {id_}",
        *([f"    row: {number if number.isdigit() else _text(number)}"] if number else []),
        f"    name: {_text(' '.join(line.activity.split()))}" + choice,
        f"    actor: [{', '.join(dict.fromkeys(actors))}]" + _of_actor(line, lost),
        *_within(line.within),
        *_papers("requires", line.requires, known),
        *_papers("produces", line.produces, known),
        "    actions:",
        f"      - {{id: lanjut, label: {_text(sentence('draft-onward'))}, to: {after}}}",
    ]


def _of_actor(line: Line, lost: Sequence[str]) -> str:
    if not line.actors:
        return _doubt("draft-actor-none")
    return _doubt("draft-actor-unknown", names=", ".join(lost)) if lost else ""


def _within(text: str) -> list[str]:
    if not text:
        return [f"    {_doubt('draft-within-none').strip()}"]
    try:
        return [f"    within: {Span.parse(' '.join(text.split())).text.lower()}"]
    except ValueError:
        return [f"    {_doubt('draft-within', text=' '.join(text.split())).strip()}"]


def _papers(key: str, cell: str, known: _Known) -> list[str]:
    names = [name.strip(" .-•") for name in _LISTED.split(cell) if name.strip(" .-•")]
    if not names:
        return []
    lost = [name for name in names if known.paper(name) is None]
    ids = dict.fromkeys(known.paper(name) or _slug(name) for name in names)
    return [f"    {key}: [{', '.join(ids)}]" + (_doubt("draft-papers", names="; ".join(lost)) if lost else "")]


def _promise(lines: Sequence[Line]) -> str:
    """The sum of the times where all can be read in one unit; empty otherwise."""
    spans = []
    for line in lines:
        try:
            spans.append(Span.parse(" ".join(line.within.split())))
        except ValueError:
            return ""
    units = {span.unit for span in spans}
    words = {"minutes": "menit", "days": "hari", "workdays": "hari kerja"}
    return f"{sum(span.amount for span in spans)} {words[units.pop()]}" if len(units) == 1 else ""


def _doubt(code: str, **values: str) -> str:
    return f"  # {sentence('draft-mark')} {_said(code, **values)}"


def _said(code: str, **values: str) -> str:
    return " ".join(sentence(code, values).split())


def _text(text: str) -> str:
    """A scalar as YAML writes it in one line."""
    return str(yaml.safe_dump(text, allow_unicode=True, width=10_000, default_flow_style=True)).partition("\n")[0]


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
