"""The API as everybody: a program that reads the description asks with each officer's token, and with none."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inbox.database import Database
from inbox.limits import Limits
from inbox.tokens import Tokens
from inbox.web.api.endpoint import BASE
from tests.inbox.web import world_case
from tests.inbox.web.test_rights import EVERYBODY
from tests.inbox.web.world import OUTSIDER, World

_SECONDS = 200
# Whether a request is taken is a matter of rights here, which test_rights.py holds: asked is only how it is answered.
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.fixture
async def world(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The complaint, everything that hangs on it, and everybody."""
    async with world_case.laid(sqlite_database, tmp_path) as world:
        yield world


async def _free(*_: object) -> None:
    """As much as anybody wants."""


@pytest.mark.parametrize(
    ("name", "scopes"), [*((name, ("read", "write")) for name in EVERYBODY), ("kepala-dinas", ("read",))]
)
async def test_no_answer_is_a_surprise(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, scopes: tuple[str, ...]
) -> None:
    """Whoever asks, and whatever: no 500, and no answer that the description does not know."""
    monkeypatch.setattr(Limits, "take", _free)
    office, header = world.office, ()
    if name != OUTSIDER:
        _, token = await Tokens(office.house.database).create(name, "uji", scopes, now=office.now)
        header = ("--header", f"Authorization: Bearer {token}")
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{office.url}{BASE}/openapi.json"),
        *("--url", f"{office.url}{BASE}", *header, "--phases", "fuzzing", "--checks", ",".join(_CHECKS)),
        *("--max-examples", os.environ.get("WADUL_EXAMPLES", "1")),
        *("--seed", "1", "--no-color", "--continue-on-failure", "--generation-database", "none"),
    )
    program = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(program.communicate(), _SECONDS)
    assert program.returncode == 0, said.decode()[-6000:]
