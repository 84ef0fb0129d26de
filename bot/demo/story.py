"""The demo's story as data: ``templates/demo.yaml`` read into values. Holds no word of its own."""

from __future__ import annotations

import yaml
from pydantic import BaseModel, ConfigDict

import templates


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(_Model):
    """A citizen with a phone."""

    id: str
    name: str
    address: str


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


class Story(_Model):
    """Everything the demo begins with."""

    citizens: tuple[Person, ...]
    bounce: Bounce
    examples: tuple[Example, ...]


def told() -> Story:
    """The story as written."""
    return Story.model_validate(yaml.safe_load((templates.FOLDER / "demo.yaml").read_text("utf-8")))
