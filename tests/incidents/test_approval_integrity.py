"""Ways in which approvals of other bots were worth nothing (docs/incidents.md, the first table), tried on this one."""

import ast
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bot
import mcp_tools
from bot.errors import NotFound
from bot.inbox import take_in
from bot.models.call import CallStatus
from bot.models.policy import Rule, RuleEffect
from bot.models.requirement import Effect
from bot.ports import Reply, ToolUse
from tests.engine import ASK, Engine, a_policy
from tests.hostile import rewritten
from tests.world import (
    APPROVER,
    OUTSIDER,
    REQUESTER,
    SECOND,
    TOOLS,
    World,
    a_text_tool,
    a_toolset,
    says,
    suspend,
    uses,
)

S = CallStatus
SPACED = ("google__suspend_user", '{"user_key":"leaver@example.com "}')


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend()), says("Finished.")])


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    yield engine
    await engine.close()


async def waiting(engine: Engine, *, ts: str = "100.0") -> str:
    """A request that waits for people."""
    request = await engine.mention("suspend leaver@example.com", ts=ts)
    await engine.run()
    return request


async def statuses(engine: Engine, request: str) -> list[CallStatus]:
    return [call.status for call in (await engine.record(request)).calls]


@pytest.mark.parametrize("place", ["account", "region", "server_digest"])
async def test_an_approval_for_one_place_is_none_for_another(engine: Engine, world: World, place: str) -> None:
    request = await waiting(engine)
    await engine.click()
    record = await take_in(engine.core, await engine.record(request))
    other: dict[str, Any] = {place: "elsewhere"}
    elsewhere = replace(record.calls[0], **other)
    await engine.store.save(rewritten(record, record.request, elsewhere))
    await engine.run()
    assert (await statuses(engine, request), world.effects) == ([S.REVOKED], [])


async def test_a_trailing_space_in_the_name_makes_a_tool_that_does_not_exist(engine: Engine, world: World) -> None:
    world.script = [uses(("google__suspend_user ", suspend()[1]))]
    request = await waiting(engine)
    assert (await statuses(engine, request), world.effects) == ([S.DENIED], [])


async def test_a_trailing_space_in_an_argument_is_shown_bound_and_sent(engine: Engine, world: World) -> None:
    world.script = [uses(SPACED, suspend())]
    request = await waiting(engine)
    spaced, plain = (await engine.record(request)).calls
    assert (spaced.arguments, spaced.digest == plain.digest) == (SPACED[1], False)
    await engine.click(call_ids=(spaced.id,))
    await engine.click(call_ids=(plain.id,), yes=False)
    await engine.run()
    assert world.effects == [SPACED]


async def test_a_tool_that_appears_after_the_request_began_is_not_called(engine: Engine, world: World) -> None:
    added = a_text_tool("delete_user", Effect.READ)
    world.script = [uses(suspend()), uses(("google__delete_user", suspend()[1]))]
    world.toolset = a_toolset(TOOLS)
    request = await waiting(engine)
    world.toolset = a_toolset((*TOOLS, added))
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED, S.DENIED]
    assert (len(world.effects), world.reads) == (1, [])


async def test_an_empty_list_of_approvers_means_nobody(engine: Engine, world: World) -> None:
    world.groups["@it-admins"] = ()
    request = await waiting(engine)
    assert (await statuses(engine, request), world.effects) == ([S.DENIED], [])


async def test_a_list_that_becomes_empty_while_people_are_asked_means_nobody(engine: Engine, world: World) -> None:
    request = await waiting(engine)
    world.groups["@it-admins"] = ()
    for user in (APPROVER, SECOND, OUTSIDER, REQUESTER):
        await engine.click(user=user)
        await engine.run()
    assert (await statuses(engine, request), world.effects) == ([S.PENDING], [])


async def test_a_click_on_an_approval_that_nobody_asked_for_is_refused(engine: Engine, world: World) -> None:
    await waiting(engine)
    with pytest.raises(NotFound):
        await engine.click(approval="made-up")
    await engine.run()
    assert world.effects == []


async def test_a_click_that_names_a_call_of_another_card_decides_neither(engine: Engine, world: World) -> None:
    one = await waiting(engine)
    world.script[0] = uses(suspend("other@example.com"))
    two = await waiting(engine, ts="200.0")
    [mine], [theirs] = (await engine.record(one)).calls, (await engine.record(two)).calls
    await engine.click(approval=mine.approval_id, call_ids=(theirs.id,))
    await engine.run()
    assert (await statuses(engine, one), await statuses(engine, two)) == ([S.PENDING], [S.PENDING])
    assert world.effects == []


async def test_an_approval_is_spent_by_the_call_it_was_given_for(engine: Engine, world: World) -> None:
    world.script = [uses(suspend()), uses(suspend()), uses(suspend("other@example.com"))]
    request = await waiting(engine)
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED, S.PENDING]
    assert len(world.effects) == 1


async def test_calls_in_a_message_that_says_it_is_the_last_are_dropped(engine: Engine, world: World) -> None:
    call = ToolUse("toolu_1", *suspend())
    blocks = [
        {"type": "text", "text": "All done."},
        {"type": "tool_use", "id": call.id, "name": call.name, "input": {}},
    ]
    world.script = [Reply(json.dumps(blocks), "All done.", (call,), "end_turn", 10, 5)]
    request = await waiting(engine)
    assert (await statuses(engine, request), world.effects) == ([], [])


def test_writes_leave_from_one_place_only() -> None:
    core = Path(bot.__file__).parent
    calling = {path.name for path in core.glob("*.py") if "toolbox" in _methods_called(path).get("call", set())}
    assert calling == {"executor.py", "reading.py", "probing.py"}


def _methods_called(path: Path) -> dict[str, set[str]]:
    """Names of methods that are called, and what stands before the dot."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.setdefault(node.func.attr, set()).add(ast.unparse(node.func.value).rpartition(".")[2])
    return found


def test_no_tool_that_comes_with_us_reaches_our_own_settings() -> None:
    [folder] = mcp_tools.__path__
    paths = list(Path(folder).rglob("*.py"))
    assert len(paths) > 5
    for path in paths:
        called = _methods_called(path)
        assert not {"write_text", "write_bytes", "unlink", "rename", "system", "Popen", "execute_script"} & set(called)
        assert not {"bot", "handlers", "sqlite3", "subprocess"} & _imported(path), path


def _imported(path: Path) -> set[str]:
    """The first part of each module that is imported."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


async def test_a_tool_that_can_call_others_is_asked_about_itself(engine: Engine, world: World) -> None:
    invoke = a_text_tool("invoke", Effect.WRITE, server="hub")
    world.toolset = a_toolset((*TOOLS, invoke))
    hidden = '{"user_key":"google__get_user"}'
    world.script = [uses(("hub__invoke", hidden))]
    request = await waiting(engine)
    [call] = (await engine.record(request)).calls
    assert (call.status, call.name, call.arguments) == (S.PENDING, "hub__invoke", hidden)
    assert (world.effects, world.reads) == ([], [])


async def test_a_freeze_stops_what_was_approved_before_it(engine: Engine, world: World) -> None:
    request = await waiting(engine)
    await engine.click()
    await engine.store.publish(a_policy(Rule("freeze", RuleEffect.DENY, effects=(Effect.WRITE,))))
    await engine.run()
    assert (await statuses(engine, request), world.effects) == ([S.REVOKED], [])


async def test_a_requester_who_is_an_approver_is_not_one_of_the_two(tmp_path: Path, world: World) -> None:
    world.groups["@it-admins"] = (REQUESTER, APPROVER, SECOND)
    world.same_human["U-requester-elsewhere"] = REQUESTER
    two = replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2)
    engine = await Engine.open(tmp_path / "two.sqlite3", world, a_policy(ask=two))
    request = await waiting(engine)
    for user in (REQUESTER, "U-requester-elsewhere", APPROVER, APPROVER):
        await engine.click(user=user)
        await engine.run()
    assert (await statuses(engine, request), world.effects) == ([S.PENDING], [])
    await engine.click(user=SECOND)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]
    await engine.close()
