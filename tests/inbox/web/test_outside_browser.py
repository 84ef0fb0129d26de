"""Permits and another agency's link in a real browser: an officer at a desk, a guest on a phone without scripts."""

from __future__ import annotations

import io

import pypdf
from playwright.async_api import Browser, Page, expect

from inbox.models import Paper
from tests.inbox.test_exif import photo
from tests.inbox.web.desk import Office
from tests.inbox.web.test_look import chromium, window

__all__ = ["chromium"]
CSV = "No Izin;Nama Pemegang;Objek;Alamat;Berlaku s.d.\n503/12/IMB;Budi Santoso;Ruko;Jl. Merdeka 12;31/12/2030\n"


async def _fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


async def test_a_list_is_uploaded_and_decides_a_complaint(office: Office, chromium: Browser) -> None:
    """From the settings to the decision on the ticket, at a desk and at 360 px."""
    ticket = await office.up_to_study()
    async with window(office, chromium, "kepala-dinas") as page:
        await page.goto(f"{office.url}/meja/pengaturan/izin")
        file = {"name": "izin.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
        await page.locator("#permits-file").set_input_files(file)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Unggah daftar izin").click()
        await expect(page.get_by_text("1 izin sekarang")).to_be_visible()
        await page.set_viewport_size({"width": 360, "height": 740})
        await page.reload()
        await _fits(page)
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await page.locator("#outside > summary").click()
        await page.get_by_role("link", name="Periksa izin objek").click()
        await page.locator("#cari").fill("jln merdeka")
        await page.get_by_role("button", name="Cari", exact=True).click()
        await page.locator(".permit", has_text="Budi Santoso").click()
        await _fits(page)
        await page.get_by_role("button", name="Objek berizin").click()
        await expect(page.locator("#outside")).to_contain_text("503/12/IMB")
        await _fits(page)


SECRETS = ("Siti", "Aminah", "warga@example.com", "KTP")


async def _nameless(page: Page) -> None:
    """Neither the page nor what its links are called says who complained."""
    assert not [secret for secret in SECRETS if secret in await page.content()]


async def _kept_as_paper(page: Page, office: Office, number: str) -> None:
    """The acceptance is the paper: who took the copy stands on it, on its page and in its file, and nobody else."""
    paper = await Paper.get(paper="salinan-formulir")
    way = f"{office.url}/meja/{number}/dokumen/{paper.id}"
    answer = await page.request.get(f"{way}.pdf")
    pdf = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(await answer.body())).pages)
    name = answer.headers["content-disposition"]
    await page.goto(way)
    shown = await page.locator("main").inner_text()
    for secret in SECRETS:
        assert secret not in pdf + name + shown
    for text in (pdf, shown):
        assert "Budi Hartono" in " ".join(text.split())
        assert "Kasi Trantib Satpol PP" in " ".join(text.split())


async def test_a_guest_accepts_and_reports_on_a_phone_without_scripts(office: Office, chromium: Browser) -> None:
    """The officer copies the link once; the guest needs nothing but a browser, and never learns who complained."""
    ticket = await office.up_to_study()
    await office.attached(ticket, "KTP Siti Aminah.jpg", "image/jpeg", photo())
    async with window(office, chromium, "kabid") as page:
        await page.goto(f"{office.url}/meja/{ticket.number}/tamu")
        await page.get_by_label("Instansi").select_option(label="Satuan Polisi Pamong Praja Kota Blitar")
        await page.get_by_role("button", name="Buat tautan").click()
        address = await page.locator("#address").input_value()
        context = await chromium.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
        guest = await context.new_page()
        await guest.goto(address)
        await expect(guest.locator("main")).to_contain_text("Ada ruko tanpa izin")
        await _nameless(guest)
        await _fits(guest)
        await guest.get_by_label("Nama Anda").fill("Budi Hartono")
        await guest.get_by_label("Jabatan dan instansi").fill("Kasi Trantib Satpol PP")
        await guest.get_by_role("button", name="Terima salinan ini").click()
        await expect(guest.get_by_text("penerimaannya sudah tercatat")).to_be_visible()
        await guest.get_by_label("Yang ditemukan atau dilakukan").fill("Sudah disegel")
        shot = {"name": "segel.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        await guest.get_by_label("Foto atau PDF").set_input_files(shot)  # type: ignore[arg-type]
        await guest.get_by_role("button", name="Kirim laporan").click()
        await expect(guest.get_by_role("link", name="segel.jpg")).to_be_visible()
        await _nameless(guest)
        await _fits(guest)
        await context.close()
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await expect(page.locator("#messages")).to_contain_text("Sudah disegel")
        await expect(page.locator("#outside")).to_contain_text("diterima Budi Hartono")
        await _kept_as_paper(page, office, ticket.number)


_PUT = """async () => {
  await (await caches.open("wadul-lapangan-1")).put("/meja/lapangan/1", new Response("Siti"));
  await new Promise((done) => {
    const asked = indexedDB.open("wadul-lapangan", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
    asked.onsuccess = () => {
      const all = asked.result.transaction("drafts", "readwrite");
      all.objectStore("drafts").put({}, "1:1");
      all.oncomplete = () => { asked.result.close(); done(); };
    };
  });
}"""


async def test_signing_out_says_what_is_unsent_and_forgets_the_rest(office: Office, chromium: Browser) -> None:
    """Unsent findings are told of before, and kept; without any, the field's pages leave the phone, too."""
    async with window(office, chromium, "kasi") as page:
        await page.goto(f"{office.url}/meja/saya")
        await page.evaluate(_PUT)
        leave = page.get_by_role("button", name="Keluar dari Wadul")
        await leave.click()
        await expect(page.locator("#leave-unsent")).to_be_visible()
        await expect(page).to_have_url(f"{office.url}/meja/saya")
        await page.evaluate("new Promise((done) => { indexedDB.deleteDatabase('wadul-lapangan').onsuccess = done })")
        await page.reload()
        assert await page.evaluate("caches.keys()") == ["wadul-lapangan-1"]
        await leave.click()
        await page.wait_for_url("**/masuk**")
        assert await page.evaluate("caches.keys()") == []
