"""Somebody edits the bot's database while a card waits."""

import sqlite3
from contextlib import closing

import pytest

from bot.errors import CHANGED_OUTSIDE
from sandbox.__main__ import DATABASE
from sandbox.payload import Json
from sandbox.seed import APPROVALS, SAM
from tests.stories.scene import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKED, FORGED = "edited.outside@example.com", "somebody.else@example.com"


def edit(world: World, old: str, new: str) -> None:
    with closing(sqlite3.connect(world.folder / DATABASE, timeout=10)) as outside:
        statement = (
            "UPDATE calls SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE CAST(body AS TEXT) LIKE ?"
        )
        assert outside.execute(statement, (old, new, f"%{old}%")).rowcount == 1
        outside.commit()


async def test_the_one_who_clicks_is_told_and_the_card_loses_its_buttons(demo: World) -> None:
    def card() -> Json | None:
        return next((one for one in demo.posts(APPROVALS) if one["ts"] == ts or ASKED in str(one)), None)

    ts = ""
    await demo.say(f"@Countersign suspend {ASKED}, lost laptop")
    await demo.until(card)
    await demo.until(demo.rests)
    shown = card()
    assert shown is not None
    ts = shown["ts"]
    edit(demo, ASKED, FORGED)
    assert (await demo.press(SAM, shown, "approval.approve"))["acked"] is True
    await demo.until(lambda: demo.whispers(SAM, APPROVALS, CHANGED_OUTSIDE))
    await demo.until(lambda: CHANGED_OUTSIDE in str(card()))
    assert "approval.approve" not in str(card())
    assert FORGED not in str(card())
    assert demo.writes(ASKED) + demo.writes(FORGED) == []
    edit(demo, FORGED, ASKED)
