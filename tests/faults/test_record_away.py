"""The database goes away while platforms call: what they were told we have, we have, in its order, once it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psycopg
import pytest
from aiohttp.test_utils import TestClient, TestServer

import config
from bot import spool, spooling
from bot.app import Wadul, built
from bot.settings import Settings
from bot.spool import Letter
from channels.base import Inbound, Report, State
from inbox.models import Message, SetAside, Ticket
from tests.bench.hooks import DOORS, NOW, URL, android

OFFICES = config.load(config.SHIPPED, secrets=False)


@dataclass
class Server:
    """A database that can be taken away and brought back."""

    url: str

    def away(self) -> None:
        """Every connection is cut, and none is made."""
        self._say(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS false')
        self._say(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name}'")

    def back(self) -> None:
        """It answers again."""
        self._say(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS true')

    @property
    def _name(self) -> str:
        return self.url.partition("?")[0].rpartition("/")[2]

    def _say(self, sql: str) -> None:
        other = self.url.replace("postgres://", "postgresql://").replace(f"/{self._name}", "/postgres")
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[arg-type]


@pytest.fixture
def server(postgres_url: str) -> Server:
    return Server(postgres_url)


@pytest.fixture
def program(server: Server, tmp_path: Path) -> Callable[[], object]:
    """One life of the program over that database and one data folder."""

    @asynccontextmanager
    async def run() -> AsyncIterator[tuple[Wadul, TestClient]]:  # type: ignore[type-arg]
        settings = Settings(data=tmp_path / "data", database=server.url, public_url=URL)
        async with (
            built(settings, OFFICES, now=lambda: NOW, entries=DOORS) as wadul,
            TestClient(TestServer(wadul.web)) as client,
        ):
            yield wadul, client

    return run


async def _texts(client: TestClient, number: int) -> int:  # type: ignore[type-arg]
    """A citizen's short message arrives; what the phone's gateway is told."""
    path, headers, body = android(number)
    return (await client.post(path, data=body, headers=headers)).status


async def test_what_came_while_the_record_was_away_is_there(server: Server, program: Callable[..., object]) -> None:
    """Also after the program itself ended in between; what the platform repeats is absorbed, what comes later waits."""
    async with program() as (wadul, client):  # type: ignore[attr-defined]
        assert await _texts(client, 1) == 200
        server.away()
        assert [await _texts(client, number) for number in (2, 3, 2)] == [200, 200, 200]
        assert (await client.get("/readyz")).status == 503
        server.back()
    async with program() as (wadul, client):  # type: ignore[attr-defined]
        assert await Ticket.all().count() == 1
        assert await _texts(client, 4) == 200
        assert await Ticket.all().count() == 1  # it came later, and waits for those before it
        await wadul.spooler.round()
        came = Message.filter(direction="in").order_by("id")
        senders = await came.values_list("conversation__address__value", flat=True)
        assert [str(sender)[-1] for sender in senders] == ["1", "2", "3", "4"]
        assert await Ticket.all().count() == 4
        assert await _texts(client, 5) == 200
        assert await Ticket.all().count() == 5


async def test_what_cannot_be_kept_is_not_taken(
    server: Server, program: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, and the record away: the platform keeps its message and comes again."""
    async with program() as (_, client):  # type: ignore[attr-defined]
        server.away()
        monkeypatch.setattr(spool, "LEAST_FREE_BYTES", 1 << 62)
        assert await _texts(client, 1) == 503
        monkeypatch.undo()
        monkeypatch.setattr(spool, "MOST_LETTERS", 2)
        assert [await _texts(client, number) for number in (1, 2, 3)] == [200, 200, 503]
        server.back()


async def test_a_form_is_told_at_once(server: Server, program: Callable[..., object]) -> None:
    """Whoever waits for a number is told that there is none; nothing is taken behind their back."""
    said = Inbound(external_id="a", sender="w1", sent_at=NOW, text="Lampu jalan di depan pasar Legi mati")
    async with program() as (wadul, _):  # type: ignore[attr-defined]
        server.away()
        with pytest.raises(asyncpg.PostgresError):
            await wadul.desks["blitar-web"].accept(said)
        server.back()
        await wadul.spooler.round()
        assert await Ticket.all().count() == 0


async def test_a_letter_that_nothing_can_take_holds_up_no_other(program: Callable[..., object]) -> None:
    """With the record there, three tries are enough; it stays on the disk for a person."""
    async with program() as (wadul, client):  # type: ignore[attr-defined]
        folder = wadul.settings.data / "spool" / "blitar-sms"
        folder.mkdir(parents=True)
        (folder / "000000000000001.json").write_text("{")
        (folder / ".number").write_text("1")
        assert await _texts(client, 2) == 200
        for _ in range(spooling._TRIES):
            await wadul.spooler.round()
        assert await Ticket.all().count() == 1
        assert [path.name for path in folder.glob("*.undeliverable")] == ["000000000000001.undeliverable"]
        metrics = await (await client.get("/metrics")).text()
        assert 'wadul_spool{state="undeliverable"} 1.0' in metrics


async def test_reports_and_riddles_wait_as_well(server: Server, program: Callable[..., object]) -> None:
    """What became of an answer, and what nobody could read, is told to the record later."""
    async with program() as (wadul, _):  # type: ignore[attr-defined]
        desk = wadul.desks["blitar-sms"]
        server.away()
        await desk.report(Report(State.DELIVERED, external_id="x"))
        await desk.set_aside(b"\xff\x00riddle", "unreadable")
        kept = wadul.spooler._spool
        found = [await kept.read(path) for path in kept.letters("blitar-sms")]
        assert found == [
            Letter(reports=(Report(State.DELIVERED, external_id="x"),)),
            Letter(aside=b"\xff\x00riddle", reason="unreadable"),
        ]
        server.back()
        await wadul.spooler.round()
        assert kept.counts() == (0, 0)
        assert [bytes(row.original or b"") for row in await SetAside.all()] == [b"\xff\x00riddle"]


async def test_a_number_that_was_lost_costs_no_letter(tmp_path: Path) -> None:
    """Cut off while it was counted, on a full disk or by a kill: the next letter comes after those that wait."""
    kept = spool.Spool(tmp_path)
    for left in ("1", "", "1"):
        await kept.keep("blitar-sms", Letter(aside=left.encode(), reason="unreadable"))
        (tmp_path / "blitar-sms" / ".number").write_text(left)
    await kept.give_up(kept.letters("blitar-sms")[2])
    await kept.keep("blitar-sms", Letter(aside=b"last", reason="unreadable"))
    assert [(await kept.read(path)).aside for path in kept.letters("blitar-sms")] == [b"1", b"", b"last"]
    assert kept.counts() == (3, 1)


async def test_a_letter_whose_writer_died_holds_up_nobody(tmp_path: Path) -> None:
    """Nobody was told that it is kept: nothing waits for it, and it is gone with the next one."""
    kept, folder = spool.Spool(tmp_path), tmp_path / "blitar-sms"
    folder.mkdir()
    for name, words in ((".number", "7"), (".000000000000008.json", '{"reas')):
        (folder / name).write_text(words)
    assert (kept.waits("blitar-sms"), kept.counts()) == (False, (0, 0))
    await kept.keep("blitar-sms", Letter(aside=b"whole", reason="unreadable"))
    assert sorted(one.name for one in folder.iterdir()) == [".number", "000000000000008.json"]
    assert (await kept.read(kept.letters("blitar-sms")[0])).aside == b"whole"
