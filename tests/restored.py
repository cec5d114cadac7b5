"""Stores that are put back from a copy of any moment, and what people then do."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.adapters.sqlite_epoch import mark_of, raise_epoch
from bot.models.call import CallStatus
from bot.models.policy import Rule, RuleEffect
from tests.crash_life import Life, Moment, beginning, life_of, lived, request_ids
from tests.crash_scripts import LOOK, SCRIPTS, Script, mention, tell_unknown
from tests.engine import a_policy
from tests.world import APPROVER, SECOND, says, suspend, uses

FREE = a_policy(Rule("free", RuleEffect.ALLOW, tools=("google__*",)))
ALLOWED = Script("allowed", (mention,), (uses(suspend()), says("Finished.")), (CallStatus.SUCCEEDED,), policy=FREE)
LOOKED = Script("a read that is asked about", (mention,), (uses(LOOK), says("Finished.")), (CallStatus.SUCCEEDED,))
EVERY = (*SCRIPTS, ALLOWED, LOOKED)
APPROVE = SCRIPTS[0]


def restored(image: bytes) -> bytes:
    """What `countersign store restore` makes of a copy."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(image)
    connection.execute("BEGIN")
    own = mark_of(connection)
    raise_epoch(connection, above=own, after=own.sequence)
    connection.execute("COMMIT")
    raised = connection.serialize()
    connection.close()
    return raised


async def told(script: Script) -> tuple[list[Moment], Moment]:
    """Every different content of the store while the script is played, and how everything is in the end."""
    seen: dict[bytes, Moment] = {}
    last: list[Moment] = []

    def take(_point: str, moment: Moment) -> None:
        seen.setdefault(moment.image, moment)
        last[:] = [moment]

    await lived(script, await beginning(script), take)
    return list(seen.values()), last[0]


def put_back(copy: Moment, now: Moment) -> Moment:
    """The world as it is now, with the store as it was."""
    return replace(now.later(), at=now.at, image=restored(copy.image))


@asynccontextmanager
async def opened(script: Script, moment: Moment, at: int | None = None) -> AsyncIterator[Life]:
    async with life_of(script, moment, at) as life:
        yield life


async def everybody_clicks(life: Life) -> None:
    """People approve whatever they see, look what became of what is unknown, and wait."""
    engine = life.engine
    await engine.run()
    for user in (APPROVER, SECOND):
        for approval in await known_cards(life):
            await engine.click(user=user, approval=approval, key=f"again:{user}:{approval}")
            await engine.run()
    await tell_unknown_of(life)
    for _ in range(3):
        life.world.clock.advance(minutes=2)
        await engine.run()


async def known_cards(life: Life) -> list[str]:
    """The cards that the store knows; a click on another one is refused as out of date."""
    stored = {
        approval.id for name in await request_ids(life.store) for approval in (await life.store.load(name)).approvals
    }
    return [card for card in await life.engine.approvals() if card in stored]


async def tell_unknown_of(life: Life) -> None:
    if len(await known_cards(life)) == len(await life.engine.approvals()):
        await tell_unknown(life.engine)
