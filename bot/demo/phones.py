"""The citizens' mail: what each has received and sent, kept in a folder so that a restarted demo still has it.

Letters that citizens sent are laid into the office's mailbox again at the start; the door absorbs what it knows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.demo import letters
from bot.demo.letters import Draft, Letter
from bot.demo.mail import MailStandIn
from bot.demo.news import News
from bot.demo.story import Person, Story

_MOST_LETTERS = 400


class Phones:
    """Every citizen's mail. ``news`` is told of each letter."""

    def __init__(self, folder: Path, story: Story, news: News, now: Callable[[], datetime]) -> None:
        self.citizens = {citizen.id: citizen for citizen in story.citizens}
        self._folder, self._bounce, self._news, self._now = folder, story.bounce, news, now
        self._by_address = {citizen.address.lower(): citizen.id for citizen in story.citizens}
        folder.mkdir(parents=True, exist_ok=True)
        self._letters = [letter for path in sorted(folder.glob("*.eml")) if (letter := _read(path))][-_MOST_LETTERS:]
        last = max((letter.id for letter in self._letters), default=0)
        self._ids = itertools.count(last + 1)

    def has(self, address: str) -> bool:
        """Whether one of the phones has that address."""
        return address.lower() in self._by_address

    def receive(self, address: str, raw: bytes) -> None:
        """A mail arrives on a phone."""
        self._keep(self._by_address[address.lower()], raw, sent=False)

    def letters(self, phone: str) -> list[Letter]:
        """The letters on one phone, oldest first."""
        return [letter for letter in self._letters if letter.phone == phone]

    def letter(self, id: int) -> Letter | None:  # noqa: A002
        """One letter, on whichever phone."""
        return next((letter for letter in self._letters if letter.id == id), None)

    def clear(self) -> None:
        """Forget every letter: the record that knew them is gone."""
        for path in self._folder.glob("*.eml"):
            path.unlink()
        self._letters.clear()

    def write(self, phone: str, draft: Draft) -> Letter:
        """Write a letter that nobody carries yet: whoever plays the past hands it to the door."""
        return self._keep(phone, letters.compose(draft, self.citizens[phone], self._now()), sent=True)

    async def send(self, phone: str, draft: Draft, mail: MailStandIn) -> Letter:
        """Send what a citizen typed to whom it is for; whom nobody knows, the citizen is told by a bounce."""
        sent = self.write(phone, draft)
        for address in letters.recipients(sent.raw):
            if not await mail.put(address, sent.raw, self._now()):
                self._deliver_here(phone, address, sent.raw)
        return sent

    async def send_again(self, mail: MailStandIn) -> None:
        """Lay every letter to the office into its mailbox again."""
        for letter in self._letters:
            for address in letters.recipients(letter.raw) if letter.sent else ():
                await mail.put(address, letter.raw, letter.at)

    def _deliver_here(self, phone: str, address: str, raw: bytes) -> None:
        if self.has(address):
            self.receive(address, raw)
            return
        daemon = Person(id="", name="Mail Delivery System", address="mailer-daemon@surat.demo")
        draft = Draft(self.citizens[phone].address, self._bounce.subject, self._bounce.text.format(address=address))
        self._keep(phone, letters.compose(draft, daemon, self._now()), sent=False)

    def _keep(self, phone: str, raw: bytes, *, sent: bool) -> Letter:
        letter = Letter(next(self._ids), phone, sent, self._now(), raw)
        stamp = int(letter.at.timestamp())
        path = self._folder / f"{letter.id:06d}_{phone}_{'keluar' if sent else 'masuk'}_{stamp}.eml"
        path.write_bytes(raw)
        self._letters.append(letter)
        self._news.tell()
        return letter


def _read(path: Path) -> Letter | None:
    """A kept letter; None where the file's name is none of ours."""
    parts = path.stem.split("_")
    if len(parts) != 4 or not (parts[0].isdigit() and parts[3].isdigit()):
        return None
    at = datetime.fromtimestamp(int(parts[3]), UTC)
    return Letter(int(parts[0]), parts[1], parts[2] == "keluar", at, path.read_bytes())
