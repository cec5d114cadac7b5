"""What people write to the bot, and in threads it takes part in."""

from dataclasses import dataclass
from typing import Any

from bot.services import Services
from handlers.slack import payloads
from handlers.slack.identity import BotIdentity


@dataclass(frozen=True, slots=True)
class Mentions:
    """Listeners for `app_mention` and `message.*`. The same message may come as both."""

    services: Services
    identity: BotIdentity

    async def heard(self, body: dict[str, Any]) -> None:
        match payloads.heard(body, self.identity.bot_user):
            case payloads.Asked(mention):
                await self.services.receive(mention)
            case payloads.Said(mention):
                await self.services.reply(mention)
