"""Requests to addresses that somebody else wrote down: only public ones are reached, and no redirect is followed.

An office's webhook may be private where its file says so; a browser's push service never is.
"""

from __future__ import annotations

import ipaddress
import socket

import aiohttp
from aiohttp.abc import ResolveResult
from yarl import URL


class Inside(Exception):
    """The address lies in a private network, and nobody said that it may."""


class _Public(aiohttp.ThreadedResolver):
    """Names lead to public addresses only, and the connection goes to the very address that was looked at."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        public = [one for one in found if ipaddress.ip_address(one["host"].partition("%")[0]).is_global]
        if found and not public:
            raise Inside
        return public


def session(seconds: float, *, private: bool = False) -> aiohttp.ClientSession:
    """A session without cookies whose names lead to public addresses, or with ``private`` to any."""
    resolver = aiohttp.ThreadedResolver() if private else _Public()
    connector = aiohttp.TCPConnector(resolver=resolver, force_close=True, use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=seconds)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def check(url: str) -> None:
    """An address in figures is never looked up, so it is looked at here. Raises Inside."""
    try:
        address = ipaddress.ip_address(URL(url).host or "")
    except ValueError:
        return
    if not address.is_global:
        raise Inside
