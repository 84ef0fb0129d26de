"""The door "SMS by an Android phone": an office's own SIM in a phone that runs SMS Gateway for Android (sms-gate.app).

The phone calls our webhook and takes messages through a gateway: the project's cloud, a private server, or the phone
itself in the office's network. It ties the rooms together: ``android_parse`` reads, ``android_hook`` is called,
``android_sweep`` looks for what no call told, ``android_api`` asks, ``android_phone`` knows how the phone is.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from channels import android_count, android_hook, android_parse, android_sweep, http
from channels.android_api import Gateway
from channels.android_hook import Hook
from channels.android_json import EPOCH, Json, text
from channels.android_phone import Credit, Limits, Phone, device_seen, faults
from channels.base import (
    Abilities,
    Attachment,
    Brought,
    Desk,
    Fault,
    Outbound,
    Pace,
    Parsed,
    Receipt,
    Seen,
    Unauthorised,
    Undelivered,
    Unheard,
)
from channels.text import plain_gsm

# Ten joined parts of the cheap alphabet: more than that, networks cut or refuse.
_LONGEST_TEXT = 1530
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_SECURE = re.compile(r"https://|http://127\.0\.0\.1(?:[:/]|$)")
_NO_PHONE = "record not found"


def parse(raw: bytes) -> Parsed:
    """A webhook's body or a record of the phone's inbox, read without an office. Raises ``Undigested``."""
    return android_parse.parse(raw)


class Settings(BaseModel):
    """One phone. ``base_url`` is the cloud's, a private server's, or the phone's own (http://192.168.1.20:8080).

    ``user`` and ``password`` are those the app shows, ``signing_key`` the one under Settings, Webhooks. ``number`` is
    the SIM's; ``sim_number`` its slot (from 1) in a phone with several, ``device`` the phone's id in an account with
    several. A webhook's moment may differ from ours by ``window_seconds``; every ``poll_seconds`` we look after the
    phone, which is missed after ``silent_minutes``; an answer it could not send within ``keep_hours`` has failed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(default="https://api.sms-gate.app/3rdparty/v1", pattern=r"^https?://[^\s?#]+$")
    user: str = Field(min_length=1, max_length=200)
    password: SecretStr
    signing_key: SecretStr = SecretStr("")
    number: str = Field(default="", pattern=r"^(\+[1-9][0-9]{7,14})?$")
    sim_number: int | None = Field(default=None, ge=1, le=3)
    device: str = Field(default="", max_length=21)
    window_seconds: int = Field(default=300, ge=10, le=86_400)
    poll_seconds: float = Field(default=120, ge=1, le=3600)
    silent_minutes: int = Field(default=60, ge=5, le=10_080)
    battery_percent: int = Field(default=20, ge=0, le=100)
    keep_hours: int = Field(default=72, ge=1, le=720)
    credit: Credit = Credit()


class Adapter:
    """One phone, both ways."""

    # The phone's own table and the server's have our id as a key and answer 409 to a repeated one.
    # Source: MessagesRoutes.kt (ConflictException), android-sms-gateway/server messages/repository.go (Insert).
    # An app that sends more than 30 texts a minute is stopped until somebody allows it on the phone.
    # Source: AOSP SmsUsageMonitor.java, DEFAULT_SMS_MAX_COUNT, DEFAULT_SMS_CHECK_PERIOD.
    abilities = Abilities(
        scheme="phone",
        style="short",
        longest=_LONGEST_TEXT,
        files=False,
        repeat_safe=True,
        polls=True,
        pace=(Pace(30, 60),),
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,
        *,
        secret: bytes,  # noqa: ARG002
        now: Callable[[], datetime],
        url: str = "",
    ) -> None:
        self.id = id
        self._settings, self._now, self._line = settings, now, http.Line(now)
        self._path = f"/hooks/{id}/masuk"
        self._url = f"{url}{self._path}" if url else ""
        self._own = android_parse.Own(settings.number, settings.sim_number, settings.device)
        self._gateway = Gateway(self._line, settings.base_url, settings.user, settings.password.get_secret_value())
        self._phone = Phone()
        self._limits = Limits(timedelta(minutes=settings.silent_minutes), settings.battery_percent, settings.credit)

    def parse(self, raw: bytes) -> Parsed:
        """What one delivery holds for this SIM. Raises ``Undigested``."""
        return self._read(raw, EPOCH)

    async def listen(self, desk: Desk) -> None:
        """Look after the phone until cancelled: its webhooks, its inbox, its health. Raises on trouble."""
        await desk.warn(*self._faults())
        try:
            await self._look_after(desk)
        except Undelivered as error:
            raise Unheard(error.reason, error.detail) from None

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The webhook."""
        window = timedelta(seconds=self._settings.window_seconds)
        hook = Hook(self._settings.signing_key.get_secret_value(), window, self._phone, self._read, self._now)

        async def receive(request: web.Request) -> web.Response:
            return await hook.receive(request, desk)

        return (web.post(self._path, receive),)

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered`` and ``Unauthorised``; never unsure, for a repeated key is refused."""
        if not _NUMBER.fullmatch(outbound.recipient):
            raise Undelivered("address-invalid", retry=False, detail=http.brief(outbound.recipient))
        answer = await self._gateway.post_message(self._message(outbound))
        taken = 200 <= answer.status < 300
        if answer.status == 409 or (taken and isinstance(answer.body, Mapping)):
            return Receipt(external_id=outbound.key)
        if taken:  # the page of some network in between: asking again does no harm, for a repeated key is refused
            raise Undelivered("gateway-elsewhere", retry=True, detail=f"{answer.status}")
        # Versions of the app before 1.58 stumble over a repeated id instead of refusing it.
        if answer.status == 500 and await self._gateway.has_message(outbound.key):
            return Receipt(external_id=outbound.key)
        if answer.status == 400 and _NO_PHONE in answer.words:
            raise Undelivered("gateway-no-phone", retry=True, detail=answer.words)
        if answer.status in {404, 405}:
            raise Undelivered("gateway-elsewhere", retry=True, detail=f"{answer.status}")
        after = http.retry_after(answer.headers, self._now())
        raise http.refusal(answer.status, after=after, detail=answer.words, repeat_safe=True)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A picture that lies in the phone's inbox. Raises ``Undelivered`` and ``Unauthorised``."""
        return await self._gateway.attachment(attachment.reference)

    async def called(self) -> str:
        """The number."""
        return self._settings.number

    async def check(self) -> list[Fault]:
        """What is wrong with the account and the phone, tried for real."""
        where, found = {"address": self._settings.base_url}, list[Fault]()
        try:
            found += await self._look()
            if self._url:
                found += _not_told(set(android_hook.NEEDED) - await android_hook.registered(self._gateway, self._url))
        except Unauthorised:
            found.append(Fault("gateway-login-refused", where))
        except Undelivered as error:
            code = "gateway-elsewhere" if error.reason == "gateway-elsewhere" else "gateway-unreachable"
            found.append(Fault(code, where | {"detail": error.detail}))
        return [*found, *self._faults()]

    def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:
        """What the phone's inbox lists for then. Raises Undelivered (for good where there is none), Unauthorised."""
        return android_count.received(self._gateway, self._read, since, until, progress)

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them. Raises Undelivered, Unauthorised."""
        return await android_count.again(self._gateway, self._read, place, self._now())

    async def close(self) -> None:
        """Let go of the connection."""
        await self._line.close()

    def _read(self, raw: bytes, received_at: datetime) -> Parsed:
        return android_parse.parse(raw, own=self._own, received_at=received_at)

    def _message(self, outbound: Outbound) -> dict[str, Any]:
        settings = self._settings
        message: dict[str, Any] = {
            "id": outbound.key,
            "textMessage": {"text": plain_gsm(outbound.text)},
            "phoneNumbers": [outbound.recipient],
            "withDeliveryReport": True,
            "ttl": settings.keep_hours * 3600,
        }
        if settings.sim_number is not None:
            message["simNumber"] = settings.sim_number
        if settings.device:
            message["deviceId"] = settings.device
        return message

    async def _look_after(self, desk: Desk) -> None:
        place = await android_sweep.begun(desk, self._now())
        sweeper = android_sweep.Sweeper(self._gateway, desk, self._read, self._now, place)
        missing = list(await self._register())
        while True:
            account = await self._look()
            await sweeper.sweep()
            await desk.warn(*missing, *account, *self._faults())
            await asyncio.sleep(self._settings.poll_seconds)

    async def _register(self) -> Iterable[Fault]:
        """See to it that the phone calls us, where it can reach us by a safe way."""
        if not _SECURE.match(self._url):
            return ()
        return _not_told(await android_hook.register(self._gateway, self.id, self._url, self._settings.device))

    async def _look(self) -> list[Fault]:
        """How the phone is: when the gateway last saw it, and what its own health page says."""
        devices = await self._gateway.devices()
        # A phone that answers is there, whatever its own clock says.
        seen_at = self._now() if self._gateway.is_phone else device_seen(devices, self._settings.device)
        self._phone.seen(seen_at)
        self._phone.examined(await self._gateway.health())
        return list(self._account(devices))

    def _account(self, devices: Sequence[Json]) -> Iterator[Fault]:
        """Where the account has not exactly our phone. With several and none chosen, a repeated key finds another."""
        chosen, ids = self._settings.device, [text(one, "id") for one in devices]
        if not devices:
            yield Fault("gateway-no-phone")
        elif chosen and chosen not in ids:
            yield Fault("gateway-other-phone", {"device": chosen, "devices": ", ".join(ids)})
        elif not chosen and len(ids) > 1:
            yield Fault("gateway-many-phones", {"devices": ", ".join(ids)})

    def _faults(self) -> Iterator[Fault]:
        if not self._settings.signing_key.get_secret_value():
            yield Fault("phone-no-signing-key")
        if self._url and not _SECURE.match(self._url):
            yield Fault("webhook-not-secure", {"url": self._url})
        yield from faults(self._phone, self._limits, self._now())


def _not_told(events: Collection[str]) -> Iterator[Fault]:
    if events:
        yield Fault("webhook-missing", {"events": ", ".join(sorted(events))})
