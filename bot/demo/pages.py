"""Messenger and Instagram for the demo: the Send API of an office's page or profile, and the citizens' side of it.

Whoever wrote gets what is sent for 24 hours, and what a person marks as their own for seven days. A public post stands
beside, under which citizens comment.
Source: developers.facebook.com/documentation/business-messaging/messenger-platform,
developers.facebook.com/documentation/instagram-platform.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, ClassVar

from bot.demo import pages_calls, pages_history
from bot.demo import pages_shapes as shapes
from bot.demo.chats import Line
from bot.demo.graph import WINDOW, Account, Event, GraphStandIn, digits
from bot.demo.graph_calls import Call, Json, Refusal, nowhere
from bot.demo.graph_orders import SENDING
from bot.demo.pages_calls import Rules, Sent
from bot.demo.pages_shapes import COMMENT
from channels.base import Attachment

_AGENT = timedelta(days=7)
_POLICY = "https://developers.facebook.com/docs/messenger-platform/policy-overview"


class PageStandIn(GraphStandIn):
    """What both share. An office's account is also called ``me``."""

    rules: ClassVar[Rules]
    closed: ClassVar[int]
    fields: ClassVar[tuple[str, ...]]

    def person(self, phone: str, channel: str) -> str:
        """The id by which the office knows a citizen there."""
        return digits(f"{channel} {phone}", 16)

    # The citizens' side

    def says(
        self, phone: str, channel: str, text: str = "", *, files: Iterable[Attachment] = (), answers: int = 0
    ) -> list[Line]:
        """The citizen sends a text, and files after it, all in one message."""
        given, lines = list(files), []
        if text:
            lines.append(self._chats.add(phone, channel, sent=True, state="sent", text=text, answers=answers))
        if given:
            lines.append(self._chats.add(phone, channel, sent=True, state="sent", files=given))
        for line in lines:
            self._bring(line)
        return lines

    def presses(self, line_id: int, chosen: str) -> Line:
        """The citizen presses a quick reply under the newest line: it stands as their answer. Raises KeyError."""
        under = self._chats.line(line_id)
        labels = {value: label for row in under.buttons for label, value in row} if under else {}
        if under is None or chosen not in labels or under.pressed:
            raise KeyError(line_id)
        self._chats.change(line_id, pressed=chosen)
        values: Json = {"text": labels[chosen], "pressed": chosen}
        line = self._chats.add(under.phone, under.channel, sent=True, state="sent", **values)
        self._bring(line)
        return line

    def reacts(self, line_id: int, emoji: str) -> None:
        """The citizen puts an emoji on an office's line, or takes it away. Raises KeyError."""
        line = self._chats.change(line_id, reaction=emoji)
        self._deed(line, shapes.reaction)

    def comments(self, phone: str, channel: str, text: str, *, under: int = 0) -> Line:
        """The citizen comments in public, on the office's post or ``under`` another comment."""
        line = self._chats.add(phone, channel, sent=True, state="sent", text=text, answers=under, group=COMMENT)
        self._bring(line)
        return line

    def event(self, line: Line) -> Json:
        """A citizen's line as a messaging item, or as a change where it is a comment."""
        account, person = self.accounts[line.channel], self.person(line.phone, line.channel)
        if line.group == COMMENT:
            under = self._chats.line(line.answers) if line.answers else None
            return self._comment(line, account, shapes.comment_id(under, account) if under else "")
        return shapes.message(line, account, person, lambda id_: f"{self.url}{self.media.path(id_)}")

    @abstractmethod
    def _comment(self, line: Line, account: Account, parent: str) -> Json:
        """A comment as a change."""

    def _deed(self, line: Line, shape: Callable[..., Json], *more: object) -> None:
        account, person = self.accounts[line.channel], self.person(line.phone, line.channel)
        self.tell(Event(line.channel, shape(line, account, person, *more, self._now())))

    def _entry(self, account: Account, events: list[Json]) -> Json:
        changes = [one for one in events if "field" in one]
        messaging = [one for one in events if "field" not in one]
        entry: Json = {"id": account.id, "time": int(self._now().timestamp() * 1000)}
        return entry | ({"changes": changes} if changes else {}) | ({"messaging": messaging} if messaging else {})

    def _last_heard(self, phone: str, channel: str) -> Any:
        lines = self._chats.lines(phone, channel)
        return max((one.at for one in lines if one.sent and one.group != COMMENT), default=None)

    # The office's side

    async def _answer(self, account: Account, call: Call) -> Json:
        own = call.node in {"me", account.id, account.above}
        if own and (call.method, call.edge) == ("POST", "messages"):
            return await self._handed(account, call)
        if own and (call.method, call.edge) == ("POST", "message_attachments"):
            return {"attachment_id": self.media.upload(pages_calls.uploaded(call, self.rules))}
        if call.method == "POST" and call.edge in {"comments", "replies"}:
            return self._reply_in_public(account, call)
        if call.method != "GET":
            raise nowhere(call.method, call.node)
        return self._told(account, call, own=own)

    def _told(self, account: Account, call: Call, *, own: bool) -> Json:
        if own and call.edge == "conversations":
            return pages_history.listed(account, self._chats.lines(channel=account.channel))
        if call.node.startswith(("t_", "m_")):
            return self._kept(account, call)
        if own and call.edge == "subscribed_apps":
            app = {"id": digits(f"{account.channel} app"), "name": "Wadul", "link": "https://wadul.example"}
            return {"data": [app | {"subscribed_fields": list(self.fields)}]}
        shown: Json = {"id": account.id, "name": account.name, "username": account.channel.replace("-", ".")}
        if self.object == "instagram" and call.node != account.id:
            # Through the page that it is linked to.
            shown |= {"id": account.above, "instagram_business_account": {"id": account.id}}
        if not own:
            person = next((one for one in self._people if self.person(one, account.channel) == call.node), "")
            if not person or not self._chats.lines(person, account.channel):
                raise nowhere(call.method, call.node)
            shown = shapes.profile(self._people[person], call.node)
        if call.edge:
            raise nowhere(call.method, call.node)
        wanted = {"id", *filter(None, call.query.get("fields", "id,name").split(","))}
        return {name: one for name, one in shown.items() if name in wanted}

    def _kept(self, account: Account, call: Call) -> Json:
        """A talk, or one message. Raises Refusal."""

        def person(phone: str) -> str:
            return self.person(phone, account.channel)

        lines = self._chats.lines(channel=account.channel)
        line = next((one for one in lines if shapes.name(one.id) == call.node), None)
        if line is not None:
            return pages_history.message(account, line, person, lambda id_: f"{self.url}{self.media.path(id_)}")
        talk = [one for one in lines if pages_history.talk_id(account, one.phone) == call.node]
        if not talk:
            raise nowhere(call.method, call.node)
        return pages_history.talk(account, talk, person)

    async def _handed(self, account: Account, call: Call) -> Json:
        sent = pages_calls.sent(call, self.rules, self.media.stored)
        phone = self._whom(account, sent)
        if sent.action:
            return self._seen(account, phone, sent)
        return await self.orders.obeyed(SENDING, lambda: self._take(account, phone, sent))

    def _whom(self, account: Account, sent: Sent) -> str:
        """The citizen it is for. Raises Refusal."""
        if sent.comment:
            line = self._commented(account, sent.comment)
            if line is None or line.reason or self._now() - line.at > _AGENT:
                said = "(#10900) Activity already replied to" if line else "(#100) Invalid comment"
                raise Refusal(400, 10900 if line else 100, said)
            return line.phone
        found = [one for one in self._people if self.person(one, account.channel) == sent.to]
        if not found or not self._chats.lines(found[0], account.channel):
            raise Refusal(400, 100, "(#100) No matching user found", subcode=2018001)
        if account.channel in self._chats.blocked(found[0]):
            said = "(#551) This person isn't available right now."
            raise Refusal(400, 551, said, subcode=1545041)
        return found[0]

    def _take(self, account: Account, phone: str, sent: Sent) -> Json:
        heard = self._last_heard(phone, account.channel)
        late = _AGENT if sent.agent else WINDOW
        if not sent.comment and (heard is None or self._now() - heard > late):
            said = (
                f"(#10) This message is sent outside of allowed window. Learn more about the new policy here: {_POLICY}"
            )
            raise Refusal(400, 10, said, subcode=self.closed)
        values: Json = {"text": sent.text, "buttons": sent.buttons, "answers": shapes.line_of(sent.answers)}
        line = self._chats.add(phone, account.channel, sent=False, state="sent", files=sent.files, **values)
        if sent.comment and (comment := self._commented(account, sent.comment)):
            self._chats.change(comment.id, reason="dibalas pribadi")
        self._laid(line)
        return {"recipient_id": self.person(phone, account.channel), "message_id": shapes.name(line.id)}

    def _seen(self, account: Account, phone: str, sent: Sent) -> Json:
        """The office has seen what was written, or types."""
        for line in self._chats.lines(phone, account.channel) if sent.action == "mark_seen" else ():
            if line.sent and line.group != COMMENT:
                self._chats.change(line.id, state="read")
        return {"recipient_id": sent.to}

    def _commented(self, account: Account, comment: str) -> Line | None:
        _, _, number = comment.rpartition("_")
        line = self._chats.line(int(number)) if number.isdigit() else None
        known = line is not None and line.channel == account.channel and line.group == COMMENT
        return line if known else None

    def _reply_in_public(self, account: Account, call: Call) -> Json:
        line = self._commented(account, call.node)
        if line is None:
            raise nowhere(call.method, call.node)
        text = call.given.only("message").word("message", 8000)
        values: Json = {"text": text, "answers": line.id, "group": COMMENT}
        reply = self._chats.add(line.phone, account.channel, sent=False, state="delivered", **values)
        return {"id": shapes.comment_id(reply, account)}


class MessengerStandIn(PageStandIn):
    """``names``: by channel id, the page's name."""

    object = "page"
    rules, closed = pages_calls.MESSENGER, 2018278
    fields = ("messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_reactions",
              "message_edits", "feed")  # fmt: skip

    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches its page here."""
        account = self.accounts[channel]
        given = {"page_id": account.id, "token": account.token, "app_secret": account.secret}
        return given | {"verify_token": account.verify, "base_url": self.url}

    def in_public(self, phone: str, channel: str) -> str:
        """Under a post people have another id than in private: only a private answer tells which is which."""
        return digits(f"{channel} {phone} publik")

    def edits(self, line_id: int, text: str) -> None:
        """The citizen changes a line of theirs. Raises KeyError."""
        line = self._chats.line(line_id)
        if line is None or not line.sent or line.files or not text.strip():
            raise KeyError(line_id)
        times = len(line.edited.split()) + 1
        changed = self._chats.change(line_id, text=text, edited=f"{line.edited} {self._now().isoformat()}".strip())
        if line.group == COMMENT:
            self.tell(Event(line.channel, self.event(changed)))
        else:
            self._deed(changed, shapes.edited, times)

    def _comment(self, line: Line, account: Account, parent: str) -> Json:
        author = {"id": self.in_public(line.phone, line.channel), "name": self._people[line.phone].name}
        return shapes.page_comment(line, account, author, parent)

    def _delivered(self, lines: list[Line]) -> None:
        account, person = self.accounts[lines[0].channel], self.person(lines[0].phone, lines[0].channel)
        self.tell(Event(lines[0].channel, shapes.delivered(lines, account, person, self._now())))

    def _read(self, lines: list[Line]) -> None:
        account, person = self.accounts[lines[0].channel], self.person(lines[0].phone, lines[0].channel)
        self.tell(Event(lines[0].channel, shapes.read_upto(lines, account, person, self._now())))


class InstagramStandIn(PageStandIn):
    """``names``: by channel id, the profile's name."""

    object = "instagram"
    rules, closed = pages_calls.INSTAGRAM, 2534022
    fields = ("messages", "messaging_postbacks", "messaging_seen", "message_reactions", "comments", "mentions")

    def entry(self, channel: str) -> dict[str, Any]:
        """The settings by which the door reaches its profile here."""
        account = self.accounts[channel]
        given = {"account_id": account.id, "page_id": account.above, "token": account.token}
        return given | {"app_secret": account.secret, "verify_token": account.verify, "base_url": self.url}

    def unsends(self, line_id: int) -> None:
        """The citizen takes a line of theirs back. Raises KeyError."""
        line = self._chats.line(line_id)
        if line is None or not line.sent or line.removed:
            raise KeyError(line_id)
        self._deed(self._chats.change(line_id, removed=self._now().isoformat()), shapes.unsent)

    def _comment(self, line: Line, account: Account, parent: str) -> Json:
        profile = shapes.profile(self._people[line.phone], self.person(line.phone, line.channel))
        author = {"id": profile["id"], "username": profile["username"]}
        return shapes.instagram_comment(line, account, author, parent)

    def _delivered(self, lines: list[Line]) -> None:
        """Instagram says nothing of it."""

    def _read(self, lines: list[Line]) -> None:
        account, person = self.accounts[lines[0].channel], self.person(lines[0].phone, lines[0].channel)
        self.tell(Event(lines[-1].channel, shapes.read_one(lines[-1], account, person, self._now())))
