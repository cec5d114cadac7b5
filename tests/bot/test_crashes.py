"""Every single crash point, and a share of all ordered pairs of them: I1 to I9 hold after each. The soak plays all."""

from dataclasses import replace

import pytest

from bot import executor
from bot.core import Core
from bot.models.call import Attempt, Call
from bot.models.request import Record
from bot.models.tools import Tool
from tests.crash import Crash
from tests.crash_life import beginning, life_of, lived
from tests.crash_pairs import Explorer, Tally, calm, distinct
from tests.crash_scripts import SCRIPTS, Script
from tests.invariants import broken

SHARE = 80
"""Every so many points are the first of a pair; `make soak` plays all pairs."""
by_name = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


@by_name
async def test_every_crash_and_a_crash_while_it_recovers_leave_the_story_right(script: Script) -> None:
    tally = await Explorer(script, SHARE, first=SCRIPTS.index(script)).all()
    assert tally.wrong == []
    assert tally.singles > 70
    assert tally.pairs > 35


@pytest.mark.parametrize("script", SCRIPTS[::4], ids=lambda script: script.name)
async def test_a_process_that_crashes_leaves_what_was_copied_at_that_point(script: Script) -> None:
    start = await beginning(script)
    points = (await calm(script, start)).points
    for (name, copied), _ in distinct(points):
        number = next(at for at, (_, moment) in enumerate(points) if moment is copied)
        async with life_of(script, start, at=number) as life:
            with pytest.raises(Crash, match=name):
                await life.play()
            assert life.moment().key() == copied.key()


async def test_what_follows_equal_moments_is_the_same() -> None:
    script = SCRIPTS[0]
    points = (await calm(script)).points
    for (name, moment), _ in list(distinct(points))[::11]:
        first, second = [await lived(script, moment.later()) for _ in range(2)]
        assert first == second, name


async def test_a_share_plays_every_so_many_pairs_and_all_shares_play_all() -> None:
    script = next(one for one in SCRIPTS if one.name == "withdraw")
    explorer, parts = Explorer(script), Tally()
    whole = await explorer.all()
    for first in range(3):
        parts.add(await Explorer(script, share=3, first=first, ends=explorer.ends).all())
    assert (parts.pairs, parts.singles) == (whole.pairs, whole.singles * 3)


async def _sends_again(core: Core, record: Record, call: Call) -> Record:
    """A recovery that takes a call which was cut short for one that never left."""
    assert call.attempt is not None
    tool = (await core.store.tools(record.request.tools)).find(call.name)
    return await executor._send(core, record, call, replace(call.attempt, at=core.clock.now()), tool)


async def _starts_again(core: Core, record: Record, call: Call, attempt: Attempt, tool: Tool | None) -> Record:
    """An execution that notes nothing before the call leaves."""
    assert tool is not None
    await core.toolbox.call(tool, call.arguments)
    return await SENDS(core, record, call, attempt, tool)


def _finds_nothing(*_: object) -> str:
    return ""


SENDS = executor._send


@pytest.mark.parametrize(
    ("guard", "without", "found"),
    [
        ("bot.executor._recover", _sends_again, "I1: suspend_user"),
        ("bot.executor._send", _starts_again, "I1: suspend_user"),
        ("tests.world.FakeNotifier._own", _finds_nothing, "I5: posted more than once: card:"),
    ],
)
async def test_without_a_guard_some_crash_does_harm(
    monkeypatch: pytest.MonkeyPatch, guard: str, without: object, found: str
) -> None:
    monkeypatch.setattr(guard, without)
    wrong = (await Explorer(SCRIPTS[0]).singles()).wrong
    assert any(found in what for what in wrong)


async def test_a_store_that_forgets_a_write_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forgets(*_: object) -> None:
        return None

    monkeypatch.setattr("bot.adapters.sqlite_requests.SqliteRequests.append", forgets)
    found = await lived(SCRIPTS[0], await beginning(SCRIPTS[0]))
    assert [what for what in broken(found) if what.startswith("I7: the acknowledged vote")]
