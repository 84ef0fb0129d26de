"""Browser push: only the browser reads it, its service knows who sends, and no address leads into the house."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.push import GONE, LONGEST_BYTES, Push, encrypted
from channels.base import Undelivered

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
CURVE = ec.SECP256R1()


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Browser:
    """A browser that may be pushed to, and its push service."""

    def __init__(self, private: bytes = b"", auth: bytes = bytes(range(16))) -> None:
        number = int.from_bytes(private, "big") or 12345678901234567890
        self.key, self.auth = ec.derive_private_key(number, CURVE), auth
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.endpoint = ""

    @property
    def keys(self) -> dict[str, str]:
        """What it hands the page that subscribes it."""
        return {"endpoint": self.endpoint, "p256dh": text(point(self.key.public_key())), "auth": text(self.auth)}

    @property
    def read(self) -> list[dict[str, str]]:
        """What was pushed, decrypted."""
        return [json.loads(self.decrypted(body)) for _, body in self.came]

    def decrypted(self, body: bytes) -> bytes:
        """RFC 8291, section 3.4, from the other side."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        info = b"WebPush: info\x00" + point(self.key.public_key()) + sender
        secret = derived(self.key.exchange(ec.ECDH(), theirs), self.auth, info, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
        whole, mark, padding = AESGCM(key).decrypt(nonce, record, None).rpartition(b"\x02")
        assert mark
        assert not padding.strip(b"\x00")
        return whole

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 201)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Its service listens here."""
    browser = Browser()
    app = web.Application()
    app.router.add_post("/push/abc", browser.take)
    async with TestServer(app) as server:
        browser.endpoint = str(server.make_url("/push/abc"))
        yield browser


@pytest.fixture
def push() -> Push:
    """Ours, which may reach the stand-in."""
    return Push(b"k" * 32, "https://wadul.example", lambda: NOW, private=True)


def test_the_reader_of_these_tests_reads_the_standards_own_example() -> None:
    """RFC 8291, section 5: what is decrypted below is decrypted as every browser does."""
    browser = Browser(raw("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), raw("BTBZMqHH6r4Tts7J_aSIgg"))
    body = raw(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.decrypted(body) == b"When I grow up, I want to be a watermelon"


async def test_a_message_arrives_whole_and_readable_by_that_browser_alone(browser: Browser, push: Push) -> None:
    """Padded so that its length tells nothing; another browser's key opens nothing."""
    await push.send(browser.keys, b'{"title": "BLT-26-000001"}', urgent=True)
    await push.send(browser.keys, b'{"title": "BLT-26-000001", "body": "Disposisi untuk Anda"}')
    assert browser.read[0] == {"title": "BLT-26-000001"}
    first, second = (body for _, body in browser.came)
    assert len(first) == len(second)
    assert first[:16] != second[:16]
    headers = browser.came[0][0]
    assert headers["Content-Encoding"] == "aes128gcm"
    assert (headers["TTL"], headers["Urgency"]) == ("14400", "high")
    with pytest.raises(Exception):  # noqa: B017 - whatever the library says
        Browser(b"another", browser.auth).decrypted(first)


async def test_the_service_knows_who_sends(browser: Browser, push: Push) -> None:
    """RFC 8292: a signature of ours over the service's own origin and a near end, by the key that browsers got."""
    await push.send(browser.keys, b"{}")
    given = dict(part.split("=", 1) for part in browser.came[0][0]["Authorization"].removeprefix("vapid ").split(", "))
    assert given["k"] == push.public_key
    head, claims, signature = given["t"].split(".")
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(raw(claims))
    assert browser.endpoint.startswith(said["aud"] + "/")
    assert 0 < said["exp"] - NOW.timestamp() <= 24 * 3600
    assert said["sub"] == "https://wadul.example"
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw(given["k"]))
    r, s = (int.from_bytes(raw(signature)[part : part + 32], "big") for part in (0, 32))
    key.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_key_outlives_a_restart() -> None:
    """Made of the installation's secret; another installation has another."""
    ours = Push(b"k" * 32, "https://wadul.example", lambda: NOW)
    assert ours.public_key == Push(b"k" * 32, "", lambda: NOW).public_key
    assert ours.public_key != Push(b"j" * 32, "", lambda: NOW).public_key
    assert len(raw(ours.public_key)) == 65


@pytest.mark.parametrize(
    ("status", "reason", "retry"),
    [
        *((404, GONE, False), (410, GONE, False), (400, "push-refused", False), (301, "push-refused", False)),
        *((429, "push-refused", True), (503, "push-refused", True)),
    ],
)
async def test_what_a_service_answers(browser: Browser, push: Push, status: int, reason: str, retry: bool) -> None:
    """Gone for good, busy for now, or no."""
    browser.answers = [status]
    with pytest.raises(Undelivered) as error:
        await push.send(browser.keys, b"{}")
    assert (error.value.reason, error.value.retry) == (reason, retry)


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("https://127.0.0.1/push", "push-inside"),
        ("https://[::1]/push", "push-inside"),
        ("https://10.1.2.3:8443/push", "push-inside"),
        ("https://localhost/push", "push-inside"),
        ("https://[::ffff:127.0.0.1]/push", "push-inside"),
        ("https://[64:ff9b::10.1.2.3]/push", "push-inside"),
        ("https://[64:ff9b:1::10.1.2.3]/push", "push-inside"),
        ("https://[fec0::1]/push", "push-inside"),
        ("https://[::10.1.2.3]/push", "push-inside"),
        ("https://[2002:a01:203::1]/push", "push-inside"),
        ("https://224.0.0.1/push", "push-inside"),
        ("https://127.1/push", "push-unreadable"),
        ("https://2130706433/push", "push-unreadable"),
        ("http://push.example.org/abc", "push-unreadable"),
        ("ftp://push.example.org/abc", "push-unreadable"),
    ],
)
async def test_no_endpoint_leads_into_the_house(endpoint: str, reason: str) -> None:
    """Whatever a browser says its service is, only https addresses of the public network are reached."""
    with pytest.raises(Undelivered) as error:
        await Push(b"k" * 32, "", lambda: NOW).send(Browser().keys | {"endpoint": endpoint}, b"{}")
    assert (error.value.reason, error.value.retry) == (reason, False)


@pytest.mark.parametrize("broken", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": text(b"\x04" + b"\x01" * 64)}])
async def test_keys_that_are_none(browser: Browser, push: Push, broken: dict[str, str]) -> None:
    """A point off the curve, half a secret: refused for good, and nothing is sent."""
    with pytest.raises(Undelivered) as error:
        await push.send(browser.keys | broken, b"{}")
    assert (error.value.reason, error.value.retry) == ("push-unreadable", False)
    assert browser.came == []


def test_what_no_service_takes_is_not_made() -> None:
    """A record holds 4,096 bytes with everything around it."""
    keys = Browser().keys
    largest = encrypted(b"x" * LONGEST_BYTES, raw(keys["p256dh"]), raw(keys["auth"]))
    assert len(largest) <= 4096
    with pytest.raises(ValueError):
        encrypted(b"x" * (LONGEST_BYTES + 1), raw(keys["p256dh"]), raw(keys["auth"]))
