"""Writing to Messenger and Instagram: text, quick replies under it, files that are laid there first, comments' answers.

A message that takes several calls goes on where it stopped when it is tried again. A comment is answered in private
once, within seven days, to the comment's id; in public only with what the caller marks as fit for everybody.
Source: developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages (and its pages
quick-replies, saving-assets, message-tags), .../messenger-platform/discovery/private-replies,
.../instagram-messaging/features/attachment-upload,
developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from channels.base import Attachment, Choice, Outbound, Receipt, Undelivered
from channels.graph import Graph, sent
from channels.graph_json import Json, text

MOST_CHOICES, _LONGEST_TITLE, _LONGEST_PAYLOAD = 13, 20, 1000
_PERSON = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)
_THING = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)
_MENTION = "mention:"
HUMAN_AGENT = "HUMAN_AGENT"

Call = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Manners:
    """What one of the two platforms wants.

    Attributes:
        node: who sends: the page's id, or the Instagram account's.
        longest_bytes: of one text in UTF-8; 0 where ``longest`` characters is the only limit.
        kinds: by what it is shown as, the file types and the most bytes that are taken; ``*`` is any type.
        platform: what an upload names; empty where it names none.
        replies: the edge under a comment that takes an answer for everybody.
        keyed: whether an echo says our own name for a message back.
    """

    node: str
    longest: int
    longest_bytes: int
    kinds: Mapping[str, tuple[frozenset[str], int]]
    platform: str
    replies: str
    keyed: bool


class Sender:
    """Sends for one page or account."""

    def __init__(self, graph: Graph, manners: Manners) -> None:
        self._graph, self._manners = graph, manners

    async def send(self, outbound: Outbound) -> Receipt:
        """One attempt. Raises ``Undelivered``, ``Unsure`` and ``Unauthorised``."""
        met: list[str] = []
        calls = self._openly(outbound) if outbound.public else self._calls(outbound, met)
        name = await self._graph.in_turn(outbound.key, calls)
        return Receipt(name, recipient=met[0] if met else "")

    async def seen(self, recipient: str) -> None:
        """Who wrote sees that they were read. Source: .../send-messages/sender-actions."""
        await self._graph.send(
            f"{self._manners.node}/messages", {"recipient": {"id": recipient}, "sender_action": "mark_seen"}
        )

    def _openly(self, outbound: Outbound) -> list[Call]:
        """Under a comment, for everybody to read: the clerk's fixed words, never an officer's, never a file."""
        thing = outbound.comment.removeprefix(_MENTION)
        if not outbound.automatic or outbound.files or not _THING.fullmatch(thing):
            raise Undelivered("message-refused", retry=False, detail="public")

        async def post() -> str:
            return sent(await self._graph.send(f"{thing}/{self._manners.replies}", {"message": outbound.text}), "id")

        return [post]

    def _calls(self, outbound: Outbound, met: list[str]) -> list[Call]:
        """What a private message takes, in its order; ``met`` learns to whom it went. Raises ``Undelivered``."""
        if outbound.approved is not None:
            raise Undelivered("template-refused", retry=False)
        envelope = self._addressed(outbound)
        kinds = [self._kind(file) for file in outbound.files]
        words = list(self._words(outbound))
        if outbound.comment and len(words) + len(kinds) > 1:
            raise Undelivered("message-too-large", retry=False, detail="private reply")
        posts: list[Call] = [partial(self._post, envelope, one, met) for one in words]
        files: list[Call] = [
            partial(self._file, envelope, file, kind, met) for file, kind in zip(outbound.files, kinds, strict=True)
        ]
        return [*posts, *files]

    def _addressed(self, outbound: Outbound) -> dict[str, Any]:
        """To whom, and by which right: an answer within a day, a person's within seven, or a comment's only answer."""
        comment = outbound.comment.removeprefix(_MENTION)
        if comment and _THING.fullmatch(comment):
            of_page = comment.startswith(f"{self._manners.node}_")
            return {"recipient": {"post_id" if of_page else "comment_id": comment}}
        if not _PERSON.fullmatch(outbound.recipient):
            raise Undelivered("address-invalid", retry=False, detail=outbound.recipient[:40])
        recipient = {"recipient": {"id": outbound.recipient}}
        if outbound.late and not outbound.automatic:
            return {**recipient, "messaging_type": "MESSAGE_TAG", "tag": HUMAN_AGENT}
        return {**recipient, "messaging_type": "RESPONSE"}

    async def _post(self, envelope: Json, message: Json, met: list[str]) -> str:
        answer = await self._graph.send(f"{self._manners.node}/messages", {**envelope, "message": message})
        met.append(text(answer, "recipient_id"))
        return sent(answer, "message_id")

    async def _file(self, envelope: Json, file: Attachment, kind: str, met: list[str]) -> str:
        payload = {"attachment": {"type": kind, "payload": {"is_reusable": True}}}
        about = {"message": json.dumps(payload)} | (
            {"platform": self._manners.platform} if self._manners.platform else {}
        )
        laid = await self._graph.upload(f"{self._manners.node}/message_attachments", file, field="filedata", **about)
        id_ = text(laid, "attachment_id")
        if not id_:
            raise Undelivered("server-busy", retry=True, detail="no id for a file")
        return await self._post(envelope, {"attachment": {"type": kind, "payload": {"attachment_id": id_}}}, met)

    def _words(self, outbound: Outbound) -> Iterator[dict[str, Any]]:
        """The text in as few parts as it takes, with what may be pressed below the last."""
        shown = outbound.choices[:MOST_CHOICES]
        long = [one.label for one in shown if len(one.label) > _LONGEST_TITLE]
        said = "\n".join([outbound.text, *(f"• {label}" for label in long)])
        parts = list(parted(said, self._manners.longest, self._manners.longest_bytes))
        for place, one in enumerate(parts, 1):
            message: dict[str, Any] = {"text": one}
            if shown and place == len(parts):
                message["quick_replies"] = [_quick(choice) for choice in shown]
            if self._manners.keyed:
                message["metadata"] = outbound.key
            yield message

    def _kind(self, file: Attachment) -> str:
        """What it is shown as. Raises ``Undelivered`` where the platform takes no such file."""
        size = len(file.content or b"")
        for kind, (types, most) in self._manners.kinds.items():
            if size <= most and (file.type in types or "*" in types):
                return kind
        raise Undelivered("message-refused", retry=False, detail=file.type)


def _quick(choice: Choice) -> dict[str, str]:
    long = len(choice.label) > _LONGEST_TITLE
    title = f"{choice.label[: _LONGEST_TITLE - 1]}…" if long else choice.label
    value = choice.value if 0 < len(choice.value) <= _LONGEST_PAYLOAD else choice.label[:_LONGEST_PAYLOAD]
    return {"content_type": "text", "title": title, "payload": value}


def parted(said: str, longest: int, longest_bytes: int = 0) -> Iterator[str]:
    """A text in parts that fit, cut where a line or a word ends."""
    said = said.strip()
    while said:
        most = _room(said, longest, longest_bytes)
        if most >= len(said):
            yield said
            return
        head = said[: most + 1]
        cut = next((place for mark in ("\n", " ") if (place := head.rfind(mark)) > most // 2), most)
        yield said[:cut].rstrip() or said[:most]
        said = said[cut:].strip()


def _room(said: str, longest: int, longest_bytes: int) -> int:
    """How many characters fit into one part."""
    if not longest_bytes:
        return longest
    head = said[:longest].encode("utf-8", "replace")[:longest_bytes]
    return max(1, len(head.decode("utf-8", "ignore")))
