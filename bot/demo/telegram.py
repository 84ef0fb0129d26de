"""Telegram for the demo: a Bot API server on loopback that the real door speaks to, and the citizens' side of it.

Answers and refuses in the API's own shapes. What a bot sends is laid on the citizen's phone; what citizens do is an
update until the bot has confirmed it. Knows no ticket, and keeps nothing itself: the ``Chats`` do.
Source: Bot API 10.1, https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.demo import telegram_shapes as shapes
from bot.demo.chats import Chats, Line
from bot.demo.platform import Platform
from bot.demo.story import Person
from bot.demo.telegram_calls import Call, Refusal, read
from bot.demo.telegram_shapes import Bot, Json
from channels.base import Attachment

_LARGEST_DOWNLOAD_BYTES = 20_000_000
_LONGEST_TEXT, _LONGEST_CAPTION = 4096, 1024
_FIRST_ID = 700_000_001
_LONGEST_POLL_SECONDS = 50.0
_EVERYTHING = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


class TelegramStandIn(Platform):
    """``bots``: by channel id, the name that citizens see. An async context manager."""

    def __init__(
        self, bots: Mapping[str, str], people: Iterable[Person], chats: Chats, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._chats, self._now = chats, now
        self._people = {person.id: person for person in people}
        self._by_chat = {person.telegram: person for person in self._people.values()}
        self.bots = {
            channel: Bot(_FIRST_ID + place, name, f"{channel.replace('-', '_')}_bot")
            for place, (channel, name) in enumerate(bots.items())
        }
        self._tokens = {channel: f"{bot.id}:{secrets.token_urlsafe(26)}" for channel, bot in self.bots.items()}
        self._confirmed: dict[str, int] = {}
        self._polls: dict[str, object] = {}
        self._asked: set[str] = set()
        self._news = asyncio.Condition()
        self._refusals: list[Refusal] = []

    async def __aexit__(self, *error: Any) -> None:
        """Whoever polls is let go at once."""
        self.closing = True
        async with self._news:
            self._news.notify_all()
        await super().__aexit__(*error)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Every method of every bot, and their files."""
        return [
            web.route("*", "/bot{token}/{method}", self._method),
            web.get("/file/bot{token}/berkas/F{line:[0-9]+}-{place:[0-9]+}", self._download),
        ]

    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches its bot here."""
        return {"token": self._tokens[channel], "base_url": self.url}

    def refuse_next(self, code: int, description: str, *, after: int = 0) -> None:
        """Let the next call of a bot that sends something fail like that; ``after``: its ``retry_after``."""
        self._refusals.append(Refusal(code, description, after))

    # The citizens' side

    async def says(
        self,
        phone: str,
        channel: str,
        text: str = "",
        *,
        files: Iterable[Attachment] = (),
        place: tuple[float, float] | None = None,
        answers: int = 0,
    ) -> list[Line]:
        """The citizen sends a text, a place, or files with the text as their caption: several are one album."""
        if channel in self._chats.blocked(phone):
            await self.blocks(phone, channel, blocked=False)
        given, group = list(files), ""
        if len(given) > 1:
            group = str(secrets.randbits(50))
        pieces: list[list[Attachment]] = [[one] for one in given] or [[]]
        lines = []
        for number, piece in enumerate(pieces):
            values = {"text": "" if number else text, "place": place, "answers": answers, "group": group}
            lines.append(self._chats.add(phone, channel, sent=True, state="sent", files=piece, **values))
            await self._bring(phone, channel, "message", self._message(lines[-1]))
        return lines

    async def edits(self, line_id: int, text: str) -> None:
        """The citizen changes a line of theirs. Raises KeyError."""
        line = self._chats.change(line_id, text=text, edited=self._now().isoformat())
        await self._bring(line.phone, line.channel, "edited_message", self._message(line))

    async def presses(self, line_id: int, value: str) -> str:
        """The citizen presses a button under a bot's line; answers the query's id. Raises KeyError."""
        line = self._chats.line(line_id)
        if line is None or value not in {one for row in line.buttons for _, one in row}:
            raise KeyError(line_id)
        id_ = str(secrets.randbits(60))
        query = shapes.pressed(line, self.bots[line.channel], self._people[line.phone], value, id_)
        self._asked.add(id_)
        self._chats.change(line_id, pressed=value)
        await self._bring(line.phone, line.channel, "callback_query", query)
        return id_

    async def blocks(self, phone: str, channel: str, *, blocked: bool = True) -> None:
        """The citizen stops the bot, or starts it again."""
        self._chats.block(phone, channel, blocked=blocked)
        change = shapes.blocked(self.bots[channel], self._people[phone], self._now(), on=blocked)
        await self._bring(phone, channel, "my_chat_member", change)

    def last_update(self, channel: str) -> Json:
        """The update that came last, for whoever plays the past."""
        number, value = self._chats.brought(channel)[-1]
        return {"update_id": number, **value}

    def _message(self, line: Line) -> Json:
        return shapes.message(line, self.bots[line.channel], self._people[line.phone], self._chats.line)

    async def _bring(self, phone: str, channel: str, kind: str, value: Json) -> None:
        self._chats.bring(phone, channel, {kind: value})
        async with self._news:
            self._news.notify_all()

    # The bots' side

    async def _method(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response({"ok": True, "result": await self._answer(request)})
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.code)

    async def _answer(self, request: web.Request) -> Any:
        channel = next((id_ for id_, token in self._tokens.items() if token == request.match_info["token"]), "")
        method = self._methods().get(request.match_info["method"].lower())
        if not channel:
            raise Refusal(401, "Unauthorized")
        if method is None:
            raise Refusal(404, "Not Found")
        return await method(channel, await read(request))

    def _methods(self) -> dict[str, Any]:
        return {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "getwebhookinfo": self._webhook_info,
            "deletewebhook": self._delete_webhook,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "senddocument": self._send_document,
            "sendmediagroup": self._send_media_group,
            "sendchataction": self._send_chat_action,
            "editmessagereplymarkup": self._edit_markup,
            "answercallbackquery": self._answer_query,
            "getfile": self._get_file,
        }

    async def _get_me(self, channel: str, _call: Call) -> Json:
        can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.bots[channel].user() | can

    async def _get_updates(self, channel: str, call: Call) -> list[Json]:
        """Confirms what is before ``offset``; waits for more. A second poll ends the first, as it does there."""
        poll = self._polls[channel] = object()
        self._confirm(channel, call.whole("offset"))
        wanted = frozenset(call.json("allowed_updates") or _EVERYTHING)
        limit = min(max(call.whole("limit") or 100, 1), 100)
        wait = min(call.whole("timeout"), _LONGEST_POLL_SECONDS)
        async with self._news:
            self._news.notify_all()
            try:
                await asyncio.wait_for(
                    self._news.wait_for(
                        lambda: self._polls[channel] is not poll or self.closing or self._waiting(channel, wanted)
                    ),
                    wait or 0.001,
                )
            except TimeoutError:
                return []
        if self._polls[channel] is not poll:
            raise Refusal(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        return self._waiting(channel, wanted)[:limit]

    def _waiting(self, channel: str, wanted: frozenset[str]) -> list[Json]:
        found = self._chats.brought(channel, self._confirmed.get(channel, 0))
        return [{"update_id": number, **value} for number, value in found if wanted & value.keys()]

    def _confirm(self, channel: str, offset: int) -> None:
        every = [number for number, _ in self._chats.brought(channel)]
        if offset < 0:
            offset = (every[offset:] or [0])[0]
        before = self._confirmed.get(channel, 0)
        if offset - 1 <= before:
            return
        self._confirmed[channel] = offset - 1
        for number, value in self._chats.brought(channel, before):
            if number < offset and "message" in value:
                self._chats.change(value["message"]["message_id"], state="delivered")

    async def _webhook_info(self, channel: str, _call: Call) -> Json:
        pending = len(self._waiting(channel, _EVERYTHING))
        return {"url": "", "has_custom_certificate": False, "pending_update_count": pending}

    async def _delete_webhook(self, _channel: str, _call: Call) -> bool:
        return True

    async def _send_message(self, channel: str, call: Call) -> Json:
        text = call.text("text").strip()
        person = self._to(channel, call)
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > _LONGEST_TEXT:
            raise Refusal(400, "Bad Request: message is too long")
        return self._lay(channel, person, call, text=text)

    async def _send_photo(self, channel: str, call: Call) -> Json:
        return self._send_file(channel, call, "photo")

    async def _send_document(self, channel: str, call: Call) -> Json:
        return self._send_file(channel, call, "document")

    def _send_file(self, channel: str, call: Call, name: str) -> Json:
        person = self._to(channel, call)
        return self._lay(channel, person, call, text=self._caption(call.text("caption")), files=[call.file(name)])

    async def _send_media_group(self, channel: str, call: Call) -> list[Json]:
        person, group = self._to(channel, call), str(secrets.randbits(50))
        media = call.json("media") or []
        if not 2 <= len(media) <= 10:
            raise Refusal(400, "Bad Request: group of messages must have from 2 to 10 items")
        files = [(call.attached(str(one.get("media", ""))), self._caption(one.get("caption", ""))) for one in media]
        return [self._lay(channel, person, call, text=text, files=[one], group=group) for one, text in files]

    async def _send_chat_action(self, channel: str, call: Call) -> bool:
        self._to(channel, call)
        return True

    async def _edit_markup(self, channel: str, call: Call) -> Json:
        line = self._chats.line(call.whole("message_id"))
        if line is None or line.sent or line.channel != channel or line.phone != self._to(channel, call).id:
            raise Refusal(400, "Bad Request: message to edit not found")
        buttons = call.buttons()
        if buttons == line.buttons:
            raise Refusal(400, "Bad Request: message is not modified: specified new message content and reply markup "
                               "are exactly the same as a current content and reply markup of the message")  # fmt: skip
        return self._message(self._chats.change(line.id, buttons=buttons))

    async def _answer_query(self, _channel: str, call: Call) -> bool:
        id_ = call.text("callback_query_id")
        if id_ not in self._asked:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._asked.discard(id_)
        return True

    async def _get_file(self, _channel: str, call: Call) -> Json:
        line_id, _, place = call.text("file_id").removeprefix("F").partition("-")
        number = int(line_id) if line_id.isdigit() else 0
        content = self._chats.content(number, int(place)) if place.isdigit() else None
        if content is None:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(content) > _LARGEST_DOWNLOAD_BYTES:
            raise Refusal(400, "Bad Request: file is too big")
        return shapes.file(number, int(place), len(content))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        known = request.match_info["token"] in self._tokens.values()
        content = self._chats.content(int(request.match_info["line"]), int(request.match_info["place"]))
        if not known or content is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=content, content_type="application/octet-stream")

    def _to(self, channel: str, call: Call) -> Person:
        """Whom a bot may write to: somebody who spoke to it first and has not blocked it."""
        if self._refusals:
            raise self._refusals.pop(0)
        chat = call.text("chat_id")
        if not chat:
            raise Refusal(400, "Bad Request: chat_id is empty")
        person = self._by_chat.get(call.whole("chat_id"))
        if person is None or not any(one.sent for one in self._chats.lines(person.id, channel)):
            raise Refusal(400, "Bad Request: chat not found")
        if channel in self._chats.blocked(person.id):
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return person

    def _caption(self, text: str) -> str:
        if len(text) > _LONGEST_CAPTION:
            raise Refusal(400, "Bad Request: message caption is too long")
        return text

    def _lay(self, channel: str, person: Person, call: Call, **values: Any) -> Json:
        reply = call.json("reply_parameters") or {}
        replied = self._chats.line(int(reply.get("message_id", 0)))
        if reply and not reply.get("allow_sending_without_reply") and (replied is None or replied.phone != person.id):
            raise Refusal(400, "Bad Request: message to be replied not found")
        answers = replied.id if replied is not None else 0
        values |= {"answers": answers, "buttons": call.buttons(), "state": "delivered"}
        return self._message(self._chats.add(person.id, channel, sent=False, **values))
