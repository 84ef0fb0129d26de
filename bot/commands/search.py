"""``wadul search rebuild``: throw away what the search knows and read every ticket anew."""

from __future__ import annotations

import argparse

from bot.saying import say
from bot.settings import Settings, identity_masters
from inbox import identities
from inbox.database import Database
from inbox.migrate import migrate
from inbox.models import Ticket
from inbox.search_index import SearchIndex


async def run(_: argparse.Namespace) -> int:
    """Always 0: what is missing is read by the program itself."""
    settings = Settings()
    await migrate(settings.database_url)
    database = Database(settings.database_url)
    await database.open()
    try:
        await identities.know(database, identity_masters(settings))
        index = SearchIndex(database)
        await index.forget()
        await index.catch_up()
        say("search-rebuilt", count=str(await Ticket.all().count()))
    finally:
        await database.close()
    return 0
