"""Which troubles of a record pass by themselves: whoever meets one tries again later, and blames no message.

Source: https://www.postgresql.org/docs/15/errcodes-appendix.html, https://www.sqlite.org/rescode.html.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from tortoise.exceptions import DBConnectionError

# Connection, a rollback that another transaction caused, resources (disk, memory, connections), locks, an operator,
# the system.
_CLASSES = ("08", "40", "53", "55", "57", "58")
# Busy, locked, no memory, trouble with the disk, full, cannot open, its locking protocol.
_CODES = frozenset({5, 6, 7, 10, 13, 14, 15})
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO, errno.EROFS, errno.ENOMEM})


def passes(error: BaseException) -> bool:
    """Whether the record was in trouble, or whatever caused the error, and not what was to be written."""
    return any(_passes(one) for one in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Tortoise hands on SQLite's own error as its argument, and as no cause."""
    cause: object = error
    while isinstance(cause, BaseException):
        yield cause
        cause = cause.__cause__ or next(iter(cause.args), None)


def _passes(error: BaseException) -> bool:
    if isinstance(error, ConnectionError | TimeoutError | DBConnectionError | MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno in _DISK
    state, code = getattr(error, "sqlstate", None), getattr(error, "sqlite_errorcode", None)
    if isinstance(state, str):
        return state.startswith(_CLASSES)
    return (isinstance(code, int) and code & 0xFF in _CODES) or _line_is_gone(error)


def _line_is_gone(error: BaseException) -> bool:
    """asyncpg's own word for a connection that ended under a statement; what it cannot send is a ``ValueError``."""
    return type(error).__module__.startswith("asyncpg.") and type(error).__name__ == "InterfaceError"
