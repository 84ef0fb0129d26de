"""What an officer is asked for: the fields of every paper as data, and the check of what was filled in. Pure.

Owns the fields (``templates/papers/forms.yaml`` has their words), their limits and the refusals that name the field.
Pages and the API build their forms from the same data. Stores nothing; ``inbox.papers`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import templates
from config.schema import Action, Office, PaperKind
from inbox.refused import Refused
from inbox.worktime import Calendar
from templates.reading import read_yaml

Values = Mapping[str, str | Sequence[str]]
_UNSEEN = re.compile(r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_LATE_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form.

    Attributes:
        name: as it is posted: ``<paper id>.<field>``; an ending's own fields have no paper before them.
        kind: text, area, choice, roles (several, in order), moment (local date and time), file.
        longest: most characters; 0 where it does not apply.
        choices: value and label; an ``area`` with choices offers them, but takes any text.
        value: what stands in it before the officer writes.
        when: which side of now a moment must lie on.
    """

    name: str
    label: str
    kind: Literal["text", "area", "choice", "roles", "moment", "file"]
    required: bool = False
    longest: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    value: str = ""
    when: Literal["", "past", "future"] = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """The fields of one paper, or of an ending (then ``paper`` is empty)."""

    paper: str
    title: str
    made: str
    fields: tuple[FormField, ...]


def paper_form(office: Office, kind: PaperKind, given: Mapping[str, str], own_roles: Iterable[str] = ()) -> PaperForm:
    """The form of a paper. ``given`` is what the ticket knows, by source (complaint, object, place, initials, now);
    nobody instructs their ``own_roles``. A letter with a life is written like any paper: it is the file itself.
    """
    known = _fields()["templates"].get(kind.template) if kind.made == "template" or kind.has_life else None
    rows = known or [row for row in _fields()["made"][kind.made] if not (kind.has_life and row["kind"] == "file")]
    given = {"recipients": "\n".join(kind.recipients), **given}
    fields = tuple(_field(office, row, f"{kind.id}.", given, own_roles) for row in rows)
    if kind.prompt and fields:
        fields = (replace(fields[0], label=kind.prompt), *fields[1:])
    return PaperForm(kind.id, kind.name, kind.made, fields)


def ending_form(office: Office, action: Action) -> PaperForm | None:
    """What an action that ends a case without an answer asks for, beside its papers."""
    rows = _fields()["ends"].get(action.outcome)
    if not rows:
        return None
    fields = tuple(_field(office, row, "", {}, ()) for row in rows)
    return PaperForm("", _fields()["titles"][action.outcome], "ending", fields)


def action_forms(
    office: Office, action: Action, takes: Iterable[PaperKind], given: Mapping[str, str], own_roles: Iterable[str] = ()
) -> tuple[PaperForm, ...]:
    """Everything an action asks for: a form for each paper it ``takes`` that has fields, and the ending's own."""
    forms = (*(paper_form(office, kind, given, own_roles) for kind in takes), ending_form(office, action))
    return tuple(form for form in forms if form and form.fields)


def door_form(kind: str, now: str = "") -> PaperForm:
    """What else an officer writes down of a complaint that came through a door of this kind; it may ask for nothing.

    Its fields are named ``<kind>.<field>``. ``now``: what stands in the field that says when it came, local.
    """
    return _plain_form(kind, _fields()["doors"].get(kind, ()), {"now": now})


def box_form(now: str = "") -> PaperForm:
    """What is written down when a suggestion box is opened. ``now``: what stands in the first field, local."""
    return _plain_form("", _fields()["box"], {"now": now})


def hand_form(now: str = "", kind: str = "") -> PaperForm:
    """Who took a message that a person handed over, and when; of a door where one answers in public, where it stands.

    ``now``: what stands in the field that says when, local. ``kind``: the door's.
    """
    rows = _fields()["hand"]
    return _plain_form("", [row for row in rows if kind in row.get("doors", (kind,))], {"now": now})


def door_facts(values: Mapping[str, str]) -> list[tuple[FormField, str]]:
    """What was written down with a complaint, field by field as ``door_form`` has them; what none has is left out."""
    known = {row["name"]: row for rows in _fields()["doors"].values() for row in rows}
    return [(_plain_field(row, ""), values[name]) for name, row in known.items() if values.get(name)]


def check_form(
    form: PaperForm, values: Values, files: Iterable[str], now: datetime, calendar: Calendar
) -> dict[str, str]:
    """What was filled in, by the field's name without the paper; moments as ISO 8601 UTC, roles joined by commas.

    ``files`` are the names of the fields that a file came for.

    Raises:
        Refused: ``field-missing``, ``field-long``, ``not-a-choice``, ``moment-unreadable``, ``moment-past``,
            ``moment-future``, ``file-missing``; each names ``field`` and carries its ``label``.
    """
    found = {}
    for field in form.fields:
        name = field.name.rpartition(".")[2]
        if field.kind == "file":
            _check_file(field, files)
        else:
            found[name] = _checked(field, values, now, calendar)
    return found


def check_known(forms: Iterable[PaperForm], names: Iterable[str]) -> None:
    """Nothing was posted that no form asked for. Raises Refused ``field-unknown``."""
    known = {field.name for form in forms for field in form.fields}
    for name in names:
        if name not in known:
            raise Refused("field-unknown", field=name[:80], label=name[:80])


def check_text(name: str, text: str, longest: int, *, required: bool = True) -> str:
    """A single text that is no paper's (a reason, a reply), cleaned. Raises as ``check_form``."""
    field = FormField(name, label(name), "area", required, longest)
    cleaned = clean(text)
    _check_length(field, cleaned)
    return cleaned


def label(name: str) -> str:
    """What people call a field that is no paper's."""
    return str(_fields()["labels"][name])


def clean(text: str) -> str:
    """Without the control characters that no paper and no database takes, with plain line ends.

    Empty where there is nothing to see (blanks of no width, marks that join or turn letters).
    """
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain if _UNSEEN.sub("", plain) else ""


def _checked(field: FormField, values: Values, now: datetime, calendar: Calendar) -> str:
    given = values.get(field.name)
    if field.kind == "roles":
        return _roles(field, given)
    text = clean(given if isinstance(given, str) else next(iter(given or ()), ""))
    if given is None and not field.required:
        text = field.value
    _check_length(field, text)
    if field.kind == "choice" and text and text not in {value for value, _ in field.choices}:
        raise Refused("not-a-choice", field=field.name, label=field.label)
    return _moment(field, text, now, calendar) if field.kind == "moment" and text else text


def _check_length(field: FormField, text: str) -> None:
    if not text and field.required:
        raise Refused("field-missing", field=field.name, label=field.label)
    if len(text) > field.longest > 0:
        raise Refused(
            "field-long", field=field.name, label=field.label, longest=str(field.longest), length=str(len(text))
        )


def _check_file(field: FormField, files: Iterable[str]) -> None:
    if field.required and field.name not in files:
        raise Refused("file-missing", field=field.name, label=field.label)


def _roles(field: FormField, given: str | Sequence[str] | None) -> str:
    asked = [given] if isinstance(given, str) else list(given or ())
    chosen = list(dict.fromkeys(role for role in asked if role))
    if not chosen and field.required:
        raise Refused("field-missing", field=field.name, label=field.label)
    known = {value for value, _ in field.choices}
    if not set(chosen) <= known:
        raise Refused("not-a-choice", field=field.name, label=field.label)
    return ",".join(chosen)


def _moment(field: FormField, text: str, now: datetime, calendar: Calendar) -> str:
    try:
        at = _instant(text, calendar)
    except (ValueError, OverflowError):
        raise Refused("moment-unreadable", field=field.name, label=field.label) from None
    if field.when == "future" and at <= now:
        raise Refused("moment-past", field=field.name, label=field.label)
    if field.when == "past" and at > now + _LATE_CLOCK:
        raise Refused("moment-future", field=field.name, label=field.label)
    return at.isoformat()


def _instant(text: str, calendar: Calendar) -> datetime:
    """A local date and time, or a date alone: then the close of its business (its last minute where it has none)."""
    if len(text) == 10:
        day = calendar.day(date.fromisoformat(text))
        if day.spans:
            return day.spans[-1][1]
        text += "T23:59"
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=calendar.zone)).astimezone(UTC)


def _plain_form(kind: str, rows: Iterable[Mapping[str, Any]], given: Mapping[str, str] | None = None) -> PaperForm:
    prefix = f"{kind}." if kind else ""
    return PaperForm("", "", "", tuple(_plain_field(row, prefix, given or {}) for row in rows))


def _plain_field(row: Mapping[str, Any], prefix: str, given: Mapping[str, str] | None = None) -> FormField:
    """A field that offers nothing of the office's."""
    return FormField(
        name=f"{prefix}{row['name']}",
        label=row["label"],
        kind=row["kind"],
        required=row.get("required", False),
        longest=row.get("longest", 0),
        hint=row.get("hint", ""),
        value=(given or {}).get(row.get("from", ""), ""),
        when=row.get("when", ""),
    )


def _field(
    office: Office, row: Mapping[str, Any], prefix: str, given: Mapping[str, str], own_roles: Iterable[str]
) -> FormField:
    longest = row.get("longest", 0)
    known = {"nature": next(iter(office.natures), ""), **_fields()["words"], **given}
    return FormField(
        name=f"{prefix}{row['name']}",
        label=row["label"],
        kind=row["kind"],
        required=row.get("required", False),
        longest=longest,
        choices=_choices(office, row, own_roles),
        hint=row.get("hint", ""),
        value=known.get(row.get("from", ""), "")[: longest or None],
        when=row.get("when", ""),
    )


def _choices(office: Office, row: Mapping[str, Any], own_roles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    if row["kind"] == "roles":
        return tuple((id_, role.name) for id_, role in office.roles.items() if id_ not in set(own_roles))
    if row.get("choices") == "agencies":
        return tuple((agency.id, agency.name) for agency in office.agencies)
    texts = {"natures": office.natures, "instructions": office.instructions}.get(row.get("choices", ""), ())
    return tuple((text, text) for text in texts)


@lru_cache
def _fields() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(templates.FOLDER / "papers" / "forms.yaml")
    return loaded
