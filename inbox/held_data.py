"""What is held of a person, for that person: everything of ``inbox.personal`` that they may read, with their files.

A ZIP with one JSON file in words and the files it names. Notes between officers and papers within the house are not in
it, nor what somebody else was written. Reads only; who is asked first whether it is theirs is whoever calls.
Source: UU 27/2022 art. 7 (a copy of one's data) and 32 (within 3x24 hours).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import IO, Any
from zoneinfo import ZoneInfo

from config.schema import Office
from inbox import ciphering
from inbox.database import rows
from inbox.files import Files
from inbox.personal import PLACES, Place
from inbox.sealing import text_of
from inbox.shown import Shown
from inbox.whose import Whose

NAME = "data-anda.json"
_DIGEST = "digest"
_CODED = {"direction", "author", "status", "state", "kind", "scheme"}

# A sentence by its code; the code itself where there is none (``templates.sentence``).
Say = Callable[[str], str]


async def collect(office: Office, whose: Whose, say: Say, now: datetime) -> dict[str, Any]:
    """Everything that they may read, in words; what is empty is left out. Within a reading."""
    parts = {}
    for place in PLACES:
        if place.told and (found := await _rows(place, whose)):
            parts[say(f"held-{place.table}")] = [_line(office, place, row, say) for row in found]
    zone = ZoneInfo(office.time_zone)
    about = {say("held-office"): office.full_name, say("held-at"): now.astimezone(zone).isoformat(timespec="minutes")}
    return about | {say("held-meaning"): say("held-meaning-text")} | parts


async def pack(data: Mapping[str, Any], whose: Whose, files: Files | Shown, out: IO[bytes], say: Say) -> int:
    """Write the ZIP; answers how many files it holds. A file that is not there any more is named and left out.

    Raises: StoreAway.
    """
    place = next(one for one in PLACES if one.table == "attachment")
    found = await _rows(place, whose)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, json.dumps(data, ensure_ascii=False, indent=2))
        packed = [await _add(archive, files, row, say) for row in found]
    return sum(packed)


async def _add(archive: zipfile.ZipFile, files: Files | Shown, row: Mapping[str, Any], say: Say) -> bool:
    try:
        content = await files.read(row[_DIGEST])
    except FileNotFoundError:
        return False
    archive.writestr(f"{say('held-folder')}/{file_name(row)}", content)
    return True


def file_name(row: Mapping[str, Any]) -> str:
    """What a file is called in the ZIP: its own name without any folder, told apart by its number."""
    own = PurePath(str(row["name"]).replace("\\", "/")).name or "berkas"
    plain = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in own)
    return f"{row['id']}-{plain[-80:]}"


async def _rows(place: Place, whose: Whose) -> list[dict[str, Any]]:
    only = f" AND {place.only}" if place.only else ""
    columns = ", ".join(f'"{name}"' for name in dict.fromkeys(("id", *place.told)))
    where = whose.of(place.whose + only)
    return await rows(f"SELECT {columns} FROM {place.table} WHERE {where} ORDER BY id")  # noqa: S608 - our own words


def _line(office: Office, place: Place, row: Mapping[str, Any], say: Say) -> dict[str, Any]:
    named = {say(f"held-{name}"): _value(office, name, row[name], say) for name in place.told if name != _DIGEST}
    if _DIGEST in place.told:
        named[say("held-file")] = f"{say('held-folder')}/{file_name(row)}"
    return {name: value for name, value in named.items() if value not in ("", None, {}, [])}


def _value(office: Office, name: str, value: Any, say: Say) -> Any:
    """A value as people read it: times of the office, kinds and doors by their names."""
    if name.endswith("_at") and value:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return at.astimezone(ZoneInfo(office.time_zone)).isoformat(timespec="seconds")
    if name == "values":
        return json.loads(text_of("values", value)) if isinstance(value, str) else value
    if isinstance(value, str):
        value = ciphering.opened(value)
    if name == "channel" and value:
        entry = office.channels.get(str(value).removeprefix(f"{office.id}-"))
        return entry.name or value if entry else value
    if name == "agency":
        return next((one.name for one in office.agencies if one.id == value), value)
    if name in _CODED and value:
        return _coded(office, value, say)
    return value


def _coded(office: Office, value: str, say: Say) -> str:
    kind = next((one.name for one in office.kinds if one.id == value), "")
    said = say(f"held-is-{value}")
    return kind or (value if said == f"held-is-{value}" else said)
