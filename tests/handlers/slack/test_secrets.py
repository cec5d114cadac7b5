"""A secret is taken away by its reader, and nothing else is."""

import pytest

from blocks import ids
from sandbox.seed import APPROVALS, ROBIN
from sandbox.slack.faults import Fault
from tests.handlers.slack.world import World


def direct(world: World) -> str:
    return str(world.slack.workspace.direct_channel(ROBIN).id)


async def test_the_button_below_a_secret_deletes_it(world: World) -> None:
    ts = await world.post_button(ids.TAKE_AWAY, "c1", direct(world))
    answer = await world.click(ROBIN, ts, ids.TAKE_AWAY, direct(world))
    assert (answer["acked"], world.messages(direct(world), ROBIN)) == (True, [])


@pytest.mark.parametrize("error", ["message_not_found", "channel_not_found"])
async def test_what_is_gone_already_is_no_trouble(world: World, error: str) -> None:
    ts = await world.post_button(ids.TAKE_AWAY, "c1", direct(world))
    world.slack.faults.methods["chat.delete"] = Fault(error=error)
    answer = await world.click(ROBIN, ts, ids.TAKE_AWAY, direct(world))
    assert (answer["acked"], len(world.calls("chat.delete"))) == (True, 1)
    assert world.whispers(direct(world), ROBIN) == []


async def test_nothing_is_deleted_where_others_read(world: World) -> None:
    ts = await world.post_button(ids.TAKE_AWAY, "c1")
    answer = await world.click(ROBIN, ts, ids.TAKE_AWAY)
    assert answer["acked"]
    assert [message.ts for message in world.messages(APPROVALS, ROBIN)] == [ts]
