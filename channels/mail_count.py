"""What a mailbox took on a day, told by its headers; and one of its mails once more. Nothing is changed upstream.

The folder is opened on a line of its own, so that listening goes on beside it. What lay there before the office
connected the mailbox is left out, as the collector left it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels import mail_imap, mail_parse
from channels.base import Brought, Parsed, Seen, Undelivered, Undigested
from channels.mail_collect import Place
from channels.mail_imap import Account, Mailbox, Waiting
from channels.mail_parse import LARGEST_MAIL_BYTES

# A server's day begins wherever it stands.
_DAY = timedelta(days=1)
_MOST_HEADERS = 50


async def received(
    account: Account, since: datetime, until: datetime, progress: Mapping[str, Any]
) -> AsyncIterator[Seen]:
    """The mails of that time. Raises Undelivered, Unauthorised."""
    place = Place.stored(progress)
    if place is None:
        return
    since = max(since, place.since)
    try:
        async with mail_imap.opened(account) as mailbox:
            uids = await mailbox.between((since - _DAY).date(), (until + _DAY).date())
            for start in range(0, len(uids), _MOST_HEADERS):
                mails = await mailbox.waiting(uids[start : start + _MOST_HEADERS])
                here = [one for one in mails if since <= one.taken_at < until]
                for seen in await _seen(mailbox, here):
                    yield seen
    except OSError as error:
        raise Undelivered("server-unreachable", retry=True, detail=str(error)[:300]) from None


async def again(
    account: Account, place: Mapping[str, Any], read: Callable[[bytes, datetime | None], Parsed]
) -> Brought:
    """One mail of them. Raises Undelivered, Unauthorised."""
    uid = int(place["uid"])
    try:
        async with mail_imap.opened(account) as mailbox:
            found = await mailbox.waiting([uid]) if mailbox.uidvalidity == place["uidvalidity"] else []
            if not found:
                raise Undelivered("message-gone", retry=False)
            if found[0].size_bytes > LARGEST_MAIL_BYTES:
                return Brought(raw=await mailbox.header(uid), reason="mail-too-large")
            raw = (await mailbox.download([uid])).get(uid, b"")
    except OSError as error:
        raise Undelivered("server-unreachable", retry=True, detail=str(error)[:300]) from None
    try:
        return Brought(read(raw, found[0].taken_at), raw)
    except Undigested as error:
        return Brought(raw=raw, reason=str(error))


async def _seen(mailbox: Mailbox, mails: Sequence[Waiting]) -> list[Seen]:
    heads = await mailbox.headers([one.uid for one in mails])
    found = []
    for one in mails:
        id_ = mail_parse.named(heads.get(one.uid, b"")) or await _whole(mailbox, one)
        found.append(Seen(id_, one.taken_at, {"uidvalidity": mailbox.uidvalidity, "uid": one.uid}))
    return found


async def _whole(mailbox: Mailbox, mail: Waiting) -> str:
    """The id of a mail that does not name itself; empty for what nobody can read, which was set aside."""
    if mail.size_bytes > LARGEST_MAIL_BYTES:
        return ""
    raw = (await mailbox.download([mail.uid])).get(mail.uid, b"")
    try:
        return mail_parse.parse(raw).messages[0].external_id
    except Undigested:
        return ""
