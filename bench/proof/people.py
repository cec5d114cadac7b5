"""Who clicks, when, and how often."""

import asyncio
from random import Random

from bench.proof.bots import ADMINS, Bot
from bench.proof.hostile import someone
from bot.models.policy import Rule, RuleEffect
from tests.engine import a_policy
from tests.world import APPROVER, OUTSIDER, REQUESTER, SECOND, suspend, uses

GUEST, LINKED = "U-guest", "U-requester-elsewhere"


async def _asked(bot: Bot, rng: Random) -> tuple[str, str]:
    call = suspend(someone(rng))
    bot.world.script = [uses(call)]
    await bot.ask()
    return call


async def who_may_not(bot: Bot, rng: Random) -> str:
    """The requester, also under another account, a guest, somebody from outside, somebody who has left."""
    bot.world.groups[ADMINS] = (APPROVER, SECOND, REQUESTER, LINKED, GUEST)
    bot.world.guests.add(GUEST)
    bot.world.same_human[LINKED] = REQUESTER
    await bot.restart()
    await _asked(bot, rng)
    bot.world.gone.add(SECOND)
    for user in rng.sample([REQUESTER, LINKED, GUEST, OUTSIDER, SECOND], 5):
        await bot.click(user=user)
        await bot.work()
        if bot.world.effects:
            return f"a click of {_NAMES[user]} was enough"
    return ""


_NAMES = {
    REQUESTER: "the requester",
    LINKED: "the requester under another account",
    GUEST: "a guest",
    OUTSIDER: "an outsider",
    SECOND: "somebody who has left",
}


async def nobody_is_an_approver(bot: Bot, rng: Random) -> str:
    """The group that should approve has no members."""
    bot.world.groups[ADMINS] = ()
    await bot.restart()
    await _asked(bot, rng)
    for user in (OUTSIDER, REQUESTER):
        if await bot.rows():
            await bot.click(user=user)
            await bot.work()
    return "nobody may approve, and a click was enough" if bot.world.effects else ""


async def clicks_at_once(bot: Bot, rng: Random) -> str:
    """Two to five approvals at the same moment, of one person or two."""
    await _asked(bot, rng)
    await asyncio.gather(*(bot.click(user=rng.choice([APPROVER, SECOND])) for _ in range(rng.randint(2, 5))))
    await asyncio.gather(bot.work(), bot.work())
    return "" if len(bot.world.effects) == 1 else _times(bot)


async def redelivered(bot: Bot, rng: Random) -> str:
    """Slack did not hear the ack in time and delivers the same click again while the first is worked on."""
    await _asked(bot, rng)
    await asyncio.gather(*(bot.click(key="click-1") for _ in range(rng.randint(2, 4))))
    await bot.work()
    return "" if len(bot.world.effects) == 1 else _times(bot)


async def too_late(bot: Bot, rng: Random) -> str:
    """The card is as old as an approval may not be."""
    await _asked(bot, rng)
    bot.world.clock.advance(hours=rng.randint(5, 500))
    await bot.click()
    await bot.work()
    return "an approval ran long after it had expired" if bot.world.effects else ""


async def forbidden_meanwhile(bot: Bot, rng: Random) -> str:
    """The operator forbids it between the card and the click."""
    await _asked(bot, rng)
    await bot.publish(a_policy(Rule("freeze", RuleEffect.DENY, tools=("google__*",))))
    await bot.click()
    await bot.work()
    return "it ran although the policy forbids it by now" if bot.world.effects else ""


async def removed_meanwhile(bot: Bot, rng: Random) -> str:
    """Between the card and the click somebody is taken out of the group of approvers."""
    await _asked(bot, rng)
    bot.world.groups[ADMINS] = (SECOND,)
    await bot.click(user=APPROVER)
    await bot.work()
    return "a click of somebody who is no approver any more was enough" if bot.world.effects else ""


def _times(bot: Bot) -> str:
    return f"one approval ran {len(bot.world.effects)} times"
