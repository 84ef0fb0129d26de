"""How the desk looks and behaves in a real browser: readable, within the screen, alive, careful with what is typed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

import templates
from inbox.models import OfficeSetting
from inbox.settings import PRACTICE
from tests.chromium import started
from tests.inbox.web.addresses import OF_A_TICKET, ROOMS
from tests.inbox.web.desk import PASSWORD, Office

BACKGROUNDS = ("cloth", "surface", "raised", "hover")
ON_BACKGROUNDS = ("ink", "muted", "indigo", "red", "brown", "green")
ON_ITS_PALE = ("indigo", "red", "brown", "green")
DESK = (
    "blokir",
    "tertahan",
    "",
    "?antrean=milik",
    "?q=ruko",
    "baru",
    "saya",
    "gangguan",
    "buku/",
    "label",
    "blokir",
    "tertahan",
    "panduan",
    "papan",
    "tidak-ada",
)
SETTINGS = (
    "",
    "/libur",
    "/jawaban",
    "/pengganti",
    "/petugas",
    "/pintu",
    "/pintu/blitar-email",
    "/pencocokan",
    "/prosedur",
)
CITIZENS = ("/", "/cek", "/blitar/cek", "/tidak-ada")
# What a thumb misses: every control whose middle, or a point 21 px beside it, belongs to something else. A link within
# a sentence, a field's caption and the skip link (there only for keys) need no such room.
MISSED = """async () => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const controls = "a[href], button, summary, select, textarea, input:not([type=hidden])";
    const inline = (one) => getComputedStyle(one).display === "inline" && [...one.parentElement.childNodes].some(
        (node) => node.nodeType === 3 && node.textContent.trim());
    const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length
        && one.offsetWidth > 2 && !one.matches(".skip, .lompat, [tabindex='-1']") && !inline(one)
        && !one.closest(".unseen, [hidden], dialog:not([open])");
    const missed = [];
    for (const one of [...document.querySelectorAll(controls)].filter(seen)) {
        const target = one.labels?.[0]?.contains(one) ? one.labels[0] : one;
        target.scrollIntoView({ block: "center", behavior: "instant" });
        const box = target.getBoundingClientRect();
        const hit = (x, y) => {
            const there = document.elementFromPoint(x, y);
            return !!there && (target.contains(there) || there.closest("label")?.control === one);
        };
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const room = [[0, 0], [-21, 0], [21, 0], [0, -21], [0, 21]].every(([right, down]) => hit(x + right, y + down));
        if (!room) missed.push(`${one.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }
    return missed;
}"""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium. Skips, or fails with ``WADUL_PEERS=required``, without it."""
    async with started() as browser:
        yield browser


@pytest.fixture
async def notifying() -> AsyncIterator[Browser]:
    """One that shows notifications."""
    async with started(whole=True) as browser:
        yield browser


@asynccontextmanager
async def window(
    office: Office, chromium: Browser, login: str, *, width: int = 1440, height: int = 900, script: bool = True
) -> AsyncIterator[Page]:
    """An officer's window; fails where the browser complained about anything."""
    context = await chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=script)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{office.url}/masuk")
    await page.fill("#login", login)
    await page.fill("#password", PASSWORD)
    await page.click("form button.primary")
    await page.wait_for_url("**/meja/")
    yield page
    await context.close()
    assert [line for line in complaints if "status of 4" not in line and "net::ERR" not in line] == []


def tokens() -> dict[str, tuple[str, str]]:
    """The colours by name, light and dark."""
    css = (templates.FOLDER / "static" / "desk.css").read_text("utf-8")
    return {name: (light, dark) for name, light, dark in re.findall(r"--([a-z-]+): light-dark\((#\w+), (#\w+)\);", css)}


def contrast(one: str, other: str) -> float:
    """Source: WCAG 2.2, contrast ratio and relative luminance."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(theme: int) -> None:
    """Text has 4.5 to 1 on every ground it stands on, the edges of fields 3 to 1, in light and dark (WCAG 2.2 AA)."""
    colours = {name: pair[theme] for name, pair in tokens().items()}
    texts = [(text, ground) for text in ON_BACKGROUNDS for ground in BACKGROUNDS]
    texts += [(text, f"{text}-pale") for text in ON_ITS_PALE] + [("ink", f"{text}-pale") for text in ON_ITS_PALE]
    texts += [("muted", "indigo-pale")]
    poor = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in texts}
    poor |= {(fill,): contrast("#ffffff", colours[fill]) for fill in ("indigo-fill", "indigo-press")}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.5} == {}
    edges = {ground: contrast(colours["edge"], colours[ground]) for ground in BACKGROUNDS}
    assert {ground: ratio for ground, ratio in edges.items() if ratio < 3} == {}


# What stands in the first line of a row and ends beside it.
CUT = """[...document.querySelectorAll('.row .top > *')].filter(one =>
    one.getBoundingClientRect().right > one.closest('.row').getBoundingClientRect().right + 1
).map(one => one.innerText)"""


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (820, 1180), (1440, 900)])
async def test_every_page_fits_its_screen(office: Office, chromium: Browser, width: int, height: int) -> None:
    """Nothing is wider than the screen, and what is pressed by a thumb is large enough for one."""
    ticket = await office.up_to_disposition()
    await office.complaint("takterputus" * 30, name="N" * 80, sender="n@example.com")
    await office.complaint("Lampu mati", name="", sender="nama.yang.panjang.sekali@example.com")
    async with window(office, chromium, "kepala-dinas", width=width, height=height) as page:
        of_it = [f"/meja/{ticket.number}{room}" for room in ("", *OF_A_TICKET)]
        for path in ("/meja/", "/meja/?antrean=semua", *of_it, "/meja/saya", "/meja/buku/", *ROOMS):
            await page.goto(office.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await page.evaluate(CUT) == [], path
        await page.goto(f"{office.url}/meja/{ticket.number}")
        heights = await page.evaluate(
            "[...document.querySelectorAll('.pick > span')].map(one => one.offsetHeight).filter(Boolean)"
        )
        assert min(heights) >= (40 if width < 760 else 24)
        if width == 1440:
            rail = await page.evaluate("(one => [one.scrollHeight, one.clientHeight])(document.querySelector('.rail'))")
            assert rail[0] == rail[1], "the way out is not on the screen"


@pytest.mark.parametrize("login", ["petugas", "kepala-dinas", ""])
async def test_everything_has_room_for_a_thumb(office: Office, chromium: Browser, login: str) -> None:
    """On a phone whatever is tapped has 44 px to each side, on every page and in whatever is folded there."""
    ticket = await office.complaint()
    await office.attached(ticket, "denah.pdf", "application/pdf", b"%PDF-1.4")
    await office.complaint("Masih soal ruko tanpa izin di Jalan Merdeka", sender="lain@example.com")
    settings = [*(f"/meja/pengaturan{path}" for path in SETTINGS), *ROOMS] if login == "kepala-dinas" else []
    if login == "kepala-dinas":
        await office.act("petugas", ticket.number, "naikkan")
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = await context.new_page()
    await page.goto(f"{office.url}/masuk")
    missed = await page.evaluate(MISSED)
    if login:
        await page.fill("#login", login)
        await page.fill("#password", PASSWORD)
        await page.click("form button.primary")
        await page.wait_for_url("**/meja/")
    of_it = [f"/meja/{ticket.number}{room}" for room in ("", *OF_A_TICKET)]
    for path in (*(f"/meja/{path}" for path in DESK), *of_it, *settings) if login else CITIZENS:
        await page.goto(office.url + path)
        missed += [f"{path}: {one}" for one in await page.evaluate(MISSED)]
    await context.close()
    assert missed == []


async def test_one_pane_at_a_time_on_a_phone(office: Office, chromium: Browser) -> None:
    """A phone shows the list and what is new, then the ticket with its actions under the thumb, then the list again."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas", width=390, height=844) as page:
        await expect(page.locator(".list")).to_be_visible()
        await expect(page.locator("#tiles")).to_be_hidden()
        await page.click(f"a.row[href*='{ticket.number}']")
        await expect(page.locator("#step")).to_be_visible()
        await expect(page.locator(".list")).to_be_hidden()
        await page.click(".thumbbar >> text=Balas")
        await expect(page.locator("#reply-text")).to_be_visible()
        await page.click(".ticket .back")
        await expect(page.locator(".list")).to_be_visible()


async def test_practice_is_said_on_every_pane(office: Office, chromium: Browser) -> None:
    """Once on a desk's screen, once on a phone's list, with notices and without, and once on a phone's ticket."""
    ticket = await office.complaint()
    on = {"officer_id": office.by["kasi"].officer_id, "changed_at": office.now, "values": {"on": True}}
    await OfficeSetting.create(office="blitar", name=PRACTICE, **on)
    for width, height in ((1440, 900), (390, 844)):
        async with window(office, chromium, "petugas", width=width, height=height) as page:
            for path in ("/meja/", "/meja/?antrean=milik", f"/meja/{ticket.number}", "/meja/"):
                await page.goto(office.url + path)
                await expect(page.locator(".practice >> visible=true")).to_have_count(1)
                box = await page.locator(".practice >> visible=true").bounding_box()
                assert box
                if width > 1000 and ticket.number in path:
                    await expect(page.locator("#composer")).to_be_in_viewport(ratio=0.99)
                assert box["y"] < 60, path


async def test_a_disposition_is_three_taps_on_a_phone(office: Office, chromium: Browser) -> None:
    """Opened from the list: whom, which phrase, send."""
    ticket = await office.up_to_disposition()
    async with window(office, chromium, "kepala-dinas", width=390, height=844) as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await page.locator(".person", has_text="Kepala Bidang").locator("[type=checkbox]").check()
        await page.check("input[value='Kaji dan laporkan hasilnya']")
        assert await page.is_checked(".person:has-text('Kepala Bidang') [type=radio]")
        await page.click("#act-disposisikan button.primary")
        await expect(page.locator("#sheets")).to_contain_text("Kaji dan laporkan hasilnya")


async def test_a_message_appears_while_somebody_types(office: Office, chromium: Browser) -> None:
    """The citizen's new words come in by themselves; a reply that is being written is not touched."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await page.click(f"a.row[href*='{ticket.number}']")
        await page.fill("#reply-text", "Sedang saya tulis")
        await page.wait_for_selector("#live[data-state=on]", state="attached")
        await office.house.writes(ticket, "Pohonnya tumbang!", office.now)
        await office.house.acting.note(office.by["kasi"], ticket.number, "Saya ke lokasi", now=office.now)
        await expect(page.locator("#messages")).to_contain_text("Pohonnya tumbang!")
        await expect(page.locator("#messages")).to_contain_text("Saya ke lokasi")
        assert await page.input_value("#reply-text") == "Sedang saya tulis"
        await page.click("#reply button.primary")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Balasan masuk antrean kirim.")
        await expect(page.locator("#messages")).to_contain_text("Sedang saya tulis")


async def test_a_new_complaint_appears_in_the_list(office: Office, chromium: Browser) -> None:
    """Without a reload the list gets its line and the rail its count."""
    async with window(office, chromium, "petugas") as page:
        await page.wait_for_selector("#live[data-state=on]", state="attached")
        ticket = await office.complaint()
        await office.house.acting.note(office.by["kasi"], ticket.number, "x", now=office.now)
        await expect(page.locator("#rows")).to_contain_text(ticket.number)
        await expect(page.locator("#rail [href*=peran]")).to_contain_text("1")


async def test_a_collision_in_two_windows(office: Office, chromium: Browser) -> None:
    """Two officers act on one ticket: the second is told, keeps the words, and sees whose turn it is now."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as one, window(office, chromium, "kasi") as other:
        for page in (one, other):
            await page.goto(f"{office.url}/meja/{ticket.number}")
        await one.click("#act-jawab-langsung > summary")
        await one.fill("[name='jawaban.text']", "Jawaban yang panjang sekali.")
        await other.click("#act-naikkan > summary")
        await other.click("#act-naikkan button.primary")
        await expect(other.locator("#step")).to_contain_text("Giliran Kepala Dinas")
        await expect(one.locator("#changed")).to_be_visible()
        await one.click("#act-jawab-langsung button.primary")
        await expect(one.locator(".banner.warn[role=alert]").first).to_contain_text("Belum dilakukan")
        await expect(one.locator("textarea[readonly]").last).to_have_value("Jawaban yang panjang sekali.")


async def test_the_desk_works_without_scripts(office: Office, chromium: Browser) -> None:
    """From the list to an answer with plain links and forms."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas", script=False) as page:
        await page.click(f"a.row[href*='{ticket.number}']")
        await page.click("#act-jawab-langsung > summary")
        await page.fill("[name='jawaban.text']", "Sudah ada izinnya.")
        await page.click("#act-jawab-langsung button.primary")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Tindakan dicatat.")
        await expect(page.locator("#step")).to_contain_text("Menunggu warga")


async def test_everything_can_be_reached_by_the_keyboard(office: Office, chromium: Browser) -> None:
    """From the top of the page: skip to the content, open the next action, write, and send with Ctrl and Enter."""
    ticket = await office.complaint()
    async with window(office, chromium, "petugas") as page:
        await page.goto(f"{office.url}/meja/{ticket.number}")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        for _ in range(12):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.parentElement.id") == "act-jawab-langsung":
                break
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"
        await page.keyboard.press("Enter")
        await page.focus("[name='jawaban.text']")
        await page.keyboard.type("Sudah ada izinnya.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#said:not([hidden])")).to_contain_text("Tindakan dicatat.")
