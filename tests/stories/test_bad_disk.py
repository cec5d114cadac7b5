"""The real process while its disk takes nothing."""

import resource
from pathlib import Path

import pytest

from sandbox.seed import ALEX, APPROVALS
from tests.stories.scene import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEAVER, SECOND = "rosa.dubois@example.com", "nils.fischer@example.com"
NOT_SAVED = "Not saved, please click again."


def allow(world: World, size: int) -> None:
    """How large the bot's files may get from now on; below their size every write to them fails."""
    resource.prlimit(world.bot.state["pid"], resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def came_again(world: World, began: int) -> bool:
    """Slack's own time goes by until the mention that was not acknowledged was delivered again."""
    acknowledged = bool(world.steps("ack", "Acknowledged: app_mention", began))
    if not acknowledged:
        world.sandbox.slack.clock.advance(10)
    return acknowledged


async def test_on_a_full_disk_nothing_is_acknowledged_or_run_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.start_bot()
        await world.say(f"@Countersign suspend {LEAVER}")
        await world.until(lambda: LEAVER in str(world.posts(APPROVALS)))
        [card] = [post for post in world.posts(APPROVALS) if LEAVER in str(post)]
        allow(world, 0)
        await world.press(ALEX, card, "approval.approve")
        await world.until(lambda: world.whispers(ALEX, APPROVALS, NOT_SAVED))
        began = world.now
        await world.say(f"@Countersign suspend {SECOND}")
        await world.until(lambda: world.steps("bot", "slack payload failed", began))
        assert not world.steps("ack", "Acknowledged: app_mention", began)
        assert world.writes() == []
        allow(world, resource.RLIM_INFINITY)
        await world.until(lambda: came_again(world, began))
        await world.until(lambda: SECOND in str(world.posts(APPROVALS)))
        await world.press(ALEX, card, "approval.approve")
        await world.until(lambda: world.writes(LEAVER))
        await world.until(lambda: not {"planning", "executing"} & set(world.states()))
        assert world.writes() == [LEAVER]
