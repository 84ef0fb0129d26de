"""What a real ClamAV finds something in is never handed out, and without its word nothing is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.doctor import scanner
from bot.settings import Settings
from inbox.clamd import Away, Clamd
from inbox.files import Files
from inbox.scanning import Scanning, Unscanned
from inbox.shown import Held, Shown
from tests import clamd_peers
from tests.clamd_peers import MOST_BYTES, NAME, Daemon, eicar
from tests.pictures import JPEG

PAPER = b"%PDF-1.7 surat"
WEEK = 7 * 86400.0


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """One for this file."""
    with clamd_peers.serve() as running:
        yield running


@dataclass
class Store:
    """Files, and who looks at them."""

    files: Files
    shown: Shown
    at: float


@pytest.fixture
def store(daemon: Daemon, tmp_path: Path) -> Store:
    """An empty one."""
    files = Files(tmp_path / "files")
    made = Store(files, Shown(files), 0.0)
    made.shown.scanning = Scanning(files, Clamd(daemon.address), now=lambda: made.at)
    return made


async def test_it_is_asked(daemon: Daemon, tmp_path: Path) -> None:
    """Whether it is there; whether something is in a file, an empty one, one in many pieces; one beyond its limit."""
    clamd = Clamd(daemon.address)
    await clamd.check()
    for content, found in ((eicar(), NAME), (PAPER, ""), (b"", ""), (os.urandom(900_000), "")):
        (tmp_path / "file").write_bytes(content)
        assert await clamd.found(tmp_path / "file") == found
    (tmp_path / "file").write_bytes(b"x" * (MOST_BYTES + 1))
    with pytest.raises(Away):
        await clamd.found(tmp_path / "file")


@pytest.mark.parametrize("address", ["unix:/nonexistent/clamd.sock", "127.0.0.1:9", "[::1]:9"])
async def test_nobody_there(address: str) -> None:
    """Said at once."""
    with pytest.raises(Away):
        await Clamd(address).check()


async def test_what_is_infected_is_held_back(store: Store) -> None:
    """Neither read nor shown, whatever its name; others are, a picture as its copy."""
    bad, good, picture = [await store.files.put(content) for content in (eicar(), PAPER, JPEG)]
    with pytest.raises(Held) as held:
        await store.shown.read(bad)
    assert held.value.found == NAME
    assert await store.shown.read(good) == PAPER
    assert (await store.shown.read(picture)).startswith(b"\xff\xd8")
    await store.shown.fetch(bad, good)
    assert store.shown.path(bad).read_bytes() == b""
    await store.shown.stop()


async def test_one_bad_file_does_not_keep_a_case_from_its_papers(store: Store) -> None:
    """Fetched together with others it is an empty one, and nothing is raised."""
    bad, good = [await store.files.put(content) for content in (eicar(), PAPER)]
    await store.shown.fetch(bad, good)
    assert [store.shown.path(one).read_bytes() for one in (bad, good)] == [b"", PAPER]


async def test_without_the_scanner_nothing_new_is_opened(store: Store, daemon: Daemon) -> None:
    """What was looked at stays open; what was not waits, and is there when the scanner is."""
    known, new = [await store.files.put(content) for content in (PAPER, b"%PDF-1.7 baru")]
    assert await store.shown.read(known) == PAPER
    daemon.stop()
    try:
        store.at = WEEK / 2
        assert await store.shown.read(known) == PAPER
        with pytest.raises(Unscanned):
            await store.shown.read(new)
    finally:
        daemon.start()
    assert await store.shown.read(new) == b"%PDF-1.7 baru"


async def test_after_a_week_it_is_looked_at_again(store: Store, daemon: Daemon) -> None:
    """With newer signatures; what is held needs no second look, and stays held where nobody looks any more."""
    good, bad = [await store.files.put(content) for content in (PAPER, eicar())]
    await store.shown.fetch(good, bad)
    store.at = store.files.path(good).stat().st_mtime + 2 * WEEK
    daemon.stop()
    try:
        with pytest.raises(Unscanned):
            await store.shown.read(good)
        with pytest.raises(Held):
            await store.shown.read(bad)
    finally:
        daemon.start()
    store.shown.scanning = Scanning(store.files)
    assert await store.shown.read(good) == PAPER
    with pytest.raises(Held):
        await store.shown.read(bad)


async def test_the_doctor_looks_for_it(daemon: Daemon, tmp_path: Path) -> None:
    """Only where there should be one."""
    assert await scanner(Settings(data=tmp_path)) == []
    assert await scanner(Settings(data=tmp_path, clamd=daemon.address)) == []
    (fault,) = await scanner(Settings(data=tmp_path, clamd="127.0.0.1:9"))
    assert (fault.code, fault.values["clamd"]) == ("doctor-clamd-away", "127.0.0.1:9")
