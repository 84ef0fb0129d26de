"""wadul channel check: one door tried at its platform, and what is wrong said in words."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp.web
import pytest
from aiohttp.test_utils import TestServer

import config
from bot.__main__ import _parser
from bot.commands import channel
from bot.commands.check import try_doors
from config import SHIPPED
from inbox.refused import Refused
from tests.channels.whatsapp_stand import refusal, standing
from tests.channels.whatsapps import ACCOUNT, CHOSEN, NUMBER_ID, SECRET, TOKEN


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Blitar as it is shipped, its secrets known, to be led elsewhere."""
    for name in ("MAIL_PASSWORD", "SMS_KEY", "SMS_PASSWORD", "TELEGRAM_TOKEN", "TWILIO_TOKEN"):
        monkeypatch.setenv(f"BLITAR_{name}", "rahasia")
    monkeypatch.setenv("WADUL_PUBLIC_URL", "https://wadul.example.test")
    shutil.copytree(SHIPPED / "offices" / "blitar", tmp_path / "config" / "offices" / "blitar")
    return tmp_path / "config"


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[TestServer, dict[str, str]]]:
    """A platform that refuses everybody and says what its clock says."""
    clock: dict[str, str] = {}

    async def refuse(_request: aiohttp.web.Request) -> aiohttp.web.Response:
        return aiohttp.web.Response(status=401, headers=clock)

    app = aiohttp.web.Application()
    app.router.add_route("*", "/{any:.*}", refuse)
    async with TestServer(app) as server:
        yield server, clock


def lead(folder: Path, sms: str) -> None:
    """Let the office's number stand at another platform."""
    file = folder / "offices" / "blitar" / "office.yaml"
    text = file.read_text("utf-8")
    begin, end = text.index("  sms:\n"), text.index("  # Nomor luar negeri")
    entries = text[end:]
    file.write_text(f"{text[:begin]}  sms: {sms}\n{entries}", "utf-8")


async def check(folder: Path, id_: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run it; the exit code and what it said."""
    options = _parser().parse_args(["channel", "check", id_, "--config", str(folder)])
    code = await channel.run(options)
    return code, capsys.readouterr().out


async def test_a_modem_whose_daemon_is_down(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said with its remedy, and as an exit code."""
    lead(folder, f"{{kind: modem, database: {tmp_path / 'smsd.db'}}}")
    code, said = await check(folder, "blitar-sms", capsys)
    assert (code, said.startswith("blitar-sms: Basis data gammu-smsd tidak ada")) == (1, True), said


async def test_a_refused_login_and_where_the_platform_calls(
    folder: Path, gateway: tuple[TestServer, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The password is wrong; the webhook's address stands there to be copied; nothing secret is said."""
    lead(folder, f"{{kind: android, user: A, password: rahasia, base_url: '{gateway[0].make_url('/')}'}}")
    code, said = await check(folder, "blitar-sms", capsys)
    assert code == 1
    assert "menolak nama atau kata sandi" in said
    assert "https://wadul.example.test/hooks/blitar-sms/masuk" in said
    assert "rahasia" not in said
    assert "jam komputer" not in said


async def test_a_wrong_clock(
    folder: Path, gateway: tuple[TestServer, dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A platform whose clock is far from ours refuses every signature."""
    gateway[1]["Date"] = "Mon, 01 Jan 2024 00:00:00 GMT"
    lead(folder, f"{{kind: android, user: A, password: rahasia, base_url: '{gateway[0].make_url('/')}'}}")
    code, said = await check(folder, "blitar-sms", capsys)
    assert (code, "jam komputer ini berbeda" in said) == (1, True), said


async def test_a_whatsapp_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tried for real: well; not registered and with nobody subscribed; its token expired. The address is told."""
    secrets = {"token": TOKEN, "app_secret": SECRET, "verify_token": CHOSEN}
    for name, value in secrets.items():
        monkeypatch.setenv(f"WA_{name.upper()}", value)
    given = ", ".join(f"{name}: {{env: WA_{name.upper()}}}" for name in secrets)
    async with standing() as stand:
        ids = f"phone_number_id: '{NUMBER_ID}', account_id: '{ACCOUNT}', base_url: '{stand.url}'"
        lead(folder, f"{{kind: whatsapp, {ids}, {given}}}")
        code, said = await check(folder, "blitar-sms", capsys)
        assert (code, "https://wadul.example.test/hooks/blitar-sms/masuk" in said) == (0, True), said
        stand.number["status"], stand.apps = "DISCONNECTED", []
        code, said = await check(folder, "blitar-sms", capsys)
        assert (code, "belum terdaftar" in said, "Belum ada aplikasi yang berlangganan" in said) == (1, True, True), (
            said
        )
        stand.answer = lambda *_: refusal(401, 190, "Session has expired", error_subcode=463)
        code, said = await check(folder, "blitar-sms", capsys)
        assert (code, "sudah kedaluwarsa" in said) == (1, True), said
        assert not any(secret in said for secret in secrets.values())


async def test_every_door_is_tried_knowing_where_the_world_finds_us(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``wadul check --online`` finds a webhook that leads elsewhere, as the check of the one door does."""
    for name in ("TOKEN", "APP_SECRET", "VERIFY_TOKEN"):
        monkeypatch.setenv(f"WA_{name}", TOKEN)
    file = folder / "offices" / "blitar" / "office.yaml"
    text = file.read_text("utf-8")
    begin, end = text.index("channels:\n"), text.index("routes:\n")
    given = "token: {env: WA_TOKEN}, app_secret: {env: WA_APP_SECRET}, verify_token: {env: WA_VERIFY_TOKEN}"
    async with standing() as stand:
        stand.number["webhook_configuration"] = {"application": "https://lain.example/x"}
        door = f"{{kind: whatsapp, phone_number_id: '{NUMBER_ID}', base_url: '{stand.url}', {given}}}"
        file.write_text(f"{text[:begin]}channels:\n  wa: {door}\n{text[end:]}", "utf-8")
        offices, _ = config.read(folder, os.environ)
        code = await try_doors(offices)
    said = capsys.readouterr().out
    assert (code, "https://wadul.example.test/hooks/blitar-wa/masuk" in said) == (1, True), said


async def test_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A door that reaches nobody cannot be wrong."""
    assert await check(folder, "blitar-web", capsys) == (0, "blitar-web: berhasil dicoba.\n")


async def test_an_unknown_door(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The ones there are."""
    with pytest.raises(Refused) as raised:
        await check(folder, "blitar-fax", capsys)
    assert (raised.value.code, "blitar-sms" in raised.value.values["channels"]) == ("channel-check-unknown", True)
