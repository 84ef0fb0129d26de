"""The shipped offices, read once for all tests; or with only some of their doors, so that nothing a test starts knocks
at the world's.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import config
from config.schema import Office, Offices


@cache
def shipped() -> Offices:
    """Every shipped office, its secrets named instead of known. Nothing in it changes: whoever wants another copies."""
    return config.load(config.SHIPPED, environ={}, secrets=False)


def doors(offices: Offices, *ids: str) -> Offices:
    """``offices`` with these channels and no others; an office that has none of them is left out."""
    kept = {id_: _with(office, ids) for id_, office in offices.offices.items()}
    return replace(offices, offices={id_: office for id_, office in kept.items() if office.channels})


def _with(office: Office, ids: tuple[str, ...]) -> Office:
    channels = {name: entry for name, entry in office.channels.items() if f"{office.id}-{name}" in ids}
    routes = tuple(route for route in office.routes if not route.channel or route.channel in channels)
    return office.model_copy(update={"channels": channels, "routes": routes})


def laid_down(folder: Path, **channels: dict[str, Any]) -> Path:
    """Blitar as files below a folder, with its form and those doors alone; answers what ``--config`` takes."""
    office = folder / "offices" / "blitar"
    shutil.copytree(config.SHIPPED / "offices" / "blitar", office)
    read = yaml.safe_load((office / "office.yaml").read_text("utf-8"))
    read["channels"] = {"web": read["channels"]["web"], **channels}
    read["routes"] = [route for route in read["routes"] if route.get("channel", "web") in read["channels"]]
    del read["recaps"]
    (office / "office.yaml").write_text(yaml.safe_dump(read, allow_unicode=True), "utf-8")
    return folder
