"""``/healthz`` and ``/metrics``: is the program well, and how much waits. Counts only, never a name or a text.

Figures are asked of the record when they are asked of us, so that every process tells the same and none is lost at a
restart. ``/metrics`` answers to this machine alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from channels.base import Health
from inbox.database import Database

_WAITING = (
    ("wadul_deliveries", "Outgoing messages that are not done, by state", "state",
     ("SELECT state AS label, COUNT(*) AS n FROM delivery"
      " WHERE state IN ('queued', 'sending', 'failed', 'unsure', 'handover') GROUP BY state")),
    ("wadul_events", "Events for other programs that are not done, by state", "state",
     ("SELECT state AS label, COUNT(*) AS n FROM hook_event"
      " WHERE state IN ('queued', 'sending', 'failed') GROUP BY state")),
    ("wadul_tickets_open", "Tickets that somebody works on, by office", "office",
     "SELECT office AS label, COUNT(*) AS n FROM ticket WHERE status IN ('open', 'waiting') GROUP BY office"),
    ("wadul_set_aside", "Messages set aside for a person, by channel", "channel",
     "SELECT channel AS label, COUNT(*) AS n FROM set_aside WHERE resolved_at IS NULL GROUP BY channel"),
)  # fmt: skip


class Monitoring:
    """The two pages a system administrator's monitor reads."""

    def __init__(self, database: Database, doors: Iterable[str], health: Callable[[str], Health]) -> None:
        self._database, self._doors, self._health = database, tuple(doors), health

    def routes(self) -> list[web.AbstractRouteDef]:
        """Both pages."""
        return [web.get("/healthz", self.healthz), web.get("/metrics", self.metrics)]

    async def healthz(self, _: web.Request) -> web.Response:
        """200 while the record can be read; doors that are down are listed and are no reason to restart us."""
        async with self._database.reading():
            await self._database.query("SELECT 1")
        return web.json_response({"status": "ok", "doors": {door: self._health(door).state for door in self._doors}})

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text; 404 to anybody but this machine, and to whatever a web server on it passes on."""
        here = ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback  # noqa: S104 - an address to compare
        if not here or "X-Forwarded-For" in request.headers:
            raise web.HTTPNotFound
        registry = CollectorRegistry()
        registry.register(_Figures(await self._waiting(), {door: self._health(door) for door in self._doors}))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _waiting(self) -> list[tuple[str, str, str, dict[str, int]]]:
        async with self._database.reading():
            return [
                (name, text, label, {row["label"]: row["n"] for row in await self._database.query(sql)})
                for name, text, label, sql in _WAITING
            ]


class _Figures(Collector):
    def __init__(self, waiting: list[tuple[str, str, str, dict[str, int]]], health: Mapping[str, Health]) -> None:
        self._waiting, self._health = waiting, health

    def collect(self) -> Iterator[Metric]:
        for name, text, label, counts in self._waiting:
            family = GaugeMetricFamily(name, text, labels=[label])
            for value, count in counts.items():
                family.add_metric([value], count)
            yield family
        up = GaugeMetricFamily("wadul_channel_up", "1 while a channel is well", labels=["channel"])
        for channel, health in self._health.items():
            up.add_metric([channel], health.state == "ok")
        yield up
