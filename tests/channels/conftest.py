"""What the doors' tests share: real mail servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail_peers import MailServers, serve


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[MailServers]:
    """Dovecot and OpenSMTPD, for the session."""
    with serve() as servers:
        yield servers
