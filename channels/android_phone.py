"""How the phone is, as far as it has said: battery, when it was last seen, its clock, and the SIM's active period.

``Phone`` gathers it from every side (webhooks, the gateway, the phone's own health page); ``faults`` says what a person
should do about it, pure. Knows no network.
Source: capcom6/android-sms-gateway BatteryMonitor.kt, MessagesService.kt (names of the health checks).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from pydantic import BaseModel, ConfigDict, Field

from channels.android_json import Json, moment, number, part, text
from channels.base import Fault

# A day begins in Indonesia's first zone as good as in any: a reminder may be two hours early in the east.
_WIB = timezone(timedelta(hours=7))
_LONG_UNSEEN = timedelta(hours=3)


class Credit(BaseModel):
    """What no phone tells: until when the SIM's active period runs, and what the office should look after.

    From ``remind_days`` before its end on, those who look after the doors are reminded each day. ``note`` stands
    beside the reminder: how to top up, the least credit to keep.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    active_until: date | None = None
    remind_days: int = Field(default=14, ge=0, le=365)
    note: str = Field(default="", max_length=300)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a phone's state is worth a person's attention."""

    silent: timedelta
    battery_percent: int
    credit: Credit


@dataclass
class Phone:
    """What is known of the phone. ``skew`` is how far its clock was off when it last called; None while it is right.

    ``forged``: it (or somebody) calls with a wrong signature, and nothing rightly signed has come yet.
    """

    seen_at: datetime | None = None
    battery_percent: int | None = None
    failed: int = 0
    skew: timedelta | None = None
    forged: bool = False
    heard: bool = False

    def seen(self, at: datetime | None) -> None:
        """Somebody saw it at that moment."""
        if at is not None and (self.seen_at is None or at > self.seen_at):
            self.seen_at = at

    def called(self, now: datetime) -> None:
        """A webhook of its came, rightly signed and at its time."""
        self.seen(now)
        self.heard, self.skew, self.forged = True, None, False

    def examined(self, health: Json) -> None:
        """What its health page says, or the heartbeat that carries the same."""
        checks = part(health, "checks")
        level = number(part(checks, "battery:level"), "observedValue")
        self.battery_percent = level if level is not None else self.battery_percent
        failing = part(checks, "messages:failed")
        if failing:
            self.failed = (number(failing, "observedValue") or 0) if text(failing, "status") == "fail" else 0


def device_seen(devices: list[Json], chosen: str) -> datetime | None:
    """When the gateway last saw the phone: the chosen one, or the latest of any."""
    mine = [one for one in devices if not chosen or text(one, "id") == chosen]
    return max((at for one in mine if (at := moment(one, "lastSeen"))), default=None)


def health_in(ping: Json) -> Json:
    """The health that a heartbeat carries; empty where it carries none."""
    return part(part(ping, "payload"), "health") if text(ping, "event") == "system:ping" else {}


def faults(phone: Phone, limits: Limits, now: datetime) -> Iterator[Fault]:
    """What a person should know of a phone that otherwise works."""
    yield from _unseen(phone.seen_at, limits.silent, now)
    if phone.battery_percent is not None and phone.battery_percent < limits.battery_percent:
        yield Fault("phone-battery-low", {"percent": str(phone.battery_percent)})
    if phone.failed:
        yield Fault("phone-not-sending", {"count": str(phone.failed), "note": limits.credit.note})
    if phone.skew is not None:
        yield Fault("phone-clock-wrong", {"minutes": str(max(1, _minutes(phone.skew)))})
    if phone.forged and not phone.heard:
        yield Fault("phone-signature-wrong")
    yield from _credit(limits.credit, now.astimezone(_WIB).date())


def _unseen(seen_at: datetime | None, silent: timedelta, now: datetime) -> Iterator[Fault]:
    if seen_at is None or now - seen_at <= silent:
        return
    gone = now - seen_at
    if gone < _LONG_UNSEEN:
        yield Fault("phone-unseen", {"minutes": str(_minutes(gone))})
    else:
        yield Fault("phone-unseen-long", {"hours": str(_minutes(gone) // 60)})


def _minutes(span: timedelta) -> int:
    return int(abs(span).total_seconds()) // 60


def _credit(credit: Credit, today: date) -> Iterator[Fault]:
    if credit.active_until is None:
        return
    left, until = (credit.active_until - today).days, f"{credit.active_until:%d/%m/%Y}"
    if left < 0:
        yield Fault("sim-active-ended", {"date": until, "note": credit.note})
    elif left <= credit.remind_days:
        yield Fault("sim-active-ending", {"date": until, "days": str(left), "note": credit.note})
