"""Whose certificates a mail server is believed by: the machine's own list, read once and not for every connection."""

from __future__ import annotations

import os
import ssl
from functools import cache


def trusted() -> ssl.SSLContext:
    """What every TLS line to a mail server shares. Reading the machine's list takes some 30 ms of the loop's time."""
    return _of(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _of(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001 - OpenSSL reads both by itself
    return ssl.create_default_context()
