"""An S3 of the tests' own: moto's server, in a thread of this process, with one bucket."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer

_serial = itertools.count(1)


@dataclass(frozen=True)
class Store:
    """``address`` for ``WADUL_FILES``; ``environ`` is what a program needs besides."""

    address: str
    environ: Mapping[str, str]


@contextmanager
def serve() -> Iterator[Store]:
    """A new bucket, whose key stands in the environment for as long as the block lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url, bucket = f"http://{host}:{port}", f"wadul-{next(_serial)}"
        urlopen(Request(f"{url}/{bucket}", method="PUT"), timeout=10).close()
        environ = {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "kunci",
            "AWS_SECRET_ACCESS_KEY": "rahasia-bucket",
        }
        with patch.dict(os.environ, environ):
            yield Store(f"s3://{bucket}/berkas", environ)
    finally:
        server.stop()
