"""Procedures as they were when a ticket began: pinned once, read back for as long as the ticket lives.

A version never changes, so what was read is remembered; an id is remembered only once its row is committed. Knows
nothing of tickets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from config.schema import Offices, Procedure
from inbox.database import Database
from inbox.models import ProcedureVersion
from inbox.sop import body_of, version_digest


class Versions:
    """The stored versions of every office's procedures."""

    def __init__(self, database: Database, offices: Offices) -> None:
        self._database, self._offices = database, offices
        self._ids: dict[str, int] = {}
        self._procedures: dict[int, Procedure] = {}
        self._digests = {
            (office.id, procedure.id): version_digest(procedure)
            for office in offices.offices.values()
            for procedure in office.procedures.values()
        }

    async def prepare(self, now: datetime) -> None:
        """Pin every procedure as it is today, in a transaction of its own; then ``pin`` asks the database nothing."""

        async def work() -> dict[str, int]:
            return {f"{o} {d}": await self._stored(o, p, now) for (o, p), d in self._digests.items()}

        self._ids = await self._database.transaction(work)

    async def pin(self, office: str, procedure: str, now: datetime) -> int:
        """The id of the version of that procedure as it is today. Raises KeyError for one the office does not have."""
        found = self._ids.get(f"{office} {self._digests[office, procedure]}")
        return found if found is not None else await self._stored(office, procedure, now)

    async def procedure(self, version_id: int) -> Procedure:
        """The procedure of a version, as it was."""
        if version_id not in self._procedures:
            await self.load([version_id])
        return self._procedures[version_id]

    async def ordinal(self, version_id: int) -> tuple[int, datetime]:
        """Which version of its procedure it is, counted from 1, and since when it was followed."""
        row = await ProcedureVersion.get(id=version_id)
        same = ProcedureVersion.filter(office=row.office, procedure=row.procedure, id__lte=row.id)
        return await same.count(), row.created_at

    async def load(self, version_ids: Iterable[int]) -> None:
        """Read those that are not remembered yet, all in one query."""
        wanted = set(version_ids) - self._procedures.keys()
        for row in await ProcedureVersion.filter(id__in=wanted) if wanted else ():
            self._procedures[row.id] = Procedure.model_validate_json(row.body)

    def known(self, version_id: int) -> Procedure:
        """A procedure that was loaded before. Raises KeyError."""
        return self._procedures[version_id]

    async def _stored(self, office: str, procedure: str, now: datetime) -> int:
        digest = self._digests[office, procedure]
        body = body_of(self._offices.office(office).procedures[procedure])
        row = ProcedureVersion(office=office, procedure=procedure, digest=digest, body=body, created_at=now)
        await ProcedureVersion.bulk_create([row], ignore_conflicts=True)
        found = await ProcedureVersion.get(office=office, procedure=procedure, digest=digest)
        return int(found.id)
