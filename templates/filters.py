"""How values look to people: times in the office's zone, working time, sizes. Pure; named as template filters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from markupsafe import Markup, escape

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_HIT = re.compile("\x02([^\x02\x03]*)\x03")
_TITLES = frozenset({"bapak", "bpk", "pak", "ibu", "bu", "sdr", "sdri", "saudara", "saudari", "yth"})


@lru_cache(maxsize=1024)
def short_time(at: datetime, zone: str, language: str = "id") -> str:
    """ "Senin 23/11 09.15": a weekday, a date and a time that fit an SMS."""
    return format_datetime(at, "EEEE dd/MM HH.mm", tzinfo=ZoneInfo(zone), locale=language)


@lru_cache(maxsize=1024)
def long_time(at: datetime, zone: str, language: str = "id") -> str:
    """ "Senin, 23 November 2026 pukul 09.15 WIB"."""
    hour = "pukul" if language == "id" else "at"
    text = format_datetime(at, f"EEEE, d MMMM yyyy '{hour}' HH.mm", tzinfo=ZoneInfo(zone), locale=language)
    return f"{text} {zone_name(zone)}"


@lru_cache(maxsize=1024)
def day(on: date | datetime, zone: str = "Asia/Jakarta", language: str = "id") -> str:
    """ "23 November 2026"."""
    local = on.astimezone(ZoneInfo(zone)).date() if isinstance(on, datetime) else on
    return format_date(local, "d MMMM yyyy", locale=language)


def moment(text: str) -> datetime:
    """A moment as forms keep it, ISO 8601."""
    return datetime.fromisoformat(text)


def clock(at: datetime, zone: str) -> str:
    """ "09.15"."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H.%M")


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT."""
    return _ZONES.get(zone, zone)


def size(count: int) -> str:
    """ "1,2 MB", with a decimal comma."""
    amount = float(count)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}".replace(".", ",")
        amount /= 1000
    return f"{amount:.1f} GB".replace(".", ",")


def megabytes(count: int) -> str:
    """The same for a limit, as people count it: "25 MB" for 25 times 1024 times 1024."""
    return f"{-(-count // 2**20)} MB"


def contact(value: str) -> str:
    """An Indonesian number as people write it ("0812-0000-0101"); every other address as it is."""
    if not value.startswith("+62"):
        return value
    local = f"0{value.removeprefix('+62')}"
    return "-".join(part for part in (local[:4], local[4:8], local[8:]) if part)


def honoured(name: str, title: str) -> str:
    """ "Bapak/Ibu Siti"; a name that somebody gave with its own title ("Ibu Sri") gets no second one."""
    first = name.partition(" ")[0].rstrip(".").lower()
    return name if first in _TITLES else f"{title} {name}".rstrip()


def office_hours(week: Mapping[str, Any]) -> str:
    """ "Senin-Kamis 07.30-15.30, Jumat 07.30-14.30": an ordinary week (``Hours`` by weekday) without its breaks."""
    days = [(day.capitalize(), (hours.spans[0][0], hours.spans[-1][1])) for day, hours in week.items() if hours.spans]
    return ", ".join(
        f"{_run([day for day, _ in run])} {open_:%H.%M}-{close:%H.%M}"
        for (open_, close), run in groupby(days, key=lambda pair: pair[1])
    )


def _run(days: Iterable[str]) -> str:
    first, *others = days
    return f"{first}-{others[-1]}" if others else first


def settled(manner: str) -> str:
    """What is asked of an answer: "selesai" of a complaint, "terjawab" of a question, "cukup" of information."""
    return {"question": "terjawab", "information": "cukup"}.get(manner, "selesai")


def marked(text: str) -> Markup:
    """A text with what was found in it marked: each hit stands between U+0002 and U+0003."""
    found = _HIT.sub(r"<mark>\1</mark>", str(escape(text)))
    return Markup(found.replace("\x02", "").replace("\x03", ""))  # noqa: S704 - escaped above


def listed(names: Iterable[str], language: str = "id") -> str:
    """ "Kasi, Kabid dan Kepala Dinas"."""
    return format_list(list(names), locale=language)


FILTERS: dict[str, Callable[..., Any]] = {
    "short_time": short_time,
    "long_time": long_time,
    "day": day,
    "clock": clock,
    "moment": moment,
    "zone_name": zone_name,
    "size": size,
    "megabytes": megabytes,
    "contact": contact,
    "honoured": honoured,
    "listed": listed,
    "settled": settled,
    "office_hours": office_hours,
    "marked": marked,
}
