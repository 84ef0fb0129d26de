"""The program's own log: lines on standard error with ids bound once; never a name, a number or a text.

A person at a terminal reads columns, a collector reads JSON. Libraries that would log what a mail server says are
silenced: their trouble reaches us as exceptions.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Set the log up; once, by whoever starts the program."""
    logging.getLogger("aioimaplib").setLevel(logging.CRITICAL)
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
