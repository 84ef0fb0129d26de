"""Writing to WhatsApp: text, buttons or a list under it, and files that are laid there first and then sent by their id.

A message that takes several calls goes on where it stopped when it is tried again.
Source: developers.facebook.com/documentation/business-messaging/whatsapp/messages (text, interactive reply buttons,
interactive list, image, document), .../whatsapp/business-phone-numbers/media.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from channels.base import Approved, Attachment, Choice, Outbound, Undelivered
from channels.graph import Graph, sent
from channels.graph_json import Json, text

LONGEST_TEXT, LONGEST_BODY = 4096, 1024
LONGEST = 4 * LONGEST_TEXT
MOST_CHOICES, _MOST_BUTTONS = 10, 3
_LONGEST_BUTTON, _LONGEST_ROW, _LONGEST_NOTE, _LONGEST_ID = 20, 24, 72, 200
_MB = 1024 * 1024
_KINDS = {
    "image": ({"image/jpeg", "image/png"}, 5 * _MB),
    "video": ({"video/mp4", "video/3gpp"}, 16 * _MB),
    "audio": ({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, 16 * _MB),
}
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Whom WhatsApp names by an id of the office's own: a country, a point, up to 128 letters and digits.
_PERSON = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_GROUP = re.compile(r"[A-Za-z0-9_=-]{20,200}", re.ASCII)

_OURS, PART = "biz_opaque_callback_data", "#"

Call = Callable[[], Awaitable[str]]


class Sender:
    """Sends from one number. ``menu`` stands on the button that opens a list; ``keyed``: our key goes along."""

    def __init__(self, graph: Graph, number_id: str, menu: str, *, keyed: bool) -> None:
        self._graph, self._number_id, self._menu, self._keyed = graph, number_id, menu, keyed

    def calls(self, outbound: Outbound, filled: Sequence[Json] = ()) -> list[Call]:
        """What a message takes, in its order: one call wherever WhatsApp allows it. Raises ``Undelivered``.

        ``filled`` are the components of the approved template that goes in place of the text.
        """
        if len(outbound.text) > LONGEST:
            raise Undelivered("message-too-large", retry=False, detail=f"{len(outbound.text)} > {LONGEST}")
        envelope = _addressed(outbound) | ({_OURS: outbound.key} if self._keyed else {})
        if outbound.approved:
            return [partial(self._post, _template(outbound.approved, filled), envelope=envelope)]
        captioned = _captioned(outbound)
        words = [] if captioned else [partial(self._post, one) for one in self._words(outbound)]
        files = [partial(self._file, file=file, caption=captioned) for file in outbound.files]
        return [partial(call, envelope=_numbered(envelope, place)) for place, call in enumerate([*words, *files])]

    async def _post(self, body: Json, *, envelope: Json) -> str:
        return sent(await self._graph.send(f"{self._number_id}/messages", {**envelope, **body}))

    async def _file(self, *, envelope: Json, file: Attachment, caption: str) -> str:
        kind = _kind(file)
        # Of all sorts of text WhatsApp knows one.
        shown = replace(file, type="text/plain") if file.type.startswith("text/") else file
        laid = await self._graph.upload(
            f"{self._number_id}/media", shown, field="file", messaging_product="whatsapp", type=shown.type
        )
        medium = {"id": text(laid, "id")} | ({"caption": caption} if caption else {})
        if kind == "document":
            medium["filename"] = file.name
        if not medium["id"]:
            raise Undelivered("server-busy", retry=True, detail="no id for a file")
        return await self._post({"type": kind, kind: medium}, envelope=envelope)

    def _words(self, outbound: Outbound) -> Iterator[dict[str, Any]]:
        """The text, with what may be pressed below its last part: what is long goes before it."""
        head, body = _parted(outbound.text) if outbound.choices else (outbound.text, "")
        for piece in pieces(head, LONGEST_TEXT):
            yield {"type": "text", "text": {"body": piece, "preview_url": False}}
        if outbound.choices:
            interactive = self._buttons(outbound.choices) or self._list(outbound.choices)
            yield {"type": "interactive", "interactive": {**interactive, "body": {"text": body}}}

    def _buttons(self, choices: tuple[Choice, ...]) -> dict[str, Any] | None:
        titles = {one.label.strip() for one in choices if 0 < len(one.label.strip()) <= _LONGEST_BUTTON}
        if len(choices) > _MOST_BUTTONS or len(titles) < len(choices):
            return None
        buttons = [{"type": "reply", "reply": {"id": _id(one), "title": one.label.strip()}} for one in choices]
        return {"type": "button", "action": {"buttons": buttons}}

    def _list(self, choices: tuple[Choice, ...]) -> dict[str, Any]:
        rows = [dict(_row(one)) for one in choices[:MOST_CHOICES]]
        if len({row["title"] for row in rows}) < len(rows):  # cut short they may read alike, which WhatsApp refuses
            rows = [dict(_row(one, f"{place}. ")) for place, one in enumerate(choices[:MOST_CHOICES], 1)]
        return {"type": "list", "action": {"button": self._menu, "sections": [{"rows": rows}]}}


def read_note(message: str) -> Json:
    """What says that a message was read.

    Source: developers.facebook.com/documentation/business-messaging/whatsapp/messages/mark-message-as-read.
    """
    return {"messaging_product": "whatsapp", "status": "read", "message_id": message}


def _addressed(outbound: Outbound) -> dict[str, Any]:
    """To whom, in answer to what, and under which name of ours."""
    to = outbound.recipient
    if _NUMBER.fullmatch(to):
        whom = {"recipient_type": "individual", "to": to}
    elif _PERSON.fullmatch(to):
        whom = {"recipient_type": "individual", "recipient": to}
    elif _GROUP.fullmatch(to):
        whom = {"recipient_type": "group", "to": to}
    else:
        raise Undelivered("address-invalid", retry=False, detail=to[:40])
    answered = next((one for one in outbound.answers if one.startswith("wamid.")), "")
    context = {"context": {"message_id": answered}} if answered else {}
    return {"messaging_product": "whatsapp", **whom, **context}


def _captioned(outbound: Outbound) -> str:
    """The text, where it can stand under the only file."""
    alone = len(outbound.files) == 1 and not outbound.choices and len(outbound.text) <= LONGEST_BODY
    return outbound.text if alone and _kind(outbound.files[0]) != "audio" else ""


def _kind(file: Attachment) -> str:
    """What it is shown as; what WhatsApp would not show goes as a document."""
    size = len(file.content or b"")
    return next((kind for kind, (types, most) in _KINDS.items() if file.type in types and size <= most), "document")


def _numbered(envelope: Json, place: int) -> Json:
    """The parts of a message bear its key with a number from the second on: what becomes of them is told apart."""
    if not place:
        return envelope
    rest = {name: envelope[name] for name in envelope if name != "context"}
    return rest | ({_OURS: f"{rest[_OURS]}{PART}{place + 1}"} if _OURS in rest else {})


def _template(approved: Approved, filled: Sequence[Json]) -> Json:
    language = {"policy": "deterministic", "code": approved.language}
    return {"type": "template", "template": {"name": approved.name, "language": language, "components": list(filled)}}


def pieces(said: str, most: int) -> Iterator[str]:
    """A text in parts that fit, cut where a paragraph, a line or a word ends; empty without one."""
    while len(said) > most:
        ends = (said.rfind(mark, most // 2, most + 1) for mark in ("\n\n", "\n", " "))
        cut = next((end for end in ends if end > 0), most)
        yield said[:cut].rstrip()
        said = said[cut:].lstrip()
    if said:
        yield said


def _parted(said: str) -> tuple[str, str]:
    """A text whose end fits above buttons, cut where a line or a word ends."""
    if len(said) <= LONGEST_BODY:
        return "", said
    start = len(said) - LONGEST_BODY
    cut = next((place + 1 for mark in ("\n", " ") if (place := said.find(mark, start)) >= 0), start)
    return (said[:cut].rstrip(), said[cut:].strip()) if said[cut:].strip() else (said[:start], said[start:])


def _row(choice: Choice, number: str = "") -> Iterator[tuple[str, str]]:
    label = f"{number}{choice.label.strip()}"
    yield "id", _id(choice)
    if len(label) <= _LONGEST_ROW:
        yield "title", label
    else:
        yield "title", f"{label[: _LONGEST_ROW - 1].rstrip()}…"
        yield "description", choice.label.strip()[:_LONGEST_NOTE]


def _id(choice: Choice) -> str:
    """What comes back when it is pressed; the label where the value has no room."""
    return (choice.value if len(choice.value) <= _LONGEST_ID else choice.label[:_LONGEST_ID]).strip() or choice.label
