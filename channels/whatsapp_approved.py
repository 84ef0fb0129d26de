"""Templates that WhatsApp approved: how each reads, where its variables stand, and what is sent to have them filled in.

A template has a header, a body, a footer and buttons, each with variables numbered anew; to an office it is one text
whose variables are counted through. What needs a picture, a code or a catalogue to go out is not for us to send.
They are asked for each time: a template may be paused at any moment.
Source: developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview,
.../whatsapp/templates/components, .../whatsapp/messages/template-messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from channels.base import Approved, ApprovedText, Unauthorised, Undelivered
from channels.graph import Graph
from channels.graph_errors import TEMPLATE
from channels.graph_json import Json, lines, part, parts, text

_FIELDS = "name,language,status,parameter_format,components"
_MOST_PAGES = 50
_UNFIT = "unsupported"
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}")
_PLAIN_BUTTONS = {"QUICK_REPLY", "URL", "PHONE_NUMBER"}
_PLAIN_PARTS = {"HEADER", "BODY", "FOOTER", "BUTTONS"}


class Templates:
    """What one account holds."""

    def __init__(self, graph: Graph, account_id: str) -> None:
        self._graph, self._account_id = graph, account_id

    async def held(self, **which: str) -> list[Template]:
        """All of them, or those of one ``name``, page by page; none where the account is unknown. Raises as asking."""
        found: list[Template] = []
        page: dict[str, str] = {}
        for _ in range(_MOST_PAGES if self._account_id else 0):
            asked = {"fields": _FIELDS, "limit": "100", **which, **page}
            answer = await self._graph.ask(f"{self._account_id}/message_templates", **asked)
            found += [template(one) for one in parts(answer, "data")]
            paging = part(answer, "paging")
            after = text(part(paging, "cursors"), "after")
            if not text(paging, "next") or page == {"after": after}:
                break
            page = {"after": after}
        return found

    async def fill(self, chosen: Approved | None) -> Sequence[Json]:
        """What fills in the template that goes in place of a text. Raises ``Undelivered``, ``Unauthorised``."""
        if chosen is None:
            return ()
        held = await self._looked_at(chosen)
        wanted = (chosen.name, chosen.language, "approved")
        fit = [one for one in held if (one.shown.name, one.shown.language, one.shown.state) == wanted]
        if not fit:
            raise Undelivered(TEMPLATE, retry=False, detail=f"{chosen.name} ({chosen.language})")
        return filled(fit[0], chosen.values)

    async def _looked_at(self, chosen: Approved) -> list[Template]:
        """Those of its name; as it is where nobody may look: a token may send and no more. Raises ``Undelivered``."""
        try:
            return await self.held(name=chosen.name) if self._account_id else [unseen(chosen)]
        except Unauthorised:
            return [unseen(chosen)]
        except Undelivered as error:
            if error.retry:
                raise
            return [unseen(chosen)]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value goes: its ``room`` (``header``, ``body``, ``button``), which button, under which name of the
    platform's, and which of the message's values it is, counted from 0. Parts that use one name share the value.
    """

    room: str
    button: int
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Template:
    """One template: as the office sees it, and where its values go, in their order."""

    shown: ApprovedText
    slots: tuple[Slot, ...]


def template(told: Json) -> Template:
    """One template as the platform lists it."""
    slots: list[Slot] = []
    components = parts(told, "components")
    said = lines(*(line for component in components for line in _lines(component, slots)))
    state = text(told, "status").lower() or "unknown"
    if state == "approved" and not all(_plain(component) for component in components):
        state = _UNFIT
    shown = ApprovedText(text(told, "name"), text(told, "language"), said, _values(slots), state)
    return Template(shown, tuple(slots))


def unseen(approved: Approved) -> Template:
    """A template that cannot be looked at: its values are the body's, in their order."""
    slots = tuple(Slot("body", 0, str(place + 1), place) for place in range(len(approved.values)))
    return Template(ApprovedText(approved.name, approved.language, "", len(slots)), slots)


def filled(found: Template, values: Sequence[str]) -> list[dict[str, Any]]:
    """What goes along with a message to fill the template in. Raises ``Undelivered``."""
    if len(values) != found.shown.variables:
        raise Undelivered(TEMPLATE, retry=False, detail=f"{len(values)} of {found.shown.variables} values")
    components: list[dict[str, Any]] = []
    for room, button in dict.fromkeys((slot.room, slot.button) for slot in found.slots):
        own = sorted((slot for slot in found.slots if (slot.room, slot.button) == (room, button)), key=_place)
        where = {"sub_type": "url", "index": str(button)} if room == "button" else {}
        components.append({"type": room, **where, "parameters": [_parameter(one, values[one.value]) for one in own]})
    return components


def _values(slots: Sequence[Slot]) -> int:
    return len({slot.value for slot in slots})


def _lines(component: Json, slots: list[Slot]) -> Iterator[str]:
    room = text(component, "type").upper()
    if room in {"HEADER", "BODY", "FOOTER"}:
        yield _counted(text(component, "text"), room.lower(), 0, slots)
    for number, button in enumerate(parts(component, "buttons") if room == "BUTTONS" else []):
        link = _counted(text(button, "url"), "button", number, slots)
        yield f"[{text(button, 'text')}]{f' {link}' if link else ''}"


def _counted(said: str, room: str, button: int, slots: list[Slot]) -> str:
    """The words with their variables counted through, and each noted in ``slots`` at its first mention."""

    def numbered(found: re.Match[str]) -> str:
        name, here = found[1], (room, button)
        alike = (one for one in slots if one.name == name and (not name.isdecimal() or (one.room, one.button) == here))
        slot = Slot(*here, name, next((one.value for one in alike), _values(slots)))
        if slot not in slots:
            slots.append(slot)
        return f"{{{{{slot.value + 1 if name.isdecimal() else name}}}}}"

    return _VARIABLE.sub(numbered, said)


def _plain(component: Json) -> bool:
    """Whether it goes out without more than words."""
    room = text(component, "type").upper()
    words = room != "HEADER" or text(component, "format").upper() in {"", "TEXT"}
    buttons = all(text(button, "type").upper() in _PLAIN_BUTTONS for button in parts(component, "buttons"))
    return room in _PLAIN_PARTS and words and buttons


def _place(slot: Slot) -> int:
    """Numbered variables are told in the order of their numbers, named ones by their names."""
    return int(slot.name) if slot.name.isdecimal() else 0


def _parameter(slot: Slot, value: str) -> dict[str, str]:
    """A value on one line: WhatsApp takes neither an empty one nor new lines, tabs or rows of spaces in it."""
    named = {} if slot.name.isdecimal() or slot.room == "button" else {"parameter_name": slot.name}
    return {"type": "text", **named, "text": " ".join(value.split()) or "-"}
