"""What an office may send by WhatsApp's Cloud API, read as strictly as the API reads it, and turned into a line. Pure.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages and its pages (text,
interactive reply buttons, interactive list, image, document, audio, video, template).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.demo.chats import Buttons
from bot.demo.graph_calls import Given, Json, Refusal, invalid, missing
from bot.demo.story import Template
from channels.base import Attachment

_ENVELOPE = ("messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data")
_KINDS = ("text", "interactive", "image", "document", "audio", "video", "template")
_MB = 1024 * 1024
_PAPERS = "vnd.openxmlformats-officedocument"
# Types and sizes that may be uploaded. Source: .../whatsapp/business-phone-numbers/media ("Supported Media Types").
_TYPES = {
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * _MB),
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * _MB),
    **dict.fromkeys(("video/3gpp", "video/mp4"), 16 * _MB),
    **dict.fromkeys(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"application/{_PAPERS}.wordprocessingml.document",
            f"application/{_PAPERS}.spreadsheetml.sheet",
            f"application/{_PAPERS}.presentationml.presentation",
        ),
        100 * _MB,
    ),
    "image/webp": _MB // 2,
}
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_BROKEN = re.compile(r"[\n\t]| {5,}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What is laid on the phone. ``template``: it may come outside of the window."""

    text: str = ""
    files: tuple[Attachment, ...] = ()
    buttons: Buttons = ()
    menu: str = ""
    template: bool = False
    key: str = ""
    answers: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """What the API knows of the office: its media by id, and its templates."""

    medium: Callable[[str], Attachment | None]
    templates: Sequence[Template] = field(default=())


def sent(given: Given, office: Office) -> Sent:
    """A message that is handed over. Raises Refusal."""
    given.one_of("messaging_product", "whatsapp")
    kind = given.one_of("type", *_KINDS) if "type" in given.values else "text"
    given.only(*_ENVELOPE, kind)
    if "recipient_type" in given.values:
        given.one_of("recipient_type", "individual", "group")
    to = given.word("to", 60, needed=False) or given.word("recipient", 140, needed=False)
    if not to:
        raise missing("to")
    answers = given.part("context").only("message_id").word("message_id", 200) if "context" in given.values else ""
    body = given.part(kind)
    made = _text(body) if kind == "text" else _interactive(body) if kind == "interactive" else None
    made = made or (_template(body, office) if kind == "template" else _medium(body, kind, office))
    key = given.word("biz_opaque_callback_data", 512, needed=False)
    return Sent(made.text, made.files, made.buttons, made.menu, made.template, key, answers, to)


def uploaded(given: Given, file: Attachment | None) -> Attachment:
    """A medium that is laid there. Raises Refusal."""
    given.only("messaging_product", "type").one_of("messaging_product", "whatsapp")
    if file is None:
        raise missing("file")
    kind = given.word("type", 100)
    if file.type not in _TYPES or kind.partition(";")[0].strip() not in _TYPES:
        said = f"(#100) Param file must be a file with one of the following types: {', '.join(sorted(_TYPES))}."
        raise Refusal(400, 100, f"{said} Received file of type '{file.type}'.")
    if not 0 < file.size_bytes <= _TYPES[file.type]:
        raise Refusal(400, 131053, "(#131053) Media upload error", details=f"{file.size_bytes} bytes is too large")
    return file


def _text(body: Given) -> Sent:
    return Sent(body.only("body", "preview_url").word("body", 4096))


def _interactive(body: Given) -> Sent:
    kind = body.only("type", "header", "body", "footer", "action").one_of("type", "button", "list")
    action = body.part("action")
    if kind == "button":
        text = body.part("body").only("text").word("text", 1024)
        return Sent(text, buttons=(_replies(action.only("buttons")),))
    text = body.part("body").only("text").word("text", 4096)
    menu = action.only("button", "sections").word("button", 20)
    return Sent(text, buttons=_rows(action), menu=menu)


def _replies(action: Given) -> tuple[tuple[str, str], ...]:
    found = []
    for one in action.parts("buttons", 1, 3):
        one.only("type", "reply").one_of("type", "reply")
        reply = one.part("reply").only("id", "title")
        found.append((reply.word("title", 20), reply.word("id", 256)))
    return tuple(_different(found))


def _rows(action: Given) -> Buttons:
    sections = action.parts("sections", 1, 10)
    found = []
    for one in sections:
        one.only("title", "rows").word("title", 24, needed=len(sections) > 1)
        for row in one.parts("rows", 1, 10):
            row.only("id", "title", "description")
            more = row.word("description", 72, needed=False)
            found.append((f"{row.word('title', 24)}\n{more}".rstrip("\n"), row.word("id", 200)))
    if len(found) > 10:
        raise invalid("Total row count exceed max allowed count: 10.")
    return tuple((one,) for one in _different(found))


def _different(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if any(id_ != id_.strip() for _, id_ in found):
        raise invalid("Ids must have no leading or trailing spaces.")
    if len({title for title, _ in found}) < len(found) or len({id_ for _, id_ in found}) < len(found):
        raise invalid("Duplicated title or id.")
    return found


def _medium(body: Given, kind: str, office: Office) -> Sent:
    known = ("id", "link", *(("caption",) if kind != "audio" else ()), *(("filename",) if kind == "document" else ()))
    id_, caption = body.only(*known).word("id", 200), body.word("caption", 1024, needed=False)
    file = office.medium(id_)
    if file is None:
        raise invalid(f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID.")
    if kind != "document" and not file.type.startswith(f"{kind}/"):
        raise Refusal(400, 131053, "(#131053) Media upload error", details=f"A {file.type} is no {kind}.")
    if name := body.word("filename", 240, needed=False):
        file = Attachment(name, file.type, file.content, size_bytes=file.size_bytes)
    return Sent(caption, (file,))


def _template(body: Given, office: Office) -> Sent:
    name = body.only("name", "language", "components").word("name", 512)
    language = body.part("language").only("code", "policy").word("code", 10)
    found = [one for one in office.templates if (one.name, one.language) == (name, language)]
    if not found or found[0].state != "APPROVED":
        said = "(#132001) Template name does not exist in the translation"
        raise Refusal(404, 132001, said, details=f"template name ({name}) does not exist in {language}")
    return Sent(_filled(found[0], _values(body)), template=True)


def _values(body: Given) -> list[tuple[str, str]]:
    """The values of the template's body, each with its name where it has one."""
    components = body.parts("components", 0, 20) if "components" in body.values else []
    found = []
    for one in components:
        if one.only("type", "parameters", "sub_type", "index").word("type", 20).lower() != "body":
            continue
        for value in one.parts("parameters", 0, 50):
            value.only("type", "text", "parameter_name").one_of("type", "text")
            found.append((value.word("parameter_name", 60, needed=False), value.word("text", 1024)))
    return found


def _filled(template: Template, values: list[tuple[str, str]]) -> str:
    holes = list(dict.fromkeys(_HOLE.findall(template.text)))
    if len(holes) != len(values):
        said = "(#132000) Number of parameters does not match the expected number of params"
        details = f"body: number of localizable_params ({len(values)}) does not match the expected ({len(holes)})"
        raise Refusal(400, 132000, said, details=details)
    if any(_BROKEN.search(text) for _, text in values):
        said = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
        raise Refusal(400, 132018, "(#132018) There is an issue with the parameters in your template", details=said)
    named = [name for name in holes if not name.isdigit()]
    if named and {name for name, _ in values} != set(named):
        raise Refusal(400, 132000, "(#132000) Parameter name is missing or empty", details=f"expected {named}")
    by_name: Json = {name or hole: text for hole, (name, text) in zip(holes, values, strict=True)}
    return _HOLE.sub(lambda found: str(by_name[found[1]]), template.text)
