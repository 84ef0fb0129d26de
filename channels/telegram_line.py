"""The bot's line to the platform: python-telegram-bot's ``Bot`` with requests of our own, its errors in our terms.

The library and what it stands on would log addresses that hold the token, and citizens' words: both are silenced.
Nothing is tried twice here. Source: core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from channels.base import Unauthorised, Undelivered, Unheard, Unsure
from channels.http import brief, refusal

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 30.0
_MEDIA_SECONDS = 100.0
_MESSAGE = {"date": 0, "chat": {"id": 0, "type": "private"}}
_NOTHING_NEW = b'{"ok":true,"result":[]}'
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "chat_id_invalid")
_TOO_LARGE = ("too long", "too large", "too big")


class Stumbled(NetworkError):
    """The platform answered with a 5xx: nobody knows how far it had come."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}")
        self.status = status


class _Verbatim(HTTPXRequest):
    """Keeps the answer as it was delivered. The library gets an empty one: it would fail on what it does not know."""

    answer = b""

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        status, answer = await super().do_request(*args, **options)
        self.answer = answer
        return status, _NOTHING_NEW if status == 200 else answer


class _Heedful(HTTPXRequest):
    """Tells a platform that fell over from one that says no, and hands on no more of a sent message than its name:
    whatever else is echoed, and may be new to the library, must not make us doubt that it went.
    """

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        status, answer = await super().do_request(*args, **options)
        if status >= 500:
            raise Stumbled(status)
        return status, _names_alone(answer) if status == 200 else answer


@cache
def _trusted() -> ssl.SSLContext:
    """The library's own list of authorities, read once for all bots and not twice for each."""
    return httpx.create_ssl_context()


class Line:
    """One bot's line; needs a running loop, and ``close`` at the end.

    No idle connection is kept for sending, so that a message never goes down a line that the other side had closed.
    """

    def __init__(self, token: str, base_url: str) -> None:
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        line = {"verify": _trusted()}
        limits = {"limits": httpx.Limits(max_connections=16, max_keepalive_connections=0)}
        self._token = token
        self._polls = _Verbatim(connect_timeout=_CONNECT_SECONDS, read_timeout=10, httpx_kwargs=line)
        self._sends = _Heedful(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            media_write_timeout=_MEDIA_SECONDS,
            pool_timeout=_CONNECT_SECONDS,
            httpx_kwargs=line | limits,
        )
        self.bot = Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=self._sends,
            get_updates_request=self._polls,
        )

    async def close(self) -> None:
        """Let go of every connection."""
        await self._polls.shutdown()
        await self._sends.shutdown()

    async def updates(self, offset: int | None, seconds: float, kinds: Sequence[str], most: int) -> bytes:
        """The platform's answer as it came, after at most so many seconds. What is below ``offset`` it forgets.

        Raises: Unauthorised, Unheard, RetryAfter.
        """
        try:
            await self.bot.get_updates(offset, limit=most, timeout=timedelta(seconds=seconds), allowed_updates=kinds)
        except RetryAfter:
            raise
        except Conflict as error:
            webhook = "webhook" in str(error).lower()
            raise Unheard("telegram-webhook" if webhook else "telegram-two-readers") from None
        except TelegramError as error:
            if _is_refusal(error):
                raise Unauthorised("telegram: token refused") from None
            raise Unheard("server-unreachable", self.told(error)) from None
        return self._polls.answer

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Around one call that sends. Raises Undelivered, Unsure and Unauthorised, nothing else of the library's."""
        try:
            yield
        except TelegramError as error:
            raise self._failure(error) from None
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Unsure(f"unreadable answer: {type(error).__name__}") from None

    def told(self, error: BaseException) -> str:
        """The platform's words, without the token."""
        return brief(str(error).replace(self._token, "***")) or type(error).__name__

    def _failure(self, error: TelegramError) -> Undelivered | Unsure | Unauthorised:
        if isinstance(error, Stumbled):
            return refusal(error.status)
        if isinstance(error, RetryAfter):
            return Undelivered("server-busy", retry=True, after=wish(error), detail=self.told(error))
        if _is_refusal(error):
            return Unauthorised("telegram: token refused")
        if _is_strangers(error):
            return Undelivered("server-unreachable", retry=True, detail=self.told(error))
        if reason := _reason(error):
            return Undelivered(reason, retry=False, detail=self.told(error))
        return self._lost(error)

    def _lost(self, error: TelegramError) -> Undelivered | Unsure:
        """Trouble on the line: before the request went out nothing has happened, afterwards it may have."""
        cause = error.__cause__
        if isinstance(cause, httpx.RequestError) and not isinstance(cause, _UNSENT):
            return Unsure(self.told(error))
        if isinstance(error, NetworkError):
            return Undelivered("server-unreachable" if cause else "server-busy", retry=True, detail=self.told(error))
        return Unsure(self.told(error))


def _names_alone(answer: bytes) -> bytes:
    """An answer with only the numbers of the messages in it; any other answer as it is."""
    try:
        result = json.loads(answer)["result"]
        sent = result if isinstance(result, list) else [result]
        named = [{"message_id": int(one["message_id"]), **_MESSAGE} for one in sent]
    except (LookupError, TypeError, ValueError):
        return answer
    return json.dumps({"ok": True, "result": named if isinstance(result, list) else named[0]}).encode()


def wish(error: RetryAfter) -> timedelta:
    """How long the platform wants us to wait."""
    after = error.retry_after
    return after if isinstance(after, timedelta) else timedelta(seconds=after)


def _is_strangers(error: TelegramError) -> bool:
    """Whether something else than the platform answered: a proxy's page is no verdict."""
    return isinstance(error.__cause__, TelegramError)


def _is_refusal(error: TelegramError) -> bool:
    return isinstance(error, InvalidToken) and not _is_strangers(error)


def _reason(error: TelegramError) -> str:
    """Why the platform will never take this message; empty where it might."""
    said = str(error).lower()
    if isinstance(error, ChatMigrated) or any(words in said for words in _NOBODY):
        return "address-unknown"
    if isinstance(error, Forbidden):
        return "message-refused" if "rights" in said else "address-blocked"
    if any(words in said for words in _TOO_LARGE):
        return "message-too-large"
    return "message-refused" if isinstance(error, BadRequest) else ""
