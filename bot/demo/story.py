"""The demo's story as data: ``templates/demo.yaml`` read into values. Holds no word of its own."""

from __future__ import annotations

from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

import templates


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
    """A ready-made complaint, one tap away."""

    id: str
    label: str
    hint: str
    subject: str
    text: str
    kind: str = ""
    object: str = ""
    place: str = ""


class Bounce(_Model):
    """What a phone says of a letter that nobody could take. ``text`` holds ``{address}``."""

    subject: str
    text: str


class Complaint(_Model):
    """How a case begins: by ``email`` from the citizen's phone, or by the ``web`` form with these fields."""

    when: str
    door: Literal["email", "web"]
    citizen: str
    subject: str = ""
    text: str
    fields: dict[str, str] = {}


class Happening(_Model):
    """What happens next in a case: the citizen ``says`` something, or an officer of ``role`` does something.

    ``action`` with its ``values``; or ``reply`` (with ``wait``, what is asked for); or ``note``; or ``agency`` with
    ``reason``. ``when`` is "-3 09.12" (three working days ago, local time) or "9 menit" ago.
    """

    when: str
    says: str = ""
    role: str = ""
    action: str = ""
    values: dict[str, str | list[str]] = {}
    reply: str = ""
    wait: str = ""
    note: str = ""
    agency: str = ""
    reason: str = ""


class Case(_Model):
    """One sample ticket of an office."""

    office: str
    opens: Complaint
    then: tuple[Happening, ...] = ()


class Story(_Model):
    """Everything the demo begins with."""

    citizens: tuple[Person, ...]
    bounce: Bounce
    examples: tuple[Example, ...]
    cases: tuple[Case, ...] = ()


def told() -> Story:
    """The story as written."""
    return Story.model_validate(yaml.safe_load((templates.FOLDER / "demo.yaml").read_text("utf-8")))
