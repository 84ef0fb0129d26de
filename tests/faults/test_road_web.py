"""A form on its way in: the process is killed while it is stored, and pressing again opens one ticket, not two."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.faults.conftest import Office
from tests.faults.nursery import KILLED
from tests.journeys.browsing import Browser, Page, Upload

pytestmark = pytest.mark.timeout(600)  # dozens of processes are born and killed

COMPLAINT = "Jalan di depan SD Kauman berlubang besar sejak bulan lalu."
PICTURE = Upload("lubang.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(2000), "image/jpeg")


@contextmanager
def serving(office: Office, tmp_path: Path, **faults: object) -> Iterator[tuple[str, Future[int]]]:
    """The program answers browsers while the block lasts: its address, and how it ended."""
    ready = tmp_path / f"ready-{time.monotonic_ns()}"
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(office.run, "serve", ready=ready, **faults)
        while not ready.exists():
            assert not ended.done(), ended.result()
            time.sleep(0.01)
        pid, port = ready.read_text().split()
        try:
            yield f"http://127.0.0.1:{port}", ended
        finally:
            with suppress(ProcessLookupError):  # it may have died by itself
                os.kill(int(pid), signal.SIGTERM)


async def complains(url: str, page: Page | None = None) -> tuple[Page, Page | None]:
    """Somebody fills in the form (or presses once more on the one that is open): the form, and what came of it."""
    browser = Browser(url)
    try:
        form = page or await browser.opens("/blitar/")
        form.url = form.url.with_port(browser.port)
        try:
            return form, await browser.presses(form, "Kirim aduan", {"isi": COMPLAINT, "berkas": PICTURE})
        except aiohttp.ClientError:
            return form, None
    finally:
        await browser.close()


async def test_killed_while_a_form_is_stored(
    sqlite_template: Path, office_of: Callable[[str], Office], tmp_path: Path
) -> None:
    """The page stays open with its words; after the restart the same press gets number and code, once."""
    died = set()
    for nth in itertools.count(1):
        file, trace = shutil.copyfile(sqlite_template, tmp_path / f"{nth}.sqlite"), tmp_path / f"trace-{nth}"
        office = office_of(f"sqlite://{file}")
        with serving(office, tmp_path, nth=nth, trace=trace, statements=False) as (url, ended):
            form, receipt = await complains(url)
        if ended.result() == KILLED:
            died.add(office.steps(trace)[-1])
            assert receipt is None, "a receipt for what was not stored yet"
            with serving(office, tmp_path) as (url, _):
                form, receipt = await complains(url, form)
        assert receipt
        receipt.shows("Aduan Anda sudah kami terima", "BLT-26-00000")
        assert office.count("SELECT count(*) FROM ticket") == 1
        assert office.count("SELECT count(*) FROM message WHERE direction = 'in'") == 1
        assert office.count("SELECT count(*) FROM message WHERE template = 'diterima'") == 1
        ((digest,),) = office.rows("SELECT digest FROM attachment")
        assert (office.data / "files" / digest[:2] / digest[2:]).read_bytes() == PICTURE.content
        if ended.result() != KILLED:
            break
    assert {"before put", "after put", "before commit", "after commit"} <= died
