"""What the doors of Messenger and Instagram share: how they are called, send, fetch and look after their accounts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from channels import graph, graph_check, graph_hook
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
    Undigested,
    Unsure,
)
from channels.graph_entries import Digest
from channels.graph_history import History
from channels.graph_json import text
from channels.graph_send import Manners, Sender

# Source: developers.facebook.com/documentation/business-messaging/messenger-platform/policy ("Standard Messaging",
# "Human Agent"): 24 hours freely, seven days for what a person writes.
WINDOW, LATE_WINDOW = timedelta(hours=24), timedelta(days=7)
# Source: .../messenger-platform/discovery/private-replies: once, within seven days.
COMMENTED = timedelta(days=7)
ID = r"^[0-9]{1,30}$"


class Secrets(BaseModel):
    """What both have. ``token`` is the page's or the Instagram account's, ``app_secret`` the app's, ``verify_token``
    what the office chose. ``mark_read``: who wrote sees that an officer's answer means that they were read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: SecretStr = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    verify_token: SecretStr = Field(min_length=1)
    version: str = Field(default=graph.NEWEST, pattern=graph.VERSION)
    mark_read: bool = True

    def line(self, base_url: str, now: Callable[[], datetime]) -> graph.Graph:
        """The line that this token opens."""
        return graph.Graph(base_url, self.version, self.token.get_secret_value(), now)


class Door(ABC):
    """One page or account, both ways; what differs is said by the two adapters. ``url``: where the world reaches us."""

    abilities: Abilities
    naming = "name"
    """The fields in which the platform says what somebody is called."""

    def __init__(self, id_: str, settings: Secrets, line: graph.Graph, manners: Manners, *, url: str) -> None:
        self.id, self._secrets, self._graph = id_, settings, line
        self._url = f"{url}{graph_hook.path(id_)}" if url else ""
        self._sender = Sender(line, manners)

    @abstractmethod
    def digest(self, raw: bytes) -> Digest:
        """What one delivery holds for this account. Raises ``Undigested``."""

    @abstractmethod
    async def faults(self) -> list[Fault]:
        """What is wrong with the account, as the platform tells it. Raises ``Undelivered`` and ``Unauthorised``."""

    @property
    @abstractmethod
    def where(self) -> str:
        """The platform's address."""

    @property
    @abstractmethod
    def history(self) -> History:
        """What the platform keeps of the account's talks."""

    async def name_of(self, sender: str) -> str:
        """What somebody is called who wrote in private, as ``channels.base.Knowing``.

        Source: .../messenger-platform/identity/user-profile, .../instagram-messaging/features/user-profile.
        """
        if not sender.isascii() or not sender.isdecimal():
            return ""
        told = await self._graph.ask(sender, fields=self.naming)
        return text(told, "name", "username").strip()

    def received(self, since: datetime, until: datetime, progress: Mapping[str, Any]) -> AsyncIterator[Seen]:  # noqa: ARG002
        """What people wrote in private, as ``channels.base.Counting``."""
        return self.history.received(since, until)

    async def again(self, place: Mapping[str, Any]) -> Brought:
        """One of them once more. Raises Undelivered (``message-gone``) and Unauthorised."""
        raw = await self.history.again(str(place.get("id", "")))
        try:
            return Brought(self.parse(raw), raw)
        except Undigested as error:
            return Brought(raw=raw, reason=str(error))

    def parse(self, raw: bytes) -> Parsed:
        """What one delivery holds for this account. Raises ``Undigested``."""
        return self.digest(raw).sound()

    async def listen(self, desk: Desk) -> None:  # noqa: B027 - Meta calls: there is nothing to listen to
        """Nothing to do: Meta calls."""

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The webhook, and its handshake."""
        secret, token = self._secrets.app_secret.get_secret_value(), self._secrets.verify_token.get_secret_value()
        return graph_hook.Hook(self.id, secret=secret, token=token, desk=desk, digest=self.digest).routes()

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        if self._secrets.mark_read and not (outbound.automatic or outbound.comment):
            with suppress(Undelivered, Unsure, Unauthorised):
                await self._sender.seen(outbound.recipient)
        return await self._sender.send(outbound)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that came with a message, from where Meta keeps what people send; its address ends after a while.

        Raises ``Undelivered`` and ``Unauthorised``.
        """
        try:
            return await self._graph.download(attachment.reference, signed=False)
        except Unauthorised as error:
            # Nobody asked for our token: the signature in the address is over.
            raise Undelivered("file-gone", retry=False, detail=str(error)) from None

    async def check(self) -> list[Fault]:
        """What is wrong with the token, the account and the webhook set for it."""
        try:
            return [*await self.faults(), *graph_check.reached(self._url)]
        except Unauthorised as error:
            return [graph_check.refused(error)]
        except Undelivered as error:
            return [graph_check.unreached(self.where, error)]

    async def close(self) -> None:
        """Let go of the line."""
        await self._graph.close()
