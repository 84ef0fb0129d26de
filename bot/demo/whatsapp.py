"""WhatsApp for the demo: the Cloud API of an office's number, and the citizens' side of it.

Whoever has one of the citizens' numbers gets what is sent, as long as they wrote within 24 hours: what comes later is
taken and then said to have failed, as WhatsApp does it.
Source: Cloud API v23.0, developers.facebook.com/documentation/business-messaging/whatsapp.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.demo import whatsapp_calls
from bot.demo import whatsapp_shapes as shapes
from bot.demo.chats import Chats, Line
from bot.demo.graph import WINDOW, Account, Event, GraphStandIn, digits
from bot.demo.graph_calls import Call, Given, Json, Refusal, invalid, nowhere
from bot.demo.graph_orders import SENDING
from bot.demo.hooks import Program
from bot.demo.story import Person, Template
from bot.demo.whatsapp_calls import Office, Sent
from channels.base import Attachment

_CLOSED = (131047, "Re-engagement message")
_NOBODY = (131026, "Message undeliverable")
_EDIT_WITHIN, _REVOKE_WITHIN = timedelta(minutes=15), timedelta(days=2)


class WhatsAppStandIn(GraphStandIn):
    """``refuses_at_once``: a closed window is told in the answer, as the list of error codes has it."""

    object = "whatsapp_business_account"

    def __init__(
        self,
        names: Mapping[str, str],
        people: Iterable[Person],
        chats: Chats,
        program: Program,
        now: Callable[[], datetime],
        *,
        templates: Sequence[Template] = (),
    ) -> None:
        super().__init__(names, people, chats, program, now)
        self.refuses_at_once = False
        self._numbers = {person.id: person.phone for person in self._people.values()}
        self._office = Office(self.media.stored, templates)

    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches its number here."""
        account = self.accounts[channel]
        given = {"phone_number_id": account.id, "account_id": account.above, "token": account.token}
        return given | {"app_secret": account.secret, "verify_token": account.verify, "base_url": self.url}

    def number(self, channel: str) -> str:
        """The office's number there, +E.164."""
        return f"+62811{digits(channel, 8)}"

    # The citizens' side

    def says(
        self,
        phone: str,
        channel: str,
        text: str = "",
        *,
        files: Iterable[Attachment] = (),
        place: tuple[float, float] | None = None,
        answers: int = 0,
    ) -> list[Line]:
        """The citizen sends a text, a place, or files, of which the first takes the text as its caption."""
        given = list(files)
        if text and given and given[0].type.startswith("audio/"):  # what is spoken has no caption
            self.says(phone, channel, text, answers=answers)
            text = ""
        lines = []
        for number, file in enumerate(given or [None]):
            values: Json = {"text": "" if number else text, "place": place, "answers": answers}
            piece = [file] if file else []
            lines.append(self._chats.add(phone, channel, sent=True, state="sent", files=piece, **values))
            self._bring(lines[-1])
        return lines

    def presses(self, line_id: int, chosen: str) -> Line:
        """The citizen presses a button, or picks from a list: it stands as their answer. Raises KeyError."""
        under = self._chats.line(line_id)
        labels = {value: label for row in under.buttons for label, value in row} if under else {}
        if under is None or chosen not in labels or (under.pressed and not under.menu):
            raise KeyError(line_id)
        self._chats.change(line_id, pressed=chosen)
        values: Json = {"text": labels[chosen], "answers": line_id, "pressed": chosen}
        line = self._chats.add(under.phone, under.channel, sent=True, state="sent", **values)
        self._bring(line)
        return line

    def edits(self, line_id: int, text: str) -> None:
        """The citizen changes a line of theirs, which they may for 15 minutes. Raises KeyError."""
        self._own(line_id, _EDIT_WITHIN)
        line = self._chats.change(line_id, text=text, edited=self._now().isoformat())
        deed = f"ubah{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]}"
        self._deed(line, shapes.edited(line, self._numbers[line.phone], deed, self._now()))

    def revokes(self, line_id: int) -> None:
        """The citizen takes a line of theirs back, which they may for two days. Raises KeyError."""
        self._own(line_id, _REVOKE_WITHIN)
        line = self._chats.change(line_id, removed=self._now().isoformat())
        self._deed(line, shapes.revoked(line, self._numbers[line.phone], self._now()))

    def reacts(self, line_id: int, emoji: str) -> None:
        """The citizen puts an emoji on an office's line, or takes it away. Raises KeyError."""
        line = self._chats.change(line_id, reaction=emoji)
        deed = f"tanda{secrets.token_hex(4)}"
        self._deed(line, shapes.reaction(line, self._numbers[line.phone], deed, self._now()))

    def moves(self, phone: str, channel: str, number: str) -> None:
        """The citizen takes another number, +E.164."""
        before, self._numbers[phone] = self._numbers[phone], number
        account, person = self.accounts[channel], self._people[phone]
        told = [shapes.moved(person, before, number, self._now())]
        self.tell(Event(channel, shapes.value(account, self.number(channel), messages=told)))

    def event(self, line: Line) -> Json:
        """A citizen's line as a change's value."""
        number, office = self._numbers[line.phone], self.number(line.channel)
        under = self._chats.line(line.answers) if line.pressed else None
        message = shapes.message(line, number, office, (line.pressed, under) if under else None)
        return self._said(line, message)

    def _said(self, line: Line, message: Json) -> Json:
        contacts = [shapes.contact(self._people[line.phone], self._numbers[line.phone])]
        account = self.accounts[line.channel]
        return shapes.value(account, self.number(line.channel), contacts=contacts, messages=[message])

    def _deed(self, line: Line, message: Json) -> None:
        self.tell(Event(line.channel, self._said(line, message)))

    def _own(self, line_id: int, within: timedelta) -> Line:
        line = self._chats.line(line_id)
        if line is None or not line.sent or line.removed or self._now() - line.at > within:
            raise KeyError(line_id)
        return line

    def _entry(self, account: Account, events: list[Json]) -> Json:
        return {"id": account.above, "changes": [{"value": one, "field": "messages"} for one in events]}

    def _delivered(self, lines: list[Line]) -> None:
        self._statuses("delivered", lines)

    def _read(self, lines: list[Line]) -> None:
        self._statuses("read", lines)

    def _statuses(self, state: str, lines: list[Line]) -> None:
        for line in lines:
            to = self._numbers[line.phone]
            status = shapes.status(shapes.name(line.id), state, to, key=line.name, at=self._now())
            self._status(line.channel, status)

    def _status(self, channel: str, status: Json) -> None:
        self.tell(Event(channel, shapes.value(self.accounts[channel], self.number(channel), statuses=[status])))

    # The office's side

    async def _answer(self, account: Account, call: Call) -> Json:
        if call.node == account.id:
            return await self._of_number(account, call)
        if call.node == account.above:
            return self._of_account(account, call)
        file = self.media.stored(call.node)
        if file is None or call.edge or call.method != "GET":
            raise nowhere(call.method, call.node)
        about = {"mime_type": file.type, "sha256": hashlib.sha256(file.content or b"").hexdigest(), "id": call.node}
        about |= {"url": f"{self.url}{self.media.path(call.node)}", "messaging_product": "whatsapp"}
        return about | {"file_size": file.size_bytes}

    async def _of_number(self, account: Account, call: Call) -> Json:
        if (call.method, call.edge) == ("POST", "messages"):
            return await self._handed(account, call.given)
        if (call.method, call.edge) == ("POST", "media"):
            return {"id": self.media.upload(whatsapp_calls.uploaded(call.given, call.files.get("file")))}
        if (call.method, call.edge) != ("GET", ""):
            raise nowhere(call.method, call.node)
        hook = f"{self._program.url}/hooks/{account.channel}/masuk"
        told = shapes.phone(account, self.number(account.channel), hook)
        wanted = {"id", *filter(None, call.query.get("fields", "").split(","))}
        return {name: one for name, one in told.items() if name in wanted or len(wanted) == 1}

    def _of_account(self, account: Account, call: Call) -> Json:
        if (call.method, call.edge) == ("GET", "subscribed_apps"):
            return {"data": [shapes.app(account)]}
        if (call.method, call.edge) != ("GET", "message_templates"):
            raise nowhere(call.method, call.node)
        most, first = int(call.query.get("limit", "25")), int(call.query.get("after", "0") or 0)
        every = [one.told(place) for place, one in enumerate(self._office.templates, 1)]
        cursors = {"before": str(first), "after": str(first + most)}
        paging: Json = {"cursors": cursors}
        if first + most < len(every):
            paging["next"] = f"{self.url}/v23.0/{account.above}/message_templates?limit={most}&after={first + most}"
        return {"data": every[first : first + most], "paging": paging}

    async def _handed(self, account: Account, given: Given) -> Json:
        if "status" in given.values:
            return self._seen(account, given)
        sent = whatsapp_calls.sent(given, self._office)
        return await self.orders.obeyed(SENDING, lambda: self._take(account, sent))

    def _seen(self, account: Account, given: Given) -> Json:
        """The office has read up to a message: it and those before it have blue ticks."""
        given.only("messaging_product", "status", "message_id", "typing_indicator").one_of("status", "read")
        line = self._chats.line(shapes.line_of(given.word("message_id", 200)))
        if line is None or not line.sent or line.channel != account.channel:
            raise invalid("Message ID is not an incoming message of this phone number.")
        for one in self._chats.lines(line.phone, line.channel):
            if one.sent and one.id <= line.id:
                self._chats.change(one.id, state="read")
        return {"success": True}

    def _take(self, account: Account, sent: Sent) -> Json:
        digits_ = sent.to.lstrip("+")
        person = next((id_ for id_, number in self._numbers.items() if number.lstrip("+") == digits_), "")
        failure = self.orders.failure() or self._failure(account.channel, person, sent)
        if failure:
            name = shapes.name(secrets.randbelow(10**15), "gagal")
            status = shapes.status(name, "failed", digits_, key=sent.key, at=self._now(), error=failure)
            self._status(account.channel, status)
        else:
            name = self._lay(account.channel, person, sent)
        told: Json = {"messaging_product": "whatsapp", "contacts": [{"input": sent.to, "wa_id": digits_}]}
        return told | {"messages": [{"id": name} | ({"message_status": "accepted"} if sent.template else {})]}

    def _failure(self, channel: str, person: str, sent: Sent) -> tuple[int, str] | None:
        heard = self._last_heard(person, channel) if person else None
        if not person:
            return _NOBODY
        if sent.template or (heard is not None and self._now() - heard <= WINDOW):
            return None
        if self.refuses_at_once:
            details = "Message failed to send because more than 24 hours have passed since the customer last replied"
            raise Refusal(400, _CLOSED[0], f"(#{_CLOSED[0]}) {_CLOSED[1]}", details=f"{details} to this number.")
        return _CLOSED

    def _lay(self, channel: str, person: str, sent: Sent) -> str:
        values: Json = {"buttons": sent.buttons, "menu": sent.menu, "answers": shapes.line_of(sent.answers)}
        line = self._chats.add(
            person, channel, sent=False, state="sent", text=sent.text, files=sent.files, name=sent.key, **values
        )
        self._statuses("sent", [line])
        self._laid(line)
        return shapes.name(line.id)

    def _may_fetch(self, request: web.Request) -> None:
        self._believed(request)
