"""A machine that speaks to the API, for tests: tokens, requests, answers as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import aiohttp

from inbox.tokens import Tokens
from tests.inbox.web.desk import Office

BASE = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    media: str
    headers: Any
    body: bytes = field(repr=False)
    json: Any = None

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.json["type"]).rpartition(":")[2]

    @property
    def fields(self) -> list[str]:
        """The fields at fault."""
        return [one["field"] for one in self.json["errors"]]


class Machine:
    """Somebody's program with a token."""

    def __init__(self, office: Office, token: str) -> None:
        self.office, self.token = office, token

    async def gets(self, path: str, query: Any = None, **headers: str) -> Answer:
        """Read something."""
        return await self._ask("GET", path, headers, params=query)

    async def posts(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
        """Do something; ``key`` is the Idempotency-Key."""
        named = {"Idempotency-Key": key} if key else {}
        given = {"json": body} if body is not None else {}
        return await self._ask("POST", path, {**named, **headers}, **given)

    async def sends(self, method: str, path: str, data: bytes = b"", **headers: str) -> Answer:
        """Anything at all."""
        return await self._ask(method, path, headers, data=data)

    async def _ask(self, method: str, path: str, headers: dict[str, str], **given: Any) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        async with aiohttp.ClientSession() as session:
            answer = await session.request(method, self.office.url + BASE + path, headers=sent, **given)
            body = await answer.read()
            known = answer.content_type.endswith("json") and body
            json = await answer.json(content_type=None) if known else None
        return Answer(answer.status, answer.content_type, answer.headers, body, json)


async def machine(office: Office, login: str = "petugas", *scopes: str, **known: Any) -> Machine:
    """A machine with a new token of that officer."""
    tokens = Tokens(office.house.database)
    _, token = await tokens.create(login, "uji", scopes or ("read", "write"), now=office.now, **known)
    return Machine(office, token)
