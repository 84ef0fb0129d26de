from __future__ import annotations

import pytest

from config.schema import Office, Right
from inbox.actor import Actor
from tests.shipped import shipped


@pytest.fixture(scope="module")
def blitar() -> Office:
    """The office whose files are shipped."""
    return shipped().office("blitar")


@pytest.mark.parametrize("right", list(Right))
def test_an_officer_may_what_one_of_the_roles_may(blitar: Office, right: Right) -> None:
    """Rights add up over roles, and a role that is no longer in the file gives none."""
    holders = {id_ for id_, role in blitar.roles.items() if right in role.may}
    for roles in (holders, set(blitar.roles) - holders, {"dihapus"}):
        actor = Actor(1, "sri", "blitar", "Sri", "SW", frozenset(roles))
        assert actor.may(blitar, right) is bool(roles & holders)


def test_rights_end_at_the_office(blitar: Office) -> None:
    """A role of the same name elsewhere gives no right there."""
    actor = Actor(1, "sri", "denpasar", "Sri", "SW", frozenset(blitar.roles))
    assert not any(actor.may(blitar, right) for right in Right)
