"""A check in the field: assigned, filled in with no line, sent once, and straight in the record."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import FormData
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from config.schema import Offices
from inbox.models import FieldCheck, FieldPhoto, FieldReport, Notice, Paper
from tests.inbox.web.desk import Browser, Office
from tests.inbox.web.test_look import chromium, window
from tests.pictures import opened, placed, tells

__all__ = ["chromium"]
JPEG = placed()
KIND = "berita-acara-pemeriksaan"


async def _assigned(office: Office, *team: str, **changed: Any) -> FieldCheck:
    """The Kabid sends officers to a complaint's object, tomorrow at nine."""
    ticket = await office.up_to_study()
    desk, path = await office.browser("kabid"), f"/meja/{ticket.number}/lapangan"
    ids = [str(office.by[login].officer_id) for login in team or ("petugas",)]
    values = {
        "at": "2026-11-24T09:00",
        "place": "Jl. Merdeka 12",
        "task": "Lihat papan izinnya",
        "team": ids,
        "paper": KIND,
    }
    page = await desk.sends(await desk.opens(path), path, values | changed)
    assert page.status == 200, page.text
    return await FieldCheck.all().order_by("-id").select_related("ticket").get()


async def _post(browser: Browser, path: str, *fields: tuple[str, str | bytes]) -> tuple[int, dict[str, Any]]:
    """As the page's script sends it."""
    state = f"/meja/lapangan/{path.split('/')[3]}/keadaan"
    async with aiohttp.ClientSession(cookies=browser.cookies) as session:
        csrf = (await (await session.get(browser.office.url + state)).json()).get("csrf", "")
        data = FormData(default_to_multipart=True)
        data.add_field("csrf", csrf)
        for name, value in fields:
            data.add_field(name, value, filename="foto.jpg" if isinstance(value, bytes) else None)
        answer = await session.post(browser.office.url + path, data=data, headers={"X-Wadul-Field": "1"})
        return answer.status, await answer.json()


async def test_a_team_is_told_and_sees_where_to_go_and_not_who_complained(office: Office) -> None:
    """Day, place and task on the phone's page; the reporter nowhere on it."""
    check = await _assigned(office, "petugas", "kasi")
    told = await Notice.filter(kind="field-assigned").values_list("officer_id", flat=True)
    assert set(told) == {office.by["petugas"].officer_id, office.by["kasi"].officer_id}
    phone = await office.browser("petugas")
    page = await phone.opens("/meja/lapangan/")
    assert "Jl. Merdeka 12" in page.text
    page = await phone.opens(f"/meja/lapangan/{check.id}")
    assert "Lihat papan izinnya" in page.text
    assert "24 November 2026" in page.text
    for secret in ("Siti", "example.com"):
        assert secret not in page.html
    assert "Jl. Merdeka 12" not in (await (await office.browser("sekretaris")).opens("/meja/lapangan/")).text


async def test_findings_and_photos_go_straight_into_the_record_once(office: Office) -> None:
    """Sent twice as a bad line makes one send; time and place are the photo's own."""
    check = await _assigned(office)
    phone, path = await office.browser("petugas"), f"/meja/lapangan/{check.id}"
    shot = [("key", "a" * 32), ("photo", JPEG), ("caption", "Tampak depan"), ("latitude", "1"), ("longitude", "1")]
    for _ in range(2):
        assert await _post(phone, f"{path}/foto", *shot) == (200, {"ok": True})
    found = [("key", "b" * 32), ("text", "Papan izin tidak ada"), ("present", "Budi, pemilik"), ("photos", "a" * 32)]
    for _ in range(2):
        assert await _post(phone, path, *found) == (200, {"ok": True})
    assert (await FieldPhoto.all().count(), await FieldReport.all().count()) == (1, 1)
    paper = await Paper.get(paper=KIND)
    assert paper.values["text"] == "Papan izin tidak ada"
    assert paper.values["team"].startswith("Rina Wulandari, ")
    (kept,) = paper.values["photos"]
    assert (kept["caption"], kept["place"]) == ("Tampak depan", "-8.09541, 112.16091")
    assert kept["at"] == "2026-11-23T02:20:00+00:00"
    desk = await office.browser("kabid")
    printed = (await desk.opens(f"/meja/{check.ticket.number}/dokumen/{paper.id}")).text
    for words in ("Papan izin tidak ada", "Budi, pemilik", "Rina Wulandari", "Jl. Merdeka 12"):
        assert words in printed
    page = await desk.opens(f"/meja/{check.ticket.number}")
    assert "sudah dilaporkan" in page.part("outside")
    assert "Hasil pemeriksaan lapangan masuk ke berita acara (1 foto)" in page.part("journal")
    picture = await FieldPhoto.get()
    for address in (f"{path}/foto/{picture.id}", f"/meja/{check.ticket.number}/dokumen/{paper.id}/foto/1"):
        assert opened((seen := await desk.opens(address)).body).size == opened(JPEG).size
        assert not tells(seen.body)
    for suffix in ("pdf", "docx"):
        printed = await desk.opens(f"/meja/{check.ticket.number}/dokumen/{paper.id}.{suffix}")
        assert printed.status == 200
        assert not tells(printed.body)


async def test_a_record_with_a_life_stays_one_draft(office: Office) -> None:
    """What a colleague sends from the same place goes into it, after what stands there."""
    blitar = office.house.office
    papers = tuple(
        kind.model_copy(update={"signed_by": ("kabid",)}) if kind.id == KIND else kind for kind in blitar.papers
    )
    living = blitar.model_copy(update={"papers": papers})
    offices: Offices = office.house.offices
    offices.offices[living.id] = living  # type: ignore[index]
    check = await _assigned(office, "petugas", "kasi")
    for login, text in (("petugas", "Dari depan"), ("kasi", "Dari belakang")):
        phone = await office.browser(login)
        assert (await _post(phone, f"/meja/lapangan/{check.id}", ("key", login * 3), ("text", text)))[0] == 200
    paper = await Paper.get(paper=KIND)
    assert (paper.status, paper.values["text"]) == ("drafted", "Dari depan\n\nDari belakang")
    assert "Agus Prasetyo" in paper.values["team"]


async def test_it_works_without_scripts(office: Office) -> None:
    """One form with its photos; nothing found is said beside its field, and what was written stays."""
    check = await _assigned(office)
    phone, path = await office.browser("petugas"), f"/meja/lapangan/{check.id}"
    page = await phone.opens(path)
    page = await phone.sends(page, path, {"text": "", "owner": "Pak Budi"})
    assert "Tulis keadaan yang ditemukan." in page.text
    assert page.value(path, "owner") == "Pak Budi"
    page = await phone.sends(page, path, {"text": "Sepi"}, {"photo": ("a.jpg", JPEG)})
    assert "Hasilnya sudah masuk ke berita acara." in page.text
    assert len((await Paper.get(paper=KIND)).values["photos"]) == 1


async def test_who_may_send_see_and_call_off(office: Office) -> None:
    """What is no photo, a photo not sent, a stranger's check, one that was called off."""
    check = await _assigned(office)
    phone, path = await office.browser("petugas"), f"/meja/lapangan/{check.id}"
    status, said = await _post(phone, f"{path}/foto", ("key", "c" * 32), ("photo", b"<svg/>"))
    assert (status, said["code"]) == (422, "field-photo-type")
    status, said = await _post(phone, path, ("key", "d" * 32), ("text", "x"), ("photos", "e" * 32))
    assert (status, said["code"]) == (422, "field-photo-missing")
    assert (await phone.opens("/meja/lapangan/999999")).status == 404
    desk, ticket = await office.browser("kabid"), f"/meja/{check.ticket.number}/lapangan"
    page = await desk.sends(await desk.opens(ticket), f"{ticket}/{check.id}/batal")
    assert "dibatalkan" in page.part(f"check-{check.id}")
    status, said = await _post(phone, path, ("key", "f" * 32), ("text", "Terlambat"))
    assert (status, said["code"]) == (422, "field-cancelled")
    assert "field-cancelled" in {row.kind for row in await Notice.all()}
    assert not await Paper.filter(paper=KIND).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at": "besok"}, "Isi hari dan jam"),
        ({"team": []}, "paling sedikit satu petugas"),
        ({"team": ["99999"]}, "petugas aktif"),
    ],
)
async def test_an_assignment_that_makes_no_sense_is_said(office: Office, changed: dict[str, Any], said: str) -> None:
    """Beside its field; nothing is assigned."""
    ticket = await office.up_to_study()
    desk, path = await office.browser("kabid"), f"/meja/{ticket.number}/lapangan"
    values: dict[str, Any] = {"at": "2026-11-24T09:00", "place": "Jl. A", "team": [str(office.by["kasi"].officer_id)]}
    page = await desk.opens(path)
    given = values | changed
    fields = [(name, one) for name, value in given.items() for one in (value if isinstance(value, list) else [value])]
    data = FormData([("csrf", page.form(path).fields["csrf"]), *fields])
    page = await desk._see("POST", path, data=data, headers={})
    assert page.status == 422
    assert said in page.text
    assert not await FieldCheck.exists()


async def test_a_phone_without_a_line_keeps_it_and_sends_it_once_when_back(office: Office, chromium: Chromium) -> None:
    """Offline: written, photographed, sent, the page even loaded again; then the line comes back."""
    check = await _assigned(office)
    async with window(office, chromium, "petugas", width=360, height=740) as page:
        await page.goto(f"{office.url}/meja/lapangan/{check.id}")
        await expect(page.locator("#field-form[data-ready]")).to_be_attached()
        await page.wait_for_function(
            "async () => (await caches.has('wadul-lapangan-1'))"
            " && (await (await caches.open('wadul-lapangan-1')).keys()).some(one => one.url.includes('desk_field.js'))"
        )
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.context.set_offline(True)
        await page.get_by_label("Keadaan yang ditemukan").fill("Pagar menutup trotoar")
        await page.locator("#field-photo").set_input_files(
            {"name": "pagar.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
        )
        await expect(page.locator("#shots li")).to_have_count(1)
        await page.get_by_label("Keterangan foto").fill("Pagar dari timur")
        await page.get_by_role("button", name="Kirim hasil").click()
        await expect(page.locator("#field-state")).to_have_attribute("data-state", "waiting")
        await page.reload()
        await expect(page.get_by_label("Keadaan yang ditemukan")).to_have_value("Pagar menutup trotoar")
        await expect(page.locator("#field-state")).to_have_attribute("data-state", "waiting")
        assert not await FieldReport.exists()
        await page.context.set_offline(False)
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(page.locator("#field-state")).to_have_attribute("data-state", "sent", timeout=15_000)
        assert (await FieldReport.all().count(), await FieldPhoto.all().count()) == (1, 1)
        await page.reload()
        await expect(page.get_by_label("Keadaan yang ditemukan")).to_have_value("")
    paper = await Paper.get(paper=KIND)
    assert paper.values["text"] == "Pagar menutup trotoar"
    assert [one["caption"] for one in paper.values["photos"]] == ["Pagar dari timur"]
    async with window(office, chromium, "kabid") as desk:
        await desk.goto(f"{office.url}/meja/{check.ticket.number}/dokumen/{paper.id}")
        await expect(desk.locator("main")).to_contain_text("Pagar menutup trotoar")
        picture = desk.locator("figure", has_text="Pagar dari timur")
        await expect(picture).to_contain_text("-8.09541, 112.16091, Senin 23/11 09.20")


async def test_a_long_list_costs_what_a_short_one_does(office: Office, statements: list[str]) -> None:
    """Ten assignments take as many statements as one."""
    check = await _assigned(office, "petugas", "kasi")
    phone = await office.browser("petugas")

    async def cost() -> int:
        await phone.opens("/meja/lapangan/")
        statements.clear()
        assert (await phone.opens("/meja/lapangan/")).status == 200
        return len(statements)

    one = await cost()
    desk, path = await office.browser("kabid"), f"/meja/{check.ticket.number}/lapangan"
    for nth in range(9):
        values = {
            "at": "2026-11-25T09:00",
            "place": f"Jl. Anggrek {nth}",
            "team": [str(office.by["petugas"].officer_id)],
        }
        await desk.sends(await desk.opens(path), path, values | {"paper": KIND})
    page = await phone.opens("/meja/lapangan/")
    assert "Jl. Anggrek 8" in page.text
    assert await cost() == one


async def test_whoever_can_be_sent_is_named_once(office: Office) -> None:
    """Officers of the office in the order of their names, whatever roles they have."""
    ticket = await office.up_to_study()
    page = await (await office.browser("kabid")).opens(f"/meja/{ticket.number}/lapangan")
    form = page.form(f"/meja/{ticket.number}/lapangan")
    sent = [box.get("value") for box in form.xpath(".//*[@name='team']")]
    by = {actor.name: str(actor.officer_id) for actor in office.by.values()}
    assert sent == [by[name] for name in sorted(by, key=str.casefold)]
