"""What doors share that speak HTTP: judging requests and answers, and downloads that stay inside their bounds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels import abroad, http
from channels.base import Unauthorised, Undelivered, Unsure

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "given", "equal"),
    [("abc", "abc", True), ("abc", b"abc", True), ("abc", "abd", False), ("abc", "", False), ("abc", "é\udcff", False)],
)
def test_signatures_are_compared(expected: str, given: str | bytes, equal: bool) -> None:
    """Whatever a header holds, the answer is yes or no."""
    assert http.same(expected, given) is equal


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("9999999", 21600),
        ("Mon, 23 Nov 2026 02:16:30 GMT", 90),
        ("Mon, 23 Nov 2026 02:16:30", 90),
        ("Mon, 23 Nov 2026 01:00:00 GMT", 0),
    ],
)
def test_a_wish_is_read(said: str, seconds: int) -> None:
    """Seconds or a date, never more than six hours, never the past."""
    assert http.retry_after({"Retry-After": said}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": ""}, {"Retry-After": "-1"}, {"Retry-After": "besok"}])
def test_no_wish_is_none(headers: dict[str, str]) -> None:
    """What cannot be read is no wish."""
    assert http.retry_after(headers, NOW) is None


@pytest.mark.parametrize(
    ("status", "repeat_safe", "kind", "reason", "retry"),
    [
        (301, False, Undelivered, "server-unreachable", True),
        (400, False, Undelivered, "message-refused", False),
        (401, False, Unauthorised, "", False),
        (403, True, Unauthorised, "", False),
        (404, False, Undelivered, "message-refused", False),
        (408, False, Undelivered, "server-busy", True),
        (429, False, Undelivered, "server-busy", True),
        (500, False, Unsure, "", False),
        (500, True, Undelivered, "server-busy", True),
        (502, False, Unsure, "", False),
        (503, False, Undelivered, "server-busy", True),
        (504, True, Undelivered, "server-busy", True),
    ],
)
def test_an_answer_says_what_comes_next(
    status: int, repeat_safe: bool, kind: type[Exception], reason: str, retry: bool
) -> None:
    """By its status alone: again, never, a person's matter, or nobody knows."""
    error = http.refusal(status, detail="kata\x00 mereka\n", repeat_safe=repeat_safe)
    assert isinstance(error, kind)
    assert f"{status} kata mereka" in str(error)
    if isinstance(error, Undelivered):
        assert (error.reason, error.retry) == (reason, retry)


@asynccontextmanager
async def serving(*routes: web.RouteDef) -> AsyncIterator[str]:
    """A server on a free port; yields its address."""
    app = web.Application()
    app.add_routes(routes)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@asynccontextmanager
async def line(seconds: float = 5) -> AsyncIterator[http.Line]:
    """A line, closed at the end."""
    one = http.Line(lambda: NOW, seconds=seconds)
    yield one
    await one.close()


async def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _slow(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


@pytest.mark.parametrize(
    ("handler", "repeat_safe", "kind"),
    [(_cut, False, Unsure), (_cut, True, Undelivered), (_slow, False, Unsure), (_slow, True, Undelivered)],
)
async def test_a_line_that_breaks_after_handing_over(handler: object, repeat_safe: bool, kind: type[Exception]) -> None:
    """Once the request was there, only a door that may repeat itself tries again."""
    async with serving(web.post("/", handler)) as url, line(0.3) as way:  # type: ignore[arg-type]
        with pytest.raises(kind), http.handing_over(repeat_safe=repeat_safe):
            await way.session.post(url)


async def test_a_line_that_never_was_is_tried_again() -> None:
    """Nobody took anything: no doubt."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with line() as way:
            for url in (f"http://127.0.0.1:{closed.getsockname()[1]}/", "http://tidak-ada.invalid/", "http://[/"):
                with pytest.raises(Undelivered) as raised, http.handing_over():
                    await way.session.post(url)
                assert (raised.value.reason, raised.value.retry) == ("server-unreachable", True)


async def test_a_line_is_made_when_it_is_needed_and_closed_once() -> None:
    """A door that never spoke has nothing to close."""
    way = http.Line(lambda: NOW)
    await way.close()
    session = way.session
    assert session is way.session
    await way.close()
    assert session.closed


async def test_a_body_is_read_within_its_limit() -> None:
    """Exactly as it came; 413 beyond the limit, whether or not its length was told; 408 where it stops or drips."""

    async def taken(request: web.Request) -> web.Response:
        return web.Response(body=await http.body(request, 10, idle_seconds=0.2, seconds=0.5))

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b"x"
            await asyncio.sleep(0.1)

    async def told(*chunks: bytes, stuck: bool = False) -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk
        if stuck:
            await asyncio.sleep(2)

    app = web.Application()
    app.add_routes([web.post("/", taken)])
    async with TestClient(TestServer(app)) as client:
        assert await (await client.post("/", data=b"\x00\xff=&+%")).read() == b"\x00\xff=&+%"
        assert await (await client.post("/", data=told(b"12345", b"67890"))).read() == b"1234567890"
        assert (await client.post("/", data=b"x" * 11)).status == 413
        assert (await client.post("/", data=told(b"12345", b"678901"))).status == 413
        assert (await client.post("/", data=told(b"12345", stuck=True))).status == 408
        assert (await client.post("/", data=dripping())).status == 408


LOGIN = http.basic("pengguna", "rahasia")


async def test_a_file_is_downloaded() -> None:
    """With the login where it is asked for."""

    async def file(request: web.Request) -> web.Response:
        return web.Response(body=b"isi") if request.headers["Authorization"] else web.Response(status=401)

    async with serving(web.get("/f", file)) as url, line() as way:
        assert await way.download(f"{url}/f", server=url, headers=LOGIN) == b"isi"


async def test_a_redirect_stays_on_the_list_and_takes_no_login_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's store gets the question, not our credentials; any other place gets neither, and neither does a
    store that turns out to lie inside.
    """
    seen: list[str | None] = []

    async def store(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(body=b"isi")

    async with serving(web.get("/f", store)) as there:

        async def leads(request: web.Request) -> web.Response:
            raise web.HTTPFound(f"{there}/f")

        async with serving(web.get("/f", leads)) as here, line() as way:
            for stores in ([], [there]):
                with pytest.raises(Undelivered, match="file-elsewhere"):
                    await way.download(f"{here}/f", server=here, stores=stores, headers=LOGIN)
            assert seen == []
            monkeypatch.setattr(abroad, "is_public", lambda _: True)
            assert await way.download(f"{here}/f", server=here, stores=[there], headers=LOGIN) == b"isi"
            assert seen == [None]


@pytest.mark.parametrize(
    ("found", "reached"),
    [(["127.0.0.1"], False), (["10.0.0.8", "::1"], False), (["fe80::1%eth0"], False), (["2606:2800::1"], True)],
)
async def test_a_name_that_leads_inside_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, found: list[str], reached: bool
) -> None:
    """Whatever a platform's store is called: what counts is where the name leads, and there the connection goes."""
    asked: list[str] = []

    async def resolve(_: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        return [{"hostname": host, "host": one, "port": port, "family": 2, "proto": 0, "flags": 0} for one in found]

    async def connect(*_: object, addr_infos: list[Any], **__: object) -> None:
        asked.extend(info[4][0] for info in addr_infos)
        raise OSError

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", resolve)
    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", connect)
    async with line() as way:
        with pytest.raises(Undelivered) as raised:
            await way.download("https://cdn.example.org/f", server="https://a.test", stores=["https://*.example.org"])
    assert raised.value.reason == ("server-unreachable" if reached else "file-elsewhere")
    assert set(asked) == (set(found) if reached else set())


async def test_a_file_that_drips_is_left() -> None:
    """Silence ends it long before the whole time is over."""

    async def stuck(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"x")
        await asyncio.sleep(2)
        return answer

    way = http.Line(lambda: NOW, seconds=60, silent_seconds=0.2)
    async with serving(web.get("/f", stuck)) as url:
        with pytest.raises(Undelivered) as raised:
            await asyncio.wait_for(way.download(f"{url}/f", server=url), 1.5)
        await way.close()
    assert raised.value.retry


async def test_redirects_in_a_circle_end() -> None:
    """After a few the file is tried again later."""

    async def around(request: web.Request) -> web.Response:
        raise web.HTTPFound("/f")

    async with serving(web.get("/f", around)) as url, line() as way:
        with pytest.raises(Undelivered, match="fetch-failed") as raised:
            await way.download(f"{url}/f", server=url)
        assert raised.value.retry


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com.penipu.test/f",
        "https://penipu.test/https://example.com/f",
        "https://example.com@penipu.test/f",
        "https://pengguna:x@example.com/f",
        "http://example.com/f",
        "https://example.com:8443/f",
        "https://cdn.example.com.penipu.test/f",
        "https://notcdn-example.org/f",
        "file:///etc/passwd",
        "/f",
        "",
        "http://[",
    ],
)
async def test_nothing_is_asked_of_others(url: str) -> None:
    """Only the places on the list, to the letter."""
    async with line() as way:
        with pytest.raises(Undelivered) as raised:
            await way.download(url, server="https://example.com", stores=["https://*.example.org"])
    assert (raised.value.reason, raised.value.retry) == ("file-elsewhere", False)


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_file_that_is_too_large_is_left(chunked: bool) -> None:
    """Whether the platform told its size or not."""

    async def large(request: web.Request) -> web.StreamResponse:
        if not chunked:
            return web.Response(body=b"x" * 2000)
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(200):
            await answer.write(b"x" * 1000)
        return answer

    async with serving(web.get("/f", large)) as url, line() as way:
        with pytest.raises(Undelivered) as raised:
            await way.download(f"{url}/f", server=url, most_bytes=1000)
    assert (raised.value.reason, raised.value.retry) == ("attachment-too-large", False)


@pytest.mark.parametrize(
    ("answer", "kind", "reason", "retry"),
    [
        (web.Response(status=404), Undelivered, "file-gone", False),
        (web.Response(status=401), Unauthorised, "", False),
        (web.Response(status=500), Undelivered, "fetch-failed", True),
        (web.Response(status=429, headers={"Retry-After": "5"}), Undelivered, "fetch-failed", True),
        (web.Response(body=b"\n <!DOCTYPE html><html>masuk"), Undelivered, "fetch-failed", True),
    ],
    ids=["404", "401", "500", "429", "page"],
)
async def test_what_is_no_file_is_none(answer: web.Response, kind: type[Exception], reason: str, retry: bool) -> None:
    """A login page in its place is not kept as the citizen's picture."""

    async def told(request: web.Request) -> web.Response:
        return answer

    async with serving(web.get("/f", told)) as url, line() as way:
        with pytest.raises(kind) as raised:
            await way.download(f"{url}/f", server=url)
    error = raised.value
    if isinstance(error, Undelivered):
        assert (error.reason, error.retry) == (reason, retry)
        assert error.after == (timedelta(seconds=5) if answer.status == 429 else None)
