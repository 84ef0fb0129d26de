"""What a page may cost: a bounded number of statements, whatever a ticket has been through, and no table read whole."""

from __future__ import annotations

import re

import pytest

from inbox.models import Ticket
from tests.inbox.web.desk import Browser, Office

GROWING = {"ticket", "message", "delivery", "task", "journal", "attachment", "ticket_step", "address", "conversation"}
# How a statement calls its tables.
_CALLED = re.compile(r'(?:FROM|JOIN)\s+"?(\w+)"?(?:\s+"?(?!WHERE|JOIN|LEFT|ON|ORDER|INNER|LIMIT)(\w+)"?)?')
MOST_FOR_A_LIST, MOST_FOR_A_TICKET, MOST_BESIDE_ITS_LIST = 18, 45, 54


async def _cost(browser: Browser, path: str, statements: list[str], **headers: str) -> int:
    """Statements of a page that was opened before (nobody's first look, no notice taken away), after a change."""
    await browser.opens(path, **headers)
    await Ticket.all().update(unread=False)
    statements.clear()
    page = await browser.opens(path, **headers)
    assert page.status == 200
    return len(statements)


async def test_pages_take_few_statements(office: Office, statements: list[str]) -> None:
    """A list, a ticket alone and one beside its list: for a case with a long story as for a new one."""
    new = await office.complaint()
    old = await office.up_to_study()
    for day in range(5):
        await office.said(old, f"Hari ke-{day}: masih sama")
    browser, partial = await office.browser("kabid"), {"HX_Request": "true", "HX_Target": "main"}
    assert await _cost(browser, "/meja/?antrean=semua", statements) <= MOST_FOR_A_LIST, statements
    for ticket in (new, old):
        path = f"/meja/{ticket.number}?antrean=semua"
        assert await _cost(browser, path, statements, **partial) <= MOST_FOR_A_TICKET, statements
        assert await _cost(browser, path, statements) <= MOST_BESIDE_ITS_LIST, statements


@pytest.mark.parametrize("path", ["/meja/?antrean=peran", "/meja/?antrean=semua", "/meja/{number}?antrean=semua"])
async def test_no_page_reads_a_growing_table_whole(office: Office, statements: list[str], path: str) -> None:
    """Every statement of a page finds its tickets, messages, deliveries and tasks by an index."""
    ticket = await office.complaint()
    await Ticket.filter(id=ticket.id).update(unread=False)
    browser = await office.browser("petugas")
    await browser.opens(path.format(number=ticket.number))
    await Ticket.all().update(unread=False)
    statements.clear()
    await browser.opens(path.format(number=ticket.number))
    for statement in [one for one in statements if one.lstrip().startswith(("SELECT", "WITH"))]:
        plan = await office.house.database.query(f"EXPLAIN QUERY PLAN {_filled(statement)}")
        scans = [str(row["detail"]) for row in plan if _whole(str(row["detail"]), statement)]
        assert not scans, (scans, statement)


def _whole(detail: str, statement: str) -> bool:
    """Whether a step of a plan reads a whole table that grows, and not even in the order of an index."""
    called = {alias or table: table for table, alias in _CALLED.findall(statement)}
    words = detail.split()
    return words[:1] == ["SCAN"] and called.get(words[1]) in GROWING and "INDEX" not in words


def _filled(statement: str) -> str:
    """Any value will do for a plan."""
    for number in range(40, 0, -1):
        statement = statement.replace(f"?{number}", "1")
    return statement.replace("?", "1")
