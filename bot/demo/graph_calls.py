"""How Meta's Graph API says no, and how strictly it reads what it is sent: unknown keys, missing ones, wrong values.

Source: developers.facebook.com/docs/graph-api/guides/error-handling,
developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes,
developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from channels.base import Attachment

Json = dict[str, Any]
OTHER, AUTH, METHOD = "OAuthException", "OAuthException", "GraphMethodException"


class Answered(Exception):
    """An answer that is none of success: bytes as they go over the line."""

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(body[:80])
        self.status, self.body, self.headers = status, body, dict(headers or {})

    def response(self) -> web.Response:
        """As it goes out."""
        return web.Response(status=self.status, body=self.body, headers=self.headers)


class Refusal(Answered):
    """Meta's no. ``details`` are WhatsApp's words on it; ``after``: seconds to wait."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        kind: str = OTHER,
        subcode: int = 0,
        details: str = "",
        after: int = 0,
    ) -> None:
        error: Json = {"message": message, "type": kind, "code": code}
        if subcode:
            error["error_subcode"] = subcode
        if details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": details}
        error["fbtrace_id"] = secrets.token_urlsafe(15)
        headers = {"Content-Type": "application/json; charset=UTF-8"} | ({"Retry-After": str(after)} if after else {})
        super().__init__(status, json.dumps({"error": error}).encode(), headers)
        self.code, self.subcode = code, subcode


def missing(name: str) -> Refusal:
    """A parameter that is not there."""
    return Refusal(400, 131008, "(#131008) Required parameter is missing", details=f"Parameter '{name}' is missing")


def invalid(details: str) -> Refusal:
    """A parameter that may not be so."""
    return Refusal(400, 100, "(#100) Invalid parameter", details=details)


def nowhere(method: str, node: str) -> Refusal:
    """An object that is not there, is not ours, or cannot do that."""
    said = (
        f"Unsupported {method.lower()} request. Object with ID '{node}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation. Please read the Graph API documentation at"
        " https://developers.facebook.com/docs/graph-api"
    )
    return Refusal(400, 100, said, kind=METHOD, subcode=33)


@dataclass(frozen=True, slots=True)
class Given:
    """An object that was sent; ``at`` is where it stands in the whole."""

    values: Mapping[str, Any]
    at: str = ""

    def only(self, *known: str) -> Self:
        """Nothing but these keys. Raises Refusal."""
        strange = sorted(set(self.values) - set(known))
        if strange:
            where = f' on param "{self.at}"' if self.at else ""
            raise invalid(f'Unexpected key "{strange[0]}"{where}.')
        return self

    def word(self, name: str, most: int, *, needed: bool = True) -> str:
        """A text of so many letters; empty only where it is not needed. Raises Refusal."""
        value = self.values.get(name)
        if value is None and not needed:
            return ""
        if value is None:
            raise missing(self._at(name))
        if not isinstance(value, str) or not value.strip():
            raise invalid(f"Param {self._at(name)} must be a non-empty string.")
        if len(value) > most:
            raise invalid(f"Param {self._at(name)} must be at most {most} characters long.")
        return value

    def one_of(self, name: str, *values: str) -> str:
        """One of these. Raises Refusal."""
        value = self.values.get(name)
        if value is None:
            raise missing(self._at(name))
        if value not in values:
            raise invalid(f"Param {self._at(name)} must be one of {{{', '.join(values)}}} - got {value!r}.")
        return str(value)

    def part(self, name: str) -> Given:
        """An object in it. Raises Refusal."""
        value = self.values.get(name)
        if value is None:
            raise missing(self._at(name))
        if not isinstance(value, Mapping):
            raise invalid(f"Param {self._at(name)} must be a JSON object.")
        return Given(value, self._at(name))

    def parts(self, name: str, least: int, most: int) -> list[Given]:
        """A list of so many objects. Raises Refusal."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise invalid(f"Param {self._at(name)} must be an array.")
        if not least <= len(value) <= most:
            raise invalid(f"Param {self._at(name)} must have between {least} and {most} elements.")
        return [Given(one, f"{self._at(name)}[{place}]") for place, one in enumerate(value)]

    def _at(self, name: str) -> str:
        return f"{self.at}['{name}']" if self.at else name


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was read. ``files`` by the form's field."""

    method: str
    node: str
    edge: str
    query: Mapping[str, str]
    given: Given = field(default_factory=lambda: Given({}))
    files: Mapping[str, Attachment] = field(default_factory=dict)


async def read(request: web.Request) -> Call:
    """The call in a request. Raises Refusal."""
    found, files = request.match_info, {}
    values: Json = {}
    if request.method == "POST" and request.content_type == "application/json":
        values = _object(await request.read())
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                files[name] = Attachment(value.filename, value.content_type, content, size_bytes=len(content))
            else:
                values[name] = value
    return Call(request.method, found["node"], found.get("edge", ""), request.query, Given(values), files)


def _object(raw: bytes) -> Json:
    try:
        value = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refusal(400, 100, "(#100) The request body could not be parsed as JSON")
    return value
