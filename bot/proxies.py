"""Who is really asking where a web server of the office stands in front of us: one middleware, for every page alike.

Only what a trusted server says counts, and of what it says only the part that it or another trusted one wrote.
Source: X-Forwarded-For and X-Forwarded-Proto as nginx, Caddy and Apache write them.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_Network = IPv4Network | IPv6Network


def middleware(trusted: Iterable[str]) -> Middleware:
    """Replaces ``request.remote`` and ``request.scheme`` by the client's own. ``trusted``: addresses or networks.

    Raises: ValueError for what is neither.
    """
    networks = _networks(trusted)

    @web.middleware
    async def resolve(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_in(request.remote or "", networks):
            return await handler(request)
        remote = _client(asked_for(request), networks) or request.remote
        scheme = "https" if request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https" else request.scheme
        return await handler(request.clone(remote=remote or "", scheme=scheme))

    return resolve


def through(request: web.Request, trusted: Iterable[str]) -> bool:
    """Whether a trusted server handed the request on, or may have: by whose line it came, whatever it says."""
    peer = request.get_extra_info("peername")
    return bool(peer) and _is_in(str(peer[0]), _networks(trusted))


def asked_for(request: web.Request) -> list[str]:
    """All that the request is said to have come from, as it is written there."""
    return [hop.strip() for header in request.headers.getall("X-Forwarded-For", []) for hop in header.split(",")]


def _networks(trusted: Iterable[str]) -> list[_Network]:
    return [ip_network(one, strict=False) for one in trusted]


def _client(hops: list[str], networks: list[_Network]) -> str:
    """The last address that no trusted server has: what stands before it anybody may have written."""
    for hop in reversed(hops):
        address = _address(hop)
        if address is None:
            return ""
        if not _is_in(str(address), networks):
            return str(address)
    return ""


def _is_in(text: str, networks: list[_Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
