"""Every address of the desk, the API and the citizen's pages as everybody, held against the table of rights.

``rights.yaml`` is the table, ``world.py`` who comes, ``world_case.py`` what there is to be got. A route that the table
does not name fails; so does one that lets in whom the table keeps out, keeps out whom it lets in, shows a word of a
complaint to who must not know of it, or changes anything for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from config.schema import Right
from inbox import models
from inbox.database import Database
from inbox.live import Event
from inbox.models import Address, Citizen, Delivery, Paper, Ticket
from tests.inbox.web import world_case
from tests.inbox.web.world import FOREIGN, MARK, OURS, OUTSIDER, ROLES, Answer, Caller, World, caller

TABLE: Mapping[str, Mapping[str, Any]] = yaml.safe_load(Path(__file__).with_name("rights.yaml").read_text("utf-8"))
SEARCHES = TABLE["searches"]
RULES = {route: rule for rule, routes in TABLE.items() if rule != "searches" for route in routes}
VALUES = {
    route: values or {} for rule, routes in TABLE.items() if rule != "searches" for route, values in routes.items()
}
LEAVING = "POST /keluar"  # ends the walk of whoever asks for it
OWNER = "sekretaris"  # of what ``world_case`` lays as somebody's own
SHIPPED = ("petugas", "kasi", "kabid", "sekretaris", "kepala-dinas")
EVERYBODY = (OUTSIDER, FOREIGN, *ROLES, *SHIPPED)
UNSEEING = (OUTSIDER, FOREIGN, "magang", "sebelah")
_ANY = {"door", "refused", "absent", "in"}
# What is counted, signed in by or kept for a machine's repetition, and is nobody's complaint.
_PASSING = {"Session", "ApiToken", "ApiAnswer", "Allowance", "ChannelState"}


@pytest.fixture
async def world(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The complaint, everything that hangs on it, and everybody."""
    async with world_case.laid(sqlite_database, tmp_path) as world:
        yield world


@pytest.fixture
async def world_on_postgres(postgres_database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """The same over PostgreSQL."""
    async with world_case.laid(postgres_database, tmp_path) as world:
        yield world


def _routes(world: World) -> list[str]:
    found = [(one.method, one.resource) for one in world.office.app.router.routes()]
    return [f"{method} {resource.canonical}" for method, resource in found if resource and method != "HEAD"]


async def _goes(world: World, by: Caller, route: str) -> tuple[Answer, str]:
    """One address as somebody; with its words where the table has any. Also all that was sent."""
    method, _, path = route.partition(" ")
    known = {"{mark}": MARK, "{sender}": f"{MARK.lower()}@example.com"}
    for key, value in known.items():
        path = path.replace(key, value)
    path = world.path(path)
    version = (await Ticket.get(number=world.number)).version
    values = {key: _filled(world, value, known, version, path) for key, value in VALUES.get(route, {}).items()}
    return await by.asks(method, path, values), f"{path} {values}"


def _filled(world: World, value: Any, known: Mapping[str, str], version: int, path: str) -> Any:
    if not isinstance(value, str):
        return value
    for key, word in known.items():
        value = value.replace(key, word)
    machine = path.startswith("/api/")
    if value == "{version}":
        return version if machine else str(version)
    filled = world.path(value)
    return int(filled) if machine and value == "{joining}" else filled


def _expected(world: World, name: str, route: str) -> set[str]:
    """The verdicts that the table allows."""
    rule, _, right = RULES[route].partition(", ")
    if rule == "everyone":
        return {"in"}
    if rule == "nobody":
        return _ANY - {"in"}
    if name == OUTSIDER:
        return {"door"}
    if rule in {"officers", "ours"}:
        return {"absent"} if rule == "ours" and name == FOREIGN else {"in"}
    if rule == "sees":
        return _of_the_case(world, name, right)
    if rule == "own":
        return {"in"} if name == OWNER else {"absent"}
    if right == "turn":
        return _ANY - {"door"} if _holds(world, name, rule) else {"refused"}
    if right and not _holds(world, name, right):
        return {"refused"}
    if name == FOREIGN:
        return {"absent"} if "/{" in route.partition("?")[0] else {"in"}
    return {"in"} if _holds(world, name, rule) else {"refused"}


def _of_the_case(world: World, name: str, right: str) -> set[str]:
    if name in UNSEEING and right != "file":
        return {"absent"} if right in {"", "turn"} or _holds(world, name, right) else {"absent", "refused"}
    if right in {"turn", "file"}:
        return _ANY - {"door"}
    return {"in"} if not right or _holds(world, name, right) else {"refused"}


def _holds(world: World, name: str, rule: str) -> bool:
    by = world.office.by[name]
    office = world.office.house.offices.office(by.office)
    return any(by.may(office, Right(one)) for one in rule.split("|"))


def _let_slip(world: World, name: str, answer: Answer, path: str) -> str:
    """What they read that they must not; empty where that is nothing."""
    read = answer.text.casefold()
    if MARK.casefold() in read and MARK.casefold() not in path.casefold():
        return MARK
    if world.number in answer.text and world.number not in path:
        return world.number
    return OURS if name in {OUTSIDER, FOREIGN} and OURS.casefold() in read else ""


async def _of_the_case_now(number: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that hangs on the complaint, as it stands."""
    ticket = await Ticket.get(number=number)
    tables = {name: model for name, model in _tables().items() if "ticket_id" in model._meta.fields_db_projection}
    rows = {name: await _rows(model, ticket_id=ticket.id) for name, model in tables.items()}
    whole = {"Ticket": Ticket, "Citizen": Citizen, "Address": Address, "Delivery": Delivery, "Paper": Paper}
    return rows | {name: await _rows(model) for name, model in whole.items()}


async def _of_the_office_now() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of Blitar."""
    tables = {name: model for name, model in _tables().items() if "office" in model._meta.fields_db_projection}
    return {name: await _rows(model, office="blitar") for name, model in tables.items()}


async def _rows(model: Any, **of: Any) -> list[tuple[Any, ...]]:
    return list(await model.filter(**of).order_by(model._meta.pk_attr).values_list())


def _tables() -> dict[str, Any]:
    found = {name: getattr(models, name) for name in dir(models) if hasattr(getattr(models, name), "_meta")}
    return {name: model for name, model in found.items() if name not in _PASSING and model._meta.db_table}


async def test_every_route_is_in_the_table(world: World) -> None:
    """Whoever adds an address says who may come by it; the table names none that is not there."""
    assert sorted([*RULES, LEAVING]) == sorted(_routes(world))


@pytest.mark.parametrize("name", EVERYBODY)
async def test_every_route_as(world: World, name: str) -> None:
    """Let in, refused, or as if it were not there: as the table says. Whoever must not know of the complaint reads no
    word of it, and after every form was sent it stands as it did; the office, too, for whoever is of another.
    """
    by = await caller(world.office, name)
    # What everybody may open counts how often it was.
    wrong = await _walk(world, by, name, [route for route, rule in RULES.items() if rule == "everyone"])
    before, office = await _of_the_case_now(world.number), await _of_the_office_now()
    wrong += await _walk(world, by, name, [route for route, rule in RULES.items() if rule != "everyone"])
    assert not wrong, "\n".join(wrong)
    assert name not in UNSEEING or await _of_the_case_now(world.number) == before
    assert name not in {OUTSIDER, FOREIGN} or await _of_the_office_now() == office


async def _walk(world: World, by: Caller, name: str, routes: Iterable[str]) -> list[str]:
    """What is not as the table says."""
    wrong = []
    for route in routes:
        answer, sent = await _goes(world, by, route)
        if answer.status >= 500 or answer.verdict not in _expected(world, name, route):
            wrong.append(f"{route}: {answer.status} is not {RULES[route]}")
        if name in UNSEEING and not sent.startswith("/tamu/") and (slip := _let_slip(world, name, answer, sent)):
            wrong.append(f"{route}: {slip} is read")
    return wrong


@pytest.mark.parametrize("name", ["sebelah", "kabid"])
async def test_every_route_on_postgresql_as(world_on_postgres: World, name: str) -> None:
    """The other engine draws the same lines: for one who has every right but to see all, and for one who sees all."""
    await test_every_route_as(world_on_postgres, name)


@pytest.mark.parametrize("name", UNSEEING)
async def test_nothing_is_found(world: World, name: str) -> None:
    """No list, search or export holds the complaint for whoever may not know of it, whatever they ask for."""
    by = await caller(world.office, name)
    for route in SEARCHES:
        answer, path = await _goes(world, by, route)
        assert answer.status < 500, route
        assert not _let_slip(world, name, answer, path), route


async def test_it_is_found_by_who_may(world: World) -> None:
    """The same questions find it for whoever may see it: they are no empty ones."""
    by = await caller(world.office, "semua")
    for route in SEARCHES:
        answer, _ = await _goes(world, by, route)
        assert world.number in answer.text, route


@pytest.mark.parametrize(("name", "heard"), [("semua", True), ("sebelah", False)])
async def test_the_stream_names_no_complaint_of_others(world: World, name: str, heard: bool) -> None:
    """A page of somebody who may not see it hears that something changed, and not what."""
    ticket, by = await Ticket.get(number=world.number), await caller(world.office, name)
    async with (
        aiohttp.ClientSession(cookies=dict(by.cookies)) as session,
        session.get(f"{world.office.url}/meja/peristiwa") as stream,
    ):
        world.office.live.announce(Event("blitar", "ticket", ticket.id, ticket.number))
        line = await asyncio.wait_for(stream.content.readline(), 5)
    assert line.strip() == (f"data: ticket {ticket.number}" if heard else "data: ticket").encode()
