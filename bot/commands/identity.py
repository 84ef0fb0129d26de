"""``wadul identity rotate``: encrypt anew, by the newest key, whatever lies under an older one; the program may run."""

from __future__ import annotations

import argparse

from bot.saying import say
from bot.settings import Settings, identity_masters
from inbox import identities
from inbox.database import Database
from inbox.migrate import migrate
from inbox.search_index import SearchIndex


async def run(_: argparse.Namespace) -> int:
    """0 once nothing lies under an older key any more. The running program reads the search's marks anew by itself."""
    settings = Settings()
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await database.open()
    try:
        await identities.know(database, identity_masters(settings))
        turned = await identities.renew(database)
        await SearchIndex(database).forget()
    finally:
        await database.close()
    say("identity-rotated", count=str(turned))
    return 0
