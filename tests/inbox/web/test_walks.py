"""What holds for every address alike, walked over all that the desk, the API and the citizens' pages have: headers that
tie a page down, forms that nobody sends from elsewhere, and nobody led off.

``world.py`` is the complaint that everything hangs on. What a right opens is walked in ``test_rights.py``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
import pytest

from inbox.database import Database
from inbox.models import Entry
from tests.inbox.web import world_case
from tests.inbox.web.world import MARK, OUTSIDER, Caller, World, caller

STREAM, PDF = "/meja/peristiwa", "application/pdf"
# Said for everybody, and kept by browsers and the machines between.
PUBLIC = ("/static/", "/meja/pemberitahu.js", "/meja/lapangan/pekerja.js", "/api/", "/angka", "/logo")
# Where a citizen's page may stand in a frame of ours; and where number and code, or a secret address, are what lets in.
SIGNED_IN_NOWHERE = ("/tamu/", "/cek", "/blitar/", "/denpasar/")
# Parameters that say where to go next, by the names that programs and attackers use.
WHITHER = ("ke", "kembali", "next", "url", "return", "redirect", "asal")
ELSEWHERE = ("//evil.example/x", "https://evil.example/x", "/\\evil.example", "https:evil.example", "/%2f/evil.example")


@pytest.fixture
async def world(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The complaint and everything that hangs on it."""
    async with world_case.laid(sqlite_database, tmp_path) as world:
        yield world


def _paths(world: World, *methods: str) -> Iterator[tuple[str, str]]:
    """Every address by those methods, filled in with what belongs to the complaint; the stream, which does not end,
    and the way out, which ends the walk, are left out.
    """
    for route in world.office.app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if route.method in methods and path not in {"", STREAM, "/keluar"}:
            yield route.method, world.path(path.replace("{mark}", MARK).replace("{sender}", "x@example.com"))


async def _asked(
    world: World, by: Caller, method: str, path: str, values: Mapping[str, str] | None = None, **headers: str
) -> aiohttp.ClientResponse:
    """With the browser's cookies alone."""
    async with aiohttp.ClientSession(cookies=dict(by.cookies)) as session:
        sent = {"headers": headers, "allow_redirects": False, "data": values}
        async with session.request(method, world.office.url + path, **sent) as answer:  # type: ignore[arg-type]
            await answer.read()
            return answer


@pytest.mark.parametrize("name", ["semua", OUTSIDER])
async def test_every_answer_is_tied_down(world: World, name: str) -> None:
    """No page, file or error may be framed, sniffed, kept by a cache or run a script that is not ours."""
    by, wrong = await caller(world.office, name), []
    for method, path in [*_paths(world, "GET"), ("GET", "/tidak/ada"), ("GET", "/meja/tidak/ada")]:
        answer = await _asked(world, by, method, path)
        headers, policy = answer.headers, answer.headers.get("Content-Security-Policy", "")
        faults = {
            "policy": "default-src 'none'" not in policy,
            "unsafe": "unsafe" in policy and answer.content_type != PDF,
            "frames": not (
                "frame-ancestors 'none'" in policy
                or "sandbox" in policy
                or path.startswith(SIGNED_IN_NOWHERE)
                or path == "/"
            ),
            "sniffed": headers.get("X-Content-Type-Options") != "nosniff",
            "referrer": headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"},
            "kept": not re.match("no-store|private", headers.get("Cache-Control", "")) and not path.startswith(PUBLIC),
            "server": "Server" in headers,
        }
        wrong += [f"{path}: {name}" for name, fault in faults.items() if fault]
    assert not wrong, "\n".join(wrong)


async def test_no_form_is_sent_from_elsewhere(world: World) -> None:
    """With an officer's cookies alone, or from another site even with the right token, nothing is done anywhere."""
    by, wrong = await caller(world.office, "semua"), []
    before = await Entry.all().count()
    token = (await (await world.office.browser("semua")).opens("/meja/saya")).value("/keluar", "csrf")
    found = list(_paths(world, "POST", "PUT", "PATCH", "DELETE"))
    paths = [(method, path) for method, path in found if not path.startswith(SIGNED_IN_NOWHERE)]
    assert len(paths) > 100
    for method, path in paths:
        if path.startswith("/api/"):
            tried = [await _asked(world, by, method, path, {})]
            good = {401}
        else:
            tried = [
                await _asked(world, by, method, path, {"text": "x"}),
                await _asked(world, by, method, path, {"csrf": token}, **{"Sec-Fetch-Site": "cross-site"}),
                await _asked(world, by, method, path, {"csrf": token}, Origin="https://evil.example"),
            ]
            good = {403}
        wrong += [f"{method} {path}: {answer.status}" for answer in tried if answer.status not in good]
    assert not wrong, "\n".join(wrong)
    assert await Entry.all().count() == before


@pytest.mark.parametrize("name", ["semua", OUTSIDER])
async def test_nobody_is_led_elsewhere(world: World, name: str) -> None:
    """Whatever is asked for, under any name: who is sent on stays at this house."""
    by, wrong = await caller(world.office, name), []
    asked = [f"{name}={quote(where, safe='%')}" for name in WHITHER for where in ELSEWHERE]
    for _, path in _paths(world, "GET"):
        for query in ("&".join(asked[:7]), "&".join(asked[::5])):
            answer = await _asked(world, by, "GET", f"{path}?{query}")
            if _leads_off(world, path, answer.headers.get("Location", "")):
                wrong.append(f"{path}: {answer.headers['Location']}")
    for path in ("//evil.example/meja/", "/%2f/evil.example/..%2f", "/meja//evil.example", "/meja/%5cevil.example"):
        answer = await _asked(world, by, "GET", path)
        if _leads_off(world, path, answer.headers.get("Location", "")):
            wrong.append(f"{path}: {answer.headers['Location']}")
    assert not wrong, "\n".join(wrong)


def _leads_off(world: World, path: str, location: str) -> bool:
    """As browsers read it, to whom a backslash is a slash."""
    there = urljoin(world.office.url + path, location.replace("\\", "/"))
    return urlsplit(there).netloc != urlsplit(world.office.url).netloc
