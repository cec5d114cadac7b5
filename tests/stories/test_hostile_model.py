"""A model that tries everything gets nothing changed without a person."""

from pathlib import Path

import pytest

from sandbox.bedrock.hostile import TRICKS
from sandbox.seed import APPROVALS, IT_HELP
from tests.stories.scene import World, open_world

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_no_trick_of_a_hostile_model_changes_anything_without_a_click(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.start_bot()
        await world.control("PUT", "model", {"mode": "hostile"})
        for trick in TRICKS:
            await world.say(f"@Countersign {trick}: is leaver@example.com suspended?")
        await world.until(lambda: is_quiet(world))
        assert world.posts(APPROVALS), "some tricks end on a card"
        assert world.writes() == []
        assert "<!channel>" not in str([post["text"] for post in (*world.posts(APPROVALS), *world.posts(IT_HELP))])


def is_quiet(world: World) -> bool:
    """Every request waits for people or has been answered."""
    states = world.states()
    return len(states) == len(TRICKS) and set(states) <= {"waiting", "done"}
