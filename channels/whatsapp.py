"""The WhatsApp door: a number of the office at WhatsApp's Cloud API, in by signed webhooks, out by the Graph API.

It ties the rooms together: ``whatsapp_parse`` reads, ``whatsapp_send`` writes, ``graph`` is the line, ``graph_hook`` is
called. Freely written to may be who wrote within 24 hours; after that WhatsApp takes nothing but approved templates.
Source: developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages ("Customer service
windows").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from channels import graph, graph_check, graph_entries, graph_hook, whatsapp_check, whatsapp_parse
from channels.base import (
    Abilities,
    ApprovedText,
    Attachment,
    Desk,
    Fault,
    Outbound,
    Pace,
    Parsed,
    Receipt,
    Unauthorised,
    Undelivered,
    Unsure,
)
from channels.graph_json import Json, number, part, text
from channels.whatsapp_approved import Templates
from channels.whatsapp_send import LONGEST, MOST_CHOICES, Sender, read_note

_MEDIA_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)
_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,status,platform_type,code_verification_status,name_status,"
    "health_status,webhook_configuration"
)
_MOST_READ = 3


def parse(raw: bytes) -> Parsed:
    """What a webhook's body holds, read without an office. Raises ``Undigested``."""
    return whatsapp_parse.parse(raw).sound()


class Settings(BaseModel):
    """One number. ``phone_number_id`` and ``account_id`` (the WhatsApp Business Account's) stand on the App Dashboard's
    page "API Setup"; ``token`` is a system user's, ``app_secret`` the app's, ``verify_token`` what the office chose.

    ``menu`` stands on the button that opens a list of choices. ``mark_read``: who wrote sees that an officer's answer
    means that they were read. ``callback_key``: each message carries our key, which WhatsApp says back in its statuses,
    so that one whose answer was lost on the line is settled by itself; Meta's published description lacks that field.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    phone_number_id: str = Field(pattern=r"^[0-9]{1,30}$")
    account_id: str = Field(default="", pattern=r"^[0-9]{0,30}$")
    token: SecretStr = Field(min_length=1)
    app_secret: SecretStr = Field(min_length=1)
    verify_token: SecretStr = Field(min_length=1)
    base_url: str = Field(default=graph.BASE_URL, pattern=graph.URL)
    version: str = Field(default=graph.NEWEST, pattern=graph.VERSION)
    menu: str = Field(default="Pilih", min_length=1, max_length=20)
    mark_read: bool = True
    callback_key: bool = False


class Adapter:
    """One number, both ways."""

    # Source: developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput (80 a second), #pair-rate-limits (one
    # every six seconds to one person, bursts of 45 that are waited off afterwards).
    abilities = Abilities(
        scheme="whatsapp",
        style="long",
        longest=LONGEST,
        buttons=MOST_CHOICES,
        window=timedelta(hours=24),
        pace=(Pace(80, 1),),
        pace_each=(Pace(45, 270),),
        uncounted="count-no-history",
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
        self._settings = settings
        self._url = f"{url}{graph_hook.path(id)}" if url else ""
        self._graph = graph.Graph(settings.base_url, settings.version, settings.token.get_secret_value(), now)
        self._templates = Templates(self._graph, settings.account_id)
        self._sender = Sender(self._graph, settings.phone_number_id, settings.menu, keyed=settings.callback_key)

    def parse(self, raw: bytes) -> Parsed:
        """What one delivery holds for this number. Raises ``Undigested``."""
        return whatsapp_parse.parse(raw, self._settings.phone_number_id).sound()

    async def listen(self, desk: Desk) -> None:
        """Nothing to do: WhatsApp calls."""

    def routes(self, desk: Desk) -> Sequence[web.AbstractRouteDef]:
        """The webhook, and its handshake."""
        chosen = self._settings
        secret, token = chosen.app_secret.get_secret_value(), chosen.verify_token.get_secret_value()

        def digest(raw: bytes) -> graph_entries.Digest:
            return whatsapp_parse.parse(raw, chosen.phone_number_id)

        return graph_hook.Hook(self.id, secret=secret, token=token, desk=desk, digest=digest).routes()

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        calls = self._sender.calls(outbound, await self._templates.fill(outbound.approved))
        if self._settings.mark_read and not outbound.automatic:
            await self._mark_read(outbound.answers)
        return Receipt(await self._graph.in_turn(outbound.key, calls))

    async def approved(self) -> Sequence[ApprovedText]:
        """Every template of the account, whatever its state; none without ``account_id``. Raises as ``send`` does."""
        return [one.shown for one in await self._templates.held()]

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that came with a message: where it lies is asked first, for that place lasts five minutes.

        Raises ``Undelivered`` and ``Unauthorised``.
        """
        if "/" in attachment.reference:
            return await self._graph.download(attachment.reference, signed=True)
        if not _MEDIA_ID.fullmatch(attachment.reference):
            raise Undelivered("file-gone", retry=False)
        told = await self._place(attachment.reference)
        if number(told, "file_size") > self.abilities.largest_file_bytes:
            raise Undelivered("attachment-too-large", retry=False)
        return await self._graph.download(text(told, "url"), signed=True)

    async def check(self) -> list[Fault]:
        """What is wrong with the token, the number and the webhook set for it."""
        try:
            told = await self._graph.ask(self._settings.phone_number_id, fields=_FIELDS)
            return [*self._of_number(told), *await self._of_account(), *graph_check.reached(self._url)]
        except Unauthorised as error:
            return [graph_check.refused(error, self._settings.base_url)]
        except Undelivered as error:
            return [graph_check.unreached(self._settings.base_url, error)]

    async def called(self) -> str:
        """The number. Raises Undelivered, Unauthorised."""
        told = await self._graph.ask(self._settings.phone_number_id, fields="id,display_phone_number")
        digits = re.sub(r"\D", "", text(told, "display_phone_number"))
        return f"+{digits}" if digits else ""

    async def close(self) -> None:
        """Let go of the line."""
        await self._graph.close()

    async def _place(self, media: str) -> Json:
        try:
            return await self._graph.ask(media, phone_number_id=self._settings.phone_number_id)
        except Unauthorised as error:
            # What is not there any more WhatsApp does not tell from what is not ours.
            if "100/33" in str(error):
                raise Undelivered("file-gone", retry=False, detail=str(error)) from None
            raise
        except Undelivered as error:
            if not error.retry:
                raise Undelivered("file-gone", retry=False, detail=error.detail) from None
            raise

    async def _mark_read(self, answers: Sequence[str]) -> None:
        """Earlier messages are marked along with it. That some of these are our own is refused, and no harm."""
        for answer in answers[:_MOST_READ]:
            try:
                await self._graph.send(f"{self._settings.phone_number_id}/messages", read_note(answer))
            except Undelivered as error:
                if not error.retry:
                    continue
            except (Unsure, Unauthorised):
                pass
            return

    def _of_number(self, told: Json) -> Iterator[Fault]:
        shown = text(told, "display_phone_number") or self._settings.phone_number_id
        yield from whatsapp_check.of_number(told, shown)
        yield from graph_check.led_elsewhere(part(told, "webhook_configuration"), self._url)

    async def _of_account(self) -> list[Fault]:
        if not self._settings.account_id:
            return []
        apps = await self._graph.ask(f"{self._settings.account_id}/subscribed_apps")
        return list(graph_check.subscribed(apps, (), self._url))
