"""What is wrong with a bot's account, tried for real, as values with a sentence each in ``templates/reasons.yaml``."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram.error import InvalidToken, TelegramError

from channels.base import Fault
from channels.telegram_line import Line


async def check(line: Line, base_url: str) -> list[Fault]:
    """The token, a webhook that takes the messages elsewhere, a bot that is handed whole groups' talk."""
    host = urlsplit(base_url).netloc
    try:
        bot = await line.bot.get_me()
        webhook = await line.bot.get_webhook_info()
    except InvalidToken as error:
        return [Fault("telegram-token-refused", {"host": host, "detail": line.told(error)})]
    except (TelegramError, LookupError, TypeError, ValueError) as error:
        return [Fault("telegram-unreachable", {"host": host, "detail": line.told(error)})]
    faults = []
    if webhook.url:
        faults.append(Fault("telegram-webhook-elsewhere", {"where": urlsplit(webhook.url).netloc}))
    if bot.can_read_all_group_messages:
        faults.append(Fault("telegram-reads-groups", {"bot": f"@{bot.username}"}))
    return faults
