"""A former register at the desk, from the upload to the complaint that it became."""

from __future__ import annotations

import asyncio

from tests.inbox.test_importing import GOOD, HEADERS
from tests.inbox.test_importing_file import xlsx
from tests.inbox.web.desk import Office


async def test_a_register_comes_in_by_the_pages(office: Office) -> None:
    """Upload, columns as guessed, the problems by row, and then the complaints with their old numbers."""
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/impor")
    bad = ("047/ADU/2025", "35/2/2025", "Parkir liar", "", "", "", "")
    file = {"file": ("register 2025.xlsx", xlsx(HEADERS, *GOOD, bad))}
    named = await browser.sends(page, "/meja/impor", {}, file)
    assert named.path == "/meja/impor/1"
    assert named.value("/meja/impor/1/kolom", "old_number") == "0"
    await browser.sends(named, "/meja/impor/1/kolom", {})
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "import 1"))
    checked = await browser.opens("/meja/impor/1")
    assert "2 baris siap masuk, 1 baris bermasalah. Belum ada yang masuk." in checked.part("found")
    assert checked.part("troubles").endswith(
        "4 047/ADU/2025 Tanggal masuk tidak terbaca atau di luar jangkauan: 35/2/2025. Tulis seperti 23/11/2025."
    )
    refused = await browser.sends(checked, "/meja/impor/1/masukkan", {})
    assert refused.status == 422
    assert "Ada 1 baris bermasalah" in refused.text
    done = await browser.sends(checked, "/meja/impor/1/masukkan", {"skip": "1"})
    assert "2 aduan masuk sebagai aduan selesai" in done.part("done")
    ticket = await browser.opens("/meja/BLT-25-000001")
    assert ticket.status == 200
    assert "045/ADU/2025" in ticket.text
    assert "Pungutan liar di loket" in ticket.text
    listed = await browser.opens("/meja/?q=046%2FADU%2F2025")
    assert "BLT-25-000002" in listed.html


async def test_what_is_no_register_is_said_beside_the_field(office: Office) -> None:
    """A file that is none gives a sentence with a remedy; whoever has no right sees no form."""
    browser = await office.browser("sekretaris")
    page = await browser.opens("/meja/impor")
    refused = await browser.sends(page, "/meja/impor", {}, {"file": ("foto.xlsx", b"PK\x03\x04zzz")})
    assert refused.status == 422
    assert "tidak terbaca sebagai XLSX atau CSV" in refused.text
    assert (await (await office.browser("petugas")).opens("/meja/impor")).status == 403
