"""Twilio for the demo: the messages part of its REST API on loopback, its signed webhooks and status callbacks.

Whoever has one of the citizens' numbers gets what is sent; what citizens text is told to the program. Knows no ticket,
and keeps nothing itself: the ``Chats`` do.
Source: Twilio's API 2010-04-01, and its page on signatures (HMAC-SHA1 of the address and the sorted parameters).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.demo.chats import Chats, Line
from bot.demo.hooks import Hook, Program
from bot.demo.story import Person
from bot.demo.texting import Texting
from channels.text import segments

Json = dict[str, Any]
Handler = Callable[[str, web.Request], Awaitable[web.Response]]
_VERSION = "2010-04-01"
_LONGEST_BODY = 1600
_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})


class TwilioStandIn(Texting):
    """``numbers``: by channel id, the office's number there (+E.164). An async context manager."""

    def __init__(
        self,
        numbers: Mapping[str, str],
        people: Iterable[Person],
        chats: Chats,
        program: Program,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(numbers, chats, program, now)
        self._people = {person.id: person for person in people}
        self._sids = {channel: f"AC{secrets.token_hex(16)}" for channel in numbers}
        self._tokens = {channel: secrets.token_hex(16) for channel in numbers}

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The part of the API that has to do with messages."""
        below = f"/{_VERSION}/Accounts/{{account}}"
        return [
            web.get(f"{below}.json", self._behind_login(self._account)),
            web.get(f"{below}/IncomingPhoneNumbers.json", self._behind_login(self._owned)),
            web.get(f"{below}/Messages.json", self._behind_login(self._list)),
            web.post(f"{below}/Messages.json", self._behind_login(self._create)),
            web.get(f"{below}/Messages/{{sid}}.json", self._behind_login(self._one)),
        ]

    def entry(self, channel: str) -> Json:
        """The settings by which the door reaches its account here."""
        given = {"account_sid": self._sids[channel], "auth_token": self._tokens[channel]}
        return given | {"number": self._numbers[channel], "base_url": self.url}

    # The citizens' side

    def event(self, line: Line) -> dict[str, str]:
        """A citizen's line as the webhook's parameters."""
        sid = _sid(line)
        given = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "SmsStatus": "received", "NumMedia": "0"}
        given |= {"AccountSid": self._sids[line.channel], "ApiVersion": _VERSION, "Body": line.text}
        given |= {"From": self._people[line.phone].phone, "FromCountry": "ID", "To": self._numbers[line.channel]}
        return given | {"NumSegments": str(segments(line.text).count)}

    def raw(self, line: Line) -> bytes:
        """The webhook's body."""
        return urlencode(self.event(line)).encode()

    def _bring(self, line: Line) -> None:
        url = f"{self._program.url}/hooks/{line.channel}/masuk"
        self._post(line.channel, url, self.event(line), lambda: self._chats.change(line.id, state="delivered"))

    # The office's side

    def _behind_login(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            for channel, sid in self._sids.items():
                expected = "Basic " + base64.b64encode(f"{sid}:{self._tokens[channel]}".encode()).decode()
                if hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
                    if request.match_info["account"] == sid:
                        return await handler(channel, request)
                    return _refused(404, 20404, f"The requested resource {request.path} was not found")
            return _refused(401, 20003, "Authenticate")

        return handle

    async def _account(self, channel: str, _request: web.Request) -> web.Response:
        sid, at = self._sids[channel], _date(self._now())
        given = {"sid": sid, "friendly_name": "Peragaan", "status": "active", "type": "Full", "owner_account_sid": sid}
        return web.json_response(
            given | {"date_created": at, "date_updated": at, "uri": f"/{_VERSION}/Accounts/{sid}.json"}
        )

    async def _owned(self, channel: str, request: web.Request) -> web.Response:
        sid, number = self._sids[channel], self._numbers[channel]
        can = {"sms": True, "mms": True, "voice": False, "fax": False}
        one: Json = {"account_sid": sid, "sid": f"PN{sid[2:]}", "phone_number": number, "friendly_name": number}
        one |= {"capabilities": can, "sms_url": f"{self._program.url}/hooks/{channel}/masuk", "sms_method": "POST"}
        found = [one] if request.query.get("PhoneNumber", number) == number else []
        return web.json_response(self._page(request, "incoming_phone_numbers", found))

    async def _create(self, channel: str, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        person = next((one for one in self._people.values() if one.phone == given.get("To")), None)
        if mistake := self._mistake(channel, given, person):
            return mistake
        media = given.get("MediaUrl", "")
        text = "\n".join(filter(None, (given.get("Body", ""), media)))
        if person is None:
            return _refused(400, 21211, f"Invalid 'To' Phone Number: {given.get('To', '')}")
        line = self._chats.add(person.id, channel, sent=False, text=text, state="sent")
        if callback := given.get("StatusCallback", ""):
            for status in ("sent", "delivered"):
                self._post(channel, callback, self._status(line, status))
        shown = self._shown(line) | {"status": "queued", "date_sent": None}
        self._chats.change(line.id, state="delivered")
        return web.json_response(shown, status=201)

    def _mistake(self, channel: str, given: Mapping[str, str], person: Person | None) -> web.Response | None:
        if not given.get("To"):
            return _refused(400, 21604, "A 'To' phone number is required.")
        if given.get("From", self._numbers[channel]) != self._numbers[channel]:
            return _refused(
                400, 21606, f"The 'From' phone number {given['From']} is not a valid message-capable number"
            )
        if not given.get("Body") and not given.get("MediaUrl"):
            return _refused(400, 21602, "Message body is required.")
        if len(given.get("Body", "")) > _LONGEST_BODY:
            return _refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if person is not None and self._stopped(person, channel):
            return _refused(400, 21610, "Attempt to send to unsubscribed recipient")
        return None

    def _stopped(self, person: Person, channel: str) -> bool:
        """Whether the citizen's last word was one that Twilio itself takes for good-bye."""
        said = [line.text.strip().upper() for line in self._chats.lines(person.id, channel) if line.sent]
        return bool(said) and said[-1] in _STOPS

    async def _list(self, channel: str, request: web.Request) -> web.Response:
        """Newest first; ``To``, ``From``, ``DateSent`` and its comparisons, pages by ``Page`` and ``PageSize``."""
        wanted = request.query
        try:
            first = _moment(wanted.get("DateSent>") or wanted.get("DateSent"))
            last = _moment(wanted.get("DateSent<"))
        except ValueError:
            return _refused(400, 20001, "DateSent is not a date")
        if wanted.get("DateSent") and first:
            last = first + timedelta(days=1)
        lines = [line for line in reversed(self._chats.lines(channel=channel)) if _between(line, first, last)]
        shown = [self._shown(line) for line in lines]
        names = [(one, one.lower()) for one in ("To", "From") if one in wanted]
        found = [one for one in shown if all(one[name] == wanted[asked] for asked, name in names)]
        return web.json_response(self._page(request, "messages", found))

    async def _one(self, channel: str, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        found = [self._shown(line) for line in self._chats.lines(channel=channel) if _sid(line) == sid]
        return web.json_response(found[0]) if found else _refused(404, 20404, f"{request.path} was not found")

    # Shapes

    def _shown(self, line: Line) -> Json:
        sid, number, citizen = _sid(line), self._numbers[line.channel], self._people[line.phone].phone
        at = _date(line.at)
        uri = f"/{_VERSION}/Accounts/{self._sids[line.channel]}/Messages/{sid}"
        return {
            "sid": sid,
            "account_sid": self._sids[line.channel],
            "api_version": _VERSION,
            "body": line.text,
            "direction": "inbound" if line.sent else "outbound-api",
            "from": citizen if line.sent else number,
            "to": number if line.sent else citizen,
            "status": "received" if line.sent else line.state,
            "num_segments": str(segments(line.text).count),
            "num_media": "0",
            "date_created": at,
            "date_updated": at,
            "date_sent": at,
            "error_code": None,
            "error_message": None,
            "messaging_service_sid": None,
            "price": None,
            "price_unit": "USD",
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }

    def _status(self, line: Line, status: str) -> dict[str, str]:
        sid = _sid(line)
        given = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
        given |= {"AccountSid": self._sids[line.channel], "ApiVersion": _VERSION}
        return given | {"From": self._numbers[line.channel], "To": self._people[line.phone].phone}

    def _page(self, request: web.Request, name: str, found: list[Json]) -> Json:
        size, page = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        part = found[page * size : (page + 1) * size]

        def uri(number: int) -> str:
            return f"{request.path}?{urlencode({**request.query, 'PageSize': str(size), 'Page': str(number)})}"

        more = uri(page + 1) if (page + 1) * size < len(found) else None
        given = {name: part, "page": page, "page_size": size, "start": page * size, "end": page * size + len(part)}
        before = uri(page - 1) if page else None
        uris = {"uri": uri(page), "first_page_uri": uri(0), "next_page_uri": more, "previous_page_uri": before}
        return given | uris

    def _post(
        self, channel: str, url: str, given: Mapping[str, str], taken: Callable[[], object] = lambda: None
    ) -> None:
        signed = url + "".join(name + given[name] for name in sorted(given))
        digest = hmac.new(self._tokens[channel].encode(), signed.encode(), hashlib.sha1).digest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": base64.b64encode(digest).decode(),
        }
        self._hooks.put(Hook(url, urlencode(given).encode(), lambda: headers, taken))


def _sid(line: Line) -> str:
    return f"SM{line.id:032x}"


def _date(at: datetime) -> str:
    return format_datetime(at)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+00:00") if text else None


def _between(line: Line, first: datetime | None, last: datetime | None) -> bool:
    return (first is None or line.at >= first) and (last is None or line.at <= last)


def _refused(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)
