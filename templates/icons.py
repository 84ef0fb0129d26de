"""Lucide's icons as inline SVG, from the package's own archive.

The package opens its archive of 1,700 icons anew for each one: 8 ms, and a second for the first pages of a program.
Here it stays open. Icons are strokes on a square of 24; an attribute's underscores are hyphens, as in HTML.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from markupsafe import Markup

_SVG = "{http://www.w3.org/2000/svg}"


@lru_cache(maxsize=1024)
def icon(name: str, *, size: int = 24, **attributes: Any) -> Markup:
    """An icon, drawn once: a list has a hundred of them. Raises KeyError for a name there is none of."""
    drawing = ET.fromstring(_archive().read(f"{name}.svg"))  # noqa: S314 - the package's own
    for part in drawing.iter():
        part.tag = part.tag.removeprefix(_SVG)
    drawing.attrib |= {"width": str(size), "height": str(size)}
    drawing.attrib |= {word.replace("_", "-"): str(value) for word, value in attributes.items()}
    return Markup(ET.tostring(drawing, encoding="unicode"))  # noqa: S704 - likewise; values are escaped


def beside_words(name: str, size: int = 16) -> Markup:
    """An icon that says nothing the words beside it do not: what ``words.icon`` draws."""
    return icon(name, size=size, aria_hidden="true")


@lru_cache
def _archive() -> ZipFile:
    return ZipFile(BytesIO((files("lucide") / "lucide.zip").read_bytes()))
