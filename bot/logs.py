"""The program's own log: lines on standard error with ids bound once; never a name, a number or a text.

A person at a terminal reads columns, a collector reads JSON. Libraries that would log what a mail server says are
silenced: their trouble reaches us as exceptions.
"""

from __future__ import annotations

import logging
import sys

import aiohttp
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError


def is_ours(record: logging.LogRecord) -> bool:
    """What a stranger's body was refused for is no trouble of ours: with a trace each, a flood would fill the disk."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, aiohttp.ClientPayloadError | web.RequestPayloadError | HttpProcessingError)


def configure() -> None:
    """Set the log up; once, by whoever starts the program."""
    logging.getLogger("aioimaplib").setLevel(logging.CRITICAL)
    logging.getLogger("aiohttp.server").addFilter(is_ours)
    shown = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
