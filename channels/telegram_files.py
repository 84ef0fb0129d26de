"""Fetching a file that an update only pointed at: where it lies is asked first, for that place lasts an hour.

Source: core.telegram.org/bots/api#getfile (the platform hands out at most 20 MB).
"""

from __future__ import annotations

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from channels import http
from channels.base import Attachment, Unauthorised, Undelivered
from channels.telegram_line import Line, wish


async def fetch(line: Line, download: http.Line, base_url: str, attachment: Attachment) -> bytes:
    """The file's content. Raises Undelivered and Unauthorised."""
    url = await _place(line, attachment)
    if not url.startswith(f"{base_url}/"):
        raise Undelivered("file-elsewhere", retry=False)
    try:
        return await download.download(url, server=_origin(base_url))
    except Undelivered as error:
        # Whatever was said of the place may hold the token.
        raise Undelivered(error.reason, retry=error.retry, after=error.after) from None


async def _place(line: Line, attachment: Attachment) -> str:
    try:
        file = await line.bot.get_file(attachment.reference)
    except RetryAfter as error:
        raise Undelivered("server-busy", retry=True, after=wish(error)) from None
    except InvalidToken:
        raise Unauthorised("telegram: token refused") from None
    except BadRequest as error:
        raise _refused(line.told(error)) from None
    except (TelegramError, LookupError, TypeError, ValueError) as error:
        raise Undelivered("fetch-failed", retry=True, detail=line.told(error)) from None
    if not file.file_path:
        raise Undelivered("fetch-failed", retry=True)
    return file.file_path


def _refused(said: str) -> Undelivered:
    if "too big" in said.lower():
        return Undelivered("telegram-file-large", retry=False, detail=said)
    if "temporarily" in said.lower():
        return Undelivered("fetch-failed", retry=True, detail=said)
    return Undelivered("file-gone", retry=False, detail=said)


def _origin(base_url: str) -> str:
    scheme, _, rest = base_url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
