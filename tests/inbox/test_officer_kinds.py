"""Every notice stands behind one switch of an officer's line, and the ones that matter behind their own."""

from __future__ import annotations

import re

import templates
from inbox.officer_kinds import DIGEST, SWITCHES, USUAL, leads, offered, switch_of
from tests.inbox.house import House, blitar


def test_a_switch_names_what_there_is() -> None:
    """No switch waits for a notice that nobody leaves; what no switch names is for whoever wants everything."""
    text = (templates.FOLDER / "parts" / "notices.html").read_text("utf-8")
    conditions = re.findall(r"{%- (?:el)?if (kind .*?) -%}", text)
    said = {kind for one in conditions for kind in re.findall(r'"([a-z-]+)"', one)}
    assert {kind for kinds in SWITCHES.values() for kind in kinds} - said == set()
    assert (switch_of("disposition"), switch_of("late-superior"), switch_of("door")) == ("disposition", "late", "other")


def test_what_is_usual_is_offered() -> None:
    """A new line is told of everything but what is for whoever wants everything."""
    assert set(USUAL) == {*SWITCHES, DIGEST} - {"other"}


async def test_the_mornings_summary_is_for_whoever_leads(house: House) -> None:
    """Somebody stands below them in the office's own file."""
    office = blitar().office("blitar")
    assert [role for role in office.roles if not leads(office, {role})] == ["petugas"]
    rina, head = await house.officer("petugas"), await house.officer("kepala-dinas")
    assert DIGEST not in offered(office, rina)
    assert DIGEST in offered(office, head)
