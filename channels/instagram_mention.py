"""What somebody said of the office on Instagram: its webhook tells only where, the words are asked for afterwards.

They come as a file of the message, fetched and tried again as any other.
Source: developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/mentioned_comment
and .../mentioned_media.
"""

from __future__ import annotations

import re

from channels.base import Attachment, Undelivered
from channels.graph import Graph
from channels.graph_json import Json, lines, part, text

_REFERENCE = re.compile(r"mentioned_(comment|media):([0-9]{1,30})")
_FIELDS = {
    "comment": "mentioned_comment.comment_id({id}){{text,timestamp,username,media{{permalink,caption,username}}}}",
    "media": "mentioned_media.media_id({id}){{caption,timestamp,username,permalink}}",
}


def file_of(comment: str, media: str) -> tuple[Attachment, ...]:
    """The words of a mention as a file that is still to be fetched; none where Instagram names neither."""
    for kind, id_ in (("comment", comment), ("media", media)):
        if _REFERENCE.fullmatch(reference := f"mentioned_{kind}:{id_}"):
            return (Attachment("sebutan.txt", "text/plain", reference=reference),)
    return ()


async def words(line: Graph, account: str, reference: str) -> bytes | None:
    """Who said it, what, and where it stands, a line each; None for a reference that is no mention's.

    Raises: Undelivered ``file-gone`` where it was taken away, and as ``Graph.ask``.
    """
    named = _REFERENCE.fullmatch(reference)
    if named is None:
        return None
    told = part(await line.ask(account, fields=_FIELDS[named[1]].format(id=named[2])), f"mentioned_{named[1]}")
    if not told:
        raise Undelivered("file-gone", retry=False)
    return lines(*_told(told), *_told(part(told, "media"))).encode()


def _told(of: Json) -> tuple[str, ...]:
    name = text(of, "username")
    return (f"@{name}" if name else "", text(of, "text", "caption"), text(of, "permalink"))
