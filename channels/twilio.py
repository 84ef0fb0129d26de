"""The Twilio door: short messages of a number at Twilio, in by signed webhooks and a sweep, out by its REST API.

It ties the rooms together (``twilio_parse`` reads, ``twilio_hooks`` and ``twilio_sweep`` bring in, ``twilio_client``
speaks to Twilio, ``twilio_errors`` knows its codes). Twilio sends to Indonesian numbers but has none that receive.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Self
from urllib.parse import urlencode

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from channels import text, twilio_count, twilio_parse
from channels.base import (
    Abilities,
    Attachment,
    Brought,
    Desk,
    Fault,
    Outbound,
    Parsed,
    Receipt,
    Seen,
    Unauthorised,
    Undelivered,
    Unheard,
    phone,
)
from channels.twilio_client import Account
from channels.twilio_hooks import KEY, Hooks, paths
from channels.twilio_sweep import Sweep, beginning

_LONGEST = 1600  # Source: https://www.twilio.com/docs/api/errors/21617
_URL = r"^https?://[^\s/?#]+(/[^\s?#]*[^\s?#/])?$"


def parse(raw: bytes) -> Parsed:
    """What one webhook body, status callback or Message of the REST API holds. Raises ``Undigested``."""
    return twilio_parse.parse(raw)


class Settings(BaseModel):
    """One number. Answers come from ``number`` (+E.164) or, where it is given, from the messaging service.

    ``public_url`` is where Twilio reaches us if that is not the installation's own address. ``take`` says what to do
    with messages that Twilio has from before the office connected it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: SecretStr = Field(min_length=1)
    number: str = Field(default="", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    messaging_service_sid: str = Field(default="", pattern=r"^(MG[0-9a-fA-F]{32})?$")
    base_url: str = Field(default="https://api.twilio.com", pattern=_URL)
    public_url: str = Field(default="", pattern=rf"^$|{_URL}")
    sweep_minutes: float = Field(default=5, gt=0, le=1440)
    take: Literal["new", "all"] = "new"

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if not (self.number or self.messaging_service_sid):
            raise ValueError("number, messaging_service_sid")
        return self


class Adapter:
    """One number, both ways."""

    abilities = Abilities(scheme="phone", style="short", longest=_LONGEST, files=False, polls=True)

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
        self._settings, self._now = settings, now
        self._url = settings.public_url or url
        self._account = Account(settings.account_sid, settings.auth_token.get_secret_value(), settings.base_url, now)

    def parse(self, raw: bytes) -> Parsed:
        """What one delivery holds. Raises ``Undigested``."""
        return twilio_parse.parse(raw)

    async def listen(self, desk: Desk) -> None:
        """Bring in what the webhooks missed, until cancelled. Raises on trouble."""
        sweep = Sweep(self._account, self._settings.number, desk)
        try:
            await sweep.run(beginning(self._settings.take, self._now), self._settings.sweep_minutes * 60)
        except Undelivered as error:
            raise Unheard(error.reason, error.detail) from None

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The webhooks for messages and for status callbacks."""
        token = self._settings.auth_token.get_secret_value()
        return Hooks(self.id, url=self._url, token=token, desk=desk, now=self._now).routes()

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        number = phone(outbound.recipient)
        if not number:
            raise Undelivered("address-invalid", retry=False, detail=outbound.recipient[:40])
        words = text.plain_gsm(outbound.text)
        return Receipt(await self._account.send(to=number, body=words, **self._sender(), **self._told_at(outbound.key)))

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that came with a message. Raises ``Undelivered`` and ``Unauthorised``."""
        return await self._account.media(attachment.reference)

    async def called(self) -> str:
        """The number."""
        return self._settings.number

    async def check(self) -> list[Fault]:
        """What is wrong with the account, its number and the webhook set there."""
        try:
            return [*_of_account(await self._account.account()), *await self._of_number()]
        except Unauthorised as error:
            return [Fault("twilio-login-refused", {"detail": str(error)})]
        except Undelivered as error:
            return [Fault("twilio-unreachable", {"url": self._settings.base_url, "detail": error.detail})]

    def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:  # noqa: ARG002
        """What Twilio lists as received then. Raises Undelivered, Unauthorised."""
        return twilio_count.received(self._account, self._settings.number, since, until)

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them. Raises Undelivered, Unauthorised."""
        return await twilio_count.again(self._account, place)

    async def close(self) -> None:
        """Let go of the line to Twilio."""
        await self._account.close()

    def _sender(self) -> dict[str, str]:
        if self._settings.messaging_service_sid:
            return {"messaging_service_sid": self._settings.messaging_service_sid}
        return {"from_": self._settings.number}

    def _told_at(self, key: str) -> dict[str, str]:
        """Where Twilio says what became of a message; our key goes along, for the case that its answer is lost."""
        return {"status_callback": f"{self._url}{paths(self.id)[1]}?{urlencode({KEY: key})}"} if self._url else {}

    async def _of_number(self) -> list[Fault]:
        number = self._settings.number
        if not number:
            return []
        found = await self._account.numbers(number)
        if not found:
            return [Fault("twilio-number-missing", {"number": number})]
        hook, set_to = f"{self._url}{paths(self.id)[0]}", str(found[0].get("sms_url") or "-")
        # An application or a messaging service goes before the number's own address.
        led_otherwise = found[0].get("sms_application_sid") or self._settings.messaging_service_sid
        if not self._url or led_otherwise or set_to.partition("#")[0] == hook:
            return []
        return [Fault("twilio-webhook-elsewhere", {"number": number, "url": hook, "found": set_to})]


def _of_account(account: dict[str, Any]) -> Iterator[Fault]:
    status = str(account.get("status") or "")
    if status not in {"", "active"}:
        yield Fault("twilio-account-closed", {"status": status})
