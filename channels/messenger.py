"""The Messenger door: a Facebook page of the office, its private talks, and what is said under its posts.

Freely written to may be who wrote within 24 hours; a person at the office may until the seventh day (``HUMAN_AGENT``).
Source: developers.facebook.com/documentation/business-messaging/messenger-platform.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import Field

from channels import graph, graph_check, graph_door, messenger_parse
from channels.base import Abilities, Fault, Pace, Parsed
from channels.graph_entries import Digest
from channels.graph_history import History
from channels.graph_json import text
from channels.graph_send import MOST_CHOICES, Manners

LONGEST_TEXT = 2000
_MB = 1024 * 1024
# Source: .../messenger-platform/send-messages/saving-assets.
_KINDS = {
    "image": (frozenset({"image/jpeg", "image/png", "image/gif"}), 8 * _MB),
    "video": (frozenset({"video/mp4"}), 25 * _MB),
    "audio": (frozenset({"audio/mpeg", "audio/mp4", "audio/aac", "audio/wav", "audio/x-wav"}), 25 * _MB),
    "file": (frozenset({"*"}), 25 * _MB),
}
_TALKS = ("messages", "messaging_postbacks")
_PUBLIC = ("feed",)


def parse(raw: bytes) -> Parsed:
    """What a webhook's body holds, read without an office. Raises ``Undigested``."""
    return messenger_parse.parse(raw).sound()


class Settings(graph_door.Secrets):
    """One page. ``comments``: what is said under its posts and of it elsewhere comes in as well."""

    page_id: str = Field(pattern=graph_door.ID)
    base_url: str = Field(default=graph.BASE_URL, pattern=graph.URL)
    comments: bool = True


class Adapter(graph_door.Door):
    """One page, both ways."""

    # Pace: https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview/rate-limiting
    abilities = Abilities(
        scheme="messenger",
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
        manners = Manners(settings.page_id, LONGEST_TEXT, 0, _KINDS, platform="", replies="comments", keyed=True)
        super().__init__(id, settings, settings.line(settings.base_url, now), manners, url=url)
        self._settings = settings

    @property
    def where(self) -> str:
        """The platform's address."""
        return self._settings.base_url

    @property
    def history(self) -> History:
        """The page's private talks."""
        page = self._settings.page_id
        return History(self._graph, page, "messenger", messenger_parse.OBJECT, (page,))

    def digest(self, raw: bytes) -> Digest:
        """What one delivery holds for this page. Raises ``Undigested``."""
        return messenger_parse.parse(raw, self._settings.page_id, comments=self._settings.comments)

    async def called(self) -> str:
        """The page's name. Raises Undelivered, Unauthorised."""
        return text(await self._graph.ask("me", fields="id,name"), "name")

    async def faults(self) -> list[Fault]:
        """Whose token it is, and whether an app hears of what happens there."""
        page = self._settings.page_id
        me = await self._graph.ask("me", fields="id,name")
        found = text(me, "id")
        if found != page:
            return [Fault("messenger-page-wrong", {"page": page, "found": f"{text(me, 'name')} {found}".strip()})]
        apps = await self._graph.ask(f"{page}/subscribed_apps")
        needed = (*_TALKS, *(_PUBLIC if self._settings.comments else ()))
        return list(graph_check.subscribed(apps, needed, self._url))
