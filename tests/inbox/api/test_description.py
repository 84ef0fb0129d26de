"""The description against the running API: what it says is what is done, tried by a program that reads it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from inbox.limits import Limits
from inbox.web.api.endpoint import BASE
from tests.inbox.api.client import Machine
from tests.inbox.web.desk import Office

_SECONDS = 200


async def _free(*_: object) -> None:
    """As much as anybody wants."""


async def test_a_program_that_reads_the_description_finds_no_fault(
    office: Office, counter: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """schemathesis tries good and bad requests at every address: no 500, no answer that is not described, no bad
    request taken, no good one refused."""
    await office.complaint()
    monkeypatch.setattr(Limits, "take", _free)  # it asks more in a minute than a token may
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{office.url}{BASE}/openapi.json"),
        *("--url", f"{office.url}{BASE}", "--header", f"Authorization: Bearer {counter.token}"),
        *("--max-examples", os.environ.get("WADUL_EXAMPLES", "8")),
        *("--seed", "1", "--no-color", "--continue-on-failure", "--generation-database", "none"),
    )
    program = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(program.communicate(), _SECONDS)
    assert program.returncode == 0, said.decode()[-6000:]


async def test_every_address_is_described_once(office: Office, counter: Machine) -> None:
    """The document's references lead somewhere, every answer has a schema, and names of operations differ."""
    text = (await counter.gets("/openapi.json")).body.decode()
    document = (await counter.gets("/openapi.json")).json
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert wanted <= set(document["components"]["schemas"])
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert all("401" in one["responses"] for one in operations)
    assert all(("Idempotency-Key" in str(one["parameters"])) == ("post_" in one["operationId"]) for one in operations)
