"""Twilio's REST API through its own client, over our line: one attempt a call, every failure in the contract's terms.

Source: https://www.twilio.com/docs/messaging/api, https://www.twilio.com/docs/usage/twilios-response.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels import http, twilio_errors
from channels.base import Unauthorised, Undelivered, Unsure

_API = "https://api.twilio.com"
_VERSION = "/2010-04-01"
_SECONDS = 30
_PAGE = 200
_LARGEST_WALK = 500
# Twilio's own address of a media file leads to its store.
_STORES = ("https://*.twilio.com", "https://*.twiliocdn.com", "https://s3-external-1.amazonaws.com")


class _OnOurLine(AsyncTwilioHttpClient):  # type: ignore[misc]  # its package says nothing of types
    """Sends the client's requests down our line to ``base_url``; keeps nothing of them, and logs nothing."""

    def __init__(self, line: http.Line, base_url: str, now: Callable[[], datetime]) -> None:
        super().__init__(pool_connections=False)
        self._line, self._base_url, self._now = line, base_url, now

    async def request(  # noqa: PLR0917 - the client calls it so
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the line has its own
        allow_redirects: bool = False,  # noqa: ARG002 - never
    ) -> Response:
        """One request. Raises Undelivered and Unsure for trouble on the line and for a platform that is busy."""
        known = {**(headers or {}), **(http.basic(*auth) if auth else {})}
        target = self._base_url + url.removeprefix(_API)
        with http.handing_over(repeat_safe=method == "GET"):
            async with self._line.session.request(
                method, target, params=params, data=data, headers=known, allow_redirects=False
            ) as answer:
                text = await answer.text("utf-8", "replace")
        if answer.status in {429, 503}:
            raise http.refusal(answer.status, after=http.retry_after(answer.headers, self._now()))
        return Response(answer.status, text, answer.headers)


class Account:
    """One Twilio account, as far as messages need it. Every method raises Undelivered, Unsure and Unauthorised."""

    def __init__(self, sid: str, token: str, base_url: str, now: Callable[[], datetime]) -> None:
        self._line = http.Line(now, seconds=_SECONDS)
        self._base_url, self._path = base_url, f"{_VERSION}/Accounts/{sid}"
        self._log_in = http.basic(sid, token)
        self._client = Client(sid, token, http_client=_OnOurLine(self._line, base_url, now))

    async def send(self, **message: str) -> str:
        """Hand over one message, named as the client's ``messages.create`` has it; answers Twilio's id for it."""
        try:
            sent = await self._client.messages.create_async(**message)
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refused(error) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unsure(f"unreadable answer: {type(error).__name__}") from None
        code = int(sent.error_code or 0)
        if sent.status in {"failed", "undelivered"} and code:
            raise twilio_errors.refused(400, code, sent.error_message or "")
        return str(sent.sid)

    async def received(self, number: str, since: datetime) -> AsyncIterator[list[dict[str, Any]]]:
        """The messages that came to ``number`` ("" is any of the account) since then, page by page, newest first."""
        to = {"To": number} if number else {}
        stamp = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = await self._get(f"{self._path}/Messages.json", {**to, "DateSent>": stamp, "PageSize": str(_PAGE)})
        for _ in range(_LARGEST_WALK):
            listed = [one for one in page.get("messages") or () if isinstance(one, dict)]
            yield [one for one in listed if one.get("direction") == "inbound"]
            following = str(page.get("next_page_uri") or "")
            if not following.startswith(f"{self._path}/Messages.json"):
                return
            page = await self._get(following)

    async def message(self, sid: str) -> dict[str, Any] | None:
        """One message; None where Twilio has it no more."""
        address = f"{_API}{self._path}/Messages/{quote(sid, safe='')}.json"
        answer = await self._client.request_async("GET", address)
        return None if answer.status_code == 404 else _told(answer)

    async def account(self) -> dict[str, Any]:
        """What the account says of itself."""
        return await self._get(f"{self._path}.json")

    async def numbers(self, number: str) -> list[dict[str, Any]]:
        """The account's numbers that are this one: one or none."""
        page = await self._get(f"{self._path}/IncomingPhoneNumbers.json", {"PhoneNumber": number})
        return list(page.get("incoming_phone_numbers") or ())

    async def media(self, reference: str) -> bytes:
        """A file that came with a message: its address, or the path of a message's list with ``#place`` in it."""
        path, _, place = reference.removeprefix(self._base_url).partition("#")
        if place:
            listed = (await self._get(self._own(path))).get("media_list") or []
            path = _of_place(listed, place).removesuffix(".json")
        own, url = self._base_url, f"{self._base_url}{self._own(path)}"
        return await self._line.download(url, server=own, stores=_STORES, headers=self._log_in)

    async def close(self) -> None:
        """Let go of the line."""
        await self._line.close()

    def _own(self, path: str) -> str:
        """A path below this account's messages: nobody else is told our credentials."""
        if path.startswith(f"{self._path}/Messages/"):
            return path
        raise Undelivered("file-elsewhere", retry=False, detail=http.brief(path))

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return _told(await self._client.request_async("GET", f"{_API}{path}", params=params))


def _told(answer: Response) -> dict[str, Any]:
    """What it says. Raises Undelivered and Unauthorised."""
    told = _object(answer.text)
    if answer.status_code != 200:
        code = told.get("code")
        refused = twilio_errors.refused(
            answer.status_code, code if isinstance(code, int) else 0, str(told.get("message") or "")
        )
        raise (Undelivered("server-busy", retry=True, detail=str(refused)) if isinstance(refused, Unsure) else refused)
    if not told:
        raise Undelivered("server-unreachable", retry=True, detail="unreadable answer")
    return told


def _refused(error: TwilioRestException | TwilioServiceException) -> Undelivered | Unauthorised | Unsure:
    words = getattr(error, "msg", "") or getattr(error, "detail", "") or ""
    code = error.code if isinstance(error.code, int) else 0
    return twilio_errors.refused(error.status, code, words.removeprefix("Unable to create record: "))


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _of_place(listed: list[dict[str, Any]], place: str) -> str:
    if place.isdecimal() and int(place) < len(listed):
        return str(listed[int(place)].get("uri") or "")
    raise Undelivered("file-gone", retry=False, detail=place[:10])
