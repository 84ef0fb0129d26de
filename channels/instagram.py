"""The Instagram door: a professional account of the office, its direct messages, and what is said under its posts.

The office's app reaches it through the Facebook page that it is linked to (``page_id``), or by a login of the account's
own (graph.instagram.com), through which no files can be sent. Freely written to may be who wrote within 24 hours; a
person at the office may until the seventh day (``HUMAN_AGENT``).
Source: developers.facebook.com/documentation/business-messaging/instagram-messaging,
developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pydantic import Field

from channels import graph, graph_check, graph_door, instagram_mention, instagram_parse
from channels.base import Abilities, Attachment, Fault, Pace, Parsed
from channels.graph_entries import Digest
from channels.graph_history import History
from channels.graph_json import part, text
from channels.graph_send import MOST_CHOICES, Manners

LONGEST_TEXT, LONGEST_BYTES = 2000, 1000
_OWN_URL = "https://graph.instagram.com"
_MB = 1024 * 1024
# Source: .../instagram-messaging/features/attachment-upload.
_KINDS = {
    "image": (frozenset({"image/jpeg", "image/png", "image/gif"}), 8 * _MB),
    "video": (frozenset({"video/mp4", "video/ogg", "video/x-msvideo", "video/quicktime", "video/webm"}), 25 * _MB),
    "audio": (frozenset({"audio/aac", "audio/mp4", "audio/x-m4a", "audio/wav", "audio/x-wav"}), 25 * _MB),
    "file": (frozenset({"application/pdf"}), 25 * _MB),
}
_TALKS = ("messages", "messaging_postbacks")
_PUBLIC = ("comments",)


def parse(raw: bytes) -> Parsed:
    """What a webhook's body holds, read without an office. Raises ``Undigested``."""
    return instagram_parse.parse(raw).sound()


class Settings(graph_door.Secrets):
    """One account. ``account_id`` is the professional account's, ``page_id`` the Facebook page's that it is linked to.

    ``comments``: what is said under its posts and of it elsewhere comes in as well.
    """

    account_id: str = Field(pattern=graph_door.ID)
    page_id: str = Field(default="", pattern=r"^[0-9]{0,30}$")
    base_url: str = Field(default="", pattern=rf"{graph.URL}|^$")
    comments: bool = True


def _place(settings: Settings) -> str:
    return settings.base_url or (graph.BASE_URL if settings.page_id else _OWN_URL)


class Adapter(graph_door.Door):
    """One account, both ways."""

    naming = "name,username"
    # Pace: https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview/rate-limiting
    abilities = Abilities(
        scheme="instagram",
        longest=LONGEST_TEXT,
        buttons=MOST_CHOICES,
        largest_file_bytes=25 * _MB,
        window=graph_door.WINDOW,
        late_window=graph_door.LATE_WINDOW,
        commented=graph_door.COMMENTED,
        pace=(Pace(300, 1),),
    )

    def __init__(
        self,
        id: str,  # noqa: A002
        settings: Settings,
        *,
        secret: bytes,  # noqa: ARG002
        now: Callable[[], datetime],
        url: str = "",
    ) -> None:
        node = settings.page_id or settings.account_id
        manners = Manners(
            node, LONGEST_TEXT, LONGEST_BYTES, _KINDS, platform="instagram", replies="replies", keyed=False
        )
        super().__init__(id, settings, settings.line(_place(settings), now), manners, url=url)
        self._settings = settings
        self.abilities = replace(type(self).abilities, files=bool(settings.page_id))

    @property
    def where(self) -> str:
        """The platform's address."""
        return _place(self._settings)

    @property
    def history(self) -> History:
        """The account's private talks, through its page where it has one."""
        account, page = self._settings.account_id, self._settings.page_id
        return History(self._graph, page or account, "instagram", instagram_parse.OBJECT, (account, page))

    def digest(self, raw: bytes) -> Digest:
        """What one delivery holds for this account. Raises ``Undigested``."""
        chosen = self._settings
        return instagram_parse.parse(raw, chosen.account_id, chosen.page_id, comments=chosen.comments)

    async def fetch(self, attachment: Attachment) -> bytes:
        """A file that came with a message, or the words of a mention. Raises Undelivered, Unauthorised."""
        said = await instagram_mention.words(self._graph, self._settings.account_id, attachment.reference)
        return said if said is not None else await super().fetch(attachment)

    async def called(self) -> str:
        """The account's name. Raises Undelivered, Unauthorised."""
        who = self._settings.account_id if self._settings.page_id else "me"
        name = text(await self._graph.ask(who, fields="id,username"), "username")
        return f"@{name}" if name else ""

    async def faults(self) -> list[Fault]:
        """Whose token it is, and whether an app hears of what happens there."""
        account, found = self._settings.account_id, await self._found()
        if self._settings.account_id not in found:
            return [Fault("instagram-account-wrong", {"account": account, "found": ", ".join(sorted(found)) or "-"})]
        apps = await self._graph.ask(f"{self._settings.page_id or account}/subscribed_apps")
        # Through a page the app takes Instagram's news once for all; the page's own fields say nothing of it.
        needed = () if self._settings.page_id else (*_TALKS, *(_PUBLIC if self._settings.comments else ()))
        return list(graph_check.subscribed(apps, needed, self._url))

    async def _found(self) -> set[str]:
        """The accounts that the token is of."""
        if self._settings.page_id:
            told = await self._graph.ask(self._settings.page_id, fields="id,instagram_business_account")
            return {text(part(told, "instagram_business_account"), "id")} - {""}
        told = await self._graph.ask("me", fields="id,user_id,username")
        return {text(told, "id"), text(told, "user_id")} - {""}
