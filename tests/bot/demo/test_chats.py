"""What was said on the phones outlives the demo, whatever end it came to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.demo.chats import Chats
from bot.demo.news import News
from channels.base import Attachment

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DOOR = "kota-telegram"


def chats(folder: Path, news: News | None = None) -> Chats:
    return Chats(folder, ["1", "2"], news or News(), lambda: NOW)


def said(folder: Path) -> Chats:
    """A little of everything."""
    phones = chats(folder)
    photo = Attachment("foto.jpg", "image/jpeg", b"foto", size_bytes=4)
    first = phones.add("1", DOOR, sent=True, text="Jln rusak", state="sent", files=[photo])
    buttons = ((("Ya", "SELESAI"), ("Belum", "BELUM")),)
    second = phones.add("1", DOOR, sent=False, text="Sudah?", buttons=buttons, answers=first.id)
    phones.add("2", DOOR, sent=True, place=(-7.4664, 112.4338))
    phones.change(first.id, text="Jalan rusak", edited=NOW.isoformat(), state="delivered")
    phones.change(second.id, pressed="SELESAI")
    phones.bring("1", DOOR, {"message": {"message_id": first.id}})
    phones.block("2", DOOR, blocked=True)
    return phones


def test_everything_is_there_again(tmp_path: Path) -> None:
    """Lines, changes, files, what was brought and who blocked whom; numbers go on where they were."""
    before, after = said(tmp_path), chats(tmp_path)
    assert after.lines() == before.lines()
    assert after.lines("2") == [line for line in before.lines() if line.phone == "2"]
    assert after.content(after.lines()[0].id, 0) == b"foto"
    assert after.brought(DOOR) == before.brought(DOOR)
    assert (after.blocked("1"), after.blocked("2")) == ([], [DOOR])
    known = {line.id for line in before.lines()} | {number for number, _ in before.brought(DOOR)}
    assert after.add("1", DOOR, sent=True, text="Masih").id > max(known)


def test_a_power_cut_costs_its_own_line_alone(tmp_path: Path) -> None:
    """A line that was half written is left out, and what is said next is kept."""
    before = said(tmp_path)
    with (tmp_path / "1.jsonl").open("a") as file:
        file.write('{"n": 99, "phone": "1", "line": {"id"')
    phones = chats(tmp_path)
    assert phones.lines() == before.lines()
    phones.add("1", DOOR, sent=True, text="Masih di sini")
    assert [line.text for line in chats(tmp_path).lines("1")][-1] == "Masih di sini"


def test_a_new_record_begins_with_empty_phones(tmp_path: Path) -> None:
    """Nothing is left, on disk or in mind."""
    phones = said(tmp_path)
    phones.clear()
    assert phones.lines() == phones.brought(DOOR) == phones.blocked("2") == chats(tmp_path).lines() == []
    assert phones.content(1, 0) is None


async def test_whoever_waits_hears_of_each_change(tmp_path: Path) -> None:
    """A page that has seen everything waits; anything that happens ends the wait."""
    news = News()
    phones = chats(tmp_path, news)
    assert not await news.after(news.version, 0.01)
    before = news.version
    phones.add("1", DOOR, sent=True, text="Halo")
    assert await news.after(before, 0.01)
    news.close()
    assert await news.after(news.version, 10)
