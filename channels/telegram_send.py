"""Handing a message to the platform: text with buttons, a file with the text under it, or text and then its files.

A message that takes several calls goes on where it stopped when it is tried again; a photo that the platform will not
show goes as a file. Source: core.telegram.org/bots/api, sendMessage, sendPhoto, sendDocument, sendMediaGroup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest

from channels.base import Attachment, Choice, Outbound, Receipt, Undelivered
from channels.telegram_buttons import carried, rows
from channels.telegram_line import Line
from channels.telegram_update import named

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
_LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
_ALBUM = 10
_PHOTOS = frozenset({"image/jpeg", "image/png"})
_MOST_REMEMBERED = 200
_CHAT = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_NO_PHOTO = re.compile(r"photo|image", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the platform: a text, or up to ten files of one sort with a text under the first."""

    text: str = ""
    files: tuple[Attachment, ...] = ()
    choices: tuple[Choice, ...] = ()
    photos: bool = False


def plan(outbound: Outbound) -> list[Call]:
    """The calls that a message takes, in their order: one wherever the platform allows it."""
    albums = list(_albums(outbound.files))
    fits = len(outbound.text.encode("utf-16-le")) // 2 <= LONGEST_CAPTION
    if len(albums) == 1 and fits and not (outbound.choices and len(albums[0].files) > 1):
        return [replace(albums[0], text=outbound.text, choices=outbound.choices)]
    return [Call(text=outbound.text, choices=outbound.choices), *albums]


def _albums(files: Sequence[Attachment]) -> Iterator[Call]:
    for photos in (True, False):
        alike = [file for file in files if _is_photo(file) is photos]
        for first in range(0, len(alike), _ALBUM):
            yield Call(files=tuple(alike[first : first + _ALBUM]), photos=photos)


def _is_photo(file: Attachment) -> bool:
    return file.type in _PHOTOS and len(file.content or b"") <= _LARGEST_PHOTO_BYTES


class Sender:
    """Sends through one line. Remembers, for messages of several calls, which of them the platform has taken."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._taken: dict[str, list[int]] = {}

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises Undelivered, Unsure and Unauthorised."""
        if not _CHAT.fullmatch(outbound.recipient):
            raise Undelivered("address-invalid", retry=False)
        if len(outbound.text) > LONGEST_TEXT:
            raise Undelivered("message-too-large", retry=False, detail=f"{len(outbound.text)} > {LONGEST_TEXT}")
        taken = self._taken.pop(outbound.key, [])
        calls = plan(outbound)
        try:
            for call in calls[len(taken) :]:
                with self._line.sending():
                    taken.append(await _call(self._line.bot, call, outbound))
        finally:
            if 0 < len(taken) < len(calls):
                self._remember(outbound.key, taken)
        return Receipt(named(outbound.recipient, taken[0]))

    def _remember(self, key: str, taken: list[int]) -> None:
        self._taken[key] = taken
        while len(self._taken) > _MOST_REMEMBERED:
            del self._taken[next(iter(self._taken))]


async def _call(bot: Bot, call: Call, outbound: Outbound) -> int:
    """The number of the message that the call made, or of the first one."""
    try:
        return await _once(bot, call, outbound)
    except BadRequest as error:
        if not (call.photos and _NO_PHOTO.search(str(error))):
            raise
    return await _once(bot, replace(call, photos=False), outbound)


async def _once(bot: Bot, call: Call, outbound: Outbound) -> int:
    where: dict[str, Any] = {"chat_id": int(outbound.recipient), "reply_parameters": _answered(outbound)}
    if len(call.files) > 1:
        return (await bot.send_media_group(media=_album(call), caption=call.text or None, **where))[0].message_id
    where["reply_markup"] = _keyboard(call.choices)
    if not call.files:
        quiet = LinkPreviewOptions(is_disabled=True)
        return (await bot.send_message(text=call.text, link_preview_options=quiet, **where)).message_id
    file = _file(call.files[0])
    if call.photos:
        return (await bot.send_photo(photo=file, caption=call.text or None, **where)).message_id
    return (await bot.send_document(document=file, caption=call.text or None, **where)).message_id


def _album(call: Call) -> list[InputMediaPhoto | InputMediaDocument]:
    kind = InputMediaPhoto if call.photos else InputMediaDocument
    return [kind(_file(file)) for file in call.files]


def _file(file: Attachment) -> InputFile:
    return InputFile(file.content or b"", filename=file.name)


def _keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    places = {choice: place for place, choice in enumerate(choices)}
    buttons = [
        [InlineKeyboardButton(one.label, callback_data=carried(one, places[one])) for one in row]
        for row in rows(choices)
    ]
    return InlineKeyboardMarkup(buttons) if buttons else None


def _answered(outbound: Outbound) -> ReplyParameters | None:
    """The nearest message of the same chat that this one answers; sent all the same where it is gone."""
    pattern = re.compile(rf"{re.escape(outbound.recipient)}:([0-9]{{1,18}})(?::e[0-9]+)?", re.ASCII)
    found = next(filter(None, (pattern.fullmatch(answer) for answer in outbound.answers)), None)
    return ReplyParameters(int(found[1]), allow_sending_without_reply=True) if found else None
