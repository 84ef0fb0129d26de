"""The OpenAPI 3.1 description, made of the endpoints and their models: it says what is done, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from inbox.web.api.asked import Asked
from inbox.web.api.endpoint import BASE, KEY, Endpoint
from inbox.web.api.problems import MEDIA
from inbox.web.api.shapes import Problem

_REFS = "#/components/schemas/{model}"
NUMBER = r"^[A-Za-z]{3}-?[0-9]{2}-?[0-9]{6}$"
_ABOUT = (
    "Everything an officer can do to a ticket at the desk, with the same checks. A token carries an officer's rights "
    "(`wadul token create`). Commands on a ticket name the `version` that was seen: 409 says that somebody was there "
    "first, with the version as it is now. Any POST may carry an `Idempotency-Key`: for 24 hours the same key with "
    "the same request does nothing anew and is given the first answer; with another request it is refused (409). "
    "Without one, taking a complaint down twice or writing a note twice does it twice; every other command is kept "
    "from that by its version. Errors are problems (RFC 9457) whose `detail` is a sentence in Indonesian: 422 says "
    "that a field is wrong, 409 that the request is sound and the case or the office as it stands does not take it."
)
_PARTS: Mapping[str, dict[str, Any]] = {
    "number": {"type": "string", "pattern": NUMBER},
    "channel": {"type": "string", "pattern": "^[a-z0-9-]{1,100}$"},
    "id": {"type": "integer", "minimum": 1, "maximum": 10**17},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The caller's own name for this request.",
    "schema": {"type": "string", "pattern": f"^{KEY.pattern}$"},
}


def describe(endpoints: Iterable[Endpoint], url: str) -> dict[str, Any]:
    """The document. ``url`` is the installation's public one."""
    known = list(endpoints)
    bodies = frozenset(one.body for one in known if one.body)
    models, schemas = _schemas(bodies, frozenset(one.out for one in known if one.out) | {Problem})
    paths: dict[str, dict[str, Any]] = {}
    for one in known:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, models)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Wadul", "version": "1", "description": _ABOUT},
        "servers": [{"url": f"{url}{BASE}"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "wadul_..."}},
        },
    }


@cache
def _schemas(
    bodies: frozenset[type[BaseModel]], answers: frozenset[type[BaseModel]]
) -> tuple[Mapping[type[BaseModel], Any], Mapping[str, Any]]:
    """What the models say never changes while the program runs: made once, however many desks are opened."""
    asked = [(model, "validation") for model in sorted(bodies, key=lambda one: one.__name__)]
    told = [(model, "serialization") for model in sorted(answers, key=lambda one: one.__name__)]
    refs, document = models_json_schema([*asked, *told], ref_template=_REFS)  # type: ignore[list-item]
    return {cast("type[BaseModel]", model): ref for (model, _), ref in refs.items()}, document["$defs"]


def _operation(one: Endpoint, models: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    name = f"{one.method.lower()}_{re.sub(r'[^a-z]+', '_', one.path.lower()).strip('_')}"
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [*_path(one), *_query(one.query), *([_KEY] if one.method == "POST" else [])],
        "responses": dict(_responses(one, models)),
    }
    if one.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": models[one.body]}}}
    return operation


def _path(one: Endpoint) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", one.path):
        yield {"name": name, "in": "path", "required": True, "schema": _PARTS[name]}


def _query(model: type[Asked]) -> Iterator[dict[str, Any]]:
    for name, one in _asked(model).get("properties", {}).items():
        yield {"name": name, "in": "query", "required": False, "schema": one}


@cache
def _asked(model: type[Asked]) -> Mapping[str, Any]:
    return model.model_json_schema(ref_template=_REFS)


def _responses(one: Endpoint, models: Mapping[type[BaseModel], Any]) -> Iterator[tuple[str, Any]]:
    for status in (one.status, *one.also):
        yield str(status), _answer(one, status, models)
    if one.method == "GET" and one.out:
        yield "304", {"description": "Not Modified"}
    statuses = [400, 401, 403, 404, 405, 422, 429, 500]
    if one.method == "POST":
        statuses += [409, *([408, 413, 415] if one.body else [])]
    problem = {MEDIA: {"schema": models[Problem]}}
    for status in sorted(statuses):
        yield str(status), {"description": HTTPStatus(status).phrase, "content": problem}


def _answer(one: Endpoint, status: int, models: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    schema = models[one.out] if one.out else {"type": "string", "format": "binary"}
    return {"description": HTTPStatus(status).phrase, "content": {media: {"schema": schema} for media in one.media}}
