"""Who gives a command: an officer as signed in, with the roles held at that moment, their own and those they stand in.

``actor_of`` is the one place where an officer's row becomes somebody with rights: pages, the API and mentions ask it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import reading
from inbox.models import Officer, OfficerRole, SealOpening, StandIn
from inbox.reading import Question

LANGUAGES = ("id", "en")
_STANDING = """
    WHERE t.officer_id = $1 AND t.starts_at <= $2 AND (t.ends_at IS NULL OR t.ends_at > $2) ORDER BY t.id
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer. ``office`` is the office's id, ``roles`` are ids of ``office.yaml``, ``language`` is for pages.

    ``acting``: the roles among them that are held for a while, each with its title (plt, plh, wakil). ``opened``: ids
    of the sealed tickets whose seal they opened and that is open still.
    """

    officer_id: int
    login: str
    office: str
    name: str
    initials: str
    roles: frozenset[str]
    language: str = "id"
    acting: tuple[tuple[str, str], ...] = ()
    shortcuts: bool = True
    alerts: bool = False
    opened: frozenset[int] = frozenset()

    @property
    def mark(self) -> str:
        """How the journal names this officer."""
        return f"officer:{self.officer_id}"

    def may(self, office: Office, right: Right) -> bool:
        """Whether one of the officer's roles has the right, in that office and no other."""
        if office.id != self.office:
            return False
        return any(right in office.roles[role].may for role in self.roles if role in office.roles)

    def title(self, role: str) -> str:
        """As what they hold the role: plt, plh, wakil; empty where it is their own."""
        return dict(self.acting).get(role, "")


def with_roles(officers: QuerySet[Officer], now: datetime) -> QuerySet[Officer]:
    """The officers with everything that ``actor_of`` needs, as it is at that moment."""
    return officers.prefetch_related(
        "roles",
        Prefetch("standing_in", queryset=standing(now), to_attr="stands_in"),
        Prefetch("openings", queryset=SealOpening.filter(until__gt=now), to_attr="has_open"),
    )


def standing(now: datetime) -> QuerySet[StandIn]:
    """The stand-ins that cover a moment."""
    return StandIn.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now).order_by("id")


def actor_of(officer: Officer) -> Actor:
    """The officer as giver of commands; read by ``with_roles``, or with their own roles loaded and no others."""
    held, opened = getattr(officer, "stands_in", ()), getattr(officer, "has_open", ())
    return _actor(officer, (row.role for row in officer.roles), held, opened)


async def working(officer_id: int, now: datetime) -> Actor | None:
    """An officer who may work, with the roles of that moment, in one visit; to be read inside ``database.reading``."""
    officers = Question(Officer, "WHERE t.id = $1 AND t.active", (officer_id,))
    roles = Question(OfficerRole, "WHERE t.officer_id = $1", (officer_id,))
    held = Question(StandIn, _STANDING, (officer_id, now))
    opened = Question(SealOpening, "WHERE t.officer_id = $1 AND t.until > $2", (officer_id, now))
    found = await reading.ask(officers, roles, held, opened)
    own = [role.role for role in found.rows(roles)]
    actors = [_actor(row, own, found.rows(held), found.rows(opened)) for row in found.rows(officers)]
    return actors[0] if actors else None


def _actor(
    officer: Officer, roles: Iterable[str], held: Iterable[StandIn], opened: Iterable[SealOpening] = ()
) -> Actor:
    own = frozenset(roles)
    acting = {row.role: row.title for row in held if row.role not in own}
    wishes = officer.settings or {}
    return Actor(
        officer_id=officer.id,
        login=officer.login,
        office=officer.office,
        name=officer.name,
        initials=officer.initials,
        roles=own | frozenset(acting),
        language=officer.language if officer.language in LANGUAGES else LANGUAGES[0],
        acting=tuple(acting.items()),
        shortcuts=wishes.get("shortcuts") is not False,
        alerts=wishes.get("alerts") is True,
        opened=frozenset(row.ticket_id for row in opened),
    )


async def holds(officer_id: int, roles: Iterable[str], now: datetime) -> bool:
    """Whether an officer has one of the roles at that moment, their own or standing in."""
    wanted = list(roles)
    own = Officer.filter(id=officer_id, roles__role__in=wanted)
    return await own.exists() or await standing(now).filter(officer_id=officer_id, role__in=wanted).exists()
