"""What Meta keeps of a page's or account's private talks: which messages came in, and each of them once more.

Meta tells of the twenty newest messages of a talk; of older ones that there are such. What people say in public is in
no list. Source: developers.facebook.com/documentation/business-messaging/messenger-platform/conversations,
developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/conversations-api.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import Seen, Undelivered
from channels.graph import Graph
from channels.graph_json import EPOCH, Json, moment, part, parts, text

_PAGE, _MOST_PAGES = "50", 200
_LISTED = "messages.limit(50){id,created_time,from}"
_WHOLE = (
    "id,created_time,from,to,message,sticker,shares{link},"
    "attachments{mime_type,name,image_data{url},video_data{url},file_url}"
)
# Meta: the message was deleted, or is older than the twenty that it tells of.
_GONE = "message-gone"


class History:
    """One account's talks. ``own``: its ids, the one that its webhook goes by first; what they say is nobody's word.
    ``object_``: what its webhook says that it is.
    """

    def __init__(self, line: Graph, node: str, platform: str, object_: str, own: Sequence[str]) -> None:
        self._graph, self._node, self._platform, self._object = line, node, platform, object_
        self._own = tuple(one for one in own if one)

    async def received(self, since: datetime, until: datetime) -> AsyncIterator[Seen]:
        """As ``channels.base.Counting``. What Meta tells only the name of counts as of the first moment."""
        async for talk in self._talks(since):
            told = await self._graph.ask(talk, fields=_LISTED)
            for message in parts(part(told, "messages"), "data"):
                seen = self._seen(message, since)
                if seen and since <= seen.at < until:
                    yield seen

    async def again(self, name: str) -> bytes:
        """A message as a webhook would have brought it. Raises Undelivered (``message-gone``), Unauthorised."""
        try:
            told = await self._graph.ask(name, fields=_WHOLE)
        except Undelivered as error:
            raise error if error.retry else Undelivered(_GONE, retry=False, detail=error.detail) from None
        if text(part(told, "from"), "id") in (*self._own, ""):
            raise Undelivered(_GONE, retry=False)
        return json.dumps({"object": self._object, "entry": [self._entry(name, told)]}).encode()

    async def _talks(self, since: datetime) -> AsyncIterator[str]:
        """The talks in which something was said since, the newest first as Meta lists them."""
        after: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            told = await self._graph.ask(
                f"{self._node}/conversations",
                platform=self._platform,
                fields="id,updated_time",
                limit=_PAGE,
                **after,
            )
            fresh = [one for one in parts(told, "data") if moment(one, "updated_time") >= since]
            for talk in fresh:
                yield text(talk, "id")
            paging = part(told, "paging")
            after = {"after": text(part(paging, "cursors"), "after")}
            if not (fresh and after["after"] and text(paging, "next")):
                return

    def _seen(self, message: Json, since: datetime) -> Seen | None:
        name, at = text(message, "id"), moment(message, "created_time")
        if not name or text(part(message, "from"), "id") in self._own:
            return None
        return Seen(name, since if at == EPOCH else at, {"id": name})

    def _entry(self, name: str, told: Json) -> dict[str, Any]:
        account, sent_at = self._own[0], int(moment(told, "created_time").timestamp() * 1000)
        message = {"mid": name, "text": text(told, "message"), "attachments": [*_files(told)]}
        who = {"sender": dict(part(told, "from")), "recipient": {"id": account}, "timestamp": sent_at}
        return {"id": account, "time": sent_at, "messaging": [{**who, "message": message}]}


def _files(told: Json) -> Iterator[dict[str, Any]]:
    """Attachments as a webhook writes them."""
    for one in parts(part(told, "attachments"), "data"):
        for kind, url in _places(one):
            yield {"type": kind, "payload": {"url": url}}
    if sticker := text(told, "sticker"):
        yield {"type": "image", "payload": {"url": sticker}}
    for share in parts(part(told, "shares"), "data"):
        if link := text(share, "link"):
            yield {"type": "share", "payload": {"url": link}}


def _places(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found = {
        "image": text(part(one, "image_data"), "url"),
        "video": text(part(one, "video_data"), "url"),
        "audio" if text(one, "mime_type").startswith("audio/") else "file": text(one, "file_url"),
    }
    yield from ((kind, url) for kind, url in found.items() if url)
