"""Somebody edits the tools that the store keeps of a request: nothing runs with them, and people are told."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import CHANGED_OUTSIDE, ChangedOutside
from bot.models.outbox import Kind, OutboxRow
from bot.models.policy import Rule, RuleEffect
from bot.models.request import Record
from bot.store_ports import QUARANTINE, Store
from tests.engine import Engine, a_policy
from tests.world import FakeNotifier, World, says, suspend, uses

POLICY = a_policy(Rule("harmless", RuleEffect.ALLOW, categories=("reporting",)))
FIRST, SECOND = "leaver@example.com", "boss@example.com"


@dataclass(frozen=True)
class Drawing(FakeNotifier):
    """Draws with the tools of the request, as the one for Slack does."""

    store: Store

    async def show(self, row: OutboxRow, record: Record) -> str:
        if record.request.tools:
            await self.store.tools(record.request.tools)
        return await super().show(row, record)


def edit(path: Path, old: str = "user_account_access", new: str = "reporting") -> None:
    with closing(sqlite3.connect(path)) as outside:
        statement = "UPDATE toolsets SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)"
        assert outside.execute(statement, (old, new)).rowcount == 1
        outside.commit()


async def opened(path: Path, world: World) -> Engine:
    engine = await Engine.open(path, world, POLICY)
    engine.pump.notifier = Drawing(world, engine.store)
    return engine


async def a_card_that_waits(path: Path) -> tuple[World, Engine]:
    world = World(script=[uses(suspend(FIRST)), uses(suspend(SECOND)), says("Finished.")])
    engine = await opened(path, world)
    await engine.mention("suspend them")
    await engine.run()
    return world, engine


async def test_nothing_runs_with_tools_that_were_edited_while_a_card_waited(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.sqlite3"
    world, engine = await a_card_that_waits(path)
    await engine.click()
    await engine.close()
    edit(path)
    engine = await opened(path, world)
    await engine.run()
    assert world.effects == []
    assert {text for _, text in world.posts(Kind.NOTICE)} == {CHANGED_OUTSIDE}
    assert world.posts(Kind.CARD) == []
    alarms = [vars(line) for line in caplog.records if line.getMessage() == "record.unreadable"]
    assert {alarm["where"] for alarm in alarms} == {f"toolsets {world.toolset.digest}"}
    await engine.close()


async def test_who_clicks_is_told_and_the_card_says_so_until_the_row_is_back(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    world, engine = await a_card_that_waits(path)
    [card] = await engine.approvals()
    await engine.close()
    edit(path)
    engine = await opened(path, world)
    with pytest.raises(ChangedOutside):
        await engine.click(approval=card)
    await engine.run()
    assert (world.effects, world.posts(Kind.CARD)) == ([], [])
    assert {text for _, text in world.posts(Kind.NOTICE)} == {CHANGED_OUTSIDE}
    edit(path, "reporting", "user_account_access")
    world.clock.at += QUARANTINE
    await engine.run()
    await engine.click(approval=card)
    await engine.run()
    assert [arguments for _, arguments in world.effects] == [f'{{"user_key":"{FIRST}"}}']
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:succeeded", "suspend_user:pending"]
    await engine.close()
