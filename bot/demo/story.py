"""The demo's story as data: ``templates/demo.yaml`` read into values. Holds no word of its own."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

import templates
from templates.reading import read_yaml


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Model):
    """A citizen with a phone: mail address, number (+E.164), Telegram's user id and name."""

    id: str
    name: str
    address: str
    phone: str = ""
    telegram: int = 0
    username: str = ""


class Example(_Model):
    """A ready-made complaint, one tap away; ``short`` as one texts it. ``office`` where it suits one office alone."""

    id: str
    label: str
    hint: str
    subject: str
    text: str
    short: str = ""
    kind: str = ""
    object: str = ""
    place: str = ""
    office: str = ""


class Spot(_Model):
    """A place that a citizen can send from Telegram. WGS 84 degrees."""

    office: str
    name: str
    latitude: float
    longitude: float


class Template(_Model):
    """A text that WhatsApp approved for later than 24 hours, with holes like ``{{1}}`` or ``{{nama}}``."""

    name: str
    language: str = "id"
    text: str
    state: str = "APPROVED"
    example: tuple[str, ...] = ()

    def told(self, serial: int) -> dict[str, Any]:
        """As WhatsApp lists it."""
        body: dict[str, Any] = {"type": "BODY", "text": self.text, "example": {"body_text": [list(self.example)]}}
        named = "NAMED" if "{{" in self.text and "{{1}}" not in self.text else "POSITIONAL"
        about = {"name": self.name, "parameter_format": named, "components": [body], "language": self.language}
        return about | {"status": self.state, "category": "UTILITY", "id": f"{594425479261596 + serial}"}


class Bounce(_Model):
    """What a phone says of a letter that nobody could take. ``text`` holds ``{address}``."""

    subject: str
    text: str


class Complaint(_Model):
    """How a case begins: by ``email``, in a chat or by a short message (``android``, ``twilio``) from the phone, by
    the ``web`` form with these fields, or (``counter``, ``letter`` and so on) written down by the officer of ``by``.
    """

    when: str
    door: Literal[
        "email",
        "web",
        "telegram",
        "android",
        "twilio",
        "whatsapp",
        "messenger",
        "instagram",
        "counter",
        "letter",
        "phone",
        "box",
        "radio",
        "social",
        "service",
    ]
    by: str = ""
    citizen: str
    subject: str = ""
    text: str
    fields: dict[str, str] = {}


class Happening(_Model):
    """What happens next in a case: the citizen ``says`` something, or an officer of ``role`` does something.

    ``action`` with its ``values`` and ``files`` (form field to what stands on the sheet); or ``reply`` (with ``wait``,
    what is asked for); or ``note``; or ``agency`` with ``reason``; or finds the object's
    ``permit`` (what shows it); or ``does`` something to a ``paper`` that is drafted
    (with ``values``), initialled, signed and issued. ``when`` is "-3 09.12" (three working days ago,
    local time) or "9 menit" ago.
    """

    when: str
    says: str = ""
    role: str = ""
    action: str = ""
    values: dict[str, str | list[str]] = {}
    files: dict[str, str] = {}
    reply: str = ""
    wait: str = ""
    note: str = ""
    agency: str = ""
    reason: str = ""
    permit: str = ""
    paper: str = ""
    does: Literal["draft", "initial", "sign", "issue"] = "draft"


class Case(_Model):
    """One sample ticket of an office."""

    office: str
    opens: Complaint
    then: tuple[Happening, ...] = ()


class Story(_Model):
    """Everything the demo begins with."""

    citizens: tuple[Person, ...]
    bounce: Bounce
    places: tuple[Spot, ...] = ()
    examples: tuple[Example, ...]
    approved: tuple[Template, ...] = ()
    cases: tuple[Case, ...] = ()


def told() -> Story:
    """The story as written."""
    return Story.model_validate(read_yaml(templates.FOLDER / "demo.yaml"))
