"""Requests to addresses that somebody else wrote down: only public ones are reached.

The one guard of whatever this house fetches or tells elsewhere: webhooks, a browser's push service, the files that a
platform points at. What the office's own file names as lying in its network may. Redirects are for who asks to judge,
and each is a new request through here.
"""

from __future__ import annotations

import ipaddress
import socket

import aiohttp
from aiohttp.abc import ResolveResult
from yarl import URL

_CONNECT_SECONDS = 10
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Called global by the standard library: a network's own translation (RFC 8215), sites of old (RFC 3879), addresses of
# IPv4 by their figures (RFC 4291 section 2.5.5.1).
_NOBODYS = [ipaddress.IPv6Network(one) for one in ("64:ff9b:1::/48", "fec0::/10", "::/96")]


class Inside(Exception):
    """The address lies in a private network, and nobody said that it may."""


class _Public(aiohttp.ThreadedResolver):
    """Names lead to public addresses only, and the connection goes to the very address that was looked at."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        public = [one for one in found if is_public(ipaddress.ip_address(one["host"].partition("%")[0]))]
        if found and not public:
            raise Inside
        return public


def session(seconds: float, *, private: bool = False) -> aiohttp.ClientSession:
    """A session without cookies whose names lead to public addresses, or with ``private`` to any."""
    resolver = aiohttp.ThreadedResolver() if private else _Public()
    connector = aiohttp.TCPConnector(resolver=resolver, force_close=True, use_dns_cache=private)
    timeout = aiohttp.ClientTimeout(total=seconds, connect=min(seconds, _CONNECT_SECONDS))
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def check(url: str) -> None:
    """An address in figures is never looked up, so it is looked at here. Raises Inside."""
    try:
        address = ipaddress.ip_address(URL(url).host or "")
    except ValueError:
        return
    if not is_public(address):
        raise Inside


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether one machine of the public network has it; an address that only wraps another is judged by that one."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in one for one in _NOBODYS):
        return False
    inner = _inner(address) if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in one of IPv6. Source: RFC 4291 (mapped), RFC 3056 (6to4), RFC 6052 (NAT64)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
