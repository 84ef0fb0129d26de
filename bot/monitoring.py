"""``/healthz``, ``/readyz`` and ``/metrics``: is the program well, does it take work, and how much waits.

``/metrics`` answers to this machine alone, and only it is told how each door is; the figures are ``bot.figures``.
Where a web server in front is trusted, what comes down its line is this machine's own only if it says so: one that says
nothing of whom it asks for may ask for anybody.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot import proxies
from bot.figures import Figure, counted
from bot.lag import LoopLag
from bot.spool import Spool
from channels.base import STOPPING, Health
from inbox.database import Database
from inbox.mishap import place

log = structlog.get_logger()
# What web servers add to a request that they pass on.
_PASSED_ON = (
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "Forwarded", "Via"),
    *("X-Real-IP", "CF-Connecting-IP", "True-Client-IP"),
)


class Monitoring:
    """The pages a system administrator's monitor reads."""

    def __init__(
        self,
        database: Database,
        doors: Iterable[str],
        health: Callable[[str], Health],
        *,
        lag: LoopLag,
        spool: Spool,
        now: Callable[[], datetime],
        trusted: Iterable[str] = (),
    ) -> None:
        self._trusted = tuple(trusted)
        self._database, self._doors, self._health = database, tuple(doors), health
        self._lag, self._spool, self._now = lag, spool, now

    def routes(self) -> list[web.AbstractRouteDef]:
        """The three pages."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 while the record can be read; doors that are down are listed and are no reason to restart us."""
        async with self._database.reading():
            await self._database.query("SELECT 1")
        doors = {door: self._health(door).state for door in self._doors} if self._is_here(request) else {}
        return web.json_response({"status": "ok", "doors": doors})

    async def readyz(self, request: web.Request) -> web.Response:
        """200 while work may be sent here; 503 once the program is about to stop, or while the record is away."""
        if request.app[STOPPING].is_set():
            return web.json_response({"status": "stopping"}, status=503)
        try:
            async with self._database.reading():
                await self._database.query("SELECT 1")
        except Exception as error:  # noqa: BLE001 - whatever it is, a proxy should ask somebody else
            log.warning("not ready", error=place(error))
            return web.json_response({"status": "no record"}, status=503)
        return web.json_response({"status": "ready"})

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text; 404 to anybody but this machine, and to whatever a web server on it passes on."""
        if not self._is_here(request):
            raise web.HTTPNotFound
        registry = CollectorRegistry()
        found = await counted(self._database, self._doors, self._now())
        spooled = await asyncio.to_thread(self._spool.counts)
        registry.register(_Figures(found, {door: self._health(door) for door in self._doors}, self._lag, spooled))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _is_here(self, request: web.Request) -> bool:
        """Whether this machine itself asks, and no web server on it for somebody else."""
        asking = request.remote or "0.0.0.0"  # noqa: S104 - an address to compare
        own = str((request.get_extra_info("sockname") or ("",))[0])
        if not _is_ours(asking, own):
            return False
        if proxies.through(request, self._trusted):
            hops = proxies.asked_for(request)
            return bool(hops) and all(_is_ours(hop, own) for hop in hops)
        return not any(name in request.headers for name in _PASSED_ON)


def _is_ours(address: str, own: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback or address == own
    except ValueError:
        return False


class _Figures(Collector):
    def __init__(
        self,
        found: list[tuple[Figure, Mapping[str, float]]],
        health: Mapping[str, Health],
        lag: LoopLag,
        spooled: tuple[int, int],
    ) -> None:
        self._found, self._health, self._lag, self._spooled = found, health, lag, spooled

    def collect(self) -> Iterator[Metric]:
        for figure, values in self._found:
            family = GaugeMetricFamily(figure.name, figure.about, labels=[figure.label])
            for label, value in values.items():
                family.add_metric([label], value)
            yield family
        up = GaugeMetricFamily("wadul_channel_up", "1 while a channel is well", labels=["channel"])
        for channel, health in self._health.items():
            up.add_metric([channel], health.state == "ok")
        yield up
        lag = GaugeMetricFamily("wadul_loop_lag_seconds", "Lateness of the event loop, last minute", labels=["which"])
        lag.add_metric(["worst"], self._lag.worst)
        lag.add_metric(["usual"], self._lag.usual)
        yield lag
        about = "What came in while the record was away and waits for it on this machine's disk, by state"
        spool = GaugeMetricFamily("wadul_spool", about, labels=["state"])
        for state, count in zip(("waiting", "undeliverable"), self._spooled, strict=True):
            spool.add_metric([state], count)
        yield spool
